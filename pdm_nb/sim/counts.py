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
        self._puts = 0

    def __repr__(self) -> str:
        return f"<Counts {self.api_calls} API calls, {self.storage_puts} PUTs>"

    def add_call(self, operation: str) -> int:
        """Count a call; answers how many of this operation there have been."""
        with self._lock:
            self._calls[operation] += 1
            return self._calls[operation]

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

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._puts = 0

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it; also how `/_internal/counts` answers."""
        return {"api_calls": self.api_calls, "storage_puts": self._puts, "by_operation": self.by_operation}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        with self._lock:
            self._calls, self._puts = Counter(state["by_operation"]), state["storage_puts"]
