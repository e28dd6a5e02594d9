"""The `Run` handle: work that takes long, its progress, pausing and stopping it. The loop it runs on is `loop`'s."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ..errors import RunError
from .event_iterator import EventIterator, RateMeter
from .events import KEPT, Ended, EventLog, Failed, Paused, Resumed, RunEvent, Stored, Waiting, duration
from .loop import Throttle, adopt_main_loop, in_kernel, settle, worker

T = TypeVar("T")


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


class PauseControl:
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
        self.door = PauseControl(lambda: self.emit(Paused(self.door.under_way)), self._waits)
        self._paused = False
        self._waits_until = 0.0  # the last wait for a limit that was told
        self._meter = RateMeter()
        self._stream = EventLog(name)
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

    def events(self) -> EventIterator:
        """What happens, one event after the other until the run ends, for `for` or `async for`.

        From the beginning: of a run with very many events, the last ten thousand before this call.
        """
        return EventIterator(self._stream)

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
            self.emit(Resumed())
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
            if not settle(self._future, timeout):
                raise TimeoutError(
                    f"The {self.name} is still going on after {timeout} s; run.wait() waits on."
                )
        except KeyboardInterrupt:
            self.cancel()
            settle(self._future, 10)
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
        from ..widgets.panels.run_board import (
            RunBoard,  # the one view that a handle of work has; loaded when it is shown
        )

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
