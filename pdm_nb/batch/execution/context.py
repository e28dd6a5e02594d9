"""The context of one run: what uploading, watching and submitting share.

A run gets one `Context`. Its steps use it to make calls, to write to the journal and to report figures. It knows
nothing about the steps themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...api.limits.call_queue import is_paused
from ...api.protocol.requests import Scope, Termination
from ...model import Cell, Document
from ...runs.events import RunEvent
from ..journal.journal import Journal, Step
from ..journal.states import Event, State
from ..remote.computed_names import ComputedNames
from ..remote.service_cells import ServiceCells
from .time_left import TimeLeft

if TYPE_CHECKING:
    from ...api.client import Client

REPORT_EVERY = 1.0  # seconds
ENOUGH = 3  # documents whose status was refused, before no more are sent in a run (B71)


@dataclass
class StatusResults:
    """How many statuses that were sent in a run were refused, and whether one was accepted."""

    refused: int = 0
    has_accepted: bool = False

    @property
    def are_refused(self) -> bool:
        return self.refused >= ENOUGH and not self.has_accepted


@dataclass
class Context:
    """What the steps of one run share. `on_report` takes figures of `Progress`, `emit` events."""

    client: Client
    scope: Scope
    journal: Journal
    on_report: Callable[..., None]
    parallel: int = 16  # files in progress at once; their hashing, calls and parts take turns
    connections: int | None = None  # to storage, at most; None: what `transfer/concurrency.py` allows
    cluster: Any = None  # a distributed.Client whose workers hash and send; None: threads of this process
    terminations: Mapping[int, Termination] = field(default_factory=dict)  # requested ones, by document (B48)
    emit: Callable[[RunEvent], None] = lambda event: None
    status: str = ""  # id of the field `status`, which a workflow may control (B52)
    statuses: StatusResults = field(default_factory=StatusResults)
    cells: ServiceCells = field(default_factory=ServiceCells)
    names: ComputedNames = field(default_factory=ComputedNames)
    list_method: int = (
        0  # which method of `fetch_uploads.METHODS` worked last; after them, one call an upload
    )
    _calls: int = field(init=False)
    _puts: int = field(init=False)
    _figures: dict[str, Any] = field(default_factory=dict)
    _time_left: TimeLeft = field(default_factory=TimeLeft)
    _calls_before: int = 0  # calls before the present step

    def __post_init__(self) -> None:
        self._calls, self._puts = self.client.calls.total(), self.client.storage_puts

    def report(self, **figures: Any) -> None:
        """Report figures, with the number of calls of this run."""
        self._figures |= figures
        self.on_report(
            api_calls=self.client.calls.total() - self._calls,
            storage_puts=self.client.storage_puts - self._puts,
            **figures,
        )

    def begin(self, note: str, *, least: float = 0.0, **figures: Any) -> None:
        """Begin a step. `expect` then sets how many calls it still needs. `least`: as in `TimeLeft`."""
        self._time_left, self._calls_before = TimeLeft(least=least), self.client.calls.total()
        self.report(note=note, **figures)

    def expect(self, calls: float) -> None:
        """Set how many calls are still needed, at the least."""
        self._time_left.needed = calls

    @contextlib.asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Report every second, also if nothing happens, so that people see what is waited for."""
        task = asyncio.create_task(self._report_regularly())
        try:
            yield
        finally:
            task.cancel()
            self.report(waiting_until=None, time_left=None)

    async def _report_regularly(self) -> None:
        now = self.client.clock.now
        while True:
            await asyncio.sleep(REPORT_EVERY)  # real time for people, not the clock that paces calls
            paused = is_paused()
            until = None if paused else self.client.call_queue.waits_until(bulk=True)
            made = self.client.calls.total() - self._calls_before
            stored = [self._figures.get(name, 0) for name in ("bytes_done", "bytes_total")]
            self._time_left.follow(0.0 if until or paused else REPORT_EVERY, made, *stored)
            left = self._time_left.time_left(lambda needed: self.client.rate_limit.time_for(needed, now()))
            waiting = until is not None and until - now() >= REPORT_EVERY
            self.report(waiting_until=until if waiting else None, time_left=None if paused else left)

    def documents(self, ids: Iterable[int], *states: State) -> list[Document]:
        """Return those documents that are in one of `states` now."""
        found = (self.journal.documents[id_] for id_ in ids)
        return [document for document in found if document.state in states]

    def ids(self, ids: Iterable[int], *states: State) -> list[int]:
        """Return the ids of those documents that are in one of `states` now."""
        return [document.id for document in self.documents(ids, *states)]

    def note(self, ids: Iterable[int], event: Event, **facts: Any) -> None:
        self.journal.note([Step(id_, event, facts) for id_ in ids])

    def hold(self, id_: int, reason: str, message: str) -> None:
        self.note([id_], Event.HOLD, reason=reason, message=message)

    def unsent(self, id_: int) -> list[tuple[str, Cell]]:
        """Return the analyst's cells that still have to be sent: (field id, cell).

        The service refuses a field that the project no longer has, so such a cell is kept and not sent.
        """
        known = self.cells.fields
        return [(f, cell) for f, cell in self.journal.unsent(id_) if f in known or not known]
