"""Lesson 3: file names, the naming standard, and what makes two files versions of one document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import need, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

WRONG_CODE = "RST-DEM-V4-27-DR-Q9-0105.dwg"
NO_CODES = "A-103 Level 29 ceiling plan.dwg"
ISSUES = ("RST-PLB-V6-08-DR-P-0102_P01.dwg", "RST-PLB-V6-08-DR-P-0102_P02.dwg")
NAME = "RST-PLB-V6-08-DR-P-0102"
SAMPLE = "DR-001 Detail library revP01.dwg"
FILES = dict.fromkeys(("RST-DEM-V4-27-DR-A-0104.dwg", WRONG_CODE, NO_CODES, ISSUES[0]), SAMPLE)
FILES[ISSUES[1]] = "RST-EXM-V7-12-DR-E-0002.dwg"  # another content
CODES = {
    WRONG_CODE: ("RST", "DEM", "V4", "27", "DR", "A", "0105"),
    NO_CODES: ("RST", "DEM", "V2", "29", "DR", "A", "0103"),
}


def _write(folder: Path) -> None:
    write_documents(folder / "drawings", FILES)


def check_codes(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), CODES)
    standard = next(rule.standard for rule in state.rules() if rule.standard)
    for file, codes in CODES.items():
        for field, code in zip(standard, codes, strict=True):
            has = found[file][field]
            need(
                has, f"{field} of {file} is empty at the service. Set it, and run: await lesson.send(batch)."
            )
            need(has == code, f"{field} of {file} is {has} at the service, but the drawing has {code}.")
    return "Both drawings have all seven parts of the naming standard at the service."


def check_one_document(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), ISSUES)
    first, second = (found[file] for file in ISSUES)
    need(
        first["name"] == second["name"],
        f"At the service the two issues have the names {first['name']} and {second['name']}: two documents, not two "
        "versions of one. Remove the revision from both names, and run: await lesson.send(batch).",
    )
    need(
        first["name"] == NAME,
        f"Both issues have the name {first['name']} now, but the drawing is {NAME}. Correct it, and send again.",
    )
    for file, revision in zip(ISSUES, ("P01", "P02"), strict=True):
        has = found[file]["revision"]
        need(
            has == revision,
            f"The revision of {file} is {has or 'empty'} at the service. It should be {revision}.",
        )
    return f"The service put both issues into one container, {NAME}. They will be versions 1 and 2 of one document."


PLAN = LessonPlan(
    "03-naming",
    "Naming standards",
    8,
    {
        "Give two drawings the codes of the standard": check_codes,
        "Make two issues versions of one document": check_one_document,
    },
    _write,
    {"ml_seconds": 1.0},
)
