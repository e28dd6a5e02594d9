"""The road of the bytes: PUTs to presigned URLs (B55, B59, B61). Knows no API, no token and no files.

Blocking sockets in threads, which leave the interpreter to others while the kernel copies: several times the bytes a
second that an event loop moves. Connections are kept, TLS is verified as httpx does it, proxies are the environment's.
Where somebody brought an httpx client of their own, the bytes go by that one. A URL is a secret: no error names more
than its host.
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
from .proxies import Proxies, is_socks, socks_lacks
from .thread_pool import run_in_thread

MOST = 32  # connections at once
BLOCK = 1 << 20  # bytes that are read and sent at a time
TIMEOUT = urllib3.Timeout(connect=15.0, read=60.0)


def _without_queries(record: logging.LogRecord) -> bool:
    """urllib3 logs the path of each request; what stands after the `?` of a presigned one is a secret."""
    if isinstance(record.args, tuple):
        record.args = tuple(arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args)
    return True


logging.getLogger("urllib3.connectionpool").addFilter(_without_queries)


class PartContent(Protocol):
    """The bytes of one part: a file, or anything that is read like one."""

    def read(self, size: int, /) -> bytes | memoryview: ...

    def close(self) -> object: ...


@dataclass(frozen=True, slots=True)
class StorageResponse:
    """What storage answered: the ETag without quotes, "" where there was none."""

    status: int
    etag: str

    @classmethod
    def of(cls, status: int, etag: str | None) -> StorageResponse:
        return cls(status, (etag or "").removeprefix("W/").strip('"'))

    def taken(self) -> str:
        """The ETag, where storage took the part (B61).

        Raises `InvalidError` where it refused (403: the URL has expired, B59), `ServerError` where it may work
        another time.
        """
        if self.status >= 500:
            raise ServerError("Storage failed to take a part", status=self.status)
        if not 200 <= self.status < 300 or not self.etag:
            raise InvalidError("Storage refused a part", status=self.status)
        return self.etag


class UploadTransport(Protocol):
    """How a part gets to storage. One attempt: the content was read. It is closed afterwards."""

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse: ...


class UploadStopped(Exception):
    """The PUT was given up on purpose."""


class AbortableBody:
    """Content on its way through a socket; `stop`, from another thread, ends it wherever it stands."""

    def __init__(self, content: PartContent) -> None:
        self._content = content
        self._connection: HTTPConnection | None = None
        self._stopped = False
        self.fault: Exception | None = None  # of the content: no fault of the network

    def read(self, size: int) -> bytes | memoryview:
        if self._stopped:
            raise UploadStopped
        try:
            return self._content.read(size)
        except Exception as error:  # noqa: BLE001 - raised again by `put`
            self.fault = error
            raise UploadStopped from None  # an OSError would pass for the network's

    def goes_by(self, connection: HTTPConnection | None) -> None:
        self._connection = connection

    def stop(self) -> None:
        self._stopped = True
        sock = getattr(self._connection, "sock", None)
        # Not the TLS socket's own `shutdown`: it would have the other thread go on without TLS.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]


class _AbortSignal:
    """A connection that tells the content which socket it goes by."""

    def request(self, method: str, url: str, body: Any = None, *given: Any, **more: Any) -> None:
        body.goes_by(self)
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
    """The kept connections of this process, by the proxy they go through."""
    settings: dict[str, Any] = {"maxsize": MOST, "block": False, "blocksize": BLOCK, "timeout": TIMEOUT}
    if secure:
        settings["ssl_context"] = httpx.create_ssl_context()
    if proxy is None:
        manager = urllib3.PoolManager(**settings)
    elif is_socks(proxy):
        return _socks_manager(proxy, settings)
    else:
        said = urlsplit(proxy)
        login = unquote(f"{said.username}:{said.password or ''}") if said.username else None
        headers = urllib3.make_headers(proxy_basic_auth=login) if login else None
        manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager


def _socks_manager(proxy: str, settings: dict[str, Any]) -> urllib3.PoolManager:
    try:
        import socks  # type: ignore[import-untyped]  # noqa: F401 - or urllib3 would warn first
        from urllib3.contrib import socks as through
    except ImportError as error:
        raise socks_lacks(error) from None

    class Http(_AbortSignal, through.SOCKSConnection):
        pass

    class Https(_AbortSignal, through.SOCKSHTTPSConnection):
        pass

    class HttpPool(through.SOCKSHTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(through.SOCKSHTTPSConnectionPool):
        ConnectionCls = Https

    manager = through.SOCKSProxyManager(proxy, **settings)
    manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return manager


def put(segment: Segment, size: int, flow: AbortableBody, proxy: str | None) -> StorageResponse:
    """PUT one part through a proxy, or None. Blocking. Raises `ConnectionFailed` where no answer came, and what the content raised."""
    # The headers go as they are; no Authorization, nothing of ours (B55). A length keeps it from being chunked.
    headers = {"Accept-Encoding": SKIP_HEADER, "User-Agent": SKIP_HEADER} | segment.headers
    if "content-length" not in map(str.lower, headers):
        headers["Content-Length"] = str(size)
    manager = _manager(proxy, segment.url.lower().startswith("https:"))
    try:
        answer = manager.urlopen(
            "PUT", segment.url, body=flow, headers=headers, retries=False, redirect=False
        )  # fmt: skip
    except UploadStopped:
        raise flow.fault or UploadStopped from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise connection_error(segment.url, error) from None
    finally:
        flow.goes_by(None)
    return StorageResponse.of(answer.status, answer.headers.get("etag"))


class DirectTransport:
    """Blocking PUTs, each in a thread."""

    def __init__(self) -> None:
        self._proxies = Proxies()

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        flow = AbortableBody(content)

        def work() -> StorageResponse:
            try:
                return put(segment, size, flow, self._proxies.of(segment.url))
            finally:
                content.close()

        try:
            return await run_in_thread(work)
        except asyncio.CancelledError:
            flow.stop()
            raise


class UserStorageTransport:
    """PUTs by somebody's own httpx client, with the proxy and the certificates it was given."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def put(self, segment: Segment, size: int, content: PartContent) -> StorageResponse:
        headers = httpx.Headers(segment.headers)
        headers.setdefault("Content-Length", str(size))
        request = httpx.Request("PUT", segment.url, headers=headers, content=_blocks(content))
        try:
            answer = await self._http.send(request)
        except httpx.TransportError as error:
            raise connection_error(segment.url, error) from None
        finally:
            await asyncio.to_thread(content.close)
        return StorageResponse.of(answer.status_code, answer.headers.get("etag"))


async def _blocks(content: PartContent) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(content.read, BLOCK):
        yield bytes(block)
