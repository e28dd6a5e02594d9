"""Holds the calls of a run back while it is paused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class PauseControl:
    """Holds the calls of a run back while it is paused, and counts those under way. Used on the worker's loop only.

    `call_ended` is called when a call ends during a pause, `on_wait` with the Unix time until which a limit holds calls.
    """

    def __init__(
        self, call_ended: Callable[[], object], on_wait: Callable[[float], object] = lambda until: None
    ) -> None:
        self.under_way = 0
        self._running = asyncio.Event()
        self._running.set()
        self._call_ended, self._on_wait = call_ended, on_wait

    @property
    def is_paused(self) -> bool:
        return not self._running.is_set()

    def pause(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

    async def wait_until_resumed(self) -> None:
        while not self._running.is_set():
            await self._running.wait()

    def begin_call(self) -> None:
        self.under_way += 1

    def end_call(self) -> None:
        self.under_way -= 1
        if self.is_paused:
            # Later, after the caller has handled the response: its steps are in the journal when the run counts as paused.
            asyncio.get_running_loop().call_soon(self._call_ended)

    def report_wait(self, until: float) -> None:
        self._on_wait(until)
