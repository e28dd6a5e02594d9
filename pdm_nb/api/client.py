"""The client: one short async method per endpoint of the service, on top of `protocol`.

It renews an expired token once, retries what may be retried, and counts its calls. `limits/call_queue.py` decides when
a call may go. The client knows nothing of batches, journals or frames.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import httpx2

from ..errors import InvalidError, ServerError, ServiceError, ThrottledError, TokenError
from ..model import Field, FileUpload, Requirement, Revision, Segment, Upload, User, Value
from .auth import HttpSender, Secret, Tokens
from .environments import Environment
from .limits.call_queue import call_queue_of, wait_while_paused
from .limits.rate_limit import RateLimit
from .limits.rate_limit_windows import SentCall
from .limits.steady_clock import steady_time
from .network.bounded_response import over_limit
from .network.storage_connections import PartContent
from .notices import Notices
from .paged_lists import Lists, Pages
from .permissions import SUBMIT, UPLOAD, learning
from .protocol import decode, decode_documents, error_mapping, shapes
from .protocol import requests as ask
from .protocol.json_text import JsonLimit, parse
from .protocol.requests import BATCH, Item, Request, Scope
from .response_cache import ResponseCache
from .service_memory import Memories, ServiceMemory, version_reading
from .storage_transport import UploadTransport

T = TypeVar("T")
Row = TypeVar("Row", Upload, Revision)
ATTEMPTS = 6
REFUSALS = 12  # of one call by a rate limit; each is followed by a wait for its reset (B12)
NOT_OFFERED = (404, 405, 501)  # statuses of a path that this environment does not have


@dataclass(frozen=True)
class TimeSource:
    """Time (Unix seconds) and sleep, replaced in tests so that they need not wait."""

    now: Callable[[], float] = steady_time
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep


def _as_it_is(row: Any) -> Any:
    return row


class Client:
    """Calls the service for one company. Made by `connect()`."""

    def __init__(
        self,
        environment: Environment,
        tokens: Tokens,
        http: HttpSender,
        *,
        clock: TimeSource | None = None,
        company_id: str | None = None,
        upload_transport: UploadTransport,
        memories: Memories | None = None,
    ) -> None:
        self.environment = environment
        self.company_id = company_id
        self.clock = clock or TimeSource()
        self.calls: Counter[str] = Counter()
        self.storage_puts = 0
        self.upload_transport = upload_transport
        self.attempts = ATTEMPTS
        self.response_cache = ResponseCache(self.clock.now)
        self.notices = Notices()
        self._lists = Lists(self._send_version, self.response_cache, self.notices)
        self._tokens, self._http = tokens, http
        self.application = client_id = tokens.credentials.client_id
        self._memories = memories or Memories(None, environment.api_url, client_id, self.clock.now)
        self.observers: list[Callable[[Request, httpx2.Response], None]] = []  # each gets all responses
        self.call_queue = call_queue_of(environment.api_url, client_id, self.clock.now, self.clock.sleep)
        self._random = random.Random()

    def __repr__(self) -> str:
        return f"<Client {self.environment.name}: {self.calls.total()} calls>"

    @property
    def rate_limit(self) -> RateLimit:
        """The rate limits, shared by all clients of the application in this process (B11)."""
        return self.call_queue.rate_limit

    def memory(self, scope: Scope) -> ServiceMemory:
        """Return what is known of a project at this service: refusals and readings (B71)."""
        return self._memories.of(scope.company_id, scope.project_id)

    @property
    def keeps_files(self) -> bool:
        """False for a simulator that ends with this process: nothing of it may be kept on disk."""
        return self._memories.is_stored

    def count_put(self) -> None:
        """Count a PUT to storage, whichever executor sent it (B14: it is not an API call)."""
        self.storage_puts += 1

    async def close(self) -> None:
        await self._http.aclose()

    async def revoke(self) -> None:
        await self._tokens.revoke()

    # -- sending
    async def send(self, request: Request) -> tuple[Any, httpx2.Headers]:
        """Send a call and return (JSON, headers). Raises a `ServiceError` after the retries that make sense."""
        expired: Secret | None = None  # the token that was refused
        attempt, refusals = 1, 0
        while True:
            call = token = None
            try:
                call, token = await self._wait_for_turn(expired)
                return await self._once(request, call, token)
            except TokenError:
                if expired is not None or attempt >= self.attempts:
                    raise  # B8: a second 401, with a new token, is not a matter of time
                expired, attempt = token, attempt + 1
            except ThrottledError as error:  # B12: it was not carried out, so it does not count as an attempt
                refusals += 1
                if refusals >= REFUSALS:
                    raise
                await self._back_off(error, attempt)
            except ServiceError as error:
                unsent = call is None and error_mapping.is_temporary(error)
                if attempt >= self.attempts or not (unsent or error_mapping.may_retry(request, error)):
                    raise
                await self._back_off(error, attempt)
                attempt += 1

    async def _wait_for_turn(self, expired: Secret | None) -> tuple[SentCall, Secret]:
        """Wait until a call may be sent; return it with a valid token. It must be sent at once."""
        await wait_while_paused()
        if expired is not None:
            await self._tokens.renew(expired)
        while True:
            await self._tokens.access()
            call = await self.call_queue.enter()
            token = self._tokens.current()
            if token is not None:
                return call, token
            self.call_queue.give_back()  # the token expired while it waited

    async def _back_off(self, error: ServiceError, attempt: int) -> None:
        jitter = self._random.random()
        held = self._tokens.wait()
        if held > 0:  # the login host's own limit (B12, B13)
            await self.clock.sleep(held + jitter / 2)
        elif (
            not isinstance(error, ThrottledError) and error.retry_after is None
        ):  # the call queue waits for those
            await self.clock.sleep(min(30.0, 0.5 * 2**attempt) * (0.5 + jitter / 2))

    async def _once(self, request: Request, call: SentCall, token: Secret) -> tuple[Any, httpx2.Headers]:
        self.calls[request.operation] += 1
        response: httpx2.Response | None = None
        try:
            # httpx2.Headers, not a dict: their repr hides the token.
            headers = httpx2.Headers(
                {"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"}
            )
            if self.company_id is not None:
                headers["Procore-Company-Id"] = self.company_id  # B2
            response = self._tokens.redaction.of_response(
                await self._http.send(
                    httpx2.Request(
                        request.method,
                        self.environment.api_url + request.path,
                        params=dict(request.params) or None,
                        json=request.json,
                        headers=headers,
                    )
                )
            )
        finally:
            if response is None:
                self.call_queue.leave(call)
            else:
                self.call_queue.leave(call, response.headers, response.status_code)
        for observer in tuple(self.observers):
            observer(request, response)
        if request.redirects and response.is_redirect:
            return {"data": {"url": response.headers.get("location", "")}}, response.headers
        if not response.is_success:
            raise error_mapping.error_of(request, response.status_code, response.headers, response.content)
        try:
            return parse(response.content), response.headers
        except JsonLimit as error:
            raise over_limit(f"The response of {request.operation} is not accepted: {error}") from None
        except ValueError:
            # A gateway's page with status 200 (B15): it is unknown whether the call was carried out.
            raise ServerError(f"The response of {request.operation} is not JSON", reason="NOT_JSON") from None

    async def _send_version(self, request: Request) -> tuple[Any, httpx2.Headers]:
        """Send a call with the newest version of its path that the service offers; remember the version (B70, B71).

        A 404 for a missing object, such as an upload, does not mean that the version is not offered.
        """
        if not request.versions:
            return await self.send(request)
        memory, name = self._memories.of_path(request.path), version_reading(request.operation)
        known = memory.reading(name)
        *newer, oldest = [known] if known in request.versions else request.versions
        for version in newer:
            try:
                found = await self.send(request.by_version(version))
            except ServiceError as error:
                if error.status not in NOT_OFFERED or error.reason == "UPLOAD_NOT_FOUND":
                    raise
            else:
                memory.note_reading(name, version)
                return found
        found = await self.send(request.by_version(oldest))
        if newer:
            memory.note_reading(name, oldest)
        return found

    async def _one(self, request: Request, read: Callable[[Any], T]) -> T:
        body, _ = await self._send_version(request)
        with shapes.reading(request.operation):
            return read(shapes.data(body))

    async def _selected(
        self, request: Callable[[Sequence[str]], Request], read: Callable[[Any], Row], ids: Iterable[str]
    ) -> list[Row]:
        """Return rows by id, a hundred per call; ids that a response leaves out are requested once more (B26)."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Row] = {}
        for _ in range(2):
            missing = [id_ for id_ in wanted if id_ not in found]
            for start in range(0, len(missing), BATCH):
                some = missing[start : start + BATCH]
                rows = await self._lists.whole(request(some), read, len(some))
                found |= {row.id: row for row in rows}
        return [found[id_] for id_ in wanted if id_ in found]

    # -- directory
    async def show_me(self) -> dict[str, Any]:
        return await self._one(ask.show_me(), dict)

    async def list_companies(self) -> list[dict[str, Any]]:
        return await self._lists.whole(ask.list_companies(), decode.named)

    async def list_projects(self, company_id: str) -> list[dict[str, Any]]:
        return await self._lists.whole(ask.list_projects(company_id), decode.named)

    async def show_permissions(self, scope: Scope) -> list[dict[str, Any]]:
        request = ask.show_permissions(scope)
        tools = await self._one(request, lambda found: shapes.items(shapes.object_(found).get("tools")))
        return self._lists.readable(request, tools, decode.tool)

    async def list_project_users(self, scope: Scope) -> list[User]:
        return await self._lists.whole(ask.list_project_users(scope), decode.user)

    # -- configuration
    async def list_upload_requirements(self, scope: Scope) -> list[Requirement]:
        return await self._lists.whole(ask.list_upload_requirements(scope), decode.requirement)

    async def list_fields(self, scope: Scope) -> list[Field]:
        return await self._lists.whole(ask.list_fields(scope), decode.field)

    async def list_field_values(
        self, scope: Scope, field_id: str, *, keyword: str = "", inactive: bool = False
    ) -> list[Value]:
        request = ask.list_field_values(scope, field_id, keyword=keyword, inactive=inactive)
        return await self._lists.whole(request, decode.list_value)

    # -- document uploads
    async def create_document_uploads(self, scope: Scope, files: Sequence[tuple[str, str]]) -> list[str]:
        """Return the ids in the order of `files`: (name, MIME type), at most 100 (B23)."""
        with learning(self.memory(scope), UPLOAD):
            ids = await self._one(ask.create_document_uploads(scope, files), decode_documents.created)
        if len(ids) != len(files):
            raise ServerError(f"createDocumentUploads returned {len(ids)} ids for {len(files)} files")
        return ids

    async def update_document_uploads(
        self, scope: Scope, updates: Sequence[Mapping[str, Any]]
    ) -> tuple[set[str], dict[str, str]]:
        """Return the ids that were updated, and id -> message of those that failed.

        An id that the response leaves out is sent once more (B26, B27). If it is in neither result, its state is unknown.
        """
        done, failed = await self._update(scope, updates)
        left = [one for one in updates if one["id"] not in done and one["id"] not in failed]
        if left:
            with suppress(InvalidError, ServerError):  # nothing was applied: they stay left out
                again, worse = await self._update(scope, left)
                done, failed = done | again, failed | worse
        return done, failed

    async def _update(
        self, scope: Scope, updates: Sequence[Mapping[str, Any]]
    ) -> tuple[set[str], dict[str, str]]:
        return await self._one(ask.update_document_uploads(scope, updates), decode_documents.updated)

    async def list_document_uploads(self, scope: Scope) -> list[Upload]:
        return await self._lists.whole(ask.list_document_uploads(scope), decode_documents.upload)

    async def list_flat_uploads(self, scope: Scope) -> list[tuple[Upload, dict[str, str]]]:
        """Return the same list for a table: see `decode_documents.flat_upload`."""
        return await self._lists.whole(ask.list_document_uploads(scope), decode_documents.flat_upload)

    async def show_document_upload(self, scope: Scope, upload_id: str) -> Upload:
        return await self._one(ask.show_document_upload(scope, upload_id), decode_documents.upload)

    async def list_selected_uploads(self, scope: Scope, ids: Iterable[str]) -> list[Upload]:
        """Return those of these uploads that the account can see; the service omits the others (B50)."""
        return await self._selected(partial(ask.list_selected_uploads, scope), decode_documents.upload, ids)

    # -- document revisions
    async def create_document_revisions(
        self, scope: Scope, items: Sequence[Item]
    ) -> tuple[list[str], dict[str, str]]:
        """Return the ids of new revisions, and upload id -> reason code of those that failed (B45, B46)."""
        with learning(self.memory(scope), SUBMIT):
            return await self._one(ask.create_document_revisions(scope, items), decode_documents.submitted)

    async def list_selected_revisions(self, scope: Scope, ids: Iterable[str]) -> list[Revision]:
        """Return those of these revisions that the service returns, masked ones too (B51, B68)."""
        return await self._selected(
            partial(ask.list_selected_revisions, scope), decode_documents.revision, ids
        )

    def newest_revisions(self, scope: Scope, most: int | None = None) -> Pages[Revision]:
        """Pages of the private list of revisions, newest first; raises 403 or 404 if it is not offered (B62).

        `most`: how many pages are enough; all of them if not given.
        """
        return self._lists.pages(ask.list_revisions(scope), decode_documents.revision, most)

    def revision_ids(
        self,
        scope: Scope,
        filters: Mapping[str, str] | None = None,
        *,
        per_page: int = ask.ID_PAGE,
        most: int | None = None,
    ) -> Pages[str]:
        """Pages of the ids in the list of revisions, newest first; raises 403 or 404 if it is not offered (B62)."""
        return self._lists.pages(ask.list_revision_ids(scope, filters, per_page), shapes.id_of, most)

    def recycled_revisions(self, scope: Scope, filters: Mapping[str, str] | None = None) -> Pages[Any]:
        """Pages of the recycle bin, not decoded; raises 403 if the account may not view it (B62)."""
        return self._lists.pages(ask.list_recycled_revisions(scope, filters), _as_it_is)

    async def read_revisions(self, scope: Scope, ids: Sequence[str]) -> list[Any]:
        """Return those of at most 100 revisions that the service returns, not decoded (B68)."""
        return await self._lists.whole(ask.list_selected_revisions(scope, ids), _as_it_is, len(ids))

    async def download_source(self, scope: Scope, revision_id: str, *, recycled: bool = False) -> Segment:
        """Return where storage has a revision's file. The URL is a secret, and no token belongs there (B64)."""
        request = ask.download_revision(scope, revision_id, recycled=recycled)
        return await self._one(request, partial(decode.download_source, secure=self._is_secure))

    # -- files
    async def create_upload(self, scope: Scope, **spec: Any) -> FileUpload:
        """See `protocol.requests.create_upload` for `spec` (B53)."""
        return await self._file(ask.create_upload(scope, **spec))

    async def show_upload(self, scope: Scope, file_upload_id: str) -> FileUpload:
        return await self._file(ask.show_upload(scope, file_upload_id))

    async def complete_upload(
        self, scope: Scope, file_upload_id: str, etags: Sequence[str | None]
    ) -> FileUpload:
        return await self._file(ask.complete_upload(scope, file_upload_id, etags))

    async def _file(self, request: Request) -> FileUpload:
        return await self._one(request, partial(decode.file_upload, secure=self._is_secure))

    @property
    def _is_secure(self) -> bool:
        """True if calls are encrypted: then storage must be too."""
        return self.environment.api_url.startswith("https:")

    async def put_segment(self, segment: Segment, size: int, content: PartContent) -> str:
        """PUT one part to storage and return its ETag without quotes (B55, B61). Not repeated: the content was read.

        Raises `InvalidError` if storage refuses it (403: the URL has expired, B59), `ServerError` or
        `ConnectionFailed` if it may succeed later.
        """
        self.count_put()
        response = await self.upload_transport.put(segment, size, content)
        return response.accepted_etag()
