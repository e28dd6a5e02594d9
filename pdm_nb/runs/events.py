"""What happens in a run, as small values in one stream that views, the log and tests share.

A `EventLog` keeps the last of them, so that one who comes late has not missed the beginning; the journal has all. It
knows no event loop: `aio.Run` hands it on to the main thread, ten times a second at most.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("pdm_nb.run")
KEPT = 10_000  # events for those who come late


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A document changed its state; `reason` and `message` where it was set aside."""

    document: int
    file: str
    state: str
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are in storage, of all that are to go there. Only the last of several in a row is kept."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """All calls wait for the service's limit, until then (Unix seconds, B12).

    `left`: seconds that the work still takes, None where nothing can be said.
    """

    until: float
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """Somebody paused the run; so many calls are still under way."""

    under_way: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the batch as a whole."""

    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An error ended the run."""

    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over: "done", "stopped" or "failed"."""

    how: str


RunEvent = StateChanged | Stored | Waiting | Paused | Resumed | Notice | Failed | Ended


class EventQueue:
    """Events that wait for somebody to take them."""

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
        """All that is there; waits for `timeout` seconds where nothing is."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), timeout)
            taken = list(self._events)
            self._events.clear()
            return taken

    def peek(self) -> list[RunEvent]:
        with self._changed:
            return list(self._events)


class EventLog:
    """The events of one run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept = EventQueue(KEPT)
        self._listeners: list[Callable[[RunEvent], object]] = []
        self._lock = threading.RLock()

    def emit(self, event: RunEvent) -> None:
        """Tell an event; from any thread."""
        with self._lock:  # so that all hear the same order
            self._kept.add(event)
            listeners = list(self._listeners)
            for listener in listeners:
                try:
                    listener(event)
                except Exception:  # who listens must not stop the work
                    log.exception("A listener failed")
        _write(self.name, event)

    def listen(self, listener: Callable[[RunEvent], object]) -> Callable[[], None]:
        """Call `listener` with what is kept, then with each event, on the thread that tells it.

        Answers what ends it.
        """
        with self._lock:
            for event in self._kept.peek():
                listener(event)
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def pile(self, most: int | None = None) -> tuple[EventQueue, Callable[[], None]]:
        """Events gathered from the beginning, as far as they are kept, and what ends the gathering.

        `most`: how many wait there at the most; the oldest are dropped.
        """
        pile = EventQueue(most)
        return pile, self.listen(pile.add)


def in_words(event: RunEvent) -> str:
    """A sentence for people; "" for what figures tell better."""
    match event:
        case StateChanged(
            file=file, state="held" | "failed" | "gone" | "unconfirmed" as state, message=message
        ):
            return f"{file} is {state}: {message}"
        case Waiting(left=left):
            return f"waiting for the service's limit{f', about {duration(left)} left' if left else ''}"
        case Paused(under_way=0):
            return "paused"
        case Paused(under_way=count):
            return f"pausing: {count} call{'s' if count > 1 else ''} still to end"
        case Resumed():
            return "it goes on"
        case Notice(message=message):
            return message
        case Failed(error=error, message=message):
            return f"ended by {error}: {message}"
        case Ended(how=how):
            return how
    return ""


def duration(seconds: float) -> str:
    """For people: 42 s, 10 min, 2.5 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _write(name: str, event: RunEvent) -> None:
    """The log `pdm_nb.run`: what people are told at INFO, each step of a document at DEBUG, no bytes."""
    if told := in_words(event):
        log.info("%s: %s", name, told)
    elif isinstance(event, StateChanged):
        log.debug("%s: %s is %s", name, event.file, event.state)
