"""Sends file parts to storage and receives files: presigned URLs (B55, B59, B61, B64). Knows no API, no token, no files.

It uses blocking sockets in threads, which release the interpreter while the kernel copies: several times the bytes per
second of an event loop. Connections are reused; certificates and proxies are those of the calls. If the user passed an
HTTP client, the bytes go through it. A presigned URL is a secret: errors name its host only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import httpx2
import urllib3
from urllib3.util import SKIP_HEADER

from ..errors import ConnectionFailed
from ..model import Segment
from .limits import response_limits
from .network.connection_errors import connection_error
from .network.connection_settings import ConnectionSettings
from .network.proxies import Proxy
from .network.storage_connections import (
    BLOCK,
    AbortableBody,
    PartContent,
    StorageConnections,
    TransferStopped,
)
from .network.user_http_client import library_of
from .protocol.storage_responses import StorageResponse
from .received_file import ReceivedFile, ReceivingRequest
from .thread_pool import run_in_thread


class UploadTransport(Protocol):
    """Sends a part to storage, and receives a file from it: one attempt each."""

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        """Send a part. The content is closed afterwards."""

    async def get(self, source: Segment, file: ReceivedFile) -> None:
        """Receive a file, or the rest of it. No token is sent, no redirect followed (B64).

        Raises `InvalidError` if storage refuses it (403: the URL has expired), `ServerError` or `ConnectionFailed` if it may
        succeed later, or the error of the file's target.
        """


def put(segment: Segment, size: int, body: AbortableBody, connections: StorageConnections) -> StorageResponse:
    """PUT one part. Blocking. Raises `ConnectionFailed`, or the error of the content.

    No variable and no expression of a raising line has the URL or the headers: tracebacks can show both.
    """
    proxy = None
    try:
        proxy = connections.proxy_of(segment.url)
        return _send(segment, size, body, connections.manager(proxy))
    except TransferStopped:
        raise body.fault or TransferStopped from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure = _failure(segment, error, proxy)
    finally:
        body.use_connection(None)
    raise failure


def _send(segment: Segment, size: int, body: AbortableBody, manager: urllib3.PoolManager) -> StorageResponse:
    # The headers are sent as they are, without Authorization (B55). The length prevents chunked encoding.
    headers = {"Accept-Encoding": SKIP_HEADER, "User-Agent": SKIP_HEADER} | segment.headers
    if "content-length" not in map(str.lower, headers):
        headers["Content-Length"] = str(size)
    response = manager.urlopen(
        "PUT", segment.url, body=body, headers=headers, retries=False, redirect=False,
        preload_content=False, decode_content=False,
    )  # fmt: skip
    try:
        text = response.read(response_limits.STORAGE_BYTES)
        is_whole = not response.read(1)
    finally:
        response.release_conn()
    if not is_whole:
        response.close()  # what follows is not read
    return _understood(segment, response.status, response.headers, text)


def _understood(segment: Segment, status: int, headers: Mapping[str, str], text: bytes) -> StorageResponse:
    secrets = {segment.url, *segment.headers.values()}
    return StorageResponse.of(status, headers, text, secrets, time.time())


def _failure(segment: Segment, error: BaseException, proxy: Proxy | None = None) -> ConnectionFailed:
    return connection_error(segment.url, error, proxy)


def _too_slow(segment: Segment) -> ConnectionFailed:
    return connection_error(segment.url, TimeoutError())


def get(source: Segment, request: ReceivingRequest, connections: StorageConnections) -> None:
    """GET a file. Blocking. Raises `ConnectionFailed`, an error of the response, or that of the file's target.

    As in `put`, no variable and no expression of a raising line has the URL.
    """
    proxy = None
    try:
        proxy = connections.proxy_of(source.url)
        refusal = _receive(source, request, connections.manager(proxy))
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure: Exception = _failure(source, error, proxy)
    else:
        if request.fault is None and refusal is None:
            return
        failure = request.fault or refusal.not_returned()  # type: ignore[union-attr]
    finally:
        request.use_connection(None)
    raise failure


def _receive(
    source: Segment, request: ReceivingRequest, manager: urllib3.PoolManager
) -> StorageResponse | None:
    """Receive a file; return the response if it is a refusal."""
    headers = {"User-Agent": SKIP_HEADER} | request.file.headers
    response = manager.urlopen(
        "GET", source.url, body=request, headers=headers, retries=False, redirect=False,
        preload_content=False, decode_content=False,
    )  # fmt: skip
    try:
        if not request.begin(response.status, response.headers):
            text = b"" if request.fault else response.read(response_limits.STORAGE_BYTES)
            return _understood(source, response.status, response.headers, text)
        for block in response.stream(BLOCK, decode_content=False):
            if not request.take(block):
                break
        else:
            request.end()
    finally:
        response.close()
    return None


class DirectTransport:
    """Sends each part with a blocking PUT in a thread, and receives each file with a GET in one."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._connections = StorageConnections(settings)

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        body = AbortableBody(content)

        def work() -> StorageResponse:
            try:
                return put(segment, size, body, self._connections)
            finally:
                content.close()

        try:
            async with asyncio.timeout(response_limits.storage_seconds(size)):
                return await run_in_thread(work)
        except asyncio.CancelledError:
            body.stop()
            raise
        except TimeoutError:
            body.stop()
            failure = _too_slow(segment)
        raise failure

    async def get(self, source: Segment, file: ReceivedFile) -> None:
        async with _receiving(source, file) as request:
            await run_in_thread(lambda: get(source, request, self._connections))


@asynccontextmanager
async def _receiving(source: Segment, file: ReceivedFile) -> AsyncIterator[ReceivingRequest]:
    """Yield a request for a file that is aborted if it is cancelled, or slower than 16 KiB a second."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(response_limits.storage_seconds(0)) as limit:

            def moved(count: int) -> None:
                with suppress(RuntimeError):  # it has ended meanwhile
                    limit.reschedule(began + response_limits.storage_seconds(count))

            request = ReceivingRequest(file, lambda count: loop.call_soon_threadsafe(moved, count))
            try:
                yield request
            except BaseException:
                request.stop()
                raise
        return
    except TimeoutError:
        failure = _too_slow(source)
    raise failure


class UserStorageTransport:
    """Sends parts through the user's own HTTP client, with its proxy and certificates."""

    def __init__(self, http: Any) -> None:
        self._http = http
        self._library: Any = library_of(http) or httpx2

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        try:
            async with asyncio.timeout(response_limits.storage_seconds(size)):
                return await self._send(segment, size, content)
        except (self._library.RequestError, self._library.InvalidURL, ValueError) as error:
            failure = _failure(segment, error)
        except TimeoutError:
            failure = _too_slow(segment)
        finally:
            await asyncio.to_thread(content.close)
        raise failure

    async def _send(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        headers = self._library.Headers(segment.headers)
        headers.setdefault("Content-Length", str(size))
        # Not built by the client, whose headers storage would get too (B55).
        request = self._library.Request("PUT", segment.url, headers=headers, content=_blocks(content))
        response = await self._http.send(request, auth=None, follow_redirects=False, stream=True)
        try:
            text = await _beginning(response)
        finally:
            await response.aclose()
        return _understood(segment, response.status_code, response.headers, text)

    async def get(self, source: Segment, file: ReceivedFile) -> None:
        async with _receiving(source, file) as request:
            try:
                refusal = await self._receive(source, request)
            except (self._library.RequestError, self._library.InvalidURL, ValueError) as error:
                failure: Exception = _failure(source, error)
            else:
                if request.fault is None and refusal is None:
                    return
                failure = request.fault or refusal.not_returned()  # type: ignore[union-attr]
            raise failure

    async def _receive(self, source: Segment, request: ReceivingRequest) -> StorageResponse | None:
        asked = self._library.Request("GET", source.url, headers=request.file.headers)
        response = await self._http.send(asked, auth=None, follow_redirects=False, stream=True)
        try:
            if not request.begin(response.status_code, response.headers):
                text = b"" if request.fault else await _beginning(response)
                return _understood(source, response.status_code, response.headers, text)
            async for block in response.aiter_raw():
                if not await asyncio.to_thread(request.take, block):
                    break
            else:
                request.end()
        finally:
            await response.aclose()
        return None


async def _beginning(response: Any) -> bytes:
    """Return the first bytes of a response, as they come."""
    if response.is_stream_consumed:
        return bytes(response.content[: response_limits.STORAGE_BYTES])
    found = bytearray()
    async for piece in response.aiter_raw():
        found += piece[: response_limits.STORAGE_BYTES]
        if len(found) >= response_limits.STORAGE_BYTES:
            break
    return bytes(found)


async def _blocks(content: PartContent) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(content.read, BLOCK):
        yield bytes(block)
