"""What people read about the state of a document."""

from __future__ import annotations

# The journal's names of a document's states, and what people read. "reading" is shown while machine learning runs.
STATE_LABELS = {
    "planned": "not uploaded", "created": "not uploaded", "transferring": "uploading", "transferred": "uploading",
    "completed": "uploaded", "settled": "ready", "submitting": "submitting", "submitted": "submitted",
    "held": "on hold", "failed": "failed", "gone": "deleted", "unconfirmed": "unconfirmed",
}  # fmt: skip

WHY_LOCKED = {
    "submitting": "This document is being submitted. It can be edited again if the service returns it.",
    "submitted": "This document was submitted and cannot be edited here. Edit the revision in Procore.",  # B49, B66
    "unconfirmed": "It is not confirmed whether this document was submitted. Check it in Procore before you edit it.",  # B66
}
"""Why the cells of a document cannot be edited, by state."""

NOT_READ_REASONS = ("ML_TIMEOUT", "ML_UNKNOWN")  # B35, B72
"""Reasons of a ready document that machine learning did not read in time: it can be waited for again."""
