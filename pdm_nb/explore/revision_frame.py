"""Rows of the local store as a DataFrame with typed columns, and rows that a condition selects.

Rows are read a thousand at a time, and a field is kept as its column only, so that memory is that of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson
import pandas as pd

from .. import frames
from ..errors import InputError
from ..frames import FLAG, MOMENT, REAL, TEXT, WHOLE
from ..model import Availability, FieldType
from ..rules.values.normalize import ignore_case
from .store.garbage_collection import fewer_collections
from .store.revision_store import RevisionStore
from .store.row_encoder import MASKED, NOT_LISTED, RECYCLED, UNREAD, FieldFacts, FlatValue, StoredRow

CHUNK = 1000
STATE = {
    "id": TEXT, "container_id": TEXT, "upload_id": TEXT, "version": WHOLE, "is_latest": FLAG, "content": TEXT,
    "availability": TEXT, "note": TEXT, "permissions": TEXT, "indexed_at": MOMENT,
}  # fmt: skip
WHOLE_FIELDS = frozenset({"file_size"})
FLAGS = frozenset({"in_active_workflow", "submitted_into_drawings"})  # lists of Yes and No (B73)
YES = {"yes": True, "true": True, "no": False, "false": False}
LISTS = frozenset({"multi_select", "procore_users"})  # variants with several values
AVAILABLE = {
    MASKED: Availability.MASKED, RECYCLED: Availability.RECYCLED, NOT_LISTED: Availability.NOT_LISTED,
}  # fmt: skip
NOT_READ = "The row was not read yet. project.sync_revisions() reads it."
Condition = Mapping[str, Any]


class RevisionFrame(pd.DataFrame):
    """A DataFrame of revisions that shows below how fresh it is; what is made from it is a plain DataFrame.

    `attrs["freshness"]` has the sentence.
    """

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    def __repr__(self) -> str:
        return f"{super().__repr__()}\n{self.attrs.get('freshness', '')}".rstrip()

    def _repr_html_(self) -> str | None:
        from html import escape

        shown = pd.DataFrame(self)._repr_html_()  # type: ignore[operator]
        return f"{shown}<p>{escape(self.attrs.get('freshness', ''))}</p>"


def build(store: RevisionStore, rows: Iterable[StoredRow], freshness: str = "") -> RevisionFrame:
    """Return rows as a frame: the state of each revision, then a column for each field of the project."""
    with fewer_collections():
        return _build(store, rows, freshness)


def _build(store: RevisionStore, rows: Iterable[StoredRow], freshness: str) -> RevisionFrame:
    latest = _latest(store)
    state: list[list[Any]] = [[] for _ in (*STATE, "read_at")]
    shown = [facts for facts in store.names.facts if facts.name not in STATE and facts.name != "read_at"]
    numbers = [store.names.fields[facts.name] for facts in shown]
    columns: list[list[Any]] = [[] for _ in shown]
    decode = [_decoder(facts, store.names.values) for facts in shown]
    width = len(store.names.facts)
    for some in _chunks(rows):
        for values, column in zip(
            zip(*(_state(row, latest) for row in some), strict=True), state, strict=True
        ):
            column.extend(values)
        by_field = list(zip(*(_cells(row, width) for row in some), strict=True))
        for column, number, read in zip(columns, numbers, decode, strict=True):
            column.extend(read(by_field[number]))
    *texts, read_at = state
    found = {
        name: frames.series(values, dtype) for (name, dtype), values in zip(STATE.items(), texts, strict=True)
    }
    found["read_at"] = pd.Series(
        pd.to_datetime(pd.Series(read_at, dtype="float64"), unit="s", utc=True), dtype=MOMENT
    )
    for facts in shown:
        found[facts.name] = _typed(columns.pop(0), facts)
    frame = RevisionFrame(found)
    frame.attrs["freshness"] = freshness
    return frame


def _chunks(rows: Iterable[StoredRow]) -> Iterator[list[StoredRow]]:
    source = iter(rows)
    while some := list(islice(source, CHUNK)):
        yield some


def _latest(store: RevisionStore) -> dict[str, int]:
    """Return the greatest version of each container, without recycled revisions (B63)."""
    with store.lock:
        return dict(
            store.db.execute(
                "SELECT container_id, max(version) FROM revision WHERE state IN ('visible', 'masked') AND "
                "version IS NOT NULL GROUP BY container_id"
            )
        )


def _state(row: StoredRow, latest: Mapping[str, int]) -> tuple[Any, ...]:
    availability = AVAILABLE.get(row.state, Availability.VISIBLE)
    unread = row.state == UNREAD
    is_shown = row.state != MASKED
    return (
        row.id, row.container_id, row.upload_id, row.version if is_shown else None,
        None if row.version is None or row.state == RECYCLED else latest.get(row.container_id or "") == row.version,
        (row.content or "").lower() or None, "not read" if unread else availability.value,
        NOT_READ if unread else availability.note, row.actions, row.indexed_at,
        row.read_at or None,
    )  # fmt: skip


def _cells(row: StoredRow, width: int) -> list[Any]:
    """Return the cells of a row; none of a masked one, though they may be known from before (B51)."""
    cells = orjson.loads(row.fields) if row.fields and row.state != MASKED else []
    return cells if len(cells) == width else [*cells, *[None] * (width - len(cells))]


def is_several(facts: FieldFacts) -> bool:
    """Return True for a field that may have several values."""
    return facts.type == FieldType.LOV_ENTRIES or facts.variant in LISTS


def _decoder(facts: FieldFacts, values: Sequence[FlatValue]) -> Callable[[Sequence[Any]], list[Any]]:
    """Return what turns the stored cells of a field into the values of its column."""
    labels = [value.label for value in values]

    def several(cells: Sequence[Any]) -> list[Any]:
        return [
            None if cell is None else [cell] if cell.__class__ is str
            else [labels[number] for number in (cell if cell.__class__ is list else (cell,))]
            for cell in cells
        ]  # fmt: skip

    def one(cells: Sequence[Any]) -> list[Any]:
        return [
            labels[cell] if cell.__class__ is int
            else "; ".join([labels[number] for number in cell]) if cell.__class__ is list
            else cell
            for cell in cells
        ]  # fmt: skip

    return several if is_several(facts) else one


def _typed(values: list[Any], facts: FieldFacts) -> pd.Series[Any]:
    """Return the column of a field: times, numbers, yes or no, lists, or text."""
    if is_several(facts):
        return pd.Series(values, dtype="object")
    if facts.name in WHOLE_FIELDS:
        return pd.Series([frames.whole(value) for value in values], dtype=WHOLE)
    if facts.name in FLAGS or facts.type == "boolean":
        return pd.Series([YES.get((value or "").lower()) for value in values], dtype=FLAG)
    dtype = {FieldType.TIMESTAMP.value: MOMENT, FieldType.NUMERIC.value: REAL}.get(facts.type, TEXT)
    return frames.series(values, dtype)


# -- conditions
def matching(
    store: RevisionStore, where: Condition, labels: Mapping[str, str]
) -> Callable[[StoredRow], bool]:
    """Return whether a row fulfils all conditions: field -> value, several values, or None for an empty field.

    Case does not matter; a value of a list is found by its label, code or id. `labels` are other names of fields.

    Raises `InputError` for an unknown field.
    """
    wanted = [(field_number(store, name, labels), _accepted(value)) for name, value in where.items()]
    found = [(number, _matching_values(store, accepted), accepted) for number, accepted in wanted]

    def passes(row: StoredRow) -> bool:
        if row.state in (MASKED, UNREAD):
            return False  # what its fields have is not known
        cells = orjson.loads(row.fields or "[]")
        return all(
            _passes(cells[number] if number < len(cells) else None, numbers, accepted)
            for number, numbers, accepted in found
        )

    return passes


def field_number(store: RevisionStore, name: str, labels: Mapping[str, str]) -> int:
    """Return the number of a field by its name or label. Raises `InputError` for an unknown one."""
    number = store.names.fields.get(name, store.names.fields.get(labels.get(ignore_case(name), "")))
    if not store.names.fields:
        return 0  # there is no revision, so no row that could pass
    if number is None:
        known = ", ".join(sorted(store.names.fields))
        raise InputError(f"Unknown field {name!r}. The revisions have these fields: {known}.")
    return number


def _accepted(value: Any) -> frozenset[str]:
    """Return the texts that fulfil a condition; "" for an empty field."""
    several = value if isinstance(value, list | tuple | set | frozenset | pd.Series | pd.Index) else [value]
    return frozenset("" if one is None or one is pd.NA else ignore_case(str(one)) for one in several)


def _matching_values(store: RevisionStore, accepted: frozenset[str]) -> frozenset[int]:
    """Return the numbers of the stored values that a condition names."""
    return frozenset(
        number
        for number, value in enumerate(store.names.values)
        if any(text and ignore_case(text) in accepted for text in value)
    )


def _passes(cell: Any, numbers: frozenset[int], accepted: frozenset[str]) -> bool:
    if cell is None:
        return "" in accepted
    if isinstance(cell, str):
        return ignore_case(cell) in accepted
    return not numbers.isdisjoint(cell if isinstance(cell, list) else [cell])
