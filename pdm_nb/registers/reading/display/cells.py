"""Decides what a cell shows, and whether it is something else than it looks like."""

from __future__ import annotations

import math
import re

from ....rules.values.invisible import invisible_in, visible
from ..sheets.workbook import Appearance, ShownCell
from .dates import format_moment, moment, stored_value
from .format_code import section_for, text_section
from .numbers import format_number, general_text

_POWER = re.compile(r"\dE[+-]?\d")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def decode_escapes(text: str) -> str:
    """Decode the characters that a workbook writes as `_x000D_`; `_x005F_` is the underscore itself."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def text_cell(text: str) -> ShownCell | str | None:
    """Return a text as it is shown, as a `ShownCell` if it has what cannot be seen, None if nothing is left.

    Examples
    --------
    >>> text_cell("P01"), text_cell("P01\\u200b").shown, text_cell(" 0007 ").appearance.name
    ('P01', 'P01', 'SPACES')
    """
    if not text.isprintable() and invisible_in(text):  # printable is the frequent case
        shown = visible(text)
        return ShownCell(shown, text, Appearance.INVISIBLE) if shown else None
    if text[:1] == "'" and len(text) > 1:
        return ShownCell(text.rstrip(), text, Appearance.APOSTROPHE)
    shown = text.strip()
    if len(shown) != len(text):
        return ShownCell(shown, text, Appearance.SPACES) if shown else None
    return text or None


class CellFormat:
    """Shows values in one number format.

    Parameters
    ----------
    code : str
        The number format, such as "0000".
    since_1904 : bool
        Whether day 0 of dates is 1 January 1904, as in workbooks of old Macs.
    """

    __slots__ = ("code", "general", "since_1904", "text_section")

    def __init__(self, code: str = "General", since_1904: bool = False) -> None:
        self.code = code = code or "General"
        self.since_1904 = since_1904
        self.general = code in ("General", "@")
        self.text_section = text_section(code)

    def number(self, written: str) -> ShownCell | str:
        """Return what a number shows, as it is written in the file; a `ShownCell` if that is not just the number."""
        try:
            value = float(written)
        except ValueError:
            return written
        if not math.isfinite(value):
            return written
        if self.general:
            return _general(value)
        section, _ = section_for(self.code, value)
        if section.is_date:
            return self._date(value)
        shown = format_number(value, self.code).strip()
        if shown == general_text(value):
            return _general(value)
        return ShownCell(shown or None, _number(value), _appearance(shown))

    def text(self, text: str) -> ShownCell | str | None:
        """Return what a text shows: formats can add to it."""
        section = self.text_section
        if section is None or not text:
            return text_cell(text)
        shown = "".join(text if token.kind == "text" else token.text for token in section.tokens).strip()
        if shown == text:
            return shown
        return ShownCell(shown or None, text, Appearance.TEXT_FORMAT)

    def _date(self, value: float) -> ShownCell:
        when = moment(value, self.since_1904)
        if when is None:  # a spreadsheet shows ###### for it
            return ShownCell(general_text(value), _number(value), Appearance.NUMBER_FORMAT)
        section, _ = section_for(self.code, value)
        shown = format_moment(value, section, when).strip()
        return ShownCell(shown or None, stored_value(value, section, when), Appearance.DATE)


def _general(value: float) -> ShownCell | str:
    """Return a number without a format. From 12 digits, spreadsheets show powers of ten; the digits are taken."""
    shown = general_text(value)
    return shown if abs(value) < 1e11 else ShownCell(shown, _number(value), _appearance(shown))


def _appearance(shown: str) -> Appearance:
    return Appearance.POWER if _POWER.search(shown) else Appearance.NUMBER_FORMAT


def _number(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 1e15 else value
