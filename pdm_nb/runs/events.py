"""The events of a run, as small values. Views, the Python log and tests all read them from one `EventLog`.

An `EventLog` keeps the most recent events, so that a listener that is added late gets the earlier ones too; the journal
has all of them. It knows nothing of event loops: `Run` passes events to the main thread, at most ten times a second.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..document_states import STATE_LABELS

log = logging.getLogger("pdm_nb.run")
KEPT = 10_000  # events for listeners that are added late


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A document changed its state; `reason` and `message` say why it was not processed."""

    document: int
    file: str
    state: str
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes stored so far, and in total. Of several such events in a row only the last is kept."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """All calls wait for the rate limit of the service.

    `until` is in Unix seconds (B12). `left` are the estimated seconds until the work is done, None if unknown.
    """

    until: float
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """The run was paused; `under_way` calls have not ended yet."""

    under_way: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The run was resumed after a pause."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about the batch as a whole."""

    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An error ended the run."""

    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The run has ended; `how` is "done", "stopped" or "failed"."""

    how: str


RunEvent = StateChanged | Stored | Waiting | Paused | Resumed | Notice | Failed | Ended


class EventQueue:
    """Events until they are taken. Threads may share it."""

    def __init__(self, most: int | None = None) -> None:
        self._events: deque[RunEvent] = deque(maxlen=most)
        self._changed = threading.Condition()

    def add(self, event: RunEvent) -> None:
        with self._changed:
            if isinstance(event, Stored) and self._events and isinstance(self._events[-1], Stored):
                self._events.pop()
            self._events.append(event)
            self._changed.notify_all()

    def take(self, timeout: float = 0.0) -> list[RunEvent]:
        """Return all events and remove them; wait for at most `timeout` seconds if there are none."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), timeout)
            taken = list(self._events)
            self._events.clear()
            return taken

    def peek(self) -> list[RunEvent]:
        with self._changed:
            return list(self._events)


class EventLog:
    """The events of one run. Threads may share it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept = EventQueue(KEPT)
        self._listeners: list[Callable[[RunEvent], object]] = []
        self._lock = threading.RLock()

    def emit(self, event: RunEvent) -> None:
        """Add an event and call the listeners."""
        with self._lock:  # so that all listeners get the same order
            self._kept.add(event)
            listeners = list(self._listeners)
            for listener in listeners:
                try:
                    listener(event)
                except Exception:  # a listener must not stop the work
                    log.exception("A listener failed")
        _write(self.name, event)

    def listen(self, listener: Callable[[RunEvent], object]) -> Callable[[], None]:
        """Call `listener` with the events so far and with each new one, on the thread that emits it.

        Returns a function that ends it.
        """
        with self._lock:
            for event in self._kept.peek():
                listener(event)
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def queue(self, most: int | None = None) -> tuple[EventQueue, Callable[[], None]]:
        """Return a queue that gets all events, those so far too, and a function that ends it.

        If there are more than `most` events in the queue, the oldest are dropped.
        """
        queue = EventQueue(most)
        return queue, self.listen(queue.add)


def in_words(event: RunEvent) -> str:
    """Return a sentence for people; "" for an event that figures show better."""
    match event:
        case StateChanged(
            file=file, state="held" | "failed" | "gone" | "unconfirmed" as state, message=message
        ):
            return f"{file} is {STATE_LABELS[state]}: {message}"
        case Waiting(left=left):
            return f"waiting for the rate limit{f', about {duration(left)} left' if left else ''}"
        case Paused(under_way=0):
            return "paused"
        case Paused(under_way=count):
            return f"pausing: {count} call{'s' if count > 1 else ''} still under way"
        case Resumed():
            return "resumed"
        case Notice(message=message):
            return message
        case Failed(error=error, message=message):
            return f"failed: {message} ({error})"
        case Ended(how=how):
            return how
    return ""


def duration(seconds: float) -> str:
    """Return a duration as people write it: 42 s, 10 min, 2.5 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _write(name: str, event: RunEvent) -> None:
    """Write to the log `pdm_nb.run`: messages for people at INFO, other steps of documents at DEBUG, no byte counts."""
    if text := in_words(event):
        log.info("%s: %s", name, text)
    elif isinstance(event, StateChanged):
        log.debug("%s: %s is %s", name, event.file, STATE_LABELS.get(event.state, event.state))
