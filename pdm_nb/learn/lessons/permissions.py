"""Lesson 1: sign in, and ask for the permissions that are needed, no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..checking.expect import listed, need, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

FILES = {
    "A-104 Level 27.pdf": "RST-DEM-V4-27-DR-A-0104.pdf",
    "Door hardware.pdf": "RST-LND-ZZ-20-SP-E-0002.pdf",
}


def _write(folder: Path) -> None:
    write_documents(folder / "documents", FILES)


def _standard(state: ServiceState) -> str:
    state.switch(access_level="Standard")
    return "The administrator set your access to Document Management to Standard."


def _admin(state: ServiceState) -> str:
    state.switch(access_level="Admin")
    return "The administrator set your access to Document Management to Admin."


def _upload(state: ServiceState) -> str:
    state.switch(can_upload=True)
    return "The administrator added you to a permission group with Upload New Files."


def _submit(state: ServiceState) -> str:
    state.switch(can_submit=True)
    return "The administrator added you to a permission group with Submit New Files."


def _least_access(state: ServiceState) -> None:
    level = state.options()["access_level"]
    need(
        level != "None",
        "Your level is still None. Run project.permissions(), and ask for what its first no needs.",
    )
    need(
        level == "Standard",
        "Your level is Admin. That is more than the job needs: ask for Standard access instead.",
    )


def check_access(state: ServiceState, value: Any) -> str:
    _least_access(state)
    return "This account has the level Standard: enough for the job, and no more."


def check_upload(state: ServiceState, value: Any) -> str:
    _least_access(state)
    options = state.options()
    need(
        options["can_upload"],
        "This account still may not upload. The reason in batch.status() names the right to ask for.",
    )
    need(
        not options["can_submit"],
        "You asked for Submit New Files too. This exercise only uploads: run start_lesson('01', restart=True) and ask "
        "for what the message names.",
    )
    uploaded(state.uploads(), FILES)
    return f"{listed(list(FILES))} are at the service. Without the right to submit, they cannot become revisions."


PLAN = LessonPlan(
    "01-permissions",
    "Sign in, and get permissions",
    7,
    {
        "Get the access that the job needs": check_access,
        "Upload, and ask for what is refused": check_upload,
    },
    _write,
    {"access_level": "None", "can_upload": False, "can_submit": False, "ml_seconds": 1.0},
    {
        "ask for Standard access": _standard,
        "ask for Admin access": _admin,
        "ask for Upload New Files": _upload,
        "ask for Submit New Files": _submit,
    },
)
