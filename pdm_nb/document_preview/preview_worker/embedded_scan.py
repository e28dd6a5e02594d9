"""A first image of a page that is one scanned JPEG: decoded with few pixels, which is much quicker than drawing it."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from pypdfium2 import PdfiumError, raw

COVERS = 0.8  # share of the page
OBJECTS = 20  # a scan has one image, and perhaps a stamp or the text that was read in it
LARGE = 4_000_000  # pixels; a smaller image is drawn quickly
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def quick_image(page: Any, size: tuple[int, int]) -> Any:
    """Return the scan on a page in a size, None if the page is not one upright scan."""
    if raw.FPDFPage_CountObjects(page) > OBJECTS:
        return None
    try:
        images = page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
        scan = next((image for image in images if _is_scan(page, image)), None)
        return _decoded(scan.get_data(decode_simple=True), size, page.get_rotation()) if scan else None
    except (PdfiumError, OSError, SyntaxError, ValueError):  # drawing the page reports what is wrong
        return None


def _decoded(data: Any, size: tuple[int, int], rotation: int) -> Any:
    turn = TURNS.get(rotation)
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        opened.draft(None, size[::-1] if rotation in (90, 270) else size)
        if opened.mode not in ("L", "RGB"):
            return None
        shown = opened.transpose(turn) if turn is not None else opened
        return shown.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _is_scan(page: Any, image: Any) -> bool:
    """True for a large JPEG that covers the page as it is, neither mirrored nor turned."""
    if image.get_filters(skip_simple=True) != ["DCTDecode"]:
        return False
    across, down = image.get_px_size()
    a, b, c, d, e, f = image.get_matrix().get()
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    upright = abs(b) + abs(c) < 1e-3 and a > 0 and d > 0
    return bool(
        upright
        and across * down > LARGE
        and a * d > COVERS * width * height
        and abs(e - left) + abs(f - bottom) < (1 - COVERS) * (width + height)
        and a <= width * 1.01
        and d <= height * 1.01
    )
