"""The complete input of a solve: a frozen, validated value that goes to JSON and back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.roster.references import faults
from zhiban.roster.refusal import SHOWN, refused_file

Dated = TypeVar("Dated", bound=date)
YEARS = (1900, 9000)  # so far from the calendar's ends that no time zone leads beyond them


def _in_shanghai(moment: datetime) -> datetime:
    _in_known_years(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _in_known_years(day: Dated) -> Dated:
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise PydanticCustomError("year", "its year must lie between 1900 and 9000")
    return day


Role = Literal["primary", "standby"]
ROLES: tuple[Role, ...] = ("primary", "standby")
Half = Literal["am", "pm"]
Day = Annotated[date, AfterValidator(_in_known_years)]
Moment = Annotated[datetime, AfterValidator(_in_shanghai)]
Code = Annotated[str, Field(min_length=1, max_length=120)]
Count = Annotated[int, Field(ge=0, le=1000)]
Weekday = Annotated[int, Field(ge=0, le=6)]
Points = Annotated[float, Field(ge=0, le=1000, multiple_of=0.125)]
Balance = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]


class Value(BaseModel):
    """Frozen, and refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Division(Value):
    """A city, county, town or village; `parent` leads up to the city (or province)."""

    code: Code
    name: str
    level: Literal["province", "city", "county", "town", "village"]
    parent: Code | None = None


class Neighbour(Value):
    """Lawyers of `neighbour` may help out in `division`, that many minutes away, at that price."""

    division: Code
    neighbour: Code
    minutes: Count = 30
    price: Count = 30


class Firm(Value):
    """A law firm; only a firm that consents sends its lawyers.

    `slots_per_week` caps the places given to the firm itself, on shifts `by_firm`: None is the
    rule's default, 0 that it takes none.
    """

    id: Code
    name: str
    division: Code
    consents: bool = True
    slots_per_week: Count | None = None


class Post(Value):
    """Where duty is done; `minutes` of travel from the centre of its county (none for a seat).

    `site` tells posts under one roof (default: the post itself; all seats are one site, for an
    online lawyer does not move). `importance` scales the price of its vacancies, in percent.
    """

    id: Code
    name: str
    kind: Literal["seat", "station"]
    division: Code
    minutes: Count = 0
    site: Code | None = None
    importance: Annotated[int, Field(ge=1, le=1000)] = 100

    @property
    def place(self) -> str:
        """The site: what counts as one place to be at."""
        return self.site or ("online" if self.kind == "seat" else self.id)


class Nearby(Value):
    """Two sites that one lawyer may serve on the same day, with the minutes between them."""

    site: Code
    other: Code
    minutes: Count = 15


class Shift(Value):
    """One post, one span of time; `need` lawyers, better `wish` of them, and `standby` more.

    A shift `by_firm` is given to firms: whoever holds it is the firm's proposal, until the firm
    names somebody, which it may do before `name_by`. Who is named is locked.
    """

    id: Code
    post: Code
    start: Moment
    end: Moment
    need: Count = 1
    wish: Count | None = None
    standby: Count = 0
    skills: tuple[Code, ...] = ()
    points: Annotated[float, Field(ge=0, le=100, multiple_of=0.25)] = 1.0
    unpopular: bool = False
    pairing: bool = False
    by_firm: bool = False
    name_by: Moment | None = None
    holiday: Code | None = None

    @property
    def wanted(self) -> int:
        """Primary places: the wish where there is one."""
        return self.need if self.wish is None else self.wish

    def places(self, role: Role) -> int:
        """How many may hold the role."""
        return self.wanted if role == "primary" else self.standby


class Ledger(Value):
    """What a lawyer served in the weeks before, beside the fair targets.

    Points weigh each duty by its length and role; unpopular duties count one each.
    """

    points: Points = 0.0
    target: Balance = 0.0
    unpopular: Points = 0.0
    unpopular_target: Balance = 0.0


class Lawyer(Value):
    """Who may serve; caps left out are the rules' defaults, `holidays` those served last year."""

    id: Code
    name: str
    firm: Code
    division: Code
    skills: tuple[Code, ...] = ()
    licence: Literal["active", "suspended", "revoked"] = "active"
    licensed_on: date = date(2000, 1, 1)
    sanctioned_until: date | None = None
    weight: Annotated[int, Field(ge=0, le=1000)] = 100
    per_day: Annotated[int, Field(ge=0, le=4)] | None = None
    per_week: Count | None = None
    per_horizon: Count | None = None
    gap_days: Annotated[int, Field(ge=0, le=30)] | None = None
    days_running: Annotated[int, Field(ge=1, le=30)] | None = None
    holidays: tuple[Code, ...] = ()
    ledger: Ledger = Ledger()


class Leave(Value):
    """Time a lawyer is away: any shift that overlaps it is barred."""

    lawyer: Code
    start: Moment
    end: Moment


class Away(Value):
    """A weekday (or one half of it) on which a lawyer never serves."""

    lawyer: Code
    weekday: Weekday
    half: Half | None = None


class Wish(Value):
    """A lawyer's wish: `value` above 0 for, below 0 against; what is left out fits everything."""

    lawyer: Code
    value: Annotated[int, Field(ge=-10, le=10)]
    shift: Code | None = None
    post: Code | None = None
    weekday: Weekday | None = None
    half: Half | None = None


class Habit(Value):
    """Who last held this post at this weekday and half of the day."""

    lawyer: Code
    post: Code
    weekday: Weekday
    half: Half


class Lock(Value):
    """A duty that the roster must contain."""

    lawyer: Code
    shift: Code
    role: Role = "primary"


class Held(Value):
    """A duty published before, on a day before the first or after the last of the horizon.

    It stays as it is, counts in no sum of this horizon, and keeps its lawyer's rest, gaps and
    days running across the border.
    """

    lawyer: Code
    post: Code
    start: Moment
    end: Moment
    role: Role = "primary"


class Forbidden(Value):
    """A lawyer who must not serve at a post, or on one shift of it."""

    lawyer: Code
    post: Code | None = None
    shift: Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.post is None) == (self.shift is None):
            raise ValueError("either a post or a shift must be named")
        return self


class RosterProblem(Value):
    """Everything a solve reads; `rules` holds changed parameters by rule code.

    `unknown_holidays` are those of which nobody knows who served them the year before.
    """

    format: Literal["zhiban-roster-problem/1"] = "zhiban-roster-problem/1"
    start: Day
    weeks: Annotated[int, Field(ge=1, le=13)] = 1
    divisions: tuple[Division, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    firms: tuple[Firm, ...] = ()
    posts: tuple[Post, ...] = ()
    nearby: tuple[Nearby, ...] = ()
    shifts: tuple[Shift, ...] = ()
    lawyers: tuple[Lawyer, ...] = ()
    leaves: tuple[Leave, ...] = ()
    away: tuple[Away, ...] = ()
    wishes: tuple[Wish, ...] = ()
    habits: tuple[Habit, ...] = ()
    locks: tuple[Lock, ...] = ()
    held: tuple[Held, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    unknown_holidays: tuple[Code, ...] = ()
    rules: dict[str, dict[str, Any]] = {}

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.start + timedelta(weeks=self.weeks)


def load_problem(content: bytes | str) -> RosterProblem:
    """Reads a problem file; raises Refused with one line that names the place."""
    try:
        problem = RosterProblem.model_validate_json(content)
    except ValidationError as error:
        raise refused_file(error, "problem") from None
    return sound(problem)


def sound(problem: RosterProblem) -> RosterProblem:
    """The same problem when nothing in it contradicts itself; raises Refused otherwise."""
    found = tuple(islice(faults(problem), SHOWN))
    if found:
        raise Refused(found)
    return problem
