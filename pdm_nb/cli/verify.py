"""`pdm-nb verify`: compares the service with the contract, from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..service import connect
from ..verify.calls import MOST, PAUSE


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    verify = commands.add_parser(
        "verify",
        parents=[common],
        help="compare the service with the contract; reads only",
        description=f"Makes at most {MOST} calls that only read, and reports what is new, missing or of another type, "
        "and how the service behaves where its documentation is open. The report has no values of the responses, so "
        "it can be sent to others.",
    )
    verify.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report (.json, else text)"
    )
    verify.add_argument("--recycled", action="store_true", help="ask for the recycle bin too")
    verify.add_argument("--revision", action="append", default=[], metavar="ID", help="a revision to look at")
    verify.add_argument(
        "--pause",
        type=_seconds,
        default=PAUSE,
        metavar="SECONDS",
        help=f"between two calls ({PAUSE:g}); shorter ones do not show how the rate limit works",
    )
    verify.set_defaults(run=_verify)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 60:
        raise argparse.ArgumentTypeError("0 to 60 seconds")
    return seconds


def _verify(options: argparse.Namespace) -> int:
    project = connect().project()
    report = project.verify_contract(
        recycled=options.recycled, revision_ids=options.revision, pause=options.pause
    )
    if options.output:
        print(f"Wrote {report.write(options.output)}.", file=sys.stderr)
    if options.json:
        print(json.dumps(report.summary(), ensure_ascii=False))
    elif not options.output:
        print(report)
    return 0
