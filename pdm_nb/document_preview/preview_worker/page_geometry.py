"""Where things of a page of a PDF are on the page as it is shown: with its rotation, and within its crop box."""

from __future__ import annotations

from ctypes import byref, c_int
from typing import Any

from pypdfium2 import raw

from .drawing import Region

STEPS = 1_000_000  # of the grid in which PDFium gives positions


def shown_box(page: Any, box: tuple[float, float, float, float]) -> Region:
    """Return a box (left, bottom, right, top in the units of the page) as shares of the page, from its top left."""
    left, bottom, right, top = box
    across, down = zip(_shown(page, left, bottom), _shown(page, right, top), strict=True)
    return min(across), min(down), max(across), max(down)


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, STEPS, STEPS, 0, x, y, byref(across), byref(down))
    return across.value / STEPS, down.value / STEPS
