"""Brings the local store up to date with the service (B62, B68, B69).

How this works, for a first look and for any other:

    list of ids, or of those that changed ──► ids that are due ──► their rows by `selected_revisions`, 100 a call ──► store

Lists of ids have 5,000 on a page, are never masked, and do not shift while rows are read, so reading can stop at any
point: what was read is stored, and what is due is read next time. After the first look, only ids that changed since the
greatest `updated_at` seen are listed, and the number of ids is compared. If it differs, all ids are listed, which finds
what is no longer there. Each week every row is read again, since the service does not promise more (B69).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ...api.paged_lists import WALKS
from ...api.permissions import RECYCLE_BIN, REVISION_LIST, is_not_connected, note_refusal
from ...api.protocol.requests import BATCH, ID_PAGE, Scope
from ...batch.execution.tasks import gather_first_error
from ...errors import AccessError, InvalidError, NotFoundError
from ...rules.values.text import quantity
from .garbage_collection import fewer_collections
from .revision_store import PRESENT, RevisionStore
from .row_encoder import NOT_LISTED, RECYCLED, UNREAD

if TYPE_CHECKING:
    from ...api.client import Client

FAR = "2999-01-01T00:00:00Z"  # a range needs both ends (B62)
INDEX_LAG = 300.0  # seconds by which the list may lag behind: changes within them are listed again
IDS_AFTER, ROWS_AFTER = 86_400.0, 7 * 86_400.0  # seconds after which all ids are listed, all rows read again
PARALLEL = 4  # calls under way
Report = Callable[..., object]


class NoRevisionList(Exception):
    """The service does not offer the list of revisions; `status` is that of its refusal (B62)."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class RevisionSync:
    """Updates one store. `known_ids` returns ids that journals know, used if the list is refused."""

    client: Client
    scope: Scope
    store: RevisionStore
    known_ids: Callable[[], Sequence[str]] = tuple
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _notes: list[str] = field(default_factory=list)  # of the present sync
    _disappeared: bool = False  # ids that the list had before

    def now(self) -> float:
        return self.client.clock.now()

    async def sync(
        self,
        *,
        full: bool = False,
        most: int | None = None,
        bin_: bool = False,
        report: Report = lambda **_: None,
    ) -> None:
        """Bring the store up to date.

        `full`: read every row again; `most`: read at most so many rows; `bin_`: read the recycle bin also if no id
        disappeared. Raises `NoRevisionList` if the list is refused and no id is known.
        """
        async with self._lock:
            started = self.now()
            self._notes, self._disappeared = [], False
            try:
                due = await self._due(full, started)
            except NoRevisionList as refused:
                due = self._without_list(refused)
            await self._read(due if most is None else due[:most], report)
            if bin_ or self._disappeared:
                await self._read_bin(started)
            self._finish(started)

    def _finish(self, started: float) -> None:
        facts: dict[str, Any] = {"synced_at": self.now(), "notes": self._notes}
        pass_at = self.store.fact("pass_at")
        if pass_at and not self.store.due_ids(pass_at):
            facts |= {"full_at": pass_at, "pass_at": None, "begun_at": self.store.fact("begun_at", pass_at)}
        # A change that was made while rows were read must not be missed, so no later than the start.
        facts["updated_to"] = min(self.store.greatest_update() or FAR, _iso(started - INDEX_LAG))
        self.store.set_facts(**facts)

    # -- which ids are due
    async def _due(self, full: bool, started: float) -> list[str]:
        """Return the ids whose rows are to be read, after the ids were listed."""
        last, updated_to = self.store.fact("full_at"), self.store.fact("updated_to")
        few = self.store.count() <= BATCH  # then reading all of them is one call, too
        begins = full or few or not updated_to or (last is not None and started - last > ROWS_AFTER)
        changed = [] if begins else await self._changed_since(updated_to)
        self.store.add_ids(changed)
        await self._compare_ids(begins, started)
        if begins:
            self.store.set_facts(pass_at=started, updated_to=_iso(started - INDEX_LAG))
        due = self.store.due_ids(self.store.fact("pass_at") or 0.0)
        return list(dict.fromkeys([*changed, *due]))

    async def _changed_since(self, moment: str) -> list[str]:
        try:
            return (await self._ids({"updated_at": f"{moment}...{FAR}"}))[0]
        except InvalidError as error:
            self._notes.append(
                f"The service refused to list changes ({error.status}), so only new and missing revisions are found. "
                "project.sync_revisions(full=True) reads all rows again."
            )
            return []

    async def _compare_ids(self, all_of_them: bool, started: float) -> None:
        """List all ids, unless their number shows that none disappeared."""
        known = self.store.count(*PRESENT)
        recent = started - (self.store.fact("ids_at") or 0.0) < IDS_AFTER
        if not all_of_them and known > ID_PAGE and recent:
            total = await self._total()
            if total is not None and total < known:  # the recycle bin may explain it in fewer calls
                await self._read_bin(started)
                known = self.store.count(*PRESENT)
            if total == known:
                return
        listed, is_whole = await self._ids()
        self.store.add_ids(listed)
        found = set(listed)
        if not is_whole:
            self._notes.append("The list of revisions ended before all of them were read.")
            return
        missing = self.store.present_ids() - found
        self._disappeared = bool(missing)
        self.store.set_state(missing, NOT_LISTED, started)
        back = found.intersection([*self.store.ids_in(NOT_LISTED), *self.store.ids_in(RECYCLED)])
        await self._read(sorted(back), lambda **_: None)  # restored, or shown again
        self.store.set_facts(ids_at=started)

    async def _ids(self, filters: Mapping[str, str] | None = None) -> tuple[list[str], bool]:
        """List ids; also return whether the list was read to its end. Raises `NoRevisionList` if it is refused (B71)."""
        memory = self.client.memory(self.scope)
        if memory.refused(REVISION_LIST):
            raise NoRevisionList(memory.refusal(REVISION_LIST))
        found: list[str] = []
        try:
            for _ in range(WALKS):
                pages = self.client.revision_ids(self.scope, filters)
                found = [id_ async for page in pages for id_ in page]
                if pages.is_whole or pages.total is None:
                    break
        except (AccessError, NotFoundError, InvalidError) as error:
            if is_not_connected(error) or (filters and isinstance(error, InvalidError)):
                raise
            note_refusal(memory, REVISION_LIST, error)
            raise NoRevisionList(error.status) from None
        memory.clear_refusal(REVISION_LIST)
        return found, pages.is_whole and not pages.malformed

    async def _total(self) -> int | None:
        """Return how many ids the list has, from one small page."""
        pages = self.client.revision_ids(self.scope, per_page=1, most=1)
        async for _ in pages:
            pass
        return pages.total

    def _without_list(self, refused: NoRevisionList) -> list[str]:
        """Return the ids that journals know, and those that were read before."""
        self.store.add_ids(list(self.known_ids()))
        due = [id_ for state in PRESENT for id_ in self.store.ids_in(state)]
        if not due:
            raise refused
        self._notes.append(
            f"The service does not offer the list of revisions ({refused.status}). Only revisions that journals know, or "
            "that were read before, are shown."
        )
        return due

    # -- rows
    async def listed(self, filters: Mapping[str, str]) -> list[str]:
        """Return the ids that the service lists for these filters, after reading those rows that are not stored."""
        async with self._lock:
            found, _ = await self._ids(filters)
            self.store.add_ids(found)
            unread = set(self.store.ids_in(UNREAD))
            await self._read([id_ for id_ in found if id_ in unread], lambda **_: None)
            return found

    async def read(self, ids: Sequence[str]) -> None:
        """Read these revisions now. Ids that the service does not return are not stored, unless they were known."""
        async with self._lock:
            await self._read(ids, lambda **_: None)

    async def _read(self, ids: Sequence[str], report: Report) -> None:
        """Read rows, some calls at a time; each page is stored at once."""
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        report(documents_done=0, documents_total=len(ids), note=f"reading {len(ids):,} revisions")
        for start in range(0, len(batches), PARALLEL):
            some = batches[start : start + PARALLEL]
            with fewer_collections():
                await gather_first_error(*map(self._read_batch, some))
            report(documents_done=min(len(ids), (start + len(some)) * BATCH), documents_total=len(ids))

    async def _read_batch(self, ids: Sequence[str]) -> None:
        now, found = self.now(), set[str]()
        for _ in range(2):  # B26: what a response leaves out is requested once more
            if missing := [id_ for id_ in ids if id_ not in found]:
                rows = await self.client.read_revisions(self.scope, missing)
                found |= {
                    row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)
                }
                self._put(rows)
        in_bin = {
            row.id for row in self.store.rows(ids=ids, states=(RECYCLED,))
        }  # the index may still list them
        self.store.set_state([id_ for id_ in ids if id_ not in found | in_bin], NOT_LISTED, now)

    def _put(self, rows: Sequence[Any], *, recycled: bool = False) -> None:
        """Store rows; those that are malformed are reported and left as they are."""
        _, faults = self.store.put(rows, self.now(), recycled=recycled)
        for fault in faults:
            self.client.notices.add(self.scope.documents("2.0", ""), fault)
        if faults:
            self._notes.append(
                f"{quantity(len(faults), 'row')} could not be read; project.notices lists them."
            )

    # -- the recycle bin
    async def _read_bin(self, started: float) -> None:
        """Read what was recycled since the last time (B62)."""
        memory, since = self.client.memory(self.scope), self.store.fact("recycled_to")
        refused = (
            "The recycle bin is not open to this account, so recycled revisions count as no longer listed."
        )
        if memory.refused(RECYCLE_BIN):
            self._notes.append(refused)
            return
        filters = {"recycled_at": f"{since}...{FAR}"} if since else None
        try:
            async for page in self.client.recycled_revisions(self.scope, filters):
                self._put(page, recycled=True)
        except (AccessError, NotFoundError, InvalidError) as error:
            if is_not_connected(error):
                raise
            note_refusal(memory, RECYCLE_BIN, error)
            self._notes.append(refused)
            return
        memory.note_reading("recycle_bin", "offered")
        self.store.set_facts(recycled_to=_iso(started - INDEX_LAG))


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
