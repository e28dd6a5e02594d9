"""The formats of the service: error responses (B15, B16), paging (B9) and lists (B10); and parsing of requests.

Makes no decisions: handlers decide what to refuse.
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

INTEGER = re.compile(r"-?\d{1,1000}", re.ASCII)  # Python itself accepts only a few thousand digits
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
MESSAGES = {422: "The request was not accepted"}  # of the whole error; other statuses use HTTP's own phrase
PAGE = "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>gateway</body></html>"
LARGEST_BODY = 16 << 20  # bytes of a call; PUTs to storage are not calls
DEFAULT = Options()
V2_FORMAT = (401, 403, 429, 500)  # the contract documents the v2 format for these on v1 paths as well


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of an error's `details`."""

    reason: str
    message: str
    source: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    client_error: str = ""  # the kind under which the ledger counts it, if any

    def view(self, options: Options) -> dict[str, Any]:
        """Return the detail as JSON types, with the reason code that the options select (B16)."""
        reasons = {"FORBIDDEN": options.forbidden_reason, "INTERNAL_SERVER_ERROR": options.internal_reason}
        shown = {"reason_code": reasons.get(self.reason, self.reason), "message": self.message, **self.more}
        return shown if self.source is None else shown | {"source": self.source}


class ApiError(Exception):
    """A refused call; the application turns it into a response."""

    def __init__(
        self, status: int, details: Sequence[ErrorDetail], headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, [detail.reason for detail in details])
        self.status = status
        self.details = tuple(details)
        self.headers = headers or {}
        self.body = "json"  # or "text" or "html", as a gateway writes them (B12, B15)


def refuse(
    status: int, reason: str, message: str, source: str | None = None, client_error: str = ""
) -> ApiError:
    """Return an `ApiError` with one detail; `client_error` is the kind under which the ledger counts it."""
    return ApiError(status, [ErrorDetail(reason, message, source, client_error=client_error)])


def invalid(*messages: str, client_error: str = "") -> ApiError:
    """Return a 400 INVALID_PROPERTY with one detail per message (B16)."""
    details = [ErrorDetail("INVALID_PROPERTY", message, client_error=client_error) for message in messages]
    return ApiError(400, details)


def integer(text: str) -> int | None:
    """Return the integer that a text contains, or None."""
    return int(text) if INTEGER.fullmatch(text) else None


def read_json(body: bytes | bytearray) -> Any:
    """Parse a JSON body; ValueError if it is invalid, or cannot be sent back as JSON."""
    text = body.decode("utf-8")  # strictly, which `json.loads` is not
    try:
        parsed = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:  # half of a surrogate pair can be escaped, but not sent back
            json.dumps(parsed, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def _finite(text: str) -> float:
    """Parse a float; ValueError for one such as `1e999`, which would become infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:80]} is too large")
    return number


def error_response(error: ApiError, path: str = "", options: Options = DEFAULT) -> Response:
    """Return the response for an error: in the v2 format, or on v1 paths in the older one (B15)."""
    messages = [detail.message for detail in error.details]
    if error.body == "html":
        return HTMLResponse(PAGE.format(status=error.status), error.status, error.headers)
    if error.body == "text":
        return PlainTextResponse("; ".join(messages), error.status, error.headers)
    body: dict[str, Any]
    if path.startswith("/rest/v1") and error.status not in V2_FORMAT:
        body = {"errors": messages} if options.v1_errors == "errors" else {"message": "; ".join(messages)}
    else:
        code, details = CODES.get(error.status, "ERROR"), [detail.view(options) for detail in error.details]
        body = {"error": {"code": code, "message": _message(error.status), "details": details}}
    return JSONResponse(body, error.status, error.headers)


def _message(status: int) -> str:
    try:
        return MESSAGES.get(status) or HTTPStatus(status).phrase
    except ValueError:  # a status without a standard phrase
        return "Error"


async def bounded(request: Request) -> Request:
    """Read the body, refuse it with 413 if it is too large, and return a request that has it in memory."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            error = refuse(413, "INVALID_PROPERTY", f"The body must be at most {LARGEST_BODY} bytes")
            error.headers["Connection"] = "close"  # the rest of the body is not read
            raise error
    message = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def receive() -> dict[str, Any]:
        return message

    return Request(request.scope, receive)


@dataclass(frozen=True, slots=True)
class Page:
    """The requested part of a list."""

    number: int
    size: int
    ids_only: bool = False
    sparse: bool = False

    @classmethod
    def of(cls, query: dict[str, Any], options: Options) -> Page:
        """Read `page`, `per_page` and `view`; the default is ten rows, as in the service (B9).

        The option `page_size` limits the size of a page, whatever was requested.
        """
        ids_only = query.get("view") == "ids_only"
        size, most = query.get("per_page", 10), 5000 if ids_only else 100
        if size > most:
            raise invalid(f"per_page must be at most {most}")
        size = min(size, options.page_size or size)
        return cls(query.get("page", 1), size, ids_only, options.sparse_links)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows of this page."""
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def headers(self, request: Request, total: int) -> dict[str, str]:
        """Return `Total`, `Per-Page` and `Link`; `Link` is empty if there is only one page (B9)."""
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
