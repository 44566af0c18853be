"""`zhiban clock due`: right answers, one line for each bad one, and no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.wording import Refused
from zhiban.web.cli.clock import answer

CALENDAR = published_calendar()


def due(**fields: object) -> object:
    """The due time of these fields."""
    return answer(CALENDAR, fields)["due"]


def run(
    *arguments: str, given: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess:
    """Runs the command line as a stranger does."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C"}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from zhiban.web.cli import app; sys.exit(app())",
            *list(arguments),
        ],
        input=given,
        capture_output=True,
        cwd=cwd,
        env=environment,
        check=False,
        timeout=60,
    )


def test_four_hours_from_ten_on_a_make_up_saturday_end_at_four() -> None:
    # 10:00 to 11:30 are 1.5 h, 13:30 to 16:00 the other 2.5 h; 14 February 2026 is worked.
    assert due(asked="2026-02-14T10:00+08:00", target="4h") == "2026-02-14T16:00:00+08:00"


def test_three_hours_from_opening_end_before_lunch_not_after_it() -> None:
    assert due(asked="2026-11-24T08:30", target="3h") == "2026-11-24T11:30:00+08:00"


def test_a_pause_adds_the_working_time_that_it_took() -> None:
    # Without it 16:00. Paused 11:00 to 14:00: half an hour before lunch and half an hour after
    # it, so one hour is added behind: 17:00, the day's end, not the next day's opening.
    found = due(asked="2026-11-24T10:00", target="4h", pause=["2026-11-24T11:00/2026-11-24T14:00"])
    assert found == "2026-11-24T17:00:00+08:00"


def test_wall_clock_hours_run_through_the_night() -> None:
    assert due(asked="2026-11-24T20:00", target="24h", unit="wall") == "2026-11-25T20:00:00+08:00"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"asked": "soon", "target": "4h"}, "asked"),
        ({"asked": "2026-11-24T10:00", "target": "4 hours"}, "target"),
        ({"asked": "2026-11-24T10:00", "target": "1d", "unit": "wall"}, "target"),
        ({"asked": "2026-11-24T10:00", "target": "4h", "unit": "moon"}, "unit"),
        ({"asked": "2026-11-24T10:00", "target": "4h", "pause": ["x"]}, "pause[0]"),
        ({"asked": 5, "target": "4h"}, "asked"),
        ({"target": "4h"}, "asked"),
        ({"asked": "2026-11-24T10:00", "target": "4h", "pauses": []}, "pauses"),
        (
            {
                "asked": "2026-11-24T10:00",
                "target": "4h",
                "pause": ["2026-11-24T12:00/2026-11-24T11:00"],
            },
            "pause[0]",
        ),
    ],
)
def test_a_bad_field_is_named(fields: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        answer(CALENDAR, fields)
    assert refused.value.errors[0].field == field


def test_every_line_is_answered_with_one_line_and_exit_one_says_that_some_were_refused(
    tmp_path: Path,
) -> None:
    lines = [
        b'{"asked":"2026-02-14T10:00+08:00","target":"4h","unit":"working"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"",
        b'{"asked":"\\ud800","target":"4h"}',
        b"null",
    ]
    done = run("clock", "due", "--jsonl", given=b"\n".join(lines), cwd=tmp_path)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(lines)
    assert answers[0] == {"due": "2026-02-14T16:00:00+08:00", "provisional": False}
    assert all(set(one) == {"error"} for one in answers[1:])
    assert done.returncode == 1
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []  # needs no database, makes none


def test_bad_options_give_one_line_and_exit_two(tmp_path: Path) -> None:
    for arguments in (
        ("clock", "due", "--asked", "soon", "--target", "4h"),
        ("clock", "due", "--asked", "2026-11-24T10:00"),
        ("clock", "due", "--nonsense"),
        ("clock", "nonsense"),
        ("nonsense",),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 2, arguments
        assert done.stdout == b""
        assert len(done.stderr.decode().splitlines()) == 1, done.stderr
        assert b"Traceback" not in done.stderr
