"""Converts fields and suggestions of an upload to cells of the journal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...model import Cell, Field, FieldType, FieldValue, LabelSource, Suggestion, Upload, Value
from ...rules.values.dates import show_timestamp
from ...rules.values.lookup import Lookup

ORDER = (LabelSource.FILENAME_SCRAPING, LabelSource.ML)  # whose value the service would use (B37)


@dataclass(frozen=True)
class ServiceCells:
    """Reads uploads with the help of the project's fields: some responses leave out types and ids of values."""

    fields: Mapping[str, Field] = field(default_factory=dict)  # by id
    lookups: Mapping[str, Lookup] = field(default_factory=dict)  # by field id

    @cached_property
    def settable(self) -> frozenset[str]:
        """Ids of the fields that can be set: their changes at the service are recorded."""
        return frozenset(id_ for id_, item in self.fields.items() if item.is_settable)

    def values(self, upload: Upload) -> dict[str, Cell]:
        """Return the values that the service has, by field id."""
        return {value.field_id: self.cell(value) for value in upload.fields}

    def cell(self, value: FieldValue) -> Cell:
        text = self._shown(value.field_id, value.text, value.type)
        lookup = self.lookups.get(value.field_id)
        wire = value.wire if lookup is None else tuple(_id(one, lookup) for one in value.values)
        return Cell(text, wire, value.source or LabelSource.NONE, value.confidence)

    def suggested(self, upload: Upload) -> Iterator[tuple[str, Cell]]:
        """Yield (field id, cell) for suggestions of machine learning or the file name (B37).

        If both suggest something for a field, it is the one that differs from the value that the service has.
        """
        names = {item.name: id_ for id_, item in self.fields.items()}
        names |= {value.name: value.field_id for value in upload.fields}
        current = self.values(upload)
        suggestions: dict[str, list[Suggestion]] = {}
        for one in sorted(upload.suggestions, key=lambda one: ORDER.index(one.source)):
            if one.field in names:
                suggestions.setdefault(names[one.field], []).append(one)
        for id_, several in suggestions.items():
            cells = [self._suggestion(id_, one) for one in several]
            now = current.get(id_, Cell()).values
            yield id_, next((cell for cell in cells if cell.values != now), cells[0])

    def _suggestion(self, id_: str, one: Suggestion) -> Cell:
        lookup = self.lookups.get(id_)
        value = one.value if lookup is None else _id(Value(lookup.known_id(one.value), "", one.text), lookup)
        return Cell(self._shown(id_, one.text), (value,), one.source)

    def _shown(self, id_: str, text: str, type_: str = "") -> str:
        item = self.fields.get(id_)
        kind = type_ or (item.type if item else "")
        return show_timestamp(text) if kind == FieldType.TIMESTAMP else text


def _id(value: Value, lookup: Lookup) -> str:
    """Return the id of a value; if the response left it out, that of the only value of this label or code."""
    if value.id:
        return value.id
    found = lookup.find(value.label or value.code)
    return found.id if isinstance(found, Value) else value.label
