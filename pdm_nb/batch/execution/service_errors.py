"""Classifies errors of the service: a deleted upload, an outage, an operation that is not offered. Pure."""

from __future__ import annotations

from ...errors import NotFoundError, ServiceError

NOT_OFFERED = (404, 405, 501)  # status of a list that an environment does not offer
MALFORMED = "ANSWER_SHAPE"  # reason: the response has another format than is documented


def is_deleted(error: NotFoundError) -> bool:
    """Return True if the service reports that an upload was deleted or consumed, not only that it is not visible.

    Any other 404 may mean that the caller may not see the upload (B16, B47, B50, B51).
    """
    return error.status == 410 or error.reason == "UPLOAD_NOT_FOUND"


def reason_of(error: ServiceError) -> str:
    return error.reason or (f"HTTP_{error.status}" if error.status else type(error).__name__)


def is_outage(error: ServiceError) -> bool:
    """Return True if the service as a whole is down (B13), so that no document can be continued."""
    return error.status in (502, 503, 504)
