"""The proxy of a URL: that of `connect(proxy=…)`, else of the environment.

The environment's are `http_proxy`, `https_proxy` and `all_proxy`, and `no_proxy` for exceptions. The address of a proxy
may contain a password: it is in no repr, and no error shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ...errors import SettingsError

SOCKS = ("socks5", "socks5h")  # the same: the proxy looks up host names
PORTS = {"http": 80, "https": 443, **dict.fromkeys(SOCKS, 1080)}


@dataclass(frozen=True, slots=True)
class Proxy:
    """The address of a proxy, and the user name and password that it requires."""

    scheme: str
    host: str
    port: int
    login: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the URL without user name and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        return self.scheme in SOCKS


def parse_proxy(address: str, setting: str) -> Proxy:
    """Read the URL of a proxy, `http://` if it has no scheme. Raises `SettingsError`, which names the setting."""
    scheme, sign, rest = address.partition("://")
    scheme, rest = (scheme.lower(), rest) if sign else ("http", address)
    if scheme not in PORTS:
        raise SettingsError(
            f"Unknown kind of proxy {scheme}://… in {setting}. Use one of {', '.join(PORTS)}."
        )
    proxy = _parsed(scheme, rest)
    if proxy is None:
        raise SettingsError(
            f"The URL of the proxy in {setting} is not valid. Write {scheme}://host:port or "
            f"{scheme}://user:password@host:port, with special characters of the password percent-encoded."
        )
    return proxy


def _parsed(scheme: str, rest: str) -> Proxy | None:
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port or PORTS[scheme]
    except ValueError:  # its message may contain a part of the password
        return None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        return None
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(scheme, parts.hostname, port, login)


def environment_proxy(url: str) -> Proxy | None:
    """Return the environment's proxy for a URL, None if it needs none."""
    parts, known = urlsplit(url), getproxies()
    address = known.get(parts.scheme) or known.get("all")
    if not address or proxy_bypass(parts.hostname or ""):
        return None
    return parse_proxy(address, f"{parts.scheme}_proxy or all_proxy")


class Proxies:
    """The proxy of each host: the given one for all of them, else those of the environment, read once per host."""

    def __init__(self, address: str | None = None) -> None:
        if address is not None and not isinstance(address, str):
            raise TypeError(
                f"connect(proxy=…) takes the URL of one proxy as a string, not {type(address).__name__}. If proxies "
                "differ by host, set https_proxy, http_proxy and no_proxy instead."
            )
        self._given = None if address is None else parse_proxy(address, "connect(proxy=…)")
        self._of = cache(environment_proxy)

    def of(self, url: str) -> Proxy | None:
        """Return the proxy for a URL. Raises `SettingsError` if it cannot be used."""
        parts = urlsplit(url)
        proxy = self._given or self._of(f"{parts.scheme}://{parts.netloc}")
        if proxy is not None and proxy.is_socks:
            _require_socks()
        return proxy


def _require_socks() -> None:
    """Raise an error that names what to install, if something is missing (the extra `socks`)."""
    try:
        import socks  # type: ignore[import-untyped]  # noqa: F401 - for files
        import socksio  # noqa: F401 - for calls
    except ImportError as error:
        package = {"socks": "PySocks"}.get(str(error.name), error.name)
        raise SettingsError(
            f'A SOCKS proxy needs {package}. Install it with: python -m pip install "pdm_nb[socks]". Or list the hosts '
            "that need no proxy in no_proxy."
        ) from None
