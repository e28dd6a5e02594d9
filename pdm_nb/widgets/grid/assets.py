"""The browser's code, handed out once per kernel instead of once per table.

`SharedCode` is a widget without a view that holds the built bundle; every table carries only the small loader and the id
of this one (see `frontend/src/loader.js`). Nothing is fetched from any network.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import ipywidgets
import traitlets

STATIC = Path(__file__).parents[1] / "static"


class SharedCode(ipywidgets.Widget):
    """The bundle as bytes, and the hash under which a page keeps it."""

    source = traitlets.Bytes().tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)

    def __repr__(self) -> str:
        return f"Code({len(self.source)} bytes)"


_shared: SharedCode | None = None


def shared_code() -> str:
    """A reference to the kernel's one `SharedCode`, made when first needed and again when somebody closed it."""
    global _shared
    if _shared is None or _shared.comm is None:
        source = (STATIC / "table.js").read_bytes()
        _shared = SharedCode(source=source, hash=hashlib.sha256(source).hexdigest())
    return f"IPY_MODEL_{_shared.model_id}"


def static_text(name: str) -> str:
    """One of the built files, as text."""
    return (STATIC / name).read_text(encoding="utf-8")
