"""Runs several coroutines concurrently."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any


async def gather_first_error(*work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
    """Run concurrently; the first error cancels the others and is raised itself, not as an exception group."""
    first: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)  # type: ignore[arg-type]
    except* Exception as errors:  # noqa: BLE001 - raised again below
        first = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if first is not None:
        raise first  # outside of the except, else a notebook shows the group as its context
