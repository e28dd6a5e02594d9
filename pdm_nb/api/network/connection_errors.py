"""Why a connection failed, in words: network, proxy, certificate or time-out.

The errors of all HTTP libraries (httpx2, httpx, urllib3, SOCKS) are read by the chain of their causes and by the names
of their classes. What they contain besides, headers and URLs, is not passed on.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

from ...errors import ConnectionFailed, ConnectionRejected
from .proxies import Proxy

HOST = re.compile(r"[^:/?#]*://([^/?#]*)")
# Of OpenSSL: X509_V_ERR_…
SELF_SIGNED, SELF_SIGNED_IN_CHAIN = 18, 19
UNKNOWN_ISSUER = (2, SELF_SIGNED_IN_CHAIN, 20, 21)
NOT_YET_VALID, EXPIRED = 9, 10
WRONG_HOST = (62, 64)
NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
TRUST = (
    "If you trust it, save its certificates as a PEM file and set SSL_CERT_FILE to the path, or pass "
    "connect(verify=path)"
)
# Names of error classes: no connection to the proxy was made.
PROXY_UNREACHED = {"ProxyConnectionError", "NewConnectionError", "ConnectTimeoutError", "ConnectTimeout"}
LOGIN = re.compile(r"\b407 |authenticat|username|password", re.IGNORECASE)


def connection_error(url: str, error: BaseException, proxy: Proxy | None = None) -> ConnectionFailed:
    """Return the error for a call without a response. It names the host alone: a presigned URL is a secret."""
    match = HOST.match(url)
    host = match[1].rpartition("@")[2] if match else ""
    chain = tuple(_chain(error))
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return ConnectionRejected(_certificate_message(one, host, proxy))
    if any(isinstance(one, ssl.SSLError) and one.reason in NOT_TLS for one in chain):
        return ConnectionFailed(_not_tls_message(host, proxy))
    return _proxy_error(chain, host, proxy) or ConnectionFailed(_network_message(error, host))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and its causes, also those that urllib3 keeps in attributes."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "original_error", None)]
            waiting += [argument for argument in one.args if isinstance(argument, BaseException)]


def _network_message(error: BaseException, host: str) -> str:
    name = type(error).__name__
    what = "did not answer in time" if "Timeout" in name else "cannot be reached"
    return f"{host} {what} ({name}). Check the network, a proxy or VPN, and the address"


# -- certificates
def _certificate_message(error: ssl.SSLCertVerificationError, host: str, proxy: Proxy | None) -> str:
    code = error.verify_code
    owner = f"{host} or of the proxy {proxy}" if proxy is not None and proxy.scheme == "https" else host
    if code == SELF_SIGNED:
        return f"The certificate of {owner} is self-signed, so it is not trusted. {TRUST}"
    if code in UNKNOWN_ISSUER:
        return f"The certificate of {owner} was issued by an authority that this computer does not trust. {TRUST}"
    if code == EXPIRED:
        return f"The certificate of {owner} has expired. Check the date of this computer, or wait until it is renewed"
    if code == NOT_YET_VALID:
        return f"The certificate of {owner} is not valid yet. Check the date of this computer"
    if code in WRONG_HOST:
        return (
            f"The certificate of {owner} belongs to another host. Check the address, and whether a proxy or the "
            "sign-in page of a network responds instead"
        )
    return f"The certificate of {owner} is not accepted: {error.verify_message.rstrip('.')}. {TRUST}"


def _not_tls_message(host: str, proxy: Proxy | None) -> str:
    if proxy is not None and proxy.scheme == "https":
        return f"The proxy {proxy} or {host} does not use TLS. Write http:// in the URL of the proxy"
    return f"{host} does not use TLS. Check the address: http or https, and the port"


# -- proxies
def _proxy_error(chain: tuple[BaseException, ...], host: str, proxy: Proxy | None) -> ConnectionFailed | None:
    """Return the error if it was the proxy's. `proxy` is not known if the user passed an HTTP client."""
    names = {base.__name__ for one in chain for base in type(one).__mro__}
    name = f"The proxy {proxy}" if proxy else "The proxy"
    refused = "ProxyError" in names or any(type(one).__module__.startswith("socks") for one in chain)
    if _is_unreached(names, chain, refused, proxy):
        return ConnectionFailed(
            f"{name} cannot be reached. Check its address in connect(proxy=…) or https_proxy, and the network"
        )
    if not refused:
        return None
    if any(LOGIN.search(str(one)) for one in chain):
        return ConnectionRejected(f"{name} refused the sign-in. Check the user name and password in its URL")
    return ConnectionFailed(
        f"{name} did not connect to {host}. Check that it permits this host, and the kind of proxy in its URL"
    )


def _is_unreached(
    names: set[str], chain: tuple[BaseException, ...], refused: bool, proxy: Proxy | None
) -> bool:
    if "GeneralProxyError" in names or "SOCKS5Error" in names or "SOCKS5AuthError" in names:
        return False  # PySocks: the proxy responded
    if names & PROXY_UNREACHED:
        return refused or proxy is not None
    # httpx: the same error if TLS with the host fails after the proxy connected, but not caused by the system.
    tls_failed = any(isinstance(one, ssl.SSLError) or type(one).__name__ == "EndOfStream" for one in chain)
    return proxy is not None and "ConnectError" in names and not tls_failed
