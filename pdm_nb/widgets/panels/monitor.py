"""The upload monitor: the progress of an upload, over all files and for each one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import Document
from ..grid.column import Column, mark
from ..grid.document_cells import FILE, STATE
from ..grid.state_tones import STATE_TONES
from .run_panel import CellsAndMarks, RunPanel

STORED = frozenset({"transferred", "completed", "settled", "submitting", "submitted", "unconfirmed"})
COLUMNS = (
    Column(FILE, "File", pinned="left", width=280),
    Column("size", "Size", "number", width=90, format="bytes"),
    Column("sent", "Uploaded", "progress", width=150),
    Column(STATE, "State", "badge", width=120, tones=STATE_TONES),
    Column("message", "Message", flex=1, width=220),
)


class UploadMonitor(RunPanel):
    """Show the progress of an upload and start one; in code, `await batch.upload()`.

    Parameters
    ----------
    batch : Batch
        The batch to upload.

    Examples
    --------
    >>> UploadMonitor(batch)  # doctest: +SKIP
    """

    title = "Upload"

    def __init__(self, batch: Any) -> None:
        super().__init__(
            batch,
            COLUMNS,
            {
                "text": "Upload",
                "help": "Upload files and metadata.",
                "icon": "upload",
            },
            self.upload,
            kinds=("upload", "resume"),
            label="Upload progress by file",
            empty="This batch has no documents to upload.",
        )

    def upload(self) -> None:
        """Start the upload in the background."""
        self.begin(self.batch.upload)

    def contents(self, documents: Iterable[Document]) -> CellsAndMarks:
        """Return values and marks of the rows of some documents."""
        values, marks = {}, {}
        for document in documents:
            values[document.id] = {
                FILE: document.name,
                "size": document.size,
                "sent": progress_of(document),
                STATE: document.state_label,
                "message": document.message,
            }
            marks[document.id] = {FILE: mark(note=document.path)}
        return values, marks


def progress_of(document: Document) -> float:
    """The share of a document's file that is uploaded, from 0 to 1."""
    if document.state in STORED:
        return 1.0
    return round(min(1.0, document.sent / document.size), 3) if document.size else 0.0
