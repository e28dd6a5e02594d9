"""Draws pages of a PDF with PDFium, in steps, so that a slow page can be cancelled or shown before it is complete."""

from __future__ import annotations

import os
import time
from typing import Any

import pypdfium2 as pdfium
from pypdfium2.internal import set_callback

from .drawing import WHOLE, Drawn, Region, Stop, pixels
from .embedded_scan import quick_image
from .open_pdf import open_pdf
from .opened_files import Unreadable
from .page_geometry import shown_box
from .title_block_region import find_labels

MM = 25.4 / 72
IN_MEMORY = (
    32 << 20
)  # bytes: a smaller file is not kept open, so that it can be replaced and deleted on Windows too
FIRST, NEXT = 0.2, 1.0  # seconds until an incomplete image is shown, and until the one after it
MANY_CHARACTERS = 200_000  # on a page; the title block is among the last ones of a drawing
PAUSED = pdfium.raw.FPDF_RENDER_TOBECONTINUED


class PdfFile:
    """An open PDF. The last page stays loaded, since loading takes as long as drawing."""

    def __init__(self, path: str) -> None:
        self._document = _opened(path)
        self.pages = len(self._document)
        if not self.pages:
            raise Unreadable("no pages")
        self._page: tuple[int, Any] | None = None

    def _load(self, number: int) -> Any:
        if self._page is None or self._page[0] != number:
            self._close_page()
            self._page = (number, self._document[number])
        return self._page[1]

    def _close_page(self) -> None:
        if self._page is not None:
            self._page[1].close()
            self._page = None

    def close(self) -> None:
        self._close_page()
        self._document.close()

    def size_mm(self, number: int) -> tuple[float, float]:
        width, height = self._load(number).get_size()
        return round(width * MM, 1), round(height * MM, 1)

    def aspect(self, number: int) -> float:
        width, height = self._load(number).get_size()
        return float(width / height) if height else 1.0

    def draw(self, number: int, region: Region, width: int, stop: Stop) -> Drawn:
        """Yield images of a region; incomplete ones if it takes long."""
        raw, page = pdfium.raw, self._load(number)
        size = page.get_size()
        if min(size) < 1e-3:
            raise Unreadable("damaged", self.pages)
        across, down, scale = pixels(region, size, width)
        quick = quick_image(page, (across, down)) if region == WHOLE else None
        if quick is not None:
            yield quick, False
        bitmap = pdfium.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR, rev_byteorder=True)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
        place = (-region[0] * size[0], -region[1] * size[1], *size)
        pause = Pause(stop)
        state = raw.FPDF_RenderPageBitmap_Start(
            bitmap, page, *(round(one * scale) for one in place), 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER,
            pause.interface,
        )  # fmt: skip
        try:
            while state == PAUSED and not stop():
                if pause.is_due():
                    image = bitmap.to_pil()
                    if quick is None and any(low != 255 for low, _ in image.getextrema()):
                        yield image.copy(), False
                    pause.next(NEXT)
                state = raw.FPDF_RenderPage_Continue(page, pause.interface)
        finally:
            raw.FPDF_RenderPage_Close(page)
        if state == PAUSED:
            raise Unreadable("cancelled", self.pages)
        if state != raw.FPDF_RENDER_DONE:
            raise Unreadable("damaged", self.pages)
        yield bitmap.to_pil(), True

    def overview(self, number: int, width: int, stop: Stop) -> Any:
        page = self._load(number)
        across, down, _ = pixels(WHOLE, page.get_size(), width)
        image = quick_image(page, (across, down))
        return image if image is not None else list(self.draw(number, WHOLE, width, stop))[-1][0]

    def labels(self, number: int) -> list[tuple[str, Region]]:
        page = self._load(number)
        text = page.get_textpage()
        try:
            shown = text.get_text_range(0, min(text.count_chars(), MANY_CHARACTERS))
            found = ((kind, _box(page, text, start, count)) for kind, start, count in find_labels(shown))
            return [(kind, box) for kind, box in found if box is not None]
        finally:
            text.close()


class Pause:
    """Interrupts PDFium when the request was cancelled, or when it is time for an image."""

    def __init__(self, stop: Stop) -> None:
        self._stop, self._due = stop, time.monotonic() + FIRST
        self.interface = pdfium.raw.IFSDK_PAUSE(version=1)
        set_callback(self.interface, "NeedToPauseNow", lambda _: int(self.is_due() or stop()))

    def is_due(self) -> bool:
        return time.monotonic() >= self._due

    def next(self, seconds: float) -> None:
        self._due = time.monotonic() + seconds


def _opened(path: str) -> Any:
    if os.path.getsize(path) > IN_MEMORY:
        return open_pdf(path)
    with open(path, "rb") as file:
        return open_pdf(file.read())


def _box(page: Any, text: Any, start: int, count: int) -> Region | None:
    """The box of characters on the page as it is shown, as shares."""
    first = pdfium.raw.FPDFText_GetCharIndexFromTextIndex(text, start)
    if first < 0 or text.count_rects(first, count) < 1:
        return None
    return shown_box(page, text.get_rect(0))
