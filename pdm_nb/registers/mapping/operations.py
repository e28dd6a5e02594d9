"""Carries out a mapping: columns of a register become fields. Joins, splits, and constants for missing columns. Pure.

Columns that are not mapped are listed by `MappedTable.unmapped`. Cells that a split does not fit keep their whole text
in the first field, and are listed by `MappedTable.unsplit`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import InputError
from ...model import Field
from .aliases import FILE
from .proposals import ColumnProposal

LONGEST = 500  # characters of a cell that a pattern is applied to
# A repeated group can take forever, such as (a+)+ on a long cell. Patterns come with profiles of other people.
REPEATED_GROUP = re.compile(r"(?<!\\)(?:\\\\)*\)(?:[*+]|\{\d*,?\d*\})")
Text = str | None


@dataclass(frozen=True, slots=True)
class Join:
    """Several columns that together are one field, such as *Title 1* and *Title 2*.

    Attributes
    ----------
    field : str
        The name of the field.
    columns : tuple of str
        The headings, in the order of the text.
    separator : str
        What is put between the texts. Empty cells are left out.
    """

    field: str
    columns: tuple[str, ...]
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Split:
    """One column that has several fields, such as "S2 - For information": a status and a note.

    Attributes
    ----------
    column : str
        The heading.
    fields : tuple of str or None
        The name of the field for each part, None to leave out the part.
    separator : str
        The text between the parts. The last part has all that remains.
    pattern : str
        Instead of a separator, a regular expression with one group for each part. It must fit the whole cell.
    """

    column: str
    fields: tuple[str | None, ...]
    separator: str = ""
    pattern: str = ""

    def parts(self, text: str) -> list[str] | None:
        """Return the parts of a cell, None if it cannot be split in as many parts as there are fields."""
        if self.pattern:
            found = re.fullmatch(self.pattern, text[:LONGEST], re.DOTALL)
            return [(part or "").strip() for part in found.groups()] if found else None
        parts = [part.strip() for part in text.split(self.separator, len(self.fields) - 1)]
        return parts if len(parts) == len(self.fields) else None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What becomes of the columns of a register.

    Attributes
    ----------
    columns : mapping
        Heading -> name of the field, "file" for the column with the files, None to leave out the column.
    joins, splits : tuple
        Columns that are joined or split.
    constants : mapping
        Name of a field without a column -> its text in every row.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()
    splits: tuple[Split, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, proposals: Iterable[ColumnProposal]) -> ColumnMapping:
        """Return the mapping that accepts all proposals. Columns without a proposal stay unmapped."""
        return cls({one.column: one.field for one in proposals if one.field})

    @property
    def named(self) -> dict[str, None]:
        """The headings that the mapping names, in order."""
        joined = (column for join in self.joins for column in join.columns)
        return dict.fromkeys([*self.columns, *joined, *(split.column for split in self.splits)])

    @property
    def targets(self) -> list[str]:
        """The names of the fields that get a value, one for each column, join, part and constant."""
        parts = (name for split in self.splits for name in split.fields if name)
        mapped = filter(None, self.columns.values())
        return [*mapped, *(join.field for join in self.joins), *parts, *self.constants]


@dataclass(frozen=True, slots=True)
class MappedTable:
    """The rows of a register as fields.

    Attributes
    ----------
    values : mapping
        Name of a field, or "file" -> the text of each row, "" if there is none.
    unmapped : tuple of str
        Headings that are neither mapped nor left out on purpose.
    unsplit : mapping
        Heading of a split column -> the places of rows (from 0) whose text has not the expected parts.
    """

    values: Mapping[str, list[str]]
    unmapped: tuple[str, ...] = ()
    unsplit: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def check_mapping(mapping: ColumnMapping, columns: Iterable[str], fields: Sequence[Field]) -> None:
    """Raise `InputError` for a mapping with an unknown column or field, a field twice, or a wrong pattern."""
    known, names = set(columns), {item.name for item in fields} | {FILE}
    for column in mapping.named:
        if column not in known:
            raise InputError(
                f"The register has no column {column!r}. Its columns are: {', '.join(sorted(known))}."
            )
    for name, count in Counter(mapping.targets).items():
        if name not in names:
            raise InputError(f"The project has no field {name!r}. Use the name of a field, or 'file'.")
        if count > 1:
            raise InputError(f"The field {name!r} gets values from {count} columns. Join them, or keep one.")
    for split in mapping.splits:
        check_split(split)


def check_split(split: Split) -> None:
    """Raise `InputError` for a split without exactly one way to split, or with other groups than fields."""
    if bool(split.separator) == bool(split.pattern):
        raise InputError(f"The split of column {split.column!r} needs a separator or a pattern.")
    if split.pattern:
        try:
            groups = re.compile(split.pattern).groups
        except re.error as error:
            raise InputError(
                f"The pattern of column {split.column!r} is not a regular expression: {error}."
            ) from None
        if REPEATED_GROUP.search(split.pattern):
            raise InputError(
                f"The pattern of column {split.column!r} repeats a group, which can take forever. Repeat single characters."
            )
        if groups != len(split.fields):
            raise InputError(
                f"The pattern of column {split.column!r} has {groups} groups for {len(split.fields)} fields."
            )


def apply(mapping: ColumnMapping, table: Mapping[str, Sequence[Text]]) -> MappedTable:
    """Return the fields of all rows.

    Parameters
    ----------
    mapping : ColumnMapping
        What becomes of the columns; `check_mapping` tests it.
    table : mapping
        Heading -> the text of each row.

    Returns
    -------
    MappedTable
        The values per field, and what was not mapped or not split.

    Examples
    --------
    >>> mapping = ColumnMapping({"No": "number"}, splits=(Split("Status", ("status", "notes"), " - "),))
    >>> result = apply(mapping, {"No": ["A-1"], "Status": ["S2 - For information"], "Remarks": [""]})
    >>> result.values, result.unmapped
    ({'number': ['A-1'], 'status': ['S2'], 'notes': ['For information']}, ('Remarks',))
    """
    size = max(map(len, table.values()), default=0)
    values = {name: _texts(table[column]) for column, name in mapping.columns.items() if name}
    for join in mapping.joins:
        rows = zip(*(_texts(table[column]) for column in join.columns), strict=True)
        values[join.field] = [join.separator.join(filter(None, row)) for row in rows]
    unsplit: dict[str, tuple[int, ...]] = {}
    for split in mapping.splits:
        found, failed = _split(split, _texts(table[split.column]))
        values |= found
        if failed:
            unsplit[split.column] = failed
    values |= {name: [text] * size for name, text in mapping.constants.items()}
    named = mapping.named
    return MappedTable(values, tuple(column for column in table if column not in named), unsplit)


def _texts(values: Sequence[Text]) -> list[str]:
    return [text or "" for text in values]


def _split(split: Split, texts: Sequence[str]) -> tuple[dict[str, list[str]], tuple[int, ...]]:
    """The values of each field of a split, and the rows that could not be split. Each distinct text is split once."""
    parts = {text: split.parts(text) if text else [""] * len(split.fields) for text in dict.fromkeys(texts)}
    whole = {text: found or [text, *[""] * (len(split.fields) - 1)] for text, found in parts.items()}
    values = {name: [whole[text][place] for text in texts] for place, name in enumerate(split.fields) if name}
    failed = tuple(row for row, text in enumerate(texts) if parts[text] is None)
    return values, failed
