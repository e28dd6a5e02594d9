"""Writes the tables of docs/simulator.md from the code: `python docs/generators/simulator_page.py`."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from pdm_nb.sim.handlers import control_api
from pdm_nb.sim.runtime import client_errors, faults
from pdm_nb.sim.runtime.options import FIXED, Options

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
OPTION = re.compile(r"^    (\w+): [^=\n]+ = (.+?)(?:  # (.+))?$", re.MULTILINE)


def options() -> list[str]:
    """Name, default and what the source says of each."""
    rows = ["| option | default | |", "|---|---|---|"]
    for name, default, told in OPTION.findall(inspect.getsource(Options)):
        start = " *start*" if name in FIXED else ""
        rows.append(f"| `{name}`{start} | `{default}` | {told} |")
    return rows


def fields() -> list[str]:
    """What a fault can have."""
    rows = ["| | default | |", "|---|---|---|", "| `kind` | | one of the table above |"]
    for name, default, told in OPTION.findall(inspect.getsource(faults.Fault)):
        rows.append(f"| `{name}` | `{default.replace('None', 'null')}` | {told} |")
    return rows


def kinds() -> list[str]:
    rows = ["| kind | strikes | |", "|---|---|---|"]
    for name, kind in faults.KINDS.items():
        rows.append(f"| `{name}` | {', '.join(map(str, kind.at)) or 'any call'} | {kind.what} |")
    return rows


def slips() -> list[str]:
    return [
        "| kind | |",
        "|---|---|",
        *(f"| `{name}` | {what} |" for name, what in client_errors.KINDS.items()),
    ]


def routes() -> list[str]:
    rows = ["| route | |", "|---|---|"]
    for path, verb, serve in control_api.served(control_api.Control):
        rows.append(f"| `{verb} /_internal/{path}` | {' '.join((serve.__doc__ or '').split())} |")
    return rows


def page() -> str:
    """The page with its tables written anew."""
    text = PAGE.read_text()
    for name, rows in {
        "routes": routes,
        "options": options,
        "faults": kinds,
        "fields": fields,
        "ledger": slips,
    }.items():
        table = "\n".join([f"<!-- {name} -->", *rows(), "<!-- end -->"])
        text = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, table=table: table, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
