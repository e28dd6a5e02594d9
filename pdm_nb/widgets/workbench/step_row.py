"""The row of steps, the sentence below the table and the primary button, from the figures of a batch. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..application.texts import STEPS, count

ORDER = tuple(STEPS)
UPLOADED = ("uploaded", "reading", "ready", "submitting", "submitted", "unconfirmed")
READING = ("uploaded", "reading")
STOPPED = ("on hold", "failed", "deleted", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the steps need to know.

    `states` counts documents by their label; `held_later` are those on hold whose files are uploaded. `to_fix` are the
    documents with errors that are not submitted, `differences` the cells for which something else is suggested, `run` is the
    name of the run in progress, "" for none, `not_read` the documents that machine learning did not read in time.
    """

    is_signed_in: bool = False
    has_project: bool = False
    has_batch: bool = False
    states: Counter[str] = field(default_factory=Counter)
    held_later: int = 0
    to_fix: int = 0
    differences: int = 0
    ready: int = 0
    run: str = ""
    is_reported: bool = False
    not_read: int = 0

    @property
    def documents(self) -> int:
        """The number of documents."""
        return self.states.total()

    @property
    def uploaded(self) -> int:
        """How many files are uploaded."""
        return sum(self.states[state] for state in UPLOADED) + self.held_later

    @property
    def submitted(self) -> int:
        """How many documents are submitted."""
        return self.states["submitted"]

    @property
    def to_upload(self) -> int:
        """How many documents wait for an upload. Those on hold are released when their cells are fixed."""
        return self.states["not uploaded"] + self.states["uploading"]


def step_row(now: Figures) -> list[dict[str, Any]]:
    """Each step with its label, whether it is complete, and its count in a few words."""
    all_there = now.has_batch and now.documents > 0
    reading = sum(now.states[state] for state in READING)
    is_read = all_there and now.uploaded == now.documents and not reading
    entries = {
        "connect": (now.has_project, "", ""),
        "import": (all_there, f"{now.documents:,}" if now.has_batch else "", "plain"),
        "prepare": (all_there and not now.to_fix, f"{now.to_fix:,} to fix" if now.to_fix else "", "bad"),
        "upload": (
            all_there and now.uploaded == now.documents,
            f"{now.uploaded:,} of {now.documents:,}" if now.has_batch and now.uploaded else "",
            "plain",
        ),
        "review": (
            is_read and not now.differences and not now.not_read,
            f"{now.differences:,} {'differs' if now.differences == 1 else 'differ'}"
            if now.differences
            else "",
            "ml",
        ),
        "submit": (
            all_there and now.submitted == now.documents,
            f"{now.submitted:,} of {now.documents:,}" if now.submitted else "",
            "plain",
        ),
        "report": (now.is_reported, "", ""),
    }
    return [
        {
            "key": key,
            "label": STEPS[key],
            "done": done,
            "count": text,
            "tone": tone,
            "open": _is_open(key, now),
        }
        for key, (done, text, tone) in entries.items()
    ]


def _is_open(step: str, now: Figures) -> bool:
    return step == "connect" or (now.has_project if step == "import" else now.has_batch)


def outcome(step: str, now: Figures) -> dict[str, Any]:
    """The sentence at the bottom: what is done, and what is not, with the states to show."""
    if not now.has_batch or step in ("connect", "import"):
        return {"text": "", "stopped": "", "show": []}
    stopped = {state: now.states[state] for state in STOPPED if now.states[state]}
    rest = ", ".join(f"{number:,} {state}" for state, number in stopped.items())
    done = _done(step, now)
    return {"text": done, "stopped": rest, "show": list(stopped)}


def _done(step: str, now: Figures) -> str:
    if step == "prepare":
        free = now.documents - now.to_fix
        return f"{count(free, 'document')} without errors, {now.to_fix:,} with errors"
    if step == "upload":
        return f"{now.uploaded:,} of {count(now.documents, 'document')} uploaded"
    if step == "review":
        reading = sum(now.states[state] for state in READING)
        ready = now.states["ready"] + now.submitted - now.not_read
        late = f", {now.not_read:,} not read in time" if now.not_read else ""
        waiting = f", {reading:,} still being read by machine learning" if reading else ""
        return f"{ready:,} of {count(now.documents, 'document')} read{waiting}{late}"
    return f"{now.submitted:,} of {count(now.documents, 'document')} submitted"


def primary(step: str, now: Figures) -> dict[str, Any] | None:
    """The primary button: its label, its action or the step that it opens; None if the step has its own."""
    label, action = _action(step, now)
    if action:
        return {"label": label, "action": action, "disabled": bool(now.run)}
    following = ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]
    if step == following or not _is_open(following, now):
        return None
    return {"label": f"Next: {STEPS[following]}", "step": following, "disabled": False}


def _action(step: str, now: Figures) -> tuple[str, str]:
    if step == "upload" and (now.to_upload or now.run == "upload"):
        return f"Upload {now.to_upload:,}" if now.to_upload else "Upload", "running.upload"
    if step == "review" and any(now.states[state] for state in READING):
        return "Wait for machine learning", "running.watch"
    if step == "submit" and now.ready:
        return f"Submit {now.ready:,}", "submitting.submit"
    if step == "report" and now.has_batch:
        return "Save the report", "code.report"
    return "", ""
