"""What the HTTP server of the simulator refuses before the application sees it. In-process callers do not pass here.

A simulator listens on 127.0.0.1 only, but a web page in a browser on the same machine reaches that as well: directly (a
form or `fetch` of a foreign page), or through a name of its own that it lets point to 127.0.0.1 (DNS rebinding). And on
a machine with several users, the others reach it. So three things are checked of each request:

- `Host` names this machine, which no rebound name does.
- `Origin` and `Sec-Fetch-Site`, if a browser sent them, are not those of a foreign page. Opening a page, such as that of
  the sign-in, from a link is allowed: the foreign page sees nothing of it.
- The control API needs its own key, in a header that a page cannot send without asking first.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from .runtime.responses import error_response, refuse

CONTROL = "/_internal/"
CONTROL_KEY = "x-control-key"
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"(?P<name>\[[0-9a-f:]+\]|[^:\[\]@/]+)(:[0-9]{1,5})?")


class RequestGuard:
    """Passes on the requests of this machine's own programs.

    Parameters
    ----------
    app : ASGI application
        The simulator.
    control_key : str
        What callers of the control API send in the header `X-Control-Key`.
    """

    def __init__(self, app: ASGIApp, control_key: str) -> None:
        self._app, self._key = app, control_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (reason := self._reason(scope)):
            response = error_response(refuse(403, "FORBIDDEN", reason), scope["path"])
            response.headers["Connection"] = "close"  # the body is not read
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _reason(self, scope: Scope) -> str:
        """Return why a request is refused, "" if it is not."""
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not is_own_host(hosts[0]):
            return "The simulator serves this machine only: use 127.0.0.1 or localhost as its address"
        if not all(is_own_origin(origin) for origin in _values(scope, b"origin")):
            return "The simulator does not serve the pages of other sites"
        if "cross-site" in _values(scope, b"sec-fetch-site") and not _opens_a_page(scope):
            return "The simulator does not serve the pages of other sites"
        if scope["path"].startswith(CONTROL) and not self._has_key(scope):
            return "The control API needs the header X-Control-Key with the control_key of the ready line"
        return ""

    def _has_key(self, scope: Scope) -> bool:
        keys = _values(scope, CONTROL_KEY.encode())
        return len(keys) == 1 and hmac.compare_digest(keys[0].encode(), self._key)


def is_own_host(host: str) -> bool:
    """Return True for a `Host` that names this machine, with any port: it may be forwarded.

    Examples
    --------
    >>> is_own_host("127.0.0.1:8000"), is_own_host("127.0.0.1.example.com")
    (True, False)
    """
    found = HOST.fullmatch(host.strip().lower())
    return found is not None and found["name"] in OWN_NAMES


def is_own_origin(origin: str) -> bool:
    """Return True for the `Origin` of a page from this machine; "null", of a file or a sandbox, is none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_own_host(parts.netloc)


def _opens_a_page(scope: Scope) -> bool:
    """Return True if a person followed a link: no frame, no image, no form that changes something."""
    return (
        scope["method"] == "GET"
        and _values(scope, b"sec-fetch-mode") == ["navigate"]
        and _values(scope, b"sec-fetch-dest") == ["document"]
    )


def _values(scope: Scope, name: bytes) -> list[str]:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
