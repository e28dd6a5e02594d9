"""Event loops and the `Run` handle. Nothing else in the package knows which loop is running, or where.

There is one loop for all our work: the kernel's main loop in a notebook, a private one in a script (which then
runs while somebody waits). It is kept from import time, because ipykernel 7.1-7.3 calls widget callbacks in a
subshell thread with another loop, where a bare `create_task` would land in silence. Work is handed over with
`call_soon_threadsafe`. Only quick coroutines are ever run nested (`run`); what takes long is a `Run`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import nest_asyncio2

from .errors import RunError

log = logging.getLogger(__name__)
T = TypeVar("T")

_main: asyncio.AbstractEventLoop | None = None
_guard = threading.Lock()


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def main_loop() -> asyncio.AbstractEventLoop:
    """The loop that all work runs on: the kernel's, or a private one where no loop was running."""
    global _main
    with _guard:
        if _main is None or _main.is_closed():
            _main = _running() or asyncio.new_event_loop()
        return _main


def in_kernel() -> bool:
    """True in a Jupyter kernel, where something displayed is seen by someone."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a quick coroutine to its end, from a plain cell, a callback, another thread or a script."""
    loop = main_loop()
    if not loop.is_running():
        if _running() is not None:
            nest_asyncio2.apply(loop)
        return loop.run_until_complete(work)
    if _running() is loop:
        nest_asyncio2.apply(loop)
        return loop.run_until_complete(work)
    return asyncio.run_coroutine_threadsafe(work, loop).result()


def post(callback: Callable[[], object]) -> None:
    """Have `callback` called on the main loop, soon; from any thread."""
    main_loop().call_soon_threadsafe(callback)


def later(seconds: float, callback: Callable[[], object]) -> None:
    """Have `callback` called on the main loop after `seconds`; from any thread."""
    loop = main_loop()
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, callback))


class Throttle:
    """Calls `callback` on the main loop at most once every `seconds`, however often it is poked.

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
            log.exception("A view failed while it was being updated")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Bytes and documents are counts; `elapsed` is seconds."""

    documents_done: int = 0
    documents_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    api_calls: int = 0
    storage_puts: int = 0
    elapsed: float = 0.0
    note: str = ""

    @property
    def rate(self) -> float:
        """Bytes a second since the start."""
        return self.bytes_done / self.elapsed if self.elapsed > 0 else 0.0


class Run(Generic[T]):
    """Work that takes long and goes on in the background.

    Displayed, it is a live progress board. `await run` or `run.wait()` waits for the result; `run.cancel()`
    stops it cleanly, with the journal written. An error of the work is raised where one waits for it.
    """

    def __init__(self, name: str, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> None:
        self.name = name
        self.progress = Progress()
        self._started = time.monotonic()
        self._ended: float | None = None
        self._views: list[Callable[[], object]] = []
        self._shown = False
        self._changed = Throttle(self._tell)
        self._loop = main_loop()
        self._task: asyncio.Task[T] | None = None  # kept: the loop itself holds tasks weakly
        # Ends when the task has ended, not when it was asked to: what is being written is written by then.
        self._future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> None:
        self._task = self._loop.create_task(self._work(work))
        self._task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._future.cancel()
            self._future.set_running_or_notify_cancel()
        elif error := task.exception():
            self._future.set_exception(error)
        else:
            self._future.set_result(task.result())

    async def _work(self, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> T:
        try:
            return await work(self)
        finally:
            self._ended = time.monotonic()
            self.report()

    # -- what the work calls
    def report(self, **changes: Any) -> None:
        """Note new figures of `Progress`; views hear of it at most ten times a second."""
        end = self._ended if self._ended is not None else time.monotonic()
        self.progress = replace(self.progress, elapsed=end - self._started, **changes)
        self._changed.poke()

    def _tell(self) -> None:
        for view in list(self._views):
            view()

    # -- what people call
    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call `callback` on the main loop after changes; returns a function that ends it."""
        self._views.append(callback)
        return lambda: self._views.remove(callback) if callback in self._views else None

    @property
    def running(self) -> bool:
        return not self._future.done()

    @property
    def cancelled(self) -> bool:
        return self._future.cancelled()

    @property
    def error(self) -> BaseException | None:
        """What the work ended with, None while it goes on or when it went well or was cancelled."""
        if self.running or self._future.cancelled():
            return None
        return self._future.exception()

    @property
    def result(self) -> T | None:
        """What the work answered, None before that."""
        return None if self.running or self.cancelled or self.error else self._future.result()

    def cancel(self) -> None:
        """Stop cleanly; from any thread. What was done stays done and is in the journal.

        Only asks: `running` stays true until the work has put its things away.
        """
        self._loop.call_soon_threadsafe(lambda: self._task and self._task.cancel())

    def wait(self, timeout: float | None = None) -> T:
        """Wait for the result, from a plain cell or a script; `timeout` in seconds.

        Raises what the work raised, `RunError` when it was cancelled, `TimeoutError` when time ran out.
        """
        self._show()
        if self._loop.is_running() and _running() is not self._loop:
            return self._outcome(timeout)
        try:
            run(self._finish(timeout))
        except KeyboardInterrupt:
            self.cancel()
            run(self._finish(10))
            raise
        return self._outcome(0)

    async def _finish(self, timeout: float | None) -> None:  # noqa: ASYNC109 - it must not end the work
        waiter = asyncio.wrap_future(self._future)
        _, pending = await asyncio.wait([waiter], timeout=timeout)
        if pending:
            raise self._late(timeout)
        if not waiter.cancelled():
            waiter.exception()  # retrieved here, raised by _outcome

    def _outcome(self, timeout: float | None) -> T:
        try:
            return self._future.result(timeout)
        except concurrent.futures.CancelledError:
            raise RunError(f"The {self.name} was stopped; call it again to go on where it stopped.") from None
        except TimeoutError:
            if self._future.done():
                raise  # the work's own
            raise self._late(timeout) from None

    def _late(self, timeout: float | None) -> TimeoutError:
        return TimeoutError(f"The {self.name} is still going on after {timeout} s; run.wait() waits on.")

    def __await__(self) -> Generator[Any, None, T]:
        self._show()
        return self._awaited().__await__()

    async def _awaited(self) -> T:
        if asyncio.get_running_loop() is not self._loop and not self._loop.is_running():
            raise RunError(f"The {self.name} was started outside this event loop; use run.wait() instead.")
        try:
            await self._finish(None)
        except asyncio.CancelledError:
            self.cancel()  # whoever interrupts the waiting cell means the work
            raise
        return self._outcome(0)

    def _show(self) -> None:
        """Show the board once where someone waits in a notebook (a displayed Run shows itself)."""
        if self._shown or not in_kernel():
            return
        from IPython.display import display

        display(self)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        from .widgets.run import RunBoard  # the one view that a handle of work has; loaded when it is shown

        self._shown = True
        return RunBoard(self)._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        state = (
            "running" if self.running else "stopped" if self.cancelled else "failed" if self.error else "done"
        )
        done = self.progress
        return f"<Run {self.name}: {state}, {done.documents_done} of {done.documents_total} documents, {done.api_calls} calls>"


if _running() is not None:
    main_loop()  # in a kernel: keep its main loop from now on
