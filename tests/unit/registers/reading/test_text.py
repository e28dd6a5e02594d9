"""Text files: encoding, separator, quotes, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import Appearance, Workbook, read_workbook
from pdm_nb.registers.reading.text.dialect import detect_dialect
from pdm_nb.registers.reading.text.encoding import detect_encoding

GERMAN = "Nummer;Titel;Index\nA-101;Grundriß Erdgeschoß;A\nA-102;Außenansicht Süd, Höhe über Gelände;B\n"
FRENCH = "Numéro;Désignation;Indice\nA-101;Façade côté cour, étage 2;A\nA-102;Détail d'escalier – où;B\n"
SPANISH = "Código;Título;Revisión\nA-101;Plano de cimentación;A\nA-102;Instalación eléctrica año 2;B\n"
SWEDISH = "Nummer;Benämning\nA-101;Planritning våning två\nA-102;Översikt söder\n"
POLISH = "Numer;Tytuł\nA-101;Rzut piętra, łazienka\nA-102;Przekrój główny – żelbet\n"
CZECH = "Číslo;Název\nA-101;Půdorys přízemí\nA-102;Řez střechou – žaluzie\n"
HUNGARIAN = "Szám;Megnevezés\nA-101;Földszinti alaprajz, tűzvédelem\nA-102;Metszet – erősáramú terv\n"
ROMANIAN = "Număr;Denumire\nA-101;Secţiune transversală\nA-102;Plan învelitoare, faţadă\n"
ENGLISH = "Number;Title\nA-101;Plan – 6” pipe at 45°\nA-102;Café layout\n"


def read(tmp_path: Path, text: str | bytes, name: str = "r.csv", **options: str) -> Workbook:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_workbook(path, **options)


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH, SWEDISH, ENGLISH])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_western_texts_in_older_encodings(text: str, encoding: str) -> None:
    found = detect_encoding(text.encode(encoding))
    assert text.encode(encoding).decode(found.name) == text
    assert not found.others
    assert not found.is_certain


@pytest.mark.parametrize("text", [POLISH, CZECH, HUNGARIAN, ROMANIAN])
def test_central_european_texts(text: str) -> None:
    found = detect_encoding(text.encode("cp1250"))
    assert (found.name, found.others) == ("cp1250", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_certain(tmp_path: Path, encoding: str) -> None:
    assert detect_encoding(CZECH.encode(encoding)).is_certain
    workbook = read(tmp_path, CZECH.encode(encoding))
    assert workbook.sheets[0].rows[2] == ["A-101", "Půdorys přízemí"]
    assert [one.code for one in workbook.notices] == ["separator"]


def test_what_cannot_be_decided_is_reported_and_can_be_set(tmp_path: Path) -> None:
    data = "Nr;Titel\n1;Höhenplan\n".encode("mac_roman")
    workbook = read(tmp_path, data)
    assert workbook.notices[0].code == "ambiguous_encoding"
    assert "mac_roman" in workbook.notices[0].message
    workbook = read(tmp_path, data, encoding="mac_roman")
    assert workbook.sheets[0].rows[2] == ["1", "Höhenplan"]
    assert [one.code for one in workbook.notices] == ["separator"]
    with pytest.raises(InputError, match=r"r\.csv is not encoded as 'utf-8'\. It looks like cp1250"):
        read(tmp_path, data, encoding="utf-8")


def test_an_older_encoding_is_reported_once(tmp_path: Path) -> None:
    notices = read(tmp_path, GERMAN.encode("cp1252")).notices
    assert [one.message for one in notices] == [
        "r.csv was read as cp1252.",
        "r.csv has 3 columns, separated by semicolon.",
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_on_whole_records(tmp_path: Path, separator: str) -> None:
    rows = [
        ["Number", "Title", "Rev"],
        ["A-101", f'Plan "A"{separator} level 1\nand 2', "P01"],
        ["A-102", "1,5 m; 2 m", "P02"],
    ]
    text = "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    assert detect_dialect(text).separator == separator
    assert read(tmp_path, text).sheets[0].rows == dict(enumerate(rows, 1))


def test_title_rows_and_decimal_commas_do_not_mislead(tmp_path: Path) -> None:
    text = "Register, issued by us, for all\n\nNo;Title;Size\n1;Plan;1,5\n2;Plan, level 2, east;2,5\n3;Roof;3,5\n"
    workbook = read(tmp_path, text)
    assert workbook.sheets[0].rows[3] == ["No", "Title", "Size"]
    assert workbook.sheets[0].rows[5] == ["2", "Plan, level 2, east", "2,5"]


def test_a_line_that_names_the_separator(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=|\r\na,b|c\r\n1|2\r\n").sheets[0].rows == {1: ["a,b", "c"], 2: ["1", "2"]}


def test_single_quotes_and_apostrophes(tmp_path: Path) -> None:
    assert read(tmp_path, "'a','b, c'\n'1','2, 3'\n").sheets[0].rows[2] == ["1", "2, 3"]
    workbook = read(tmp_path, "a,b\n'0007,it's\n")
    assert workbook.sheets[0].rows[2] == ["'0007", "it's"]
    assert workbook.sheets[0].cells[0][2].appearance is Appearance.APOSTROPHE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'File,Title,No\nA.pdf,"6 inch pipe,0001\nB.pdf,Plan,0002\nC.pdf,Plan,0003\n',
            "Row 2 of r.csv has a quotation",
        ),
        ('File,Title,No\nA.pdf,"6 inch pipe,0001\nB.pdf,"8 inch",0002\n', "Row 2 of r.csv has a quotation"),
        ('File,Title\nA.pdf,"two\nlines"\nB.pdf,"6" pipe"\n', r"Row 3 of r.csv \(line 4\) has a quotation"),
    ],
    ids=["unclosed", "closed by the next", "not doubled"],
)
def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_row(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_an_inch_mark_within_a_field_is_text(tmp_path: Path) -> None:
    assert read(tmp_path, 'File,Title\nA.pdf,6" pipe\n').sheets[0].rows[2] == ["A.pdf", '6" pipe']


def test_one_column_is_reported(tmp_path: Path) -> None:
    workbook = read(tmp_path, "File\na.pdf\nb.pdf\n", "r.txt")
    assert workbook.sheets[0].rows == {1: ["File"], 2: ["a.pdf"], 3: ["b.pdf"]}
    assert workbook.notices[0].message == "r.txt has one column: no separator was found."


def test_texts_keep_their_zeros_and_words(tmp_path: Path) -> None:
    workbook = read(tmp_path, "No\tName\tNote\n007\tNA\t \n", "r.tsv")
    assert workbook.sheets[0].rows[2] == ["007", "NA"]


def test_a_separator_that_is_given(tmp_path: Path) -> None:
    workbook = read(tmp_path, "a;b,c\n1;2,3\n", separator=",")
    assert workbook.sheets[0].rows[2] == ["1;2", "3"]
    assert workbook.notices == ()


def test_a_field_that_is_too_long_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Row 2 of r\.csv has a field of more than 131,072 characters"):
        read(tmp_path, "a,b\n1," + "x" * 140_000 + "\n")


def test_one_text_of_another_program_does_not_spoil_the_others(tmp_path: Path) -> None:
    lines = [f"A-{number},Café {number},P01\n".encode() for number in range(50)]
    data = b"".join([b"Number,Title,Rev\n", *lines, b"A-99,Caf\xe9 \x96 b,P01\n"])
    workbook = read(tmp_path, data)
    assert workbook.sheets[0].rows[2][1] == "Café 0"
    assert workbook.sheets[0].rows[52][1] == "Café – b"
    assert workbook.notices[0].message == (
        "r.csv is UTF-8, but 2 characters are not, such as in line 52. They were taken for cp1252; check the accents."
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    text = "Number;Größe\r\n" + "".join(f"A-{number};Höhe {number}\r\n" for number in range(5))
    assert read(tmp_path, text.encode(encoding)).sheets[0].rows[2] == ["A-0", "Höhe 0"]


def test_line_endings_of_three_systems_in_one_file(tmp_path: Path) -> None:
    data = b'Number,Title\r\nA-1,Plan\nA-2,Roof\rA-3,Site\r\n\nA-4,"two\nlines"\r\n'
    rows = read(tmp_path, data).sheets[0].rows
    assert rows == {
        1: ["Number", "Title"], 2: ["A-1", "Plan"], 3: ["A-2", "Roof"], 4: ["A-3", "Site"], 6: ["A-4", "two\nlines"],
    }  # fmt: skip


def test_semicolons_with_decimal_commas_and_tabs_with_quotes(tmp_path: Path) -> None:
    text = "Plan;Fläche;Datum\nA-1;1.234,50;01.03.2024\nA-2;7,5;02.03.2024\n"
    assert read(tmp_path, text).sheets[0].rows[2] == ["A-1", "1.234,50", "01.03.2024"]
    text = 'Number\tTitle\nA-1\t"Plan ""A""\twith a tab"\nA-2\tRoof\n'
    assert read(tmp_path, text, "r.tsv").sheets[0].rows[2] == ["A-1", 'Plan "A"\twith a tab']


def test_a_separator_within_a_text_is_reported_with_its_row(tmp_path: Path) -> None:
    workbook = read(tmp_path, "Number,Title,Rev\nA-1,Plan, north,P01\nA-2,Roof,P02\nA-3,Site,P03,,,\n")
    (notice,) = [one for one in workbook.notices if one.code == "long_rows"]
    assert notice.rows == (2,)
    assert notice.message.startswith("In r.csv, 1 row has more than 3 values, such as row 2.")


def test_a_text_that_is_written_as_a_formula_is_shown_as_a_spreadsheet_shows_it(tmp_path: Path) -> None:
    sheet = read(tmp_path, 'Number,Rev\n="0012","=""02"""\n=A1,"=""x"""""""\n').sheets[0]
    assert sheet.rows[2] == ["0012", "02"]
    assert sheet.rows[3] == ["=A1", 'x"']
    assert sheet.cells[0][2].appearance is Appearance.TEXT_FORMAT
