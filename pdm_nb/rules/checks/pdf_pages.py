"""Checks of what is inside a PDF, after `batch.check(read_pdfs=True)`: pages, text, sheets, embedded files."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Severity
from ..pdf_content import PdfContent
from .base import Check, CheckContext


def _opened(context: CheckContext) -> PdfContent | None:
    return context.pdf if context.pdf is not None and context.pdf.is_known else None


class EmptyPdf(Check):
    """The PDF has no pages, or its pages show nothing. The service accepts it (B56).

    To fix it, export the file again, or remove the row.
    """

    codes, title, stops = ("PDM209",), "PDF is blank", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        pdf = _opened(context)
        if pdf is not None and pdf.is_blank and not pdf.is_portfolio:
            what = "has no pages" if not pdf.pages else "is blank: its pages show nothing"
            message, fix = f"{context.document.name} {what}", "Export it again or remove the row"
            yield context.finding(EmptyPdf, Severity.WARNING, None, message, fix)


class NoText(Check):
    """The first pages of the PDF have no text, such as a scan, so that machine learning can read nothing (B35, B36).

    Letters that were plotted as lines, as with some fonts of CAD programs, cannot be read either.

    To fix it, run text recognition (OCR) over the PDF, or export it with text; otherwise fill in the fields by
    hand.
    """

    codes, title, stops = ("PDM210",), "PDF has no text", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        pdf = _opened(context)
        if pdf is not None and not (pdf.has_text or pdf.is_blank or pdf.is_portfolio):
            message = f"{context.document.name} has no text, so machine learning can read nothing"
            fix = "Fill in its fields by hand or from a register, or export it with text"
            yield context.finding(NoText, Severity.WARNING, None, message, fix)


class SeveralSheets(Check):
    """The PDF has several pages of the size of A3, ANSI B or larger. They become one document (B40).

    If each sheet should have its own number and revision, each needs a file of its own.

    To fix it, split the PDF into one file per sheet, or do nothing if it is one document.
    """

    codes, title, stops = ("PDM211",), "Several sheets in one PDF", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        pdf = _opened(context)
        if pdf is not None and pdf.sheets > 1:
            message = f"{context.document.name}: {pdf.sheets} sheets in one PDF become one document"
            fix = "Split the PDF if each sheet is a document"
            yield context.finding(SeveralSheets, Severity.WARNING, None, message, fix)


class Portfolio(Check):
    """The PDF is a portfolio, which is a collection of embedded files. It becomes one document (B40).

    Only some viewers show the files in it. Machine learning reads the cover page, if there is one (B35).

    To fix it, extract its files and upload those, or do nothing if the portfolio is the document.
    """

    codes, title, stops = ("PDM212",), "PDF is a portfolio", ""

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        pdf = _opened(context)
        if pdf is not None and pdf.is_portfolio:
            message = f"{context.document.name} is a portfolio: the files in it become one document"
            fix = "Extract the files and upload them instead"
            yield context.finding(Portfolio, Severity.WARNING, None, message, fix)


PDF_PAGES: tuple[type[Check], ...] = (EmptyPdf, NoText, SeveralSheets, Portfolio)
