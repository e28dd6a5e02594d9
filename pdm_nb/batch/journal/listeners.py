"""Calls whoever shows documents after they changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Listeners(Generic[T]):
    """Callbacks that are called on the thread that made the change."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[T], object]] = []

    def __bool__(self) -> bool:
        return bool(self._callbacks)

    def add(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Add a callback; returns a function that removes it."""
        self._callbacks.append(callback)
        return lambda: self._remove(callback)

    def _remove(self, callback: Callable[[T], object]) -> None:
        if callback in self._callbacks:
            self._callbacks.remove(callback)

    def call(self, changed: T) -> None:
        for callback in list(self._callbacks):
            try:
                callback(changed)
            except Exception:  # a view must not stop the work that it shows
                log.exception("A callback failed for a changed document")
