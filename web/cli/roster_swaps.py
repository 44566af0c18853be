"""`zhiban roster swaps`: with whom a lawyer could agree on another holder of a duty."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiban.data.timespan import parse_time
from zhiban.data.wording import Refused, Text
from zhiban.web.cli.line import NO, as_json, one_line, said
from zhiban.web.cli.roster import ProblemFile
from zhiban.web.cli.roster_after import Json, RosterArgument, loaded
from zhiban.web.cli.roster_names import held_duty, named_duty

if TYPE_CHECKING:
    from zhiban.roster.facts import Facts
    from zhiban.roster.roster import Duty
    from zhiban.roster.swaps import Moves, Swap

KINDS = {
    1: ("give_away", Text("接替", "give-aways")),
    2: ("exchange", Text("互换", "exchanges")),
    3: ("chain", Text("三人轮换", "chains of three")),
}


def swaps(
    problem: ProblemFile,
    roster_file: RosterArgument,
    duty: Annotated[str, typer.Option(metavar="SHIFT[:ROLE]", help="The duty to be rid of.")],
    lawyer: Annotated[str, typer.Option(help="Who holds it.")],
    partner: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="LAWYER[:SHIFT[:ROLE]]",
            help="Only check this: who takes it over, or whose duty comes back; twice: a chain.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="What starts earlier stays as it is; a day or a time.")
    ] = None,
    chains: Annotated[
        bool, typer.Option("--chains", help="Chains of three also where an exchange exists.")
    ] = False,
    as_json_: Json = False,
) -> None:
    """List who could take a duty over or exchange it; with --with, check one such swap."""
    from zhiban.roster.partners import partners
    from zhiban.roster.swaps import swap

    with one_line():
        begin = None if since is None else parse_time(since, "--since")
    facts, _ = loaded(problem, roster_file)
    with one_line():
        given = held_duty(facts, lawyer, duty, "--duty")
        if partner:
            found: tuple[Swap, ...] = (swap(facts, _moves(facts, given, partner)),)
        else:
            found = partners(facts, given, since=begin, chains=True if chains else None).all
    rows = [_row(one) for one in found]
    if as_json_:
        sys.stdout.write(as_json({"shift": given.shift, "lawyer": lawyer, "swaps": rows}))
    else:
        print("\n".join(_lines(rows)))
    if partner and not found[0].allowed:
        raise typer.Exit(NO)


def _moves(facts: Facts, given: Duty, partner: list[str]) -> Moves:
    """What --with, once or twice, asks for; raises Refused."""
    from zhiban.roster.swaps import chain, exchange, give_away

    if len(partner) == 1 and ":" not in partner[0]:
        return give_away(given, partner[0])
    others = [named_duty(facts, text, "--with") for text in partner]
    if len(others) == 1:
        return exchange(given, others[0])
    if len(others) == 2:
        return chain(given, others[0], others[1])
    raise Refused.one("--with", "最多写两次", "at most twice")


def _row(one: Swap) -> dict[str, Any]:
    return {
        "kind": KINDS[len(one.moves)][0],
        "moves": [
            {
                "shift": move.duty.shift,
                "role": move.duty.role,
                "from": move.duty.lawyer,
                "to": move.to,
            }
            for move in one.moves
        ],
        "allowed": one.allowed,
        "cost": one.cost,
        "prices": one.prices,
        "broken": [
            {
                "rule": broken.rule,
                "lawyer": broken.lawyer,
                "shift": broken.shift,
                "text": said(broken.text),
            }
            for broken in one.broken
        ],
        "reason": said(one.text),
    }


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    """Kind by kind, each way with its rank."""
    lines = []
    for kind, title in KINDS.values():
        own = [row for row in rows if row["kind"] == kind]
        if own:
            lines.append(f"{said(title)}: {len(own)}")
        lines += [f"{rank:>3}  {row['reason']}" for rank, row in enumerate(own, 1)]
    return lines or [said(Text("没有人可以换", "nobody to swap with"))]
