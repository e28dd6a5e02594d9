"""The status board: what machine learning and filename scraping make of each document, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Document
from .live import FILE, STATE, TONES, Changes, Runs, cell_mark
from .panel import Panel, count, row
from .run import RunBoard
from .table import Column, Table, mark

FILLED = ("type", "number", "description", "revision", "date_authored")  # B36
SERVICE_TONES = {
    "in progress": "busy",
    "completed": "good",
    "error": "bad",
    "not applicable": "neutral",
}


class StatusBoard(Panel):
    """State, machine learning and scraping of each document, changing while one looks.

    The fields that machine learning fills stand with their source and confidence; where a person's value stands,
    what the service would have put there is told with the cell (B37). The code that does the same:
    `await batch.watch()`.
    """

    title = "Status"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        labels = {field.name: field.label for field in batch.columns}
        self._fields = [name for name in FILLED if name in labels]
        values, marks = self._contents(batch.documents)
        self.table = Table(
            [
                Column(FILE, "File", pinned="left", width=240),
                Column(STATE, "State", "badge", width=112, tones=TONES),
                Column("ml", "Machine learning", "badge", width=145, tones=SERVICE_TONES),
                Column("scraping", "File name", "badge", width=120, tones=SERVICE_TONES),
                *(Column(name, labels[name], width=200) for name in self._fields),
            ],
            values,
            marks=marks,
            label="What machine learning and the file names say",
            noun="document",
            empty="This batch has no documents, so there is nothing to watch.",
        )
        self.board = RunBoard()
        self.start = self.button(
            "Watch", self.watch, help="Follow machine learning (batch.watch())", style="primary", icon="eye"
        )
        super().__init__(row(self.start), self.board, self.table)
        self._runs = Runs(batch, ("watch", "resume"), self._show)
        self._changes = Changes(batch, self._refresh)
        self._runs.look()

    def watch(self) -> None:
        """Start following the service; it goes on in the background."""
        self.say("")
        self.batch.watch()
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
                STATE: document.state,
                "ml": words(document.ml),
                "scraping": words(document.scraping),
                **{name: self.batch.cell(document.id, name).text for name in self._fields},
            }
            marks[document.id] = {name: cell_mark(self.batch, document, name) for name in self._fields}
            marks[document.id][STATE] = mark(note=document.message)
        return values, marks

    def _refresh(self, ids: Iterable[int]) -> None:
        self.table.patch(*self._contents(self.batch.document(id_) for id_ in ids))
        self._runs.look()

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static_html(self) -> str:
        return self.table.static_html()


def words(status: str) -> str:
    """A status of the service as people read it: in_progress is "in progress"."""
    return status.replace("_", " ")
