"""Counts API calls by operation, refused calls (B71), and PUTs to storage, which are not API calls (B14)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any


class Counts:
    """Counts of calls and PUTs. Thread-safe.

    Attributes
    ----------
    api_calls : int
        Number of API calls.
    storage_puts : int
        Number of PUTs to storage.
    by_operation : dict of str to int
        API calls by the contract's `operationId`.
    refused : dict of str to int
        Calls that returned a 4xx, by operation and status, such as `"listFields 403": 2` (B71).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._puts = 0

    def __repr__(self) -> str:
        return f"<Counts {self.api_calls} API calls, {self.storage_puts} PUTs>"

    def add_call(self, operation: str) -> int:
        """Count a call; return the number of calls of this operation so far."""
        with self._lock:
            self._calls[operation] += 1
            return self._calls[operation]

    def add_status(self, operation: str, status: int) -> None:
        """Count the call if the status is a 4xx: the vendor monitors those (B71)."""
        if 400 <= status < 500:
            with self._lock:
                self._refused[f"{operation} {status}"] += 1

    def add_put(self) -> None:
        """Count a PUT to storage."""
        with self._lock:
            self._puts += 1

    @property
    def api_calls(self) -> int:
        """Number of API calls."""
        return sum(self.by_operation.values())

    @property
    def storage_puts(self) -> int:
        """Number of PUTs to storage."""
        return self._puts

    @property
    def by_operation(self) -> dict[str, int]:
        """API calls by the contract's `operationId`."""
        with self._lock:
            return dict(self._calls)

    @property
    def refused(self) -> dict[str, int]:
        """Calls that returned a 4xx, by operation and status, such as `"listFields 403": 2` (B71)."""
        with self._lock:
            return dict(self._refused)

    def clear(self) -> None:
        """Reset all counts to zero."""
        with self._lock:
            self._calls.clear()
            self._refused.clear()
            self._puts = 0

    def state(self) -> dict[str, Any]:
        """Return the state as JSON types: for the data folder, and the response of `/_internal/counts`."""
        return {
            "api_calls": self.api_calls,
            "storage_puts": self._puts,
            "by_operation": self.by_operation,
            "refused": self.refused,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a saved `state`."""
        with self._lock:
            self._calls, self._puts = Counter(state["by_operation"]), state["storage_puts"]
            self._refused = Counter(state.get("refused", {}))
