"""Which exception a response is, and whether the same call may be sent again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ...errors import (
    AccessError,
    ConnectionFailed,
    ConnectionRejected,
    Detail,
    InvalidError,
    NotFoundError,
    ServerError,
    ServiceError,
    ThrottledError,
    TokenError,
)
from ..limits import response_limits
from .json_text import parse, shown
from .requests import Request
from .spelling import Json, plain

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
    "The app is not connected to this company, or the project is not one of its permitted projects. A company "
    "administrator sets both in Company Admin → App Management, and again after each update or reinstallation of the app"
)


# What a refusal may mean that has only a status (B4, B16).
ADVICE = {
    403: "Check that this account may use Document Management in the project, that the app is connected to the company, "
    "and that the project is one of the app's permitted projects",
    404: "It does not exist, or this account may not see it",
}


def error_of(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> ServiceError:
    """Return the exception for a refused call. `headers` have lower-case names; `body` may be HTML (B15)."""
    details = details_of(body)
    kind = BY_STATUS.get(status, ServerError if status >= 500 else ServiceError)
    said = shown("; ".join(dict.fromkeys(detail.message.rstrip(".") for detail in details if detail.message)))
    message = f"{request.operation} was refused: {said}" if said else f"{request.operation} was refused"
    is_not_connected = status == 403 and "not connected" in said.lower()  # B4, B16
    advice = NOT_CONNECTED if is_not_connected else ADVICE.get(status)
    return kind(
        f"{message}. {advice}" if advice else message,
        status=status,
        reason=details[0].reason if details else "",
        details=details,
        request_id=shown(headers.get("x-request-id") or "", 100) or None,
        retry_after=_seconds(headers.get("retry-after")),
    )


def details_of(body: bytes) -> tuple[Detail, ...]:
    """Return every error that a v2 or v1 response names (B15, B16); empty for HTML and text."""
    try:
        parsed = parse(body)
    except ValueError:
        return ()
    if not isinstance(parsed, Mapping):
        return ()
    error = parsed.get("error")
    if isinstance(error, Mapping):
        return _of_error(plain(error))
    text = parsed.get("errors") or parsed.get("message") or parsed.get("error_description")
    return (Detail("", shown(_text(text))),) if text else ()


def _of_error(error: Json) -> tuple[Detail, ...]:
    given = error.get("details")
    rows = [plain(row) for row in (given if isinstance(given, list) else [given]) if isinstance(row, Mapping)]
    if rows:
        found = (detail for row in rows for detail in _details(row, _code(error.get("code"))))
        return tuple(islice(found, response_limits.DETAILS))
    return (Detail(_code(error.get("code")), shown(_text(error.get("message")))),)


def _details(row: Json, code: str) -> Iterator[Detail]:
    """Yield the error; once per upload if it only lists those in conflict with a workflow (B48)."""
    source = row.get("source")
    sources = [_text(source)] if source is not None else _ids(row.get("conflicting_uploads_with_workflow"))
    for one in sources or (None,):
        yield Detail(
            _code(row.get("reason_code")) or code,
            shown(_text(row.get("message"))),
            one,
            _text(row.get("document_container_id")),
            tuple(_ids(row.get("existing_revisions_with_workflows"))),
        )


def _ids(rows: Any) -> list[str]:
    """Return the ids of objects whose other content is not documented."""
    found = rows if isinstance(rows, list) else []
    return [str(row["id"]) for row in found if isinstance(row, Mapping) and row.get("id") is not None]


def _text(given: Any) -> str:
    """Return any value as text for people: null as nothing, other types as JSON."""
    return given if isinstance(given, str) else "" if given is None else json.dumps(given, ensure_ascii=False)


def _code(given: Any) -> str:
    return shown(_text(given), 100)


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "nan")
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def may_retry(request: Request, error: ServiceError) -> bool:
    """Return True if sending the call again can succeed and cannot do anything twice.

    A throttled call was not carried out (B12) and may always be sent again. After 5xx, 408 or no response it is unknown
    whether it was, so only repeatable calls are sent again (B27, B66).
    """
    return isinstance(error, ThrottledError) or (request.repeatable and is_temporary(error))


def is_temporary(error: ServiceError) -> bool:
    """Return True if the same call may succeed later.

    After 501, a rejected connection, or a response over a limit, it cannot.
    """
    if (
        error.status == 501
        or isinstance(error, ConnectionRejected)
        or error.reason == response_limits.OVER_LIMIT
    ):
        return False
    return isinstance(error, ServerError | ConnectionFailed) or error.status in (408, 425)
