"""Which error an answer is, and whether the same call may be sent again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import (
    AccessError,
    ConnectionFailed,
    Detail,
    InvalidError,
    NotFoundError,
    ServerError,
    ServiceError,
    ThrottledError,
    TokenError,
)
from .requests import Request

BY_STATUS: dict[int, type[ServiceError]] = {
    400: InvalidError,
    401: TokenError,
    403: AccessError,
    404: NotFoundError,
    410: NotFoundError,  # B50
    422: InvalidError,
    429: ThrottledError,
}

NOT_CONNECTED = (
    "The app is not connected to this company, or the project is not among its permitted projects. An administrator "
    "sets both in Company Admin → App Management; after an update or reinstallation of the app they have to be set again"
)


def error_of(request: Request, status: int, headers: Mapping[str, str], body: str) -> ServiceError:
    """The exception for a refused call. `headers` have lower-case names; `body` may be HTML (B15)."""
    details = details_of(body)
    kind = BY_STATUS.get(status, ServerError if status >= 500 else ServiceError)
    told = "; ".join(dict.fromkeys(detail.message for detail in details if detail.message))
    if status == 403 and "not connected" in told.lower():  # B4, B16
        told = f"{told}. {NOT_CONNECTED}"
    return kind(
        f"{request.operation} was refused: {told}" if told else f"{request.operation} was refused",
        status=status,
        reason=details[0].reason if details else "",
        details=details,
        request_id=headers.get("x-request-id"),
        retry_after=_seconds(headers.get("retry-after")),
    )


def details_of(body: str) -> tuple[Detail, ...]:
    """Every fault that a v2 or v1 error names (B15); empty for HTML."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return ()
    if not isinstance(parsed, Mapping):
        return ()
    error = parsed.get("error")
    if isinstance(error, Mapping):
        rows = [row for row in error.get("details") or () if isinstance(row, Mapping)]
        if rows:
            return tuple(detail for row in rows for detail in _details(row))
        return (Detail(_text(error.get("code")), _text(error.get("message"))),)
    told = parsed.get("errors") or parsed.get("message")
    return (Detail("", told if isinstance(told, str) else json.dumps(told)),) if told else ()


def _details(row: Mapping[str, Any]) -> Iterator[Detail]:
    """A fault; one for each upload where it names them as in conflict with a workflow alone (B48)."""
    source = row.get("source")
    sources = [str(source)] if source is not None else _ids(row.get("conflicting_uploads_with_workflow"))
    for one in sources or (None,):
        yield Detail(
            _text(row.get("reason_code")),
            _text(row.get("message")),
            one,
            _text(row.get("document_container_id")),
            tuple(_ids(row.get("existing_revisions_with_workflows"))),
        )


def _ids(rows: Any) -> list[str]:
    """The ids of objects, whose other content no one documents."""
    found = rows if isinstance(rows, list) else []
    return [str(row["id"]) for row in found if isinstance(row, Mapping) and row.get("id") is not None]


def _text(given: Any) -> str:
    return "" if given is None else str(given)


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "nan")
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def may_retry(request: Request, error: ServiceError) -> bool:
    """True where sending the same call again can succeed and cannot do a thing twice.

    A throttled call was not carried out (B12) and may always be sent again. After 5xx or silence nobody knows,
    so only repeatable calls are (B27, B66). What is not offered (501) is not offered a second later either.
    """
    if isinstance(error, ThrottledError):
        return True
    if error.status == 501:
        return False
    return request.repeatable and isinstance(error, ServerError | ConnectionFailed)
