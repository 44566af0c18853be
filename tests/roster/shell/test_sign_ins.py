"""Signing in for a shift, the alarm for who does not come, and stepping in; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import put_setting, save_register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import presence_store, service, sign_ins, station_keys, store
from zhiban.roster.asking_leave import approve_leave, ask_leave
from zhiban.roster.assembly import problem_for
from zhiban.roster.drafts import Verdict
from zhiban.roster.editing import Edit, edited
from zhiban.roster.leave_requests import LeaveAsk
from zhiban.roster.no_shows import raise_alarms
from zhiban.roster.presence import (
    ByCode,
    ByPosition,
    NotSignedIn,
    Online,
    Proof,
    SignedIn,
    attendance,
    excuse,
    sign_in,
    sign_out,
)
from zhiban.roster.presence_records import SIGN_IN
from zhiban.roster.published import Published, Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.stepping_in import (
    Candidates,
    NotSteppedIn,
    Prepared,
    candidates,
    prepare,
    step_in,
)

Rostered = Callable[..., RosterFile]
SEAT, STATION = "seat@2026-11-24T0830", "station@2026-11-24T0830"
PRIMARY, STANDBY = Duty(shift=STATION, lawyer="L2"), Duty(STATION, "L3", "standby")
HERE = (30.8400, 120.9200)


def tuesday(text: str) -> datetime:
    """A time of the Tuesday on which the shifts lie."""
    return datetime.fromisoformat(f"2026-11-24T{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture
def engine(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> Engine:
    """A Tuesday morning: L1 on the seat, L2 at the station, L3 stands by there."""
    station = replace(
        bureau.posts["station"], standby=1, lat=HERE[0], lon=HERE[1], approximate=False
    )
    known = replace(bureau, posts={**bureau.posts, "station": station})
    problem = problem_for(known, week)
    held = (Duty(shift=SEAT, lawyer="L1"), PRIMARY, STANDBY)
    bare = rostered(problem).model_copy(update={"duties": held})
    with writing(database) as connection:
        save_register(connection, known, keyring)
        file = edited(problem, bare, ()).file
        revision = store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        assert revision is not None
        done = service.publish(
            connection, keyring, week, "chen", now, revision, Verdict(week, revision, ())
        )
        assert isinstance(done, Version)
        outbox.claim(connection, keyring, now, limit=100)
    return database


def published(engine: Engine) -> Published:
    """All versions."""
    with reading(engine) as connection:
        return store.load_published(connection)


def come(engine: Engine, keyring: Keyring, lawyer: str, proof: Proof, at: str) -> object:
    """Somebody signs in at a time of the Tuesday."""
    known = published(engine)
    with writing(engine) as connection:
        return sign_in(connection, keyring, known, lawyer, proof, tuesday(at))


def alarms(engine: Engine, keyring: Keyring, at: str) -> list[str]:
    """Who is missed by one run of the timer, by name of lawyer."""
    known = published(engine)
    with writing(engine) as connection:
        return [one.lawyer for one in raise_alarms(connection, keyring, known, tuesday(at))]


def test_a_code_holds_for_its_five_minutes_and_the_next_five() -> None:
    at = tuesday("08:31")
    code = sign_ins.code_at("secret", at)
    assert len(code) == 6
    assert (
        sign_ins.code_at("secret", tuesday("08:34"))
        == code
        != sign_ins.code_at("secret", tuesday("08:35"))
    )
    assert sign_ins.code_fits("secret", f"{code[:3]} {code[3:]}", tuesday("08:39"))
    assert not sign_ins.code_fits("secret", code, tuesday("08:40"))
    assert not sign_ins.code_fits("another", code, at)
    assert sign_ins.code_ends(at) == tuesday("08:35")


def test_distances_are_those_of_the_globe() -> None:
    # One degree of latitude is 2 pi 6371 km / 360 = 111.195 km.
    assert sign_ins.metres_between((30.0, 120.0), (31.0, 120.0)) == 111_195
    assert sign_ins.metres_between(HERE, HERE) == 0


def test_a_setting_that_cannot_be_is_refused_by_name() -> None:
    assert sign_ins.rules_from({"grace": 3}).grace == 3
    with pytest.raises(Refused) as refused:
        sign_ins.rules_from({"grace": "x", "seats": 1, "more": 2})
    fields = {error.field for error in refused.value.errors}
    assert fields == {"roster.sign_in.grace", "roster.sign_in.seats", "roster.sign_in.more"}


def test_the_screens_code_signs_in_at_the_station_once(engine: Engine, keyring: Keyring) -> None:
    with writing(engine) as connection:
        key = station_keys.renew(connection, keyring, "station", "screen", "chen", tuesday("08:00"))
    wrong = come(engine, keyring, "L2", ByCode("000000"), "08:20")
    assert isinstance(wrong, NotSignedIn) and wrong.reason == "wrong_code"  # noqa: PT018
    code = ByCode(sign_ins.code_at(key.token, tuesday("08:20")))
    made = come(engine, keyring, "L2", code, "08:20")
    assert isinstance(made, SignedIn)
    assert (made.signed.late, made.signed.way) == (False, "code")
    again = come(engine, keyring, "L2", ByCode("nonsense"), "09:30")
    assert isinstance(again, SignedIn)
    assert again.repeated
    assert again.signed.at == tuesday("08:20")


def test_a_link_taken_back_opens_nothing_and_its_codes_end(
    engine: Engine, keyring: Keyring
) -> None:
    with writing(engine) as connection:
        old = station_keys.renew(connection, keyring, "station", "screen", "chen", tuesday("08:00"))
        new = station_keys.renew(connection, keyring, "station", "screen", "chen", tuesday("08:01"))
        assert station_keys.open_key(connection, keyring, old.token) is None
        assert station_keys.open_key(connection, keyring, new.token) == new
    code = ByCode(sign_ins.code_at(old.token, tuesday("08:20")))
    assert isinstance(come(engine, keyring, "L2", code, "08:20"), NotSignedIn)
    with writing(engine) as connection:
        assert station_keys.revoke(connection, "station", "screen", "chen", tuesday("08:30"))
        assert station_keys.keys(connection, keyring) == {}


def test_of_a_position_only_the_distance_is_kept(engine: Engine, keyring: Keyring) -> None:
    # 0.01 degrees of latitude are 1112 m, more than the 300 m allowed; 0.001 are 111 m.
    far = come(engine, keyring, "L2", ByPosition(HERE[0] + 0.01, HERE[1]), "08:25")
    assert isinstance(far, NotSignedIn)
    assert (far.reason, far.metres) == ("too_far", 1112)
    near = come(engine, keyring, "L2", ByPosition(HERE[0] + 0.001, HERE[1]), "08:36")
    assert isinstance(near, SignedIn)
    assert (near.signed.metres, near.signed.late) == (111, True)  # 5 minutes' grace are over
    with reading(engine) as connection:
        row = connection.execute(select(SIGN_IN)).one()
    assert not {str(HERE[0] + 0.001), str(HERE[1])} & {str(value) for value in row}


@pytest.mark.parametrize(
    ("lawyer", "at", "reason"),
    [("L2", "07:59", "no_duty"), ("L2", "11:30", "no_duty"), ("L8", "09:00", "no_duty"),
     ("L3", "09:00", "standby"), ("L2", "09:00", "proof")],
)  # fmt: skip
def test_who_cannot_sign_in_is_told_why(
    engine: Engine, keyring: Keyring, lawyer: str, at: str, reason: str
) -> None:
    # Thirty minutes before 8:30 it opens; a station takes no mere button.
    answer = come(engine, keyring, lawyer, Online(), at)
    assert isinstance(answer, NotSignedIn)
    assert answer.reason == reason


def test_the_alarm_is_raised_once_and_told_to_scheduler_lawyer_and_standby(
    engine: Engine, keyring: Keyring
) -> None:
    assert isinstance(come(engine, keyring, "L1", Online(), "08:29"), SignedIn)
    assert alarms(engine, keyring, "08:44") == []
    assert alarms(engine, keyring, "08:45") == ["L2"]
    assert alarms(engine, keyring, "08:46") == []
    with writing(engine) as connection:
        told = outbox.claim(connection, keyring, tuesday("08:46"), 100)
    alarmed = [one.notice for one in told if one.notice.kind in ("no_show", "standby_called")]
    who = sorted(notice.recipient for notice in alarmed)
    assert who == ["lawyer:L2", "lawyer:L3", "role:scheduler"]


def test_a_no_show_is_not_served_unless_the_lawyer_came_or_was_excused(
    engine: Engine, keyring: Keyring, week: Week
) -> None:
    def points(lawyer: str) -> float:
        with reading(engine) as connection:
            return service.ledger_for(connection, week.next())[lawyer].points

    alarms(engine, keyring, "08:45")
    assert (points("L1"), points("L2")) == (0, 0)
    assert isinstance(come(engine, keyring, "L1", Online(), "09:00"), SignedIn)
    known = published(engine)
    with writing(engine) as connection:
        assert excuse(connection, known, STATION, "L2", tuesday("09:10"))
        assert not excuse(connection, known, STATION, "L2", tuesday("09:11"))
        assert not excuse(connection, known, STATION, "L8", tuesday("09:11"))
        found = attendance(connection, known, tuesday("09:12"))
    assert {one.duty.lawyer: one.presence for one in found}["L2"] == "excused"
    # Three hours of a morning are 0.75 points at 3.5 hours a half-day, to quarters.
    assert points("L1") == points("L2") > 0


def test_every_value_of_presence_is_told(engine: Engine, keyring: Keyring) -> None:
    def stands(at: str) -> dict[str, str]:
        known = published(engine)
        with reading(engine) as connection:
            found = attendance(connection, known, tuesday(at))
        return {
            one.duty.lawyer: one.presence
            for one in found
            if one.duty.span.contains(tuesday("08:30"))
        }

    assert stands("08:00") == {"L1": "not_due", "L2": "not_due"}
    assert stands("08:35") == {"L1": "awaited", "L2": "awaited"}
    come(engine, keyring, "L1", Online(), "08:36")
    assert stands("08:50") == {"L1": "late", "L2": "missing"}
    with writing(engine) as connection:
        assert sign_out(connection, SEAT, "L1", tuesday("10:00"))
        assert not sign_out(connection, SEAT, "L1", tuesday("10:01"))
    assert stands("10:05")["L1"] == "left_early"


def test_a_standby_steps_in_by_one_new_version_told_to_the_two_alone(
    engine: Engine, keyring: Keyring, week: Week
) -> None:
    alarms(engine, keyring, "08:45")
    at = tuesday("08:50")
    with reading(engine) as connection:
        found = candidates(connection, week, PRIMARY, at)
        assert isinstance(found, Candidates)
        ready = prepare(connection, week, PRIMARY, "L3", at)
        late = prepare(connection, week, PRIMARY, "L4", at)
    assert (found.candidates[0].stand_in.lawyer, found.candidates[0].standby) == ("L3", True)
    # L1 is on the seat at that hour, and L2 is who is missing.
    assert {one.stand_in.lawyer for one in found.candidates} == {f"L{n}" for n in range(3, 9)}
    assert isinstance(ready, Prepared) and isinstance(late, Prepared)  # noqa: PT018
    with writing(engine) as connection:
        outbox.claim(connection, keyring, at, 100)
        made = step_in(connection, keyring, ready, "L3", at)
        second = step_in(connection, keyring, late, "chen", at)
        told = outbox.claim(connection, keyring, at, 100)
    assert isinstance(made, Version)
    assert made.number == 2
    assert isinstance(second, NotSteppedIn) and second.why == "not_held"  # noqa: PT018
    assert {one.notice.recipient for one in told} == {"L2", "L3"}
    here = {(one.lawyer, one.role) for one in made.duties if one.shift == STATION}
    assert here == {("L3", "primary")}
    # The stand-in has the same fifteen minutes to come, from then on.
    assert alarms(engine, keyring, "09:04") == []
    assert alarms(engine, keyring, "09:05") == ["L3"]


def test_a_standby_on_leave_is_not_offered(
    engine: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    asked = LeaveAsk("L3", Span(tuesday("00:00"), tuesday("23:00")), "sick")
    with writing(engine) as connection:
        made = ask_leave(connection, keyring, asked, now)
        approve_leave(connection, keyring, made.id, "chen", now)
    with reading(engine) as connection:
        found = candidates(connection, week, PRIMARY, tuesday("08:50"))
    assert isinstance(found, Candidates)
    # L1 is on the seat at that hour, L2 is who is missing, and L3 stands by but is on leave.
    assert {one.stand_in.lawyer for one in found.candidates} == {f"L{n}" for n in range(4, 9)}


def test_who_is_barred_or_too_late_does_not_step_in(
    engine: Engine, keyring: Keyring, week: Week
) -> None:
    with reading(engine) as connection:
        busy = prepare(connection, week, PRIMARY, "L1", tuesday("08:50"))
        nobody = prepare(connection, week, PRIMARY, "nobody", tuesday("08:50"))
        over = candidates(connection, week, PRIMARY, tuesday("11:30"))
    found = [one.why for one in (busy, nobody, over) if isinstance(one, NotSteppedIn)]
    assert found == ["barred", "barred", "over"]


def test_a_setting_puts_the_alarm_off_for_seats(engine: Engine, keyring: Keyring) -> None:
    with writing(engine) as connection:
        put_setting(connection, sign_ins.SETTING, {"seats": False, "alarm": 20})
    assert alarms(engine, keyring, "08:49") == []
    assert alarms(engine, keyring, "08:50") == ["L2"]
    assert timedelta(minutes=20) == tuesday("08:50") - tuesday("08:30")
    with reading(engine) as connection:
        assert presence_store.no_shows(connection, [SEAT]) == {}


def test_stepping_in_is_made_in_a_draft_that_has_moved_on_too(
    engine: Engine, keyring: Keyring, week: Week
) -> None:
    at, seat = tuesday("08:50"), Duty(shift=SEAT, lawyer="L1")
    with writing(engine) as connection:
        draft = store.load_draft(connection, week)
        assert draft is not None
        other = edited(draft.problem, draft.file, [Edit("remove", seat)]).file
        store.save_draft(connection, week, draft.problem, other, job=None, by="chen", now=at)
        ready = prepare(connection, week, PRIMARY, "L3", at)
        assert isinstance(ready, Prepared)
        made = step_in(connection, keyring, ready, "L3", at)
        after = store.load_draft(connection, week)
    assert isinstance(made, Version)
    assert seat in {Duty(shift=o.shift, lawyer=o.lawyer, role=o.role) for o in made.duties}
    assert after is not None
    assert (after.revision, after.published_revision) == (3, 1)  # still to be published
    assert set(after.file.duties) == {Duty(shift=STATION, lawyer="L3")}
