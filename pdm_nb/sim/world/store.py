"""The simulator's memory. Every lasting change goes through `put`, which writes it through to a file where one is given."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from .persistence import Persistence

R = TypeVar("R")
ORDERS = 8  # of one shelf, kept side by side


class Store:
    """Tables of records by their type and key, in the order they were first put.

    A record with a `shelf` (a property: which list of the service it is in, None for no list) is also kept by it,
    so that a list does not look at every record there is. `lock` makes several reads and puts one step; it may be
    taken again by the thread that holds it.
    """

    def __init__(self, persistence: Persistence | None = None) -> None:
        self.lock = threading.RLock()
        self._tables: dict[type[Any], dict[str, Any]] = {}
        self._shelves: dict[Any, list[str]] = {}
        self._orders: dict[Any, tuple[int, dict[str, list[Any]]]] = {}
        self._editions: Counter[type[Any]] = Counter()
        self._persistence = persistence
        for record in persistence.load() if persistence else ():
            self._keep(record)

    def put(self, *records: Any) -> None:
        """Keep these records, all in one step, in the place of older ones with the same key."""
        with self.lock:
            if self._persistence is not None:
                self._persistence.write(records)  # first: what cannot be written has not happened
            for record in records:
                self._keep(record)

    def _keep(self, record: Any) -> None:
        table = self._tables.setdefault(type(record), {})
        old, table[record.key] = table.get(record.key), record
        self._editions[type(record)] += 1
        before, after = getattr(old, "shelf", None), getattr(record, "shelf", None)
        if before == after:
            return
        if before is not None:
            keys = self._shelves[type(record), before]
            del keys[bisect_left(keys, record.key)]
        if after is not None:
            insort(self._shelves.setdefault((type(record), after), []), record.key)

    def get(self, kind: type[R], key: str) -> R | None:
        return self._tables.get(kind, {}).get(key)

    def rows(self, kind: type[R]) -> Iterable[R]:
        """A snapshot of all records of one kind."""
        with self.lock:
            return list(self._tables.get(kind, {}).values())

    def shelf(self, kind: type[R], shelf: Any) -> Sequence[R]:
        """A snapshot of the records on one shelf, by key: in the order they were made, ids being ULIDs (B3)."""
        return self.ordered(kind, shelf)

    def ordered(
        self,
        kind: type[R],
        shelf: Any,
        name: str = "",
        key: Callable[[R], Any] | None = None,
        reverse: bool = False,
    ) -> Sequence[R]:
        """The same in another order, which `name` tells apart.

        Kept until a record of the kind changes: whoever reads a long list page by page has it made once.
        """
        with self.lock:
            edition, orders = self._orders.get((kind, shelf), (-1, {}))
            if edition != self._editions[kind] or len(orders) > ORDERS:
                orders = {}
                self._orders[kind, shelf] = self._editions[kind], orders
            if name not in orders:
                table = self._tables.get(kind, {})
                rows = [table[one] for one in self._shelves.get((kind, shelf), ())]
                orders[name] = rows if key is None else sorted(rows, key=key, reverse=reverse)
            return orders[name]

    @property
    def outlasts(self) -> bool:
        """True where what is put outlasts the process."""
        return self._persistence is not None

    def remember(self, **about: str) -> None:
        """Keep texts beside the records, in the file where there is one."""
        if self._persistence is not None:
            with self.lock:
                self._persistence.remember(**about)

    def close(self) -> None:
        """Let go of the file; nothing can be put any more."""
        if self._persistence is not None:
            with self.lock:
                self._persistence.close()
