"""A register: what is understood of it, the questions that stay open, and the decisions that close them."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.errors import InputError
from pdm_nb.model import Field
from pdm_nb.registers import Register, name_template, reopened, stored
from pdm_nb.rules.values.lookup import Lookup
from tests.support.builders import field
from tests.support.register_fields import FIELDS, LOOKUPS

SETTABLE = [item for item in FIELDS if item.is_settable]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    for name in ("A-1.pdf", "A-2.pdf", "sub/B-1.pdf"):
        write(tmp_path / "files" / name, name)
    return tmp_path / "files"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def opened(source: Any, folder: Path | None = None, **options: Any) -> Register:
    return Register(source, SETTABLE, LOOKUPS, folder=folder, **options)


def of_csv(folder: Path, text: str, **options: Any) -> Register:
    return opened(write(folder.parent / "r.csv", text), folder, **options)


def values(register: Register) -> list[dict[str, Any]]:
    return [dict(row.values) for row in register.rows()]


def xlsx(path: Path, rows: Iterable[tuple[Any, ...]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


# -- what is read
def test_rows_have_their_files_values_and_places(folder: Path) -> None:
    register = of_csv(folder, "file,Title,Rev\nA-1.pdf,Plan,P01\nsub/B-1.pdf,Section,\n")
    assert [(row.path, dict(row.values), row.place) for row in register.rows()] == [
        (folder / "A-1.pdf", {"description": "Plan", "revision": "P01"}, "row 2"),
        (folder / "sub" / "B-1.pdf", {"description": "Section"}, "row 3"),
    ]
    assert register.files_without_row["file"].tolist() == ["A-2.pdf"]
    assert any("1 file has no row" in text for text in register.notices)


def test_text_stays_text(folder: Path) -> None:
    register = of_csv(folder, "file,number,rev,title\nA-1.pdf,007,NA,1e5\nA-2.pdf,1.10,None,nan\n")
    assert values(register) == [
        {"number": "007", "revision": "NA", "description": "1e5"},
        {"number": "1.10", "revision": "None", "description": "nan"},
    ]


cells = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=15)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_whatever_csv_has_is_read_as_it_was_written(rows: list[tuple[str, str]], separator: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "r.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerows(
                [("file", "number", "description"), *((f"{n}.pdf", *row) for n, row in enumerate(rows))]
            )
        for number in range(len(rows)):
            (Path(name) / f"{number}.pdf").touch()
        fields = [field("number"), field("description")]
        found = [dict(row.values) for row in Register(path, fields, {}, header=1).rows()]
    expected = [{"number": number, "description": title} for number, title in rows]
    assert found == [{key: text for key, text in row.items() if text.strip()} for row in expected]


def test_dates_and_numbers_of_a_spreadsheet(folder: Path) -> None:
    path = xlsx(
        folder.parent / "r.xlsx",
        [
            ("File", "Number", "Rev", "Date authored", "Title"),
            ("A-1.pdf", "007", 2, dt.date(2026, 3, 31), "NA"),
            (None, None, None, None, None),
            ("A-2.pdf", 7, 1.5, dt.datetime(2026, 4, 1), None),
        ],
    )
    assert values(opened(path, folder)) == [
        {"number": "007", "revision": "2", "date_authored": "2026-03-31", "description": "NA"},
        {"number": "7", "revision": "1.5", "date_authored": "2026-04-01"},
    ]


def test_a_table_in_memory_with_every_kind_of_nothing(folder: Path) -> None:
    frame = pd.DataFrame(
        {
            "file": ["sub/B-1.pdf", "A-1.pdf"],
            "title": pd.array([None, "t"], dtype="string"),
            "date authored": [pd.NaT, pd.NaT],
        },
        index=[70, 80],
    )
    assert values(opened(frame, folder)) == [{}, {"description": "t"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "r.csv is empty"),
        ("file,title\n", "has no rows|no table"),
        ('file,title\nA-1.pdf,"6 inch pipe,0001\nA-2.pdf,x\n', "Row 2 of r.csv"),
    ],
)
def test_an_unusable_file_is_refused(folder: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        of_csv(folder, text).rows()


# -- columns
def test_columns_are_shown_with_what_they_become(folder: Path) -> None:
    register = of_csv(folder, "file,Dwg No.,Remarks\nA-1.pdf,A-1,new\n")
    shown = register.columns.set_index("column")
    assert shown["field"].fillna("").to_dict() == {"file": "file", "Dwg No.": "number", "Remarks": ""}
    assert shown.loc["Dwg No.", ["confidence", "samples"]].tolist() == ["sure", "A-1"]
    assert [text for text in register.notices if "Remarks" in text] == [
        "1 column is not used: Remarks. register.map('Remarks', '…') uses one."
    ]
    register.map("Remarks", "Description").map("Dwg No.", None)
    assert values(register) == [{"description": "new"}]
    assert register.columns["confidence"].tolist() == ["sure", "decided", "decided"]


def test_the_newest_decision_about_a_field_counts(folder: Path) -> None:
    register = of_csv(folder, "file,Title,Remarks\nA-1.pdf,Plan,new\n")
    assert values(register.map("Remarks", "description")) == [{"description": "new"}]
    assert values(register.map("Title", "description")) == [{"description": "Plan"}]


def test_columns_are_joined_split_and_added(folder: Path) -> None:
    register = of_csv(folder, "file,Title 1,Title 2,Info\nA-1.pdf,Plan,North,P01 / A-1\nA-2.pdf,Plan,,P02\n")
    register.join("description", ["Title 1", "Title 2"], ", ").split("Info", ["revision", "number"], " / ")
    register.constant("status", "S2")
    assert values(register) == [
        {"description": "Plan, North", "revision": "P01", "number": "A-1", "status": "S2"},
        {"description": "Plan", "revision": "P02", "status": "S2"},
    ]
    assert register.problems[["row", "kind", "value"]].values.tolist() == [[3, "not split", "P02"]]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda r: r.map("Titel", "number"), r"no column 'Titel' \(similar: 'Title'\)"),
        (lambda r: r.map("Title", "numbr"), r"Unknown field 'numbr' \(similar: 'number'"),
        (lambda r: r.constant("colour", "red"), "Unknown field 'colour'"),
        (lambda r: r.join("description", ["Title", "Sub"]), "no column 'Sub'"),
        (lambda r: r.split("Title", ["number"], "-", "(.)"), "needs a separator or a pattern"),
        (lambda r: r.date_order("Title", "DMY"), "not mapped to a field of dates"),
        (lambda r: r.date_order("Title", "DDD"), "Unknown order 'DDD'"),
        (lambda r: r.use("status", "S2", "S3"), "has no value 'S2'"),
        (lambda r: r.use("status", "Nonsense", "S99"), "cannot become 'S99'"),
        (lambda r: r.confirm("colour"), "Unknown difference 'colour'"),
        (lambda r: r.reject("colour"), "Unknown difference 'colour'"),
        (lambda r: r.use_policy("last"), "Unknown policy 'last'"),
        (lambda r: r.assign(9, None), "Row 9 is not in the register"),
        (lambda r: r.assign(2, "x.pdf"), "x.pdf is not in the folder"),
        (lambda r: r.clean("spaces"), "Unknown kind 'spaces'"),
        (lambda r: r.batch(), "opened without a project"),
    ],
)
def test_a_wrong_decision_is_refused_and_changes_nothing(
    folder: Path, call: Callable[[Register], object], told: str
) -> None:
    register = of_csv(folder, "file,Title,Status\nA-1.pdf,Plan,Nonsense\n")
    before = values(register)
    with pytest.raises(InputError, match=told):
        call(register)
    assert values(register) == before


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"Titel": "description"}, r"no column 'Titel' \(similar: 'Title'\)"),
        ({"Title": "numbr"}, r"Unknown field 'numbr' \(similar: 'number'"),
        ({"Title": "number", "file": "number"}, "Columns 'Title' and 'file' are both 'number'"),
    ],
)
def test_columns_that_do_not_exist_are_refused(folder: Path, columns: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        of_csv(folder, "file,Title\nA-1.pdf,Plan\n", columns=columns)


# -- values
def test_values_are_matched_by_spelling_and_never_by_likeness(folder: Path) -> None:
    register = of_csv(folder, "file,Discipline\nA-1.pdf,Mech.\nA-2.pdf,Architekt\nsub/B-1.pdf,Xylophone\n")
    found = register.crosswalk.set_index("value")["use"].fillna("").to_dict()
    assert found["Mech."] == "Mechanical engineer"
    assert found["Xylophone"] == ""
    register.use("discipline", "Xylophone", "A")
    assert values(register)[2] == {"discipline": "Architect"}
    register.use("discipline", "Xylophone", "")
    assert values(register)[2] == {}


@pytest.mark.parametrize("text", ["Level 12", "Volume 9", "Basement 3"])
def test_a_likeness_never_crosses_a_number(folder: Path, text: str) -> None:
    labels = ["Level 1", "Level 2", "No volume", "Basement 2"]
    location = Field("1", "location", "Location", next(f.type for f in FIELDS if f.name == "discipline"))
    lookup = Lookup(location, lookup_values(labels))
    table = pd.DataFrame({"file": ["A-1.pdf"], "Location": [text]})
    register = Register(table, [location], {"location": lookup}, folder=folder)
    assert values(register.accept(1)) == [{"location": text}]


def lookup_values(labels: list[str]) -> list[Any]:
    from pdm_nb.model import Value

    return [Value(str(number), "", label) for number, label in enumerate(labels)]


def test_the_order_of_dates_is_settled_by_the_column_or_asked_once(folder: Path) -> None:
    rows = "file,Issue date\nA-1.pdf,01/02/2025\nA-2.pdf,{}\n"
    register = of_csv(folder, rows.format("15/02/2025"))
    assert values(register) == [{"date_authored": "2025-02-01"}, {"date_authored": "2025-02-15"}]
    assert any("proved by '15/02/2025'" in text for text in register.notices)
    asked = of_csv(folder, rows.format("03/04/2025"))
    (question,) = asked.questions
    assert "register.date_order('Issue date', 'DMY')" in question
    with pytest.raises(InputError, match="1 open question"):
        asked.rows()
    asked.date_order("Issue date", "MDY")
    assert values(asked) == [{"date_authored": "2025-01-02"}, {"date_authored": "2025-03-04"}]


def test_placeholders_and_characters_that_nobody_sees_are_reported(folder: Path) -> None:
    text = "file,Rev,Title\nA-1.pdf,-,\ufeffGround\nA-2.pdf,P01\u200b,Roof\nsub/B-1.pdf,Rev-00,TBC\n"
    register = of_csv(folder, text)
    assert [row.get("revision") for row in values(register)] == ["-", "P01", "Rev-00"]
    assert values(register)[0]["description"] == "Ground"
    kinds = {(row, kind) for row, kind in register.problems[["row", "kind"]].values.tolist()}
    assert kinds >= {(2, "placeholder"), (4, "prefix"), (4, "placeholder")}
    assert {row for row, kind in kinds if "invisible" in kind} == {2, 3}
    assert any("is a placeholder" in text for text in register.notices)
    register.clean("prefix", "placeholder")
    assert [row.get("revision") for row in values(register)] == [None, "P01", "00"]


# -- files
def test_names_in_other_spellings_are_proposed_and_confirmed(folder: Path) -> None:
    register = of_csv(folder, "file,title\na-1,Plan\nsub\\B-1.pdf,Section\n")
    (question,) = register.questions
    assert "register.confirm('case', 'suffix', 'slashes')" in question
    assert register.files["applied"].tolist() == [False, False]
    assert [row.path.name for row in register.confirm("case", "suffix", "slashes").rows()] == [
        "A-1.pdf",
        "B-1.pdf",
    ]


def test_proposals_can_be_rejected(folder: Path) -> None:
    register = of_csv(folder, "file,title\nA-1,Plan\nA-2.pdf,Section\n").reject("suffix")
    assert [row.path.name for row in register.rows()] == ["A-2.pdf"]
    assert register.rows_without_file["row"].tolist() == [2]


def test_several_rows_for_one_file_are_asked(folder: Path) -> None:
    register = of_csv(folder, "file,number\nA-1.pdf,L-1\n./A-1.pdf,L-2\n")
    (question,) = register.questions
    assert "2 rows are for 1 file" in question
    assert "L-1 / L-2" in question
    assert values(register.use_policy("join")) == [{"number": "L-1, L-2"}]
    assert values(register.use_policy("first")) == [{"number": "L-1"}]
    assert len(register.shared_files) == 1


HOSTILE = [
    "/etc/hostname",
    "../outside.pdf",
    "sub/../../outside.pdf",
    "link.pdf",
    "C:\\Windows\\win.ini",
    "..\\outside.pdf",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_row_that_leads_out_of_the_folder_is_sent_only_if_it_is_allowed(folder: Path, path: str) -> None:
    secret = write(folder.parent / "outside.pdf", "secret")
    (folder / "link.pdf").symlink_to(secret)
    register = of_csv(folder, f"file,title\nA-1.pdf,Plan\n{path},Stolen\n")
    assert not any(
        row.path == secret
        for row in of_csv(folder, f"file,title\nA-1.pdf,P\n{path},S\n").assign(3, None).rows()
    )
    (question,) = register.questions
    assert "out of the folder" in question
    assert repr(path) in question
    with pytest.raises(InputError, match="out of the folder"):
        register.rows()
    allowed = register.allow(path).rows()
    assert len(allowed) == 2
    assert [row.path.name for row in opened(folder.parent / "r.csv", folder, allow=[path]).rows()] == [
        row.path.name for row in allowed
    ]


def test_thousands_of_rows_that_lead_out_are_one_question(folder: Path) -> None:
    table = pd.DataFrame({"file": [f"/etc/{number}.pdf" for number in range(5_000)]})
    (question,) = opened(table, folder).questions
    assert question.startswith("5,000 rows lead out of the folder")
    assert len(question) < 1_500


def test_the_register_itself_is_no_file_of_it(folder: Path) -> None:
    register = opened(write(folder / "r.csv", "file,title\nA-1.pdf,Plan\nr.csv,Me\n"))
    assert [row.path.name for row in register.rows()] == ["A-1.pdf"]
    assert "r.csv" not in register.files_without_row["file"].tolist()


def test_no_column_for_files_or_numbers_is_asked(folder: Path) -> None:
    register = of_csv(folder, "Remark,Title\nnew,Plan\n")
    (question,) = register.questions
    assert "register.map(column, 'file')" in question
    assert "'Remark'" in question
    with pytest.raises(InputError, match="No column has the files"):
        _ = register.files


def test_all_questions_are_listed_at_once(folder: Path) -> None:
    text = (
        "file,Issue date,No\nA-1,01/02/2025,1\n/etc/passwd,01/02/2025,2\nA-2.pdf,01/02/2025,3\nA-2.pdf,,4\n"
    )
    with pytest.raises(InputError) as error:
        of_csv(folder, text).rows()
    told = str(error.value)
    assert told.startswith("r.csv has 4 open questions:\n  1. ")
    for call in ("date_order(", "confirm(", "use_policy(", "allow("):
        assert f"register.{call}" in told
    assert told.endswith("shows them, and its methods decide them.")


# -- profiles
def test_a_profile_opens_the_next_register_without_a_question(folder: Path) -> None:
    text = "PDF,Issue date,Rev,Disc.,Foo\nA-1,01/02/2025,Rev-00,Xylophone,1\nA-2,03/02/2025,Rev-01,Arch,2\n"
    register = of_csv(folder, text)
    register.confirm("suffix").date_order("Issue date", "DMY").clean("prefix")
    register.use("discipline", "Xylophone", "A").map("Foo", "number")
    expected = values(register)
    path = folder.parent / "acme.toml"
    assert register.save_profile(path) is register
    again = of_csv(folder, text.replace("PDF,", "pdf,"), profile=path)
    assert again.questions == []
    assert values(again) == expected
    assert "allow" not in path.read_text()
    assert "assigned" not in path.read_text()


def test_a_profile_of_another_project_is_refused_or_fitted(folder: Path) -> None:
    path = write(folder.parent / "p.toml", 'version = 1\n[columns]\n"Title" = "colour"\n')
    with pytest.raises(InputError, match="uses the field 'colour', which the project does not have"):
        of_csv(folder, "file,Title\nA-1.pdf,Plan\n", profile=path)
    write(path, 'version = 1\n[columns]\n"Gone" = "number"\n[crosswalk.status]\nOld = "No such status"\n')
    register = of_csv(folder, "file,Status\nA-1.pdf,Old\n", profile=path)
    assert values(register) == [{"status": "Old"}]
    assert any("no column 'Gone'" in text for text in register.notices)
    assert any("'No such status'" in text for text in register.notices)


def test_a_register_is_opened_again_with_all_that_was_decided(folder: Path) -> None:
    register = of_csv(folder, "file,title\nA-1,Plan\nB,Section\n/etc/hostname,Other\n")
    register.confirm("suffix").assign(3, "sub/B-1.pdf").allow("/etc/hostname")
    assert stored(register) is not None
    again = reopened(stored(register) or {}, SETTABLE, LOOKUPS)
    assert again.rows() == register.rows()
    assert stored(opened(pd.DataFrame({"file": ["A-1.pdf"]}), folder)) is None


# -- display
def test_the_summary_has_what_was_understood_and_what_is_open(folder: Path) -> None:
    register = of_csv(folder, "file,Remark <b>,Status\nA-1,x,Nonsense\n")
    text = repr(register)
    assert text.splitlines()[:3] == [
        "Register r.csv",
        "  Table: sheet 'r', headings in row 1, 1 row",
        "  Columns: 2 mapped; 1 not used: Remark <b>",
    ]
    assert "Open questions:\n  1. 1 row matches a file" in text
    shown = register._repr_html_()
    assert "Remark &lt;b&gt;" in shown
    assert "<b>,Status" not in shown
    assert "No open questions" in repr(register.confirm("suffix"))


def test_rows_of_several_sheets_keep_their_names(folder: Path) -> None:
    path = folder.parent / "r.xlsx"
    with pd.ExcelWriter(path) as writer:
        for sheet, name in (("One", "A-1.pdf"), ("Two", "A-2.pdf")):
            pd.DataFrame({"File": [name, f"{sheet}.pdf"], "Title": [sheet, "x"]}).to_excel(
                writer, sheet_name=sheet, index=False
            )
    register = opened(path, folder, sheet=["One", "Two"])
    assert [(row.values["description"], row.place) for row in register.rows()] == [
        ("One", "row 2 of sheet 'One'"),
        ("Two", "row 2 of sheet 'Two'"),
    ]
    assert register.rows_without_file[["row", "issue"]].values.tolist() == [[3, "One"], [3, "Two"]]
    assert stored(register) is not None
    assert reopened(stored(register) or {}, SETTABLE, LOOKUPS).rows() == register.rows()


def test_an_issue_sheet_with_a_column_for_the_present_revision(folder: Path) -> None:
    for name in ("A-3_P01.pdf", "A-3_P02.pdf"):
        write(folder / name, name)
    text = "Number,Title,Rev,03/02/25,17/03/25\nA-3,Plan,P02,P01,P02\nA-4,Roof,P01,,P01\n"
    register = of_csv(folder, text)
    assert values(register) == [
        {"number": "A-3", "description": "Plan", "revision": "P01", "date_authored": "2025-02-03"},
        {"number": "A-3", "description": "Plan", "revision": "P02", "date_authored": "2025-03-17"},
    ]
    assert register.rows_without_file[["row", "issue"]].values.tolist() == [[3, "17/03/25"]]
    assert name_template(register) == "{number}"


def test_drawings_next_to_their_pdfs_are_decided_at_once(folder: Path) -> None:
    for number in (1, 2):
        write(folder / f"A-{number}.dwg", "drawing")
    text = "Doc No,Title\nA-1,Plan\nA-2,Roof\n"
    register = of_csv(folder, text)
    (notice,) = [one for one in register.notices if "several files" in one]
    assert notice == (
        "2 rows match several files, such as row 2, 'A-1': A-1.dwg, A-1.pdf. register.assign(2, '…') sets the file of one. "
        "Open the register with suffixes='.pdf' if only those files are meant."
    )
    register = of_csv(folder, text, suffixes="PDF")
    assert [row.path.name for row in register.rows()] == ["A-1.pdf", "A-2.pdf"]
    assert register.profile.files["suffixes"] == [".pdf"]
    assert reopened(stored(register) or {}, SETTABLE, LOOKUPS).rows() == register.rows()


def test_a_file_that_several_revisions_of_a_number_may_have_is_reported(folder: Path) -> None:
    register = of_csv(folder, "Doc No,Rev\nA-1,P01\nA-1,P02\n")
    (notice,) = [one for one in register.notices if "other rows have too" in one]
    assert notice.startswith(
        "2 rows have a number that other rows have too, and its file has no revision, such as row 2"
    )
