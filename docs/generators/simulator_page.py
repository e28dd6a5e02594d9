"""Writes the tables of docs/reference/simulator.md from the code: `python docs/generators/simulator_page.py`."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from pdm_nb.sim.handlers import control_api
from pdm_nb.sim.runtime import client_errors, faults
from pdm_nb.sim.runtime.options import FIXED, Options

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "simulator.md"
OPTION = re.compile(r"^    (\w+): [^=\n]+ = (.+?)(?:  # (.+))?$", re.MULTILINE)


def options() -> list[str]:
    """Name, default and description of each option."""
    rows = ["| Option | Default | Description |", "|---|---|---|"]
    for name, default, description in OPTION.findall(inspect.getsource(Options)):
        start = " *start*" if name in FIXED else ""
        rows.append(f"| `{name}`{start} | `{default}` | {description} |")
    return rows


def fields() -> list[str]:
    """The fields of a fault."""
    rows = ["| Field | Default | Description |", "|---|---|---|", "| `kind` | | one of the table above |"]
    for name, default, description in OPTION.findall(inspect.getsource(faults.Fault)):
        rows.append(f"| `{name}` | `{default.replace('None', 'null')}` | {description} |")
    return rows


def fault_kinds() -> list[str]:
    rows = ["| Kind | Applies to | Effect |", "|---|---|---|"]
    for name, kind in faults.KINDS.items():
        rows.append(f"| `{name}` | {', '.join(map(str, kind.at)) or 'any call'} | {kind.effect} |")
    return rows


def client_error_kinds() -> list[str]:
    return [
        "| Kind | Error |",
        "|---|---|",
        *(f"| `{name}` | {error} |" for name, error in client_errors.KINDS.items()),
    ]


def routes() -> list[str]:
    rows = ["| Route | Description |", "|---|---|"]
    for path, verb, endpoint in control_api.served(control_api.Control):
        rows.append(f"| `{verb} /_internal/{path}` | {' '.join((endpoint.__doc__ or '').split())} |")
    return rows


def page() -> str:
    """The page with new tables."""
    text = PAGE.read_text()
    for name, rows in {
        "routes": routes,
        "options": options,
        "faults": fault_kinds,
        "fields": fields,
        "ledger": client_error_kinds,
    }.items():
        table = "\n".join([f"<!-- {name} -->", *rows(), "<!-- end -->"])
        text = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, table=table: table, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
