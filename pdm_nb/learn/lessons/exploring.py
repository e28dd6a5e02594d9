"""Lesson 9: what is in a project, what is wrong with it, and how to clean it up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import need, need_none
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceDocument, ServiceState

EXPECTED = "Awaited document 02"


def _write(folder: Path) -> None:
    write_documents(folder / "incoming", {"scan 0815.pdf": "RST-GEO-V7-22-CO-Z-0001.pdf"})


def _current(state: ServiceState) -> list[ServiceDocument]:
    """The current version of each document, without placeholders."""
    latest = {
        one.container: one for one in sorted(state.revisions(), key=lambda one: one.version) if one.version
    }
    return list(latest.values())


def _inactive(state: ServiceState) -> set[str]:
    return {one["code"] for one in state.values("status") if not one["active"]}


def check_inactive(state: ServiceState, value: Any) -> str:
    need(
        isinstance(value, int) and not isinstance(value, bool),
        "Give the number of documents: lesson.check(1, 12), for example.",
    )
    inactive = _inactive(state)
    count = sum(one["status"] in inactive for one in _current(state))
    corrected = sum(one["status"] in inactive for one in state.revisions() if one.version) > 0 and count == 0
    need(
        not corrected,
        "All of them are corrected already, so they cannot be counted any more. Start the lesson from the beginning: "
        "start_lesson('09-exploring', restart=True).",
    )
    need(
        value == count,
        f"It is not {value}. Count the documents with the finding PDM103 (inactive value) in the field status.",
    )
    return f"{count} current documents have a status that is not active any more."


def check_cleaned_up(state: ServiceState, value: Any) -> str:
    inactive = _inactive(state)
    left = [one["name"] for one in _current(state) if one["status"] in inactive]
    need_none(
        left,
        "The current version of {} still has an inactive status. Submit a new version, with the status S2.",
    )
    old = {one.container for one in state.revisions() if one["status"] in inactive}
    need_none(
        (one["name"] for one in _current(state) if one.container in old and one["status"] != "S2"),
        "{} got another status than S2. Submit one more version: a new batch of audit.findings, with the status S2.",
    )
    return "No current document has an inactive status any more. The earlier versions stay in the history."


def check_expected(state: ServiceState, value: Any) -> str:
    found = [one for one in state.revisions() if one["name"] == EXPECTED]
    need(
        any(one.version for one in found),
        f"{EXPECTED!r} is still expected: no document of this name was submitted. The name must be exactly the same.",
    )
    return f"{EXPECTED!r} is not expected any more: your document took its place."


PLAN = LessonPlan(
    "09-exploring",
    "Exploring and cleaning up",
    9,
    {
        "Count the documents with an inactive status": check_inactive,
        "Correct them with a new version": check_cleaned_up,
        "Deliver a document that is expected": check_expected,
    },
    _write,
    # With a seed, since the text names documents. Credentials are then known to others on this computer.
    {"scenario": "in-use", "seed": 1, "revisions": 40, "uploads": 0, "placeholders": 3, "ml_seconds": 0.5},
)
