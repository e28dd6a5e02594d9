"""`Run`: work that takes long, with its progress, pausing and stopping. The event loop is in `loop.py`."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable, Coroutine, Generator
from dataclasses import replace
from typing import Any, Generic, TypeVar

from ..errors import RunError
from .event_iterator import EventIterator
from .events import KEPT, Ended, EventLog, Failed, Paused, Resumed, RunEvent, Stored, Waiting
from .loop import Throttle, adopt_main_loop, in_kernel, settle, worker
from .pause_control import PauseControl
from .progress import Progress, RateMeter

T = TypeVar("T")


class Run(Generic[T]):
    """Work that takes long and runs in the background.

    `Batch.upload`, `watch`, `submit` and `resume` return one. In a notebook it is displayed as a progress board.

    Parameters
    ----------
    name : str
        What is shown, such as "upload".
    work : callable
        Takes the run and returns the coroutine that does the work.

    Attributes
    ----------
    name : str
        The name.
    progress : Progress
        The progress so far.

    Examples
    --------
    >>> run = batch.upload()  # doctest: +SKIP
    >>> run.pause()  # doctest: +SKIP
    >>> run.resume()  # doctest: +SKIP
    >>> table = run.wait()  # doctest: +SKIP
    """

    def __init__(self, name: str, work: Callable[[Run[T]], Coroutine[Any, Any, T]]) -> None:
        self.name = name
        self.progress = Progress()
        self.pause_control = PauseControl(
            lambda: self.emit(Paused(self.pause_control.under_way)), self._report_wait
        )
        self._paused = False
        self._wait_reported_until = 0.0  # the end of the last wait that was reported
        self._meter = RateMeter()
        self._log = EventLog(name)
        self._started = time.monotonic()
        self._ended: float | None = None
        self._views: list[Callable[[], object]] = []
        self._shown = False
        self._changed = Throttle(self._update_views)
        self._loop = worker()
        self._task: asyncio.Task[T] | None = None  # kept, since the loop has only a weak reference to it
        # Done when the task has ended, not when it was asked to end: by then the journal is written.
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
        self._changed.poke()  # so that views show the end

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
        """Change fields of `progress`; views are updated at most ten times a second."""
        end = self._ended if self._ended is not None else time.monotonic()
        before = self.progress
        now = replace(before, elapsed=end - self._started, **changes)
        self.progress = replace(now, rate=self._meter.rate(end, now.bytes_done))
        if (now.bytes_done, now.bytes_total) != (before.bytes_done, before.bytes_total):
            self.emit(Stored(now.bytes_done, now.bytes_total))
        self._changed.poke()

    def _report_wait(self, until: float) -> None:
        """Emit one event for each wait for the limit."""
        if until > self._wait_reported_until + 1:
            self._wait_reported_until = until
            self.emit(Waiting(until, self.progress.time_left))

    def emit(self, *events: RunEvent) -> None:
        """Add events to the log of the run; from any thread."""
        for event in events:
            self._log.emit(event)

    def _update_views(self) -> None:
        for view in list(self._views):
            view()

    # -- what people call
    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call a function after each change of the run.

        Parameters
        ----------
        callback : callable
            Called on the main thread, without arguments.

        Returns
        -------
        callable
            Ends the calls.
        """
        self._views.append(callback)
        return lambda: self._views.remove(callback) if callback in self._views else None

    def on_event(self, callback: Callable[[list[RunEvent]], object]) -> Callable[[], None]:
        """Call a function with new events, at most ten times a second.

        Parameters
        ----------
        callback : callable
            Called on the main thread with a list of events, first with those that happened before.

        Returns
        -------
        callable
            Ends the calls.
        """
        throttle = Throttle(lambda: (taken := queue.take()) and callback(taken))
        queue, stop_queue = self._log.queue(KEPT)
        stop_poke = self._log.listen(lambda _: throttle.poke())
        return lambda: (stop_queue(), stop_poke(), None)[-1]

    def events(self) -> EventIterator:
        """Return the events of the run, for `for` or `async for`.

        Returns
        -------
        EventIterator
            Yields events from the start of the run until it ends. If there are very many, only the last ten thousand
            of those before this call are included.

        Examples
        --------
        >>> for event in batch.upload().events():  # doctest: +SKIP
        ...     print(event)
        """
        return EventIterator(self._log)

    def pause(self) -> None:
        """Pause the run: calls under way end, and no new ones start until `resume`.

        The journal stays up to date. Can be called from any thread.
        """
        if self.running and not self._paused:
            self._paused = True
            self._loop.call_soon_threadsafe(self._close)

    def resume(self) -> None:
        """Resume the run after a pause. Can be called from any thread."""
        if self._paused:
            self._paused = False
            self._loop.call_soon_threadsafe(self._open)

    def _close(self) -> None:
        if self.running:
            self.pause_control.pause()
            self.emit(Paused(self.pause_control.under_way))
            self.report()

    def _open(self) -> None:
        if self.running:
            self.pause_control.resume()
            self.emit(Resumed())
            self.report()

    @property
    def paused(self) -> bool:
        """True between `pause` and `resume`, while the run has not ended."""
        return self._paused and self.running

    @property
    def running(self) -> bool:
        """True until the run has ended."""
        return not self._future.done()

    @property
    def cancelled(self) -> bool:
        """True if the run was stopped."""
        return self._future.cancelled()

    @property
    def error(self) -> BaseException | None:
        """The error that ended the run; None if it is running, succeeded or was stopped."""
        if self.running or self._future.cancelled():
            return None
        return self._future.exception()

    @property
    def result(self) -> T | None:
        """The result of the run; None if it has not succeeded."""
        return None if self.running or self.cancelled or self.error else self._future.result()

    def cancel(self) -> None:
        """Stop the run. What was done so far is in the journal.

        Returns at once: `running` stays true until the run has stopped. Can be called from any thread.
        """
        self._loop.call_soon_threadsafe(lambda: self._task and self._task.cancel())

    def wait(self, timeout: float | None = None) -> T:
        """Wait until the run has ended.

        In a cell or a task that is asynchronous, use `await run` instead.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        object
            The result; of the runs of a batch, the table of `Batch.status`.

        Raises
        ------
        RunError
            If the run was stopped.
        TimeoutError
            If it has not ended in time. It continues to run.
        Exception
            The error that ended the run.
        """
        self._show()
        try:
            if not settle(self._future, timeout):
                raise TimeoutError(
                    f"The {self.name} has not ended after {timeout} s. Call run.wait() again to wait longer."
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
            raise RunError(f"The {self.name} was stopped. Start it again to continue.") from None

    def __await__(self) -> Generator[Any, None, T]:
        self._show()
        return self._awaited().__await__()

    async def _awaited(self) -> T:
        adopt_main_loop()
        try:
            waiter = asyncio.wrap_future(self._future)
            await asyncio.wait([waiter])
            if not waiter.cancelled():
                waiter.exception()  # retrieved, so that asyncio does not log it as well; raised below
        except asyncio.CancelledError:
            self.cancel()  # an interrupt of the waiting cell is meant for the work
            raise
        return self._outcome()

    def _show(self) -> None:
        """Display the progress board once, if a notebook waits for the run (a displayed run has one already)."""
        if self._shown or not in_kernel():
            return
        from IPython.display import display

        display(self)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        # Loaded when it is shown, so that scripts need no widgets.
        from ..widgets.application.run_board import RunBoard

        self._shown = True
        return RunBoard(self)._repr_mimebundle_(**options)

    def _display_(self) -> Any:
        """What marimo shows: the board as a widget."""
        from ..widgets.application.run_board import RunBoard

        return RunBoard(self)

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
