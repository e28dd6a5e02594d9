"""Draws images with Pillow: PNG, JPEG, and TIFF with several pages."""

from __future__ import annotations

import warnings
from typing import Any

from PIL import Image, ImageOps

from .drawing import WHOLE, Drawn, Region, Stop, pixels
from .opened_files import Unreadable

MOST_READ = 160_000_000  # pixels: a scan of the size A0 with 300 dpi has 140 million
MM = 25.4
FORMATS = ("PNG", "JPEG", "TIFF")
DEPTHS = {"I;16", "I;16B", "I;16L", "I", "F"}  # more than 8 bits
ORIENTATION = 0x0112  # of EXIF

Image.MAX_IMAGE_PIXELS = None  # `_page` compares with its own limit, which depends on what is asked for
warnings.simplefilter("ignore")  # about metadata


class ImageFile:
    """An open image. The last page stays decoded, since decoding takes most of the time."""

    def __init__(self, path: str) -> None:
        try:
            self._image = Image.open(path, formats=FORMATS)
            self.pages = int(getattr(self._image, "n_frames", 1))
        except (OSError, SyntaxError, ValueError, EOFError):
            raise Unreadable("damaged") from None
        self._path = path
        self._decoded: tuple[int, Any] | None = None

    def close(self) -> None:
        self._decoded = None
        self._image.close()

    def size_mm(self, number: int) -> tuple[float, float] | None:
        """The size on paper, if the image gives its resolution."""
        image = self._page(number)
        across, down = image.info.get("dpi", (0, 0))
        if not (across > 1 and down > 1):
            return None
        size = round(image.width / float(across) * MM, 1), round(image.height / float(down) * MM, 1)
        return size[::-1] if _is_turned(image) else size

    def aspect(self, number: int) -> float:
        image = self._page(number)
        aspect: float = image.width / image.height
        return 1 / aspect if _is_turned(image) else aspect

    def draw(self, number: int, region: Region, width: int, stop: Stop) -> Drawn:
        """Yield the image of a region; images are not enlarged beyond their own pixels."""
        image = self._load(number, round(width / (region[2] - region[0])))
        box = tuple(share * length for share, length in zip(region, (*image.size, *image.size), strict=True))
        own = min(width, max(1, round(box[2] - box[0])))
        across, down, _ = pixels(region, image.size, own)
        if stop():
            raise Unreadable("cancelled", self.pages)
        small = image.resize((across, down), Image.Resampling.BOX if image.mode == "L" else None, box, 2.0)
        yield small, True

    def overview(self, number: int, width: int, stop: Stop) -> Any:
        return next(self.draw(number, WHOLE, width, stop))[0]

    def labels(self, number: int) -> list[tuple[str, Region]]:
        return []

    def _page(self, number: int) -> Any:
        """The page, not decoded."""
        try:
            self._image.seek(number)
        except (EOFError, OSError, ValueError):
            raise Unreadable("damaged", self.pages) from None
        if self._image.width * self._image.height > MOST_READ:
            raise Unreadable("too large", self.pages)
        return self._image

    def _load(self, number: int, width: int) -> Any:
        """The decoded page, at least as wide as `width` if the file has so many pixels."""
        needed = min(width, self._page(number).width)
        if self._decoded is None or self._decoded[0] != number or self._decoded[1].width < needed:
            self._decoded = None  # before the next one takes memory
            self._decoded = (number, self._decode(number, width))
        return self._decoded[1]

    def _decode(self, number: int, width: int) -> Any:
        """Decode a page, of an image that is opened for it, so that it needs no copy. A JPEG is quick with fewer pixels."""
        try:
            image = Image.open(self._path, formats=FORMATS)
            image.seek(number)
            image.draft(None, (width, round(width * image.height / image.width)))
            image.load()
        except (OSError, SyntaxError, ValueError, EOFError):
            raise Unreadable("damaged", self.pages) from None
        return _as_shown(image)


def _as_shown(image: Any) -> Any:
    """A decoded image as it is shown, in gray or in color."""
    shown: Any = ImageOps.exif_transpose(image) if image.getexif().get(ORIENTATION, 1) != 1 else image
    if shown.mode in DEPTHS:
        low, high = shown.getextrema()
        shown = shown.point(lambda value: (value - low) * (255.0 / max(high - low, 1))).convert("L")
    if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
        color = shown.convert("RGBA")
        paper = Image.new("RGBA", color.size, "white")
        return Image.alpha_composite(paper, color).convert("RGB")
    if shown.mode in ("L", "RGB"):
        return shown
    return shown.convert("L" if shown.mode == "1" else "RGB")


def _is_turned(image: Any) -> bool:
    return image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
