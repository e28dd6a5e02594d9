"""The crosswalk of a register as a table to fill in, and clusters of spellings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers import Register
from tests.support.register_fields import FIELDS, LOOKUPS

TABLE = """\
File,Title,Status,Rev
A-0.pdf,Ground floor,Issued,P01
A-1.pdf,ground  FLOOR,For Info,P01
A-2.pdf,Ground floor,=1+1,P01
A-3.pdf,Roof,007,P01
"""


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return opened(tmp_path)


def opened(folder: Path, text: str = TABLE, **options: object) -> Register:
    (folder / "files").mkdir(exist_ok=True)
    for number in range(4):
        (folder / "files" / f"A-{number}.pdf").write_text(f"{number}", "utf-8")
    (folder / "r.csv").write_text(text, "utf-8")
    settable = [item for item in FIELDS if item.is_settable]
    return Register(folder / "r.csv", settable, LOOKUPS, folder=folder / "files", header=1, **options)  # type: ignore[arg-type]


def uses(register: Register) -> dict[str, str | None]:
    crosswalk = register.crosswalk
    return {
        value: None if pd.isna(use) else use
        for value, use in zip(crosswalk["value"], crosswalk["use"], strict=True)
    }


def statuses(register: Register) -> list[str]:
    return [str(row.values.get("status", "")) for row in register.rows()]


# -- the crosswalk as a table
def test_a_spreadsheet_with_lists_is_filled_in_and_read_back(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "crosswalk.xlsx"
    assert register.save_crosswalk(path) is register
    book = openpyxl.load_workbook(path)
    sheet, lists = book["crosswalk"], book["lists"]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("E2:E5", f"lists!$A$2:$A${lists.max_row}")
    assert [cell.value for cell in lists["A"]][:2] == ["Status", "-"]
    assert {cell.value for cell in lists["B"]} >= {"code", "S2"}
    filled = {"Issued": "S1", "=1+1": "-", "007": "Suitable for information"}
    for row in sheet.iter_rows(min_row=2):
        row[4].value = filled.get(row[1].value, row[4].value)
    book.save(path)
    assert statuses(register.use_crosswalk(path)) == [
        "Suitable for coordination",
        "Suitable for information",
        "",
        "Suitable for information",
    ]


@pytest.mark.parametrize("name", ["c.xlsx", "c.csv"])
def test_what_was_saved_is_read_back_unchanged(register: Register, tmp_path: Path, name: str) -> None:
    before = uses(register)
    register.save_crosswalk(tmp_path / name).use_crosswalk(tmp_path / name)
    assert uses(register) == before
    assert before == {"Issued": None, "For Info": "Suitable for information", "=1+1": None, "007": None}


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_pandas_wrote_is_read_back(tmp_path: Path, suffix: str, index: bool) -> None:
    register = opened(tmp_path, TABLE.replace("=1+1", "007"))
    table = register.crosswalk
    table.loc[table["value"] == "007", "use"] = "S3"
    path = tmp_path / f"c{suffix}"
    table.to_excel(path, index=index) if suffix == ".xlsx" else table.to_csv(path, index=index)
    assert uses(register.use_crosswalk(path))["007"] == "Suitable for review and comment"


def test_an_empty_cell_takes_back_a_decision(register: Register) -> None:
    register.use("Status", "Issued", "S1")
    table = register.crosswalk
    table.loc[table["value"] == "Issued", "use"] = None
    assert uses(register.use_crosswalk(table, take_back=False))["Issued"] == "Suitable for coordination"
    assert uses(register.use_crosswalk(table))["Issued"] is None
    register.use("status", "Issued", "S1").use_crosswalk(table[table["value"] == "007"])
    assert uses(register)["Issued"] == "Suitable for coordination"  # a removed row changes nothing


def test_a_mistake_changes_nothing(register: Register) -> None:
    table = register.crosswalk
    table["use"] = ["S1", "S2", "S3", "S99"]
    with pytest.raises(InputError, match="row 3: '007' cannot become 'S99'"):
        register.use_crosswalk(table)
    assert uses(register)["Issued"] is None


def test_a_value_of_the_list_cannot_become_another_one(register: Register) -> None:
    table = pd.DataFrame([("status", "S2", "S3")], columns=["field", "value", "use"])
    with pytest.raises(InputError, match="the register has no value 'S2'"):
        register.use_crosswalk(table)
    other = opened(Path(register.source).parent, TABLE.replace("007", "S2"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="'S2' is in the Status list, so it is used as it is"):
        other.use_crosswalk(table)


@pytest.mark.parametrize("name", ["c.pdf", "c", "missing/c.xlsx"])
def test_a_crosswalk_is_written_as_xlsx_or_csv_to_an_existing_folder(
    register: Register, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match=r"Use \.xlsx or \.csv|does not exist"):
        register.save_crosswalk(tmp_path / name)


def test_a_file_that_is_no_crosswalk_is_refused(register: Register) -> None:
    with pytest.raises(InputError, match=r"r\.csv has no column 'field'"):
        register.use_crosswalk(register.source)


# -- clusters
def test_spellings_of_free_text_are_listed_and_merged(register: Register, tmp_path: Path) -> None:
    table = register.clusters("Title")
    assert table.to_numpy().tolist() == [
        ["description", 1, "Ground floor", 2, "Ground floor"],
        ["description", 1, "ground  FLOOR", 1, "Ground floor"],
    ]
    register.merge("description")
    assert [row.values["description"] for row in register.rows()][:3] == ["Ground floor"] * 3
    assert register.clusters("Title").empty
    register.save_profile(tmp_path / "p.toml")
    again = opened(tmp_path, profile=tmp_path / "p.toml")
    assert again.rows()[1].values["description"] == "Ground floor"


def test_another_spelling_wins_later_too(register: Register) -> None:
    register.merge("Title").use("Title", "Ground floor", "GROUND FLOOR")
    assert [row.values["description"] for row in register.rows()][:3] == ["GROUND FLOOR"] * 3


def test_clusters_can_be_edited_and_merged_one_by_one(register: Register) -> None:
    table = register.clusters("Title").assign(use="Ground floor plan")
    assert register.use_crosswalk(table).rows()[1].values["description"] == "Ground floor plan"
    again = opened(Path(register.source).parent)  # type: ignore[arg-type]
    assert again.merge("Title", 1, use="Ground").rows()[0].values["description"] == "Ground"


def test_spellings_of_a_list_become_its_value(tmp_path: Path) -> None:
    text = TABLE.replace("=1+1", "issued.").replace("007", "ISSUED")
    register = opened(tmp_path, text)
    assert register.clusters("status")["use"].isna().all()
    with pytest.raises(InputError, match="'Issued' and the others of cluster 1 are not in the list"):
        register.merge("status", 1)
    register.use("status", "Issued", "S1")
    assert register.clusters("status")["use"].unique().tolist() == ["Suitable for coordination"]
    assert statuses(register.merge("status"))[2:] == ["Suitable for coordination"] * 2


def test_unknown_clusters_and_fields_are_named(register: Register) -> None:
    with pytest.raises(InputError, match="Unknown cluster 7 of 'Title'"):
        register.merge("Title", 7)
    with pytest.raises(InputError, match="No column has 'originator'"):
        register.clusters("originator")
    with pytest.raises(InputError, match="use= is the spelling of one cluster"):
        opened(Path(register.source).parent, TABLE + "A-0.pdf,roof,,\n").merge("Title", use="x")  # type: ignore[arg-type]


# -- revisions
MIXED = """\
File,Dwg No.,Rev,Drawing Date
A-0.pdf,D-1,A,2026-01-01
A-1.pdf,D-1,B,2026-02-01
A-2.pdf,D-1,0,2026-03-01
A-3.pdf,D-2,0,2026-03-01
"""


def test_revisions_of_several_kinds_are_reported_until_their_order_is_set(tmp_path: Path) -> None:
    register = opened(tmp_path, MIXED)
    (notice,) = [text for text in register.notices if "several kinds" in text]
    assert notice == (
        "1 document has revisions of several kinds, such as D-1: A, B, 0. By their dates, the order is letters, then numbers. "
        "register.revision_order('A', '0') sets this order, oldest first."
    )
    assert register.revision_order()["order"].isna().all()
    assert register.revision_order("A", "0")["order"].tolist() == [1, 2]
    assert not [text for text in register.notices if "several kinds" in text]
    register.save_profile(tmp_path / "p.toml")
    assert (
        opened(tmp_path, MIXED, profile=tmp_path / "p.toml").revision_order()["known_by"].tolist()
        == ["set"] * 2
    )
    assert opened(tmp_path, MIXED, revisions="0 < A").revision_order()["kind"].tolist() == [
        "numbers",
        "letters",
    ]
    assert register.revision_order("usual")["order"].isna().all()


def test_dates_that_disagree_show_no_order(tmp_path: Path) -> None:
    register = opened(tmp_path, MIXED.replace("2026-02-01", "2026-09-01"))
    assert any("Their order is not known." in text for text in register.notices)
