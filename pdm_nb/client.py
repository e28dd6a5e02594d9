"""The service over HTTP: one short async method per endpoint, on top of `protocol`.

Renews a dead token once, retries what may be retried. Counts its calls. When a call may go out is `gate.py`'s. It
knows nothing of batches, journals or frames.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from .auth import Environment, Http, Secret, Tokens, no_answer
from .errors import ConnectionFailed, ServerError, ServiceError, ThrottledError, TokenError
from .gate import at_door, gate_of
from .limit_windows import Call
from .model import Field, FileUpload, Requirement, Revision, Segment, Upload, User, Value
from .pace import Pace
from .protocol import decode, faults
from .protocol import requests as ask
from .protocol.requests import BATCH, Item, Request, Scope
from .shelf import Shelf
from .storage import Content, Road

T = TypeVar("T")
ATTEMPTS = 6
REFUSALS = 12  # of one call by a limit, each waited for until its reset (B12)
WALKS = 3  # through a list that changes while its pages are turned


def _without_queries(record: logging.LogRecord) -> bool:
    """httpx logs the URL of each request; what stands after the `?` of a presigned one is a secret."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_without_queries)


@dataclass(frozen=True)
class Clock:
    """Time and sleep, so that tests need not wait. `now` in Unix seconds."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep


class Client:
    """Calls the service for one company. Use `service.connect`, which makes one."""

    def __init__(
        self,
        environment: Environment,
        tokens: Tokens,
        http: Http,
        *,
        clock: Clock | None = None,
        company_id: str | None = None,
        road: Road,
    ) -> None:
        self.environment = environment
        self.company_id = company_id
        self.clock = clock or Clock()
        self.calls: Counter[str] = Counter()
        self.storage_puts = 0
        self.road = road
        self.attempts = ATTEMPTS
        self.shelf = Shelf(self.clock.now)
        self._tokens, self._http = tokens, http
        client_id = tokens.credentials.client_id
        self.gate = gate_of(environment.api_url, client_id, self.clock.now, self.clock.sleep)
        self._random = random.Random()

    def __repr__(self) -> str:
        return f"<Client {self.environment.name}: {self.calls.total()} calls>"

    @property
    def pace(self) -> Pace:
        """What may be sent, shared by all clients of the application in this process (B11)."""
        return self.gate.pace

    def count_put(self) -> None:
        """Count a PUT to storage, whoever's hands sent it (B14: no call)."""
        self.storage_puts += 1

    async def close(self) -> None:
        await self._http.aclose()

    async def revoke(self) -> None:
        await self._tokens.revoke()

    # -- sending
    async def send(self, request: Request) -> tuple[Any, httpx.Headers]:
        """Send, and answer (JSON, headers). Raises a `ServiceError`, after the retries that make sense."""
        dead: Secret | None = None  # the token that was refused
        attempt, refusals = 1, 0
        while True:
            call = token = None
            try:
                call, token = await self._let_out(dead)
                return await self._once(request, call, token)
            except TokenError:
                if dead is not None or attempt >= self.attempts:
                    raise  # B8: renewed once; a second 401 with a fresh token is no accident
                dead, attempt = token, attempt + 1
            except ThrottledError as error:  # B12: it was not carried out, so it is no attempt
                refusals += 1
                if refusals >= REFUSALS:
                    raise
                await self._back_off(error, attempt)
            except ServiceError as error:
                unsent = call is None and isinstance(error, ServerError | ConnectionFailed)
                if attempt >= self.attempts or not (unsent or faults.may_retry(request, error)):
                    raise
                await self._back_off(error, attempt)
                attempt += 1

    async def _let_out(self, dead: Secret | None) -> tuple[Call, Secret]:
        """A call's turn, and a token that still lives when it has come. What enters has to be sent at once."""
        await at_door()
        if dead is not None:
            await self._tokens.renew(dead)
        while True:
            await self._tokens.access()
            call = await self.gate.enter()
            token = self._tokens.current()
            if token is not None:
                return call, token
            self.gate.give_back()  # it waited longer than the token lived

    async def _back_off(self, error: ServiceError, attempt: int) -> None:
        jitter = self._random.random()
        held = self._tokens.wait()
        if held > 0:  # the login host's own limit (B12, B13)
            await self.clock.sleep(held + jitter / 2)
        elif not isinstance(error, ThrottledError) and error.retry_after is None:  # those the gate holds
            await self.clock.sleep(min(30.0, 0.5 * 2**attempt) * (0.5 + jitter / 2))

    async def _once(self, request: Request, call: Call, token: Secret) -> tuple[Any, httpx.Headers]:
        self.calls[request.operation] += 1
        answer: httpx.Response | None = None
        try:
            # httpx's own headers, not a dict: they show the token to nobody.
            headers = httpx.Headers(
                {"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"}
            )
            if self.company_id is not None:
                headers["Procore-Company-Id"] = self.company_id  # B2
            answer = await self._http.send(
                httpx.Request(
                    request.method,
                    self.environment.api_url + request.path,
                    params=dict(request.params) or None,
                    json=request.json,
                    headers=headers,
                )
            )
        except httpx.TransportError as error:
            raise no_answer(self.environment.api_url, error) from None
        finally:
            if answer is None:
                self.gate.leave(call)
            else:
                self.gate.leave(call, answer.headers, answer.status_code)
        if not answer.is_success:
            raise faults.error_of(request, answer.status_code, answer.headers, answer.text)
        try:
            return answer.json(), answer.headers
        except ValueError:
            # A gateway's page with status 200 (B15): whether the work was done is unknown.
            raise ServerError(f"{request.operation} was answered with something that is no JSON") from None

    async def _list(
        self, request: Request, read: Callable[[Mapping[str, Any]], T], most: int | None = None
    ) -> list[T]:
        """The whole list, page by page, each row once, until the total, or `most`, is reached (B9).

        A page can be of another size than was asked for, and of another than the one before. Where rows were passed
        over that way, or came in between, the list is walked through anew. Configuration is asked for once in a while.
        """
        if not request.lasting:
            return await self._rows(request, read, most)
        rows = self.shelf.get(request)
        if rows is None:
            rows = await self._rows(request, lambda row: row, most)
            self.shelf.put(request, rows)
        with decode.reading(request.operation):
            return [read(row) for row in rows]

    async def _rows(self, request: Request, read: Callable[[Any], T], most: int | None) -> list[T]:
        rows: dict[Any, T] = {}
        for _ in range(WALKS):
            rows, whole = await self._walk(request, read, most)
            if whole:
                break
        return list(rows.values())

    async def _walk(
        self, request: Request, read: Callable[[Any], T], most: int | None
    ) -> tuple[dict[Any, T], bool]:
        """Once through all pages: the rows by id, and whether they are as many as the list says."""
        rows: dict[Any, T] = {}
        number, before = 1, None
        while True:
            body, headers = await self.send(ask.page(request, number))
            with decode.reading(request.operation):
                found = decode.rows(body)
                rows.update((decode.identity(row), read(row)) for row in found)
            if most is not None and len(rows) >= most:
                return rows, True
            if decode.is_last(headers, len(rows), len(found)):
                return rows, len(rows) >= (decode.total(headers) or 0)
            if found == before:  # whoever passes over `page` answers the first one for ever
                return rows, True
            number, before = number + 1, found

    async def _one(self, request: Request, read: Callable[[Mapping[str, Any]], T]) -> T:
        body, _ = await self.send(request)
        with decode.reading(request.operation):
            return read(decode.data(body))

    # -- directory
    async def show_me(self) -> dict[str, Any]:
        return await self._one(ask.show_me(), dict)

    async def list_companies(self) -> list[dict[str, Any]]:
        return await self._list(ask.list_companies(), dict)

    async def list_projects(self, company_id: str) -> list[dict[str, Any]]:
        return await self._list(ask.list_projects(company_id), dict)

    async def show_permissions(self, scope: Scope) -> list[dict[str, Any]]:
        return await self._one(ask.show_permissions(scope), lambda found: list(found.get("tools", ())))

    async def list_project_users(self, scope: Scope) -> list[User]:
        return await self._list(ask.list_project_users(scope), decode.user)

    # -- configuration
    async def list_upload_requirements(self, scope: Scope) -> list[Requirement]:
        return await self._list(ask.list_upload_requirements(scope), decode.requirement)

    async def list_fields(self, scope: Scope) -> list[Field]:
        return await self._list(ask.list_fields(scope), decode.field)

    async def list_field_values(
        self, scope: Scope, field_id: str, *, keyword: str = "", inactive: bool = False
    ) -> list[Value]:
        request = ask.list_field_values(scope, field_id, keyword=keyword, inactive=inactive)
        return await self._list(request, decode.value)

    # -- document uploads
    async def create_document_uploads(self, scope: Scope, files: Sequence[tuple[str, str]]) -> list[str]:
        """The ids, in the order of `files`: (name, mime type), at most 100 (B23)."""
        ids = await self._one(ask.create_document_uploads(scope, files), decode.created)
        if len(ids) != len(files):
            raise ServerError(f"createDocumentUploads answered {len(ids)} ids for {len(files)} files")
        return ids

    async def update_document_uploads(
        self, scope: Scope, updates: Sequence[Mapping[str, Any]]
    ) -> tuple[set[str], dict[str, str]]:
        """(ids that were updated, id -> message of those that failed). An id in neither is unknown (B26)."""
        return await self._one(ask.update_document_uploads(scope, updates), decode.updated)

    async def list_document_uploads(self, scope: Scope) -> list[Upload]:
        return await self._list(ask.list_document_uploads(scope), decode.upload)

    async def list_flat_uploads(self, scope: Scope) -> list[tuple[Upload, dict[str, str]]]:
        """The same list, for a table: see `decode.flat_upload`."""
        return await self._list(ask.list_document_uploads(scope), decode.flat_upload)

    async def show_document_upload(self, scope: Scope, upload_id: str) -> Upload:
        return await self._one(ask.show_document_upload(scope, upload_id), decode.upload)

    async def list_selected_uploads(self, scope: Scope, ids: Sequence[str]) -> list[Upload]:
        """Those of at most 100 uploads that can be seen; the others are left out in silence (B50)."""
        return await self._list(ask.list_selected_uploads(scope, ids), decode.upload, len(set(ids)))

    # -- document revisions
    async def create_document_revisions(
        self, scope: Scope, items: Sequence[Item]
    ) -> tuple[list[str], dict[str, str]]:
        """(ids of new revisions, upload id -> reason code of those that failed) (B45, B46)."""
        return await self._one(ask.create_document_revisions(scope, items), decode.submitted)

    async def list_selected_revisions(self, scope: Scope, ids: Iterable[str]) -> list[Revision]:
        wanted = list(dict.fromkeys(ids))
        rows: list[Revision] = []
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            rows += await self._list(ask.list_selected_revisions(scope, some), decode.revision, len(some))
        return rows

    async def newest_revisions(self, scope: Scope, most: int | None = None) -> AsyncIterator[list[Revision]]:
        """Pages of the private list of revisions, newest first; raises 403 or 404 where it is closed (B62).

        `most`: how many pages are enough; all of them if not given.
        """
        number, seen = 1, 0
        while most is None or number <= most:
            request = ask.page(ask.list_revisions(scope), number)
            body, headers = await self.send(request)
            with decode.reading(request.operation):
                rows = [decode.revision(row) for row in decode.rows(body)]
            yield rows
            seen += len(rows)
            if decode.is_last(headers, seen, len(rows)):
                return
            number += 1

    # -- files
    async def create_upload(self, scope: Scope, **spec: Any) -> FileUpload:
        """See `protocol.requests.create_upload` for `spec` (B53)."""
        return await self._one(ask.create_upload(scope, **spec), decode.file_upload)

    async def show_upload(self, scope: Scope, file_upload_id: str) -> FileUpload:
        return await self._one(ask.show_upload(scope, file_upload_id), decode.file_upload)

    async def complete_upload(
        self, scope: Scope, file_upload_id: str, etags: Sequence[str | None]
    ) -> FileUpload:
        return await self._one(ask.complete_upload(scope, file_upload_id, etags), decode.file_upload)

    async def put_segment(self, segment: Segment, size: int, content: Content) -> str:
        """PUT one part to storage and answer its ETag without quotes (B55, B61). One attempt: bytes were read.

        Raises `InvalidError` where storage refused (403: the URL has expired, B59), `ServerError` or
        `ConnectionFailed` where it may work another time.
        """
        self.count_put()
        return (await self.road.put(segment, size, content)).taken()
