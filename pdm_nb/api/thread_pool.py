"""Blocking work beside the event loop, in threads for which nobody waits at the interpreter's end.

As many as work at once, kept for what comes next. The standard executor would be waited for at the end, which a PUT
that hangs for a minute must not do to a script, and it takes three locks more for each piece of work.
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
        self._free = 0  # threads that wait, less the work that waits for them
        self._lock = threading.Lock()

    def do(self, work: Callable[[], object]) -> None:
        """Have `work`, which raises nothing, begun at once."""
        self._work.put(work)
        with self._lock:
            self._free -= 1
            short = self._free < 0
            self._free += short
        if short:
            threading.Thread(target=self._serve, name="pdm_nb-beside", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._free += 1


_threads = _Threads()


async def run_in_thread(work: Callable[[], T]) -> T:
    """What `work` answers or raises. Who is cancelled does not wait for it: it has to be told to stop by other means."""
    done: concurrent.futures.Future[T] = concurrent.futures.Future()

    def do() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            done.set_exception(error)
        else:
            done.set_result(answer)

    _threads.do(do)
    return await asyncio.wrap_future(done)
