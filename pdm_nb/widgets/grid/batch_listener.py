"""How the workbench follows a batch: it listens to its changed documents.

How this works: the batch reports changed ids from any thread, often. `ChangeListener` collects them and calls its owner on
the main thread, a few times a second, with some documents at a time: cells of the notebook run on the same thread, and
must not wait until hundreds of documents were checked again. An owner whose table is not shown anywhere is called when it
is shown again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from ...runs import loop
from ...runs.ui_thread import ui_thread
from .table_widget import Table

SLICE = 8  # documents between two looks at the clock
BUSY = 0.012  # seconds for which the main thread is used without a pause
PAUSE = 0.004  # seconds in which the main thread does what else there is


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
        table.on_wake = self._flush_some
        self._ids: set[int] = set()
        self._lock = threading.Lock()
        self._ui = ui_thread()
        self._throttle = loop.Throttle(self._flush_some, seconds)
        self.stop: Callable[[], None] = batch.view.watch_changes(self._changed)

    def _changed(self, ids: Iterable[int]) -> None:
        with self._lock:
            self._ids.update(ids)
        self._throttle.poke()

    def add(self, ids: Iterable[int]) -> None:
        """Pass on these ids too: the first of them now."""
        with self._lock:
            self._ids.update(ids)
        self._flush_some()

    def flush(self, ids: Iterable[int] = ()) -> None:
        """Pass on these ids and a few of those that were collected now: an edit is shown together with what it changes
        in other documents. The rest follows."""
        wanted = frozenset(ids)
        if self._is_passed_whole():
            return
        with self._lock:
            self._ids -= wanted
        wanted |= self._take()
        if wanted:
            self._refresh(wanted)

    def _flush_some(self) -> None:
        """Pass on collected ids for a short time, then pause and continue."""
        if self._is_passed_whole():
            return
        end = time.monotonic() + BUSY
        while ids := self._take():
            self._refresh(ids)
            if time.monotonic() >= end:
                break
        if self._ids:
            loop.later(PAUSE, self._flush_some, self._ui)

    def _take(self) -> frozenset[int]:
        with self._lock:
            ids = frozenset(islice(self._ids, SLICE))
            self._ids -= ids
        return ids

    def _is_passed_whole(self) -> bool:
        """True if single documents need not be passed: nobody looks, or all of them were passed just now."""
        if self._table.asleep:
            self._shape = None  # differs from every shape, so that the panel reloads
            with self._lock:
                self._ids.clear()
            return True
        before, self._shape = self._shape, self._batch.view.shape
        if self._shape == before:
            return False
        with self._lock:
            self._ids.clear()
        self._reload()
        return True
