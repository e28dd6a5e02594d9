"""Reads what is inside PDFs: pages, text, portfolios. PDFium runs in a separate process (extra `preview`)."""

from .preview import is_installed, preview_pdfs

__all__ = ["is_installed", "preview_pdfs"]
