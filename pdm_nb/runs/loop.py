"""The event loop in its own thread. Nothing else in the package knows which loop runs, or in which thread.

How this works: all work of the package runs on one event loop in its own thread (the worker), in a notebook and in a
script alike. So an upload continues while a cell computes or sleeps, `run` waits for a quick coroutine from any thread
without nested loops, and it does not matter in which thread a kernel calls a widget's callback.

Updates of widgets go the other way, through `post`: they run on the main thread, on the kernel's loop if there is one,
otherwise while the main thread waits in `settle`.

    any thread ──run()──► worker's loop ──post()──► main thread (kernel's loop, or settle())
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

log = logging.getLogger(__name__)
T = TypeVar("T")

_guard = threading.Lock()
_worker: asyncio.AbstractEventLoop | None = None  # where all work runs
_worker_thread: threading.Thread | None = None
_main_loop: asyncio.AbstractEventLoop | None = None  # the main thread's loop, if it has one
_inbox: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()  # to be called on the main thread
_to_close: WeakSet[Closable] = WeakSet()


def worker() -> asyncio.AbstractEventLoop:
    """Return the loop that all work runs on; its thread starts with the first call."""
    global _worker, _worker_thread
    with _guard:
        if _worker is None:
            _worker = asyncio.new_event_loop()
            _worker_thread = threading.Thread(target=_worker.run_forever, name="pdm_nb", daemon=True)
            _worker_thread.start()
            atexit.register(_stop)
        return _worker


def _stop() -> None:
    """When the interpreter ends: cancel the work and give it a moment to clean up."""
    loop, thread = _worker, _worker_thread
    if loop is None or thread is None:
        return

    async def end() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=2) if tasks else None
        await asyncio.gather(*(one.aclose() for one in _to_close), return_exceptions=True)

    with_end = asyncio.run_coroutine_threadsafe(end(), loop)
    concurrent.futures.wait([with_end], timeout=3)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=1)


class Closable(Protocol):
    """What has to be closed on the worker's loop."""

    async def aclose(self) -> None: ...


def close_at_end(one: Closable) -> None:
    """Close `one` before the worker's loop ends, if it is still in use then."""
    _to_close.add(one)


def adopt_main_loop() -> None:
    """Remember the main thread's running loop (a kernel's), so that `post` can reach it."""
    global _main_loop
    if threading.current_thread() is threading.main_thread():
        try:
            _main_loop = asyncio.get_running_loop()
        except RuntimeError:
            return


def in_kernel() -> bool:
    """True in a Jupyter kernel, where displayed objects are shown."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a quick coroutine to its end and return its result; from any thread but the worker's."""
    if threading.current_thread() is _worker_thread:
        work.close()
        raise RuntimeError("Code on the worker's loop cannot wait for itself: await the coroutine.")
    future = asyncio.run_coroutine_threadsafe(work, worker())
    try:
        settle(future, None)
    except KeyboardInterrupt:
        future.cancel()
        raise
    return future.result()


def settle(future: concurrent.futures.Future[Any], timeout: float | None) -> bool:
    """Wait until `future` is done; return False after the timeout. On the main thread, views are updated meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        return bool(concurrent.futures.wait([future], timeout).done)
    end = None if timeout is None else time.monotonic() + timeout
    future.add_done_callback(lambda _: _inbox.put(_nothing))  # wakes the loop below
    while not future.done():
        left = None if end is None else max(0.0, end - time.monotonic())
        try:
            callback = _inbox.get(timeout=left)
        except queue.Empty:
            return False
        _call(callback)
    _drain()
    return True


def _nothing() -> None:
    pass


def _drain() -> None:
    """Call everything in the inbox."""
    while True:
        try:
            callback = _inbox.get_nowait()
        except queue.Empty:
            return
        _call(callback)


def _call(callback: Callable[[], object]) -> None:
    """Call `callback`; an error is logged, since the code that waits here did not cause it."""
    try:
        callback()
    except Exception:
        log.exception("A callback on the main thread failed")


def post(callback: Callable[[], object]) -> None:
    """Call `callback` on the main thread soon; from any thread."""
    _inbox.put(callback)
    if _main_loop is not None and not _main_loop.is_closed():
        try:
            _main_loop.call_soon_threadsafe(_drain)
        except RuntimeError:  # just closed: the next `settle` on the main thread calls it
            log.debug("The main loop has ended")


def later(seconds: float, callback: Callable[[], object]) -> None:
    """Call `callback` on the main thread after `seconds`; from any thread."""
    loop = worker()
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, post, callback))


class Throttle:
    """Calls `callback` on the main thread at most once every `seconds`, however often `poke` is called.

    The last poke is never lost: a call always follows it.
    """

    def __init__(self, callback: Callable[[], object], seconds: float = 0.1) -> None:
        self._callback, self._seconds = callback, seconds
        self._pending, self._last = False, float("-inf")
        self._lock = threading.Lock()

    def poke(self) -> None:
        with self._lock:
            if self._pending:
                return
            self._pending = True
            wait = self._last + self._seconds - time.monotonic()
        if wait > 0:
            later(wait, self._fire)
        else:
            post(self._fire)

    def _fire(self) -> None:
        with self._lock:
            self._pending, self._last = False, time.monotonic()
        try:
            self._callback()
        except Exception:
            log.exception("A view could not be updated")


adopt_main_loop()  # in a kernel: its loop, from import time
