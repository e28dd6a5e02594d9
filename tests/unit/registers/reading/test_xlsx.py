"""Workbooks as they are shown, made with openpyxl, XlsxWriter, LibreOffice, and by hand."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import python_calamine
import xlsxwriter

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import Appearance, MergedRange, Sheet, ShownCell, Workbook, read_workbook
from pdm_nb.registers.reading.calamine_values import show
from tests.support.workbooks import PLAIN_ROWS, by_hand, worksheet

DATA = Path(__file__).parents[3] / "data"


def built(make: Callable[[openpyxl.Workbook], None], path: Path) -> Workbook:
    workbook = openpyxl.Workbook()
    make(workbook)
    workbook.save(path)
    return read_workbook(path)


def test_number_formats_dates_and_what_they_hide(tmp_path: Path) -> None:
    def make(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.active
        sheet.append(["Number", "Rev", "Date", "Share"])
        sheet.append([7, 2, dt.date(2025, 3, 1), 0.5])
        for column, code in zip("ABCD", ("0000", '"P"00', "dd/mm/yyyy", "0%"), strict=True):
            sheet[f"{column}2"].number_format = code

    (sheet,) = built(make, tmp_path / "r.xlsx").sheets
    assert sheet.rows[2] == ["0007", "P02", "01/03/2025", "50%"]
    assert sheet.cells[0] == {2: ShownCell("0007", 7, Appearance.NUMBER_FORMAT)}
    assert sheet.cells[2] == {2: ShownCell("01/03/2025", dt.date(2025, 3, 1), Appearance.DATE)}
    assert {(row, column) for row, column, _ in sheet.odd_cells()} == {(2, 0), (2, 1), (2, 2), (2, 3)}


def test_hidden_sheets_rows_and_columns_and_merged_ranges(tmp_path: Path) -> None:
    def make(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.active
        for row in range(1, 6):
            sheet.append([row, f"Plan {row}", "S2"])
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("C2:C4")
        workbook.create_sheet("Lists").sheet_state = "veryHidden"

    first, second = built(make, tmp_path / "r.xlsx").sheets
    assert (first.hidden, second.hidden) == (False, True)
    assert (first.hidden_rows, first.hidden_columns) == ({3}, {1})
    assert first.merged == [MergedRange(2, 4, 2, 2)]
    assert first.rows[3] == ["3", "Plan 3"]


def test_links_of_cells_and_of_formulas(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "r.xlsx")
    sheet = workbook.add_worksheet()
    sheet.write_url("A1", "https://example.com/a.pdf", string="A-101")
    sheet.write_formula("B1", '=HYPERLINK("plans/b.pdf","B-101")', value="B-101")
    workbook.close()
    (read,) = read_workbook(tmp_path / "r.xlsx").sheets
    assert read.rows == {1: ["A-101", "B-101"]}
    assert read.links == {(1, 0): "https://example.com/a.pdf", (1, 1): "plans/b.pdf"}
    assert [one.code for one in read.notices] == ["formulas_not_calculated"]


def test_errors_formulas_without_value_and_escapes(tmp_path: Path) -> None:
    def make(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.active
        sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = "#N/A", "=1+1", "two_x000D_\nlines", True

    (sheet,) = built(make, tmp_path / "r.xlsx").sheets
    assert sheet.rows == {1: ["#N/A", None, "two\r\nlines", "TRUE"]}
    assert sheet.cells[0][1].appearance is Appearance.ERROR
    assert sheet.cells[1][1] == ShownCell(None, None, Appearance.NO_VALUE)


def test_runs_of_text_are_joined_without_phonetic_hints(tmp_path: Path) -> None:
    strings = (
        '<si><r><t xml:space="preserve">Plan </t></r><r><rPr><b/></rPr><t>A</t></r></si>'
        "<si><t>図面</t><rPh><t>ズメン</t></rPh></si>"
    )
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS), strings)).sheets
    assert sheet.rows[1] == ["Plan A", "図面"]


def as_facts(sheet: Sheet) -> tuple[object, ...]:
    return sheet.rows, sheet.cells, sheet.hidden_rows, sheet.merged


@pytest.mark.parametrize(
    "other",
    [
        lambda text: text.replace("<c ", '<c cm="1" '),
        lambda text: text.replace("<row", "<!-- a comment --><row"),
        lambda text: text.replace("<c ", "\n  <c ").replace("<v>", "\n<v>").replace("</v>", "</v>\n"),
        lambda text: text.replace("</row><row", '</row><row ph="1" r="3"/><row', 1),
        lambda text: (
            text.replace("<", "<x:")
            .replace("<x:/", "</x:")
            .replace("xmlns=", "xmlns:x=")
            .replace("x:f>A2&amp;", "x:f>A2&amp;")
        ),
        lambda text: '<?xml version="1.0" encoding="iso-8859-1"?>' + text,
    ],
    ids=["attribute", "comment", "indented", "empty row", "prefix", "encoding"],
)
def test_unusual_xml_gives_the_same_as_the_usual_form(tmp_path: Path, other: Callable[[str], str]) -> None:
    text = worksheet(PLAIN_ROWS, '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>')
    (usual,) = read_workbook(by_hand(tmp_path / "usual.xlsx", text)).sheets
    (unusual,) = read_workbook(by_hand(tmp_path / "unusual.xlsx", other(text))).sheets
    assert usual.rows == {
        1: ["Number", "Title"],
        2: ["0007", None, "7&x"],
        4: [None, "TRUE", None, "#N/A", None],
    }
    assert as_facts(unusual) == as_facts(usual)


def test_cells_and_rows_without_references_follow_each_other(tmp_path: Path) -> None:
    rows = '<row><c t="s"><v>0</v></c><c/><c t="s"><v>1</v></c></row><row><c><v>5</v></c></row>'
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet(rows))).sheets
    assert sheet.rows == {1: ["Number", None, "Title"], 2: ["5"]}


def test_cells_of_rows_with_gaps_another_order_and_wrong_references(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row>'
        '<row r="2"><c r="A2"><v>4</v></c><c r="C2"><v>6</v></c></row>'
        '<row r="3"><c r="C3"><v>9</v></c><c r="A3"><v>7</v></c><c r="C3"><v>8</v></c></row>'
        '<row r="4"><c r="A44"><v>1</v></c><c r="B7"><v>2</v></c></row>'
        '<row r="5"><c r="A5" s="0"/><c r="B5" s="0"/></row>'
    )
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet(rows))).sheets
    assert sheet.rows == {1: ["1", None, "3"], 2: ["4", None, "6"], 3: ["7", None, "8"], 4: ["1", "2"]}


def test_plain_rows_and_others_alternate(tmp_path: Path) -> None:
    """Pieces of both kinds: no cell may be lost where the parser takes over, or hands back."""
    rows = []
    for number in range(1, 20_001):
        mark = ' cm="1"' if number in (7_000, 13_000) else ""
        rows.append(
            f'<row r="{number}"><c r="A{number}"{mark}><v>{number}</v></c><c r="B{number}"><v>1</v></c></row>'
        )
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet("".join(rows)))).sheets
    assert sheet.rows == {number: [str(number), "1"] for number in range(1, 20_001)}


@pytest.mark.parametrize(
    "path",
    [*sorted((DATA / "registers").glob("*.xlsx")), DATA / "workbooks/drawings.xlsx"],
    ids=lambda path: path.name,
)
def test_values_agree_with_calamine(path: Path) -> None:
    source = python_calamine.CalamineWorkbook.from_path(path)
    for sheet in read_workbook(path).sheets:
        other = source.get_sheet_by_name(sheet.name)
        top, left = other.start or (0, 0)
        for number, values in enumerate(other.to_python(), top + 1):
            for column, value in enumerate(values, left):
                cell = sheet.cells.get(column, {}).get(number)
                text = (sheet.rows.get(number, []) + [None] * (column + 1))[column]
                expected = show(value)
                if cell is None:
                    assert text == expected
                elif isinstance(expected, ShownCell):
                    assert cell.stored == expected.stored
                else:
                    assert str(cell.stored or "") == (expected or "")


def test_what_pandas_writes_is_read_back(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"Number": ["0007", "A-101"], "Rev": [1, 2], "Date": pd.to_datetime(["2025-03-01", "2025-03-02"])}
    )
    frame.to_excel(tmp_path / "r.xlsx", index=False)
    (sheet,) = read_workbook(tmp_path / "r.xlsx").sheets
    assert sheet.rows[2][:2] == ["0007", "1"]
    assert sheet.cells[2][3].stored == dt.date(2025, 3, 2)


def test_macros_and_external_links_are_reported(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsm", worksheet(PLAIN_ROWS))
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    end, base = b"</Relationships>", b"http://schemas.microsoft.com/office/2006/relationships"
    more = b'<Relationship Id="m" Type="%s/vbaProject" Target="vba.bin"/>' % base
    more += b'<Relationship Id="x" Type="%s/externalLink" Target="other.xml"/>' % base
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(end, more + end)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [one.code for one in read_workbook(path).notices] == ["macros", "external_links"]


def test_names_of_parts_in_another_case_and_with_backslashes(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS))
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("sharedStrings", "SharedStrings").replace("/", "\\"), data)
    assert read_workbook(path).sheets[0].rows[1] == ["Number", "Title"]


def test_texts_within_cells(tmp_path: Path) -> None:
    """Plain, with spaces, and in a form that needs the parser."""
    cells = (
        '<c r="A1" t="inlineStr"><is><t>A &amp; B</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>'
    )
    other = '<c r="C1" t="inlineStr"><is><r><t>P</t></r><r><t>01</t></r><rPh><t>p</t></rPh></is><v>9</v></c>'
    for rows, texts in ((cells, ["A & B", "x"]), (cells + other, ["A & B", "x", "P01"])):
        path = by_hand(tmp_path / "r.xlsx", worksheet(f'<row r="1">{rows}</row>'))
        (sheet,) = read_workbook(path).sheets
        assert sheet.rows == {1: texts}
        assert sheet.cells[1][1].appearance is Appearance.SPACES


def test_a_shared_text_with_another_attribute_keeps_its_format(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" cm="1" s="1" t="s"><v>0</v></c></row>'
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet(rows), "<si><t>x</t></si>")).sheets
    assert sheet.rows == {1: ["x"]}


def test_the_memory_of_known_values_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdm_nb.registers.reading.xlsx.sheet_reader.MAX_KNOWN", 10)
    rows = [
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 10_001)
    ]
    (sheet,) = read_workbook(by_hand(tmp_path / "r.xlsx", worksheet("".join(rows)))).sheets
    assert sheet.rows == {number: [str(number), "1"] for number in range(1, 10_001)}


def test_a_cell_without_a_column_is_refused(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet('<row r="1"><c r="a1"><v>1</v></c></row>'))
    with pytest.raises(InputError, match="a cell of sheet 'Register' has no column"):
        read_workbook(path)


def test_texts_that_are_missing_are_not_taken_for_empty_cells(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "r.xlsx", worksheet(PLAIN_ROWS), "<si><t>Number</t></si>")
    with pytest.raises(InputError, match=r"r\.xlsx is damaged: texts of sheet 'Register' are missing"):
        read_workbook(path)
