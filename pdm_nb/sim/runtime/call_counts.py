"""How often the simulator was asked for what: calls of the API by operation, and PUTs to storage (B14: not calls)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any


class Counts:
    """Counts calls and PUTs. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._puts = 0

    def __repr__(self) -> str:
        return f"<Counts {self.api_calls} API calls, {self.storage_puts} PUTs>"

    def add_call(self, operation: str) -> int:
        """Count a call; answers how many of this operation there have been."""
        with self._lock:
            self._calls[operation] += 1
            return self._calls[operation]

    def add_status(self, operation: str, status: int) -> None:
        """Count a call that was refused with a 4xx: the vendor watches them (B71)."""
        if 400 <= status < 500:
            with self._lock:
                self._refused[f"{operation} {status}"] += 1

    def add_put(self) -> None:
        with self._lock:
            self._puts += 1

    @property
    def api_calls(self) -> int:
        return sum(self.by_operation.values())

    @property
    def storage_puts(self) -> int:
        return self._puts

    @property
    def by_operation(self) -> dict[str, int]:
        """Calls by the contract's `operationId`."""
        with self._lock:
            return dict(self._calls)

    @property
    def refused(self) -> dict[str, int]:
        """Calls that were refused with a 4xx, by operation and status: `"listFields 403": 2` (B71)."""
        with self._lock:
            return dict(self._refused)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._refused.clear()
            self._puts = 0

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it; also how `/_internal/counts` answers."""
        return {
            "api_calls": self.api_calls,
            "storage_puts": self._puts,
            "by_operation": self.by_operation,
            "refused": self.refused,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        with self._lock:
            self._calls, self._puts = Counter(state["by_operation"]), state["storage_puts"]
            self._refused = Counter(state.get("refused", {}))
