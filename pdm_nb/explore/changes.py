"""What changed in a project: what the local store recorded, and what rows show of the time before it (B69)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pandas as pd

from .. import frames
from ..frames import MOMENT, TEXT, WHOLE
from .revision_frame import RevisionFrame
from .store.revision_source import RevisionSource
from .store.revision_store import RevisionStore
from .store.row_encoder import NOT_LISTED, RECYCLED, VISIBLE, StoredRow

COLUMNS = {
    "at": MOMENT, "id": TEXT, "name": TEXT, "version": WHOLE, "what": TEXT, "field": TEXT, "before": TEXT, "after": TEXT,
    "by": TEXT, "note": TEXT,
}  # fmt: skip
NOTES = {
    "not listed": "The service lists it no longer: it may be recycled, hidden from this account, or not indexed yet.",
    "hidden": "This account is no longer allowed to see it.",
    "shown": "This account may see it again.",
}
UNKNOWN = "What changed is not known: it changed before the project was read the first time."


class Change(NamedTuple):
    """One change of a revision; `at` is ISO 8601."""

    at: str
    id: str
    what: str
    field: str | None = None
    before: str | None = None
    after: str | None = None
    note: str = ""


def listed(source: RevisionSource, since: pd.Timestamp | None) -> RevisionFrame:
    """Return the changes since a moment, the newest first."""
    store = source.store
    first = since.isoformat() if since is not None else ""
    rows = {row.id: row for row in store.rows()}
    recorded = list(_recorded(store, rows))
    found = [*recorded, *_before_the_store(store, rows, recorded, first)] if since is not None else recorded
    found += [one for new in found if new.what == "new" for one in _superseded(store, rows, new)]
    table = frames.frame(COLUMNS, [_cells(store, rows, one) for one in found])
    if since is not None:
        table = table[table["at"] >= since]
    table = RevisionFrame(table.sort_values("at", ascending=False, kind="stable").reset_index(drop=True))
    table.attrs["freshness"] = f"{source.freshness}{_begun(store)}"
    return table


def _begun(store: RevisionStore) -> str:
    at = store.fact("begun_at")
    return f" Changes are recorded since {_iso(at)[:16].replace('T', ' ')} UTC." if at else ""


def _recorded(store: RevisionStore, rows: dict[str, StoredRow]) -> Iterator[Change]:
    for noticed, id_, what, field, before, after, happened in store.changes():
        at = happened or _iso(noticed)
        if what == "recycled" and id_ in rows:
            at = store.names.text_of(rows[id_], "recycled_at") or at
        if what == "not listed" and id_ in rows and rows[id_].state == RECYCLED:
            continue  # by now it is known what became of it
        yield Change(at, id_, what, field, before, after, NOTES.get(what, ""))


def _before_the_store(
    store: RevisionStore, rows: dict[str, StoredRow], recorded: list[Change], first: str
) -> Iterator[Change]:
    """Yield what the rows themselves show of the time before they were read first."""
    known = {(one.id, one.what) for one in recorded}
    for row in rows.values():
        if row.state == RECYCLED and (row.id, "recycled") not in known:
            if at := store.names.text_of(row, "recycled_at"):
                yield Change(at, row.id, "recycled")
        elif row.state not in (VISIBLE, NOT_LISTED):
            continue
        elif (row.created_at or "") >= first[:19] and (row.id, "new") not in known:
            yield Change(row.created_at or "", row.id, "new")
        elif (row.updated_at or "") >= first[:19] and not {(row.id, "changed"), (row.id, "new")} & known:
            yield Change(row.updated_at or "", row.id, "changed", note=UNKNOWN)


def _superseded(store: RevisionStore, rows: dict[str, StoredRow], new: Change) -> Iterator[Change]:
    """Yield the version that a new one replaces as the latest; the service does not change its row (B69)."""
    row = rows.get(new.id)
    if row is None or not row.container_id or not row.version:
        return
    earlier = [
        one for one in store.rows(container=row.container_id) if one.version and one.version < row.version
    ]
    if earlier:
        latest = max(earlier, key=lambda one: one.version or 0)
        yield Change(new.at, latest.id, "superseded", after=row.id, note=f"By version {row.version}.")


def _cells(store: RevisionStore, rows: dict[str, StoredRow], one: Change) -> tuple[Any, ...]:
    row = rows.get(one.id) or StoredRow.unknown(one.id)
    by = store.names.text_of(row, "recycled_by" if one.what == "recycled" else "updated_by")
    is_last = one.at in (
        row.updated_at,
        store.names.text_of(row, "recycled_at"),
    )  # of earlier changes it is not known
    return (
        one.at, one.id, store.names.text_of(row, "name") or None, row.version, one.what, one.field, one.before, one.after,
        by if is_last and by and one.what != "superseded" else None, one.note,
    )  # fmt: skip


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
