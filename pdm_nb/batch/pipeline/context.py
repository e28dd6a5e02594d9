"""What the three kinds of work (uploading, watching, submitting) share: client, journal, figures, seeing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ...api.limits.call_queue import is_paused
from ...api.protocol.requests import BATCH, Scope, Termination
from ...errors import NotFoundError, ServerError, ServiceError
from ...model import Cell, Document, Upload
from ...runs.events import RunEvent
from ..journal.cells import SAID, UNSET
from ..journal.journal import Journal, Step
from ..journal.states import Event, State
from .computed_names import ComputedNames
from .service_cells import ServiceCells
from .time_left import TimeLeft
from .workflows import Statuses, note_fields

if TYPE_CHECKING:
    from ...api.client import Client

T = TypeVar("T")
BEAT = 1.0  # seconds
WAYS = ("listSelectedUploads", "listDocumentUploads")  # to look at uploads, the cheapest first
BY_LIST = 1  # the second of them
MALFORMED = "ANSWER_SHAPE"  # reason of an error: the response has another shape than is documented
NOT_VISIBLE = "UPLOAD_NOT_VISIBLE"  # reason: `show` returned 404, and not that the upload is gone (B16, B51)
HIDDEN = (
    "The upload is not visible to this account, so its state is not known. Look for it in Procore, or ask a project "
    "administrator for access to it."
)
NOT_OFFERED = (404, 405, 501)  # of a list: it is not offered in every environment


@dataclass
class Context:
    """One run's tools. `report` takes figures of `aio.Progress`, `emit` events."""

    client: Client
    scope: Scope
    journal: Journal
    report: Callable[..., None]
    parallel: int = 16  # files at work at once, whose hashing, calls and parts take turns
    connections: int | None = None  # to storage, at most; None: what `width.py` allows
    cluster: Any = None  # a distributed.Client whose workers hash and send; None: this process's threads do
    terminations: Mapping[int, Termination] = field(
        default_factory=dict
    )  # by document, those asked for (B48)
    emit: Callable[[RunEvent], None] = lambda event: None
    status: str = ""  # id of the field `status`, which a workflow may control (B52)
    statuses: Statuses = field(default_factory=Statuses)
    cells: ServiceCells = field(default_factory=ServiceCells)
    names: ComputedNames = field(default_factory=ComputedNames)
    _calls: int = field(init=False)
    _puts: int = field(init=False)
    _way: int = 0  # the way of `WAYS` by which uploads were last looked at; after them, one by one
    _figures: dict[str, Any] = field(default_factory=dict)
    _outlook: TimeLeft = field(default_factory=TimeLeft)
    _made: int = 0  # calls before the present kind of work

    def __post_init__(self) -> None:
        self._calls, self._puts = self.client.calls.total(), self.client.storage_puts

    def tell(self, **figures: Any) -> None:
        """Report figures, with the calls of this run."""
        self._figures |= figures
        self.report(
            api_calls=self.client.calls.total() - self._calls,
            storage_puts=self.client.storage_puts - self._puts,
            **figures,
        )

    def begin(self, note: str, *, least: float = 0.0, **figures: Any) -> None:
        """A kind of work begins; `expect` then says how many calls it still needs. `least`: as in `TimeLeft`."""
        self._outlook, self._made = TimeLeft(least=least), self.client.calls.total()
        self.tell(note=note, **figures)

    def expect(self, calls: float) -> None:
        """So many calls are still to be made, at the least."""
        self._outlook.needed = calls

    @contextlib.asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell every second how it stands, also where nothing moves: nobody shall wait without knowing for what."""
        beat = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beat.cancel()
            self.tell(waiting_until=None, time_left=None)

    async def _beat(self) -> None:
        now = self.client.clock.now
        while True:
            await asyncio.sleep(BEAT)  # for those who look on: not by the clock that calls are paced by
            held = is_paused()
            until = None if held else self.client.call_queue.waits_until(bulk=True)
            made = self.client.calls.total() - self._made
            stored = [self._figures.get(name, 0) for name in ("bytes_done", "bytes_total")]
            self._outlook.follow(0.0 if until or held else BEAT, made, *stored)
            left = self._outlook.time_left(lambda needed: self.client.rate_limit.time_for(needed, now()))
            waiting = until is not None and until - now() >= BEAT
            self.tell(waiting_until=until if waiting else None, time_left=None if held else left)

    def documents(self, ids: Iterable[int], *states: State) -> list[Document]:
        """Those of `ids` that are in one of `states`, as they stand now."""
        found = (self.journal.documents[id_] for id_ in ids)
        return [document for document in found if document.state in states]

    def note(self, ids: Iterable[int], event: Event, **facts: Any) -> None:
        self.journal.note([Step(id_, event, facts) for id_ in ids])

    def hold(self, id_: int, reason: str, message: str) -> None:
        self.note([id_], Event.HOLD, reason=reason, message=message)

    def to_send(self, id_: int) -> list[tuple[str, Cell]]:
        """The analyst's cells that the service has not got yet: (field id, cell).

        A field that the project does not have any more is refused by the service, so its cell is kept and not sent.
        """
        known = self.cells.fields
        return [(f, cell) for f, cell in self.journal.unsent(id_) if f in known or not known]

    async def selected(self, documents: Sequence[Document]) -> dict[str, Upload]:
        """The uploads of at most 100 documents that can be seen, by id."""
        return {id_: row async for _, seen in self.looks(documents) for id_, row in seen.items()}

    async def looks(
        self, documents: Sequence[Document]
    ) -> AsyncIterator[tuple[Sequence[Document], dict[str, Upload]]]:
        """A hundred documents after the other, each with those of their uploads that can be seen, by id.

        Where there is nothing but the list of all uploads, it is read once for all of them.
        """
        listed: dict[str, Upload] | None = None
        wanted = {document.upload_id for document in documents}
        for chunk in batches(documents):
            ids = [document.upload_id for document in chunk if document.upload_id]
            seen = listed
            if seen is None:
                seen = {row.id: row for row in (await self._look_at(ids) if ids else ()) if row.id in wanted}
                listed = seen if self._way == BY_LIST else None
            yield chunk, {id_: seen[id_] for id_ in ids if id_ in seen}

    async def _look_at(self, ids: Sequence[str]) -> list[Upload]:
        """By the cheapest way that is offered here; what was refused is remembered for a day (B71)."""
        ways = (
            lambda: self.client.list_selected_uploads(self.scope, ids),
            lambda: self.client.list_document_uploads(self.scope),
        )
        memory, refused = self.client.memory(self.scope), dict[str, int | None]()
        rows: list[Upload] = []
        for number in range(self._way, len(ways)):
            self._way = number
            if memory.refused(WAYS[number]):
                continue
            try:
                rows = await ways[number]()
                break
            except ServiceError as error:
                if error.status not in NOT_OFFERED:
                    raise
                refused[WAYS[number]] = error.status
        else:
            self._way = len(ways)
            rows = await self._show_each(ids)
        for operation, status in refused.items():  # only now: another call shows that the project is there
            memory.note_refusal(operation, status)
        return rows

    async def _show_each(self, ids: Sequence[str]) -> list[Upload]:
        """Return those that can be seen (B50, B51); raise if nothing shows that the project itself is still there."""
        rows: list[Upload] = []
        hidden: list[NotFoundError] = []
        for id_ in ids:
            try:
                rows.append(await self.client.show_document_upload(self.scope, id_))
            except NotFoundError as error:
                hidden += [] if is_gone(error) else [error]
        if hidden and len(hidden) == len(ids):
            raise hidden[0]
        return rows

    async def look_again(self, document: Document, *, doubted: bool = False) -> Upload | None:
        """Show an upload that a response left out, which may mean many things (B26, B50, B51).

        Parameters
        ----------
        document : Document
            The document of the upload.
        doubted : bool
            True after a submit that may have consumed the upload: then it is not held if it is not visible.

        Returns
        -------
        Upload | None
            None if it cannot be read, or is not visible to this account: the document is held.

        Raises
        ------
        NotFoundError
            If the service reports that there is no such upload, or, if `doubted`, that it is not visible.
        """
        try:
            return await self.client.show_document_upload(self.scope, document.upload_id or "")
        except NotFoundError as error:
            if doubted or is_gone(error):
                raise
            self.hold(document.id, NOT_VISIBLE, HIDDEN)
            return None
        except ServerError as error:
            if error.reason != MALFORMED:
                raise
            self.hold(document.id, MALFORMED, f"{error}. Look at the document in Procore.")
            return None

    def see(self, document: Document, upload: Upload, event: Event | None = None, **facts: Any) -> None:
        """Write down what the service reported of an upload."""
        note_fields(self.journal, upload)
        self.names.see(upload)
        cells = [(document.id, id_, cell) for id_, cell in self.cells.held(upload).items()]
        self.journal.see_cells(
            item for item in cells if item[2] != UNSET or self.journal.theirs(document.id, item[1])
        )
        said = [(document.id, id_, cell) for id_, cell in self.cells.suggested(upload)]
        self.journal.see_cells(said, SAID)
        # An empty `ml` is the mark of a document that is not linked yet; if the service reports none, it is unknown.
        ml = upload.ml or "unknown"
        seen = {"event_id": upload.latest_event_id, "ml": ml, "scraping": upload.scraping} | facts
        now = self.journal.documents[document.id]
        if event is not None or any(getattr(now, key) != value for key, value in seen.items()):
            self.journal.note([Step(document.id, event, seen)])


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def halves(items: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(items) // 2
    return items[:middle], items[middle:]


def is_gone(error: NotFoundError) -> bool:
    """Return True if the service reports that an upload was deleted or consumed, not only that it is not visible.

    Any other 404 may mean that the caller may not see the upload (B16, B47, B50, B51).
    """
    return error.status == 410 or error.reason == "UPLOAD_NOT_FOUND"


def reason_of(error: ServiceError) -> str:
    return error.reason or (f"HTTP_{error.status}" if error.status else type(error).__name__)


def is_outage(error: ServiceError) -> bool:
    """True where the service as a whole is not there (B13), whichever document was being worked on."""
    return error.status in (502, 503, 504)


async def gather_first_error(*work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
    """Run side by side; the first error stops the others and is raised by itself, without a group around it."""
    first: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)  # type: ignore[arg-type]
    except* Exception as errors:  # noqa: BLE001 - raised again below
        first = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if first is not None:
        raise first  # outside of the except, else a notebook shows the group as its context
