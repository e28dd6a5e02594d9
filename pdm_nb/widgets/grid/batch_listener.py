"""How panels follow a batch: they listen to its changed documents and to its runs.

How this works: the batch reports changed ids from any thread, often. `ChangeListener` collects them and calls the panel on
the main thread, at most ten times a second; a panel whose table is not shown anywhere is called when it is shown again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ...runs import loop
from .table_widget import Table


class ChangeListener:
    """Collects the ids of changed documents and passes them to a panel on the main thread.

    While `table` is not shown, for example because its cell was run again, nothing is passed: the panel reloads when the
    table is shown again.

    Parameters
    ----------
    batch
        The batch to listen to.
    table
        The table that shows the batch.
    refresh
        Called with the ids of changed documents, at most ten times a second.
    reload
        Called instead of `refresh` if documents were added or removed, or fields or lists of values have changed.
    """

    def __init__(
        self,
        batch: Any,
        table: Table,
        refresh: Callable[[frozenset[int]], object],
        reload: Callable[[], object],
    ) -> None:
        self._batch, self._table, self._refresh, self._reload = batch, table, refresh, reload
        self._shape: object = batch.view.shape
        table.on_wake = self.flush
        self._ids: set[int] = set()
        self._lock = threading.Lock()
        self._throttle = loop.Throttle(self.flush)
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


class RunListener:
    """Follows the runs of a batch, also those that are started in a cell.

    Parameters
    ----------
    batch
        The batch whose runs to follow.
    names
        Names of the runs that the panel shows.
    refresh
        Called with the last run of these names (None before the first), and whether any run is active, so that no other
        can be started.
    """

    def __init__(self, batch: Any, names: Iterable[str], refresh: Callable[[Any, bool], object]) -> None:
        self._batch, self._names, self._refresh = batch, frozenset(names), refresh
        self._run: Any = None
        self._shown: Any = None
        self._stop: Callable[[], None] = lambda: None

    def update(self) -> None:
        """Look for a new run; to be called after every change."""
        run = self._batch.view.run
        if run is not self._run:
            self._stop()
            self._run = run
            self._shown = run if run.name in self._names else self._shown
            self._stop = run.on_change(self._notify)
        self._notify()

    def _notify(self) -> None:
        self._refresh(self._shown, self._run is not None and self._run.running)
