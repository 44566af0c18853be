"""The command line `zhiban`: each group of commands in a file of its own."""

from __future__ import annotations

from zhiban.web.cli import (
    bodies,
    calendar,
    clock,
    database,
    papers,
    register,
    roster,
    roster_after,
    roster_repair,
    roster_swaps,
    roster_weeks,
    user,
)
from zhiban.web.cli.demo import demo
from zhiban.web.cli.duty import duty
from zhiban.web.cli.line import CommandLine
from zhiban.web.cli.serve import serve, work
from zhiban.web.cli.simulate import simulate

app = CommandLine(
    help="Duty rosters and a consultation queue for public legal service.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
roster.app.command("repair")(roster_repair.repair)
roster.app.command("swaps")(roster_swaps.swaps)
roster.app.command("standins")(roster_after.standins)
roster.app.command("explain")(roster_after.explain)
roster.app.command("generate")(roster_weeks.generate)
roster.app.command("export")(roster_weeks.export)
roster.app.command("import")(roster_weeks.bring_in)
app.add_typer(roster.app, name="roster")
app.add_typer(clock.app, name="clock")
app.add_typer(calendar.app, name="calendar")
app.add_typer(database.app, name="database")
app.add_typer(user.app, name="user")
app.add_typer(bodies.app, name="bodies")
app.add_typer(papers.app, name="papers")
app.command("demo")(demo)
app.command("import")(register.bring_in)
app.command("duty")(duty)
app.command("simulate")(simulate)
app.command("serve")(serve)
app.command("work")(work)
