"""The proxy of a URL, from the environment (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`).

The transports connect through it. The address of a proxy may contain a password, so no error shows it.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..errors import InputError

SOCKS = ("socks4", "socks4a", "socks5", "socks5h")  # with a final letter, the proxy looks up host names
KNOWN = ("http", "https", *SOCKS)


def proxy_of(url: str) -> str | None:
    """Return the proxy for a URL, None if it needs none. Raises `InputError` for an unknown kind of proxy."""
    parts, known = urlsplit(url), getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    scheme, sign, _ = proxy.partition("://")
    if not sign:
        return f"http://{proxy}"
    if scheme.lower() not in KNOWN:
        raise InputError(
            f"Unknown kind of proxy {scheme}://… in {parts.scheme}_proxy or all_proxy. Use one of {', '.join(KNOWN)}."
        )
    return scheme.lower() + sign + proxy.partition("://")[2]


class Proxies:
    """The proxies of the environment, read once per host."""

    def __init__(self) -> None:
        self._of = cache(proxy_of)

    def of(self, url: str) -> str | None:
        """Return the proxy for a URL: see `proxy_of`."""
        parts = urlsplit(url)
        return self._of(f"{parts.scheme}://{parts.netloc}")


def is_socks(proxy: str | None) -> bool:
    return proxy is not None and proxy.partition("://")[0] in SOCKS


def missing_socks_error(error: ImportError) -> InputError:
    """Return the error that names what to install."""
    return InputError(
        f"The SOCKS proxy in http_proxy, https_proxy or all_proxy needs {error.name}. Install it with: python -m pip "
        'install "pdm_nb[socks]". Or list the hosts that need no proxy in no_proxy.'
    )
