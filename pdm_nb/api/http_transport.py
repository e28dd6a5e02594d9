"""Sends API calls: requests of httpx through connections of aiohttp, which are faster than httpx's own client.

Knows no API and no token. Proxies are those of the environment; TLS is verified as httpx does it; redirects are not
followed, so that a token goes to no other host; cookies are not kept. Failures are httpx's errors, and contain nothing
of the request. A transport is used on one event loop, that of its first request. If the user passed an httpx client,
`UserHttpTransport` sends calls through it.
"""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
import httpx
from yarl import URL

from .proxies import Proxies, is_socks, missing_socks_error

NO_SOCKS: ImportError | None = None
SOCKS_FAULTS: tuple[type[Exception], ...] = ()
try:
    import aiohttp_socks
except ImportError as error:  # the extra `socks`
    NO_SOCKS = error
else:
    SOCKS_FAULTS = (
        aiohttp_socks.ProxyError,
        aiohttp_socks.ProxyConnectionError,
        aiohttp_socks.ProxyTimeoutError,
    )

SOCKS_PORT = 1080
OWN = {
    "User-Agent": f"pdm_nb (httpx {httpx.__version__}, aiohttp {aiohttp.__version__})",
    "Accept-Encoding": "gzip, deflate",
}
FAULTS: tuple[type[Exception], ...] = (aiohttp.ClientError, OSError, ValueError, *SOCKS_FAULTS)
# The first that fits: messages name the kind of failure.
KINDS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    *((fault, httpx.ProxyError) for fault in SOCKS_FAULTS),
    (aiohttp.SocketTimeoutError, httpx.ReadTimeout),
    (TimeoutError, httpx.ConnectTimeout),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientProxyConnectionError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (Exception, httpx.ReadError),
)


class AiohttpTransport:
    """Sends requests. Responses are read whole: they are JSON, at most one page of a list."""

    def __init__(self, limits: httpx.Limits, timeout: httpx.Timeout) -> None:
        self._limits = limits
        self._timeout = aiohttp.ClientTimeout(
            connect=timeout.pool, sock_connect=timeout.connect, sock_read=timeout.read
        )
        self._tls = httpx.create_ssl_context()
        self._sessions: dict[
            str | None, aiohttp.ClientSession
        ] = {}  # by the SOCKS proxy that they go through
        self._proxies = Proxies()

    async def send(self, request: httpx.Request, /) -> httpx.Response:
        """Send one request and return the response. Raises an `httpx.TransportError` if there is none."""
        try:
            return await self._send(request)
        except FAULTS as error:
            kind = next(kind for ours, kind in KINDS if isinstance(error, ours))
            name = type(error).__name__
        # Outside of the `except` block, so that aiohttp's error with its headers is not attached.
        raise kind(name, request=request)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        proxy = self._proxies.of(url)
        socks = proxy if is_socks(proxy) else None
        async with self._open(socks).request(
            request.method,
            URL(url, encoded=True),
            headers=[(name.decode("ascii"), text.decode("latin-1")) for name, text in request.headers.raw],
            data=request.content or None,
            timeout=self._timeout,
            proxy=None if socks else proxy,
            allow_redirects=False,
        ) as response:
            return httpx.Response(
                response.status, headers=response.raw_headers, content=await response.read(), request=request
            )

    def _open(self, socks: str | None) -> aiohttp.ClientSession:
        if socks not in self._sessions:
            self._sessions[socks] = session = aiohttp.ClientSession(
                connector=self._connector(socks),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=OWN,
                auto_decompress=False,  # httpx decompresses
            )
            loop = asyncio.get_running_loop()
            weakref.finalize(self, _close_session, session, loop).atexit = False
        return self._sessions[socks]

    def _connector(self, socks: str | None) -> aiohttp.TCPConnector:
        settings: dict[str, Any] = {
            "limit": self._limits.max_connections or 0,
            "keepalive_timeout": self._limits.keepalive_expiry,
            "ssl": self._tls,
        }
        if socks is None:
            return aiohttp.TCPConnector(**settings)
        if NO_SOCKS is not None:
            raise missing_socks_error(NO_SOCKS)
        parts = urlsplit(socks)
        connector: aiohttp.TCPConnector = aiohttp_socks.ProxyConnector(
            parts.hostname or "",
            parts.port or SOCKS_PORT,
            aiohttp_socks.ProxyType.SOCKS4 if "4" in parts.scheme else aiohttp_socks.ProxyType.SOCKS5,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            rdns=parts.scheme[-1] in "ah",  # the proxy looks up host names
            **settings,
        )
        return connector

    async def aclose(self) -> None:
        for session in self._sessions.values():
            await session.close()


class UserHttpTransport:
    """Sends calls through the user's own httpx client, with its headers, proxy and certificates."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(self, request: httpx.Request, /) -> httpx.Response:
        own = self._http.build_request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        return await self._http.send(own)

    async def aclose(self) -> None:
        await self._http.aclose()


def _close_session(session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Close a session that is no longer used, on its own loop; from any thread."""
    with suppress(RuntimeError):  # the loop has ended, and with it the sockets
        loop.call_soon_threadsafe(lambda: loop.create_task(session.close()))
