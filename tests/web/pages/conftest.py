"""A bureau of two seats and a station, served whole, and a browser's way through its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from httpx2 import Response
from sqlalchemy import Engine, Select, insert
from starlette.applications import Starlette
from starlette.testclient import TestClient

from zhiban.data.categories import Category
from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import reading, writing
from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Division, Neighbour, Opening, Post
from zhiban.data.register import Register
from zhiban.data.register_service import log
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster import service as rosters
from zhiban.roster import store
from zhiban.roster.checker import check
from zhiban.roster.drafts import Verdict
from zhiban.roster.problem import ROLES, RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Remedy, RosterFile, Vacancy
from zhiban.web.clock import Clock
from zhiban.web.main import create_app
from zhiban.web.passwords import hashed
from zhiban.web.records import ACCOUNT
from zhiban.web.settings import Settings

CITY, COUNTY, TOWN = "3304", "330411", "330411104"
WEEK = Week(2026, 48)
PASSWORD = "a long password"
# Tuesday of week 48, 9:00: the morning's seats are staffed.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
FRIDAY_BEFORE = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)
_HALVES = ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))


class StillClock(Clock):
    """Stands where it is put."""

    demo = False

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it was put at, in UTC."""
        return self.at.astimezone(UTC)


def register(calendar: WorkCalendar) -> Register:
    """A city with one county and one town: a seat each for the upper two, a station below."""
    openings = tuple(Opening(day, *half) for day in range(5) for half in _HALVES)
    online = frozenset({"online"})
    posts = (
        Post(
            "seat-c", "嘉兴市在线坐席", "Jiaxing Online Seat", "seat", "city", CITY, skills=online
        ),
        Post(
            "seat-x",
            "秀洲区在线坐席",
            "Xiuzhou Online Seat",
            "seat",
            "county",
            COUNTY,
            skills=online,
        ),
        Post(
            "station-t",
            "新塍镇公共法律服务站",
            "Xincheng Station",
            "station",
            "town",
            TOWN,
            standby=1,
        ),
    )
    firms = [Firm("F1", "浙江正大律师事务所", CITY), Firm("F2", "浙江诚信律师事务所", COUNTY)]
    names = ("陆佳怡", "沈志远", "钱建国", "许敏", "顾晓燕", "朱国强")
    lawyers = [
        Lawyer(
            f"L{n}",
            name,
            f"F{1 + n % 2}",
            COUNTY,
            date(2010, 1, 1),
            online | {"labour"},
            per_week=10,
        )
        for n, name in enumerate(names, 1)
    ]
    return Register(
        divisions={
            CITY: Division(CITY, "嘉兴市", "city", None, "Jiaxing"),
            COUNTY: Division(COUNTY, "秀洲区", "county", CITY, "Xiuzhou District"),
            TOWN: Division(TOWN, "新塍镇", "town", COUNTY, "Xincheng Town"),
        },
        neighbours=(Neighbour(CITY, COUNTY, 20, 2), Neighbour(COUNTY, CITY, 20, 2)),
        firms={firm.id: firm for firm in firms},
        lawyers={lawyer.id: lawyer for lawyer in lawyers},
        posts={
            post.id: Post(
                **{name: getattr(post, name) for name in post.__slots__ if name != "openings"},
                openings=openings,
            )
            for post in posts
        },
        leaves=(),
        preferences=(),
        categories={"labour": Category("labour", "劳动", "Labour")},
        calendar=calendar,
    )


# Who holds which post all week; L1 answers for the city, L2 for the county.
HOLDERS = {"seat-c": ("L1",), "seat-x": ("L2",), "station-t": ("L3", "L4")}


@dataclass
class Site:
    """The application at a moment, its database, and browsers that use it."""

    app: Starlette
    clock: StillClock
    engine: Engine
    keyring: Keyring

    def browser(self, login: str = "", lang: str = "zh") -> Browser:
        """A browser of its own; logged in where a name is given."""
        client = TestClient(self.app, raise_server_exceptions=False, follow_redirects=True)
        browser = Browser(client)
        client.cookies.set("lang", lang)
        if login:
            answer = browser.send("/login", {"login": login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
        return browser

    def caller(self, login: str) -> TestClient:
        """A program that calls the API with an account's bearer token."""
        made = TestClient(self.app, raise_server_exceptions=False)
        answer = made.post("/api/v1/sessions", json={"login": login, "password": PASSWORD})
        made.cookies.clear()
        made.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return made

    def draft(self, week: Week = WEEK, empty: tuple[str, ...] = (), **other: str) -> int:
        """Leaves a draft of the week's usual duties; `empty` posts have nobody; its revision.

        `other` names another holder of a post (`seat_x="L5"`).
        """
        with writing(self.engine) as connection:
            problem = rosters.assemble(connection, self.keyring, week)
            duties, vacancies = [], []
            for shift in problem.shifts:
                if shift.post in empty:
                    vacancies.append(_vacancy(shift.id))
                    continue
                usual = HOLDERS[shift.post]
                chosen = other.get(shift.post.replace("-", "_"), usual[0])
                for role, lawyer in zip(ROLES, (chosen, *usual[1:]), strict=False):
                    duties.append(Duty(shift=shift.id, lawyer=lawyer, role=role))
            file = honest(problem, roster_file(duties, vacancies))
            revision = store.save_draft(
                connection, week, problem, file, job=None, by="scheduler", now=self.clock.now()
            )
        assert revision is not None
        return revision

    def publish(self, week: Week = WEEK) -> int:
        """Publishes the draft; the version's number."""
        with writing(self.engine) as connection:
            revision = store.draft_revision(connection, week)
            verdict = Verdict(week, revision, ())
            done = rosters.publish(
                connection, self.keyring, week, "scheduler", self.clock.now(), revision, verdict
            )
        assert isinstance(done, Version), done
        return done.number

    def count(self, statement: Select[int]) -> int:
        """What a counting statement finds."""
        with reading(self.engine) as connection:
            return connection.execute(statement).scalar_one()

    def changed(self, subject: str) -> dict[str, tuple[str, str]]:
        """The newest line of the register's log on a subject: what each field said, and says."""
        with reading(self.engine) as connection:
            lines, _ = log(connection, self.keyring, subject=subject, most=1)
        return {one.code: (one.before, one.after) for one in lines[0].fields}


def _vacancy(shift: str) -> Vacancy:
    return Vacancy(
        shift=shift,
        role="primary",
        missing=1,
        sentence="这一班需要1人，没有人可值。",
        sentence_en="1 lawyer is needed; nobody can serve.",
        blocked={"leave": 3},
        remedies=(
            Remedy(
                kind="borrow",
                what="从嘉兴市借一位律师",
                what_en="borrow one",
                cost=20,
                verified=True,
            ),
        ),
    )


def roster_file(duties: list[Duty], vacancies: list[Vacancy]) -> RosterFile:
    """A solve's result with these duties, and figures that are easy to find on a page."""
    return RosterFile(
        status="feasible" if vacancies else "optimal",
        objective=1200,
        bound=1194 if vacancies else 1200,
        gap=0.005 if vacancies else 0.0,
        gap_without_vacancies=0.0,
        seconds=1.0,
        first_seconds=0.5,
        by_rule={"travel": 700, "fairness": 500},
        duties=tuple(duties),
        vacancies=tuple(vacancies),
    )


def honest(problem: RosterProblem, file: RosterFile) -> RosterFile:
    """The file with the objective that its duties come to, where nothing is vacant."""
    if file.vacancies:
        return file
    found = check(problem, file)
    figures = {"objective": found.objective, "bound": found.objective, "by_rule": found.by_rule}
    return file.model_copy(update=figures | {"status": "feasible"})


@dataclass
class Browser:
    """Reads pages and sends their forms, with the token of the page as a browser would."""

    client: TestClient

    def get(self, path: str) -> Response:
        """A page, redirects followed."""
        return self.client.get(path)

    def send(self, path: str, form: dict[str, object], page: str = "/about") -> Response:
        """A form, with the token that stands in a page this browser just read."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert token is not None
        return self.client.post(path, data={**form, "csrf_token": token[1]})


def accounts(bureau: Register, password_hash: str, now: datetime) -> list[dict[str, object]]:
    """An account for every lawyer and every other role, all with one password."""
    same = {"password_hash": password_hash, "disabled": False, "created_at": now}
    people = [
        {"login": one.id.lower(), "name": one.name, "role": "lawyer", "lawyer": one.id, **same}
        for one in bureau.lawyers.values()
    ]
    desks = ("scheduler", "supervisor", "administrator")
    return people + [
        {"login": role, "name": role, "role": role, "lawyer": None, **same} for role in desks
    ]


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once, since making it is slow on purpose."""
    return hashed(PASSWORD)


@pytest.fixture
def site(database: Engine, calendar: WorkCalendar, password_hash: str) -> Iterator[Site]:
    """The bureau on Tuesday at 9:00, week 48 published as version 1."""
    key = new_key()
    keyring = Keyring([key])
    clock = StillClock(FRIDAY_BEFORE)
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(
        _env_file=None,
        database_url=url,
        keys=key,
        timers=False,
        login_limit="1000/minute",
        ask_limit="1000/minute",
    )
    bureau = register(calendar)
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        connection.execute(insert(ACCOUNT), accounts(bureau, password_hash, clock.now()))
    app = create_app(settings, clock)
    with TestClient(app):
        made = Site(app, clock, database, keyring)
        made.draft()
        made.publish()
        clock.at = TUESDAY
        yield made
