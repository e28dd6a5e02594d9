"""Lesson 5: import a register that somebody else made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import need, uploaded
from ..checking.lesson_files import write_csv, write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

HEADINGS = ("File", "Doc. title", "Kind", "Rev.", "Issued", "Suitability")
MARCH = (
    ("MS-001.docx", "Method statement for the facade", "Method statement", "P01", "03/02/2026", "S3"),
    ("MS-002.docx", "Method statement for the lifts", "Method statement", "P02", "05/02/2026", "For review"),
    ("RP-001.docx", "Wind report", "Report", "P01", "04/03/2026", "S2"),
    ("RP-002.docx", "Noise report", "Report", "P01", "09/03/2026", "For review"),
    ("RP-003.docx", "Fire report", "Report", "P03", "11/03/2026", "Info only"),
)
APRIL = (
    ("MS-003.docx", "Method statement for the roof", "Method statement", "P01", "02/04/2026", "For review"),
    ("RP-004.docx", "Daylight report", "Report", "P01", "08/04/2026", "Info only"),
)
STATUSES = {"For review": "S3", "Info only": "S2"}


def _write(folder: Path) -> None:
    sample = "MS-001 Method statement for façade revC02.docx"
    for month, rows in (("march", MARCH), ("april", APRIL)):
        write_documents(folder / month, {row[0]: sample for row in rows})
        write_csv(folder / f"{month}.csv", (HEADINGS, *rows))


def _need_rows(state: ServiceState, rows: tuple[tuple[str, ...], ...]) -> None:
    """Every row of a register is at the service, with its dates, statuses, titles and revisions."""
    found = uploaded(state.uploads(), (row[0] for row in rows))
    for file, title, _, revision, issued, suitability in rows:
        document = found[file]
        day, month, year = issued.split("/")
        has = document["date_authored"][:10]
        need(has, f"The date of {file} is empty at the service. Map the column Issued to date_authored.")
        need(
            has != f"{year}-{day}-{month}" or day == month,
            f"At the service, {file} is of {has}: day and month are swapped. This company writes the day first. "
            "Decide the date order again, make the batch again, and run: await lesson.send(batch).",
        )
        need(
            has == f"{year}-{month}-{day}",
            f"At the service, {file} is of {has}, but the register has {issued}.",
        )
        status = STATUSES.get(suitability, suitability)
        has = document["status"]
        need(
            has == status,
            f"At the service, {file} has the status {has or '(empty)'}, but {suitability!r} means {status}. Decide it "
            "with register.use('status', …), make the batch again, and run: await lesson.send(batch).",
        )
        for field, wanted in (("description", title), ("revision", revision)):
            has = document[field]
            need(has == wanted, f"At the service, the {field} of {file} is {has or '(empty)'}, not {wanted}.")


def check_import(state: ServiceState, value: Any) -> str:
    _need_rows(state, MARCH)
    return f"The service has the {len(MARCH)} documents of March, with the right dates and statuses."


def check_profile(state: ServiceState, value: Any) -> str:
    _need_rows(state, APRIL)
    return (
        f"The service has the {len(APRIL)} documents of April too, and nobody had to decide anything again."
    )


PLAN = LessonPlan(
    "05-register",
    "Importing somebody's register",
    8,
    {
        "Import a register with another company's words": check_import,
        "Import the next one without a question": check_profile,
    },
    _write,
    {"ml_seconds": 0.5},
)
