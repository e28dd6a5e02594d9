"""What was read: sheets of shown text, and the cells that are not what they look like.

A sheet keeps its rows as lists of text (None if empty), and everything else sparsely: a `ShownCell` only where the stored
value differs from the text, the merged ranges, links, and what is hidden. Rows have the numbers of the spreadsheet,
columns count from 0.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# Codes of notices that ask for nothing.
FOUND = frozenset(
    (
        "chart_sheets", "encoding", "external_links", "macros", "merged_cells", "repeated_headings", "separator", "suffix",
        "table",
    )
)  # fmt: skip
Stored = str | float | int | bool | dt.date | dt.time | dt.timedelta | None


class Appearance(StrEnum):
    """Why a cell is not what it looks like."""

    DATE = "date stored as a number"
    NUMBER_FORMAT = "number shown in a format"
    POWER = "number shown as a power of ten"
    TEXT_FORMAT = "text shown in a format"
    SPACES = "text with spaces around it"
    INVISIBLE = "text with invisible characters"
    APOSTROPHE = "text with a leading apostrophe"
    ERROR = "error"
    NO_VALUE = "formula without a stored value"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell whose stored value differs from the text that it shows."""

    shown: str | None
    stored: Stored
    appearance: Appearance


@dataclass(frozen=True, slots=True)
class ReadingNotice:
    """What was assumed, left out or could not be seen, as a sentence for the user.

    `code` is for programs: encoding, separator, hidden_rows, error_cells, ambiguous_sheet and so on.
    """

    code: str
    message: str
    sheet: str | None = None
    rows: tuple[int, ...] = ()

    @property
    def level(self) -> int:
        """The level of logging: a warning, unless it only reports what was found."""
        return logging.INFO if self.code in FOUND else logging.WARNING


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Cells that are merged into one: first and last row (from 1) and column (from 0)."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """A sheet as it is shown.

    Attributes
    ----------
    rows : dict
        Row number -> texts from column A to the last one that is not empty. Empty rows are missing.
    cells : dict
        Column -> row number -> `ShownCell`, for the cells that are not what they look like.
    merged : list of MergedRange
        Only the first cell of a range has a text in `rows`.
    links : dict
        (row number, column) -> target of a hyperlink.
    """

    name: str
    rows: dict[int, list[str | None]] = field(default_factory=dict)
    cells: dict[int, dict[int, ShownCell]] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    notices: list[ReadingNotice] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Number of columns, from A to the last one with a text."""
        return max(map(len, self.rows.values()), default=0)

    def odd_cells(self) -> Iterator[tuple[int, int, ShownCell]]:
        """Yield row number, column and cell of each cell that is not what it looks like."""
        for column, cells in self.cells.items():
            for row, cell in cells.items():
                yield row, column, cell


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file in their order, and what was noticed of the file as a whole."""

    name: str
    sheets: tuple[Sheet, ...]
    notices: tuple[ReadingNotice, ...] = ()


def column_letters(column: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the column, counted from 0, of its letters in a reference such as `AB12`."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1
