"""How the states of a document are called in messages to people. The journal and the frames keep their own names."""

from __future__ import annotations

from .states import State

LABELS: dict[State, str] = {
    State.PLANNED: "not uploaded",
    State.CREATED: "not uploaded",
    State.TRANSFERRING: "uploading",
    State.TRANSFERRED: "uploading",
    State.COMPLETED: "uploaded",
    State.SETTLED: "ready",
    State.SUBMITTING: "submitting",
    State.SUBMITTED: "submitted",
    State.HELD: "on hold",
    State.FAILED: "failed",
    State.GONE: "deleted",
    State.UNCONFIRMED: "unconfirmed",
}


def label(state: str) -> str:
    """Return the word for a state as people see it."""
    return LABELS[State(state)]
