"""A small bureau for the tests of the queue: two counties and their city, five seats' lawyers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from zhiban.data import board
from zhiban.data.categories import Category
from zhiban.data.crypt import Keyring
from zhiban.data.database import writing
from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Division, Neighbour, PostKind
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.outcomes import Asked
from zhiban.roster.problem import Role
from zhiban.roster.published import OnDuty
from zhiban.roster.records import DUTY, VERSION

CITY, XIUZHOU, HAINING = "3304", "330411", "330481"
TOWN = "330411104"
MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(17))


def at(text: str) -> datetime:
    """A moment on the bureau's wall clock: `11-24 09:00` is in 2026."""
    full = text if text.count("-") == 2 else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def small_register(calendar: WorkCalendar, lawyers: int = 8) -> Register:
    """Two counties that are neighbours, firms of two lawyers, everyone able to be online."""
    firms = {
        f"F{n}": Firm(f"F{n}", f"{name}律师事务所", CITY)
        for n, name in enumerate(("正大", "诚信", "海塘", "南湖红船", "运河", "嘉禾"), 1)
    }
    people = {}
    for n in range(1, lawyers + 1):
        id = f"L{n}"
        people[id] = Lawyer(
            id,
            f"律师{n}",
            f"F{(n - 1) // 2 % len(firms) + 1}",
            XIUZHOU,
            date(2010, 1, 1),
            frozenset({"online", "labour" if n % 2 else "family"}),
        )
    return Register(
        divisions={
            CITY: Division(CITY, "嘉兴市", "city", None, "Jiaxing"),
            XIUZHOU: Division(XIUZHOU, "秀洲区", "county", CITY, "Xiuzhou"),
            HAINING: Division(HAINING, "海宁市", "county", CITY, "Haining"),
            TOWN: Division(TOWN, "新塍镇", "town", XIUZHOU, "Xincheng"),
        },
        neighbours=(
            Neighbour(XIUZHOU, HAINING, 40, 3),
            Neighbour(HAINING, XIUZHOU, 40, 3),
        ),
        firms=firms,
        lawyers=people,
        posts={},
        leaves=(),
        preferences=(),
        categories={
            "labour": Category("labour", "劳动", "Labour"),
            "family": Category("family", "婚姻家庭", "Family"),
        },
        calendar=calendar,
    )


def duty(
    lawyer: Lawyer,
    day: str,
    hours: tuple[time, time] = MORNING,
    division: str = XIUZHOU,
    role: Role = "primary",
    kind: PostKind = "seat",
) -> OnDuty:
    """One lawyer on one shift of a division's seat."""
    on = date.fromisoformat(f"2026-{day}")
    start, end = (datetime.combine(on, hour, SHANGHAI) for hour in hours)
    if end <= start:
        end += timedelta(days=1)
    post = f"{kind}-{division}"
    return OnDuty(
        shift=f"{post}@{on}T{start:%H%M}",
        span=Span(start, end),
        post=post,
        post_name=f"{division}坐席",
        kind=kind,
        division=division,
        lawyer=lawyer.id,
        lawyer_name=lawyer.name,
        firm=lawyer.firm,
        firm_name=lawyer.firm,
        role=role,
    )


@dataclass
class Bureau:
    """A database with a register, and short ways to do things in it, each in a transaction."""

    engine: Engine
    keyring: Keyring
    register: Register
    secrets: dict[str, str] = field(default_factory=dict)
    morning = MORNING
    afternoon = AFTERNOON
    city, xiuzhou, haining, town = CITY, XIUZHOU, HAINING, TOWN
    at = staticmethod(at)
    duty = staticmethod(duty)

    def publish(self, duties: Iterable[OnDuty], since: datetime | None = None) -> None:
        """Publishes one version for every week that the duties touch."""
        weeks: dict[Week, list[OnDuty]] = {}
        for one in duties:
            weeks.setdefault(Week.of(one.span.start.astimezone(SHANGHAI).date()), []).append(one)
        with writing(self.engine) as connection:
            found = board.lock(connection)
            for week, ours in weeks.items():
                counting = select(func.count()).where(VERSION.c.week == str(week))
                number = connection.execute(counting).scalar_one() + 1
                row = {
                    "week": str(week),
                    "number": number,
                    "published_at": since or datetime(2026, 1, 1, tzinfo=UTC),
                    "published_by": "test",
                    "draft_revision": 1,
                    "problem": "{}",
                    "roster": "{}",
                    "status": "optimal",
                    "objective": 0,
                    "bound": 0,
                    "gap": 0.0,
                    "duties": len(ours),
                    "vacancies": 0,
                }
                made = insert(VERSION).values(row).returning(VERSION.c.id)
                version = connection.execute(made).scalar_one()
                connection.execute(insert(DUTY), [_duty_row(version, one) for one in ours])
            version_up = replace(found, roster_version=found.roster_version + 1)
            board.save(connection, version_up)

    def ask(self, now: datetime, text: str = "老板拖欠工资怎么办", **fields: object) -> Asked:
        """Asks, and keeps the secret."""
        key = fields.pop("key", None)
        request = Ask(**{"text": text, "division": XIUZHOU, "consent": True} | fields)
        with writing(self.engine) as connection:
            asked = service.ask(connection, self.keyring, request, key, now)
        assert isinstance(asked, Asked)
        self.secrets[asked.ticket] = asked.secret
        return asked

    def do(self, move: Callable, ticket: str, lawyer: str, now: datetime, text="", **more):
        """A lawyer's move, without expecting a version unless one is named."""
        what = service.Move(ticket, lawyer, now, text, more.pop("version", None))
        with writing(self.engine) as connection:
            return move(connection, self.keyring, what, **more)

    def citizen(self, move: Callable, ticket: str, *arguments: object):
        """A citizen's move with the right secret."""
        with writing(self.engine) as connection:
            return move(connection, self.keyring, ticket, self.secrets[ticket], *arguments)

    def run(self, timer: Callable, now: datetime):
        """One run of a timer."""
        with writing(self.engine) as connection:
            return timer(connection, self.keyring, now)

    def holder(self, ticket: str) -> str | None:
        """Who holds a question, by its events."""
        state = self.state(ticket)
        return state.lawyer

    def state(self, ticket: str):
        """The folded state of a question."""
        from zhiban.queue import store

        with writing(self.engine) as connection:
            one = store.dossier(connection, ticket)
        assert one is not None
        return one.state

    def events(self, ticket: str):
        """The events of a question, texts included."""
        from zhiban.queue import store

        with writing(self.engine) as connection:
            one = store.dossier(connection, ticket)
            return store.read_written(connection, self.keyring, one.state.id)

    def kinds(self, ticket: str) -> list[str]:
        """The kinds of a question's events, in order."""
        return [event.kind.value for event in self.events(ticket)]

    def faults(self) -> list[service.Fault]:
        """What the proof finds."""
        with writing(self.engine) as connection:
            return service.verify(connection, self.keyring)

    def on(self, *rows: object) -> None:
        """Publishes duties given as (lawyer number, day, hours[, division])."""
        self.publish(duty(self.register.lawyers[f"L{number}"], *rest) for number, *rest in rows)


def _duty_row(version: int, one: OnDuty) -> dict[str, object]:
    return {
        "version": version,
        "shift": one.shift,
        "role": one.role,
        "lawyer": one.lawyer,
        "start_at": one.span.start,
        "end_at": one.span.end,
        "post": one.post,
        "post_name": one.post_name,
        "kind": one.kind,
        "division": one.division,
        "lawyer_name": one.lawyer_name,
        "firm": one.firm,
        "firm_name": one.firm_name,
        "points": one.points,
        "unpopular": one.unpopular,
    }


@pytest.fixture
def bureau(database: Engine, keyring: Keyring, calendar: WorkCalendar) -> Bureau:
    """The small bureau in an empty database, nothing published yet."""
    register = small_register(calendar)
    with writing(database) as connection:
        save_register(connection, register, keyring)
    return Bureau(database, keyring, register)


@pytest.fixture(scope="session")
def make_register() -> Callable[..., Register]:
    """Makes the small register with some number of lawyers."""
    return small_register


@pytest.fixture(scope="session")
def make_bureau() -> type[Bureau]:
    """Makes a bureau of an engine, a keyring and a register."""
    return Bureau
