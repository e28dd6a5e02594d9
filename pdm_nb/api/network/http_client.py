"""The HTTP client of the package: httpx2, with the proxy of each URL.

Redirects are not followed, so that a token goes to no other host; cookies are not kept; passwords of `.netrc` are not
read. TLS and proxies are those of the connection settings.
"""

from __future__ import annotations

import logging
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from .connection_settings import ConnectionSettings
from .proxies import Proxy

TIMEOUT = httpx2.Timeout(60.0, connect=15.0)  # seconds
LIMITS = httpx2.Limits(max_connections=8, max_keepalive_connections=8)
HEADERS = {
    "User-Agent": f"pdm_nb (httpx2 {httpx2.__version__})",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
}


def open_http_client(
    settings: ConnectionSettings, limits: httpx2.Limits = LIMITS, timeout: httpx2.Timeout = TIMEOUT
) -> httpx2.AsyncClient:
    """Return a new client. It connects with its first request."""
    return httpx2.AsyncClient(
        transport=ProxyTransport(settings, limits),
        headers=HEADERS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,  # proxies and certificates of the environment are in the settings
    )


class ProxyTransport(httpx2.AsyncBaseTransport):
    """Sends each request through the proxy of its URL, or directly."""

    def __init__(self, settings: ConnectionSettings, limits: httpx2.Limits) -> None:
        self._settings, self._limits = settings, limits
        self._transports: dict[Proxy | None, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        proxy = self._settings.proxies.of(str(request.url))
        if proxy not in self._transports:
            self._transports[proxy] = self._open(proxy)
        return await self._transports[proxy].handle_async_request(request)

    def _open(self, proxy: Proxy | None) -> httpx2.AsyncHTTPTransport:
        tls = self._settings.tls
        if proxy is None:
            return httpx2.AsyncHTTPTransport(verify=tls, limits=self._limits)
        proxy_tls = tls if proxy.scheme == "https" else None
        through = httpx2.Proxy(proxy.url, auth=proxy.login, ssl_context=proxy_tls)
        return httpx2.AsyncHTTPTransport(verify=tls, limits=self._limits, proxy=through)

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()


def _without_queries(record: logging.LogRecord) -> bool:
    """Remove queries from logged URLs: the query of a presigned URL is a secret."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None) if hasattr(arg, "copy_with") else arg for arg in record.args
        )
    return True


def _without_logins(record: logging.LogRecord) -> bool:
    """Drop what is logged of the sign-in at a SOCKS proxy: it contains the password."""
    return "auth=" not in record.getMessage()


for library in ("httpx2", "httpx"):  # the latter if the user passes such a client
    logging.getLogger(library).addFilter(_without_queries)
for library in ("httpcore2", "httpcore"):
    logging.getLogger(f"{library}.socks").addFilter(_without_logins)
