"""The seed: the real places of Jiaxing, and invented people to serve them."""
