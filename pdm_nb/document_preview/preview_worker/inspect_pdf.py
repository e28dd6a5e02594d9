"""Describes what is inside a PDF: pages, the text of the first one with its positions, portfolios."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from itertools import islice
from typing import Any

import pypdfium2 as pdfium

from .open_pdf import open_pdf
from .opened_files import Unreadable
from .page_geometry import shown_box

TEXT_PAGES = 3  # machine learning finds the text of a document on its first pages
BLANK_PAGES = 20  # a longer PDF is not called blank
MOST_PAGES = 5000  # whose size is compared
MOST_RUNS = 3000  # texts of a page, those nearest to its right or lower edge
LONGEST = 500  # characters of one text
LONG_SIDE, SHORT_SIDE = 1180.0, 780.0  # points: A3, or ANSI B (11 × 17 inches)
COLLECTION = re.compile(rb"/Collection\s*(?:<<|\d+\s+\d+\s+R)")
OBJECTS = re.compile(rb"/Type\s*/ObjStm\b[^>]*>>\s*stream\r?\n")
NO_PAGES = {"pages": 0, "is_blank": True, "has_text": False}
NOT_OPENED: dict[str, dict[str, Any]] = {
    "password": {"needs_password": True},
    "no pages": NO_PAGES,
    "damaged": {"fault": "it cannot be opened"},
}
CHUNK, INFLATED = 1 << 24, 1 << 22  # bytes


def inspect(path: str) -> dict[str, Any]:
    """Return the values of a `PdfContent`."""
    try:
        document = open_pdf(path)
    except Unreadable as error:
        return NOT_OPENED[error.why]
    try:
        return _content(document, path)
    except MemoryError:
        raise  # ends this process
    except Exception:  # noqa: BLE001 - a malformed PDF can raise anything
        return {"fault": "its pages cannot be read"}
    finally:
        document.close()


def _content(document: Any, path: str) -> dict[str, Any]:
    pages = len(document)
    if not pages:
        return NO_PAGES
    runs, characters = _text(document[0])
    width, height = document[0].get_size()
    texts = [
        characters,
        *(_characters(document[n]) for n in range(1, min(pages, TEXT_PAGES)) if not characters),
    ]
    has_text = any(texts)
    return {
        "pages": pages,
        "sheets": sum(_is_sheet(document.get_page_size(n)) for n in range(min(pages, MOST_PAGES))),
        "is_blank": not has_text and _is_blank(document),
        "has_text": has_text,
        "is_portfolio": document.count_attachments() > 0 and _has_collection(path),
        "width": width,
        "height": height,
        "text": runs[:MOST_RUNS],
        "is_complete": len(runs) <= MOST_RUNS,
    }


def _is_sheet(size: tuple[float, float]) -> bool:
    return max(size) >= LONG_SIDE and min(size) >= SHORT_SIDE


def _characters(page: Any) -> int:
    """The number of characters on a page that are not white space."""
    return len("".join(page.get_textpage().get_text_bounded().split()))


def _text(page: Any) -> tuple[list[tuple[str, float, float, float, float]], int]:
    """The texts of a page with their boxes, those nearest to its right or lower edge first; how many characters."""
    text = page.get_textpage()
    width, height = page.get_size()
    found = []
    for number in range(text.count_rects()):
        box = text.get_rect(number)
        left, top, right, bottom = shown_box(page, box)
        found.append(((left * width, (1 - bottom) * height, right * width, (1 - top) * height), box))
    found.sort(key=lambda pair: min(width - pair[0][2], pair[0][1]))
    runs = [
        (shown, *shown_at)
        for shown_at, box in islice(found, MOST_RUNS + 1)
        if (shown := " ".join(text.get_text_bounded(*box).split())[:LONGEST])
    ]
    return runs, sum(len(run[0]) for run in runs)


def _is_blank(document: Any) -> bool:
    """True if no page has an object, such as an image or a line, or an annotation."""
    if len(document) > BLANK_PAGES:
        return False
    raw = pdfium.raw
    return not any(raw.FPDFPage_CountObjects(page) or raw.FPDFPage_GetAnnotCount(page) for page in document)


def _has_collection(path: str) -> bool:
    """True if the catalog says that the embedded files are a collection, also if it is in a compressed object."""
    before = b""
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            searched = before + chunk
            if COLLECTION.search(searched) or any(map(COLLECTION.search, _object_streams(searched))):
                return True
            before = chunk[-4096:]
    return False


def _object_streams(data: bytes) -> Any:
    for found in OBJECTS.finditer(data):
        with suppress(zlib.error):  # another filter, or it is cut off
            yield zlib.decompressobj().decompress(memoryview(data)[found.end() :], INFLATED)
