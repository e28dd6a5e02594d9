"""Invisible characters are found, and what is only unusual is not."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from pdm_nb.registers.reading.display.cells import text_cell
from pdm_nb.registers.reading.sheets.workbook import ShownCell
from pdm_nb.rules.values.invisible import invisible_in, visible


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f477\U0001f3fd\u200d\u2640\ufe0f.pdf",  # a worker
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag
        "نام\u200cها",
        "two\nlines\tand a tab",
        "\u0600 12",  # a number sign that is printed
    ],
)
def test_what_is_part_of_what_is_seen_stays(text: str) -> None:
    assert (visible(text), invisible_in(text)) == (text, "")


def test_a_joiner_stays_in_an_emoji_next_to_an_invisible_character() -> None:
    worker = "\U0001f477\U0001f3fd\u200d\u2640\ufe0f"
    assert visible(f"{worker}\u200b") == worker
    assert visible("P\u200d01") == "P01"
    assert visible("P\U000e004101") == "P01"


def test_the_reader_and_the_checks_have_one_list() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cc", "Cf", "Zs") and char != " ":
            cell = text_cell(f"P{char}01")
            shown = cell.shown if isinstance(cell, ShownCell) else cell
            assert shown == visible(f"P{char}01"), hex(code)
            assert (shown != f"P{char}01") == bool(invisible_in(f"P{char}01")), hex(code)
