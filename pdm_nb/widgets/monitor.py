"""The upload monitor: one bar for all, one per file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Document
from .live import FILE, STATE, TONES, Changes, Runs
from .panel import Panel, count, row
from .run import RunBoard
from .table import Column, Table, mark

STORED = frozenset({"transferred", "completed", "settled", "submitting", "submitted", "unconfirmed"})
COLUMNS = (
    Column(FILE, "File", pinned="left", width=280),
    Column("size", "Size", "number", width=90, format="bytes"),
    Column("sent", "Stored", "progress", width=150),
    Column(STATE, "State", "badge", width=120, tones=TONES),
    Column("message", "What happened", flex=1, width=220),
)


class UploadMonitor(Panel):
    """Progress of a batch's upload, over all and per file (the code that does the same: `await batch.upload()`).

    It follows whatever run the batch has, also one started in a cell.
    """

    title = "Upload"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        values, marks = self._contents(batch.documents)
        self.table = Table(
            COLUMNS,
            values,
            marks=marks,
            label="Progress of the upload by file",
            noun="document",
            empty="This batch has no documents, so there is nothing to upload.",
        )
        self.board = RunBoard()
        self.start = self.button(
            "Upload",
            self.upload,
            help="Send files and metadata (batch.upload())",
            style="primary",
            icon="upload",
        )
        super().__init__(row(self.start), self.board, self.table)
        self._runs = Runs(batch, ("upload", "resume"), self._show)
        self._changes = Changes(batch, self._refresh)
        self._runs.look()

    def upload(self) -> None:
        """Start the upload; it goes on in the background."""
        self.say("")
        self.batch.upload()
        self._runs.look()

    def close(self) -> None:
        self._changes.stop()
        super().close()

    def _show(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self.start.disabled = busy

    def _contents(
        self, documents: Iterable[Document]
    ) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
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

    def _refresh(self, ids: Iterable[int]) -> None:
        values, marks = self._contents(self.batch.document(id_) for id_ in ids)
        self.table.patch(values, marks)
        self._runs.look()

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static_html(self) -> str:
        return self.table.static_html()


def progress_of(document: Document) -> float:
    """How much of a document's file is in storage, 0-1."""
    if document.state in STORED:
        return 1.0
    return round(min(1.0, document.sent / document.size), 3) if document.size else 0.0
