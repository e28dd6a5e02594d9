"""What `project.revisions` selects: conditions that the service evaluates, and the same ones applied to stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pandas as pd

from ..batch.remote.configuration import Configuration
from ..errors import InputError, InvalidError
from ..model import FieldType
from ..rules.values.normalize import ignore_case
from ..rules.values.text import quantity
from ..runs.loop import run
from .revision_frame import RevisionFrame, build, matching
from .store.revision_source import RevisionSource
from .store.revision_store import RevisionStore
from .store.revision_sync import FAR, NoRevisionList
from .store.row_encoder import MASKED, NOT_LISTED, RECYCLED, UNREAD, VISIBLE, StoredRow

LISTED = (VISIBLE, MASKED, UNREAD, NOT_LISTED)
LATEST = {"document_collection_index_type": "latest_revisions"}
MOST_LISTS = 20  # lists that are read for one query; with more, all revisions are read instead


@dataclass(frozen=True, slots=True)
class RevisionCondition:
    """The conditions of one look; see `ProjectExplorer.revisions`."""

    where: Mapping[str, Any] = field(default_factory=dict)
    updated_since: pd.Timestamp | None = None
    container: str = ""
    latest: bool = False
    recycled: bool = False

    @property
    def is_selective(self) -> bool:
        """True if the service may find few revisions for it."""
        return bool(self.where or self.container or self.updated_since is not None or self.latest)


def service_filters(
    query: RevisionCondition, configuration: Configuration, store: RevisionStore
) -> list[dict[str, str]]:
    """Return the filters that the service has for a query (B62); the rows of each are wanted. Empty if it has none.

    Several values of a field are one filter each: a list of them is documented for containers only. Texts are compared
    here, since it is not documented whether case matters.
    """
    fixed: dict[str, str] = {}
    if query.container:
        fixed["document_container_id"] = query.container
    if query.updated_since is not None:
        fixed["updated_at"] = f"{query.updated_since.strftime('%Y-%m-%dT%H:%M:%S.000Z')}...{FAR}"
    if query.latest and (collection := _collection(store)):
        fixed |= LATEST | {"document_collection_id": collection}
    several = [
        [(name, id_) for id_ in ids]
        for name, value in query.where.items()
        if (ids := _value_ids(configuration, name, value))
    ]
    found = [fixed | dict(some) for some in product(*several)]
    return found if any(found) and len(found) <= MOST_LISTS else []


def _collection(store: RevisionStore) -> str:
    """Return the id of the collection of all documents, as a stored row has it; "" if there is no row."""
    with store.lock:
        found = store.db.execute(
            "SELECT collection_id FROM revision WHERE collection_id IS NOT NULL LIMIT 1"
        ).fetchone()
    return str(found[0]) if found else ""


def _value_ids(configuration: Configuration, name: str, value: Any) -> list[str]:
    """Return the ids of the values of a list that a condition names; empty if the service cannot evaluate it."""
    try:
        item = configuration.field(name)
    except InputError:  # a system field
        return []
    lookup = configuration.lookups.get(item.id)
    several = [value] if isinstance(value, str) else value
    if lookup is None or item.type not in (FieldType.LOV_ENTRY, FieldType.REFERENCE):
        return []
    if not isinstance(several, list | tuple | set | frozenset) or not all(
        isinstance(one, str) for one in several
    ):
        return []
    wanted = {ignore_case(one) for one in several}
    found = [
        one for one in lookup.values if wanted & {ignore_case(text) for text in (one.id, one.code, one.label)}
    ]
    return [one.id for one in found]


def listed(source: RevisionSource, filters: Sequence[Mapping[str, str]]) -> set[str] | None:
    """Return the ids that the service lists; None if all revisions have to be read for it."""
    try:
        return {id_ for one in filters for id_ in run(source.sync.listed(one))} if filters else None
    except (NoRevisionList, InvalidError):
        return None


def select(source: RevisionSource, query: RevisionCondition, ids: set[str] | None = None) -> RevisionFrame:
    """Return the stored revisions that fulfil a query; only those of `ids` if given."""
    store = source.store
    states = (*LISTED, RECYCLED) if query.recycled else LISTED
    rows = (
        store.rows(states=states, container=query.container) if ids is None else store.rows(ids=sorted(ids))
    )
    freshness = source.freshness
    if ids is not None:
        freshness = f"{quantity(len(ids), 'revision')}, found by the service just now. Not all revisions of the project were read."
    elif query.where and (hidden := store.count(MASKED)):
        freshness += f" {hidden:,} hidden ones are left out, since their fields are not known."
    table = build(store, _filtered(store, query, rows), freshness)
    return _latest(table, freshness) if query.latest else table


def _filtered(
    store: RevisionStore, query: RevisionCondition, rows: Iterator[StoredRow]
) -> Iterator[StoredRow]:
    tests: list[Callable[[StoredRow], bool]] = []
    if query.where:
        labels = {ignore_case(facts.label): facts.name for facts in store.names.facts}
        tests.append(matching(store, query.where, labels))
    if (since := query.updated_since) is not None:
        tests.append(lambda row: row.updated_at is not None and pd.Timestamp(row.updated_at) >= since)
    return (row for row in rows if all(passes(row) for passes in tests))


def _latest(table: RevisionFrame, freshness: str) -> RevisionFrame:
    found = RevisionFrame(table[table["is_latest"].fillna(False)].reset_index(drop=True))
    found.attrs["freshness"] = freshness
    return found


def by_id(source: RevisionSource, ids: Sequence[str], query: RevisionCondition) -> RevisionFrame:
    """Return these revisions in their order, as far as they fulfil the query."""
    store = source.store
    found = {row.id: row for row in store.rows(ids=ids)}
    rows = (found.get(id_) or StoredRow.unknown(id_) for id_ in ids)
    table = build(store, _filtered(store, query, rows), "Read just now.")
    return _latest(table, "Read just now.") if query.latest else table
