"""What the simulator's machine learning reads from a PDF: `read_pdf`.

General rules, no model and no knowledge of the sample documents: what kind of document a PDF is, by the look and the
words of its pages; of drawings, what their title block says (`title_block`). What is not there stays None. Delays and
what becomes of a guess are the service's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from .page_text import PDFIUM, PageText, read_page
from .title_block import Guess, TitleBlock

__all__ = ["Guess", "PdfReading", "read_pdf"]

PAGES = 3  # the first pages tell what a document is


@dataclass(frozen=True, slots=True)
class PdfReading:
    """What was found. `type` is Drawing, Specification or Other; the rest is read from drawings alone (B36).

    `date_authored` is an ISO date. A revision with special characters is left out (B36).
    """

    type: Guess | None = None
    number: Guess | None = None
    title: Guess | None = None
    revision: Guess | None = None
    date_authored: Guess | None = None


def read_pdf(data: bytes | Path) -> PdfReading:
    """Read the first pages of a PDF. Never raises: what is broken, encrypted or without text reads as nothing."""
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except (pdfium.PdfiumError, OSError, ValueError):
            return PdfReading()
        try:
            pages = [read_page(document[index]) for index in range(min(len(document), PAGES))]
        except (pdfium.PdfiumError, ValueError):
            return PdfReading()
        finally:
            document.close()
    return _conclude([page for page in pages if page.phrases])


def _conclude(pages: list[PageText]) -> PdfReading:
    if not pages:
        return PdfReading()
    sheets = [(page, TitleBlock(page)) for page in pages]
    drawing, block = max(
        ((_sheetness(page, block), block) for page, block in sheets), key=lambda pair: pair[0]
    )
    text = "\n".join(phrase.text for page in pages for phrase in page.phrases)
    specification = _specness(text)
    if max(drawing, specification) < 0.5:
        return PdfReading(type=Guess("Other", round(0.9 - 0.6 * max(drawing, specification), 2)))
    if specification >= drawing:
        return PdfReading(type=Guess("Specification", _sure(specification)))
    return PdfReading(
        type=Guess("Drawing", _sure(drawing)),
        number=block.number(),
        title=block.title(),
        revision=block.revision(),
        date_authored=block.date_authored(),
    )


def _sure(value: float) -> float:
    return round(min(value, 0.99), 2)


def _sheetness(page: PageText, block: TitleBlock) -> float:
    """How much a page looks like a drawing sheet: its shape, and how many cells of a title block are labelled."""
    shape = 0.3 * (page.width > page.height) + 0.2 * (max(page.width, page.height) > 1000)
    return shape + min(0.1 * len(block.kinds), 0.5)


def _specness(text: str) -> float:
    """How much a text looks like a specification section: its heading, three parts, numbered articles."""
    signs = (
        (r"^\s*SECTION\s+\d{2}\s?\d{2}\s?\d{2}\b", 0.45),
        (r"^\s*PART\s+[123]\b", 0.3),
        (r"^\s*(END OF SECTION|END \d{2} ?\d{2} ?\d{2})", 0.15),
        (r"^\s*[123]\.\d{1,2}\s+[A-Z]{4}", 0.2),
    )
    return sum(weight for sign, weight in signs if re.search(sign, text, re.I | re.M))
