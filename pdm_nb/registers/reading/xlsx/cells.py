"""Finds the cells in the XML of a sheet, in a stream.

How this works: the parser calls `start` and `text` for millions of cells, so these are local functions, and the parser
gets no handler for the ends of elements. A cell is complete when the next one starts. Text between the elements, which
only indented files have, then follows the value; numbers are read in spite of it, and for cells with a text of their
own the ends are handled too.
"""

from __future__ import annotations

import string
from collections.abc import Callable
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


def find_cells(parser: expat.XMLParserType, receiver: CellReceiver) -> Callable[[], None]:
    """Set the handlers of a parser; return a function to call at the end, for the last cell."""
    attributes: Attributes = {}
    written: str | None = None
    formula: str | None = None
    element = ""
    is_inline = False  # then a value next to the text is ignored, as spreadsheets do
    column = -1
    columns: dict[str, int] = {}

    def start(name: str, given: Attributes) -> None:
        nonlocal attributes, element, formula, is_inline
        if name != "v" and name != "c":
            name = "phonetic" if element == "rPh" else local(name)
        element = name
        if name == "c":
            finish()
            attributes = given
            kind = given.get("t", "")
            is_inline = kind == "inlineStr"
            if kind in OWN_TEXT:
                parser.EndElementHandler = end
        elif name == "f":
            formula = ""
        elif name == "row":
            finish()
            forget_column()
            receiver.element(name, given)
        elif name not in ("v", "t", "is", "rPh", "phonetic"):
            receiver.element(name, given)

    def text(characters: str) -> None:
        nonlocal written, formula
        if element == "t" or (element == "v" and not is_inline):
            written = characters if written is None else written + characters
        elif element == "f":
            formula = (formula or "") + characters

    def end(name: str) -> None:
        nonlocal element
        element = ""
        if local(name) == "c":
            parser.EndElementHandler = None

    def finish() -> None:
        """Pass the cell on whose elements have been read."""
        nonlocal written, formula, column
        letters = attributes.get("r", "").rstrip(string.digits)
        try:
            column = columns[letters] if letters else column + 1
        except KeyError:
            column = columns[letters] = column_number(letters)
        if written is not None or formula is not None:
            receiver.cell(column, attributes.get("s", ""), attributes.get("t", ""), written or "", formula)
            written = formula = None

    def forget_column() -> None:
        nonlocal attributes, column
        attributes, column = {}, -2  # no cell yet: the next `finish` counts on to -1

    forget_column()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    return finish
