"""Runs blocking work in daemon threads, which the interpreter does not wait for at its end.

There are as many threads as were busy at once; they are reused. The standard executor is not used, since a script would
wait at its end for a PUT that hangs for a minute, and since it takes three more locks for each call.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class _Threads:
    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._free = 0  # idle threads, minus the waiting work
        self._lock = threading.Lock()

    def do(self, work: Callable[[], object]) -> None:
        """Start `work`, which must not raise, at once."""
        self._work.put(work)
        with self._lock:
            self._free -= 1
            short = self._free < 0
            self._free += short
        if short:
            threading.Thread(target=self._serve, name="pdm_nb-worker", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._free += 1


_threads = _Threads()


async def run_in_thread(work: Callable[[], T]) -> T:
    """Return the result of `work`. If cancelled, this does not wait: the work must be stopped by other means."""
    done: concurrent.futures.Future[T] = concurrent.futures.Future()

    def do() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - raised in the caller
            done.set_exception(error)
        else:
            done.set_result(result)

    _threads.do(do)
    return await asyncio.wrap_future(done)
