"""Reads one sheet as it is shown.

Only cells with a value are kept, in lists per row, so that neither a claimed dimension nor one stray cell far away
needs memory. What a value shows is computed once per format and value.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence

from ....errors import InputError
from ....rules.values.text import quantity
from ..display import CellFormat
from ..display.cells import decode_escapes
from ..sheets.garbage_collection import no_garbage_collection
from ..sheets.limits import MAX_COLUMNS, MAX_KNOWN, MAX_MERGED, MAX_ROW, check_cells
from ..sheets.workbook import (
    Appearance,
    MergedRange,
    ReadingNotice,
    Sheet,
    ShownCell,
    column_letters,
    column_number,
)
from .cells import OWN_TEXT, ColumnNumbers
from .plain_rows import feed_rows, parts_of
from .safe_xml import Attributes, without_prefixes
from .shared_strings import SharedStrings

_HYPERLINK = re.compile(r'\s*=?\s*HYPERLINK\s*\(\s*"((?:[^"]|"")*)"\s*[,;)]', re.IGNORECASE)
_YES = ("1", "true")
_SHARED, _END = ' t="s"><v>', "</v></c>"
_DIGITS = "0123456789"
MAX_PATTERNS = 10_000
# What a cell shows, or the parts of one with a formula.
Known = ShownCell | str | tuple[str, str, str, str | None] | None


class SheetReader:
    """Fills a `Sheet` from its XML."""

    def __init__(
        self,
        sheet: Sheet,
        workbook: str,
        strings: SharedStrings,
        formats: Sequence[CellFormat],
        links: dict[str, str],
    ) -> None:
        self.sheet = sheet
        self.workbook = workbook
        self.strings = strings
        self.formats = {str(number): form for number, form in enumerate(formats)}
        self.styles = {"": ""} | {f' s="{number}"': number for number in self.formats}  # as written in a cell
        self.default = formats[0]
        self.targets = links
        self.columns = ColumnNumbers()
        self.known: dict[str, Known] = {}  # what follows the reference -> what is shown
        self.patterns: dict[str, list[int]] = {}  # letters of the cells of a row -> their columns
        sheet.cells = defaultdict(dict)
        self.row: list[str | None] = []
        self.row_number = 0
        self.slots = 0
        self.far: list[str] = []
        self.formulas = 0

    def read(self, archive: zipfile.ZipFile, part: str) -> Sheet:
        """Return the filled sheet."""
        with no_garbage_collection():
            feed_rows(self, archive, part)
        self._keep_row()
        self.sheet.rows = dict(sorted(self.sheet.rows.items()))
        self.sheet.cells = dict(self.sheet.cells)
        self._report_far_cells()
        return self.sheet

    def learn(self, rests: set[str]) -> bool:
        """Remember what cells with this after their reference show; return whether all of it is plain."""
        known, styles = self.known, self.styles
        if len(known) > MAX_KNOWN:
            known.clear()
        for rest in rests.difference(known):
            style, shared, number = rest.partition(_SHARED)
            if shared and style in styles and number.endswith(_END) and number[: -len(_END)].isdecimal():
                known[rest] = self._shared_string(styles[style], int(number[: -len(_END)]))
                continue
            parts = parts_of(rest)
            if parts is None:
                return False
            known[rest] = parts if parts[3] is not None else self._shown(*parts[:3])
        return True

    def plain_row(self, number: int, hidden: bool, references: Sequence[str], rests: Sequence[str]) -> None:
        """Put what cells show into a row. Runs for each cell, so it looks at the frequent case first."""
        self._start_row(number, hidden)
        row, odd = self.row, self.sheet.cells
        places = self._columns_of(references, str(number))
        for column, shown in zip(places, map(self.known.__getitem__, rests), strict=True):
            if type(shown) is str and column == len(row) < MAX_COLUMNS:  # faster than isinstance
                row.append(shown)
            elif shown is None:
                continue
            elif column != len(row) or column >= MAX_COLUMNS or type(shown) is tuple:
                self._put_plain(column, shown)
            else:
                row.append(shown.shown)  # type: ignore[union-attr]
                odd[column][number] = shown  # type: ignore[assignment]

    def _columns_of(self, references: Sequence[str], number: str) -> list[int]:
        """Return the columns of the cells of a row, found once for all rows with the same cells."""
        letters = ",".join(references).replace(number, "")
        found = self.patterns.get(letters)
        if found is None:
            found = [self.columns[reference.rstrip(_DIGITS)] for reference in references]
            if letters.replace(",", "").isalpha() and min(found) >= 0 and len(self.patterns) < MAX_PATTERNS:
                self.patterns[letters] = found
        return found

    def _put_plain(self, column: int, shown: Known) -> None:
        if isinstance(shown, tuple):
            self.cell(column, *shown)
        else:
            self._put(column, shown)

    def cell(self, column: int, style: str, kind: str, written: str, formula: str | None) -> None:
        """Put what a cell shows into its row."""
        if formula is not None:
            self.formulas += 1
            if target := _HYPERLINK.match(formula):
                self.sheet.links[self.row_number, column] = target[1].replace('""', '"')
            if not written and not kind:
                self._put(column, ShownCell(None, None, Appearance.NO_VALUE))
                return
        self._put(column, self._shown(style, kind, written))

    def _put(self, column: int, shown: ShownCell | str | None) -> None:
        if shown is None:
            return
        if column < 0:
            raise InputError(
                f"{self.workbook} is damaged: a cell of sheet {self.sheet.name!r} has no column."
            )
        if column >= MAX_COLUMNS:
            self.far.append(f"{column_letters(column)}{self.row_number}")
            return
        text = shown if isinstance(shown, str) else shown.shown
        if isinstance(shown, ShownCell):
            self.sheet.cells[column][self.row_number] = shown
        row = self.row
        if column < len(row):
            row[column] = text
            return
        row.extend([None] * (column - len(row)))
        row.append(text)

    def element(self, name: str, attributes: Attributes) -> None:
        """Take what else a sheet has."""
        given = without_prefixes(attributes)
        if name == "row":
            self._start_row(_number(given.get("r", ""), self.row_number + 1), given.get("hidden") in _YES)
        elif name == "col" and given.get("hidden") in _YES:
            first, last = _number(given.get("min", ""), 1), _number(given.get("max", ""), 1)
            self.sheet.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))
        elif name == "mergeCell":
            found = parse_range(given.get("ref", ""))
            if found and len(self.sheet.merged) < MAX_MERGED:
                self.sheet.merged.append(found)
        elif name == "hyperlink":
            found = parse_range(given.get("ref", ""))
            target = self.targets.get(given.get("id", ""))
            if found and target:
                self._link(found, target)

    def _link(self, cells: MergedRange, target: str) -> None:
        """Keep the target of a hyperlink, which can be that of several cells."""
        rows = range(cells.first_row, cells.last_row + 1)
        columns = range(cells.first_column, cells.last_column + 1)
        if len(rows) * len(columns) > MAX_COLUMNS:
            rows, columns = rows[:1], columns[:1]
        for row in rows:
            for column in columns:
                self.sheet.links[row, column] = target

    def _start_row(self, number: int, hidden: bool) -> None:
        self._keep_row()
        self.row_number = number
        self.row = self.sheet.rows.pop(number, [])
        if hidden:
            self.sheet.hidden_rows.add(self.row_number)

    def _keep_row(self) -> None:
        if self.row and 0 < self.row_number <= MAX_ROW:
            self.sheet.rows[self.row_number] = self.row
            self.slots += len(self.row)
            check_cells(self.slots, self.workbook, self.sheet.name)
        self.row = []

    def _shown(self, style: str, kind: str, written: str) -> ShownCell | str | None:
        """Return what a value shows; None if it is empty."""
        form = self.formats.get(style, self.default)
        if kind == "s" and written.strip():
            return self._shared_string(style, _number(written.strip(), len(self.strings.written)))
        if kind in OWN_TEXT:
            return form.text(decode_escapes(written))
        written = written.strip()
        if not written:
            return None
        if kind == "e":
            return ShownCell(written, written, Appearance.ERROR)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(written, written)
        return _iso_cell(written) if kind == "d" else form.number(written)

    def _shared_string(self, style: str, number: int) -> ShownCell | str | None:
        if number >= len(self.strings.written):
            raise InputError(
                f"{self.workbook} is damaged: texts of sheet {self.sheet.name!r} are missing. "
                "Open it in a spreadsheet and save it again."
            )
        form = self.formats.get(style, self.default)
        return (
            self.strings.shown[number]
            if form.text_section is None
            else form.text(self.strings.written[number])
        )

    def _report_far_cells(self) -> None:
        if self.far:
            cells = ", ".join(self.far[:3]) + (" …" if len(self.far) > 3 else "")
            message = f"Far to the right, {quantity(len(self.far), 'cell')} of sheet {self.sheet.name!r} {'was' if len(self.far) == 1 else 'were'} left out: {cells}."
            self.sheet.notices.append(ReadingNotice("far_cells", message, self.sheet.name))


def parse_range(reference: str) -> MergedRange | None:
    """Return the range of a reference such as `B2:B4` or `B2`."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", reference)
    if not found:
        return None
    first, last = column_number(found[1]), column_number(found[3] or found[1])
    return MergedRange(int(found[2]), int(found[4] or found[2]), first, last)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _iso_cell(written: str) -> ShownCell | str:
    """Return a date that is stored as text, as strict workbooks do."""
    try:
        value = dt.datetime.fromisoformat(written)
    except ValueError:
        return written
    stored = value.date() if value.time() == dt.time() else value
    return ShownCell(str(stored), stored, Appearance.DATE)
