"""The event loop in its own thread. Nothing else in the package knows which loop runs, or in which thread.

How this works: all work of the package runs on one event loop in its own thread (the worker), in a notebook and in a
script alike. So an upload continues while a cell computes or sleeps, `run` waits for a quick coroutine from any thread
without nested loops, and it does not matter in which thread a kernel calls a widget's callback.

Updates of widgets go the other way, through `post`: they run on the thread of the widgets (see `ui_thread.py`), on the
kernel's loop if there is one, otherwise while that thread waits in `settle`.

    any thread ──run()──► worker's loop ──post()──► thread of the widgets (kernel's loop, or settle())
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from .ui_thread import MAIN, UiThread, exclude, ui_thread, waiting_thread

log = logging.getLogger(__name__)
T = TypeVar("T")

_guard = threading.Lock()
_worker: asyncio.AbstractEventLoop | None = None  # where all work runs
_worker_thread: threading.Thread | None = None
_to_close: WeakSet[Closable] = WeakSet()


def worker() -> asyncio.AbstractEventLoop:
    """Return the loop that all work runs on; its thread starts with the first call."""
    global _worker, _worker_thread
    with _guard:
        if _worker is None:
            _worker = asyncio.new_event_loop()
            _worker_thread = threading.Thread(target=_worker.run_forever, name="pdm_nb", daemon=True)
            exclude(_worker_thread)
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
    MAIN.adopt_loop()


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
    """Wait until `future` is done; return False after the timeout. On the thread of the widgets, they are updated meanwhile."""
    here = waiting_thread()
    if here is None:
        return bool(concurrent.futures.wait([future], timeout).done)
    return here.settle(future, timeout)


def post(callback: Callable[[], object], to: UiThread | None = None) -> None:
    """Call `callback` soon on the thread of a widget, by default the main thread; from any thread."""
    (to or MAIN).post(callback)


def later(seconds: float, callback: Callable[[], object], to: UiThread | None = None) -> None:
    """Call `callback` after `seconds` on the thread of a widget; from any thread."""
    loop = worker()
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, post, callback, to))


def in_background(work: Callable[[], T], then: Callable[[T], object]) -> None:
    """Call `work` in a thread of its own, then `then` with its result on the thread of the widgets made by the caller."""
    here = ui_thread()

    def call() -> None:
        try:
            result = work()
        except Exception:
            log.exception("Work for a view failed")
            return
        post(functools.partial(then, result), here)

    threading.Thread(target=call, name="pdm_nb view", daemon=True).start()


class Throttle:
    """Calls `callback` at most once every `seconds`, however often `poke` is called, on the thread of the widgets made here.

    The last poke is never lost: a call always follows it.
    """

    def __init__(self, callback: Callable[[], object], seconds: float = 0.1) -> None:
        self._callback, self._seconds = callback, seconds
        self._pending, self._last = False, float("-inf")
        self._lock = threading.Lock()
        self._ui = ui_thread()

    def poke(self) -> None:
        with self._lock:
            if self._pending:
                return
            self._pending = True
            wait = self._last + self._seconds - time.monotonic()
        if wait > 0:
            later(wait, self._fire, self._ui)
        else:
            post(self._fire, self._ui)

    def _fire(self) -> None:
        with self._lock:
            self._pending, self._last = False, time.monotonic()
        try:
            self._callback()
        except Exception:
            log.exception("A view could not be updated")


adopt_main_loop()  # in a kernel: its loop, from import time
