"""`zhiban roster`: problem files solved and checked, and the same over the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhiban.web.cli.line import (
    NO,
    as_json,
    check_writable,
    fail,
    one_line,
    read_input,
    said,
    write_output,
)

app = typer.Typer(help="Rosters: examples, solving, checking.", no_args_is_help=True)
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")]
ProblemFile = Annotated[Path, typer.Argument(help="A problem file.")]


@app.callback()
def roster() -> None:
    """Rosters: examples, solving, checking."""


@app.command("example")
def example(
    lawyers: Annotated[int, typer.Option(help="Lawyers a city.", min=1, max=100_000)] = 600,
    stations: Annotated[int, typer.Option(help="Stations a city.", min=0, max=10_000)] = 75,
    seats: Annotated[int, typer.Option(help="Seats a city.", min=0, max=1_000)] = 8,
    cities: Annotated[int, typer.Option(help="Cities.", min=1, max=100)] = 1,
    weeks: Annotated[int, typer.Option(help="Weeks.", min=1, max=53)] = 1,
    seed: Annotated[int, typer.Option(help="The seed.", min=0)] = 1,
    short: Annotated[bool, typer.Option("--short", help="Too few lawyers for it.")] = False,
    output: Output = None,
) -> None:
    """Make up a problem of that size, coverable by construction unless --short."""
    from zhiban.roster.example import example as made_up

    check_writable(output)
    with one_line():
        problem = made_up(
            lawyers=lawyers,
            stations=stations,
            seats=seats,
            cities=cities,
            weeks=weeks,
            seed=seed,
            short=short,
        )
        write_output(output, problem.model_dump_json(indent=1) + "\n")


@app.command("solve")
def solve(
    problem: ProblemFile,
    output: Output = None,
    seconds: Annotated[float, typer.Option(help="Stop after.", min=0.1, max=86_400)] = 30.0,
    workers: Annotated[int, typer.Option(help="Processor cores.", min=1, max=256)] = 2,
    seed: Annotated[int, typer.Option(help="The seed.", min=0)] = 1,
    progress: Annotated[bool, typer.Option("--progress", help="Say how far it is.")] = False,
) -> None:
    """Solve a problem file to a proved optimum, or as far as the time allows."""
    from zhiban.roster.problem import load_problem
    from zhiban.roster.solve import solve as solve_problem

    check_writable(output)
    with one_line(str(problem)):
        found = solve_problem(
            load_problem(read_input(problem)),
            seconds=seconds,
            workers=workers,
            seed=seed,
            on_progress=_tell if progress else None,
        )
    write_output(output, found.model_dump_json(indent=1) + "\n")


def _tell(row: object) -> None:
    """One row of progress to standard error."""
    seconds, stage = getattr(row, "seconds", 0.0), getattr(row, "stage", "")
    objective, bound = getattr(row, "objective", None), getattr(row, "bound", None)
    print(f"{seconds:8.2f} s  {objective!s:>12}  {bound!s:>12}  {stage}", file=sys.stderr)


@app.command("check")
def check(
    problem: ProblemFile,
    roster_file: Annotated[Path, typer.Argument(metavar="ROSTER", help="A roster file.")],
) -> None:
    """Re-prove a roster: its rules, its objective, its bound; exit 1 when any does not hold."""
    from zhiban.roster.checker import check as check_roster
    from zhiban.roster.problem import load_problem
    from zhiban.roster.rosterfile import load_roster_file

    with one_line(str(problem)):
        loaded = load_problem(read_input(problem))
    with one_line(str(roster_file)):
        given = load_roster_file(read_input(roster_file))
        found = check_roster(loaded, given)
    violations = [
        {
            "rule": one.rule,
            "lawyer": one.lawyer,
            "shift": one.shift,
            "text": said(one.text),
        }
        for one in found.violations
    ]
    report = {
        "violations": violations,
        "objective": found.objective,
        "by_rule": dict(found.by_rule),
        "certificate_bound": found.certificate_bound,
        "search_rest": found.search_rest,
    }
    sys.stdout.write(as_json(report))
    if violations:
        raise typer.Exit(NO)


@app.command("schema")
def schema(
    kind: Annotated[str, typer.Argument(help="problem or roster.")],
    output: Output = None,
) -> None:
    """Print the JSON Schema of problem or roster files."""
    from pydantic import BaseModel

    from zhiban.roster.problem import RosterProblem
    from zhiban.roster.rosterfile import RosterFile

    models: dict[str, type[BaseModel]] = {"problem": RosterProblem, "roster": RosterFile}
    if kind not in models:
        fail(f"没有“{kind}”，可用：problem、roster", f"no schema {kind!r}; known: problem, roster")
    write_output(output, as_json(models[kind].model_json_schema()))
