"""A small bureau served by the real application, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import pytest
import structlog
from sqlalchemy import Engine, insert
from starlette.applications import Starlette
from starlette.testclient import TestClient

from zhiban.data import board
from zhiban.data.categories import Category
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import newest_revision, writing
from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Division, Neighbour
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.records import DUTY, VERSION
from zhiban.web.accounts import Account, add_account
from zhiban.web.clock import Clock
from zhiban.web.main import create_app
from zhiban.web.settings import Settings
from zhiban.web.wiring import Wiring

CITY, COUNTY, NEXT_COUNTY = "3304", "330411", "330481"
PASSWORD = "a long password"
# Tuesday of week 48, 9:00 on the bureau's clock: the morning's seats are staffed.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
ROLES = ("lawyer", "scheduler", "supervisor", "administrator")


class StillClock(Clock):
    """Stands where it is put."""

    demo = False

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it was put at, in UTC."""
        return self.at.astimezone(UTC)


@dataclass
class Service:
    """The application, its clock, and ways to log in."""

    app: Starlette
    clock: StillClock
    client: TestClient
    accounts: dict[str, Account]

    @property
    def wiring(self) -> Wiring:
        """The parts of the running application."""
        wiring: Wiring = self.app.state.wiring
        return wiring

    def stranger(self) -> TestClient:
        """A client of its own, with no cookies."""
        return TestClient(self.app, raise_server_exceptions=False)

    def log_in(self, login: str) -> TestClient:
        """A client that carries an account's session as a bearer token."""
        client = self.stranger()
        answer = client.post("/api/v1/sessions", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


def small_register(calendar: WorkCalendar) -> Register:
    """A city with two counties and four lawyers of two firms."""
    firms = {
        id: Firm(id, f"{name}律师事务所", CITY) for id, name in (("F1", "正大"), ("F2", "诚信"))
    }
    skills = frozenset({"online", "labour"})
    lawyers = {
        f"L{n}": Lawyer(f"L{n}", f"律师{n}", f"F{1 + n % 2}", COUNTY, date(2010, 1, 1), skills)
        for n in range(1, 5)
    }
    return Register(
        divisions={
            CITY: Division(CITY, "嘉兴市", "city", None, "Jiaxing"),
            COUNTY: Division(COUNTY, "秀洲区", "county", CITY, "Xiuzhou"),
            NEXT_COUNTY: Division(NEXT_COUNTY, "海宁市", "county", CITY, "Haining"),
        },
        neighbours=(
            Neighbour(COUNTY, NEXT_COUNTY, 40, 3),
            Neighbour(NEXT_COUNTY, COUNTY, 40, 3),
        ),
        firms=firms,
        lawyers=lawyers,
        posts={},
        leaves=(),
        preferences=(),
        categories={"labour": Category("labour", "劳动", "Labour")},
        calendar=calendar,
    )


def publish(engine: Engine, register: Register, lawyer: str, day: date, number: int = 1) -> None:
    """Publishes one week's version: this lawyer on the county's seat that morning."""
    start = datetime.combine(day, time(8, 30), SHANGHAI)
    person = register.lawyers[lawyer]
    head = {
        "week": str(Week.of(day)),
        "number": number,
        "published_at": datetime(2026, 11, 20, 8, tzinfo=UTC),
        "published_by": "test",
        "draft_revision": 1,
        "problem": "{}",
        "roster": "{}",
        "status": "optimal",
        "objective": 0,
        "bound": 0,
        "gap": 0.0,
        "duties": 1,
        "vacancies": 0,
    }
    with writing(engine) as connection:
        at = board.lock(connection)
        version = connection.execute(
            insert(VERSION).values(head).returning(VERSION.c.id)
        ).scalar_one()
        duty = {
            "version": version,
            "shift": f"seat-{COUNTY}@{day}T0830",
            "role": "primary",
            "lawyer": lawyer,
            "start_at": start,
            "end_at": start.replace(hour=11),
            "post": f"seat-{COUNTY}",
            "post_name": "秀洲坐席",
            "kind": "seat",
            "division": COUNTY,
            "lawyer_name": person.name,
            "firm": person.firm,
            "firm_name": register.firms[person.firm].name,
            "points": 1.0,
            "unpopular": False,
        }
        connection.execute(insert(DUTY), [duty])
        board.save(connection, replace(at, roster_version=at.roster_version + 1))


@pytest.fixture
def settings(database: Engine) -> Settings:
    """Settings for the test's database, with keys of their own and without timers."""
    return Settings(
        _env_file=None,
        database_url=database.url.render_as_string(hide_password=False),
        keys=new_key(),
        timers=False,
        login_limit="1000/minute",
        ask_limit="1000/minute",
        ticket_limit="1000/minute",
    )


@pytest.fixture
def register(calendar: WorkCalendar) -> Register:
    """The small bureau's register."""
    return small_register(calendar)


@pytest.fixture
def service(
    database: Engine,
    settings: Settings,
    register: Register,
    hashed_once: None,
) -> Iterator[Service]:
    """The application on a database with a register, one published morning, and accounts."""
    keyring = Keyring([settings.keys])
    with writing(database) as connection:
        save_register(connection, register, keyring)
        accounts = {
            role: add_account(
                connection,
                role,
                f"{role}的姓名",
                role,
                PASSWORD,
                TUESDAY,
                "L1" if role == "lawyer" else None,
            )
            for role in ROLES
        }
        add_account(connection, "lawyer-2", "乙", "lawyer", PASSWORD, TUESDAY, "L2")
    publish(database, register, "L1", TUESDAY.date())
    clock = StillClock(TUESDAY)
    app = create_app(settings, clock)
    with TestClient(app) as client:
        yield Service(app, clock, client, accounts)


@pytest.fixture
def hashed_once(monkeypatch: pytest.MonkeyPatch, _hash: str) -> None:
    """Accounts of a test share one hash: hashing is slow on purpose, and tested elsewhere."""
    monkeypatch.setattr("zhiban.web.accounts.hashed", lambda password: _hash)


@pytest.fixture(scope="session")
def _hash() -> str:
    from zhiban.web.passwords import hashed

    return hashed(PASSWORD)


@pytest.fixture(scope="session")
def revision() -> str:
    """The newest revision of the tables."""
    return newest_revision()


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A test may set up logs, on a standard error that ends with it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def publish_day() -> Callable[..., None]:
    """Publishes a version of a week: `publish(engine, register, lawyer, day)`."""
    return publish
