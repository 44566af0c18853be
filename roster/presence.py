"""Who came to their shift: signing in and out, and how it stands with the day's duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, select

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.records import PostRecord, table
from zhiban.data.store import get_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import presence_store as store
from zhiban.roster import sign_ins
from zhiban.roster.presence_store import NoShow
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.sign_ins import Presence, SignIn, SignInRules, Way
from zhiban.roster.station_keys import screen_secret

_POST = table(PostRecord)
_NO_DUTY = Text("您现在没有要签到的班次", "you have no shift to sign in for now")
_STANDBY = Text(
    "备班不用签到；主班没有到岗时会通知您",
    "a standby need not sign in; you are told if the lawyer on duty does not come",
)
_WRONG = Text(
    "签到码不对或已经换了，请看屏幕上现在的六位数字",
    "that code is wrong or has changed; type the six digits the screen shows now",
)
_NO_PLACE = Text(
    "这个站点没有精确的位置，请用屏幕上的签到码",
    "this station has no exact position; use the code on its screen",
)
_ONLINE_ONLY = Text(
    "站点要用签到码或位置签到", "at a station, sign in by the screen's code or by position"
)


@dataclass(frozen=True, slots=True)
class ByCode:
    """The code that the station's screen shows."""

    code: str


@dataclass(frozen=True, slots=True)
class ByPosition:
    """Where the lawyer's device says it is, in degrees; used once and not kept."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Online:
    """No proof: for seats, where being here is all there is to it."""


Proof = ByCode | ByPosition | Online


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Signed in, now or (`repeated`) before."""

    duty: OnDuty
    signed: SignIn
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Why not; `metres` is how far off somebody is who is too far."""

    reason: Literal["no_duty", "standby", "wrong_code", "too_far", "no_place", "proof"]
    why: Text
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """How it stands with one lawyer's duty of the day."""

    duty: OnDuty
    presence: Presence
    signed: SignIn | None
    alarm: NoShow | None


def rules(connection: Connection) -> SignInRules:
    """The bureau's setting; the usual minutes where none is stored."""
    return sign_ins.rules_from(get_setting(connection, sign_ins.SETTING, {}))


def duties_near(published: Published, now: datetime) -> tuple[OnDuty, ...]:
    """The duties of the day on which `now` lies, and those still running, by their start."""
    today = now.astimezone(SHANGHAI).date()
    newest = [published.newest(Week.of(today - timedelta(days=back))) for back in (0, 7)]
    found = [
        duty
        for version in newest
        if version is not None
        for duty in version.duties
        if duty.span.contains(now) or duty.span.start.astimezone(SHANGHAI).date() == today
    ]
    return tuple(sorted(found, key=lambda one: (one.span.start, one.post, one.role, one.lawyer)))


def attendance(connection: Connection, published: Published, now: datetime) -> tuple[Coming, ...]:
    """How it stands with every duty of the day at which somebody has to sign in."""
    duties, asked = duties_near(published, now), rules(connection)
    shifts = {duty.shift for duty in duties}
    came, missed = store.sign_ins(connection, shifts), store.no_shows(connection, shifts)
    found = []
    for duty in duties:
        if duty.role != "primary":
            continue
        who = (duty.shift, duty.lawyer)
        signed = came.get(who)
        at = sign_ins.presence(duty.span, signed, asked, now)
        if at == "missing" and now < sign_ins.alarm_at(held_since(published, duty), asked):
            at = "awaited"  # who took the duty over has the same time to come
        alarm = missed.get(who)
        if at in ("missing", "awaited") and alarm is not None and alarm.settled == "excused":
            at = "excused"
        found.append(Coming(duty, at, signed, alarm))
    return tuple(found)


def to_sign_in(
    published: Published, lawyer: str, asked: SignInRules, now: datetime, shift: str | None = None
) -> OnDuty | None:
    """The duty for which the lawyer may sign in now: the one that runs, else the next."""
    mine = [
        duty
        for duty in duties_near(published, now)
        if duty.lawyer == lawyer
        and shift in (None, duty.shift)
        and sign_ins.opens(duty.span, asked) <= now < duty.span.end
    ]
    return min(mine, key=lambda one: (one.role != "primary", one.span.start), default=None)


def sign_in(
    connection: Connection,
    keyring: Keyring,
    published: Published,
    lawyer: str,
    proof: Proof,
    now: datetime,
    shift: str | None = None,
) -> SignedIn | NotSignedIn:
    """Notes that the lawyer is there, once a shift; an alarm raised before ends by it."""
    board.lock(connection)
    asked = rules(connection)
    duty = to_sign_in(published, lawyer, asked, now, shift)
    if duty is None:
        return NotSignedIn("no_duty", _NO_DUTY)
    if duty.role != "primary":
        return NotSignedIn("standby", _STANDBY)
    before = store.sign_ins(connection, [duty.shift]).get((duty.shift, lawyer))
    if before is not None:
        return SignedIn(duty, before, repeated=True)
    proved = _proved(connection, keyring, duty, proof, asked, now)
    if isinstance(proved, NotSignedIn):
        return proved
    way, metres = proved
    late = sign_ins.is_late(duty.span, asked, now)
    made = SignIn(duty.shift, lawyer, duty.post, now, late, way, metres)
    store.insert_sign_in(connection, made)
    store.settle(connection, duty.shift, lawyer, "came", now)
    return SignedIn(duty, made)


def sign_out(connection: Connection, shift: str, lawyer: str, now: datetime) -> bool:
    """Notes that the lawyer leaves; false where they are not there."""
    board.lock(connection)
    return store.note_left(connection, shift, lawyer, now)


def excuse(
    connection: Connection, published: Published, shift: str, lawyer: str, now: datetime
) -> bool:
    """Takes a scheduler's word that the lawyer is there; false where that is settled already."""
    board.lock(connection)
    who = (shift, lawyer)
    duty = next((o for o in duties_near(published, now) if (o.shift, o.lawyer) == who), None)
    if store.settle(connection, shift, lawyer, "excused", now):
        return True
    if duty is None:
        return False
    made = NoShow(shift, lawyer, duty.post, now, "excused", now)
    return store.insert_no_show(connection, made)


def held_since(published: Published, duty: OnDuty) -> datetime:
    """From when on the lawyer has had the duty: its start, or when the roster gave it to them."""
    week = Week.of(duty.span.start.astimezone(SHANGHAI).date())
    since = duty.span.start
    versions = [version for version in published.versions if version.week == week]
    for version in sorted(versions, key=lambda one: -one.number):
        held = (
            one.shift == duty.shift and one.lawyer == duty.lawyer and one.role == duty.role
            for one in version.duties
        )
        if not any(held):
            break
        since = version.published_at
    return max(since, duty.span.start)


def _proved(
    connection: Connection,
    keyring: Keyring,
    duty: OnDuty,
    proof: Proof,
    asked: SignInRules,
    now: datetime,
) -> tuple[Way, int | None] | NotSignedIn:
    if isinstance(proof, ByCode):
        secret = screen_secret(connection, keyring, duty.post)
        if secret is None or not sign_ins.code_fits(secret, proof.code, now):
            return NotSignedIn("wrong_code", _WRONG)
        return "code", None
    if isinstance(proof, Online):
        if duty.kind != "seat":
            return NotSignedIn("proof", _ONLINE_ONLY)
        return "online", None
    place = position_of(connection, duty.post)
    if place is None:
        return NotSignedIn("no_place", _NO_PLACE)
    metres = sign_ins.metres_between((proof.lat, proof.lon), place)
    if metres > asked.metres:
        return NotSignedIn("too_far", _too_far(metres, asked.metres), metres)
    return "position", metres


def position_of(connection: Connection, post: str) -> tuple[float, float] | None:
    """Where a station is, in degrees; None where that is not known exactly."""
    row = connection.execute(
        select(_POST.c.lat, _POST.c.lon, _POST.c.approximate).where(_POST.c.id == post)
    ).one_or_none()
    if row is None or row.lat is None or row.lon is None or row.approximate:
        return None
    return row.lat, row.lon


def _too_far(metres: int, most: int) -> Text:
    return Text(
        f"您离站点约{metres}米，{most}米以内才能用位置签到；到了以后再签，或用屏幕上的签到码",
        f"you are about {metres} m from the station; signing in by position works within {most} m. "
        "Try again when you are there, or use the code on the screen",
    )
