"""Answers as the service shapes them: errors (B15, B16), lists (B10) and their paging (B9); and what callers write, read.

Decides nothing itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from .options import Options

T = TypeVar("T")

INTEGER = re.compile(r"-?\d{1,1000}", re.ASCII)  # Python itself reads no more than some thousand digits
CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    410: "GONE",
    413: "PAYLOAD_TOO_LARGE",
    422: "VALIDATION_ERROR",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
    502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE",
}
MESSAGES = {422: "The request was not accepted"}  # of the error itself; other statuses have HTTP's own phrase
PAGE = "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>gateway</body></html>"
LARGEST_BODY = 16 << 20  # of a call; what goes to storage is not one
DEFAULT = Options()
V2_SHAPED = (401, 403, 429, 500)  # what the contract documents with the v2 shape on v1 paths as well


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of an error's `details`."""

    reason: str
    message: str
    source: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    slip: str = ""  # the carelessness that the ledger counts, where it is one

    def view(self, options: Options) -> dict[str, Any]:
        """Where sources name two reasons, the one that the options say (B16)."""
        two = {"FORBIDDEN": options.forbidden_reason, "INTERNAL_SERVER_ERROR": options.internal_reason}
        shown = {"reason_code": two.get(self.reason, self.reason), "message": self.message, **self.more}
        return shown if self.source is None else shown | {"source": self.source}


class ApiError(Exception):
    """A refusal of the service; the application turns it into a response."""

    def __init__(
        self, status: int, faults: Sequence[ErrorDetail], headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, [fault.reason for fault in faults])
        self.status = status
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.body = "json"  # or "text" or "html", as a gateway writes it (B12, B15)


def refuse(status: int, reason: str, message: str, source: str | None = None, slip: str = "") -> ApiError:
    """An `ApiError` with a single detail; `slip` is what the ledger counts it as."""
    return ApiError(status, [ErrorDetail(reason, message, source, slip=slip)])


def invalid(*messages: str, slip: str = "") -> ApiError:
    """400 INVALID_PROPERTY, one detail per message (B16)."""
    return ApiError(400, [ErrorDetail("INVALID_PROPERTY", message, slip=slip) for message in messages])


def integer(text: str) -> int | None:
    """The number that a text writes, or None."""
    return int(text) if INTEGER.fullmatch(text) else None


def read_json(body: bytes | bytearray) -> Any:
    """What a JSON body says; ValueError for what is no JSON, or cannot be sent back as JSON."""
    text = body.decode("utf-8")  # strictly, which `json.loads` is not
    try:
        parsed = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:  # half of a surrogate pair can be escaped, but not sent back
            json.dumps(parsed, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    """A number that there is: `1e999` would be read as infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:80]} is too large")
    return number


def error_response(error: ApiError, path: str = "", options: Options = DEFAULT) -> Response:
    """The body of an error: v2's shape, and on v1 paths an older one where the contract has no other (B15)."""
    messages = [fault.message for fault in error.faults]
    if error.body == "html":
        return HTMLResponse(PAGE.format(status=error.status), error.status, error.headers)
    if error.body == "text":
        return PlainTextResponse("; ".join(messages), error.status, error.headers)
    body: dict[str, Any]
    if path.startswith("/rest/v1") and error.status not in V2_SHAPED:
        body = {"errors": messages} if options.v1_errors == "errors" else {"message": "; ".join(messages)}
    else:
        code, details = CODES.get(error.status, "ERROR"), [fault.view(options) for fault in error.faults]
        body = {"error": {"code": code, "message": _message(error.status), "details": details}}
    return JSONResponse(body, error.status, error.headers)


def _message(status: int) -> str:
    try:
        return MESSAGES.get(status) or HTTPStatus(status).phrase
    except ValueError:  # a status that HTTP does not name
        return "Error"


async def bounded(request: Request) -> Request:
    """The request with its body read already, so that nobody reads more than there may be; 413 where it is larger."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            error = refuse(413, "INVALID_PROPERTY", f"The body must be at most {LARGEST_BODY} bytes")
            error.headers["Connection"] = "close"  # what is still to come is not read
            raise error
    told = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def receive() -> dict[str, Any]:
        return told

    return Request(request.scope, receive)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list was asked for."""

    number: int
    size: int
    ids_only: bool = False
    sparse: bool = False

    @classmethod
    def of(cls, query: dict[str, Any], options: Options) -> Page:
        """Read `page`, `per_page` and `view`; the default of ten rows bites on purpose (B9).

        With the option `page_size`, pages are no larger than that, whatever was asked for.
        """
        ids_only = query.get("view") == "ids_only"
        size, most = query.get("per_page", 10), 5000 if ids_only else 100
        if size > most:
            raise invalid(f"per_page must be at most {most}")
        size = min(size, options.page_size or size)
        return cls(query.get("page", 1), size, ids_only, options.sparse_links)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def headers(self, request: Request, total: int) -> dict[str, str]:
        """`Total`, `Per-Page` and `Link`; `Link` is empty where all fits one page (B9)."""
        last = max(1, -(-total // self.size))
        pages = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": last}
        if last == 1:
            pages = {}
        if self.sparse and self.number <= 2 and pages:
            del pages["first" if self.number == 1 else "prev"]
        links = (
            f'<{request.url.include_query_params(page=number, per_page=self.size)}>; rel="{name}"'
            for name, number in pages.items()
            if 1 <= number <= last
        )
        return {"Total": str(total), "Per-Page": str(self.size), "Link": ", ".join(links)}
