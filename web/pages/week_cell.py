"""What the panel says of one shift: who holds it and why, who else could, why it is empty; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhiban.roster.explain import DEARER, why, why_not
from zhiban.roster.facts import Facts
from zhiban.roster.intents import locked, state_of
from zhiban.roster.partners import partners
from zhiban.roster.prices import change
from zhiban.roster.problem import Role, Shift
from zhiban.roster.reworking import Worked
from zhiban.roster.roster import Duty
from zhiban.roster.shortage import vacancy
from zhiban.roster.stand_ins import StandIn, stand_ins
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.cell_values import (
    Bar,
    Candidate,
    CellPanel,
    Empty,
    Exchange,
    Holder,
    Term,
)
from zhiban.web.pages.named import broken, in_names
from zhiban.web.pages.week_summary import TITLES, place, sentence_of

SHOWN = 12  # candidates on the panel at first
FOUND = 8  # lawyers of a search
TERMS = 3


def cell_panel(
    at: Worked,
    shift_id: str,
    names: Mapping[str, str],
    lang: Lang,
    role: str = "",
    query: str = "",
    swap: str = "",
) -> CellPanel | None:
    """The panel of a shift; None for one that the roster does not know.

    `swap` is a holder of it for whom duties to exchange with are looked for.
    """
    shift = at.facts.shifts.get(shift_id)
    return None if shift is None else _Panel(at, shift, names, lang).built(role, query, swap)


class _Panel:
    def __init__(self, at: Worked, shift: Shift, names: Mapping[str, str], lang: Lang) -> None:
        self.at, self.facts, self.shift = at, at.facts, shift
        self.names, self.lang = names, lang

    def built(self, wanted: str, query: str, swap: str) -> CellPanel:
        facts, shift = self.facts, self.shift
        holders = facts.duties_on(shift.id)
        empty = tuple(self._empty(role, holders) for role in self._roles())
        short = tuple(one for one in empty if one.missing)
        role = self._role(wanted, short)
        options = stand_ins(facts, shift.id, role) if shift.places(role) else []
        instead = self._gives_way(role, holders)
        swapping = next((one for one in holders if one.lawyer == swap), None)
        start = words.local(shift.start)
        day = f"{words.weekday(start.date(), self.lang)} {words.date_of(start.date(), self.lang)}"
        return CellPanel(
            shift=shift.id,
            post=self.names.get(shift.post, facts.posts[shift.post].name),
            when=f"{day} {words.hours(shift.start, shift.end)}",
            place=place(shift, self.names, self.lang),
            holders=tuple(self._holder(duty) for duty in holders),
            empty=short,
            roles=self._roles(),
            role=role,
            instead=instead,
            candidates=tuple(self._candidate(one) for one in options[:SHOWN]),
            more=max(0, len(options) - SHOWN),
            query=query,
            found=tuple(self._found(query, role)) if query else (),
            swapping=self._holder(swapping) if swapping else None,
            exchanges=self._exchanges(swapping) if swapping else (),
            state=state_of(facts, shift.id),
            broken=tuple(
                broken(facts, one, self.names, self.lang)
                for one in self.at.violations
                if one.shift == shift.id
                or (one.shift is None and any(duty.lawyer == one.lawyer for duty in holders))
            ),
            gone=not any(shift.places(one) for one in self._all_roles()) and not holders,
        )

    @staticmethod
    def _all_roles() -> tuple[Role, ...]:
        return ("primary", "standby")

    def _roles(self) -> tuple[Role, ...]:
        return tuple(role for role in self._all_roles() if self.shift.places(role))

    def _role(self, wanted: str, short: Sequence[Empty]) -> Role:
        roles = self._roles()
        for role in roles:
            if role == wanted:
                return role
        if short:
            return short[0].role
        return roles[0] if roles else "primary"

    def _gives_way(self, role: Role, holders: Sequence[Duty]) -> str:
        own = [duty for duty in holders if duty.role == role]
        if len(own) < self.shift.places(role):
            return ""
        loose = [duty for duty in own if not locked(self.facts, duty)]
        return self.facts.lawyers[loose[0].lawyer].name if loose else ""

    def _empty(self, role: Role, holders: Sequence[Duty]) -> Empty:
        held = sum(duty.role == role for duty in holders)
        missing = max(0, self.shift.places(role) - held)
        if not missing:
            return Empty(role, 0, "", (), 0)
        told = vacancy(self.facts, self.shift.id, role, missing)
        bars = [
            Bar(self._title(code), people)
            for code, people in sorted(told.blocked.items(), key=lambda item: -item[1])
            if people
        ]
        sentence, people = sentence_of(told, self.lang), sum(told.blocked.values())
        return Empty(role, missing, sentence, tuple(bars), people)

    def _title(self, code: str) -> str:
        if code == DEARER:
            return translate(self.lang, "可以直接排上")
        return TITLES[code].in_(self.lang) if code in TITLES else code

    def _holder(self, duty: Duty) -> Holder:
        lawyer = self.facts.lawyers[duty.lawyer]
        told = why(self.facts, duty)
        return Holder(
            lawyer=lawyer.id,
            name=lawyer.name,
            firm=self.facts.firms[lawyer.firm].name,
            role=duty.role,
            locked=locked(self.facts, duty),
            why=told.text.in_(self.lang),
            terms=self._terms(told.prices),
            this_week=self._week_of(lawyer.id),
        )

    def _week_of(self, lawyer: str) -> int:
        facts = self.facts
        week = facts.when[self.shift.id].day // 7
        return sum(facts.when[duty.shift].day // 7 == week for duty in facts.duties_of(lawyer))

    def _terms(self, prices: Mapping[str, int], most: int = 9) -> tuple[Term, ...]:
        ranked = sorted(prices.items(), key=lambda item: -abs(item[1]))[:most]
        return tuple(Term(self._title(code), price) for code, price in ranked if price)

    def _candidate(self, one: StandIn) -> Candidate:
        lawyer = self.facts.lawyers[one.lawyer]
        firm = self.facts.firms[lawyer.firm].name
        terms = self._terms(one.prices, TERMS)
        return Candidate(one.lawyer, lawyer.name, firm, one.cost, terms, self._week_of(one.lawyer))

    def _exchanges(self, duty: Duty) -> tuple[Exchange, ...]:
        """Duties whose holders could take this one in exchange for their own, cheapest first."""
        facts, found = self.facts, []
        if locked(facts, duty):
            return ()
        for one in partners(facts, duty, chains=False).exchanges[:SHOWN]:
            other = next(move.duty for move in one.moves if move.duty != duty)
            lawyer = facts.lawyers[other.lawyer]
            where = place(facts.shifts[other.shift], self.names, self.lang)
            terms, state = self._terms(one.prices, TERMS), state_of(facts, other.shift)
            found.append(
                Exchange(
                    other.shift, other.role, where, lawyer.id, lawyer.name, one.cost, terms, state
                )
            )
        return tuple(found)

    def _found(self, query: str, role: Role) -> list[Candidate]:
        """Lawyers by name, number or firm: what each would cost, or why not."""
        wanted = query.strip().lower()
        on = {duty.lawyer for duty in self.facts.duties_on(self.shift.id) if duty.role == role}
        firms = self.facts.firms
        hits = [
            one
            for one in self.facts.problem.lawyers
            if one.id not in on
            and (
                wanted in one.name.lower()
                or wanted in firms[one.firm].name.lower()
                or wanted == one.id.lower()
            )
        ]
        hits.sort(key=lambda one: (wanted not in one.name.lower(), one.name, one.id))
        return [self._why_not(one.id, role) for one in hits[:FOUND]]

    def _why_not(self, lawyer: str, role: Role) -> Candidate:
        facts = self.facts
        without = self._without(role)
        told = why_not(without, lawyer, self.shift, role)
        known = facts.lawyers[lawyer]
        firm, week = facts.firms[known.firm].name, self._week_of(lawyer)
        if told.rule != DEARER:
            bar = in_names(facts, told.text.in_(self.lang), self.names, self.lang)
            return Candidate(lawyer, known.name, firm, 0, (), week, bar)
        gone = [
            one
            for one in facts.duties_on(self.shift.id)
            if one not in without.roster.by_shift.get(self.shift.id, ())
        ]
        prices = change(facts, gone, [Duty(self.shift.id, lawyer, role)])
        terms = self._terms(prices, TERMS)
        return Candidate(lawyer, known.name, firm, sum(prices.values()), terms, week)

    def _without(self, role: Role) -> Facts:
        """The roster without whom the place's next holder would relieve."""
        holders = [one for one in self.facts.duties_on(self.shift.id) if one.role == role]
        if len(holders) < self.shift.places(role):
            return self.facts
        loose = [one for one in holders if not locked(self.facts, one)] or holders
        return self.facts.with_roster(self.facts.roster.changed(loose[:1], ()))
