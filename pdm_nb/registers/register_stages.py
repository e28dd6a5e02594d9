"""From the content of a register to the values of each row, in stages that are computed when they are needed.

    content ─► proposals ─► mapping ─► date_orders, problems ─► columns ─► values ─► crosswalk ─► rows

Each stage uses the decisions in `profile`. `change` sets another profile, and forgets the stages from one on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ..model import Field, FieldType
from ..rules.values import dates
from ..rules.values.lookup import Lookup
from .mapping import (
    CellProblem,
    CellProblemKind,
    ColumnDateOrder,
    ColumnMapping,
    ColumnProposal,
    Confidence,
    Crosswalk,
    MappedTable,
    apply,
    build_crosswalk,
    check_cells,
    check_mapping,
    find_date_order,
    propose,
    read_date,
)
from .mapping.aliases import FILE
from .matching import RowKey
from .profiles import Profile
from .reading import Appearance
from .reading.sheets.garbage_collection import no_garbage_collection
from .register_content import RegisterContent, own_columns

STAGES = (
    "proposals",
    "mapping",
    "date_orders",
    "problems",
    "columns",
    "applied",
    "mapped",
    "crosswalk",
    "rows",
)
CODES = ("revision", "number")  # fields in which a date is a mistake
Text = str | None


class RegisterStages:
    """What the columns and values of a register become.

    Parameters
    ----------
    content : RegisterContent
        The columns of the register.
    fields : sequence of Field
        The fields of the project that can be set.
    lookups : mapping
        Name of a field -> its list.
    profile : Profile
        What was decided so far.
    """

    def __init__(
        self,
        content: RegisterContent,
        fields: Sequence[Field],
        lookups: Mapping[str, Lookup],
        profile: Profile,
    ) -> None:
        self.content, self.fields, self.lookups, self.profile = content, fields, lookups, profile
        self.types = {item.name: item.type for item in fields}
        self._stored_dates: dict[str, dict[int, str]] = {}

    def change(self, profile: Profile, first: str) -> None:
        """Set another profile, and forget the stages from `first` on."""
        self.profile = profile
        for stage in STAGES[STAGES.index(first) :]:
            self.__dict__.pop(stage, None)

    @cached_property
    def proposals(self) -> list[ColumnProposal]:
        """What each column is proposed to be; nothing for those of another table next to the register."""
        columns, side = self.content.columns, self.content.table.side
        own = {name: texts for name, texts in columns.items() if name not in side}
        grouped = len(self.content.table.header) > 1
        found = {one.column: one for one in propose(own, self.fields, self.lookups, grouped=grouped)}
        other = ("it looks like another table next to the register",)
        return [found.get(name) or ColumnProposal(name, None, Confidence.UNSURE, other) for name in columns]

    @cached_property
    def mapping(self) -> ColumnMapping:
        """What the columns become: what was decided, then proposals that are sure or likely, or have the field's name."""
        decided = self.profile.mapping
        mapping = replace(decided, columns=dict(decided.columns))
        known, taken = {*self.types, FILE}, set(decided.targets)
        for column, name in self._own().items():
            if column not in decided.named and name not in taken and (name is None or name in known):
                mapping = replace(mapping, columns={**mapping.columns, column: name})
        taken |= set(mapping.targets)
        proposed = {
            one.column: one.field
            for one in self.proposals
            if (
                one.confidence is not Confidence.UNSURE
                or one.field in self._names.get(one.column.casefold(), ())
            )
            and one.field not in taken
            and one.column not in mapping.named
        }
        mapping = replace(mapping, columns=proposed | dict(mapping.columns))
        check_mapping(mapping, self.content.columns, self.fields)
        return mapping

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """Names and labels of fields: a column that has one is that field, whatever its values are."""
        found: dict[str, set[str]] = {}
        for item in self.fields:
            for text in (item.name, item.label):
                found.setdefault(text.casefold(), set()).add(item.name)
        return found

    def _own(self) -> dict[str, str | None]:
        return {
            name: target for name, target in own_columns(self.content).items() if name in self.content.columns
        }

    def _mapped_columns(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is one field, and the name of the field."""
        for column, name in self.mapping.columns.items():
            if name:
                yield column, name

    @cached_property
    def date_orders(self) -> dict[str, ColumnDateOrder]:
        """The order of day and month in each column of dates, by its texts; real dates have no order."""
        found: dict[str, ColumnDateOrder] = {}
        for column, name in self._mapped_columns():
            if self.types.get(name) is FieldType.TIMESTAMP:
                real = self._real_dates(column)
                texts = (text for place, text in enumerate(self.content.columns[column]) if place not in real)
                found[column] = find_date_order(texts)
        return found

    def order_of(self, column: str) -> str | None:
        """Return the order of day and month that was decided, else the one that the column proves."""
        return self.profile.dates.get(column) or self.date_orders[column].order

    def _real_dates(self, column: str) -> dict[int, str]:
        """The cells that are stored as dates, whatever order they are shown in."""
        if column not in self._stored_dates:
            self._stored_dates[column] = {
                place: dates.iso(cell.stored)
                if isinstance(cell.stored, dt.datetime)
                else cell.stored.isoformat()
                for place, cell in self.content.odd_cells(column)
                if cell.appearance is Appearance.DATE and isinstance(cell.stored, dt.date)
            }
        return self._stored_dates[column]

    @cached_property
    def problems(self) -> list[CellProblem]:
        """Placeholders, revisions with their word, and invisible characters. `row` is the place of the row, from 0."""
        return check_cells(self.content.columns, self.mapping.columns, self.lookups)

    @property
    def cleaned(self) -> frozenset[str]:
        """The kinds of problems whose proposals are used. What nobody sees is always left out."""
        kinds = self.profile.rows.get("clean", ())
        listed = kinds if isinstance(kinds, list | tuple) else ()
        return frozenset((*map(str, listed), CellProblemKind.INVISIBLE))

    @cached_property
    def columns(self) -> dict[str, list[Text]]:
        """The columns with dates as ISO 8601, and with what was cleaned."""
        columns = dict(self.content.columns)
        for one in self.problems:
            if one.kind in self.cleaned and one.proposal is not None:
                if columns[one.column] is self.content.columns[one.column]:
                    columns[one.column] = list(columns[one.column])
                columns[one.column][one.row] = one.proposal
        columns |= {column: self._dated(column, columns[column]) for column in self.date_orders}
        for column, name in self._mapped_columns():
            if name in CODES and (real := self._real_dates(column)):
                # A text such as 1-2 that a spreadsheet converted: the date is reported by a check.
                columns[column] = [real.get(place, text) for place, text in enumerate(columns[column])]
        return columns

    def _dated(self, column: str, texts: Sequence[Text]) -> list[Text]:
        order = self.order_of(column)
        read = {text: read_date(text, order) or text for text in dict.fromkeys(texts) if text}
        found: list[Text] = [read[text] if text else text for text in texts]
        for place, date in self._real_dates(column).items():
            found[place] = date
        return found

    @cached_property
    def applied(self) -> MappedTable:
        """The values of each field, before anything is decided about them."""
        return apply(self.mapping, self.columns)

    @cached_property
    def mapped(self) -> MappedTable:
        """The values of each field, with texts replaced that are in no list."""
        found = self.applied
        values = dict(found.values)
        for name, uses in self.profile.crosswalk.items():
            if name in values and name not in self.lookups:
                values[name] = [uses.get(text, text) for text in values[name]]
        return replace(found, values=values)

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """The values that are not in the lists. Those that are spelled differently are decided; a likeness is not."""
        found = build_crosswalk(self.mapped.values, self.lookups, self.content.numbers)
        decided = {name: uses for name, uses in self.profile.crosswalk.items() if name in found.lookups}
        return found.decided(decided).accept()

    def changed_texts(self) -> dict[RowKey, dict[str, str]]:
        """Return what the register has, by row and field, if a date order, a crosswalk or a cleaning changed it."""
        raw = apply(self.mapping, self.content.columns).values
        changed: dict[RowKey, dict[str, str]] = {}
        for name, texts in raw.items():
            for key, text in zip(self.content.keys, texts, strict=True):
                if text and text != (now := self.rows[key].get(name, "")) and now:
                    changed.setdefault(key, {})[name] = text
        return changed

    @cached_property
    def rows(self) -> dict[RowKey, dict[str, str]]:
        """The fields of each row that are not empty, by name."""
        with no_garbage_collection():
            return self._rows(self.crosswalk.apply(self.mapped.values))

    @property
    def links(self) -> dict[RowKey, str]:
        """The hyperlinks of the rows to files; those of the column of files or numbers first."""
        columns = [
            column for name in (FILE, "number") for column, field in self._mapped_columns() if field == name
        ]
        return self.content.links(columns)

    def _rows(self, values: Mapping[str, Sequence[str]]) -> dict[RowKey, dict[str, str]]:
        names = list(values)
        cells = zip(*values.values(), strict=True) if names else ((),) * len(self.content.keys)
        return {
            key: {name: text for name, text in zip(names, row, strict=True) if text}
            for key, row in zip(self.content.keys, cells, strict=True)
        }
