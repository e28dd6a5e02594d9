"""`pdm-nb template`, `map` and `migrate`: their arguments. The commands are imported when one of them runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .terminal.help_texts import SIMPLE, epilog

TEMPLATE = (
    ("pdm-nb template register.xlsx --files drawings", "a row per file, to be filled in"),
    ("pdm-nb upload register.xlsx --dry-run", "what comes back opens without a question"),
)
MAP = (
    ("pdm-nb map register.xlsx", "print the profile"),
    (
        "pdm-nb map register.xlsx --folder drawings -o p.toml",
        "write it, then: pdm-nb migrate p.toml --dry-run",
    ),
)
OF_MAP = {
    0: "the register opens without a question",
    1: "there are open questions",
    2: "the register cannot be read",
}
MIGRATE_DESCRIPTION = (
    "Opens the register that the profile names and applies fixes that have one meaning. Writes the plan. Takes a few "
    "documents all the way first (the pilot) and compares them with what was intended. Uploads, waits for machine "
    "learning, submits, reads everything back, and writes the evidence. Documents with errors are on hold and written to "
    "a list for whoever knows better. The results are next to the profile: acme-plan.html, acme-evidence.xlsx and .html, "
    "acme-held.xlsx, acme.log."
)
MIGRATE = (
    ("pdm-nb map register.xlsx --folder drawings -o acme.toml", "propose a profile"),
    ("pdm-nb migrate acme.toml --dry-run", "write the plan, send nothing"),
    ("pdm-nb migrate acme.toml", "asks before it submits"),
    ("pdm-nb migrate acme.toml --yes --plan acme-plan.html", "at night, as it was signed"),
    ("pdm-nb migrate acme.toml --yes --resume", "continue after a crash, or with a corrected register"),
    ("pdm-nb migrate acme.toml --yes --resume --held acme-held.xlsx", "with what came back"),
)
OF_MIGRATION = {
    0: "all documents are revisions, and equal to what was intended",
    1: "some documents are on hold, failed, deleted, unconfirmed or different",
    2: "nothing was sent; a message explains why",
}


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    _add_template(commands, common)
    _add_map(commands, common)
    _add_migrate(commands, common)


def _add_template(commands: Any, common: argparse.ArgumentParser) -> None:
    found = commands.add_parser(
        "template",
        parents=[common],
        help="write a spreadsheet for somebody to fill in",
        description="Writes a row per file, with what file names, the naming standard and documents of the project show. "
        "Required columns are marked, cells have lists to select from, and there are sheets of codes and instructions.",
        epilog=epilog(TEMPLATE, SIMPLE),
    )
    found.add_argument("output", type=Path, metavar="FILE", help="the new .xlsx file")
    found.add_argument("--files", metavar="PATH", help="a folder or a pattern (default: empty rows)")
    found.set_defaults(run=_template)


def _add_map(commands: Any, common: argparse.ArgumentParser) -> None:
    found = commands.add_parser(
        "map",
        parents=[common],
        help="show how a register is understood, and print its profile",
        description="Finds the table of a register, maps its columns to fields, and finds the files of its rows. Prints "
        "the profile that opens it, to be edited and used with pdm-nb migrate, pdm-nb upload --profile or "
        "project.batch(register, profile=…). Nothing is sent. Without settings for a service, or with "
        "--standard-fields, columns are mapped to the standard fields and no sign-in is needed.",
        epilog=epilog(MAP, OF_MAP),
    )
    found.add_argument("register", type=Path, metavar="REGISTER", help="a spreadsheet, CSV or Parquet file")
    found.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the profile to this .toml file"
    )
    found.add_argument("--folder", type=Path, help="the folder of the files (default: that of the register)")
    found.add_argument("--profile", type=Path, metavar="FILE", help="a profile to start from")
    found.add_argument(
        "--confirm",
        nargs="+",
        metavar="DIFFERENCE",
        help="differences of file names that do not matter, such as case, suffix or revision",
    )
    found.add_argument("--standard-fields", action="store_true", help="do not sign in")
    add_table_options(found)
    found.set_defaults(run=_map)


def add_table_options(command: Any) -> None:
    """Add the options that say which table of a register is meant."""
    command.add_argument("--sheet", help="name of the sheet (default: the one that looks like a register)")
    command.add_argument("--header", type=int, metavar="ROW", help="row of the headings (default: found)")


def _add_migrate(commands: Any, common: argparse.ArgumentParser) -> None:
    found = commands.add_parser(
        "migrate",
        parents=[common],
        help="run a whole migration that a profile describes",
        description=MIGRATE_DESCRIPTION,
        epilog=epilog(MIGRATE, OF_MIGRATION),
    )
    found.add_argument(
        "profile", type=Path, metavar="PROFILE", help="a profile (.toml) with a table [migration]"
    )
    found.add_argument(
        "--dry-run", action="store_true", help="check, and write the journal and the plan; send nothing"
    )
    found.add_argument("--resume", action="store_true", help="continue with the journal of an earlier run")
    found.add_argument("--yes", action="store_true", help="do not ask; the pilot must still be as intended")
    found.add_argument(
        "--held",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="take over the cells that were changed in a held list; with --resume; can be repeated",
    )
    found.add_argument("--plan", metavar="FILE|HASH", help="submit only what this plan has")
    found.set_defaults(run=_migrate)


def _template(options: argparse.Namespace) -> int:
    from . import registers

    return registers.template(options)


def _map(options: argparse.Namespace) -> int:
    from . import registers

    return registers.map_register(options)


def _migrate(options: argparse.Namespace) -> int:
    from . import migrate

    return migrate.migrate(options)
