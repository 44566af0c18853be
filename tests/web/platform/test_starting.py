"""How the service starts: with no more than it needs, and with its memory laid out for long."""

from __future__ import annotations

import os
import subprocess
import sys

from zhiban.data.crypt import new_key


def run(program: str, **settings: str) -> str:
    """What a program says in a process of its own, which has imported nothing yet."""
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_command_line_is_there_before_tables_and_solvers_are() -> None:
    # `zhiban serve` imports it in the process that watches and in each one that serves: what a
    # single command needs is imported by that command.
    heavy = "{'sqlmodel', 'ortools', 'numpy', 'openpyxl', 'psycopg', 'starlette'}"
    program = f"import sys, zhiban.web.cli; print(sorted({heavy} & sys.modules.keys()))"
    assert run(program) == "[]"


def test_a_server_process_looks_for_cycles_seldom_and_not_among_what_is_there_for_good(
    tmp_path,
) -> None:
    program = (
        "import gc\nfrom zhiban.web.process import COLLECT_AFTER, service\nservice()\n"
        "print(gc.isenabled(), gc.get_threshold() == COLLECT_AFTER, gc.get_freeze_count() > 100000)"
    )
    url = f"sqlite:///{tmp_path}/zhiban.sqlite3"
    told = run(program, ZHIBAN_DATABASE_URL=url, ZHIBAN_KEYS=new_key())
    assert told == "True True True"
