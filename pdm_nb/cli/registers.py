"""`pdm-nb map`: shows how a register is understood, and writes the profile that it proposes."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLES = """\
examples:
  pdm-nb map register.xlsx                             print the profile
  pdm-nb map register.xlsx --folder drawings -o p.toml  write it, then: pdm-nb migrate p.toml --dry-run

exit codes:
  0 the register opens without a question   1 there are open questions   2 it cannot be read
"""


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    found = commands.add_parser(
        "map",
        parents=[common],
        help="show how a register is understood, and print its profile",
        description="Finds the table of a register, maps its columns to fields, and finds the files of its rows. Prints "
        "the profile that opens it, to be edited and used with pdm-nb migrate, pdm-nb upload --profile or "
        "project.batch(register, profile=…). Nothing is sent. Without settings for a service, or with "
        "--standard-fields, columns are mapped to the standard fields and no sign-in is needed.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("register", type=Path, metavar="REGISTER", help="a spreadsheet, CSV or Parquet file")
    found.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the profile to this .toml file"
    )
    found.add_argument("--folder", type=Path, help="the folder of the files (default: that of the register)")
    found.add_argument("--profile", type=Path, metavar="FILE", help="a profile to start from")
    found.add_argument("--standard-fields", action="store_true", help="do not sign in")
    add_table_options(found)
    found.set_defaults(run=_map)


def add_table_options(command: Any) -> None:
    """Add the options that say which table of a register is meant."""
    command.add_argument("--sheet", help="name of the sheet (default: the one that looks like a register)")
    command.add_argument("--header", type=int, metavar="ROW", help="row of the headings (default: found)")


def _map(options: argparse.Namespace) -> int:
    from .. import open_register

    names = ("folder", "profile", "sheet", "header")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.standard_fields or not _has_settings():
        register = open_register(options.register, **given)
        fields = "the standard fields; a project may have others"
    else:
        from .. import connect

        project = connect().project()
        register = project.register(options.register, **given)
        fields = f"the fields of {project.name}"
    for line in _summary(register, fields):
        print(line, file=sys.stderr)
    if options.output:
        register.save_profile(options.output)
        print(f"Wrote {options.output}.", file=sys.stderr)
    if options.json:
        print(json.dumps(_as_json(register), ensure_ascii=False))
    elif not options.output:
        print(_profile(register), end="")
    return 1 if register.questions else 0


def _has_settings() -> bool:
    return any(os.environ.get(f"PDM_NB_{name}") for name in ("ENVIRONMENT", "API_URL"))


def _summary(register: Any, fields: str) -> Iterator[str]:
    yield repr(register)
    yield f"  Mapped to {fields}:"
    for column, field, confidence, samples in _columns(register):
        yield f"    {column} -> {field or 'not used'} ({confidence}){f': {samples}' if samples else ''}"


def _columns(register: Any) -> list[tuple[str, str, str, str]]:
    shown = register.columns[["column", "field", "confidence", "samples"]].fillna("")
    return [tuple(row) for row in shown.to_numpy().tolist()]


def _as_json(register: Any) -> dict[str, Any]:
    columns = [
        {"column": column, "field": field or None, "confidence": confidence}
        for column, field, confidence, _ in _columns(register)
    ]
    return {"columns": columns, "questions": register.questions, "profile": _profile(register)}


def _profile(register: Any) -> str:
    text = io.StringIO()
    register.save_profile(text)
    return text.getvalue()
