"""Lesson 2: what the project requires of each kind of document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import need, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

FILES = {
    "A-101 Level 31 plan.dwg": "DR-001 Detail library revP01.dwg",
    "Door hardware.pdf": "RST-LND-ZZ-20-SP-E-0002.pdf",
    "Facade mock-up.jpg": "Facade mock-up (final).jpg",
}
TYPES = {"A-101 Level 31 plan.dwg": "DR", "Door hardware.pdf": "SP", "Facade mock-up.jpg": "PH"}


def _write(folder: Path) -> None:
    write_documents(folder / "documents", FILES)


def check_rule(state: ServiceState, value: Any) -> str:
    need(value, 'Give what you found out: lesson.check(1, "…"), with the name or the label of the field.')
    rules = state.rules()
    common = next(rule for rule in rules if not rule.when).required
    rule = next(rule for rule in rules if rule.when.get("type") == ("Specification",))
    (wanted,) = set(rule.required) - set(common)
    given = str(value).strip().lower().replace(" ", "_")
    need(
        given not in common,
        f"{value!r} is needed by other documents too, or not by a specification at all. Look at the row or column of "
        "the rule for specifications, and find what the other rules do not have.",
    )
    need(
        given in (wanted, "specification_section"),
        f"A specification needs another field than {value!r}. Look again at the rule for Specification.",
    )
    return f"By the rules of the service, only a specification needs {wanted}."


def check_complete(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), FILES)
    for file, code in TYPES.items():
        need(
            found[file]["type"] == code,
            f"{file} has the type {found[file].label('type') or '(empty)'} at the service. Open the list with "
            "project.values('type') set what the file is, and run: await lesson.send(batch).",
        )
    for file in FILES:
        missing = [field for field in state.required(found[file]) if not found[file][field]]
        need(
            not missing,
            f"{file} still lacks {', '.join(missing)} at the service. Set it, and run: await lesson.send(batch).",
        )
    return "All three documents have at the service what their rules require. They could be submitted."


PLAN = LessonPlan(
    "02-requirements",
    "Requirements and rules",
    8,
    {
        "Find what only a specification needs": check_rule,
        "Give three documents what they need": check_complete,
    },
    _write,
    {"ml_seconds": 1.0},
)
