"""The simulator's memory. Every lasting change goes through `put`: persistence belongs at that seam, nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, TypeVar

R = TypeVar("R")


class Store:
    """Tables of records by their type and key, in the order they were first put.

    `lock` makes several reads and puts one step; it may be taken again by the thread that holds it.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._tables: dict[type[Any], dict[str, Any]] = {}

    def put(self, *records: Any) -> None:
        """Keep these records, all in one step, in the place of older ones with the same key."""
        with self.lock:
            for record in records:
                self._tables.setdefault(type(record), {})[record.key] = record

    def get(self, kind: type[R], key: str) -> R | None:
        return self._tables.get(kind, {}).get(key)

    def rows(self, kind: type[R]) -> Iterable[R]:
        """A snapshot of all records of one kind."""
        with self.lock:
            return list(self._tables.get(kind, {}).values())
