"""Connections to storage: blocking sockets with the certificates and proxies of the calls, and requests that can be aborted.

Knows no parts and no files; `storage_transport.py` does. Connections are reused.
"""

from __future__ import annotations

import logging
import socket
import ssl
from contextlib import suppress
from functools import cache, partial
from typing import Any, Protocol

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .connection_settings import ConnectionSettings
from .proxies import Proxy

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


class TransferStopped(Exception):
    """The request was stopped on purpose."""


class AbortableRequest:
    """A request that is under way. `stop` aborts it at any point, from another thread."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None
        self.is_stopped = False

    def use_connection(self, connection: HTTPConnection | None) -> None:
        self._connection = connection

    def stop(self) -> None:
        self.is_stopped = True
        sock = getattr(self._connection, "sock", None)
        # Not the TLS socket's own `shutdown`: the other thread would continue without TLS.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]


class AbortableBody(AbortableRequest):
    """Content that is being sent through a socket."""

    def __init__(self, content: PartContent) -> None:
        super().__init__()
        self._content = content
        self.fault: Exception | None = None  # of the content, not of the network

    def read(self, size: int) -> bytes | memoryview:
        if self.is_stopped:
            raise TransferStopped
        try:
            return self._content.read(size)
        except Exception as error:  # noqa: BLE001 - raised again by `put`
            self.fault = error
            raise TransferStopped from None  # urllib3 would take an OSError for one of the network


class _AbortSignal:
    """A connection that passes itself to the request, so that the request can be aborted.

    A request without content is passed in the place of the content all the same.
    """

    def request(self, method: str, url: str, body: Any = None, *given: Any, **more: Any) -> None:
        if body is not None:
            body.use_connection(self)
        content = body if hasattr(body, "read") else None
        super().request(method, url, content, *given, **more)  # type: ignore[misc]


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
