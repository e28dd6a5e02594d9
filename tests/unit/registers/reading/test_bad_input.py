"""Files that cannot be a register, or would need too much memory: each a sentence."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import find_table, read_workbook
from tests.support.workbooks import PLAIN_ROWS, by_hand, worksheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("r.xlsx", b"", "r.xlsx is empty"),
        ("r.xlsx", b"Number,Title\n1,Plan\n", "r.xlsx is not a spreadsheet"),
        ("r.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web page or XML"),
        ("r.csv", b"%PDF-1.7", "r.csv is not a spreadsheet"),
        ("r.csv", b"a,b\x00\x01\x02\x03\x04\n", "r.csv is not a text file"),
        ("r.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "r.xlsx has a password"),
        ("r.xls", OLE + b"\0" * 600, "r.xls is not a spreadsheet"),
        (
            "r.xls",
            OLE + "Workbook".encode("utf-16-le") + b"\0" * 600,
            "r.xls cannot be read as a spreadsheet",
        ),
        ("r.parquet", b"PAR1 nothing", "r.parquet cannot be read as Parquet"),
        ("r.xlsx", b"PK\x03\x04 and no more", "r.xlsx is damaged or incomplete"),
    ],
    ids=["empty", "text", "html", "pdf", "binary", "password", "ole", "broken xls", "parquet", "truncated"],
)
def test_what_is_not_a_register_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_workbook(path)


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="damaged or incomplete"):
        read_workbook(path)


def test_xml_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS)[:-30])
    with pytest.raises(InputError, match=r"r\.xlsx is damaged in xl/worksheets/sheet1\.xml"):
        read_workbook(path)


def test_another_kind_than_the_suffix_is_read_and_reported(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xls", worksheet(PLAIN_ROWS))
    workbook = read_workbook(path)
    assert workbook.sheets[0].rows[1] == ["Number", "Title"]
    assert workbook.notices[0].message == "r.xls is a .xlsx file and was read as one."


def test_a_document_of_another_program_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(InputError, match="is not a spreadsheet"):
        read_workbook(tmp_path / "r.xlsx")


def test_charts_only_are_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("Chart")
    workbook.remove(workbook.active)
    workbook.save(tmp_path / "r.xlsx")
    with pytest.raises(InputError, match=r"r\.xlsx has charts only"):
        read_workbook(tmp_path / "r.xlsx")


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + worksheet(
        PLAIN_ROWS.replace("Number", "&b;")
    )
    with pytest.raises(InputError, match="document type in its XML"):
        read_workbook(by_hand(tmp_path / "r.xlsx", bomb))


def test_a_bomb_of_zeros_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS + " " * 150_000_000))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    with pytest.raises(InputError, match=r"would inflate to 143 MB \(xl/worksheets/sheet1\.xml\)"):
        read_workbook(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_claimed_rows_and_stray_cells_need_no_memory(tmp_path: Path) -> None:
    stray = '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
    text = worksheet(PLAIN_ROWS + stray).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    tracemalloc.start()
    workbook = read_workbook(by_hand(tmp_path / "r.xlsx", text))
    table = find_table(workbook, header=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    assert workbook.sheets[0].rows[1048576] == ["1"]
    (notice,) = [one for one in table.notices if one.code == "far_cells"]
    assert "XFD1048576" in notice.message


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdm_nb.registers.reading.sheets.limits.MAX_CELLS", 3)
    with pytest.raises(InputError, match=r"Sheet 'Register' of r\.xlsx has more than 3 cells"):
        read_workbook(by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS)))


def test_an_ods_of_repeated_cells_is_refused(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Bomb">'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "r.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    with pytest.raises(
        InputError, match=r"Sheet 'Bomb' of r\.ods reaches to row 1,000,000 and column 16,384"
    ):
        read_workbook(tmp_path / "r.ods")


def test_an_encrypted_ods_is_refused(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    (tmp_path / "r.ods").write_bytes(data.getvalue())
    with pytest.raises(InputError, match=r"r\.ods has a password"):
        read_workbook(tmp_path / "r.ods")
