"""The pages about lawyers' duties, leave, swaps and entries, and the scheduler's side of them."""

from __future__ import annotations

from starlette.routing import BaseRoute

from zhiban.web.pages import (
    absence_desk,
    feeds,
    firm_slots,
    leaves,
    ledger,
    members,
    my_entry,
    scheduler_inbox,
    swap_offer,
    swaps,
)

routes: list[BaseRoute] = [
    *leaves.routes,
    *swaps.routes,
    *swap_offer.routes,
    *ledger.routes,
    *my_entry.routes,
    *firm_slots.routes,
    *feeds.routes,
    *absence_desk.routes,
    *scheduler_inbox.routes,
    *members.routes,
]
