"""Calls for the clients that lawyers and firms declare, so that conflicts are seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from starlette.requests import Request

from zhiban.data.timespan import parse_day
from zhiban.data.wording import FieldError, Refused
from zhiban.queue import service
from zhiban.queue.event import lawyer_actor, staff_actor
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.clients_model import (
    ClientOut,
    ClientsIn,
    ClientsOut,
    ImportedOut,
    OwnClientIn,
    RowFault,
)
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.reading import read_number
from zhiban.web.api.shapes import local
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


async def list_clients(request: Request) -> Answer:
    """The clients of one owner (`lawyer:ID` or `firm:ID`), or all."""
    kind, _, owner = request.query_params.get("owner", "").partition(":")
    if kind not in ("", "lawyer", "firm"):
        raise Refused.one("owner", "须为 lawyer:编号 或 firm:编号", "is lawyer:ID or firm:ID")
    return await _list(request, kind, owner)


async def my_clients(request: Request) -> Answer:
    """A lawyer's own clients."""
    return await _list(request, "lawyer", lawyer_of(staff(request)))


async def _list(request: Request, kind: str, owner: str) -> Answer:
    wiring = wiring_of(request)
    which: service.OwnerKind | None = None
    if kind:
        which = "lawyer" if kind == "lawyer" else "firm"
    found = await wiring.read(lambda c: service.clients(c, wiring.keyring, which, owner or None))
    return Answer(ClientsOut(clients=[_client_out(one) for one in found]))


async def import_clients(request: Request) -> Answer:
    """Declares clients of any lawyers and firms; each fault is named by its row."""
    given: ClientsIn = request.state.input
    account = staff(request)
    rows = [_client(one, one.owner_kind, one.owner, n) for n, one in enumerate(given.clients, 1)]
    by = staff_actor(account.login)
    return await _import(request, rows, by, given.accept_valid_rows)


async def declare_client(request: Request) -> Answer:
    """Declares a client of the lawyer's own."""
    given: OwnClientIn = request.state.input
    lawyer = lawyer_of(staff(request))
    row = _client(given, "lawyer", lawyer, None)
    return await _import(request, [row], lawyer_actor(lawyer), accept_valid=False, plain=True)


async def _import(
    request: Request,
    rows: Sequence[service.Client],
    by: str,
    accept_valid: bool,
    plain: bool = False,
) -> Answer:
    wiring, lang = wiring_of(request), language_of(request)
    now = wiring.clock.now()
    done = await wiring.write(
        lambda c: service.import_clients(
            c, wiring.keyring, rows, by, now, accept_valid=accept_valid
        )
    )
    if done.faults and not accept_valid:
        raise Refused(
            FieldError(error.field if plain else f"clients[{row}].{error.field}", error.text)
            for row, error in done.faults
        )
    faults = [
        RowFault(row=row, field=error.field, message=error.text.in_(lang))
        for row, error in done.faults
    ]
    return Answer(
        ImportedOut(
            added=done.added, known=done.known, faults=faults, stepped_back=done.stepped_back
        )
    )


async def remove_client(request: Request) -> Answer:
    """Takes a client off the list; those who stepped back because of it stay so."""
    return await _remove(request, None)


async def remove_my_client(request: Request) -> Answer:
    """Takes a client of the lawyer's own off the list."""
    return await _remove(request, lawyer_of(staff(request)))


async def _remove(request: Request, lawyer: str | None) -> Answer:
    id = read_number(request, "client")
    if not await wiring_of(request).write(lambda c: service.remove_client(c, id, lawyer)):
        raise Problem(404)
    return Answer()


def _client(given: OwnClientIn, kind: str, owner: str, row: int | None) -> service.Client:
    place = "" if row is None else f"clients[{row}]."
    kinds: dict[str, service.OwnerKind] = {"lawyer": "lawyer", "firm": "firm"}
    if kind not in kinds:
        raise Refused.one(f"{place}owner_kind", "只能是 lawyer、firm", "is lawyer or firm")
    since, until = _day(given.since, f"{place}since"), _day(given.until, f"{place}until")
    return service.Client(kinds[kind], owner, given.name, given.code, since, until)


def _day(text: str | None, field: str) -> date | None:
    return None if text is None else parse_day(text, field)


def _client_out(one: service.Declared) -> ClientOut:
    client = one.client
    return ClientOut(
        id=one.id,
        owner_kind=client.owner_kind,
        owner=client.owner,
        name=client.name,
        code=client.code,
        since=client.since,
        until=client.until,
        added_by=one.added_by,
        added_at=local(one.added_at),
    )


CALLS = (
    Call(
        "GET",
        "/clients",
        list_clients,
        "Declared clients of lawyers and firms.",
        answer=ClientsOut,
        roles=("scheduler", "supervisor"),
        parameters=(Parameter("owner", "query", "`lawyer:ID` or `firm:ID`; default all"),),
        problems=(422,),
    ),
    Call(
        "POST",
        "/clients",
        import_clients,
        "Declare clients, many at once; open questions about them change hands at once.",
        answer=ImportedOut,
        body=ClientsIn,
        roles=("scheduler", "supervisor"),
    ),
    Call(
        "DELETE",
        "/clients/{client}",
        remove_client,
        "Take a client off the list.",
        status=204,
        roles=("scheduler", "supervisor"),
        problems=(404,),
    ),
    Call(
        "GET",
        "/me/clients",
        my_clients,
        "My declared clients.",
        answer=ClientsOut,
        roles=("lawyer",),
    ),
    Call(
        "POST",
        "/me/clients",
        declare_client,
        "Declare a client of mine; I and my firm step back from questions about them.",
        answer=ImportedOut,
        body=OwnClientIn,
        roles=("lawyer",),
    ),
    Call(
        "DELETE",
        "/me/clients/{client}",
        remove_my_client,
        "Take a client of mine off the list.",
        status=204,
        roles=("lawyer",),
        problems=(404,),
    ),
)
