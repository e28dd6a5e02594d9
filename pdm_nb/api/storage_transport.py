"""Sends file parts to storage: PUTs to presigned URLs (B55, B59, B61). Knows no API, no token and no files.

It uses blocking sockets in threads, which release the interpreter while the kernel copies: several times the bytes per
second of an event loop. Connections are reused, TLS is verified as httpx does it, proxies are those of the environment.
If the user passed an httpx client, the bytes go through it. A presigned URL is a secret: errors name its host only.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import httpx
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER

from ..errors import InvalidError, ServerError
from ..model import Segment
from .protocol.error_mapping import connection_error
from .proxies import Proxies, is_socks, missing_socks_error
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


@dataclass(frozen=True, slots=True)
class StorageResponse:
    """The response of storage: the status, and the ETag without quotes, "" if there is none."""

    status: int
    etag: str

    @classmethod
    def of(cls, status: int, etag: str | None) -> StorageResponse:
        return cls(status, (etag or "").removeprefix("W/").strip('"'))

    def accepted_etag(self) -> str:
        """Return the ETag if storage accepted the part (B61).

        Raises `InvalidError` if it was refused (403: the URL has expired, B59), `ServerError` if it may succeed later.
        """
        if self.status >= 500:
            raise ServerError("Storage failed to store a part of the file", status=self.status)
        if not 200 <= self.status < 300 or not self.etag:
            raise InvalidError("Storage refused a part of the file", status=self.status)
        return self.etag


class UploadTransport(Protocol):
    """Sends a part to storage, without retries: the content was read. It is closed afterwards."""

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse: ...


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


@cache
def _manager(proxy: str | None, secure: bool) -> urllib3.PoolManager:
    """Return the connection pool of this process for a proxy, or for none."""
    settings: dict[str, Any] = {
        "maxsize": MAX_CONNECTIONS,
        "block": False,
        "blocksize": BLOCK,
        "timeout": TIMEOUT,
    }
    if secure:
        settings["ssl_context"] = httpx.create_ssl_context()
    if proxy is None:
        manager = urllib3.PoolManager(**settings)
    elif is_socks(proxy):
        return _socks_manager(proxy, settings)
    else:
        parts = urlsplit(proxy)
        login = unquote(f"{parts.username}:{parts.password or ''}") if parts.username else None
        headers = urllib3.make_headers(proxy_basic_auth=login) if login else None
        manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager


def _socks_manager(proxy: str, settings: dict[str, Any]) -> urllib3.PoolManager:
    try:
        import socks  # type: ignore[import-untyped]  # noqa: F401 - or urllib3 would warn first
        from urllib3.contrib import socks as socks_pool
    except ImportError as error:
        raise missing_socks_error(error) from None

    class Http(_AbortSignal, socks_pool.SOCKSConnection):
        pass

    class Https(_AbortSignal, socks_pool.SOCKSHTTPSConnection):
        pass

    class HttpPool(socks_pool.SOCKSHTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(socks_pool.SOCKSHTTPSConnectionPool):
        ConnectionCls = Https

    manager = socks_pool.SOCKSProxyManager(proxy, **settings)
    manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return manager


def put(segment: Segment, size: int, body: AbortableBody, proxy: str | None) -> StorageResponse:
    """PUT one part, through a proxy if given. Blocking. Raises `ConnectionFailed`, or the error of the content."""
    # The headers are sent as they are, without Authorization (B55). The length prevents chunked encoding.
    headers = {"Accept-Encoding": SKIP_HEADER, "User-Agent": SKIP_HEADER} | segment.headers
    if "content-length" not in map(str.lower, headers):
        headers["Content-Length"] = str(size)
    manager = _manager(proxy, segment.url.lower().startswith("https:"))
    try:
        response = manager.urlopen(
            "PUT", segment.url, body=body, headers=headers, retries=False, redirect=False
        )  # fmt: skip
    except UploadStopped:
        raise body.fault or UploadStopped from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise connection_error(segment.url, error) from None
    finally:
        body.use_connection(None)
    return StorageResponse.of(response.status, response.headers.get("etag"))


class DirectTransport:
    """Sends each part with a blocking PUT in a thread."""

    def __init__(self) -> None:
        self._proxies = Proxies()

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        body = AbortableBody(content)

        def work() -> StorageResponse:
            try:
                return put(segment, size, body, self._proxies.of(segment.url))
            finally:
                content.close()

        try:
            return await run_in_thread(work)
        except asyncio.CancelledError:
            body.stop()
            raise


class UserStorageTransport:
    """Sends parts through the user's own httpx client, with its proxy and certificates."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        headers = httpx.Headers(segment.headers)
        headers.setdefault("Content-Length", str(size))
        request = httpx.Request("PUT", segment.url, headers=headers, content=_blocks(content))
        try:
            response = await self._http.send(request)
        except httpx.TransportError as error:
            raise connection_error(segment.url, error) from None
        finally:
            await asyncio.to_thread(content.close)
        return StorageResponse.of(response.status_code, response.headers.get("etag"))


async def _blocks(content: PartContent) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(content.read, BLOCK):
        yield bytes(block)
