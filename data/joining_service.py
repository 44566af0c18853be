"""Applications to serve: handed in, followed by code and secret, decided once by a scheduler."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from zhiban.data import codes, outbox, trail
from zhiban.data.crypt import Keyring
from zhiban.data.joining import (
    JoinForm,
    JoinState,
    checked_join,
    duplicates,
    with_firm,
    with_lawyer,
)
from zhiban.data.outbox import Notice
from zhiban.data.places_records import JOIN
from zhiban.data.register_diff import changed, known_of
from zhiban.data.register_service import write
from zhiban.data.store import load_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused, Text

PREFIX = "RZ"
ACTIVATION = timedelta(days=14)
REASON_LIMIT = 500
_NOBODY = "0" * 64
_APPLICANT = "applicant"


@dataclass(frozen=True, slots=True)
class Application:
    """One application as it stands; `lawyer` and `firm` are ids of what came of it."""

    id: int
    code: str
    form: JoinForm
    state: JoinState
    reason: str
    created: datetime
    decided: datetime | None
    decided_by: str | None
    lawyer: str | None
    firm: str | None
    activation_until: datetime | None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An application taken in; the secret is told this once, and again to who repeats it."""

    code: str
    secret: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision made; `activation` opens an account once, and is told this once."""

    application: Application
    activation: str | None = None


class AlreadyDecided:
    """Somebody decided before."""


def hand_in(
    connection: Connection, keyring: Keyring, form: JoinForm, key: str, now: datetime
) -> HandedIn:
    """Takes an application in, once for one key. Raises Refused, also for a licence that waits."""
    register = load_register(connection, keyring)
    good = checked_join(form, register, now.astimezone(SHANGHAI).date())
    digest = hashlib.sha256(key.encode()).hexdigest()
    code = connection.execute(select(JOIN.c.code).where(JOIN.c.key == digest)).scalar()
    if code is not None:
        return HandedIn(code, _secret(keyring, code, key))
    _refuse_twice(connection, keyring, good)
    code = codes.code_of(PREFIX, secrets.token_bytes(codes.CODE_BYTES))
    secret = _secret(keyring, code, key)
    row = {
        "code": code,
        "secret_hash": codes.secret_hash(code, secret),
        "key": digest,
        "kind": good.kind,
        "state": "waiting",
        "sent": keyring.encrypt(json.dumps(asdict(good), ensure_ascii=False)),
        "created_at": now,
    }
    connection.execute(insert(JOIN).values(row))
    trail.note(connection, code, _APPLICANT, "handed_in", now, kind=good.kind)
    title = Text("有新的加入申请", "A new application to join")
    body = Text(
        f"{good.name}申请加入值班，请核对证号后办理。",
        f"{good.name} applies to serve; please check the licence and decide.",
    )
    link = "/scheduler/applications"
    outbox.put(connection, keyring, Notice("role:scheduler", "join", title, body, link), now)
    return HandedIn(code, secret)


def _secret(keyring: Keyring, code: str, key: str) -> str:
    """A secret that who repeats the request is told again, without our keeping it."""
    return codes.secret_of(bytes.fromhex(keyring.blind(f"{code} {key}"))[: codes.SECRET_BYTES])


def _refuse_twice(connection: Connection, keyring: Keyring, form: JoinForm) -> None:
    """Refuses a licence whose application waits or was accepted."""
    found = find(connection, keyring, JOIN.c.state != "refused")
    if any(one.form.licence == form.licence for one in found):
        raise Refused.one(
            "licence",
            "这个证号已经申请过，请用申请号查询进度",
            "this licence has applied already; follow it by its code",
        )


def find(
    connection: Connection, keyring: Keyring, where: ColumnElement[bool] | None = None
) -> tuple[Application, ...]:
    """Applications, those that wait first, then the newest decided."""
    statement = select(JOIN).order_by(JOIN.c.decided_at.desc(), JOIN.c.id)
    rows = connection.execute(statement if where is None else statement.where(where)).all()
    found = [_application(row, keyring) for row in rows]
    return tuple(sorted(found, key=lambda one: one.state != "waiting"))


def opened(connection: Connection, keyring: Keyring, code: str, secret: str) -> Application | None:
    """The application, if the secret is right."""
    right = codes.read_code(PREFIX, code) or ""
    stored = connection.execute(select(JOIN.c.secret_hash).where(JOIN.c.code == right)).scalar()
    good = codes.matches(right, codes.read_secret(secret) or "", stored or _NOBODY)
    return by_code(connection, keyring, right) if good and stored else None


def by_code(connection: Connection, keyring: Keyring, code: str) -> Application | None:
    """The application of a code."""
    return next(iter(find(connection, keyring, JOIN.c.code == code)), None)


def same_as(connection: Connection, keyring: Keyring, one: Application) -> tuple[Text, ...]:
    """Whom the register or another application knows already by what this one says."""
    others = [
        (other.code, other.state, other.form.licence)
        for other in find(connection, keyring)
        if other.id != one.id
    ]
    return duplicates(one.form, load_register(connection, keyring), others)


def accept(
    connection: Connection,
    keyring: Keyring,
    code: str,
    by: str,
    now: datetime,
    *,
    account: bool,
) -> Decided | AlreadyDecided:
    """Puts the applicant into the register; for a lawyer, with a code for an account if wanted.

    Raises Refused where the register no longer fits the application.
    """
    one = by_code(connection, keyring, code)
    if one is None or one.state != "waiting" or not _decide(connection, one, "accepted", by, now):
        return AlreadyDecided()
    register = load_register(connection, keyring)
    good = checked_join(one.form, register, now.astimezone(SHANGHAI).date())
    made: dict[str, str]
    if good.kind == "lawyer":
        register, lawyer = with_lawyer(register, good)
        made, entry = {"lawyer": lawyer.id}, changed("lawyer", None, lawyer, known_of(register))
    else:
        register, firm = with_firm(register, good)
        made, entry = {"firm": firm.id}, changed("firm", None, firm, known_of(register))
    write(connection, keyring, [entry], by, now)
    connection.execute(update(JOIN).where(JOIN.c.id == one.id).values(made))
    trail.note(connection, code, f"account:{by}", "accepted", now, **made)
    wanted = account and good.kind == "lawyer"
    activation = _activation(connection, one.id, code, by, now) if wanted else None
    if "lawyer" in made:
        _welcome(connection, keyring, made["lawyer"], now)
    return Decided(by_code(connection, keyring, code) or one, activation)


def _welcome(connection: Connection, keyring: Keyring, lawyer: str, now: datetime) -> None:
    title = Text("您已加入值班律师名册", "You are in the register of duty lawyers")
    body = Text(
        "从下一次排班起，您可能会被排到班次。请先看看自己的资料和意愿。",
        "From the next roster on you may be given duties. Please look at your data and wishes.",
    )
    notice = Notice(f"lawyer:{lawyer}", "join_accepted", title, body, "/lawyer")
    outbox.put(connection, keyring, notice, now)


def refuse(
    connection: Connection, keyring: Keyring, code: str, by: str, reason: str, now: datetime
) -> Decided | AlreadyDecided:
    """Refuses with a reason that the applicant reads. Raises Refused without one."""
    written = reason.strip()
    if not 0 < len(written) <= REASON_LIMIT:
        raise Refused.one(
            "reason",
            f"请写明理由，最多{REASON_LIMIT}个字",
            f"please give a reason of at most {REASON_LIMIT} characters",
        )
    one = by_code(connection, keyring, code)
    if one is None or one.state != "waiting" or not _decide(connection, one, "refused", by, now):
        return AlreadyDecided()
    values = {"reason": keyring.encrypt(written)}
    connection.execute(update(JOIN).where(JOIN.c.id == one.id).values(values))
    trail.note(connection, code, f"account:{by}", "refused", now)
    return Decided(replace(one, state="refused", reason=written, decided=now, decided_by=by))


def _decide(
    connection: Connection, one: Application, state: JoinState, by: str, now: datetime
) -> bool:
    """Writes the decision unless somebody else has decided meanwhile."""
    waiting = (JOIN.c.id == one.id) & (JOIN.c.state == "waiting")
    values = {"state": state, "decided_at": now, "decided_by": by}
    return connection.execute(update(JOIN).where(waiting).values(values)).rowcount == 1


def renew_activation(
    connection: Connection, keyring: Keyring, code: str, by: str, now: datetime
) -> str | None:
    """Another code for an account, in place of the one that was lost; None where there is none."""
    one = by_code(connection, keyring, code)
    if one is None or one.lawyer is None:
        return None
    return _activation(connection, one.id, code, by, now)


def _activation(connection: Connection, id: int, code: str, by: str, now: datetime) -> str:
    token = codes.secret_of(secrets.token_bytes(codes.SECRET_BYTES))
    values = {"activation": _hashed(token), "activation_until": now + ACTIVATION}
    connection.execute(update(JOIN).where(JOIN.c.id == id).values(values))
    trail.note(connection, code, f"account:{by}", "activation_made", now)
    return token


def activates(
    connection: Connection, keyring: Keyring, token: str, now: datetime
) -> Application | None:
    """The accepted application whose one-time code this is, while it may be used."""
    read = codes.read_secret(token)
    if read is None:
        return None
    row = connection.execute(select(JOIN).where(JOIN.c.activation == _hashed(read))).one_or_none()
    if row is None or not hmac.compare_digest(row.activation, _hashed(read)):
        return None
    one = _application(row, keyring)
    return one if one.activation_until is not None and now < one.activation_until else None


def use_activation(connection: Connection, one: Application, login: str, now: datetime) -> None:
    """The code was used, and works no more."""
    values = {"activation": None, "activation_until": None}
    connection.execute(update(JOIN).where(JOIN.c.id == one.id).values(values))
    trail.note(connection, one.code, _APPLICANT, "activated", now, login=login)


def _hashed(token: str) -> str:
    return hashlib.sha256(f"activation:{token}".encode()).hexdigest()


def _application(row: Row[Any], keyring: Keyring) -> Application:
    sent = json.loads(keyring.decrypt(row.sent))
    return Application(
        id=row.id,
        code=row.code,
        form=JoinForm(**sent | {"skills": tuple(sent["skills"])}),
        state=cast(JoinState, row.state),
        reason="" if row.reason is None else keyring.decrypt(row.reason),
        created=row.created_at,
        decided=row.decided_at,
        decided_by=row.decided_by,
        lawyer=row.lawyer,
        firm=row.firm,
        activation_until=row.activation_until,
    )
