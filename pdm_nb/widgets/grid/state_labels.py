"""The states of a document as people see them, and the tones of their badges."""

from __future__ import annotations

from ...model import Document

STATE_LABELS = {
    "planned": "not uploaded",
    "created": "not uploaded",
    "transferring": "uploading",
    "transferred": "uploading",
    "completed": "uploaded",
    "settled": "ready",
    "submitting": "submitting",
    "submitted": "submitted",
    "held": "on hold",
    "failed": "failed",
    "gone": "deleted",
    "unconfirmed": "unconfirmed",
}
"""Labels of the journal's states."""

READING = "reading"  # uploaded, and machine learning is running

STATE_TONES = {
    "not uploaded": "neutral",
    "uploading": "busy",
    "uploaded": "info",
    READING: "busy",
    "ready": "good",
    "submitting": "busy",
    "submitted": "good",
    "on hold": "warn",
    "failed": "bad",
    "deleted": "bad",
    "unconfirmed": "warn",
}
"""Badge tones by label."""


def state_label(document: Document) -> str:
    """The state of a document as people see it."""
    if document.state == "completed" and document.ml == "in_progress":
        return READING
    return STATE_LABELS.get(document.state, document.state)
