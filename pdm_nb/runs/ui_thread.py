"""The thread on which widgets are updated, and the callbacks that wait for it.

How this works: in Jupyter it is the main thread, on which cells run, also in kernels that receive the messages of widgets in
another one. A program with several sessions in one process, such as `marimo run`, has a thread with an event loop for each
session; its main thread runs a web server that nobody's widgets belong to. So a widget keeps the thread on which it was made.

    any thread ──post()──► inbox ──► that thread: its event loop, or while it waits in settle()
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

log = logging.getLogger(__name__)


class UiThread:
    """A thread on which widgets are updated.

    Parameters
    ----------
    thread : Thread
        The thread.
    """

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()

    @property
    def is_current(self) -> bool:
        """True if the caller is on this thread."""
        return threading.current_thread() is self._thread

    @property
    def has_loop(self) -> bool:
        """True if an event loop of this thread is known, and not closed."""
        return self._loop is not None and not self._loop.is_closed()

    def adopt_loop(self) -> None:
        """Remember the running event loop of the caller, if it is on this thread."""
        if self.is_current:
            try:
                self._loop = asyncio.get_running_loop()
            except RuntimeError:
                return

    def post(self, callback: Callable[[], object]) -> None:
        """Call `callback` on this thread soon; from any thread. Nothing happens if the thread has ended."""
        if not self._thread.is_alive():
            return
        self._inbox.put(callback)
        if self._loop is not None and self.has_loop:
            try:
                self._loop.call_soon_threadsafe(self._drain)
            except RuntimeError:  # just closed: the next `settle` on this thread calls it
                log.debug("The loop of %s has ended", self._thread.name)

    def settle(self, future: concurrent.futures.Future[Any], timeout: float | None) -> bool:
        """Wait on this thread until `future` is done, and call what is posted meanwhile; False after the timeout."""
        end = None if timeout is None else time.monotonic() + timeout
        future.add_done_callback(lambda _: self._inbox.put(_nothing))  # wakes the loop below
        while not future.done():
            left = None if end is None else max(0.0, end - time.monotonic())
            try:
                callback = self._inbox.get(timeout=left)
            except queue.Empty:
                return False
            _call(callback)
        self._drain()
        return True

    def _drain(self) -> None:
        """Call everything in the inbox."""
        while True:
            try:
                callback = self._inbox.get_nowait()
            except queue.Empty:
                return
            _call(callback)


MAIN = UiThread(threading.main_thread())
_guard = threading.Lock()
_others: WeakKeyDictionary[threading.Thread, UiThread] = WeakKeyDictionary()


def ui_thread() -> UiThread:
    """Return the thread that updates the widgets made by the caller.

    It is the main thread, unless only the thread of the caller has an event loop.
    """
    if MAIN.is_current or MAIN.has_loop:
        return MAIN
    current = threading.current_thread()
    with _guard:
        here = _others.get(current) or UiThread(current)
        here.adopt_loop()
        if here.has_loop:
            _others[current] = here
        return here if here.has_loop else MAIN


def exclude(thread: threading.Thread) -> None:
    """Update no widgets on a thread, although it has an event loop."""
    _others[thread] = MAIN


def waiting_thread() -> UiThread | None:
    """Return the caller's thread if widgets are updated on it, else None."""
    return MAIN if MAIN.is_current else _others.get(threading.current_thread())


def _nothing() -> None:
    pass


def _call(callback: Callable[[], object]) -> None:
    """Call `callback`; an error is logged, since the code that waits here did not cause it."""
    try:
        callback()
    except Exception:
        log.exception("A callback on the thread of the widgets failed")
