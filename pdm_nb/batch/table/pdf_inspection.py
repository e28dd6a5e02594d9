"""Looks into the PDFs of a batch when it is asked to, once as long as they do not change."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ...document_preview import inspect_pdfs
from ...local_files import file_fault
from ...model import Document
from ...rules.checks.base import PDF
from ...rules.pdf_content import PdfContent
from .file_inspection import file_state

log = logging.getLogger("pdm_nb.batch")
STEP = 100  # PDFs between two messages about the progress


class PdfInspection:
    """What is inside PDFs, by path, size, mtime and inode. In memory only."""

    def __init__(self) -> None:
        self._contents: dict[tuple[str, int, int, int], PdfContent] = {}

    def of(self, document: Document) -> PdfContent | None:
        """Return what is inside a document's file as it is now; None if it was not read."""
        return self._contents.get(file_state(document))

    def inspect(self, documents: Iterable[Document]) -> list[int]:
        """Read the PDFs that were not read yet; returns their ids. What was read remains if this is interrupted."""
        new = [one for one in documents if self._is_new(one)]
        for count, (one, content) in enumerate(
            zip(new, inspect_pdfs(document.path for document in new), strict=True), start=1
        ):
            self._contents[file_state(one)] = content
            if count % STEP == 0 or (count == len(new) and count > STEP):
                log.info("read %s of %s PDFs", f"{count:,}", f"{len(new):,}")
        return [one.id for one in new]

    def _is_new(self, document: Document) -> bool:
        is_pdf = document.mime_type == PDF and document.size > 0
        return is_pdf and file_state(document) not in self._contents and not file_fault(document.path)
