"""What the service holds in the fields of an upload, and what it suggests for them, as cells of the journal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...model import Cell, Field, FieldType, FieldValue, LabelSource, Suggestion, Upload, Value
from ...rules.values.dates import show_timestamp
from ...rules.values.lookup import Lookup

ORDER = (LabelSource.FILENAME_SCRAPING, LabelSource.ML)  # whose value the service would take (B37)


@dataclass(frozen=True)
class ServiceCells:
    """Reads uploads with what is known of the project's fields: some responses leave out types and ids of values."""

    fields: Mapping[str, Field] = field(default_factory=dict)  # by id
    lookups: Mapping[str, Lookup] = field(default_factory=dict)  # by field id

    def held(self, upload: Upload) -> dict[str, Cell]:
        """What the service holds, by field id."""
        return {value.field_id: self.cell(value) for value in upload.fields}

    def cell(self, value: FieldValue) -> Cell:
        text = self._shown(value.field_id, value.text, value.type)
        lookup = self.lookups.get(value.field_id)
        wire = value.wire if lookup is None else tuple(_id(one, lookup) for one in value.values)
        return Cell(text, wire, value.source or LabelSource.NONE, value.confidence)

    def suggested(self, upload: Upload) -> Iterator[tuple[str, Cell]]:
        """(field id, cell) of what ML or the file name said (B37).

        Where both said something about a field, the one that differs from what the service holds is of use.
        """
        names = {item.name: id_ for id_, item in self.fields.items()}
        names |= {value.name: value.field_id for value in upload.fields}
        held = self.held(upload)
        said: dict[str, list[Suggestion]] = {}
        for one in sorted(upload.suggestions, key=lambda one: ORDER.index(one.source)):
            if one.field in names:
                said.setdefault(names[one.field], []).append(one)
        for id_, several in said.items():
            cells = [self._suggestion(id_, one) for one in several]
            now = held.get(id_, Cell()).values
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
    """The id of a value; where the response left it out, that of the one value of this label or code."""
    if value.id:
        return value.id
    found = lookup.find(value.label or value.code)
    return found.id if isinstance(found, Value) else value.label
