"""The store: all records in memory. `put` makes every change, and also writes it to a file if there is one."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from .persistence import Persistence

R = TypeVar("R")
MAX_SORTED_LISTS = 8  # cached per list


class Store:
    """Hold records in one table per type, by key, in the order in which they were first put.

    A record may have a property `list_key`: the list of the service that shows it, or None. The store keeps an index
    of these lists, so that a list does not scan all records. Hold `lock` to make several reads and puts atomic; it is
    reentrant.

    Parameters
    ----------
    persistence : Persistence, optional
        The file that the records are loaded from and written to.
    """

    def __init__(self, persistence: Persistence | None = None) -> None:
        self.lock = threading.RLock()
        self._tables: dict[type[Any], dict[str, Any]] = {}
        self._lists: dict[Any, list[str]] = {}
        self._sorted: dict[Any, tuple[int, dict[str, list[Any]]]] = {}
        self._changes: Counter[type[Any]] = Counter()
        self._persistence = persistence
        for record in persistence.load() if persistence else ():
            self._add(record)

    def put(self, *records: Any) -> None:
        """Store these records in one step, replacing older ones with the same key."""
        with self.lock:
            if self._persistence is not None:
                self._persistence.write(records)  # first, so that a failed write changes nothing
            for record in records:
                self._add(record)

    def _add(self, record: Any) -> None:
        table = self._tables.setdefault(type(record), {})
        old, table[record.key] = table.get(record.key), record
        self._changes[type(record)] += 1
        before, after = getattr(old, "list_key", None), getattr(record, "list_key", None)
        if before == after:
            return
        if before is not None:
            keys = self._lists[type(record), before]
            del keys[bisect_left(keys, record.key)]
        if after is not None:
            insort(self._lists.setdefault((type(record), after), []), record.key)

    def get(self, kind: type[R], key: str) -> R | None:
        return self._tables.get(kind, {}).get(key)

    def rows(self, kind: type[R]) -> Iterable[R]:
        """Return a snapshot of all records of one kind."""
        with self.lock:
            return list(self._tables.get(kind, {}).values())

    def in_list(self, kind: type[R], list_key: Any) -> Sequence[R]:
        """Return a snapshot of one list, ordered by key. Keys are ULIDs: that is the order of creation (B3)."""
        return self.sorted_list(kind, list_key)

    def sorted_list(
        self,
        kind: type[R],
        list_key: Any,
        name: str = "",
        key: Callable[[R], Any] | None = None,
        reverse: bool = False,
    ) -> Sequence[R]:
        """Return a snapshot of one list in another order.

        The sorted list is cached until a record of the kind changes, so that a client that reads a long list page by
        page does not sort it for every page.

        Parameters
        ----------
        kind : type
            The type of the records.
        list_key : object
            Which list: the `list_key` of its records.
        name : str
            A name for the order; the cache distinguishes orders by it.
        key : callable, optional
            The sort key; without it, the list is ordered by the keys of the records.
        reverse : bool
            Sort in descending order.
        """
        with self.lock:
            changes, cached = self._sorted.get((kind, list_key), (-1, {}))
            if changes != self._changes[kind] or len(cached) > MAX_SORTED_LISTS:
                cached = {}
                self._sorted[kind, list_key] = self._changes[kind], cached
            if name not in cached:
                table = self._tables.get(kind, {})
                rows = [table[row_key] for row_key in self._lists.get((kind, list_key), ())]
                cached[name] = rows if key is None else sorted(rows, key=key, reverse=reverse)
            return cached[name]

    @property
    def is_persistent(self) -> bool:
        """True if the records are written to a file."""
        return self._persistence is not None

    def save_metadata(self, **texts: str) -> None:
        """Save texts in addition to the records, if there is a file."""
        if self._persistence is not None:
            with self.lock:
                self._persistence.save_metadata(**texts)

    def close(self) -> None:
        """Close the file. After that, `put` fails."""
        if self._persistence is not None:
            with self.lock:
                self._persistence.close()
