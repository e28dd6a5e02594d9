"""Finds the cells in the XML of a sheet, in a stream.

How this works: the parser gets no handler for the ends of elements, which saves a third of the calls. A cell is complete
when the next one starts. Text between the elements, which only indented files have, then follows the value; numbers are
read in spite of it, and for cells with a text of their own the ends are handled too.
"""

from __future__ import annotations

import string
from typing import Protocol
from xml.parsers import expat

from ..sheets.workbook import column_number
from .safe_xml import Attributes, local

OWN_TEXT = ("str", "inlineStr")


class CellReceiver(Protocol):
    """Takes what is found in a sheet."""

    def cell(self, column: int, style: str, kind: str, written: str, formula: str | None) -> None:
        """Take a cell with a value or formula, as it is written in the file."""

    def element(self, name: str, attributes: Attributes) -> None:
        """Take any other element: a row, a merged range and so on."""


class ColumnNumbers(dict[str, int]):
    """Letters -> number of a column, computed when first asked for."""

    def __missing__(self, letters: str) -> int:
        number = self[letters] = column_number(letters)
        return number


class CellFinder:
    """Passes on what the parser finds. Call `finish` at the end, for the last cell."""

    def __init__(self, parser: expat.XMLParserType, receiver: CellReceiver) -> None:
        self.parser = parser
        self.receiver = receiver
        self.columns = ColumnNumbers()
        self.attributes: Attributes = {}
        self.written: str | None = None
        self.formula: str | None = None
        self.element = ""
        self.is_inline = False  # then a value next to the text is ignored, as spreadsheets do
        self.column = -1
        self.in_cell = False
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, given: Attributes) -> None:
        name = "phonetic" if self.element == "rPh" else local(name)
        self.element = name
        if name == "c":
            self.finish()
            self.attributes, self.in_cell = given, True
            kind = given.get("t", "")
            self.is_inline = kind == "inlineStr"
            if kind in OWN_TEXT:
                self.parser.EndElementHandler = self._end
        elif name == "f":
            self.formula = ""
        elif name == "row":
            self.finish()
            self.column = -1
            self.receiver.element(name, given)
        elif name not in ("v", "t", "is", "rPh", "phonetic"):
            self.receiver.element(name, given)

    def _text(self, characters: str) -> None:
        if self.element == "t" or (self.element == "v" and not self.is_inline):
            self.written = (self.written or "") + characters
        elif self.element == "f":
            self.formula = (self.formula or "") + characters

    def _end(self, name: str) -> None:
        self.element = ""
        if local(name) == "c":
            self.parser.EndElementHandler = None

    def finish(self) -> None:
        """Pass the cell on whose elements have been read."""
        if not self.in_cell:
            return
        given, self.in_cell = self.attributes, False
        letters = given.get("r", "").rstrip(string.digits)
        self.column = self.columns[letters] if letters else self.column + 1
        if self.written is not None or self.formula is not None:
            self.receiver.cell(
                self.column, given.get("s", ""), given.get("t", ""), self.written or "", self.formula
            )
            self.written = self.formula = None
