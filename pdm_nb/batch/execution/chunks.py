"""Splits documents into the chunks of a call, and a refused chunk into halves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from ...api.protocol.requests import BATCH

T = TypeVar("T")


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """Yield chunks of at most `size` items: by default as many as one call may have."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def halves(items: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(items) // 2
    return items[:middle], items[middle:]
