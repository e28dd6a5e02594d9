"""Which proxy a URL goes through: the one that the environment names (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`).

How one gets through it is the business of whoever sends. A proxy's address may have a password in it: no error shows it.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..errors import InputError

SOCKS = ("socks4", "socks4a", "socks5", "socks5h")  # those with a letter have the proxy look up names
KNOWN = ("http", "https", *SOCKS)


def proxy_of(url: str) -> str | None:
    """The proxy for a URL, None where it needs none. Raises `InputError` for one of a kind that there is not."""
    parts, known = urlsplit(url), getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    scheme, sign, _ = proxy.partition("://")
    if not sign:
        return f"http://{proxy}"
    if scheme.lower() not in KNOWN:
        raise InputError(
            f"The environment names a proxy {scheme}://… ({parts.scheme}_proxy or all_proxy): it can be one of "
            f"{', '.join(KNOWN)}."
        )
    return scheme.lower() + sign + proxy.partition("://")[2]


class Proxies:
    """The environment's proxies, which is read once a host."""

    def __init__(self) -> None:
        self._of = cache(proxy_of)

    def of(self, url: str) -> str | None:
        """As `proxy_of`."""
        parts = urlsplit(url)
        return self._of(f"{parts.scheme}://{parts.netloc}")


def is_socks(proxy: str | None) -> bool:
    return proxy is not None and proxy.partition("://")[0] in SOCKS


def socks_lacks(error: ImportError) -> InputError:
    """What to install."""
    return InputError(
        f"The environment names a SOCKS proxy (http_proxy, https_proxy or all_proxy), which needs {error.name}: python "
        '-m pip install "pdm_nb[socks]". Or name in no_proxy the hosts that are reached without one.'
    )
