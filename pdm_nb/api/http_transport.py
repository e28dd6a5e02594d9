"""How calls get to the service: httpx's requests by aiohttp's connections, which cost less than httpx's own client.

Knows no API and no token. Proxies are the environment's, for each request as for the bytes; TLS is verified as httpx
does it; redirects are not followed (a token goes to no other host) and no cookie is kept. What goes wrong is one of
httpx's errors, with no trace of the request in it. Used on one event loop, that of its first request. Where somebody
brought an httpx client of their own, calls go `UserHttpTransport` that one.
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

from .proxies import Proxies, is_socks, socks_lacks

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
# The first that fits. Who sends may not care, but a person is told what it was.
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
    """Sends requests. Answers are read whole: they are JSON, of a page at the most."""

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
        """The answer of one request. Raises an `httpx.TransportError` where there is none."""
        try:
            return await self._send(request)
        except FAULTS as error:
            kind = next(kind for ours, kind in KINDS if isinstance(error, ours))
            told = type(error).__name__
        # Out here, where aiohttp's error with its headers does not hang on it.
        raise kind(told, request=request)

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
        ) as answer:
            return httpx.Response(
                answer.status, headers=answer.raw_headers, content=await answer.read(), request=request
            )

    def _open(self, socks: str | None) -> aiohttp.ClientSession:
        if socks not in self._sessions:
            self._sessions[socks] = session = aiohttp.ClientSession(
                connector=self._connector(socks),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=OWN,
                auto_decompress=False,  # httpx does
            )
            loop = asyncio.get_running_loop()
            weakref.finalize(self, _let_go, session, loop).atexit = False
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
            raise socks_lacks(NO_SOCKS)
        said = urlsplit(socks)
        connector: aiohttp.TCPConnector = aiohttp_socks.ProxyConnector(
            said.hostname or "",
            said.port or SOCKS_PORT,
            aiohttp_socks.ProxyType.SOCKS4 if "4" in said.scheme else aiohttp_socks.ProxyType.SOCKS5,
            unquote(said.username or ""),
            unquote(said.password or ""),
            rdns=said.scheme[-1] in "ah",  # names are looked up there, not here
            **settings,
        )
        return connector

    async def aclose(self) -> None:
        for session in self._sessions.values():
            await session.close()


class UserHttpTransport:
    """Calls by somebody's own httpx client, with the headers, the proxy and the certificates it was given."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(self, request: httpx.Request, /) -> httpx.Response:
        own = self._http.build_request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        return await self._http.send(own)

    async def aclose(self) -> None:
        await self._http.aclose()


def _let_go(session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Close what nobody closed and nobody has any more, on its own loop; from any thread."""
    with suppress(RuntimeError):  # the loop has ended, and the sockets with it
        loop.call_soon_threadsafe(lambda: loop.create_task(session.close()))
