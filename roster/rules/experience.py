"""A lawyer serves only after some years in practice."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Params, Rule


class ExperienceParams(Params):
    """Full years since the licence, on the day of the shift."""

    years: int = Field(default=1, ge=0, le=60)


class Experience(Rule):
    """Bars lawyers until the day they have been licensed for the set number of years."""

    code = "experience"
    kind = "eligibility"
    title = Text("执业年限不足", "too few years in practice")
    says = Text("执业须满规定年限。", "The set number of full years in practice must be over.")
    Params = ExperienceParams

    def bars(self, ground: Ground) -> Bools:
        start = ground.problem.start
        first = whole(
            (self._full(lawyer.licensed_on) - start).days for lawyer in ground.problem.lawyers
        )
        return ground.places.day[None, :] < first[:, None]

    def _full(self, licensed: date) -> date:
        """The day the years are full; 29 February counts on to 1 March."""
        year = min(licensed.year + self.params.years, 9999)
        if (licensed.month, licensed.day) == (2, 29) and not _leap(year):
            return date(year, 3, 1)
        return licensed.replace(year=year)

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        day = facts.when[shift.id].date
        since = facts.lawyers[lawyer].licensed_on
        served = (day.year - self.params.years, day.month, day.day)
        return served < (since.year, since.month, since.day)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
