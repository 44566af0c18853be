"""What notices a mistake in the model: every rule, every mutation tried on it, caught by what.

`scripts/bench mutations [RULE ...]` solves small planted problems with one answer of the model
falsified at a time, and prints a table in Markdown; 1 when a mutation gets through.
"""

from __future__ import annotations

import argparse
import sys

from roster_bench.mutations import CASES, mutations_of, tried

from zhiban.roster.rules import RULES


def main() -> int:
    """Prints the table and how many were caught."""
    parser = argparse.ArgumentParser(prog="scripts/bench mutations", description=__doc__)
    parser.add_argument("rules", nargs="*", metavar="RULE", help="codes of rules; none: all")
    wanted = parser.parse_args().rules
    through = count = 0
    print("| rule | the model's answer | mutation | caught by |\n|---|---|---|---|")
    for rule in RULES:
        if wanted and rule.code not in wanted:
            continue
        for mutation in mutations_of(rule):
            caught = tried(mutation)
            count, through = count + 1, through + (not caught.by)
            by = "; ".join(caught.by) or "**nothing**"
            print(f"| {rule.code} | {mutation.hook} | {mutation.what} | {by} |")
    print(
        f"\n{count} mutations on {len(CASES)} planted problems, {count - through} caught, "
        f"{through} not."
    )
    return 1 if through else 0


if __name__ == "__main__":
    sys.exit(main())
