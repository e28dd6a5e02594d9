"""Reads rows of revisions for the local store: the fastest way that keeps ids and labels of all values (B62, B73). Pure.

The usual shape is read directly. Whatever is unusual (other spellings, values that are no objects) goes through
`decode_documents`, which is slower and reads every spelling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...model import DIRECT
from . import decode_documents
from .shapes import items, needed, object_, text
from .spelling import plain


class FlatValue(NamedTuple):
    """A value of a field with a list."""

    id: str
    code: str
    label: str


Content = str | tuple[FlatValue, ...]  # of a field: a text, or the values of a list


class FieldFacts(NamedTuple):
    """What a revision's row shows of a field; system fields are in no other list (B20, B73)."""

    name: str
    id: str
    label: str
    type: str
    variant: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision as a list shows it. `values` has the fields that are not empty, by name.

    `actions` are the allowed actions, None if the row does not have them.
    """

    id: str
    container_id: str
    upload_id: str
    event_id: str
    indexed_at: str
    collection_id: str
    placeholder_id: str
    match_type: str
    actions: tuple[str, ...] | None
    recycled: bool
    values: dict[str, Content] = field(default_factory=dict)

    @property
    def masked(self) -> bool:
        """True if the account may not see it (B51)."""
        return self.actions == ()

    def text(self, name: str) -> str:
        """Return the first label of a field, "" if it is empty."""
        found = self.values.get(name, "")
        return found if isinstance(found, str) else found[0].label


class RevisionReader:
    """Reads rows. `fields` has every field that a row had so far, by name."""

    def __init__(self) -> None:
        self.fields: dict[str, FieldFacts] = {}

    def __call__(self, row: Any) -> RevisionRow:
        row = plain(row)
        values = self._values(items(row.get("fields")))
        actions = object_(row.get("permissions")).get("allowed_actions")
        collections = items(row.get("latest_document_collection_ids"))
        return RevisionRow(
            id=needed(row, "id"),
            container_id=text(row.get("document_container_id")),
            upload_id=text(row.get("upload_id")),
            event_id=text(row.get("latest_event_id")),
            indexed_at=text(row.get("index_updated_at")),
            collection_id=text(collections[0]) if collections else "",
            placeholder_id=text(row.get("document_placeholder_id")),
            match_type=_match_type(row.get("match_type")),
            actions=None if actions is None else tuple(map(text, items(actions))),
            recycled=row.get("recycled") is True or "recycled_at" in values,
            values=values,
        )

    def _values(self, fields: list[Any]) -> dict[str, Content]:
        found: dict[str, Content] = {}
        known = self.fields
        for item in fields:
            try:
                name, values = item["name"], item["values"]
                if name not in known:
                    self._learn(item)
                if not values:
                    continue
                if item["type"] in DIRECT and len(values) == 1:
                    label = values[0]["label"]
                    if label.__class__ is not str:
                        raise TypeError
                    found[name] = label
                else:
                    found[name] = tuple([_flat(one) for one in values])
            except (KeyError, TypeError):
                self._read_unusual(item, found)
        return found

    def _learn(self, item: dict[str, Any]) -> None:
        one = decode_documents.field_value(item)
        self.fields[one.name] = FieldFacts(one.name, one.field_id, one.label, one.type, one.variant)

    def _read_unusual(self, item: Any, found: dict[str, Content]) -> None:
        one = decode_documents.field_value(item)
        if one.name not in self.fields:
            self._learn(item)
        if one.values and one.type in DIRECT:
            found[one.name] = one.text
        elif one.values:
            found[one.name] = tuple(FlatValue(value.id, value.code, value.label) for value in one.values)


def _flat(one: dict[str, Any]) -> FlatValue:
    id_, code, label = one.get("id"), one.get("code"), one["label"]
    if label.__class__ is not str or (id_ is not None and id_.__class__ is not str):
        raise TypeError
    if code is None or code.__class__ is not str or not code.strip("_"):
        code = ""  # B29: "" and "__" identify nothing
    return FlatValue(id_ or "", code, label)


def _match_type(given: Any) -> str:
    """Return how a document matches its placeholder; the reference has an object (B76, B78)."""
    return text(object_(given).get("value")) if isinstance(given, dict) else text(given)
