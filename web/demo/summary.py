"""What the demonstration prints: each week's roster with its proof, and the log-ins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine

from zhiban.data.database import reading
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.published import OnDuty, on_shift
from zhiban.roster.store import load_published
from zhiban.web.cli.line import language, said
from zhiban.web.demo.seeding import DESKS, PASSWORD, PublishedWeek, publishing_moment

SHOWN_VACANCIES = 5


def lines(
    engine: Engine, first: Week, weeks: list[PublishedWeek], now: datetime, asked: int
) -> Iterator[str]:
    """The whole summary, line by line, in the language of the terminal."""
    moment = publishing_moment(first)
    yield said(
        Text(
            f"嘉兴演示数据：值班表按 {moment:%Y-%m-%d %H:%M} 发布",
            f"Jiaxing demonstration: rosters published as of {moment:%Y-%m-%d %H:%M}",
        )
    )
    for one in weeks:
        yield ""
        yield from _week(one)
    with reading(engine) as connection:
        seated = on_shift(load_published(connection, first.next(-1), first), now)
    yield ""
    yield from _desks(seated, now, asked)


def _week(one: PublishedWeek) -> Iterator[str]:
    file, week = one.file, one.week
    days = f"{week.days[0]:%m-%d} - {week.days[-1]:%m-%d}"
    yield said(
        Text(
            f"{week}（{days}）第{one.number}版：{one.posts} 个岗位，{one.shifts} 个班次，"
            f"{len(file.duties)} 人次",
            f"{week} ({days}) version {one.number}: {one.posts} posts, {one.shifts} shifts, "
            f"{len(file.duties)} duties",
        )
    )
    if not one.calendar_known:
        yield "  " + said(
            Text(
                f"注意：{week.monday.year} 年放假安排尚未公布，本周按暂定日历排班",
                f"NOTE: the holidays of {week.monday.year} are not announced yet; this week runs "
                "on a provisional calendar",
            )
        )
    if not one.shifts:
        yield "  " + said(
            Text("本周没有岗位开放，按空表发布", "No post is open; published as an empty week")
        )
    yield "  " + said(
        Text(
            f"状态 {file.status}，目标值 {file.objective}，下界 {file.bound}，差距 {file.gap:.4%}，"
            f"首个完整值班表 {file.first_seconds:.2f} 秒，共 {file.seconds:.2f} 秒",
            f"status {file.status}, objective {file.objective}, bound {file.bound}, "
            f"gap {file.gap:.4%}, first roster {file.first_seconds:.2f} s, in all "
            f"{file.seconds:.2f} s",
        )
    )
    yield from _vacancies(one)
    yield "  " + _verdict(one)


def _vacancies(one: PublishedWeek) -> Iterator[str]:
    vacancies = one.file.vacancies
    missing = sum(vacancy.missing for vacancy in vacancies)
    yield "  " + said(Text(f"空缺 {missing} 个", f"vacancies: {missing}"))
    for vacancy in vacancies[:SHOWN_VACANCIES]:
        words = vacancy.sentence if language() == "zh" else vacancy.sentence_en
        yield f"    {vacancy.shift}: {words}"
    if len(vacancies) > SHOWN_VACANCIES:
        rest = len(vacancies) - SHOWN_VACANCIES
        yield "    " + said(Text(f"……另有 {rest} 处", f"... and {rest} more"))


def _verdict(one: PublishedWeek) -> str:
    checked = one.checked
    if not checked.sound:
        first = said(checked.violations[0].text)
        count = len(checked.violations)
        return said(Text(f"核验：{count} 处不符：{first}", f"checker: {count} violations: {first}"))
    return said(
        Text(
            f"核验：通过，目标值重算为 {checked.objective}，证书下界重证为 "
            f"{checked.certificate_bound}",
            f"checker: no violation, objective recomputed as {checked.objective}, "
            f"certificate bound re-proved as {checked.certificate_bound}",
        )
    )


def _desks(seated: tuple[OnDuty, ...], now: datetime, asked: int) -> Iterator[str]:
    local = now.astimezone(SHANGHAI)
    yield said(
        Text(
            f"{local:%Y-%m-%d %H:%M} 在班 {len(seated)} 人；已放入 {asked} 件虚构咨询",
            f"On shift at {local:%Y-%m-%d %H:%M}: {len(seated)}; {asked} invented questions added",
        )
    )
    yield said(
        Text(f"演示账号，密码都是 {PASSWORD}：", f"Demo log-ins, all with password {PASSWORD}:")
    )
    for login, name, _ in DESKS:
        yield f"  {login:<12} {name}"
    online = [duty for duty in seated if duty.kind == "seat" and duty.role == "primary"]
    for duty in online[:3]:
        yield f"  {duty.lawyer.lower():<12} {duty.lawyer_name}  {duty.post_name}"
    if not online:
        yield "  l0001 ... l0600"
