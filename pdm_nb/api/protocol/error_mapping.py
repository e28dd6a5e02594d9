"""Which error an answer is, and whether the same call may be sent again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import (
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
from .spelling import Json, plain

HOST = re.compile(r"[^:/?#]*://([^/?#]*)")
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


# What a refusal may mean that says no more than its status (B4, B16).
ADVICE = {
    403: "Check that this account may use Document Management in the project, that the app is connected to the company, "
    "and that the project is among the app's permitted projects",
    404: "It does not exist, or this account may not see it",
}


def error_of(request: Request, status: int, headers: Mapping[str, str], body: str) -> ServiceError:
    """The exception for a refused call. `headers` have lower-case names; `body` may be HTML (B15)."""
    details = details_of(body)
    kind = BY_STATUS.get(status, ServerError if status >= 500 else ServiceError)
    told = "; ".join(dict.fromkeys(detail.message.rstrip(".") for detail in details if detail.message))
    message = f"{request.operation} was refused: {told}" if told else f"{request.operation} was refused"
    is_not_connected = status == 403 and "not connected" in told.lower()  # B4, B16
    advice = NOT_CONNECTED if is_not_connected else ADVICE.get(status)
    return kind(
        f"{message}. {advice}" if advice else message,
        status=status,
        reason=details[0].reason if details else "",
        details=details,
        request_id=headers.get("x-request-id"),
        retry_after=_seconds(headers.get("retry-after")),
    )


def details_of(body: str) -> tuple[Detail, ...]:
    """Every fault that a v2 or v1 error names (B15, B16); empty for HTML and text."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return ()
    if not isinstance(parsed, Mapping):
        return ()
    error = parsed.get("error")
    if isinstance(error, Mapping):
        return _of_error(plain(error))
    told = parsed.get("errors") or parsed.get("message") or parsed.get("error_description")
    return (Detail("", told if isinstance(told, str) else json.dumps(told)),) if told else ()


def _of_error(error: Json) -> tuple[Detail, ...]:
    given = error.get("details")
    rows = [plain(row) for row in (given if isinstance(given, list) else [given]) if isinstance(row, Mapping)]
    if rows:
        return tuple(detail for row in rows for detail in _details(row, _text(error.get("code"))))
    return (Detail(_text(error.get("code")), _text(error.get("message"))),)


def _details(row: Json, code: str) -> Iterator[Detail]:
    """A fault; one for each upload where it names them as in conflict with a workflow alone (B48)."""
    source = row.get("source")
    sources = [_text(source)] if source is not None else _ids(row.get("conflicting_uploads_with_workflow"))
    for one in sources or (None,):
        yield Detail(
            _text(row.get("reason_code")) or code,
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
    """For people, so of whatever shape: text as it is, null as nothing, all else as JSON."""
    return given if isinstance(given, str) else "" if given is None else json.dumps(given, ensure_ascii=False)


def connection_error(url: str, error: Exception) -> ConnectionFailed:
    """Return the error for a call without a response. It names the host alone: a presigned URL is a secret."""
    host = HOST.match(url)
    what = "did not answer in time" if "Timeout" in type(error).__name__ else "cannot be reached"
    return ConnectionFailed(
        f"{host[1] if host else ''} {what} ({type(error).__name__}): check the network, a proxy or VPN, and the address"
    )


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "nan")
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def may_retry(request: Request, error: ServiceError) -> bool:
    """True where sending the same call again can succeed and cannot do a thing twice.

    A throttled call was not carried out (B12) and may always be sent again. After 5xx, 408 or silence nobody knows,
    so only repeatable calls are (B27, B66). What is not offered (501) is not offered a second later either.
    """
    if isinstance(error, ThrottledError):
        return True
    if error.status == 501:
        return False
    passing = isinstance(error, ServerError | ConnectionFailed) or error.status == 408
    return request.repeatable and passing
