"""What PDFs and images share when they are drawn: regions, sizes in pixels, encoding."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

Region = tuple[float, float, float, float]  # left, top, right, bottom: shares of the page as it is shown
Stop = Callable[[], bool]  # whether the request was cancelled
Drawn = Iterator[tuple[Any, bool]]  # an image, and whether it is complete

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
MOST_PIXELS, LONGEST_SIDE = 12_000_000, 16_000  # of one image that is sent
LARGE_PNG = 500_000  # bytes; photos and noisy scans are smaller as JPEG


def pixels(region: Region, size: tuple[float, float], width: int) -> tuple[int, int, float]:
    """Width and height of the image of a region in pixels, and pixels for each unit of the size of the page."""
    across, down = (region[2] - region[0]) * size[0], (region[3] - region[1]) * size[1]
    scale = min(width / across, LONGEST_SIDE / max(across, down), (MOST_PIXELS / (across * down)) ** 0.5)
    return max(1, round(across * scale)), max(1, round(down * scale)), scale


def encode(image: Any, is_complete: bool) -> tuple[str, bytes]:
    """The MIME type and the bytes of an image: PNG, or JPEG if that is much smaller or has to be quick."""
    if is_complete:
        data = _saved(image, "PNG", compress_level=1)
        if len(data) <= LARGE_PNG:
            return "image/png", data
    return "image/jpeg", _saved(image, "JPEG", quality=85 if is_complete else 70)


def _saved(image: Any, kind: str, **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()
