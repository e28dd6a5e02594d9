"""Makes the calls of a verification: a few read-only calls, one after the other (B71).

Each is sent once, by the client and within its rate limit. An error response is also a result. The rate-limit headers
of all responses in the meantime are used, including those of other work in this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..api.protocol import requests as ask
from ..api.protocol.json_text import parse
from ..api.protocol.requests import Request, Scope
from ..errors import ConnectionFailed, ServiceError, SignInError, TokenError
from ..model import USER_VARIANTS
from .response import ObservedResponses, Response, as_text

if TYPE_CHECKING:
    import httpx2

    from ..api.client import Client

MOST = 25  # calls
PAGE = 25  # rows: enough to see a shape
SMALL = 5  # rows of a page that shows the paging of a list
IDS = 3  # uploads or revisions asked for by id
NOT_OFFERED = (404, 405, 501)  # statuses of a version of a path
VERSION = re.compile(r"/rest/v([0-9.]+)/")
PAUSE = 1.0  # seconds between two calls, so that the headers of a spike limit of 10 s show how it works


class _TooManyCalls(Exception):
    """The verification has made as many calls as it may."""


@dataclass
class Verification:
    """One verification of a project.

    Parameters
    ----------
    client : Client
        The client that sends the calls.
    scope : Scope
        The company and the project.
    recycled : bool, default False
        Also read the recycle bin.
    revision_ids : tuple of str
        Revisions to read if their list is not offered.
    pause : float, default 1.0
        Seconds between two calls.
    """

    client: Client
    scope: Scope
    recycled: bool = False
    revision_ids: tuple[str, ...] = ()
    pause: float = PAUSE
    responses: list[Response] = field(default_factory=list)
    _traffic: list[Response] = field(default_factory=list)
    _sent: Request | None = None

    async def run(self) -> ObservedResponses:
        """Make the calls and return the responses."""
        self.client.observers.append(self._observe)
        try:
            for group in (self._directory, self._configuration, self._uploads, self._revisions):
                for request in group():
                    await self._send(request)
        except _TooManyCalls:
            pass  # the responses so far are reported
        finally:
            self.client.observers.remove(self._observe)
        return ObservedResponses(tuple(self.responses), self.client.environment.host, tuple(self._traffic))

    async def _send(self, request: Request) -> None:
        """Send once. An error response is a result; an error of the connection or the sign-in ends the verification."""
        if len(self.responses) >= MOST:
            raise _TooManyCalls
        if self.responses:
            await self.client.clock.sleep(self.pause)
        self._sent = replace(request, repeatable=False)
        try:
            await self.client.send(self._sent)
        except (ConnectionFailed, SignInError, TokenError):
            raise
        except ServiceError:
            pass  # its response was observed

    def _observe(self, request: Request, received: httpx2.Response) -> None:
        try:
            body = parse(received.content)
        except ValueError:
            body = None
        now = self.client.clock.now()
        headers = {key.lower(): value for key, value in received.headers.items()}
        version = VERSION.match(request.path)
        response = Response(
            request.operation,
            received.status_code,
            body,
            headers,
            now,
            dict(request.params),
            version[1] if version else "",
        )
        self._traffic.append(response)
        if request is self._sent:
            self.responses.append(response)
            if response.status == 429 and len(self.responses) >= MOST:
                raise _TooManyCalls

    # -- the calls. They are generated one by one, because some need ids from earlier responses.
    def _directory(self) -> Iterator[Request]:
        yield ask.show_me()
        yield _page(ask.list_companies())
        yield _page(ask.list_projects(self.scope.company_id))
        yield ask.show_permissions(self.scope)
        yield _page(ask.list_project_users(self.scope))

    def _configuration(self) -> Iterator[Request]:
        yield _page(ask.list_upload_requirements(self.scope))
        yield ask.page(ask.list_fields(self.scope), 1)
        yield _page(ask.list_fields(self.scope), 2, SMALL)
        wanted: dict[str, str] = {}
        for row in self._rows("listFields"):
            kind, id_ = as_text(row.get("type")), as_text(row.get("id"))
            has_list = (
                kind in ("lov_entry", "lov_entries", "reference") and row.get("variant") not in USER_VARIANTS
            )
            if id_ and has_list and row.get("active") is not False:
                wanted.setdefault(kind, id_)
        for id_ in wanted.values():
            yield _page(ask.list_field_values(self.scope, id_, inactive=True))

    def _uploads(self) -> Iterator[Request]:
        yield _page(ask.list_document_uploads(self.scope))
        if ids := self._ids("listDocumentUploads"):
            yield from self._by_version(_page(ask.list_selected_uploads(self.scope, ids)))
            one = ids[0]
            yield ask.show_document_upload(self.scope, one)
            path = self.scope.documents("2.0", f"document_uploads/{one}")
            yield Request("showDocumentUploadV20", "GET", path)
        if self.recycled:
            path = self.scope.documents("2.0", "document_uploads/recycled_uploads")
            yield _page(Request("listRecycledUploads", "GET", path))

    def _revisions(self) -> Iterator[Request]:
        yield _page(ask.list_revisions(self.scope))
        if ids := self._ids("listRevisions") or list(self.revision_ids)[:IDS]:
            yield from self._by_version(_page(ask.list_selected_revisions(self.scope, ids)))
        if self.recycled:
            path = self.scope.documents("2.0", "document_revisions/recycled_revisions")
            yield _page(Request("listRecycledRevisions", "GET", path))

    def _by_version(self, request: Request) -> Iterator[Request]:
        """The request by each version of its path, the preferred one first, until one is offered (B70)."""
        for version in request.versions:
            yield request.by_version(version)
            if self.responses[-1].status not in NOT_OFFERED:
                return

    def _rows(self, operation: str) -> list[dict[str, Any]]:
        return ObservedResponses(tuple(self.responses)).rows(operation)

    def _ids(self, operation: str) -> list[str]:
        return [id_ for row in self._rows(operation) if (id_ := as_text(row.get("id")))][:IDS]


def _page(request: Request, number: int = 1, size: int = PAGE) -> Request:
    return replace(request, params={**request.params, "page": number, "per_page": size})
