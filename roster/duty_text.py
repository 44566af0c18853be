"""A week's duties as plain rows, as CSV, as JSON and as a calendar; pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from zhiban.data.timespan import SHANGHAI
from zhiban.data.workbooks import FORMULA
from zhiban.roster.duty_table import DutyTable, Person
from zhiban.roster.duty_words import Bureau, standing
from zhiban.roster.problem import RosterProblem

HEADERS = {
    "week": "周次",
    "version": "版本",
    "date": "日期",
    "start": "开始",
    "end": "结束",
    "post": "岗位编号",
    "post_name": "岗位",
    "role": "值班或备班",
    "lawyer": "律师编号",
    "lawyer_name": "律师",
    "firm_name": "律所",
    "phone": "电话",
}
Row = Mapping[str, Any]


def duty_rows(table: DutyTable, problem: RosterProblem) -> list[dict[str, Any]]:
    """One row a duty, by start, post and role; `version` is 0 for a draft."""
    shifts = {shift.id: shift for shift in problem.shifts}
    posts = {post.id: post.name for post in problem.posts}
    rows = []
    for shift_id, person in _people(table):
        shift = shifts[shift_id]
        start, end = shift.start.astimezone(SHANGHAI), shift.end.astimezone(SHANGHAI)
        rows.append(
            {
                "week": str(table.week),
                "version": table.number if table.kind == "version" else 0,
                "date": start.date().isoformat(),
                "start": start.isoformat(),
                "end": end.isoformat(),
                "post": shift.post,
                "post_name": posts[shift.post],
                "role": person.role,
                "lawyer": person.lawyer,
                "lawyer_name": person.name,
                "firm_name": person.firm,
                "phone": person.phone,
            }
        )
    return sorted(rows, key=lambda row: (row["start"], row["post"], row["role"], row["lawyer"]))


def _people(table: DutyTable) -> Iterator[tuple[str, Person]]:
    for section in table.sections:
        for line in section.lines:
            for box in line.boxes:
                for entry in box.entries:
                    yield from ((entry.shift, person) for person in entry.people)


def as_json(table: DutyTable, rows: Sequence[Row]) -> str:
    """The rows as JSON with the week."""
    content = {"week": str(table.week), "duties": list(rows)}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Row], headers: Mapping[str, str]) -> str:
    """The rows as a table that Excel opens as it stands (UTF-8 with its mark)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(headers))
    writer.writerow(dict(headers))
    writer.writerows({name: harmless(row[name]) for name in headers} for row in rows)
    return "\ufeff" + out.getvalue()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_ics(table: DutyTable, rows: Sequence[Row], bureau: Bureau) -> bytes:
    """The duties as events of a calendar; a later version's take the place of earlier ones."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zhiban//duty roster//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{bureau.name} {table.week}")
    calendar.add("x-wr-timezone", str(SHANGHAI))
    for row in rows:
        event = Event()
        role = "备班" if row["role"] == "standby" else "值班"
        event.add("uid", f"{row['post']}-{row['start']}-{row['role']}-{row['lawyer']}@zhiban")
        event.add("summary", f"{row['lawyer_name']} {row['post_name']} {role}")
        event.add("location", row["post_name"])
        event.add("dtstart", datetime.fromisoformat(row["start"]).astimezone(SHANGHAI))
        event.add("dtend", datetime.fromisoformat(row["end"]).astimezone(SHANGHAI))
        event.add("dtstamp", table.at)
        event.add("sequence", row["version"])
        contact = f" {row['phone']}" if row["phone"] else ""
        event.add("description", f"{row['firm_name']}{contact}\n{standing(table)}")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
