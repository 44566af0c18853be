"""`zhiban roster standins|explain`: a roster that stands, looked into."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zhiban.data.wording import Refused, Text
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role, Shift, load_problem
from zhiban.roster.rosterfile import RosterFile, load_roster_file
from zhiban.web.cli.line import as_json, one_line, read_input, said
from zhiban.web.cli.roster import ProblemFile

REMEDY_SECONDS = 10.0  # for all remedies of one shift together
RosterArgument = Annotated[Path, typer.Argument(metavar="ROSTER", help="A roster file.")]
ShiftArgument = Annotated[str, typer.Argument(metavar="SHIFT", help="The id of a shift.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def standins(
    problem: ProblemFile,
    roster_file: RosterArgument,
    shift: ShiftArgument,
    role: Annotated[str, typer.Option(help="primary or standby.")] = "primary",
    as_json_: Json = False,
) -> None:
    """Rank who could take a duty over as things stand, cheapest first, with reasons."""
    from zhiban.roster.stand_ins import stand_ins

    facts, _ = loaded(problem, roster_file)
    with one_line():
        found = stand_ins(facts, _shift(facts, shift).id, _role(facts, shift, role))
    rows = [
        {
            "lawyer": one.lawyer,
            "name": facts.lawyers[one.lawyer].name,
            "firm": facts.lawyers[one.lawyer].firm,
            "cost": one.cost,
            "prices": one.prices,
            "reason": said(one.reason),
        }
        for one in found
    ]
    if as_json_:
        sys.stdout.write(as_json({"shift": shift, "role": role, "standins": rows}))
        return
    if not rows:
        print(said(Text("没有人可以接替", "Nobody could take it over")))
    for place, row in enumerate(rows, 1):
        print(f"{place:>3}  {row['lawyer']:<8} {row['name']}  {row['reason']}")


def explain(
    problem: ProblemFile,
    roster_file: RosterArgument,
    shift: ShiftArgument,
    lawyer: Annotated[str | None, typer.Argument(metavar="LAWYER", help="A lawyer's id.")] = None,
    as_json_: Json = False,
) -> None:
    """Say why a shift is empty, why this lawyer holds it, or why that one does not."""
    facts, _ = loaded(problem, roster_file)
    with one_line():
        asked = _shift(facts, shift)
        if lawyer is not None:
            _known_lawyer(facts, lawyer)
        places = [_place(facts, asked, role, lawyer) for role in _roles(asked)]
    if as_json_:
        sys.stdout.write(as_json({"shift": shift, "lawyer": lawyer, "places": places}))
        return
    for place in places:
        for line in _told(facts, place):
            print(line)


def loaded(problem: Path, roster_file: Path) -> tuple[Facts, RosterFile]:
    """Both files; ends with one line that names the file which cannot be used."""
    from zhiban.roster.checker import violations
    from zhiban.roster.rules import active_rules

    with one_line(str(problem)):
        known = load_problem(read_input(problem))
        rules = active_rules(known)
    with one_line(str(roster_file)):
        file = load_roster_file(read_input(roster_file))
        facts = Facts(known, rules, file.roster)
        first = next(iter(violations(facts)), None)
        if first is not None and first.rule == "file":
            raise Refused.one("duties", first.text.zh, first.text.en)
    return facts, file


def _shift(facts: Facts, shift: str) -> Shift:
    if shift not in facts.shifts:
        raise Refused.one("SHIFT", f"没有班次 {shift}", f"no shift {shift}")
    return facts.shifts[shift]


def _known_lawyer(facts: Facts, lawyer: str) -> None:
    if lawyer not in facts.lawyers:
        raise Refused.one("LAWYER", f"没有律师 {lawyer}", f"no lawyer {lawyer}")


def _roles(shift: Shift) -> list[Role]:
    """The roles that the shift has places for; a shift without any has its primary role asked."""
    roles: list[Role] = ["primary"]
    if shift.standby:
        roles.append("standby")
    return roles


def _role(facts: Facts, shift: str, role: str) -> Role:
    for known in _roles(facts.shifts[shift]):
        if known == role:
            return known
    known_roles = ", ".join(_roles(facts.shifts[shift]))
    raise Refused.one(
        "--role",
        f"{shift} 没有“{role}”的位置，可用：{known_roles}",
        f"{shift} has no places of the role {role!r}; known: {known_roles}",
    )


def _place(facts: Facts, shift: Shift, role: Role, lawyer: str | None) -> dict[str, Any]:
    """What there is to say of one role on a shift: of one lawyer, or of holders and vacancies."""
    from zhiban.roster.explain import why, why_not

    held = [one for one in facts.duties_on(shift.id) if one.role == role]
    if lawyer is not None:
        own = next((one for one in held if one.lawyer == lawyer), None)
        found = why_not(facts, lawyer, shift, role) if own is None else why(facts, own)
        answer = {"text": said(found.text), "rule": found.rule, "prices": found.prices}
        return {"role": role, "holds": own is not None, **answer}
    holders = []
    for one in held:
        found = why(facts, one)
        holders.append({"lawyer": one.lawyer, "text": said(found.text), "prices": found.prices})
    missing = shift.places(role) - len(held)
    empty = _empty(facts, shift, role) if missing > 0 else None
    return {"role": role, "holders": holders, "missing": max(0, missing), "vacancy": empty}


def _empty(facts: Facts, shift: Shift, role: Role) -> dict[str, Any]:
    """Why a place is empty, who is kept from it by what, and what would fill it."""
    from zhiban.roster.explain import blocked
    from zhiban.roster.remedies import Patience, remedies
    from zhiban.roster.shortage import shortage, words

    short = shortage(facts, (shift.id, role))
    found = remedies(facts, shift, role, Patience(REMEDY_SECONDS), short.ways)
    return {
        "sentence": said(words(facts, short)),
        "blocked": blocked(facts, shift, role),
        "remedies": [
            {
                "kind": one.kind,
                "what": said(Text(one.what, one.what_en)),
                "cost": one.cost,
                "verified": one.verified,
            }
            for one in found
        ],
    }


def _told(facts: Facts, place: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    if "text" in place:
        prices = ", ".join(f"{code} {price:+d}" for code, price in place["prices"].items())
        return [f"{place['text']} [{place['rule'] or prices}]"]
    lines = [f"{one['text']}" for one in place["holders"]]
    vacancy = place["vacancy"]
    if vacancy is not None:
        titles = {rule.code: said(rule.title) for rule in facts.rules}
        lines.append(vacancy["sentence"])
        lines += [
            f"  {titles.get(code, said(Text('可以值，但更贵', 'could, at a price')))}: {count}"
            for code, count in vacancy["blocked"].items()
        ]
        lines += [f"  → {one['what']} ({one['cost']:+d})" for one in vacancy["remedies"]]
    return lines or [said(Text("没有位置，也没有人", "no places, and nobody on them"))]
