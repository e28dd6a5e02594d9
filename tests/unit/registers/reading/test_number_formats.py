"""What a cell shows: numbers, dates and text in number formats, and what cannot be seen."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pdm_nb.registers.reading import Appearance, ShownCell
from pdm_nb.registers.reading.display import CellFormat, text_cell
from pdm_nb.registers.reading.display.cells import decode_escapes
from pdm_nb.registers.reading.display.dates import moment

PAIRS = json.loads((Path(__file__).parents[3] / "data/workbooks/number-formats.json").read_text("utf-8"))


def shown(value: float, code: str, since_1904: bool = False) -> str | None:
    found = CellFormat(code, since_1904).number(repr(value))
    return found.shown if isinstance(found, ShownCell) else found


@pytest.mark.parametrize(("value", "code", "text"), PAIRS)
def test_a_number_is_shown_as_a_spreadsheet_shows_it(value: float, code: str, text: str) -> None:
    assert (shown(value, code) or "") == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (7, "General", "7"),
        (7.0, "@", "7"),
        (123456789012, "General", "123456789012"),
        (1e20, "General", "1E+20"),
        (5, ";;;", None),
        (3, "0.##", "3."),
        (-0.4, "0", "0"),
        (45292, "[$-F800]dddd, mmmm dd, yyyy", "2024-01-01"),
        (-1, "dd/mm/yyyy", "-1"),
        (1, '"unclosed', "unclosed"),
        (1, "", "1"),
    ],
)
def test_numbers_at_the_edges(value: float, code: str, text: str | None) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "stored"),
    [
        (45292, "dd/mm/yyyy", dt.date(2024, 1, 1)),
        (45292.75, "dd/mm/yyyy hh:mm", dt.datetime(2024, 1, 1, 18)),
        (0.25, "hh:mm", dt.time(6)),
        (1.5, "[h]:mm", dt.timedelta(hours=36)),
    ],
)
def test_the_value_of_a_date_is_kept(value: float, code: str, stored: object) -> None:
    cell = CellFormat(code).number(repr(value))
    assert isinstance(cell, ShownCell)
    assert (cell.stored, cell.appearance) == (stored, Appearance.DATE)


def test_calendars_from_1900_and_1904() -> None:
    assert moment(1) == dt.datetime(1900, 1, 1)
    assert moment(59) == dt.datetime(1900, 2, 28)
    assert moment(61) == dt.datetime(1900, 3, 1)
    assert moment(0, since_1904=True) == dt.datetime(1904, 1, 1)
    assert shown(43830, "yyyy-mm-dd", since_1904=True) == "2024-01-01"
    assert moment(-1) is None
    assert moment(1e9) is None


def test_a_number_that_looks_like_itself_is_not_reported() -> None:
    assert CellFormat("0").number("7") == "7"
    assert CellFormat("0.0").number("7.5") == "7.5"
    cell = CellFormat("0").number("7.5")
    assert cell == ShownCell("8", 7.5, Appearance.NUMBER_FORMAT)


def test_a_text_format_adds_to_a_text() -> None:
    cell = CellFormat('0;-0;0;"DWG-"@').text("101")
    assert cell == ShownCell("DWG-101", "101", Appearance.TEXT_FORMAT)
    assert CellFormat("@").text("101") == "101"


@pytest.mark.parametrize(
    ("text", "seen", "appearance"),
    [
        ("P01\u200b", "P01", Appearance.INVISIBLE),
        ("\ufeffGround", "Ground", Appearance.INVISIBLE),
        ("Level\u00a01", "Level 1", Appearance.INVISIBLE),
        ("A\u00adB", "AB", Appearance.INVISIBLE),
        ("0007 ", "0007", Appearance.SPACES),
        ("'0007", "'0007", Appearance.APOSTROPHE),
    ],
)
def test_a_text_with_what_cannot_be_seen(text: str, seen: str, appearance: Appearance) -> None:
    assert text_cell(text) == ShownCell(seen, text, appearance)


@pytest.mark.parametrize("text", ["P01", "two\nlines", "نام\u200cها", "Grundriß", "'"])
def test_a_text_that_is_what_it_looks_like(text: str) -> None:
    assert text_cell(text) == text


def test_a_text_of_nothing_is_empty() -> None:
    assert text_cell(" \u200b ") is None
    assert text_cell("") is None


def test_escapes_of_workbooks_are_decoded() -> None:
    assert decode_escapes("a_x000D_\nb") == "a\r\nb"
    assert decode_escapes("a_x005F_x000D_") == "a_x000D_"
    assert decode_escapes("box_x9") == "box_x9"
