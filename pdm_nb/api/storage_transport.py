"""Sends file parts to storage and receives files: presigned URLs (B55, B59, B61, B64). Knows no API, no token, no files.

It uses blocking sockets in threads, which release the interpreter while the kernel copies: several times the bytes per
second of an event loop. Connections are reused; certificates and proxies are those of the calls. If the user passed an
HTTP client, the bytes go through it. A presigned URL is a secret: errors name its host only.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any, Protocol

import httpx2
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER

from ..errors import ConnectionFailed, InvalidError, ServerError
from ..model import Segment
from .limits import response_limits
from .network.connection_errors import connection_error
from .network.connection_settings import ConnectionSettings
from .network.proxies import Proxy
from .network.user_http_client import library_of
from .protocol.storage_responses import StorageResponse
from .thread_pool import run_in_thread

MAX_CONNECTIONS = 32
BLOCK = 1 << 20  # bytes that are read and sent at a time
TIMEOUT = urllib3.Timeout(connect=15.0, read=60.0)


def _without_queries(record: logging.LogRecord) -> bool:
    """Remove queries from what urllib3 logs: the query of a presigned URL is a secret."""
    if isinstance(record.args, tuple):
        record.args = tuple(arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args)
    return True


logging.getLogger("urllib3.connectionpool").addFilter(_without_queries)


class PartContent(Protocol):
    """The bytes of one part: a file, or an object that is read like one."""

    def read(self, size: int, /) -> bytes | memoryview: ...

    def close(self) -> object: ...


Write = Callable[[bytes], object]  # takes the next bytes of a file


class UploadTransport(Protocol):
    """Receives files, and sends a part to storage, without retries: the content was read. It is closed afterwards."""

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse: ...

    async def get(self, url: str, write: Write) -> None:
        """Pass the bytes at a URL to `write`, which is called in a thread. No token is sent, no redirect followed (B64).

        Raises `InvalidError` if storage refuses (403: the URL has expired), `ServerError` or `ConnectionFailed` if it may
        succeed later, or the error of `write`.
        """


class UploadStopped(Exception):
    """The PUT was stopped on purpose."""


class AbortableBody:
    """Content that is being sent through a socket. `stop` aborts it at any point, from another thread."""

    def __init__(self, content: PartContent) -> None:
        self._content = content
        self._connection: HTTPConnection | None = None
        self._stopped = False
        self.fault: Exception | None = None  # of the content, not of the network

    def read(self, size: int) -> bytes | memoryview:
        if self._stopped:
            raise UploadStopped
        try:
            return self._content.read(size)
        except Exception as error:  # noqa: BLE001 - raised again by `put`
            self.fault = error
            raise UploadStopped from None  # urllib3 would take an OSError for one of the network

    def use_connection(self, connection: HTTPConnection | None) -> None:
        self._connection = connection

    def stop(self) -> None:
        self._stopped = True
        sock = getattr(self._connection, "sock", None)
        # Not the TLS socket's own `shutdown`: the other thread would continue without TLS.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]


class _AbortSignal:
    """A connection that passes itself to the content, so that the content can be aborted."""

    def request(self, method: str, url: str, body: Any = None, *given: Any, **more: Any) -> None:
        if body is not None:
            body.use_connection(self)
        super().request(method, url, body, *given, **more)  # type: ignore[misc]


class _Http(_AbortSignal, HTTPConnection):
    pass


class _Https(_AbortSignal, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class StorageConnections:
    """The connection pools to storage: one for each proxy, and one for none."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._proxies = settings.proxies
        self.manager = cache(partial(_manager, settings.tls))

    def proxy_of(self, url: str) -> Proxy | None:
        return self._proxies.of(url)


def _manager(tls: ssl.SSLContext, proxy: Proxy | None) -> urllib3.PoolManager:
    settings: dict[str, Any] = {
        "maxsize": MAX_CONNECTIONS,
        "block": False,
        "blocksize": BLOCK,
        "timeout": TIMEOUT,
        "ssl_context": tls,
    }
    if proxy is None:
        manager = urllib3.PoolManager(**settings)
    elif proxy.is_socks:
        return _socks_manager(proxy, settings)
    else:
        # urllib3 encodes the login as Latin-1, proxies expect UTF-8.
        login = ":".join(proxy.login).encode().decode("latin-1") if proxy.login else None
        manager = urllib3.ProxyManager(
            proxy.url,
            proxy_headers=urllib3.make_headers(proxy_basic_auth=login) if login else None,
            proxy_ssl_context=tls,
            **settings,
        )
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager


def _socks_manager(proxy: Proxy, settings: dict[str, Any]) -> urllib3.PoolManager:
    from urllib3.contrib import socks as socks_pool

    class Http(_AbortSignal, socks_pool.SOCKSConnection):
        pass

    class Https(_AbortSignal, socks_pool.SOCKSHTTPSConnection):
        pass

    class HttpPool(socks_pool.SOCKSHTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(socks_pool.SOCKSHTTPSConnectionPool):
        ConnectionCls = Https

    user, password = proxy.login or (None, None)
    # Always socks5h: the proxy looks up host names, as it does for calls.
    url = f"socks5h://{proxy.url.partition('://')[2]}"
    manager = socks_pool.SOCKSProxyManager(url, user, password, **settings)
    manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return manager


def put(segment: Segment, size: int, body: AbortableBody, connections: StorageConnections) -> StorageResponse:
    """PUT one part. Blocking. Raises `ConnectionFailed`, or the error of the content.

    No variable and no expression of a raising line has the URL or the headers: tracebacks can show both.
    """
    proxy = None
    try:
        proxy = connections.proxy_of(segment.url)
        return _send(segment, size, body, connections.manager(proxy))
    except UploadStopped:
        raise body.fault or UploadStopped from None
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


class _Receiver:
    """Takes the bytes of a file from a socket, and keeps an error of `write` apart from those of the network."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self.is_stopped = False
        self.fault: Exception | None = None

    def take(self, block: bytes) -> bool:
        """Pass a block on; return False if the rest is not wanted."""
        try:
            self._write(block)
        except Exception as error:  # noqa: BLE001 - raised again by `get`
            self.fault = error
        return self.fault is None and not self.is_stopped


def _check(status: int) -> None:
    if status >= 500:
        raise ServerError("Storage failed to return the file", status=status)
    if status != 200:
        raise InvalidError("Storage refused to return the file", status=status)


def get(url: str, receiver: _Receiver, connections: StorageConnections) -> None:
    """GET a file. Blocking. Raises `ConnectionFailed`, an error of the status, or that of the receiver."""
    proxy = connections.proxy_of(url)
    try:
        response = connections.manager(proxy).urlopen(
            "GET",
            url,
            headers={"Accept-Encoding": "identity", "User-Agent": SKIP_HEADER},
            preload_content=False,
            retries=False,
            redirect=False,
        )
        try:
            _check(response.status)
            for block in response.stream(BLOCK, decode_content=False):
                if not receiver.take(block):
                    break
        finally:
            response.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise connection_error(url, error, proxy) from None
    if receiver.fault is not None:
        raise receiver.fault


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

    async def get(self, url: str, write: Write) -> None:
        receiver = _Receiver(write)
        try:
            await run_in_thread(lambda: get(url, receiver, self._connections))
        except asyncio.CancelledError:
            receiver.is_stopped = True
            raise


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

    async def get(self, url: str, write: Write) -> None:
        request = self._library.Request("GET", url, headers={"Accept-Encoding": "identity"})
        try:
            response = await self._http.send(request, auth=None, follow_redirects=False, stream=True)
        except self._library.RequestError as error:
            raise connection_error(url, error) from None
        receiver = _Receiver(write)
        try:
            _check(response.status_code)
            async for block in response.aiter_raw():
                if not await asyncio.to_thread(receiver.take, block):
                    break
        except self._library.RequestError as error:
            raise connection_error(url, error) from None
        finally:
            await response.aclose()
        if receiver.fault is not None:
            raise receiver.fault


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
