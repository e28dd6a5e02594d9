"""The user's own HTTP client, `connect(http=…)`: of httpx2, or of httpx, which this package does not import.

httpx is recognized by the module that the user has imported. Both libraries have the same names and the same calls.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from weakref import WeakSet

LIBRARIES = ("httpx2", "httpx")
WANTED = "connect(http=…) takes an httpx2.AsyncClient or an httpx.AsyncClient"
USED_ELSEWHERE = "This HTTP client was used on another event loop and has connections there. Create a new one for connect(http=…)."
_used: WeakSet[Any] = WeakSet()  # connection pools that were used here before


def library_of(http: Any, kind: str = "AsyncClient") -> ModuleType | None:
    """Return the library that a client is of: httpx2, httpx, or None if it is another object."""
    modules = (sys.modules.get(name) for name in LIBRARIES)
    return next((module for module in modules if module and isinstance(http, getattr(module, kind))), None)


def check_user_client(http: Any) -> ModuleType:
    """Return the library of the user's client. Raises `TypeError` if the client cannot be used."""
    if library_of(http, "Client"):
        raise TypeError(f"{WANTED}. This client is synchronous: create an AsyncClient with the same options.")
    library = library_of(http)
    if library is None:
        raise TypeError(
            f"{WANTED}, not {type(http).__name__}. For a proxy or certificates, use connect(proxy=…) or "
            "connect(verify=…) without it."
        )
    if http.is_closed:
        raise TypeError("This HTTP client is closed. Create a new one for connect(http=…).")
    if http.auth is not None:
        raise TypeError(
            "This HTTP client has its own auth, which would replace the access token. Create it without auth=."
        )
    _check_loop(http)
    return library


def _check_loop(http: Any) -> None:
    """Raise an error if the client has open connections: they belong to the loop that it was used on."""
    # Private, and so looked up with a default: if it is missing, the first call reports the loop.
    transports = [getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values()]
    pools = [pool for pool in (getattr(one, "_pool", None) for one in transports) if pool is not None]
    if any(pool not in _used and getattr(pool, "connections", None) for pool in pools):
        raise TypeError(USED_ELSEWHERE)
    _used.update(pools)


def is_wrong_loop(error: BaseException) -> bool:
    """True if a client failed because it belongs to another event loop."""
    return isinstance(error, RuntimeError) and "loop" in str(error)
