"""Lesson 12: a whole migration without help: register, bad file, versions, submit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..checking.expect import need, need_none
from ..checking.lesson_files import write_csv, write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceDocument, ServiceState

DRAWING = "RST-DEM-V1-ZZ-DR-A-0201"
HEADINGS = (
    *("File", "Name", "Title", "Kind", "Rev.", "Dated", "Purpose", "Section"),
    *("Originator", "Volume", "Level", "Discipline", "No."),
)
CODES = ("DEM", "V1", "ZZ", "A", "0201")
NO_CODES = ("", "", "", "", "")
ROWS = (
    ("0201_P02.dwg", DRAWING, "East elevation", "Drawing", "P02", "07/05/2026", "Construction", "", *CODES),
    ("0201_P01.dwg", DRAWING, "East elevation", "Drawing", "P01", "02/04/2026", "Info", "", *CODES),
    ("doors.docx", "Door hardware", "Door hardware", "Specification", "C01", "09/04/2026", "Construction", "08 71 00", *NO_CODES),
    ("fire.docx", "Fire report", "Fire report", "Report", "P01", "11/03/2026", "Info", "", *NO_CODES),
    ("wind.docx", "Wind report", "Wind report", "Report", "P01", "03/04/2026", "Info", "", *NO_CODES),
)  # fmt: skip
EMPTY = "fire.docx"
STATUSES = {"Construction": "A1", "Info": "S2"}
PAPER = "MS-001 Method statement for façade revC02.docx"
SAMPLES = {
    "0201_P01.dwg": "DR-001 Detail library revP01.dwg",
    "0201_P02.dwg": "RST-EXM-V7-12-DR-E-0002.dwg",
}


def _write(folder: Path) -> None:
    write_documents(folder / "handover", {row[0]: SAMPLES.get(row[0], PAPER) for row in ROWS})
    (folder / "handover" / EMPTY).write_bytes(b"")
    write_documents(folder / "sent again", {EMPTY: PAPER})
    write_csv(folder / "handover.csv", (HEADINGS, *ROWS))


def _need_right(documents: Iterable[ServiceDocument], retry: str) -> None:
    """Every row of the register is at the service, with its values."""
    found = {one.file: one for one in documents}
    need_none(
        (row[0] for row in ROWS if row[0] not in found),
        "The service does not have {} yet. batch.status() and batch.check() show why.",
    )
    for row in ROWS:
        file, name, title, kind, revision, dated, purpose, section, *_ = row
        day, month, year = dated.split("/")
        wanted = {
            "name": name,
            "type": kind,
            "revision": revision,
            "date_authored": f"{year}-{month}-{day}",
            "status": STATUSES[purpose],
            "description": title,
            "spec_section": section,
        }
        for field, value in wanted.items():
            has = found[file].label(field) if field == "type" else found[file][field]
            has = has[:10] if field == "date_authored" else has
            need(
                has == value,
                f"At the service, {field} of {file} is {has or '(empty)'}, but it should be {value or 'empty'}. {retry}",
            )


def check_uploaded(state: ServiceState, value: Any) -> str:
    documents = [*state.uploads(), *state.revisions()]
    _need_right(documents, "Correct it, and run: await lesson.send(batch).")
    return "All documents of the register are at the service, with the right metadata."


def check_submitted(state: ServiceState, value: Any) -> str:
    retry = "Revisions are permanent. Start the lesson from the beginning: start_lesson('12-migration', restart=True)."
    revisions = state.revisions()
    left = [one.file for one in state.uploads()]
    need_none(left, "{} are uploaded, but not submitted. batch.status() shows what is on hold, and why.")
    _need_right(revisions, retry)
    versions = {one.file: one.version for one in revisions if one["name"] == DRAWING}
    need(
        versions == {"0201_P01.dwg": 1, "0201_P02.dwg": 2},
        f"P01 of {DRAWING} should be version 1, and P02 version 2, but the versions are {versions}. {retry}",
    )
    return f"The migration is done: {len(revisions)} revisions of {len(revisions) - 1} documents, each in the right order."


PLAN = LessonPlan(
    "12-migration",
    "A migration, by yourself",
    10,
    {
        "Bring everything to the service": check_uploaded,
        "Submit it": check_submitted,
    },
    _write,
    {"ml_seconds": 0.5},
)
