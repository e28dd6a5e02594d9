"""Faults asked for by a test: the one place where an operation is made to fail on purpose."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from .http import CODES, ApiError, Fault


class Faults:
    """For each operation, the failures still to be given, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, deque[ApiError]] = defaultdict(deque)

    def fail_next(
        self, operation_id: str, status: int, times: int, reason: str | None, headers: dict[str, str]
    ) -> None:
        """Refuse the next `times` calls of an operation; nothing of them is carried out."""
        reason = reason or CODES.get(status, "INTERNAL_SERVER_ERROR")
        with self._lock:
            self._waiting[operation_id].extend(
                ApiError(status, [Fault(reason, f"{operation_id} was made to fail")], headers)
                for _ in range(times)
            )

    def take(self, operation_id: str) -> ApiError | None:
        """The failure that this call gets, or None."""
        with self._lock:
            waiting = self._waiting[operation_id]
            return waiting.popleft() if waiting else None
