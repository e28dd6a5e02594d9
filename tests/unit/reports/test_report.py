"""Reports are the same in every format, and text from outside stays text."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pdm_nb import frames
from pdm_nb.errors import InputError
from pdm_nb.reports import Report, ReportTable, workbook_file
from pdm_nb.reports.workbook_file import LENGTH, clipped

SUFFIXES = (".xlsx", ".html", ".csv", ".parquet", ".json")
HOSTILE = "<script>alert(1)</script>"
FACTS = frames.frame({"what": frames.TEXT, "value": frames.TEXT}, [("project", HOSTILE)])


def report(rows: int = 1, most: int | None = None) -> Report:
    table = frames.frame(
        {"file": frames.TEXT, "size": frames.WHOLE, "same": frames.FLAG, "note": frames.TEXT},
        [("=1+1", 7, True, HOSTILE), ("", None, None, None)] * rows,
    )
    table.insert(1, "at", frames.moments([1_700_000_000.5, None] * rows))
    return Report("A <b> title", FACTS, lambda: iter([ReportTable("documents", table, "A & B", most)]))


def test_a_workbook_has_typed_cells_filters_and_widths(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(report().save(tmp_path / "r.xlsx", SUFFIXES))
    assert book.sheetnames == ["summary", "documents"]
    sheet = book["documents"]
    assert [cell.value for cell in sheet[1]] == ["file", "at", "size", "same", "note"]
    assert [cell.value for cell in sheet[2]] == [
        "=1+1",
        datetime(2023, 11, 14, 22, 13, 20, 500000),
        7,
        True,
        HOSTILE,
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "d", "n", "b", "s"]
    assert [cell.value for cell in sheet[3]] == [None] * 5
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E3")
    assert sheet.column_dimensions["E"].width > len(HOSTILE)


def test_more_rows_than_a_sheet_has_continue_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_file, "ROWS", 3)
    monkeypatch.setattr(workbook_file, "AT_ONCE", 2)
    book = openpyxl.load_workbook(report(3).save(tmp_path / "r.xlsx", SUFFIXES))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [
        ("summary", 2),
        ("documents", 4),
        ("documents 2", 3),
    ]


def test_a_long_text_is_clipped() -> None:
    assert len(clipped("x" * (LENGTH + 1))) == LENGTH
    assert clipped("x" * LENGTH) == "x" * LENGTH


def test_a_page_escapes_everything_and_loads_nothing(tmp_path: Path) -> None:
    page = report().save(tmp_path / "r.html", SUFFIXES).read_text("utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 2
    assert "A &lt;b&gt; title" in page
    assert "A &amp; B" in page
    assert "default-src 'none'" in page
    assert "@media print" in page
    assert "2023-11-14 22:13:20 UTC" in page


def test_a_page_says_how_many_rows_it_leaves_out(tmp_path: Path) -> None:
    page = report(3, most=4).save(tmp_path / "r.html", SUFFIXES).read_text("utf-8")
    assert "The first 4 of 6 rows" in page
    assert page.count("=1+1") == 2


def test_csv_parquet_and_json(tmp_path: Path) -> None:
    table = pd.read_csv(report().save(tmp_path / "r.csv", SUFFIXES), dtype="string")
    assert table["file"].tolist()[0] == "'=1+1"
    pytest.importorskip("pyarrow")
    table = pd.read_parquet(report().save(tmp_path / "r.parquet", SUFFIXES))
    assert (table["file"][0], table["size"][0], str(table["at"].dtype)) == ("=1+1", 7, "datetime64[us, UTC]")
    content = json.loads(report(2).save(tmp_path / "r.json", SUFFIXES).read_text("utf-8"))
    assert content["summary"] == {"project": HOSTILE}
    assert [row["size"] for row in content["documents"]] == [7, None, 7, None]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("r.doc", r"unknown kind of file.*\.html, \.csv"),
        ("no/such/r.csv", "does not exist"),
        ("full.xlsx", "cannot be written"),
    ],
)
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "full.xlsx").mkdir()
    with pytest.raises(InputError, match=told):
        report().save(tmp_path / name, SUFFIXES)
    assert [path.name for path in tmp_path.iterdir()] == ["full.xlsx"]
