"""The built JavaScript, sent once per kernel instead of once per table.

`SharedCode` is a widget without a view that holds the bundle. Every table has only the small loader and the id of this widget
(see `frontend/src/loader.js`). Nothing is fetched from a network.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import ipywidgets
import traitlets

STATIC = Path(__file__).parents[1] / "static"


class SharedCode(ipywidgets.Widget):
    """The bundle, and the hash under which a page caches it."""

    source = traitlets.Bytes().tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)

    def __repr__(self) -> str:
        return f"SharedCode({len(self.source)} bytes)"


_shared: SharedCode | None = None


def shared_code() -> str:
    """The reference to the `SharedCode` of this kernel, which is made when first needed and again after it was closed."""
    global _shared
    if _shared is None or _shared.comm is None:
        source = (STATIC / "workbench.js").read_bytes()
        _shared = SharedCode(source=source, hash=hashlib.sha256(source).hexdigest())
    return f"IPY_MODEL_{_shared.model_id}"


def static_text(name: str) -> str:
    """The text of a built file."""
    return (STATIC / name).read_text(encoding="utf-8")
