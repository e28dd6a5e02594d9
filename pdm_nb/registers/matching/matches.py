"""What a match of a row and a file is: its kind, how they differ, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ...errors import InputError
from ...rules.values.resolve import text_of

# The number of a row; with the column of an issue if the row came from an issue matrix.
RowKey = int | tuple[int, str]
Rows = Mapping[RowKey, Mapping[str, Any]]


class MatchKind(StrEnum):
    """What a row and a file were matched by."""

    PATH = "path"  # the text of the file column
    TEMPLATE = "template"  # the fields of the row, in the order of a naming template
    NUMBER_AND_REVISION = "number and revision"
    NUMBER = "number"  # the file name contains no revision, or the row has none
    LINK = "link"  # the hyperlink of a cell
    SIMILAR = "similar"
    ASSIGNED = "assigned"  # selected by the user


class NameDifference(StrEnum):
    """How what a row contains differs from the name of its file. A match with none is exact."""

    SLASHES = "slashes"
    UNICODE = "unicode"  # the form of the accents: NFC or NFD
    TRAILING = "trailing"  # dots and spaces at the end of a name or a folder
    CASE = "case"
    SUFFIX = "suffix"  # the row has none
    FOLDER = "folder"
    OTHER_SUFFIX = "other suffix"
    SEPARATORS = "separators"  # between the parts of a number
    INSIDE = "inside"  # the number is not at the start of the file name
    REVISION_SPELLING = "revision spelling"  # P1 and P01
    REVISION_ADDED = "added revision"  # to the name of the row's file
    COPY = "copy mark"  # the file name has the mark of a copy, such as " (1)"
    REVISION = "revision"  # the file name has another one
    ZEROS = "zeros"  # leading zeros of a number
    SPELLING = "spelling"
    LINK = "link"  # the hyperlink of a cell leads to another file than what the row shows
    OTHER_NAME = "other name"  # the file column has a name that no file has; matched by the number


FORMAL = 0.9
# How much a difference takes from the certainty of a match.
CERTAINTY = {
    NameDifference.SLASHES: 0.99,
    NameDifference.UNICODE: 0.99,
    NameDifference.TRAILING: 0.98,
    NameDifference.CASE: 0.97,
    NameDifference.SUFFIX: 0.97,
    NameDifference.FOLDER: 0.92,
    NameDifference.SEPARATORS: 0.92,
    NameDifference.INSIDE: 0.9,
    NameDifference.REVISION_SPELLING: 0.9,
    NameDifference.REVISION_ADDED: 0.88,
    NameDifference.COPY: 0.85,
    NameDifference.ZEROS: 0.8,
    NameDifference.OTHER_NAME: 0.75,
    NameDifference.SPELLING: 0.7,
    NameDifference.OTHER_SUFFIX: 0.6,
    NameDifference.LINK: 0.5,
    NameDifference.REVISION: 0.4,
}


def check_differences(differences: Iterable[str]) -> frozenset[NameDifference]:
    """Return differences by their names. Raises `InputError` for an unknown one."""
    known = {one.value for one in NameDifference}
    listed = list(differences)
    if unknown := [text for text in listed if text not in known]:
        raise InputError(f"Unknown difference {unknown[0]!r}. Use one of: {', '.join(sorted(known))}.")
    return frozenset(map(NameDifference, listed))


def text_in(row: Mapping[str, Any], field: str) -> str:
    """Return the text of a field, "" if it is empty or missing."""
    value = row.get(field)
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else text_of(value).strip()


def certainty(differences: Iterable[NameDifference]) -> float:
    """Return how sure a match is, from 0 to 1.

    Examples
    --------
    >>> certainty([]), certainty([NameDifference.SUFFIX, NameDifference.CASE])
    (1.0, 0.94)
    """
    found = 1.0
    for difference in differences:
        found *= CERTAINTY[difference]
    return round(found, 2)


def is_formal(differences: Iterable[NameDifference]) -> bool:
    """Return True if names differ in their form alone, such as in case and suffix."""
    return all(CERTAINTY[one] >= FORMAL for one in differences)


@dataclass(
    slots=True
)  # not frozen, which would take twice as long for thousands of rows; it is not changed either
class Match:
    """A row and its file.

    Attributes
    ----------
    row : int or tuple
        The number of the row; with the column of the issue for an issue matrix.
    file : str
        The path, as it was given.
    kind : MatchKind
        What they were matched by.
    differences : frozenset of NameDifference
        How they differ. If there are any, the match is a proposal that the user confirms.
    outside : str
        Why the file is outside the folder, "" if it is inside.
    """

    row: RowKey
    file: str
    kind: MatchKind
    differences: frozenset[NameDifference] = frozenset()
    outside: str = ""

    @property
    def is_exact(self) -> bool:
        """True if nothing differs."""
        return not self.differences

    @property
    def certainty(self) -> float:
        """How sure the match is, from 0 to 1."""
        return certainty(self.differences)
