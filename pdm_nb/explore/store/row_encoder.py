"""Turns rows of revisions, as the service sends them, into rows of the local store (B62, B73, B77, B78).

Fields and values of lists are numbered, and the numbers are stored instead: a project has few different values, and most
of the time of reading a hundred thousand revisions would be spent on repeating them. The usual shape of a row is read
directly; whatever is unusual (other spellings, values that are no objects) goes through `decode_documents`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from ...api.protocol import decode_documents
from ...api.protocol.shapes import items, needed, object_, text
from ...api.protocol.spelling import plain
from ...model import BETWEEN, DIRECT

UNREAD, VISIBLE, MASKED, RECYCLED, NOT_LISTED = "unread", "visible", "masked", "recycled", "not listed"


class FlatValue(NamedTuple):
    """A value of a field with a list."""

    id: str
    code: str
    label: str


class FieldFacts(NamedTuple):
    """What a revision's row shows of a field; system fields are in no other list (B20, B73)."""

    name: str
    id: str
    label: str
    type: str
    variant: str


class StoredRow(NamedTuple):
    """A row of the store. `fields` is a JSON list: a text, the number of a value, or several numbers for each field."""

    id: str
    state: str
    container_id: str | None = None
    upload_id: str | None = None
    version: int | None = None
    content: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    actions: str | None = None  # B77, separated by "; "; None if the row does not have them
    event_id: str | None = None
    indexed_at: str | None = None
    collection_id: str | None = None
    placeholder_id: str | None = None
    match_type: str | None = None
    fields: str | None = None
    read_at: float = 0.0

    @classmethod
    def unknown(cls, id_: str) -> StoredRow:
        """Return the row of an id that the service does not return."""
        return cls(id_, NOT_LISTED)

    @property
    def is_placeholder(self) -> bool:
        """True for a document that is expected (B76)."""
        return (self.content or "").lower() == "placeholder"


class RowEncoder:
    """Encodes rows. It has the names behind the numbers.

    Attributes
    ----------
    facts : list of FieldFacts
        The fields, by their number.
    values : list of FlatValue
        The values of lists, by their number.
    fields : dict
        Name -> number of a field.
    """

    def __init__(self) -> None:
        self.facts: list[FieldFacts] = []
        self.values: list[FlatValue] = []
        self.fields: dict[str, int] = {}
        self._numbers: dict[FlatValue, int] = {}
        self._by_id: dict[str, tuple[Any, Any, int]] = {}  # label and code as they are sent, number
        self._as_sent: dict[
            tuple[Any, Any, Any], int
        ] = {}  # id, code and label: also of values without an id

    def add_fields(self, fields: Iterable[FieldFacts]) -> None:
        """Number fields that are not known yet."""
        for one in fields:
            if one.name not in self.fields:
                self.fields[one.name] = len(self.facts)
                self.facts.append(one)

    def add_value(self, value: FlatValue) -> int:
        """Return the number of a value."""
        value = FlatValue(*map(_storable, value))
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

    # -- encoding
    def encode(self, row: Any, now: float, *, recycled: bool = False) -> StoredRow:
        """Return a row as it is stored. Raises one of `shapes.MALFORMED` if it cannot be read."""
        row = plain(row)
        cells = self._cells(items(row.get("fields")))
        actions = object_(row.get("permissions")).get("allowed_actions")
        collections = items(row.get("latest_document_collection_ids"))
        version, content, created, updated, recycled_at = (
            self._text(cells, name)
            for name in ("version", "item_content", "created_at", "updated_at", "recycled_at")
        )
        in_bin = recycled or row.get("recycled") is True or bool(recycled_at)
        return StoredRow(
            needed(row, "id"),
            RECYCLED if in_bin else MASKED if actions == [] else VISIBLE,
            text(row.get("document_container_id")) or None,
            text(row.get("upload_id")) or None,
            int(version) if version and version.isdecimal() else None,
            content,
            created,
            updated,
            None if actions is None else BETWEEN.join(map(text, items(actions))),
            text(row.get("latest_event_id")) or None,
            text(row.get("index_updated_at")) or None,
            text(collections[0]) if collections else None,
            text(row.get("document_placeholder_id")) or None,
            _match_type(row.get("match_type")) or None,
            orjson.dumps(cells).decode(),
            now,
        )

    def _text(self, cells: list[Any], name: str) -> str | None:
        number = self.fields.get(name)
        cell = cells[number] if number is not None else None
        return self.values[cell].label if isinstance(cell, int) else cell if isinstance(cell, str) else None

    def _cells(self, given: list[Any]) -> list[Any]:
        cells: list[Any] = [None] * len(self.facts)
        number_of_field, known, number_of = self.fields.get, self._by_id.get, self._number
        for item in given:
            try:
                values, number = item["values"], number_of_field(item["name"])
                if number is None:
                    self._learn(item, cells)
                    number = self.fields[item["name"]]
                if not values:
                    continue
                if item["type"] in DIRECT:
                    (one,) = values
                    label = one["label"]
                    if label.__class__ is not str:
                        raise TypeError
                    cells[number] = label if label.isascii() else _storable(label)
                elif len(values) == 1:
                    (one,) = values
                    same = known(one.get("id"))
                    if same is not None and same[0] == one["label"] and same[1] == one.get("code"):
                        cells[number] = same[2]  # most values; a call for each would take longer
                    else:
                        cells[number] = number_of(one)
                else:
                    cells[number] = [number_of(one) for one in values]
            except (AttributeError, KeyError, TypeError, ValueError):
                self._read_unusual(item, cells)
        return cells

    def _number(self, one: dict[str, Any]) -> int:
        id_, code, label = one.get("id"), one.get("code"), one["label"]
        known = self._as_sent.get((id_, code, label))
        if known is not None:
            return known
        if label.__class__ is not str or (id_ is not None and id_.__class__ is not str):
            raise TypeError
        own = code if code.__class__ is str and code.strip("_") else ""  # B29: "" and "__" identify nothing
        number = self.add_value(FlatValue(id_ or "", own, label))
        self._as_sent[id_, code, label] = number
        if id_:
            self._by_id[id_] = label, code, number
        return number

    def _learn(self, item: Any, cells: list[Any]) -> None:
        one = decode_documents.field_value(item)
        self.add_fields([FieldFacts(one.name, one.field_id, one.label, one.type, one.variant)])
        cells.extend([None] * (len(self.facts) - len(cells)))

    def _read_unusual(self, item: Any, cells: list[Any]) -> None:
        one = decode_documents.field_value(item)
        self._learn(item, cells)
        if one.values and one.type in DIRECT:
            cells[self.fields[one.name]] = _storable(one.text)
        elif one.values:
            numbers = [self.add_value(FlatValue(value.id, value.code, value.label)) for value in one.values]
            cells[self.fields[one.name]] = numbers[0] if len(numbers) == 1 else numbers

    # -- decoding
    def cells(self, row: StoredRow) -> list[Any]:
        """Return the cells of a row, one for each field."""
        found = orjson.loads(row.fields) if row.fields else []
        missing = len(self.facts) - len(found)
        return [*found, *[None] * missing] if missing else found

    def decoded(self, cell: Any) -> str | tuple[FlatValue, ...]:
        """Return the content of a cell: a text, or values."""
        if cell is None or isinstance(cell, str):
            return cell or ""
        return tuple(self.values[number] for number in (cell if isinstance(cell, list) else [cell]))

    def text(self, cell: Any) -> str:
        """Return a cell as people read it."""
        found = self.decoded(cell)
        return found if isinstance(found, str) else BETWEEN.join(value.label for value in found)

    def text_of(self, row: StoredRow, name: str) -> str:
        """Return the text of one field of a row, "" if it is empty or not known."""
        return self.text(self.cells(row)[self.fields[name]]) if name in self.fields else ""


def _storable(text: str) -> str:
    """Return a text without half characters, which JSON can have and no file can."""
    return text.encode("utf-8", "replace").decode()


def _match_type(given: Any) -> str:
    """Return how a document matches its placeholder; the reference has an object (B76, B78)."""
    return text(object_(given).get("value")) if isinstance(given, dict) else text(given)
