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
from .cells import OWN_TEXT
from .plain_rows import PlainToken, feed_rows, parts_of
from .safe_xml import Attributes, without_prefixes
from .shared_strings import SharedStrings

_HYPERLINK = re.compile(r'\s*=?\s*HYPERLINK\s*\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
_YES = ("1", "true")
_FORMULA = ShownCell(
    None, None, Appearance.NO_VALUE
)  # stands for a cell with a formula, which is not remembered
_SHARED = ' t="s"><v>'
_HIDDEN = re.compile(' hidden="(?:1|true)"')


class ColumnNumbers(dict[str, int]):
    """Letters -> number of a column, computed when first asked for."""

    def __missing__(self, letters: str) -> int:
        number = self[letters] = column_number(letters)
        return number


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
        self.default = formats[0]
        self.targets = links
        self.columns = ColumnNumbers()
        self.known: dict[str, ShownCell | str | None] = {}  # what follows the reference -> what is shown
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

    def plain_cells(self, tokens: list[PlainToken]) -> None:
        """Put what cells show into their rows. Runs for each cell, so it looks at the frequent case first."""
        if len(self.known) > MAX_KNOWN:
            self.known.clear()
        known, columns, row, cells = self.known, self.columns, self.row, self.sheet.cells
        self._learn([token[1] for token in tokens if token[1] not in known])
        for letters, rest, number, attributes, _ in tokens:
            if letters:
                shown = known[rest]
                if shown is None:
                    continue
                column = columns[letters]
                if column != len(row) or column >= MAX_COLUMNS or shown is _FORMULA:
                    self._put_plain(column, rest, shown)
                elif type(shown) is str:  # faster than isinstance
                    row.append(shown)
                else:
                    row.append(shown.shown)  # type: ignore[union-attr]
                    cells[column][self.row_number] = shown  # type: ignore[assignment]
            elif number:
                self._start_row(int(number), bool(_HIDDEN.search(attributes)))
                row = self.row

    def _learn(self, rests: list[str]) -> None:
        """Remember what each of these cells shows; the formulas are taken one by one."""
        known = self.known
        for rest in rests:
            style, shared, number = rest.partition(_SHARED)
            if shared and (number := number[:-8]).isdigit():  # without </v></c>
                known[rest] = self._shared_string(style[4:-1], int(number))
                continue
            style, kind, written, formula = parts_of(rest)
            known[rest] = self._shown(style, kind, written) if formula is None else _FORMULA

    def _put_plain(self, column: int, rest: str, shown: ShownCell | str) -> None:
        if shown is _FORMULA:
            self.cell(column, *parts_of(rest))
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
                self.sheet.links[found.first_row, found.first_column] = target

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
            message = f"{len(self.far)} cells of sheet {self.sheet.name!r} are far to the right and were left out: {cells}."
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
