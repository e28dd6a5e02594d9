"""How calls get to the service: httpx's requests by aiohttp's connections, which cost less than httpx's own.

Knows no API and no token. Proxies are the environment's, for each request as for the bytes; TLS is verified as httpx
does it; redirects are not followed (a token goes to no other host) and no cookie is kept. What goes wrong is one of
httpx's errors, with no trace of the request in it. Used on one event loop, that of its first request.
"""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from functools import cache

import aiohttp
import httpx
from yarl import URL

from .storage import proxy_of

# The first that fits. Who sends may not care, but a person is told what it was.
KINDS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
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


class Transport(httpx.AsyncBaseTransport):
    """For an `httpx.AsyncClient`. Answers are read whole: they are JSON, of a page at the most."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._limits = limits
        self._tls = httpx.create_ssl_context()
        self._session: aiohttp.ClientSession | None = None
        self._proxy = cache(proxy_of)  # the environment is read once a host

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._send(request)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            kind = next(kind for ours, kind in KINDS if isinstance(error, ours))
            told = type(error).__name__
        # Out here, where aiohttp's error with its headers does not hang on it.
        raise kind(told, request=request)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions.get("timeout", {})
        timeout = aiohttp.ClientTimeout(
            connect=seconds.get("pool"), sock_connect=seconds.get("connect"), sock_read=seconds.get("read")
        )
        url = str(request.url)
        async with self._open().request(
            request.method,
            URL(url, encoded=True),
            headers=[(name.decode("ascii"), text.decode("latin-1")) for name, text in request.headers.raw],
            data=await request.aread() or None,
            timeout=timeout,
            proxy=self._proxy(str(request.url.join("/"))),
            allow_redirects=False,
        ) as answer:
            return httpx.Response(
                answer.status, headers=answer.raw_headers, content=await answer.read(), request=request
            )

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._limits.max_connections or 0,
                keepalive_timeout=self._limits.keepalive_expiry,
                ssl=self._tls,
            )
            # httpx decodes what is compressed, and keeps the cookies where they are to be kept.
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
            loop = asyncio.get_running_loop()
            weakref.finalize(self, _let_go, self._session, loop).atexit = False
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


def _let_go(session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Close what nobody closed and nobody has any more, on its own loop; from any thread."""
    with suppress(RuntimeError):  # the loop has ended, and the sockets with it
        loop.call_soon_threadsafe(lambda: loop.create_task(session.close()))
