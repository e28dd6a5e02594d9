"""Hyperlinks of a register find the files of rows, confirm them, or contradict what the rows show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pdm_nb.registers import Register
from pdm_nb.registers.matching import match_rows
from pdm_nb.registers.matching.links import paths_of
from tests.support.register_fields import FIELDS, LOOKUPS

SETTABLE = [item for item in FIELDS if item.is_settable]
Rows = list[tuple[str, ...]]
Links = dict[str, str]  # cell -> target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("drawings/A-101.pdf", "drawings/A 102.pdf", "scans/0001.pdf", "scans/0002.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def with_openpyxl(path: Path, rows: Rows, links: Links) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for cell, target in links.items():
        book.active[cell].hyperlink = target
    book.save(path)


def with_xlsxwriter(path: Path, rows: Rows, links: Links) -> None:
    def write(sheet: Worksheet, cell: str, target: str, text: str) -> None:
        sheet.write_url(cell, f"external:{target}", string=text)
        sheet.write_string(cell, text)  # older versions write backslashes into the text

    _with_cells(path, rows, links, write)


def with_formulas(path: Path, rows: Rows, links: Links) -> None:
    def write(sheet: Worksheet, cell: str, target: str, text: str) -> None:
        sheet.write_formula(cell, f'=HYPERLINK("{target}", "{text}")', value=text)

    _with_cells(path, rows, links, write)


def _with_cells(
    path: Path, rows: Rows, links: Links, write: Callable[[Worksheet, str, str, str], None]
) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for cell, target in links.items():
            write(sheet, cell, target, rows[int(cell[1:]) - 1][ord(cell[0]) - 65])


WRITERS = [with_openpyxl, with_xlsxwriter, with_formulas]
Write = Callable[[Path, Rows, Links], None]


def opened(folder: Path, write: Write, rows: Rows, links: Links) -> Register:
    write(folder / "register.xlsx", rows, links)
    return Register(folder / "register.xlsx", SETTABLE, LOOKUPS)


def files(register: Register) -> dict[int, str]:
    root = register.source.parent  # type: ignore[union-attr]
    return {int(row.place[4:]): row.path.relative_to(root).as_posix() for row in register.rows()}


@pytest.mark.parametrize("write", WRITERS)
def test_a_link_finds_a_file_whose_name_has_nothing_of_the_row(folder: Path, write: Write) -> None:
    rows = [("Number", "Title", "Open"), ("A-201", "Roof", "PDF"), ("A-202", "Plan", "PDF")]
    register = opened(folder, write, rows, {"C2": "./scans/0001.pdf", "C3": r"scans\0002.pdf"})
    assert register.questions == []
    assert files(register) == {2: "scans/0001.pdf", 3: "scans/0002.pdf"}
    assert set(register.files["kind"]) == {"link"}


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "target",
    [
        "drawings/A%20102.pdf",
        "drawings/A 102.pdf",
        r"C:\project\7\drawings\A 102.pdf",
        "file:///C:/project/drawings/A%20102.pdf",
        r"\\server\share\drawings\A 102.pdf",
        "../drawings/A 102.pdf",
    ],
)
def test_links_are_read_as_programs_write_them(folder: Path, write: Write, target: str) -> None:
    rows = [("Title", "File"), ("Roof", "Open"), ("Plan", "Open")]
    register = opened(folder, write, rows, {"B2": target, "B3": "drawings/A-101.pdf"})
    assert files(register) == {2: "drawings/A 102.pdf", 3: "drawings/A-101.pdf"}


@pytest.mark.parametrize("write", WRITERS)
def test_a_link_confirms_what_differs_in_its_form(folder: Path, write: Write) -> None:
    rows = [("File", "Title"), ("a-101", "Roof"), ("a 102", "Plan")]
    register = opened(folder, write, rows, {"A2": "drawings/A-101.pdf"})
    assert register.rows_without_file["row"].tolist() == [3]
    assert files(register.confirm("suffix", "case", "folder")) == {
        2: "drawings/A-101.pdf",
        3: "drawings/A 102.pdf",
    }


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("shown", ["scans/0001.pdf", "A-999.pdf"])
def test_a_link_to_another_file_than_is_shown_is_asked(folder: Path, write: Write, shown: str) -> None:
    rows = [("File", "Title"), (shown, "Roof"), ("scans/0002.pdf", "Plan")]
    register = opened(folder, write, rows, {"A2": "drawings/A-101.pdf"})
    (question,) = register.questions
    assert question.startswith("1 row matches a file that differs in link, such as row 2")
    notice = f"1 row shows another file than the hyperlink leads to, such as row 2: {shown} and "
    assert any(text.startswith(notice) for text in register.notices)
    register.reject("link")
    assert files(register) == {3: "scans/0002.pdf"}


def test_links_to_nothing_and_to_web_pages_are_no_files(folder: Path) -> None:
    rows = [
        ("File", "Title"),
        ("drawings/A-101.pdf", "Roof"),
        ("drawings/A 102.pdf", "Plan"),
        ("A-1.pdf", "Lost"),
    ]
    links = {"A2": "https://example.com/scans/0001.pdf", "B3": "mailto:a@example.com", "A4": "gone/A-1.pdf"}
    register = opened(folder, with_openpyxl, rows, links)
    assert files(register) == {2: "drawings/A-101.pdf", 3: "drawings/A 102.pdf"}
    assert "1 hyperlink leads to no file of the folder, such as row 4: gone/A-1.pdf." in register.notices


def test_a_link_does_not_lead_out_of_the_folder(folder: Path) -> None:
    (folder / "inner").mkdir()
    with_openpyxl(
        folder / "inner/register.xlsx",
        [("Number", "File"), ("1", "Open"), ("2", "Open")],
        {"B2": "../scans/0001.pdf", "B3": str(folder / "scans/0002.pdf")},
    )
    register = Register(folder / "inner/register.xlsx", SETTABLE, LOOKUPS)
    assert register.files.empty


def test_a_formula_that_computes_its_link_has_none(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "register.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Number", "File"])
        sheet.write_row(1, 0, ["A-101"])
        sheet.write_formula(1, 1, '=HYPERLINK("scans/"&A2&".pdf","A-101.pdf")', value="A-101.pdf")
        sheet.write_row(2, 0, ["A-102", "0001.pdf"])
    register = Register(folder / "register.xlsx", SETTABLE, LOOKUPS)
    assert not any("hyperlink" in text for text in register.notices)
    assert files(register.confirm("folder")) == {2: "drawings/A-101.pdf", 3: "scans/0001.pdf"}


def test_a_link_selects_one_of_several_files_of_a_name() -> None:
    names = {"a/A-101.pdf": 1, "b/A-101.pdf": 1}
    matching = match_rows({2: {"file": "A-101.pdf"}}, names, links={2: r"P:\jobs\b\A-101.pdf"})
    assert matching.applied[2].file == "b/A-101.pdf"
    assert not match_rows({2: {"file": "A-101.pdf"}}, names, links={2: "c/A-101.pdf"}).matches


def test_names_with_signs_that_links_use() -> None:
    assert paths_of("100%25 done#2.pdf")[:2] == ("100%25 done#2.pdf", "100% done#2.pdf")
    names = {"100% done#2.pdf": 1, "A-101.pdf": 1}
    assert match_rows({2: {}}, names, links={2: "100%25%20done#2.pdf"}).applied[2].file == "100% done#2.pdf"
    assert match_rows({2: {}}, names, links={2: "A-101.pdf#page=2"}).applied[2].file == "A-101.pdf"


def test_a_link_does_not_replace_what_number_and_revision_find() -> None:
    rows = {2: {"file": "Open", "number": "A-103", "revision": "P01"}}
    matching = match_rows(rows, {"A-101_P02.pdf": 1, "A-103_P01.pdf": 1}, links={2: "A-101_P02.pdf"})
    assert (matching.matches[2].file, matching.applied) == ("A-103_P01.pdf", {})
    assert "link" in matching.matches[2].differences


def test_folders_of_a_link_are_escaped_too() -> None:
    names = {"set 1/A-101.pdf": 1, "set 2/A-102.pdf": 1}
    matching = match_rows({2: {}, 3: {}}, names, links={2: r"set%201\A-101.pdf", 3: "set%203/A-102.pdf"})
    assert matching.applied.keys() == {2}
    assert matching.matches[3].differences == {"folder"}
