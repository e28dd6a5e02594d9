"""Event loops, threads and the `Run` handle. Nothing else in the package knows which loop is running, or where.

All work of ours runs on one event loop in a thread of its own, in a notebook as in a script. So an upload goes
on while a cell computes or sleeps, `run` waits for a quick coroutine from anywhere without nesting loops, and it
does not matter in which thread a kernel calls a widget's callback.

What touches views (widgets) goes the other way, by `post`: it runs on the main thread, on the kernel's loop
where there is one, or while somebody waits there.
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
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakSet

from .errors import RunError
from .events import KEPT, Ended, Failed, Paused, RunEvent, Stored, Stream, Waiting, WentOn, duration
from .following import Events, Meter

log = logging.getLogger(__name__)
T = TypeVar("T")

_guard = threading.Lock()
_worker: asyncio.AbstractEventLoop | None = None  # where all work runs
_worker_thread: threading.Thread | None = None
_home: asyncio.AbstractEventLoop | None = None  # the main thread's loop, where it has one
_inbox: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()  # what is to run on the main thread
_to_close: WeakSet[Closes] = WeakSet()


def worker() -> asyncio.AbstractEventLoop:
    """The loop that all work runs on; its thread is started with the first work."""
    global _worker, _worker_thread
    with _guard:
        if _worker is None:
            _worker = asyncio.new_event_loop()
            _worker_thread = threading.Thread(target=_worker.run_forever, name="pdm_nb", daemon=True)
            _worker_thread.start()
            atexit.register(_stop)
        return _worker


def _stop() -> None:
    """At the interpreter's end: let the work put its things away, for a moment."""
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


class Closes(Protocol):
    """What has something to put away on the worker's loop."""

    async def aclose(self) -> None: ...


def close_at_end(one: Closes) -> None:
    """Have it closed before the worker's loop ends, where somebody still has it then."""
    _to_close.add(one)


def adopt_main_loop() -> None:
    """Remember the main thread's running loop (a kernel's), so that `post` can reach it."""
    global _home
    if threading.current_thread() is threading.main_thread():
        try:
            _home = asyncio.get_running_loop()
        except RuntimeError:
            return


def in_kernel() -> bool:
    """True in a Jupyter kernel, where something displayed is seen by someone."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a quick coroutine to its end and answer its result; from a cell, a callback, any thread, a script."""
    if threading.current_thread() is _worker_thread:
        work.close()
        raise RuntimeError("Work that runs on the worker's loop cannot wait for itself; await it.")
    future = asyncio.run_coroutine_threadsafe(work, worker())
    try:
        _settle(future, None)
    except KeyboardInterrupt:
        future.cancel()
        raise
    return future.result()


def _settle(future: concurrent.futures.Future[Any], timeout: float | None) -> bool:
    """Wait until `future` is done; False where time ran out. On the main thread, views go on meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        return bool(concurrent.futures.wait([future], timeout).done)
    end = None if timeout is None else time.monotonic() + timeout
    future.add_done_callback(lambda _: _inbox.put(_nothing))  # wakes the one that waits
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
    """Do what waits for the main thread."""
    while True:
        try:
            callback = _inbox.get_nowait()
        except queue.Empty:
            return
        _call(callback)


def _call(callback: Callable[[], object]) -> None:
    """One that fails is logged: whoever waits here has nothing to do with it."""
    try:
        callback()
    except Exception:
        log.exception("What was to be done on the main thread failed")


def post(callback: Callable[[], object]) -> None:
    """Have `callback` called on the main thread, soon; from any thread."""
    _inbox.put(callback)
    if _home is not None and not _home.is_closed():
        try:
            _home.call_soon_threadsafe(_drain)
        except RuntimeError:  # closed in this very moment: whoever waits on the main thread does it
            log.debug("The main loop has ended")


def later(seconds: float, callback: Callable[[], object]) -> None:
    """Have `callback` called on the main thread after `seconds`; from any thread."""
    loop = worker()
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, post, callback))


class Throttle:
    """Calls `callback` on the main thread at most once every `seconds`, however often it is poked.

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
    """How far a run is. Bytes and documents are counts; `elapsed` and `time_left` are seconds.

    `time_left` is an estimate, of the work that `note` names; None where nothing can be said.
    `rate` is bytes a second of late; `waiting_until` (Unix seconds) is set while the run waits for the service's rate
    limit.
    """

    documents_done: int = 0
    documents_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    api_calls: int = 0
    storage_puts: int = 0
    elapsed: float = 0.0
    note: str = ""
    rate: float = 0.0
    waiting_until: float | None = None
    time_left: float | None = None

    @property
    def outlook(self) -> str:
        """What is still to come, for people: "waiting for the rate limit until 14:32, about 25 min left"; or ""."""
        parts = []
        if self.waiting_until is not None:
            wait = self.waiting_until - time.time()
            form = "%H:%M:%S" if wait < 90 else "%H:%M" if wait < 12 * 3600 else "%Y-%m-%d %H:%M"
            clock = time.strftime(form, time.localtime(self.waiting_until))
            parts.append(f"waiting for the rate limit until {clock}")
        if self.time_left is not None:
            parts.append(f"about {duration(self.time_left)} left")
        return ", ".join(parts)


class Door:
    """What calls pass: closed while a run is paused. Counts those on the wire; used on the worker's loop alone.

    `passed` is called when one has ended behind a closed door, `waits` with when a limit that holds them up ends.
    """

    def __init__(
        self, passed: Callable[[], object], waits: Callable[[float], object] = lambda until: None
    ) -> None:
        self.under_way = 0
        self._open = asyncio.Event()
        self._open.set()
        self._passed, self._waits = passed, waits

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def opened(self) -> None:
        """Wait until it is open."""
        while not self._open.is_set():
            await self._open.wait()

    def begin(self) -> None:
        self.under_way += 1

    def end(self) -> None:
        self.under_way -= 1
        if not self._open.is_set():
            # After what the caller does with the answer: its steps are in the journal before the run is called paused.
            asyncio.get_running_loop().call_soon(self._passed)

    def waits(self, until: float) -> None:
        self._waits(until)


class Run(Generic[T]):
    """Work that takes long and goes on in the background.

    Displayed, it is a live progress board. `await run` or `run.wait()` waits for the result; `run.cancel()`
    stops it cleanly, with the journal written; `run.pause()` lets the calls under way end and begins no more until
    `run.go_on()`. An error of the work is raised where one waits for it. `run.events()` tells what happens.
    """

    def __init__(self, name: str, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> None:
        self.name = name
        self.progress = Progress()
        self.door = Door(lambda: self.emit(Paused(self.door.under_way)), self._waits)
        self._paused = False
        self._waits_until = 0.0  # the last wait for a limit that was told
        self._meter = Meter()
        self._stream = Stream(name)
        self._started = time.monotonic()
        self._ended: float | None = None
        self._views: list[Callable[[], object]] = []
        self._shown = False
        self._changed = Throttle(self._tell)
        self._loop = worker()
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
        self.emit(Ended("stopped" if self.cancelled else "failed" if self.error else "done"))
        self._changed.poke()  # views hear that it has ended

    async def _work(self, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> T:
        try:
            return await work(self)
        except Exception as error:
            self.emit(Failed(type(error).__name__, str(error)))
            raise
        finally:
            self._ended = time.monotonic()
            self.report()

    # -- what the work calls
    def report(self, **changes: Any) -> None:
        """Note new figures of `Progress`; views hear of it at most ten times a second."""
        end = self._ended if self._ended is not None else time.monotonic()
        before = self.progress
        now = replace(before, elapsed=end - self._started, **changes)
        self.progress = replace(now, rate=self._meter.rate(end, now.bytes_done))
        if (now.bytes_done, now.bytes_total) != (before.bytes_done, before.bytes_total):
            self.emit(Stored(now.bytes_done, now.bytes_total))
        self._changed.poke()

    def _waits(self, until: float) -> None:
        """Tell once of each wait for the limit."""
        if until > self._waits_until + 1:
            self._waits_until = until
            self.emit(Waiting(until, self.progress.time_left))

    def emit(self, *events: RunEvent) -> None:
        """Tell what happened, in the one stream; from any thread."""
        for event in events:
            self._stream.emit(event)

    def _tell(self) -> None:
        for view in list(self._views):
            view()

    # -- what people call
    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call `callback` on the main thread after changes; returns a function that ends it."""
        self._views.append(callback)
        return lambda: self._views.remove(callback) if callback in self._views else None

    def on_event(self, callback: Callable[[list[RunEvent]], object]) -> Callable[[], None]:
        """Call `callback` on the main thread with what happened since it was last called, at most ten times a second.

        From the beginning, as far as it is kept. Answers what ends it.
        """
        throttle = Throttle(lambda: (taken := pile.take()) and callback(taken))
        pile, stop_pile = self._stream.pile(KEPT)
        stop_poke = self._stream.listen(lambda _: throttle.poke())
        return lambda: (stop_pile(), stop_poke(), None)[-1]

    def events(self) -> Events:
        """What happens, one event after the other until the run ends, for `for` or `async for`.

        From the beginning: of a run with very many events, the last ten thousand before this call.
        """
        return Events(self._stream)

    def pause(self) -> None:
        """Let the calls under way end, and begin no more until `go_on()`; from any thread. The journal stays true."""
        if self.running and not self._paused:
            self._paused = True
            self._loop.call_soon_threadsafe(self._close)

    def go_on(self) -> None:
        """Go on after a pause; from any thread."""
        if self._paused:
            self._paused = False
            self._loop.call_soon_threadsafe(self._open)

    def _close(self) -> None:
        if self.running:
            self.door.close()
            self.emit(Paused(self.door.under_way))
            self.report()

    def _open(self) -> None:
        if self.running:
            self.door.open()
            self.emit(WentOn())
            self.report()

    @property
    def paused(self) -> bool:
        """True from `pause()` to `go_on()`, or until it ends."""
        return self._paused and self.running

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
        try:
            if not _settle(self._future, timeout):
                raise TimeoutError(
                    f"The {self.name} is still going on after {timeout} s; run.wait() waits on."
                )
        except KeyboardInterrupt:
            self.cancel()
            _settle(self._future, 10)
            raise
        return self._outcome()

    def _outcome(self) -> T:
        try:
            return self._future.result(0)
        except concurrent.futures.CancelledError:
            raise RunError(f"The {self.name} was stopped; call it again to go on where it stopped.") from None

    def __await__(self) -> Generator[Any, None, T]:
        self._show()
        return self._awaited().__await__()

    async def _awaited(self) -> T:
        adopt_main_loop()
        try:
            waiter = asyncio.wrap_future(self._future)
            await asyncio.wait([waiter])
            if not waiter.cancelled():
                waiter.exception()  # taken, so that asyncio does not tell it as well; raised below
        except asyncio.CancelledError:
            self.cancel()  # whoever interrupts the waiting cell means the work
            raise
        return self._outcome()

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
            "paused"
            if self.paused
            else "running"
            if self.running
            else "stopped"
            if self.cancelled
            else "failed"
            if self.error
            else "done"
        )
        done = self.progress
        return f"<Run {self.name}: {state}, {done.documents_done} of {done.documents_total} documents, {done.api_calls} calls>"


adopt_main_loop()  # in a kernel: its loop, from import time
