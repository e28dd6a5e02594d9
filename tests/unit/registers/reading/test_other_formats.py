"""Values of .ods, .xls, .xlsb, Parquet and DataFrames."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import Appearance, ShownCell, find_table, read_workbook
from pdm_nb.registers.reading.extent import check_extent

DATA = Path(__file__).parents[3] / "data/workbooks"


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_values_of_libreoffice_files(kind: str) -> None:
    workbook = read_workbook(DATA / f"drawings.{kind}")
    drawings, lists = workbook.sheets
    assert (drawings.hidden, lists.hidden) == (False, True)
    assert drawings.rows[2] == ["1", "Plan 1", "1", "2025-03-01", "S2"]
    assert drawings.cells[3][2] == ShownCell("2025-03-01", dt.date(2025, 3, 1), Appearance.DATE)
    (notice,) = workbook.notices
    assert notice.code == "values_only"
    assert f"Of a .{kind} file the values are read, but not number formats" in notice.message


def test_merged_cells_of_xls_are_filled() -> None:
    table = find_table(read_workbook(DATA / "drawings.xls"))
    assert table.frame["Status"].tolist() == ["S2"] * 5
    assert table.filled == {"Status": {1, 2}}


def test_an_xlsx_of_libreoffice_is_read_as_shown() -> None:
    table = find_table(read_workbook(DATA / "drawings.xlsx"))
    assert table.frame.loc[2].tolist() == ["0001", "Plan 1", "P01", "01/03/2025", "S2"]
    assert table.links == {"Title": {3: "https://example.com/plan-5.pdf"}}
    assert [one.code for one in table.notices] == ["table", "hidden_sheets", "hidden_rows", "merged_cells"]


def xlsb(path: Path, cells: list[tuple[int, int]]) -> zipfile.ZipFile:
    """Write the records of rows and cells of an .xlsb: kind, size, and the number of the row or column."""
    data = b""
    for row, column in cells:
        data += b"\x00\x08" + struct.pack("<II", row, 0)
        data += b"\x05\x10" + struct.pack("<IId", column, 0, 1.0)
        data += b"\xac\x03\x04" + struct.pack("<I", 0xFFFFFFFF)  # a record that is neither
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.bin", data)
    return zipfile.ZipFile(path)


def test_a_stray_cell_of_an_xlsb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    check_extent(xlsb(tmp_path / "small.xlsb", [(0, 0), (1, 1), (49_999, 29)]), "small.xlsb", "xlsb")
    with pytest.raises(
        InputError, match="reaches to row 1,048,576 and column 16,384, probably with a stray cell"
    ):
        check_extent(xlsb(tmp_path / "r.xlsb", [(0, 0), (1_048_575, 16_383)]), "r.xlsb", "xlsb")


def test_a_frame_is_a_sheet() -> None:
    frame = pd.DataFrame(
        {
            "Number": ["0007", None],
            "Rev": [1, 2],
            "Share": [0.5, float("nan")],
            "Date": [pd.Timestamp("2025-03-01"), pd.NaT],
            "Time": [pd.Timestamp("2025-03-01 10:30"), pd.Timestamp("2025-03-01 11:30")],
            "Done": [True, False],
        },
        index=[5, 9],
    )
    (sheet,) = read_workbook(frame).sheets
    assert sheet.rows == {
        1: ["Number", "Rev", "Share", "Date", "Time", "Done"],
        2: ["0007", "1", "0.5", "2025-03-01", "2025-03-01 10:30:00", "TRUE"],
        3: [None, "2", None, None, "2025-03-01 11:30:00", "FALSE"],
    }
    assert sheet.cells[3][2].stored == dt.date(2025, 3, 1)


def test_parquet_is_read_as_its_frame(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"Number": ["0007", "A-1"], "Date": [dt.date(2025, 3, 1), None]})
    frame.to_parquet(tmp_path / "r.parquet")
    (sheet,) = read_workbook(tmp_path / "r.parquet").sheets
    assert sheet.rows == {1: ["Number", "Date"], 2: ["0007", "2025-03-01"], 3: ["A-1", None]}
