"""The built JavaScript, sent once per kernel instead of once per table.

`SharedCode` is a widget without a view that holds the bundle. Every table has only the small loader and the id of this widget
(see `frontend/src/loader.js`). Nothing is fetched from a network. In marimo every table has the bundle itself: marimo sends the
same code once, and a widget that one cell or session made is not there for others.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from pathlib import Path

import ipywidgets
import traitlets

BUNDLE = "workbench.js"
STATIC = Path(__file__).parents[1] / "static"


class SharedCode(ipywidgets.Widget):
    """The bundle, and the hash under which a page caches it."""

    source = traitlets.Bytes().tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)

    def __repr__(self) -> str:
        return f"SharedCode({len(self.source)} bytes)"


def code_traits(*, is_embedded: bool = False) -> dict[str, str]:
    """Return the traits with the code of a view: the loader and the reference to the bundle, or the bundle itself.

    A table that is embedded in another view needs no code of its own; marimo accepts none outside of a running cell.
    """
    if _in_marimo():
        return {"_esm": "" if is_embedded else static_text(BUNDLE), "_code": ""}
    return {"_esm": static_text("loader.js"), "_code": shared_code()}


def _in_marimo() -> bool:
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


_shared: SharedCode | None = None


def shared_code() -> str:
    """The reference to the `SharedCode` of this kernel, which is made when first needed and again after it was closed."""
    global _shared
    if _shared is None or _shared.comm is None:
        source = (STATIC / BUNDLE).read_bytes()
        _shared = SharedCode(source=source, hash=hashlib.sha256(source).hexdigest())
    return f"IPY_MODEL_{_shared.model_id}"


@functools.cache
def static_text(name: str) -> str:
    """The text of a built file."""
    return (STATIC / name).read_text(encoding="utf-8")
