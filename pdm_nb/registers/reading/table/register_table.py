"""The table of a register: what `find_table` returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from ..form import FormMark
from ..sheets.workbook import ReadingNotice, ShownCell


class Reason(StrEnum):
    """Why a row is not a document."""

    EMPTY = "empty"
    SECTION = "section heading"
    TOTAL = "total"
    NOTE = "note below the table"
    REPEATED = "headings repeated"
    COLUMN_NUMBERS = "column numbers"
    COUNTER = "only a row number"
    SIDE = "another table next to the register"
    HIDDEN = "hidden"
    SKIPPED = "left out by you"


@dataclass(frozen=True, slots=True)
class ExcludedRow:
    """A row, or several empty ones, that was left out."""

    sheet: str
    row: int
    last_row: int
    reason: Reason
    text: str = ""


@dataclass(frozen=True, slots=True)
class TableCandidate:
    """A sheet and the row of its headings, with how likely they are the register."""

    sheet: str
    header: tuple[int, ...]
    score: float
    rows: int
    reasons: tuple[str, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """The rows of a register under their headings, as shown text.

    Attributes
    ----------
    frame : DataFrame
        A column per heading, of text or None; its index has the row numbers of the spreadsheet.
    sheets : tuple of str
        The sheets that it comes from.
    sheet_of_row : list of str
        The sheet of each row of the frame.
    header : tuple of int
        The row numbers of the headings, of the first sheet; empty if the table has none.
    letters : dict
        Column -> its letters in the first sheet that has it, to name cells in messages.
    cells : dict
        Column -> position in the frame -> `ShownCell`, for cells that are not what they look like, dates among them.
    filled : dict
        Column -> positions in the frame whose text comes from the first cell of a merged range.
    links : dict
        Column -> position in the frame -> target of a hyperlink.
    side : tuple of str
        Columns that look like another table next to the register: they are not mapped by themselves.
    above : dict
        Row number -> column -> text, for the rows above the headings of the first sheet: project data, dates of issues.
    excluded : tuple of ExcludedRow
        The rows that are not documents, each with the reason.
    candidates : tuple of TableCandidate
        The sheets with a table, the most likely first.
    is_ambiguous : bool
        Whether another sheet is about as likely: ask, and set `sheet=`.
    notices : tuple of ReadingNotice
        What was assumed and left out.
    form : FormMark or None
        What a form of ours was written for.
    """

    frame: pd.DataFrame
    sheets: tuple[str, ...]
    sheet_of_row: list[str]
    header: tuple[int, ...]
    letters: dict[str, str]
    cells: dict[str, dict[int, ShownCell]] = field(default_factory=dict)
    filled: dict[str, set[int]] = field(default_factory=dict)
    links: dict[str, dict[int, str]] = field(default_factory=dict)
    side: tuple[str, ...] = ()
    above: dict[int, dict[str, str]] = field(default_factory=dict)
    excluded: tuple[ExcludedRow, ...] = ()
    candidates: tuple[TableCandidate, ...] = ()
    is_ambiguous: bool = False
    notices: tuple[ReadingNotice, ...] = ()
    form: FormMark | None = None

    @property
    def columns(self) -> list[str]:
        """The headings."""
        return list(self.frame.columns)

    def place(self, position: int, column: str | None = None) -> str:
        """Return the name of a row or cell of the frame for messages, such as `row 4` or `cell C4`."""
        row = f"{self.frame.index[position]}"
        place = f"row {row}" if column is None else f"cell {self.letters.get(column, '')}{row}"
        return place if len(self.sheets) < 2 else f"{place} of sheet {self.sheet_of_row[position]!r}"

    def odd_cells(self, column: str) -> Iterator[tuple[int, ShownCell]]:
        """Yield position and cell of each cell of a column that is not what it looks like."""
        yield from self.cells.get(column, {}).items()
