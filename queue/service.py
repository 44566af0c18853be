"""All that can be done with questions; run by the writer, or any transaction of one's own.

Every function that writes takes the board first. Outcomes that can be expected are values
(`zhiban.queue.outcomes`); input that cannot be used raises `Refused` with field errors.
"""

from __future__ import annotations

from zhiban.queue.acting import Move
from zhiban.queue.asking import CHANNELS, GREEN_LANE, Ask
from zhiban.queue.attachments import (
    Attachment,
    attach,
    attach_as_lawyer,
    attachment,
    attachment_for,
)
from zhiban.queue.citizen import message, message_once, rate, withdraw
from zhiban.queue.client import Client, Declared, Imported, OwnerKind
from zhiban.queue.clients import clients, import_clients, remove_client
from zhiban.queue.desks import (
    clock_board,
    load_report,
    open_by_state,
    question_for,
    sla_report,
    ticket_view,
)
from zhiban.queue.intake import Asking, ask
from zhiban.queue.leaving import decline, recuse, transfer
from zhiban.queue.memory import knowledge, load_rules, save_rules
from zhiban.queue.moves import (
    accept,
    answer,
    ask_back,
    close,
    defer,
    note,
    refer,
    reopen_own,
)
from zhiban.queue.my_queue import queue_of
from zhiban.queue.outcomes import (
    Asked,
    KeyReused,
    Moved,
    NoSuchTicket,
    NotPossible,
    NotYours,
    Stale,
    Swept,
    Waiting,
)
from zhiban.queue.proof import Fault, rewrap, verify
from zhiban.queue.recalculation import preview, recalculate
from zhiban.queue.recording import Talk, record_talk
from zhiban.queue.rounds import hand_over, sweep
from zhiban.queue.supervising import erase, merge, note_by_staff, reassign, reopen

__all__ = [
    "CHANNELS",
    "GREEN_LANE",
    "Ask",
    "Asked",
    "Asking",
    "Attachment",
    "Client",
    "Declared",
    "Fault",
    "Imported",
    "KeyReused",
    "Move",
    "Moved",
    "NoSuchTicket",
    "NotPossible",
    "NotYours",
    "OwnerKind",
    "Stale",
    "Swept",
    "Talk",
    "Waiting",
    "accept",
    "answer",
    "ask",
    "ask_back",
    "attach",
    "attach_as_lawyer",
    "attachment",
    "attachment_for",
    "clients",
    "clock_board",
    "close",
    "decline",
    "defer",
    "erase",
    "hand_over",
    "import_clients",
    "knowledge",
    "load_report",
    "load_rules",
    "merge",
    "message",
    "message_once",
    "note",
    "note_by_staff",
    "open_by_state",
    "preview",
    "question_for",
    "queue_of",
    "rate",
    "reassign",
    "recalculate",
    "record_talk",
    "recuse",
    "refer",
    "remove_client",
    "reopen",
    "reopen_own",
    "rewrap",
    "save_rules",
    "sla_report",
    "sweep",
    "ticket_view",
    "transfer",
    "verify",
    "withdraw",
]
