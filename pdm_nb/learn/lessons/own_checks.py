"""Lesson 11: write checks of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import by_file, need, need_none, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

ALLOWED = {
    "RP-001.docx": ("S2", "WIND REPORT", "Wind report"),
    "RP-003.docx": ("S3", "FIRE REPORT", "Fire report"),
    "RP-004.docx": ("S2", "Noise report", "Noise report"),
}
UNFINISHED = ("RP-002.docx", "RP-005.docx")
SAMPLE = "MS-001 Method statement for façade revC02.docx"


def _write(folder: Path) -> None:
    write_documents(folder / "reports", dict.fromkeys((*ALLOWED, *UNFINISHED), SAMPLE))


def check_stops(state: ServiceState, value: Any) -> str:
    found = by_file(state.uploads())
    need_none(
        (file for file in UNFINISHED if file in found),
        "{} have the status S0 and are at the service all the same. A check stops a document only with "
        "severity='error', and with stops='upload'. Start the lesson from the beginning: "
        "start_lesson('11-own-checks', restart=True).",
    )
    need_none(
        (file for file in ALLOWED if file not in found),
        "{} are not at the service, but their status is allowed. Look at batch.check(): does your check find only S0?",
    )
    return "The unfinished reports stay here, and the others are at the service."


def check_corrects(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), ALLOWED)
    for file, (_, capitals, right) in ALLOWED.items():
        has = found[file]["description"]
        need(
            has != capitals or capitals == right,
            f"The description of {file} is still {has!r} at the service. Apply what your check proposes, with "
            "batch.apply_fixes('ACME2'), and run: await lesson.send(batch).",
        )
        need(
            has == right,
            f"The description of {file} is {has!r} at the service. It should be {right!r}: only the first letter is "
            "a capital. Correct the check, set the description again, and send the batch again.",
        )
    need_none(
        (file for file in UNFINISHED if file in by_file(state.uploads())),
        "{} have the status S0 and are at the service now. Keep the check ACME1.",
    )
    return (
        "No description is in capitals at the service: your check found them, and proposed what is there now."
    )


PLAN = LessonPlan(
    "11-own-checks",
    "Writing your own checks",
    8,
    {
        "Write a check that stops documents": check_stops,
        "Write a check that proposes a correction": check_corrects,
    },
    _write,
    {"ml_seconds": 0.5},
)
