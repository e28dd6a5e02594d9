"""The status board: the progress of machine learning and file name reading, with the values they found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import Document
from ..grid.column import Column, mark
from ..grid.document_cells import FILE, STATE, cell_mark
from ..grid.state_tones import STATE_TONES
from .run_panel import CellsAndMarks, RunPanel

FILLED = ("type", "number", "description", "revision", "date_authored")  # B36
SERVICE_TONES = {
    "in progress": "busy",
    "completed": "good",
    "error": "bad",
    "not applicable": "neutral",
}


class StatusBoard(RunPanel):
    """Show machine learning and file name reading of each document, live; in code, `await batch.watch()`.

    The columns are file, state, the progress of machine learning and of file name reading, and the fields that machine
    learning fills, with source and confidence.

    Parameters
    ----------
    batch : Batch
        The batch to follow.

    Notes
    -----
    If an analyst has entered a value, the cell also shows what the service suggests (B37).

    Examples
    --------
    >>> StatusBoard(batch)  # doctest: +SKIP
    """

    title = "Status"

    def __init__(self, batch: Any) -> None:
        labels = {field.name: field.label for field in batch.view.columns}
        self._fields = [name for name in FILLED if name in labels]
        super().__init__(
            batch,
            [
                Column(FILE, "File", pinned="left", width=240),
                Column(STATE, "State", "badge", width=120, tones=STATE_TONES),
                Column("ml", "Machine learning", "badge", width=172, tones=SERVICE_TONES),
                Column("scraping", "File name reading", "badge", width=172, tones=SERVICE_TONES),
                *(Column(name, labels[name], width=200) for name in self._fields),
            ],
            {
                "text": "Wait for machine learning",
                "help": "Wait until machine learning has read all documents.",
                "icon": "eye",
            },
            self.watch,
            kinds=("watch", "resume"),
            label="Values from machine learning and file names",
            empty="This batch has no documents.",
        )

    def watch(self) -> None:
        """Start to wait for machine learning in the background."""
        self.begin(self.batch.watch)

    def contents(self, documents: Iterable[Document]) -> CellsAndMarks:
        """Return values and marks of the rows of some documents."""
        values, marks = {}, {}
        for document in documents:
            shown = self.batch.view.shown(document.id)
            values[document.id] = {
                FILE: document.name,
                STATE: document.state_label,
                "ml": service_status(document.ml),
                "scraping": service_status(document.scraping),
                **{name: shown[name].text if name in shown else "" for name in self._fields},
            }
            marks[document.id] = {name: cell_mark(shown.get(name)) for name in self._fields}
            marks[document.id][STATE] = mark(note=document.message)
        return values, marks


def service_status(status: str) -> str:
    """A status of the service as people read it: in_progress is "in progress"."""
    return status.replace("_", " ")
