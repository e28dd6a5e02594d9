"""How the workbench follows a batch: it listens to its changed documents.

How this works: the batch reports changed ids from any thread, often. `ChangeListener` collects them and calls its owner on
the main thread, a few times a second; an owner whose table is not shown anywhere is called when it is shown again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ...runs import loop
from .table_widget import Table


class ChangeListener:
    """Collects the ids of changed documents and passes them on, on the main thread.

    While `table` is not shown, for example because its cell was run again, nothing is passed: the panel reloads when the
    table is shown again.

    Parameters
    ----------
    batch
        The batch to listen to.
    table
        The table that shows the batch.
    refresh
        Called with the ids of changed documents.
    reload
        Called instead of `refresh` if documents were added or removed, or fields or lists of values have changed.
    seconds
        The least time between two calls.
    """

    def __init__(
        self,
        batch: Any,
        table: Table,
        refresh: Callable[[frozenset[int]], object],
        reload: Callable[[], object],
        seconds: float = 0.1,
    ) -> None:
        self._batch, self._table, self._refresh, self._reload = batch, table, refresh, reload
        self._shape: object = batch.view.shape
        table.on_wake = self.flush
        self._ids: set[int] = set()
        self._lock = threading.Lock()
        self._throttle = loop.Throttle(self.flush, seconds)
        self.stop: Callable[[], None] = batch.view.watch_changes(self._changed)

    def _changed(self, ids: Iterable[int]) -> None:
        with self._lock:
            self._ids.update(ids)
        self._throttle.poke()

    def flush(self, ids: Iterable[int] = ()) -> None:
        """Pass on the collected ids, and `ids`, now."""
        with self._lock:
            ids, self._ids = self._ids.union(ids), set()
        if self._table.asleep:
            self._shape = None  # differs from every shape, so that the panel reloads
            return
        before, self._shape = self._shape, self._batch.view.shape
        if self._shape != before:
            self._reload()
        elif ids:
            self._refresh(frozenset(ids))
