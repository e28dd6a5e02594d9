"""Sends API calls through an HTTP client: that of the package (`network/http_client.py`), or the user's own.

Knows no API and no token. Redirects are not followed, so that a token goes to no other host. A failure is a
`ConnectionFailed`, which contains nothing of the request but the host; a response over a limit of `response_limits` is a
`ServerError`. A transport is used on one event loop, that of its first request.
"""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import Any

import httpx2

from .limits import response_limits
from .network.bounded_response import over_limit, read_response
from .network.connection_errors import connection_error
from .network.connection_settings import ConnectionSettings
from .network.http_client import LIMITS, TIMEOUT, open_http_client
from .network.proxies import Proxies
from .network.user_http_client import USED_ELSEWHERE, check_user_client, is_wrong_loop

# What a client raises if there is no response, besides the errors of socksio, which is an extra.
FAULTS: tuple[type[Exception], ...] = (httpx2.RequestError, OSError, UnicodeError)


class HttpTransport:
    """Sends requests. Responses are read whole, within limits: they are JSON, at most one page of a list."""

    def __init__(self, http: Any, library: Any = httpx2, proxies: Proxies | None = None) -> None:
        self._http = http
        self._proxies = proxies
        self._faults = (*FAULTS, library.RequestError)

    @classmethod
    def open(
        cls, settings: ConnectionSettings, limits: httpx2.Limits = LIMITS, timeout: httpx2.Timeout = TIMEOUT
    ) -> HttpTransport:
        """Return a transport with a client of its own, which is closed with the transport."""
        return _OwnTransport(open_http_client(settings, limits, timeout), proxies=settings.proxies)

    @classmethod
    def of_user(cls, http: Any) -> HttpTransport:
        """Return a transport for the user's client. Raises `TypeError` if it cannot be used."""
        return cls(http, check_user_client(http))

    async def send(self, request: httpx2.Request, /) -> httpx2.Response:
        """Send one request and return the response. Raises `ConnectionFailed` if there is none."""
        url = str(request.url)
        try:
            return await self._send(request)
        except Exception as error:
            failure = self._failure(url, error)
            if failure is None:
                raise
        # Outside of the `except` block, so that the library's error with its headers is not attached.
        raise failure

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        # Built by the client, so that it has the client's headers and is of the client's library.
        own = self._http.build_request(
            request.method, str(request.url), headers=request.headers.raw, content=request.content
        )
        own.headers["Accept-Encoding"] = "gzip, deflate"
        try:
            async with asyncio.timeout(response_limits.SECONDS):
                response = await self._http.send(own, auth=None, follow_redirects=False, stream=True)
                try:
                    return await read_response(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            seconds = response_limits.SECONDS
            raise over_limit(f"{request.url.host} did not complete a response within {seconds:g} s") from None

    def _failure(self, url: str, error: Exception) -> Exception | None:
        """Return the error to raise instead; None if it is not one of the network."""
        if is_wrong_loop(error):
            return TypeError(USED_ELSEWHERE)
        if isinstance(error, self._faults) or type(error).__module__.startswith("socksio"):
            proxy = self._proxies.of(url) if self._proxies else None
            return connection_error(url, error, proxy)
        return None

    async def aclose(self) -> None:
        await self._http.aclose()


class _OwnTransport(HttpTransport):
    """A transport whose client is closed when nobody uses the transport any more."""

    _bound = False

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        if not self._bound:
            self._bound = True
            weakref.finalize(self, _close, self._http, asyncio.get_running_loop()).atexit = False
        return await super()._send(request)


def _close(http: httpx2.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
    """Close a client that is no longer used, on its own loop; from any thread."""
    with suppress(RuntimeError):  # the loop has ended, and with it the sockets
        loop.call_soon_threadsafe(lambda: loop.create_task(http.aclose()))
