"""`zhiban roster repair`: what happened to a roster, mended with the fewest changed duties."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiban.data.timespan import parse_time
from zhiban.data.wording import Refused, Text
from zhiban.roster.roster import Duty
from zhiban.web.cli.line import as_json, check_writable, fail, one_line, said, write_output
from zhiban.web.cli.roster import Output, ProblemFile
from zhiban.web.cli.roster_after import Json, RosterArgument, loaded
from zhiban.web.cli.roster_names import named_duty, shifts_from

if TYPE_CHECKING:
    from zhiban.roster.facts import Facts
    from zhiban.roster.freedom import Freedom
    from zhiban.roster.incidents import Incident
    from zhiban.roster.repair import Repaired

Absences = Annotated[
    list[str] | None,
    typer.Option("--absent", help="LAWYER/FROM/TO, TO exclusive; days or times; repeatable."),
]
Closures = Annotated[
    list[str] | None, typer.Option("--closed", metavar="SHIFT", help="Does not take place.")
]
Additions = Annotated[
    list[str] | None,
    typer.Option("--added", help="A shift more: JSON as in a problem file, or a file of it."),
]
SwapOption = Annotated[
    list[str] | None,
    typer.Option("--swap", help="LAWYER:SHIFT,LAWYER:SHIFT, who take each other's duty."),
]
Alone = Annotated[
    list[str] | None,
    typer.Option("--leave-alone", metavar="LAWYER", help="Keeps all duties, gets no new one."),
]
Movable = Annotated[
    list[str] | None,
    typer.Option(
        "--move", help="Only duties of this lawyer, shift or day may move; `none`: no duty may."
    ),
]


def repair(
    problem: ProblemFile,
    roster_file: RosterArgument,
    absent: Absences = None,
    closed: Closures = None,
    added: Additions = None,
    swap: SwapOption = None,
    since: Annotated[
        str | None, typer.Option(help="What starts earlier stays as it is; a day or a time.")
    ] = None,
    leave_alone: Alone = None,
    move: Movable = None,
    output: Output = None,
    problem_out: Annotated[
        Path | None, typer.Option(help="Write the problem as it is now, for `roster check`.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Stop after.", min=0.1, max=86_400)] = 30.0,
    seed: Annotated[int, typer.Option(help="The seed.", min=0)] = 1,
    as_json_: Json = False,
) -> None:
    """Mend a roster with the fewest changed duties; -o writes the repaired one."""
    from zhiban.roster.repair import repair as mend

    _check_outputs(output, problem_out)
    with one_line():
        if not (absent or closed or added or swap):
            raise Refused.one(
                "--absent",
                "请说明发生了什么：--absent、--closed、--added 或 --swap",
                "say what happened: --absent, --closed, --added or --swap",
            )
        away = [_absence(text) for text in absent or ()]
        freedom = _freedom(since, leave_alone, move)
    facts, file = loaded(problem, roster_file)
    with one_line():
        happened = _incidents(facts, closed, added, swap)
        found = mend(
            facts.problem, file, away, happened, freedom=freedom, seconds=seconds, seed=seed
        )
    if output is not None:
        write_output(output, found.file.model_dump_json(indent=1) + "\n")
    if problem_out is not None:
        write_output(problem_out, found.problem.model_dump_json(indent=1) + "\n")
    text = as_json(_report(facts, found)) if as_json_ else "\n".join(_lines(facts, found)) + "\n"
    taken = "-" in (str(output), str(problem_out))  # standard output went to a file's content
    (sys.stderr if taken else sys.stdout).write(text)


def _check_outputs(output: Path | None, problem_out: Path | None) -> None:
    check_writable(output)
    check_writable(problem_out)
    if output is not None and output == problem_out:
        fail(
            f"-o 和 --problem-out 不能是同一个文件：{output}",
            f"-o and --problem-out must be two files, not both {output}",
        )


def _absence(text: str) -> tuple[str, datetime, datetime]:
    """LAWYER/FROM/TO as its three parts; raises Refused."""
    parts = text.rsplit("/", 2)
    if len(parts) != 3 or not parts[0]:
        raise Refused.one("--absent", "请写成 律师/起/止", "write LAWYER/FROM/TO")
    start, end = (parse_time(part, "--absent") for part in parts[1:])
    if end <= start:
        raise Refused.one("--absent", "止不晚于起", "ends no later than it starts")
    return parts[0], start, end


def _freedom(since: str | None, alone: list[str] | None, move: list[str] | None) -> Freedom:
    from zhiban.roster.freedom import Freedom

    return Freedom(
        since=None if since is None else parse_time(since, "--since"),
        spared=frozenset(alone or ()),
        movable=None if move is None else frozenset(move) - {"none"},
    )


def _incidents(
    facts: Facts, closed: list[str] | None, added: list[str] | None, swap: list[str] | None
) -> list[Incident]:
    """Everything but absences, closures first."""
    from zhiban.roster.incidents import Added, Closed, Swapped

    found: list[Incident] = [Closed(shift) for shift in closed or ()]
    found += [Added(shift) for text in added or () for shift in shifts_from(text)]
    for text in swap or ():
        sides = text.split(",")
        if len(sides) != 2:
            raise Refused.one(
                "--swap", "请写成 律师:班次,律师:班次", "write LAWYER:SHIFT,LAWYER:SHIFT"
            )
        one, other = (named_duty(facts, side, "--swap") for side in sides)
        found.append(Swapped(one, other))
    return found


def _report(facts: Facts, found: Repaired) -> dict[str, Any]:
    return {
        "gone": [_duty(facts, one) for one in found.gone],
        "come": [_duty(facts, one) for one in found.come],
        "proved": found.proved,
        "cheapest": found.cheapest,
        "objective": found.file.objective,
        "vacancies": [
            {
                "shift": one.shift,
                "role": one.role,
                "missing": one.missing,
                "sentence": said(Text(one.sentence, one.sentence_en)),
            }
            for one in found.file.vacancies
        ],
    }


def _lines(facts: Facts, found: Repaired) -> list[str]:
    lines = [f"- {_line(facts, one)}" for one in found.gone]
    lines += [f"+ {_line(facts, one)}" for one in found.come]
    lines += [
        f"! {one.shift}: {said(Text(one.sentence, one.sentence_en))}"
        for one in found.file.vacancies
    ]
    return [*lines, said(_summary(len(found.gone), len(found.come), found.proved))]


def _duty(facts: Facts, duty: Duty) -> dict[str, str]:
    name = facts.lawyers[duty.lawyer].name
    return {"shift": duty.shift, "lawyer": duty.lawyer, "name": name, "role": duty.role}


def _line(facts: Facts, duty: Duty) -> str:
    role = said(Text(" 备班", " standby")) if duty.role == "standby" else ""
    return f"{duty.shift}  {duty.lawyer} {facts.lawyers[duty.lawyer].name}{role}"


def _summary(gone: int, come: int, proved: bool) -> Text:
    proof = Text("已证明改动最少", "the fewest possible")
    if not proved:
        proof = Text("时间用完，未证明最少", "time ran out before that was proved the fewest")
    return Text(
        f"撤下{gone}班，新排{come}班（{proof.zh}）", f"{gone} gone, {come} new ({proof.en})"
    )
