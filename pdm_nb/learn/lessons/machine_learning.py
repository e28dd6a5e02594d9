"""Lesson 7: what machine learning fills in, how sure it is, and when to distrust it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import by_file, need, need_none
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceDocument, ServiceState

UNSURE = "RST-DEM-V5-31-DR-A-0101.pdf"
UNREAD = "RST-SMP-V1-02-DR-S-0102.pdf"
WRONG = "Facade test report.pdf"
FILES = {
    UNSURE: "Level 31 general arrangement plan (final).pdf",
    UNREAD: "S-102 Level 02 framing plan revP01.pdf",
    WRONG: "RP-001 Façade test report revC02.pdf",
    "RST-CVL-V3-04-DR-C-0102.pdf": "RST-CVL-V3-04-DR-C-0102.pdf",
}
RESTART = (
    "A revision cannot be changed, so start the lesson from the beginning: start_lesson('07-machine-learning', "
    "restart=True)."
)


def _write(folder: Path) -> None:
    write_documents(folder / "incoming", FILES)


def _least_sure(document: ServiceDocument) -> float:
    return min((score for score in document.scores.values() if score > 0), default=1.0)


def check_least_sure(state: ServiceState, value: Any) -> str:
    need(value, 'Give the name of the file: lesson.check(1, "….pdf").')
    found = by_file(state.uploads())
    need(
        set(FILES) <= set(found),
        "The uploads of this lesson are not at the service any more, so their confidence cannot be compared. Start "
        "the lesson from the beginning: start_lesson('07-machine-learning', restart=True).",
    )
    wanted = min(FILES, key=lambda file: _least_sure(found[file]))
    need(
        str(value).strip() == wanted,
        f"Machine learning was surer of {value}. Compare the column confidence.",
    )
    score = _least_sure(found[wanted])
    return f"The service is least sure of a field of {wanted}, with {score:.0%}. Look at such fields first."


def check_corrected(state: ServiceState, value: Any) -> str:
    found = by_file(state.revisions())
    uploads = by_file(state.uploads())
    need_none(
        (file for file in FILES if file not in found and file not in uploads),
        "The service does not have {}. Run the cells above, from the top.",
    )
    need_none(
        (file for file in FILES if file not in found),
        "{} are not submitted yet. batch.check() shows what is missing; then await batch.submit().",
    )
    need(
        found[WRONG]["type"] == "RP",
        f"{WRONG} was submitted with the type {found[WRONG].label('type')}, which machine learning had guessed. It is "
        f"a report. {RESTART}",
    )
    need(
        found[UNREAD]["revision"] == "P01",
        f"{UNREAD} was submitted as revision {found[UNREAD]['revision']}, but its title block shows P01. {RESTART}",
    )
    return (
        "Four documents are revisions: with what machine learning read well, and with what you knew better."
    )


PLAN = LessonPlan(
    "07-machine-learning",
    "Machine learning, and when to distrust it",
    7,
    {
        "Find what machine learning is least sure of": check_least_sure,
        "Correct what it did not read, or read wrongly": check_corrected,
    },
    _write,
    {"ml_seconds": 2.0},
)
