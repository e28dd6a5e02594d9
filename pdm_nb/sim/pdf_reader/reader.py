"""The machine learning of the simulator: `read_pdf` reads metadata from a PDF.

It uses general rules, no model, and no knowledge of the sample documents. The layout and the words of the first pages
give the type of the document; for drawings, `title_block` reads the title block. Values that are not found are None. The
simulator adds the delays and decides what happens with a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from .page_text import PDFIUM, PageText, read_page
from .title_block import Guess, TitleBlock

__all__ = ["Guess", "PdfReading", "read_pdf"]

PAGES = 3  # the first pages are enough to detect the type


@dataclass(frozen=True, slots=True)
class PdfReading:
    """The values that were found; None for the others.

    Parameters
    ----------
    type : Guess, optional
        Drawing, Specification or Other.
    number, title, revision : Guess, optional
        From the title block of a drawing. A revision with special characters is left out.
    date_authored : Guess, optional
        From the title block of a drawing; an ISO date.

    Notes
    -----
    B36.
    """

    type: Guess | None = None
    number: Guess | None = None
    title: Guess | None = None
    revision: Guess | None = None
    date_authored: Guess | None = None


def read_pdf(data: bytes | Path) -> PdfReading:
    """Read the first pages of a PDF.

    Parameters
    ----------
    data : bytes or path
        The PDF.

    Returns
    -------
    PdfReading
        Empty if the PDF is damaged, encrypted or without text.
    """
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except (pdfium.PdfiumError, OSError, ValueError):
            return PdfReading()
        try:
            pages = [read_page(document[index]) for index in range(min(len(document), PAGES))]
        except (pdfium.PdfiumError, ValueError, KeyError):  # KeyError: the rotation of a damaged page
            return PdfReading()
        finally:
            document.close()
    return _classify([page for page in pages if page.phrases])


def _classify(pages: list[PageText]) -> PdfReading:
    if not pages:
        return PdfReading()
    sheets = [(page, TitleBlock(page)) for page in pages]
    drawing, block = max(
        ((_drawing_score(page, block), block) for page, block in sheets), key=lambda pair: pair[0]
    )
    text = "\n".join(phrase.text for page in pages for phrase in page.phrases)
    specification = _specification_score(text)
    if max(drawing, specification) < 0.5:
        return PdfReading(type=Guess("Other", round(0.9 - 0.6 * max(drawing, specification), 2)))
    if specification >= drawing:
        return PdfReading(type=Guess("Specification", _rounded(specification)))
    return PdfReading(
        type=Guess("Drawing", _rounded(drawing)),
        number=block.number(),
        title=block.title(),
        revision=block.revision(),
        date_authored=block.date_authored(),
    )


def _rounded(value: float) -> float:
    return round(min(value, 0.99), 2)


def _drawing_score(page: PageText, block: TitleBlock) -> float:
    """How much a page looks like a drawing sheet: by its shape and the number of labelled title block cells."""
    shape = 0.3 * (page.width > page.height) + 0.2 * (max(page.width, page.height) > 1000)
    return shape + min(0.1 * len(block.kinds), 0.5)


def _specification_score(text: str) -> float:
    """How much a text looks like a specification section: by its heading, three parts, numbered articles."""
    patterns = (
        (r"^\s*SECTION\s+\d{2}\s?\d{2}\s?\d{2}\b", 0.45),
        (r"^\s*PART\s+[123]\b", 0.3),
        (r"^\s*(END OF SECTION|END \d{2} ?\d{2} ?\d{2})", 0.15),
        (r"^\s*[123]\.\d{1,2}\s+[A-Z]{4}", 0.2),
    )
    return sum(weight for pattern, weight in patterns if re.search(pattern, text, re.I | re.M))
