"""The tones of the badges of a document's states."""

STATE_TONES = {
    "not uploaded": "neutral",
    "uploading": "busy",
    "uploaded": "info",
    "reading": "busy",
    "ready": "good",
    "submitting": "busy",
    "submitted": "good",
    "on hold": "warn",
    "failed": "bad",
    "deleted": "bad",
    "unconfirmed": "warn",
}
"""Badge tones by label."""
