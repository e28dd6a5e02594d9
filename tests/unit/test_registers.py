"""Files and spreadsheets become rows; an ambiguity is an error that names it."""

from __future__ import annotations

import csv
import datetime as dt
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb import registers
from pdm_nb.errors import InputError
from pdm_nb.local_files import document_of, file_fault, mime_type
from pdm_nb.registers import RegisterRow, read
from tests.support.builders import field

FIELDS = [
    field("type", "lov_entry"),
    field("number"),
    field("description", label="Title"),
    field("revision"),
    field("date_authored", "timestamp", label="Date Authored"),
    field("custom_1", label="Fire Zone"),
    field("custom_2", label="Number"),  # a label that is another field's name
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.pdf",
        "a.pdf",
        "sub/c.dwg",
        ".hidden",
        ".git/config",
        "sub/~$c.docx",
        "Thumbs.db",
        "desktop.ini",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def names(rows: list[RegisterRow]) -> list[str]:
    return [row.path.name for row in rows]


def table(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


# -- folders, globs, lists
def test_a_folder_gives_its_files_in_order_without_what_is_hidden(folder: Path) -> None:
    assert names(read(folder, FIELDS)) == names(read(str(folder), FIELDS)) == ["a.pdf", "b.pdf", "c.dwg"]
    assert all(row.values == {} for row in read(folder, FIELDS))


def test_a_folder_that_is_itself_hidden_is_meant(tmp_path: Path) -> None:
    (tmp_path / ".drawings").mkdir()
    (tmp_path / ".drawings" / "a.pdf").touch()
    assert names(read(tmp_path / ".drawings", FIELDS)) == ["a.pdf"]


def test_globs(folder: Path) -> None:
    assert names(read(f"{folder}/*.pdf", FIELDS)) == ["a.pdf", "b.pdf"]
    assert names(read(f"{folder}/**/*.*", FIELDS)) == ["a.pdf", "b.pdf", "c.dwg"]
    assert names(read(f"{folder}/[b]*", FIELDS)) == ["b.pdf"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "plan [1].pdf").touch()
    assert names(read(tmp_path / "plan [1].pdf", FIELDS)) == ["plan [1].pdf"]


def test_a_list_keeps_its_order_and_the_missing_for_the_check(folder: Path) -> None:
    rows = read([folder / "b.pdf", str(folder / "a.pdf"), folder / "missing.pdf"], FIELDS)
    assert names(rows) == ["b.pdf", "a.pdf", "missing.pdf"]


@pytest.mark.parametrize("second", ["a.pdf", "./a.pdf", "sub/../a.pdf"])
def test_a_file_that_is_listed_twice_is_told(folder: Path, second: str) -> None:
    with pytest.raises(InputError, match=r"a.pdf is listed twice, in item 1 and item 3"):
        read([f"{folder}/a.pdf", f"{folder}/b.pdf", f"{folder}/{second}"], FIELDS)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("drawngs", r"drawngs does not exist\. Similar: drawings"),
        ("nowhere/at/all", r"does not exist, nor does the folder .*nowhere/at"),
        ("*.ifc", r"No file matches .*\*\.ifc"),
        ("drawings", r"drawings contains no files"),
        ("register.csv", r"register\.csv does not exist in "),
    ],
)
def test_an_empty_folder_is_reported(tmp_path: Path, source: str, told: str) -> None:
    (tmp_path / "drawings").mkdir()
    with pytest.raises(InputError, match=told):
        read(f"{tmp_path}/{source}", FIELDS)


# -- CSV
ROWS = "file,Type,Title\na.pdf,Drawing,Façade – north\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_as_excel_writes_it(tmp_path: Path, encoding: str, separator: str, newline: str) -> None:
    text = ROWS.replace(",", separator).replace("\n", newline)
    (row,) = read(table(tmp_path / "register.csv", text.encode(encoding)), FIELDS)
    assert row == RegisterRow(tmp_path / "a.pdf", {"type": "Drawing", "description": "Façade – north"})


def test_csv_of_one_column(tmp_path: Path) -> None:
    assert names(read(table(tmp_path / "r.csv", "File name\na b.pdf\nc.pdf\n"), FIELDS)) == [
        "a b.pdf",
        "c.pdf",
    ]


def test_text_stays_text(tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", "file,number,rev,title\na.pdf,007,NA,1e5\nb.pdf,1.10,None,nan\n")
    assert [row.values for row in read(path, FIELDS)] == [
        {"number": "007", "revision": "NA", "description": "1e5"},
        {"number": "1.10", "revision": "None", "description": "nan"},
    ]


def test_quoted_cells_may_hold_separators_and_lines(tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", 'file;title\na.pdf;"Plan; level 1\nand ""2"""\n')
    assert read(path, FIELDS)[0].values == {"description": 'Plan; level 1\nand "2"'}


def test_empty_rows_cells_and_columns_are_nothing(tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", "file,title,\na.pdf, ,\n\n,,\nb.pdf,x\n")
    assert [row.values for row in read(path, FIELDS)] == [{}, {"description": "x"}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "r.csv has no columns"),
        (b"file,title\n", "r.csv has no rows"),
        (b"file,title\na.pdf,x\n\n,y\n", "Row 4 of r.csv has no file in column 'file'"),
        (b"file,title\na.pdf,x,surplus\n", "Row 2 of r.csv has 'surplus' in a column without a name"),
        (b"file,title,title\na.pdf,x,y\n", "r.csv has two columns 'title'"),
        (b"file\n\x81\x8d\n", "has an unknown encoding. Save it as CSV UTF-8"),
        (b"file\n" + b"x" * 200_000, "cannot be read as a spreadsheet"),
    ],
)
def test_an_unusable_csv_is_reported(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(table(tmp_path / "r.csv", content), FIELDS)


cells = st.text(st.characters(exclude_categories=["C"]), max_size=15)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_whatever_csv_says_is_read_as_it_was_written(rows: list[tuple[str, str]], separator: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerows(
                [("file", "number", "title"), *((f"{n}.pdf", *row) for n, row in enumerate(rows))]
            )
        found = [row.values for row in read(path, FIELDS)]
    expected = [{"number": number, "description": title} for number, title in rows]
    assert found == [{key: text for key, text in row.items() if text.strip()} for row in expected]


# -- XLSX
def xlsx(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_xlsx_with_dates_numbers_and_text(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "r.xlsx",
        ("File", "Number", "Rev", "Date authored", "Title", None),
        ("a.pdf", "007", 2, dt.date(2026, 3, 31), "NA"),
        (None, None, None, None, None),
        ("b.pdf", 7, 1.5, dt.datetime(2026, 3, 31, 14, 30), None),
    )
    first, second = read(path, FIELDS)
    assert first.path == tmp_path / "a.pdf"
    assert first.values == {
        "number": "007", "revision": 2, "date_authored": dt.datetime(2026, 3, 31), "description": "NA",
    }  # fmt: skip
    assert second.values == {"number": 7, "revision": 1.5, "date_authored": dt.datetime(2026, 3, 31, 14, 30)}


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 cut short"])
def test_an_unreadable_xlsx_is_reported(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"r\.xlsx cannot be read as a spreadsheet"):
        read(table(tmp_path / "r.xlsx", content), FIELDS)


# -- DataFrames
def test_a_dataframe_with_every_kind_of_nothing() -> None:
    frame = pd.DataFrame(
        {
            "path": ["x/a.pdf", Path("b.pdf")],
            "title": pd.array([None, "t"], dtype="string"),
            "date": [pd.NaT, pd.NaT],
        },
        index=[70, 80],
    )
    assert [row.values for row in read(frame, FIELDS, folder="/files")] == [{}, {"description": "t"}]
    assert [str(row.path) for row in read(frame, FIELDS, folder="/files")] == [
        "/files/x/a.pdf",
        "/files/b.pdf",
    ]


def test_a_dataframe_with_two_columns_of_one_name_is_reported() -> None:
    with pytest.raises(InputError, match="the table has two columns 'title'"):
        read(pd.DataFrame([["a.pdf", "x", "y"]], columns=["file", "title", "title"]), FIELDS)


def test_rows_of_a_dataframe_are_named_by_their_labels() -> None:
    with pytest.raises(InputError, match="Row 80 of the table has no file"):
        read(pd.DataFrame({"file": ["a.pdf", None]}, index=[70, 80]), FIELDS)


# -- columns
def mapped(*columns: str, **chosen: str | None) -> dict[str, str | None]:
    return registers.map_columns(
        columns, FIELDS, {k.replace("_", " "): v for k, v in chosen.items()}, "r.csv"
    )


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("File", "file"), ("FILE NAME", "file"), ("file_path", "file"), ("Document file", "file"),
        ("type", "type"), ("TYPE", "type"), ("Title", "description"), ("Document Title", "description"),
        ("Drawing No.", "number"), ("Rev.", "revision"), ("Date-Authored", "date_authored"),
        ("Issue date", "date_authored"), ("Fire zone", "custom_1"), ("custom_1", "custom_1"), ("Number", "number"),
    ],
)  # fmt: skip
def test_columns_are_matched_by_name_label_and_the_words_of_registers(column: str, name: str) -> None:
    assert mapped(column) == {column: name}


def test_a_column_may_be_said_or_left_out() -> None:
    found = mapped("Doc", "Remark", "Sheet", Doc="file", Remark=None, Sheet="number")
    assert found == {"Doc": "file", "Remark": None, "Sheet": "number"}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: mapped("file", "Revisoin"),
            r"Column 'Revisoin' of r.csv matches no field \(similar: revision",
        ),
        (lambda: mapped("file", "qqq"), r"columns=\{'qqq': None\} skips it"),
        (
            lambda: mapped("file", "Title", "Description"),
            "Columns 'Title' and 'Description' .* are both 'description'",
        ),
        (lambda: mapped("file", "path"), "'file' and 'path' .* are both 'file'"),
        (lambda: mapped("file", "x", x="numbr"), r"Unknown field 'numbr' for column 'x' \(similar: number"),
        (lambda: mapped("file", Titel="description"), "no column 'Titel'. It has: 'file'"),
    ],
)
def test_an_ambiguous_column_is_reported(call: Callable[[], object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        call()


def test_a_manifest_without_a_file_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.csv has no column for the files. Rename that column to 'file'"):
        read(table(tmp_path / "r.csv", "number,title\n1,x\n"), FIELDS)


@pytest.mark.parametrize("second", ["a.pdf", "sub/../a.pdf"])
def test_two_rows_for_one_file_are_reported(tmp_path: Path, second: str) -> None:
    path = table(tmp_path / "r.csv", f"file\na.pdf\n\n{second}\n")
    with pytest.raises(InputError, match=r"a.pdf is listed twice, in row 2 and row 4"):
        read(path, FIELDS)


def test_files_may_be_elsewhere_than_the_manifest(tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", "file\nsub/a.pdf\n/abs/b.pdf\n")
    rows = read(path, FIELDS, folder="/files")
    assert [str(row.path) for row in rows] == ["/files/sub/a.pdf", "/abs/b.pdf"]


# -- the file itself
def test_the_document_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "A-101.PDF"
    path.write_bytes(b"12345")
    (tmp_path / "sub").mkdir()
    found = document_of(tmp_path / "sub" / ".." / "A-101.PDF")
    facts = os.stat(path)
    assert (found.path, found.name, found.size, found.mime_type) == (
        str(path),
        "A-101.PDF",
        5,
        "application/pdf",
    )
    assert (found.mtime_ns, found.inode, found.state) == (facts.st_mtime_ns, facts.st_ino, "planned")


def test_a_missing_file_is_a_document_that_the_check_reports(tmp_path: Path) -> None:
    assert document_of(tmp_path / "a.pdf").size == 0
    assert file_fault(tmp_path / "a.pdf").endswith("a.pdf does not exist")
    assert file_fault(tmp_path).endswith("is not a file")
    (tmp_path / "a.pdf").touch()
    assert file_fault(tmp_path / "a.pdf") == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "application/pdf"), ("A.DWG", "image/vnd.dwg"), ("m.ifc", "application/x-step"),
        ("p.jpg", "image/jpeg"), ("none", "application/octet-stream"), ("a.strange9", "application/octet-stream"),
    ],
)  # fmt: skip
def test_mime_types_do_not_hang_on_the_machine(name: str, kind: str) -> None:
    assert mime_type(Path(name)) == kind
