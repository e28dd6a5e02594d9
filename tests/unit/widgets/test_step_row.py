"""The row of steps, the sentence below the table, and the primary button."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pdm_nb.widgets.workbench.step_row import Figures, outcome, primary, step_row


def figures(states: dict[str, int], **more: Any) -> Figures:
    return Figures(True, True, True, Counter(states), **more)


def shown(now: Figures) -> dict[str, tuple[bool, str]]:
    return {one["key"]: (one["done"], one["count"]) for one in step_row(now)}


def test_steps_open_one_after_the_other() -> None:
    assert [one["key"] for one in step_row(Figures()) if one["open"]] == ["connect"]
    assert [one["key"] for one in step_row(Figures(True, True)) if one["open"]] == ["connect", "import"]
    assert all(one["open"] for one in step_row(figures({"ready": 1})))


def test_ticks_and_counts() -> None:
    now = figures({"ready": 80, "on hold": 7}, to_fix=24, differences=31)
    assert shown(now) == {
        "connect": (True, ""),
        "import": (True, "87"),
        "prepare": (False, "24 to fix"),
        "upload": (False, "80 of 87"),
        "review": (False, "31 differ"),
        "submit": (False, ""),
        "report": (False, ""),
    }
    assert shown(figures({"submitted": 3}))["submit"] == (True, "3 of 3")


def test_nothing_is_done_while_something_is_on_hold() -> None:
    now = figures({"ready": 80, "on hold": 7})
    assert outcome("upload", now) == {
        "text": "80 of 87 documents uploaded", "stopped": "7 on hold", "show": ["on hold"],
    }  # fmt: skip
    assert outcome("import", now)["text"] == ""


@pytest.mark.parametrize(
    ("step", "now", "label"),
    [
        ("connect", Figures(), None),
        ("connect", Figures(True, True), "Next: Import"),
        ("prepare", figures({"not uploaded": 2}), "Next: Upload"),
        ("upload", figures({"not uploaded": 2}), "Upload 2"),
        ("upload", figures({"uploaded": 2}, run="upload"), "Upload"),
        ("upload", figures({"reading": 2}, run="watch"), "Next: Review"),
        ("upload", figures({"ready": 2, "on hold": 1}), "Next: Review"),
        ("review", figures({"reading": 1}), "Wait for machine learning"),
        ("review", figures({"ready": 1}), "Next: Submit"),
        ("submit", figures({"ready": 2}, ready=2), "Submit 2"),
        ("submit", figures({"submitted": 2}), "Next: Report"),
        ("report", figures({"submitted": 2}), "Save the report"),
    ],
)
def test_the_primary_button(step: str, now: Figures, label: str | None) -> None:
    found = primary(step, now)
    assert (found and found["label"]) == label
