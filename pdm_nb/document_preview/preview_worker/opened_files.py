"""Opens PDFs and images, and keeps the last ones open, so that the title block of a page does not open it again."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Any, Protocol

from .drawing import Drawn, Region, Stop

KEPT = 2  # files
PDF_START = 1024  # bytes in which the signature of a PDF may be
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


class Unreadable(Exception):
    """A file that cannot be shown; `why` is a word that `preview_faults` has a sentence for."""

    def __init__(self, why: str, pages: int = 0) -> None:
        super().__init__(why)
        self.why, self.pages = why, pages


class OpenedFile(Protocol):
    """A file of pages that can be drawn."""

    pages: int

    def size_mm(self, number: int) -> tuple[float, float] | None:
        """The width and height of a page, None if the file does not give them."""
        ...

    def aspect(self, number: int) -> float:
        """The width of a page as a multiple of its height."""
        ...

    def draw(self, number: int, region: Region, width: int, stop: Stop) -> Drawn:
        """Yield images of a region of a page, the last one complete."""
        ...

    def overview(self, number: int, width: int, stop: Stop) -> Any:
        """The image of a whole page, for ruled lines."""
        ...

    def labels(self, number: int) -> list[tuple[str, Region]]:
        """The words of a page that may label a cell of its title block, with their boxes."""
        ...

    def close(self) -> None: ...


class OpenedFiles:
    """The files that were opened last, by path and state."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, int, int, int], OpenedFile] = OrderedDict()

    def get(self, path: str) -> OpenedFile:
        """Return an opened file; raises `Unreadable`."""
        facts = os.stat(path)
        key = (path, facts.st_size, facts.st_mtime_ns, facts.st_ino)
        if key in self._files:
            self._files.move_to_end(key)
            return self._files[key]
        while len(self._files) >= KEPT:
            self._files.popitem(last=False)[1].close()
        opened = self._files[key] = _open(path)
        return opened


def _open(path: str) -> OpenedFile:
    with open(path, "rb") as file:
        start = file.read(PDF_START)
    if not start:
        raise Unreadable("empty")
    if start.startswith(SIGNATURES):
        from .image_file import ImageFile

        return ImageFile(path)
    if b"%PDF-" in start:
        from .pdf_file import PdfFile

        return PdfFile(path)
    raise Unreadable("damaged")
