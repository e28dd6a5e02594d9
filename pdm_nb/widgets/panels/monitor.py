"""The upload monitor: one bar for all, one per file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import Document
from ..grid.batch_listener import FILE, STATE, TONES
from ..grid.column import Column, mark
from .run_panel import Contents, WorkPanel

STORED = frozenset({"transferred", "completed", "settled", "submitting", "submitted", "unconfirmed"})
COLUMNS = (
    Column(FILE, "File", pinned="left", width=280),
    Column("size", "Size", "number", width=90, format="bytes"),
    Column("sent", "Stored", "progress", width=150),
    Column(STATE, "State", "badge", width=120, tones=TONES),
    Column("message", "What happened", flex=1, width=220),
)


class UploadMonitor(WorkPanel):
    """Progress of a batch's upload, over all and per file (the code that does the same: `await batch.upload()`)."""

    title = "Upload"

    def __init__(self, batch: Any) -> None:
        super().__init__(
            batch,
            COLUMNS,
            {"text": "Upload", "help": "Send files and metadata (batch.upload())", "icon": "upload"},
            self.upload,
            kinds=("upload", "resume"),
            label="Progress of the upload by file",
            empty="This batch has no documents, so there is nothing to upload.",
        )

    def upload(self) -> None:
        """Start the upload; it goes on in the background."""
        self.begin(self.batch.upload)

    def contents(self, documents: Iterable[Document]) -> Contents:
        values, marks = {}, {}
        for document in documents:
            values[document.id] = {
                FILE: document.name,
                "size": document.size,
                "sent": progress_of(document),
                STATE: document.state,
                "message": document.message,
            }
            marks[document.id] = {FILE: mark(note=document.path)}
        return values, marks


def progress_of(document: Document) -> float:
    """How much of a document's file is in storage, 0-1."""
    if document.state in STORED:
        return 1.0
    return round(min(1.0, document.sent / document.size), 3) if document.size else 0.0
