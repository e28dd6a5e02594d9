"""No text becomes a formula in a CSV file, and each is found again."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.file_writing.spreadsheet_text import (
    FORMULA,
    encodable,
    guarded,
    unguarded,
    without_controls,
    write_csv,
)

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''@")


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_is_guarded_and_found_again(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "A-101", "a=b", "'quoted'", " =1", "1-2"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == text == unguarded(text)


@given(st.text())
def test_any_text_is_found_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not FORMULA.match(guarded(text)) or guarded(text).startswith("'")


def test_headings_are_as_safe_as_cells(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=1+1": ["@x", None], "number": [-1, 2], "mixed": [-1, "-x"]})
    frame["text"] = pd.array(["=1", pd.NA], dtype="string")
    write_csv(frame, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["'=1+1", "number", "mixed", "text"], ["'@x", "-1", "-1", "'=1"], ["", "2", "'-x", ""]]
    assert frame.columns[0] == "=1+1"  # the table itself stays


def test_what_no_file_can_hold(tmp_path: Path) -> None:
    assert encodable("a\ud800b") == "a\ufffdb"
    assert without_controls("a\x00\x1fb\x7f") == "a b"
    frame = pd.DataFrame([["\ud800"]], columns=pd.Index(["\udfff"], dtype="object"), dtype="object")
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines() == ["\ufffd", "\ufffd"]
