"""The seed: the real places of Jiaxing, and invented people to serve them."""

from zhiban.data.jiaxing.seed import jiaxing_register

__all__ = ["jiaxing_register"]
