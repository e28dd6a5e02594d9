"""Lesson 8: submit, versions and containers, and documents in a workflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import listed, need
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceDocument, ServiceState

PLANS = ("RST-DEM-V4-27-DR-A-0104", "RST-DEM-V4-27-DR-A-0105")
SAMPLES = ("DR-001 Detail library revP01.dwg", "RST-EXM-V7-12-DR-E-0002.dwg")
FOLDERS = {
    "first issue": {f"{PLANS[0]}.dwg": SAMPLES[0], f"{PLANS[1]}.dwg": SAMPLES[1]},
    "second issue": {f"{PLANS[0]}_AB.dwg": SAMPLES[1], f"{PLANS[0]}_C01.dwg": SAMPLES[0]},
    "third issue": {f"{PLANS[1]}_P02.dwg": SAMPLES[0]},
}
RESTART = "Revisions are permanent, so start the lesson from the beginning: start_lesson('08-submitting', restart=True)."


def _write(folder: Path) -> None:
    for name, files in FOLDERS.items():
        write_documents(folder / name, files)


def _versions(state: ServiceState, name: str) -> list[ServiceDocument]:
    return sorted((one for one in state.revisions() if one["name"] == name), key=lambda one: one.version)


def _start_reviews(state: ServiceState) -> str:
    latest = [versions[-1] for name in PLANS if (versions := _versions(state, name))]
    for one in latest:
        state.external_change("start_workflow", one.container)
    return f"A review starts for {listed([one['name'] for one in latest]) or 'nothing: submit the first issue before'}."


def check_first_issue(state: ServiceState, value: Any) -> str:
    for name in PLANS:
        versions = _versions(state, name)
        need(versions, f"There is no revision of {name} at the service. Submit the batch.")
        need(
            versions[0]["revision"] == "P01",
            f"Version 1 of {name} has the revision {versions[0]['revision']}, not P01. {RESTART}",
        )
    return "Both drawings are at the service as version 1, with revision P01."


def check_order(state: ServiceState, value: Any) -> str:
    revisions = [one["revision"] for one in _versions(state, PLANS[0])]
    need(len(revisions) > 1, f"{PLANS[0]} has version 1 only. Submit both files of the second issue.")
    need(
        len(set(revisions)) == len(revisions),
        f"{PLANS[0]} has a revision twice: {', '.join(revisions)}. {RESTART}",
    )
    need(
        len(revisions) > 2,
        f"{PLANS[0]} has only the versions {', '.join(revisions)}. Submit C01 and AB: batch.status() shows what waits.",
    )
    need(
        revisions[:3] == ["P01", "C01", "AB"],
        f"The versions of {PLANS[0]} are {', '.join(revisions)}, but as built (AB) comes last. {RESTART}",
    )
    return f"{PLANS[0]} has three versions in the right order: P01, C01, AB. The last one is the current version."


def check_workflow(state: ServiceState, value: Any) -> str:
    first, second = (_versions(state, name) for name in PLANS)
    need(
        any(one["in_active_workflow"] for one in (*first, *second)),
        "Nothing is in a review yet. Run the cell with lesson.play('reviews start').",
    )
    need(
        first and first[-1].label("in_active_workflow") == "Yes",
        f"The review of {PLANS[0]} has ended too, but nobody allowed that. End only the workflow of "
        f"{PLANS[1]}. {RESTART}",
    )
    need(
        len(second) > 1,
        f"{PLANS[1]} has no second version yet. batch.status() shows why: a workflow. End it with the submit.",
    )
    need(
        second[0]["status"] == "S2",
        f"Version 1 of {PLANS[1]} was left with the status {second[0]['status']}, but S2 was agreed. {RESTART}",
    )
    return (
        f"{PLANS[1]} has version 2, its review has ended with the status S2, and the other review continues."
    )


PLAN = LessonPlan(
    "08-submitting",
    "Submitting, versions, and workflows",
    9,
    {
        "Submit the first issue": check_first_issue,
        "Submit versions in the right order": check_order,
        "Submit a document that is in a review": check_workflow,
    },
    _write,
    {"ml_seconds": 0.5},
    {"reviews start": _start_reviews},
)
