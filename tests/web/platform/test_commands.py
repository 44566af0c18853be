"""The command line over files and the database: exit codes, whole files, one line when wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading
from zhiban.data.register_service import log
from zhiban.roster.example import example
from zhiban.web.cli import app


class Done:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch, capfdbinary, tmp_path):
    """Runs a command in an empty directory with an embedded database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", "sqlite:///var/zhiban.db")

    def command(*arguments: str, given: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = app(list(arguments))
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return command


@pytest.fixture(scope="module")
def problem() -> str:
    """A small problem file."""
    return example(lawyers=12, stations=2, seats=1).model_dump_json()


def one_line(done: Done) -> bool:
    """Whether a command ended with exactly one line of complaint and nothing else."""
    return done.code == 2 and done.out == "" and len(done.err.splitlines()) == 1


def test_an_example_is_solved_and_re_proved(run, tmp_path) -> None:
    size = ("--lawyers", "12", "--stations", "2", "--seats", "1")
    assert run("roster", "example", *size, "-o", "p.json").code == 0
    solved = run("roster", "solve", "p.json", "-o", "r.json", "--progress", "--workers", "1")
    assert (solved.code, solved.out) == (0, "")
    assert solved.err  # how far it was, apart from the result
    roster = json.loads(Path("r.json").read_text())
    assert roster["status"] == "optimal"
    checked = run("roster", "check", "p.json", "r.json")
    report = json.loads(checked.out)
    assert (checked.code, report["violations"]) == (0, [])
    assert report["objective"] == roster["objective"]
    assert report["certificate_bound"] + report["search_rest"] == roster["bound"]


def test_a_roster_that_was_tampered_with_is_found_out(run, problem) -> None:
    Path("p.json").write_text(problem)
    run("roster", "solve", "p.json", "-o", "r.json", "--workers", "1")
    roster = json.loads(Path("r.json").read_text())
    roster["duties"] = roster["duties"][1:]
    Path("r.json").write_text(json.dumps(roster))
    checked = run("roster", "check", "p.json", "r.json")
    assert checked.code == 1
    assert json.loads(checked.out)["violations"]


def test_every_unusable_problem_file_gives_one_line_and_writes_nothing(run, problem) -> None:
    Path("empty.json").write_text("")
    Path("binary.json").write_bytes(bytes(range(256)) * 20)
    Path("array.json").write_text("[]")
    Path("cut.json").write_text(problem[: len(problem) // 2])
    Path("folder.json").mkdir()
    Path("deep.json").write_text("[" * 100_000)
    changed = json.loads(problem)
    changed["shifts"][0]["need"] = -1
    Path("negative.json").write_text(json.dumps(changed))
    before = sorted(Path().iterdir())
    for name in ("empty", "binary", "array", "cut", "folder", "deep", "negative", "missing"):
        for arguments in (
            ("roster", "solve", f"{name}.json", "-o", "out.json"),
            ("roster", "check", f"{name}.json", f"{name}.json"),
        ):
            done = run(*arguments)
            assert one_line(done), (name, done.err)
            assert f"{name}.json" in done.err
    assert sorted(Path().iterdir()) == before


def test_an_output_that_cannot_be_written_is_said_before_the_work(run, problem) -> None:
    Path("p.json").write_text(problem)
    Path("folder").mkdir()
    for output in ("folder", "nowhere/out.json"):
        assert one_line(run("roster", "solve", "p.json", "-o", output))


def test_schemas_are_printed_for_both_files_and_no_other(run) -> None:
    for kind in ("problem", "roster"):
        assert json.loads(run("roster", "schema", kind).out)["type"] == "object"
    assert one_line(run("roster", "schema", "nonsense"))


def test_commands_over_a_database_that_is_not_there_say_so_and_make_none(run) -> None:
    for arguments in (
        ("duty",),
        ("user", "list"),
        ("database", "check"),
        ("database", "backup", "copy.zip"),
        ("roster", "export", "--week", "2026-W48"),
        ("roster", "generate", "--week", "2026-W48"),
    ):
        done = run(*arguments)
        assert one_line(done), (arguments, done.err)
    assert not Path("var/zhiban.db").exists()
    assert not Path("copy.zip").exists()


def test_a_database_is_made_checked_copied_and_put_back(run) -> None:
    assert run("database", "upgrade").code == 0
    assert run("database", "upgrade").code == 0
    assert run("database", "check").code == 0
    made = run(
        "user",
        "add",
        "li",
        "--name",
        "李",
        "--role",
        "scheduler",
        "--password-stdin",
        given="a long password\n",
    )
    assert made.code == 0, made.err
    engine = make_engine("sqlite:///var/zhiban.db")
    with reading(engine) as connection:
        keyring = Keyring(Path("var/keys").read_text().split())
        (line,), _ = log(connection, keyring, kind="account")
    engine.dispose()
    assert (line.actor, line.subject, line.act) == ("command line", "li", "added")
    assert [(one.code, one.after) for one in line.fields] == [("role", "scheduler")]
    assert run("database", "backup", "copy.zip").code == 0
    assert one_line(run("database", "restore", "copy.zip"))  # it holds something already
    run(
        "user",
        "add",
        "wang",
        "--name",
        "王",
        "--role",
        "scheduler",
        "--password-stdin",
        given="a long password\n",
    )
    assert run("database", "restore", "copy.zip", "--overwrite").code == 0
    logins = [one["login"] for one in json.loads(run("user", "list", "--json").out)]
    assert logins == ["li"]
    Path("var/zhiban.db").unlink()
    assert run("database", "restore", "copy.zip").code == 0  # a new one holds nothing yet
    assert run("database", "check").code == 0


def test_a_copy_that_was_altered_leaves_the_database_as_it_was(run) -> None:
    import zipfile

    run("database", "upgrade")
    run(
        "user",
        "add",
        "li",
        "--name",
        "李",
        "--role",
        "scheduler",
        "--password-stdin",
        given="a long password\n",
    )
    run("database", "backup", "copy.zip")
    with zipfile.ZipFile("copy.zip") as good, zipfile.ZipFile("bad.zip", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content.replace(b"scheduler", b"supervisor"))
    Path("cut.zip").write_bytes(Path("copy.zip").read_bytes()[:-100])
    Path("text.zip").write_text("no copy at all")
    for name in ("bad.zip", "cut.zip", "text.zip", "missing.zip"):
        assert one_line(run("database", "restore", name, "--overwrite")), name
    (account,) = json.loads(run("user", "list", "--json").out)
    assert account["role"] == "scheduler"


def test_bad_accounts_are_refused_by_field(run) -> None:
    run("database", "upgrade")
    usual = {"--name": "李", "--role": "scheduler"}
    for changes, password, field in (
        ({"--role": "king"}, "a long password", "role"),
        ({"--role": "lawyer"}, "a long password", "lawyer"),
        ({"--lawyer": "L1"}, "a long password", "lawyer"),
        ({"--name": ""}, "a long password", "name"),
        ({}, "short", "password"),
    ):
        options = [part for pair in (usual | changes).items() for part in pair]
        done = run("user", "add", "li", *options, "--password-stdin", given=password + "\n")
        assert one_line(done), done.err
        assert f"{field}:" in done.err
    assert json.loads(run("user", "list", "--json").out) == []
    assert one_line(run("user", "password", "nobody", "--password-stdin", given="a long password"))


def test_an_unknown_lawyer_and_a_login_in_capitals_are_refused_by_name(run) -> None:
    run("database", "upgrade")
    usual = ("--name", "李", "--password-stdin", "--role")
    unknown = run("user", "add", "li", *usual, "lawyer", "--lawyer", "L9999", given="x" * 20)
    assert one_line(unknown), unknown.err
    assert "L9999" in unknown.err
    assert run("user", "add", "sch", *usual, "scheduler", given="x" * 20).code == 0
    capitals = run("user", "add", "SCH", *usual, "scheduler", given="x" * 20)
    assert one_line(capitals), capitals.err
    assert "sch" in capitals.err
    assert [one["login"] for one in json.loads(run("user", "list", "--json").out)] == ["sch"]


def test_a_week_is_made_and_published_and_written_out(run) -> None:
    run("database", "upgrade")
    made = run("roster", "generate", "--week", "2026-W49", "--publish")
    assert made.code == 0, made.err
    (row,) = json.loads(made.out)["weeks"]
    assert (row["published"], row["vacancies"]) == (1, 0)  # no posts: an empty week, published
    again = run("roster", "export", "--week", "2026-W49")
    assert json.loads(again.out) == {"week": "2026-W49", "duties": []}
    table = run("roster", "export", "--week", "2026-W49", "--format", "csv", "-o", "w.csv")
    assert (table.code, table.out) == (0, "")
    assert Path("w.csv").read_bytes().startswith(b"\xef\xbb\xbfweek,version,date")


@pytest.mark.parametrize(
    "arguments",
    [
        ("roster", "generate", "--week", "2026-W60"),
        ("roster", "generate", "--week", "2026-W48", "--weeks", "99"),
        ("roster", "generate", "--week", "2026-W48", "--seconds", "nan"),
        ("roster", "export", "--week", "soon"),
        ("roster", "export", "--week", "2026-W48", "--format", "pdf"),
        ("roster", "export", "--week", "2026-W48"),
        ("roster", "export", "--week", "9999-W52"),
        ("roster", "export", "--week", "0001-W01"),
        ("roster", "generate", "--week", "9999-W52"),
        ("duty", "--at", "soon"),
        ("duty", "--at", "0001-01-01"),
        ("duty", "--at", "9999-12-31T23:59Z"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "0"),
        ("serve", "--clock", "soon"),
        ("serve", "--clock", "2026-11-24T09:00"),  # the database holds no demonstration data
    ],
)
def test_bad_options_over_a_database_give_one_line(run, arguments: tuple[str, ...]) -> None:
    run("database", "upgrade")
    done = run(*arguments)
    assert done.code == 2, done.out
    assert "Traceback" not in done.err
    # A key file that was made is the one other thing that may be said.
    assert len([line for line in done.err.splitlines() if line.startswith("zhiban: ")]) == 1


def test_an_unusable_setting_is_named_in_one_line(run, monkeypatch) -> None:
    monkeypatch.setenv("ZHIBAN_SESSION_HOURS", "soon")
    done = run("user", "list")
    assert one_line(done)
    assert "ZHIBAN_SESSION_HOURS" in done.err
    monkeypatch.delenv("ZHIBAN_SESSION_HOURS")
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", "mysql://somewhere")
    assert one_line(run("user", "list"))


def test_a_file_that_is_no_database_is_said_to_be_none(run) -> None:
    Path("var").mkdir()
    Path("var/zhiban.db").write_text("no database at all, but long enough to look like one" * 20)
    for arguments in (("user", "list"), ("database", "upgrade"), ("duty",)):
        assert one_line(run(*arguments)), arguments


def test_messages_are_chinese_under_a_chinese_locale(run, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "没有数据库" in run("user", "list").err


def test_on_no_arguments_the_commands_are_listed(run) -> None:
    done = run("--help")
    assert done.code == 0
    for name in ("roster", "duty", "clock", "calendar", "serve", "work", "database", "user"):
        assert name in done.out


def test_a_group_of_commands_without_one_shows_its_help_in_lines(run) -> None:
    done = run("roster")
    assert done.code == 2
    assert len(done.err.splitlines()) > 5
    assert "zhiban: " not in done.err
