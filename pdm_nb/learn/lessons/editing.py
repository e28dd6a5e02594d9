"""Lesson 4: edit many cells at once, in the grid or in code, and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import need, need_none, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

FLOORS = ("Ground floor", "Level 01", "Level 02", "Level 03", "Level 04", "Level 05", "Level 06", "Roof")
DRAWINGS = tuple(f"A-{number} {floor}.dwg" for number, floor in enumerate(FLOORS, 101))
REPORTS = ("Noise report.docx", "Wind report.docx")


def _write(folder: Path) -> None:
    files = dict.fromkeys(DRAWINGS, "DR-001 Detail library revP01.dwg")
    files |= dict.fromkeys(REPORTS, "MS-001 Method statement for façade revC02.docx")
    write_documents(folder / "documents", files)


def check_status(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), (*DRAWINGS, *REPORTS))
    need_none(
        (file for file in DRAWINGS if found[file]["status"] != "S2"),
        "The status of {} is not S2 at the service. Set it, and run the cell above again.",
    )
    need_none(
        (file for file in REPORTS if found[file]["status"]),
        "{} got a status too, but only the drawings should. Empty these cells, and run the cell above again.",
    )
    return f"The {len(DRAWINGS)} drawings have the status S2 at the service, and the reports have none."


def check_numbers(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), DRAWINGS)
    for number, file in enumerate(DRAWINGS, 1):
        has = found[file]["number"]
        need(
            has == f"{number:04}",
            f"The number of {file} is {has or 'empty'} at the service. It should be {number:04}.",
        )
    return f"The drawings have the numbers 0001 to {len(DRAWINGS):04} at the service."


def check_spelling(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), DRAWINGS)
    for file, floor in zip(DRAWINGS, FLOORS, strict=True):
        has = found[file]["description"]
        need("Flor" not in has, f"The description of {file} is still {has!r} at the service.")
        need(
            has == f"Floor plan, {floor}",
            f"The description of {file} is {has or 'empty'!r} at the service. It should be 'Floor plan, {floor}'.",
        )
    return "All descriptions are spelled correctly at the service, and the accident is undone."


PLAN = LessonPlan(
    "04-editing",
    "Editing in the grid",
    9,
    {
        "Set one value for many documents": check_status,
        "Fill in a series of numbers": check_numbers,
        "Find, replace and undo": check_spelling,
    },
    _write,
    {"ml_seconds": 0.5},
)
