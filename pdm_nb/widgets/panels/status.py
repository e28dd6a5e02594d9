"""The status board: what machine learning and filename scraping make of each document, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import Document
from ..grid.batch_listener import FILE, STATE, TONES, cell_mark
from ..grid.column import Column, mark
from .run_panel import Contents, WorkPanel

FILLED = ("type", "number", "description", "revision", "date_authored")  # B36
SERVICE_TONES = {
    "in progress": "busy",
    "completed": "good",
    "error": "bad",
    "not applicable": "neutral",
}


class StatusBoard(WorkPanel):
    """State, machine learning and scraping of each document, changing while one looks.

    The fields that machine learning fills stand with their source and confidence; where a person's value stands,
    what the service would have put there is told with the cell (B37). The code that does the same:
    `await batch.watch()`.
    """

    title = "Status"

    def __init__(self, batch: Any) -> None:
        labels = {field.name: field.label for field in batch.columns}
        self._fields = [name for name in FILLED if name in labels]
        super().__init__(
            batch,
            [
                Column(FILE, "File", pinned="left", width=240),
                Column(STATE, "State", "badge", width=112, tones=TONES),
                Column("ml", "Machine learning", "badge", width=172, tones=SERVICE_TONES),
                Column("scraping", "File name", "badge", width=120, tones=SERVICE_TONES),
                *(Column(name, labels[name], width=200) for name in self._fields),
            ],
            {"text": "Watch", "help": "Follow machine learning (batch.watch())", "icon": "eye"},
            self.watch,
            kinds=("watch", "resume"),
            label="What machine learning and the file names say",
            empty="This batch has no documents, so there is nothing to watch.",
        )

    def watch(self) -> None:
        """Start following the service; it goes on in the background."""
        self.begin(self.batch.watch)

    def contents(self, documents: Iterable[Document]) -> Contents:
        values, marks = {}, {}
        for document in documents:
            shown = self.batch.shown(document.id)
            values[document.id] = {
                FILE: document.name,
                STATE: document.state,
                "ml": words(document.ml),
                "scraping": words(document.scraping),
                **{name: shown[name].text if name in shown else "" for name in self._fields},
            }
            marks[document.id] = {name: cell_mark(shown.get(name)) for name in self._fields}
            marks[document.id][STATE] = mark(note=document.message)
        return values, marks


def words(status: str) -> str:
    """A status of the service as people read it: in_progress is "in progress"."""
    return status.replace("_", " ")
