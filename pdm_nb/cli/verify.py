"""`pdm-nb verify`: compares the service with the contract."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .terminal.escape import visible_lines
from .terminal.help_texts import SIMPLE, epilog

EXAMPLES = (
    ("pdm-nb verify", "print what differs from the documentation"),
    ("pdm-nb verify --recycled -o report.json", "a report that can be shared"),
)


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    verify = commands.add_parser(
        "verify",
        parents=[common],
        help="compare the service with the contract; only reads",
        description="Makes at most 25 calls that only read. Reports what is new, missing or of another type, and how "
        "the service behaves where its documentation leaves it open. The report contains no values from the responses, "
        "so it can be shared.",
        epilog=epilog(EXAMPLES, SIMPLE),
    )
    verify.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report to a file (.json, otherwise text)"
    )
    verify.add_argument("--recycled", action="store_true", help="also request the recycle bin")
    verify.add_argument(
        "--revision", action="append", default=[], metavar="ID", help="a revision to request; can be repeated"
    )
    verify.add_argument(
        "--pause",
        type=_seconds,
        metavar="SECONDS",
        help="seconds between two calls (default 1); a shorter pause does not show how the rate limit works",
    )
    verify.set_defaults(run=_verify)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 60:
        raise argparse.ArgumentTypeError("0 to 60 seconds")
    return seconds


def _verify(options: argparse.Namespace) -> int:
    from .sign_in import open_project

    pause = {} if options.pause is None else {"pause": options.pause}
    report = open_project(options).verify_contract(
        recycled=options.recycled, revision_ids=options.revision, **pause
    )
    if options.output:
        print(f"Wrote {report.write(options.output)}.", file=sys.stderr)
    if options.json:
        print(json.dumps(report.summary(), ensure_ascii=False))
    elif not options.output:
        print(visible_lines(str(report)))
    return 0
