"""`zhiban simulate`: a week's roster under the questions it would meet, in virtual time."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.web.cli.line import as_json, fail, one_line, read_input, said

if TYPE_CHECKING:
    from zhiban.queue.knowledge import Knowledge
    from zhiban.queue.outlook import Ahead, Outlook, RosterKind, Source
    from zhiban.queue.simulate import Arrival, County

_SOURCES = {
    "file": Text("文件", "the file"),
    "past": Text("按此前八周抽样", "drawn after the eight weeks before"),
    "usual": Text("按一般规律抽样", "drawn from a usual bureau's week"),
}
_ROSTERS = {"published": Text("已发布", "published"), "draft": Text("草稿", "draft")}


def simulate(
    week: Annotated[
        str | None, typer.Option("--week", help="An ISO week, such as 2026-W48; default this one.")
    ] = None,
    arrivals: Annotated[
        Path | None,
        typer.Option(help="Who asks: JSON lines of at, division, category, channel, green."),
    ] = None,
    roster: Annotated[
        str | None, typer.Option("--roster", help="`published` or `draft` alone; default either.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed.", min=0)] = 1,
    a_day: Annotated[
        float, typer.Option(help="Questions a day where none were asked before.", min=0, max=1e5)
    ] = 200.0,
    as_json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Play a week's roster through: waits, clocks kept, load per lawyer, posts that fall short."""
    from zhiban.queue.outlook import play
    from zhiban.web.clock import SystemClock

    now = SystemClock().now()
    with one_line():
        wanted = Week.of(now.astimezone(SHANGHAI).date())
        if week is not None:
            wanted = Week.parse(week, "--week")
    text = None if arrivals is None else read_input(arrivals)
    ahead, drawn = _outlook(wanted, _kind(roster), now, seed, a_day, draw=text is None)
    asked, source = drawn
    if arrivals is not None and text is not None:
        with one_line(str(arrivals)):
            asked = _read(text, ahead.known)
    outlook = play(ahead, wanted, asked, source, seed)
    about = {
        "week": str(wanted),
        "roster": ahead.kind,
        "arrivals": source,
        "ignored": len(asked) - outlook.found.asked,
        "seed": seed,
    }
    result = about | figures(outlook)
    if as_json_:
        sys.stdout.write(as_json(result))
        return
    print("\n".join(_lines(result)))


def _kind(roster: str | None) -> RosterKind | None:
    """Which roster is asked for; a plain line for any other word."""
    kinds: dict[str | None, RosterKind | None] = {
        None: None,
        "published": "published",
        "draft": "draft",
    }
    if roster not in kinds:
        fail("--roster 只能是 published 或 draft", "--roster is published or draft")
    return kinds[roster]


def _outlook(
    week: Week, which: RosterKind | None, now: Any, seed: int, a_day: float, *, draw: bool
) -> tuple[Ahead, tuple[list[Arrival], Source]]:
    """What is known with the week's roster, which one it is, and who would ask."""
    from zhiban.data.database import reading
    from zhiban.queue.outlook import expected, week_ahead
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.keys import keyring_for

    with one_line():
        settings = settings_now()
        with existing_database(settings) as engine, reading(engine) as connection:
            ahead = week_ahead(connection, keyring_for(settings), week, which)
            if ahead is None:
                fail(
                    f"{week} 没有值班表，已发布的和草稿都没有",
                    f"there is no roster of {week}, neither published nor a draft",
                )
            none: tuple[list[Arrival], Source] = ([], "file")
            if not draw:
                return ahead, none
            register = ahead.known.register
            return ahead, expected(connection, register, week, now, seed, a_day)


def _read(text: bytes, known: Knowledge) -> list[Arrival]:
    from zhiban.queue.arrivals import read_arrivals

    try:
        lines = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused.one("line", "不是 UTF-8 文字", "is not UTF-8 text") from None
    return read_arrivals(lines, known.register.divisions, known.register.categories)


def figures(outlook: Outlook) -> dict[str, Any]:
    """The figures of a run as plain values; lengths in seconds."""
    from zhiban.queue.outlook import loads, short_posts

    found, known = outlook.found, outlook.ahead.known
    names = {code: said(division.text) for code, division in known.register.divisions.items()}
    return {
        "asked": found.asked,
        "answered": found.answered,
        "waiting": asdict(found.waiting),
        "answering": asdict(found.answering),
        "attainment": found.attainment,
        "beyond": found.beyond,
        "escalated": found.escalated,
        "counties": [_county(one, names[one.code]) for one in found.counties],
        "short": [
            {"division": code, "name": names[code], "posts": list(posts)}
            for code, posts in short_posts(outlook).items()
        ],
        "load": [
            {"lawyer": lawyer, "name": known.lawyer_name(lawyer), "answered": count}
            for lawyer, count in sorted(
                loads(outlook).items(), key=lambda item: (-item[1], item[0])
            )
        ],
    }


def _county(one: County, name: str) -> dict[str, Any]:
    row = asdict(one)
    del row["late_halves"]  # kept for the load report; a pair is no key of JSON
    return {"division": row.pop("code"), "name": name} | row


def _lines(result: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    roster, source = said(_ROSTERS[result["roster"]]), said(_SOURCES[result["arrivals"]])
    lines = [
        said(Text(f"{result['week']} {roster}值班表", f"{result['week']}, {roster} roster")),
        said(
            Text(
                f"提问 {result['asked']}（{source}），答复 {result['answered']}",
                f"{result['asked']} questions ({source}), {result['answered']} answered",
            )
        ),
    ]
    if result["ignored"]:
        count = result["ignored"]
        lines.append(
            said(Text(f"另有{count}件不在这一周，未计入", f"{count} outside of the week, left out"))
        )
    lines.append(_waits(said(Text("全部", "all")), result))
    lines += [_waits(f"{one['division']} {one['name']}", one) for one in result["counties"]]
    lines.append(
        said(
            Text(
                f"其他区域坐席接办 {result['beyond']}，报告主管 {result['escalated']}",
                f"{result['beyond']} beyond their own seat, {result['escalated']} told to a "
                "supervisor",
            )
        )
    )
    names = {one["division"]: one["name"] for one in result["counties"]}
    lines += [
        f"{one['name']} → {names.get(to, to)} {count}"
        for one in result["counties"]
        for to, count in one["beyond"].items()
    ]
    lines += [_short(one) for one in result["short"]]
    lines += [f"{one['lawyer']:<8} {one['name']} {one['answered']}" for one in result["load"]]
    return lines


def _waits(who: str, row: dict[str, Any]) -> str:
    kept = "-" if row["attainment"] is None else f"{row['attainment']:.1%}"
    waiting, answering = _minutes(row["waiting"]), _minutes(row["answering"])
    return said(
        Text(
            f"{who}：按时 {kept}，等候 {waiting}，答复 {answering}（分钟，50/90/99%）",
            f"{who}: kept {kept}, waiting {waiting}, answer {answering} (minutes, 50/90/99%)",
        )
    )


def _minutes(found: dict[str, Any]) -> str:
    values = (found["p50"], found["p90"], found["p99"])
    return "/".join("-" if one is None else f"{one / 60:.0f}" for one in values)


def _short(one: dict[str, Any]) -> str:
    posts = ", ".join(one["posts"]) or said(Text("没有坐席", "no seat"))
    return said(Text(f"{one['name']}人手不足（{posts}）", f"{one['name']} falls short ({posts})"))
