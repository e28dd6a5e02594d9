"""The base of panels for one kind of run: a button that starts it, its board, and a table with a row per document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...model import Document
from ..grid.batch_listener import ChangeListener, RunListener
from ..grid.column import Column
from ..grid.table_widget import Table
from .panel import Panel, count, row
from .run_board import RunBoard

CellsAndMarks = tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]


class RunPanel(Panel):
    """Show the runs of some kinds that a batch has, also those that are started in a cell.

    A subclass defines the rows (`contents`) and starts its run with `begin`.

    Parameters
    ----------
    batch : Batch
        The batch.
    columns : sequence of Column
        The columns of the table.
    button : dict
        Text, help and icon of the button.
    start : callable
        Called by the button.
    kinds : tuple of str
        The names of the runs to show.
    label : str
        The name of the table for screen readers.
    empty : str
        The text of a table without rows.
    """

    def __init__(
        self,
        batch: Any,
        columns: Sequence[Column],
        button: dict[str, str],
        start: Callable[[], object],
        *,
        kinds: tuple[str, ...],
        label: str,
        empty: str,
    ) -> None:
        self.batch = batch
        values, marks = self.contents(batch.view.documents)
        self.table = Table(columns, values, marks=marks, label=label, noun="document", empty=empty)
        self.board = RunBoard()
        self.start = self.button(
            button["text"], start, help=button["help"], style="primary", icon=button["icon"]
        )
        super().__init__(row(self.start), self.board, self.table)
        self._runs = RunListener(batch, kinds, self._show)
        self._changes = ChangeListener(batch, self.table, self._refresh, self._reload)
        self._runs.update()

    def contents(self, documents: Iterable[Document]) -> CellsAndMarks:
        """Return values and marks of the rows of some documents, by document id and column key."""
        raise NotImplementedError

    def begin(self, work: Callable[[], object]) -> None:
        """Start the run `work()` in the background."""
        self.say("")
        work()
        self._runs.update()

    def close(self) -> None:
        """Stop listening to the batch and close the panel."""
        self._changes.stop()
        super().close()

    def _show(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self.start.disabled = busy

    def _refresh(self, ids: Iterable[int]) -> None:
        self.table.patch(*self.contents(self.batch.view.document(id_) for id_ in ids))
        self._runs.update()

    def _reload(self) -> None:
        self.table.load(*self.contents(self.batch.view.documents))
        self._runs.update()

    def summary(self) -> str:
        """Return the number of documents."""
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        """Return the first rows as a static table, by MIME type."""
        return self.table.static()
