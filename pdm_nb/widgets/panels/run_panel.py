"""A panel for one kind of work on a batch: the button that starts it, its board, and a row per document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...model import Document
from ..grid.batch_listener import Changes, Runs
from ..grid.column import Column
from ..grid.table import Table
from .panel import Panel, count, row
from .run_board import RunBoard

Contents = tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]


class WorkPanel(Panel):
    """Follows whatever run of its kinds the batch has, also one started in a cell.

    A subclass says what its rows hold (`contents`) and starts the work with `begin`.
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
        values, marks = self.contents(batch.documents)
        self.table = Table(columns, values, marks=marks, label=label, noun="document", empty=empty)
        self.board = RunBoard()
        self.start = self.button(
            button["text"], start, help=button["help"], style="primary", icon=button["icon"]
        )
        super().__init__(row(self.start), self.board, self.table)
        self._runs = Runs(batch, kinds, self._show)
        self._changes = Changes(batch, self.table, self._refresh, self._reload)
        self._runs.look()

    def contents(self, documents: Iterable[Document]) -> Contents:
        """Values and marks of the rows of some documents, by document id and column key."""
        raise NotImplementedError

    def begin(self, work: Callable[[], object]) -> None:
        """Start the work; it goes on in the background."""
        self.say("")
        work()
        self._runs.look()

    def close(self) -> None:
        self._changes.stop()
        super().close()

    def _show(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self.start.disabled = busy

    def _refresh(self, ids: Iterable[int]) -> None:
        self.table.patch(*self.contents(self.batch.document(id_) for id_ in ids))
        self._runs.look()

    def _reload(self) -> None:
        self.table.load(*self.contents(self.batch.documents))
        self._runs.look()

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        return self.table.static()
