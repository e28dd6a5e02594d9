"""Lesson 10: find out what happened: reasons, history, differences, report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import by_file, need, need_none
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

REPORTS = ("Fire report.docx", "Noise report.docx", "Wind report.docx")
SPECIFICATION = "Door hardware.docx"
RECYCLED = "Noise report.docx"
SAMPLE = "MS-001 Method statement for façade revC02.docx"


def _write(folder: Path) -> None:
    write_documents(folder / "documents", dict.fromkeys((*REPORTS, SPECIFICATION), SAMPLE))


def _recycle(state: ServiceState) -> str:
    found = by_file(state.revisions())
    if RECYCLED not in found:
        return "Nothing happens: the documents are not submitted yet, or it has happened already."
    state.external_change("recycle_revision", found[RECYCLED].id)
    return "A week passes. Somebody changes something in the project."


def check_on_hold(state: ServiceState, value: Any) -> str:
    found = by_file(state.revisions())
    need(
        SPECIFICATION in found,
        f"{SPECIFICATION} is not a revision yet. Read the reason in batch.status(), correct it, and submit again.",
    )
    need(
        found[SPECIFICATION]["type"] == "SP",
        f"{SPECIFICATION} was submitted as {found[SPECIFICATION].label('type')}, but it is a specification. Start the "
        "lesson from the beginning: start_lesson('10-what-happened', restart=True).",
    )
    need(
        found[SPECIFICATION]["spec_section"] == "08 71 00",
        f"{SPECIFICATION} has the section {found[SPECIFICATION]['spec_section']}, but it should be 08 71 00. Start the "
        "lesson from the beginning: start_lesson('10-what-happened', restart=True).",
    )
    need_none((file for file in REPORTS[:1] if file not in found), "{} is not submitted. Submit the batch.")
    return f"{SPECIFICATION} is a revision now, with its section."


def check_missing(state: ServiceState, value: Any) -> str:
    found = by_file(state.revisions())
    missing = [file for file in REPORTS if file not in found]
    need(missing, "Nothing has happened yet. Run the cell with lesson.play('somebody changes something').")
    need(value, 'Give the name of the file: lesson.check(2, "….docx").')
    need(
        str(value).strip() in missing,
        f"{value} is still in the project. Look at compared['read_back'], and at batch.evidence.differences.",
    )
    return f"{missing[0]} is not listed by the service any more: somebody moved it to the recycle bin."


PLAN = LessonPlan(
    "10-what-happened",
    "Finding out what happened",
    7,
    {
        "Find out why a document was not submitted": check_on_hold,
        "Find out what changed since": check_missing,
    },
    _write,
    {"ml_seconds": 0.5},
    {"somebody changes something": _recycle},
)
