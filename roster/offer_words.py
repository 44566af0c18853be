"""What lawyers and schedulers are told about swaps, in words; pure."""

from __future__ import annotations

from zhiban.data.day_words import shift_of
from zhiban.data.notice import Notice
from zhiban.data.wording import Text
from zhiban.roster.offers import Offer

SWAPS = "/lawyer/swaps"
INBOX = "/scheduler/inbox?show=swap"


def place(offer: Offer, post: str) -> Text:
    """When and where the offered duty is."""
    said = shift_of(offer.span.start, offer.span.end)
    return Text(f"{said.zh} {post}", f"{said.en}, {post}")


def offered(offer: Offer, to: str, name: str, post: str) -> Notice:
    """To somebody who is asked."""
    at = place(offer, post)
    return Notice(
        to,
        "swap",
        Text(f"{name}想和您换班", f"{name} would like to swap with you"),
        Text(f"{at.zh}。请接受或谢绝。", f"{at.en}. Please accept or decline."),
        f"{SWAPS}/{offer.id}",
    )


def waits(offer: Offer, name: str, post: str) -> Notice:
    """To schedulers: all have agreed, they decide."""
    at = place(offer, post)
    return Notice(
        "role:scheduler",
        "swap",
        Text(f"{name}的换班待批", f"A swap of {name} waits for approval"),
        Text(f"{at.zh}，双方已经同意。", f"{at.en}; all have agreed."),
        INBOX,
    )


def told(offer: Offer, to: str, title: Text, post: str) -> Notice:
    """To somebody concerned: what became of it, and why where there is a why."""
    at = place(offer, post)
    more = Text(f"：{offer.why.zh}", f": {offer.why.en}") if offer.why.zh else Text("", "")
    return Notice(
        to, "swap", title, Text(f"{at.zh}{more.zh}。", f"{at.en}{more.en}."), f"{SWAPS}/{offer.id}"
    )


DECLINED = Text("对方谢绝了换班", "Your swap was declined")
LAPSED = Text("换班失效", "A swap has lapsed")
WITHDRAWN = Text("对方撤回了换班", "A swap was withdrawn")
REFUSED = Text("换班没有批准", "A swap was not approved")
MOVED = Text("要换的班次时间有变", "The duty offered for a swap has moved")
UNDONE = Text(
    "换班已撤销，班次换回原来的人", "A swap was undone; the duties are back where they were"
)
