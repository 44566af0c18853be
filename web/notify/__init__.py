"""Notices on their way out: the outbox is emptied into inboxes and the channels people chose."""
