"""The arguments of `pdm-nb doctor`, and how its results are printed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..terminal.help_texts import epilog

if TYPE_CHECKING:
    from .diagnosis import Diagnosis

EXAMPLES = (
    ("pdm-nb doctor", "check everything"),
    ("pdm-nb doctor --settings tower -q", "only what is wrong, with these settings"),
    ("pdm-nb doctor --json > doctor.json", "a report for support; it has no secrets"),
)
CODES = {0: "nothing is wrong", 1: "something is wrong; the lines say what to do"}
MARKS = {"ok": "ok", "info": "--", "problem": "!!"}


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    doctor = commands.add_parser(
        "doctor",
        parents=[common],
        help="find out what is wrong with this computer, the settings or the sign-in",
        description="Checks Python, packages and extras, the settings file, environment variables, folders, proxy and "
        "certificates. Then signs in and checks the project and its permissions; it only reads. Shows what is wrong and "
        "what to do, and never a secret.",
        epilog=epilog(EXAMPLES, CODES),
    )
    doctor.add_argument("--offline", action="store_true", help="do not sign in")
    doctor.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    found = []
    for one in _diagnoses(options):
        found.append(one)
        if not options.json and (one.status == "problem" or not options.quiet):
            _print(one)
    problems = [one for one in found if one.status == "problem"]
    if options.json:
        checks = [
            {"check": one.check, "status": one.status, "detail": one.detail, "fix": one.fix} for one in found
        ]
        print(json.dumps({"ok": not problems, "checks": checks}, ensure_ascii=False))
    elif not options.quiet:
        print(
            f"{len(problems)} problem{'' if len(problems) == 1 else 's'} found."
            if problems
            else "Nothing is wrong."
        )
    return 1 if problems else 0


def _diagnoses(options: argparse.Namespace) -> Iterator[Diagnosis]:
    from ...errors import SettingsError
    from ...settings.settings_file import NamedSettings, read_settings
    from . import computer
    from .diagnosis import without_secrets

    selected: NamedSettings | SettingsError
    try:
        selected = read_settings(options.settings)
    except SettingsError as error:
        selected = error
    checks = [computer.python(), computer.packages(), computer.settings(selected), computer.folders()]
    checks += [computer.proxy(), computer.certificates()]
    if not options.offline and isinstance(selected, NamedSettings):
        from .connection import connection

        checks.append(connection(options))
    for check in checks:
        yield from map(without_secrets, check)


def _print(one: Diagnosis) -> None:
    from ..terminal.lines import write

    write(f"{MARKS[one.status]}  {one.check}: {one.detail}", sys.stdout)
    if one.fix:
        write(f"      {one.fix}", sys.stdout)
