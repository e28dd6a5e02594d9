"""Opens a PDF, and finds out why it cannot be opened."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium

from .opened_files import Unreadable


def open_pdf(source: str | bytes) -> Any:
    """Return the document of PDFium; raises `Unreadable`.

    PDFium sets no error for a document without pages: the error of the document before would be reported. So an error
    that cannot occur otherwise is caused first, since the file is known to exist.
    """
    raw = pdfium.raw
    raw.FPDF_LoadDocument(b"", None)
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError:
        error = raw.FPDF_GetLastError()
        why = {raw.FPDF_ERR_PASSWORD: "password", raw.FPDF_ERR_FILE: "no pages"}.get(error, "damaged")
        raise Unreadable(why) from None
    except OSError:
        raise Unreadable("damaged") from None
