"""`zhiban roster export` and `import`: a week as files, and back, over an embedded database."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, writing
from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Division, Opening, Post
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.checker import check
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.web.cli import app
from zhiban.web.keys import keyring_for
from zhiban.web.settings import Settings

WEEK = Week(2026, 48)


@pytest.fixture
def run(monkeypatch, capfdbinary, tmp_path):
    """Runs a command on a database with one post and its week published; (code, out, err)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", "sqlite:///var/zhiban.db")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = app(list(arguments))
        out, err = capfdbinary.readouterr()
        return code, out.decode(errors="replace"), err.decode()

    assert command("database", "upgrade")[0] == 0
    _fill(Settings(_env_file=None))
    capfdbinary.readouterr()  # the log tells of the new key
    return command


def _fill(settings: Settings) -> None:
    engine, keyring = make_engine(settings.database_url), keyring_for(settings)
    with writing(engine) as connection:
        save_register(connection, _bureau(), keyring)
        _publish(connection, keyring)
    engine.dispose()


def _publish(connection, keyring: Keyring) -> None:
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    problem = service.assemble(connection, keyring, WEEK)
    people = ("L1", "L2", "L3")
    file = RosterFile(
        status="feasible",
        objective=0,
        bound=0,
        gap=0.0,
        gap_without_vacancies=0.0,
        seconds=1.0,
        first_seconds=0.5,
        by_rule={},
        duties=tuple(
            Duty(shift=one.id, lawyer=people[number % 3])
            for number, one in enumerate(problem.shifts)
        ),
        vacancies=(),
    )
    found = check(problem, file)
    figures = {"objective": found.objective, "bound": found.objective, "by_rule": found.by_rule}
    store.save_draft(
        connection, WEEK, problem, file.model_copy(update=figures), job=None, by="li", now=now
    )
    done = service.publish(connection, keyring, WEEK, "li", now, 1)
    assert not hasattr(done, "why"), done


def _bureau() -> Register:
    openings = tuple(Opening(day, time(8, 30), time(11, 30)) for day in range(5))
    names = {"L1": "陆佳怡", "L2": "沈志远", "L3": "钱建国"}
    return Register(
        divisions={"3304": Division("3304", "嘉兴市", "city", None, "Jiaxing")},
        neighbours=(),
        firms={"F1": Firm("F1", "浙江正大律师事务所", "3304")},
        lawyers={
            id: Lawyer(id, name, "F1", "3304", date(2010, 1, 1), phone=f"1380573000{id[1]}")
            for id, name in names.items()
        },
        posts={
            "hall": Post("hall", "市中心", "Centre", "station", "city", "3304", openings=openings)
        },
        leaves=(),
        preferences=(),
        categories={},
        calendar=published_calendar(),
    )


def test_every_format_is_written_and_phones_are_masked_for_the_public(run) -> None:
    for format in ("json", "csv", "xlsx", "ics", "html"):
        code, out, err = run(
            "roster", "export", "--week", "2026-W48", "--format", format, "-o", f"w.{format}"
        )
        assert (code, out, err) == (0, "", "")
    rows = json.loads(Path("w.json").read_text("utf-8"))["duties"]
    assert [row["lawyer"] for row in rows] == ["L1", "L2", "L3", "L1", "L2"]
    assert rows[0]["phone"] == "13805730001"
    page = Path("w.html").read_text("utf-8")
    assert "嘉兴市公共法律服务律师值班表" in page
    assert "A4 landscape" in page
    assert "第1版" in page
    assert run("roster", "export", "--week", "2026-W48", "--format", "html", "--public")[1].count(
        "138****0001"
    )


def test_a_workbook_goes_out_is_edited_and_comes_back_as_the_draft(run) -> None:
    run("roster", "export", "--week", "2026-W48", "--format", "xlsx", "-o", "w.xlsx")
    code, out, err = run("roster", "import", "w.xlsx", "--week", "2026-W48")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "week": "2026-W48",
        "revision": 2,
        "alternative": None,
        "changed": 0,
        "violations": [],
    }
    run("roster", "export", "--week", "2026-W48", "--show", "draft", "--format", "xlsx", "-o", "d")
    book = openpyxl.load_workbook(io.BytesIO(Path("d").read_bytes()))
    book.worksheets[0]["C4"] = "钱建国"
    book.save("d.xlsx")
    report = json.loads(run("roster", "import", "d.xlsx", "--week", "2026-W48")[1])
    assert (report["revision"], report["changed"]) == (3, 2)  # one gone, one come
    book.worksheets[0]["C4"] = "钱建囯"
    book.worksheets[0]["C5"] = "无名氏"
    book.save("bad.xlsx")
    code, out, err = run("roster", "import", "bad.xlsx", "--week", "2026-W48")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 2
    assert "C5" in err


def test_the_public_workbook_and_other_files_do_not_come_in(run) -> None:
    run(
        *("roster", "export", "--week", "2026-W48", "--format", "xlsx", "--public"),
        *("-o", "public.xlsx"),
    )
    Path("no.xlsx").write_bytes(b"nonsense")
    for file in ("public.xlsx", "no.xlsx"):
        code, out, err = run("roster", "import", file, "--week", "2026-W48")
        assert (code, out) == (1, "")
        assert len(err.splitlines()) == 1
