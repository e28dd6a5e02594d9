from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.mapping import ColumnMapping, Join, Split, build_crosswalk
from pdm_nb.registers.profiles import (
    Profile,
    adapted,
    check_profile,
    compare,
    dumps,
    loads,
    matches,
    read_profile,
    write_profile,
)
from tests.support.register_fields import FIELDS, LOOKUPS

PROFILE = Profile(
    "Master register",
    {"name": "Master Register", "header": 3, "skip": ["Total"]},
    ColumnMapping(
        {"Document No.": "number", "File": "file", 'Rev. "x"\n': "revision", "S/N": None},
        (Join("description", ("Title 1", "Title 2"), " - "),),
        (Split("Status", ("status", None), " - "), Split("Loc", ("location",), pattern=r"(\w+) .*")),
        {"type": "Drawing"},
    ),
    {"discipline": {"Mech.": "Mechanical engineer", "TBC": ""}},
    {"Issue Date": "DMY"},
    {"empty": "skip"},
    {"several_rows": "first", "outside": False},
)


def test_a_profile_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    write_profile(PROFILE, path)
    assert read_profile(path) == PROFILE
    assert path.read_text("utf-8").startswith("# How to open a register of this kind.\n")
    assert [one.name for one in tmp_path.iterdir()] == ["register.toml"]


def test_an_empty_profile_has_its_version_alone() -> None:
    assert tomllib.loads(dumps(Profile())) == {"version": 1}
    assert loads(dumps(Profile())) == Profile()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 2", "has version 2. This release reads version 1"),
        ("", "has version None"),
        ("version = 1\nversion = 1", "is not valid TOML"),
        ("version = 1\ncolunms = 1", "unknown key 'colunms'"),
        ("version = 1\ncolumns = 1", "columns must be a table"),
        ('version = 1\n[columns]\n"No" = 1', "columns.No must be a text in quotes, not 1"),
        (
            'version = 1\nleft_out = ["No"]\n[columns]\nNo = "number"',
            "maps the column 'No' and leaves it out",
        ),
        ("version = 1\nleft_out = 3", "left_out must be a list"),
        ("version = 1\njoins = 3", "joins must be a list of tables"),
        ('version = 1\n[[joins]]\nfield = "x"\ncolumn = "y"', "unknown key 'column'"),
        ('version = 1\n[[splits]]\ncolumn = "x"\nfields = ["a"]', "needs a separator or a pattern"),
        ('version = 1\n[[splits]]\ncolumn = "x"\nfields = ["a"]\npattern = "("', "not a regular expression"),
        ('version = 1\n[dates]\n"Date" = "YDM"', "Unknown order 'YDM' for the dates in 'Date'"),
        ('version = 1\n[crosswalk.status]\n"a" = 1', "crosswalk.status.a must be a text"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        loads(text, "my.toml")
    assert message in str(error.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "a.toml", tmp_path / "missing.toml"):
        with pytest.raises(InputError, match="cannot be read as a profile"):
            read_profile(path)


def test_a_register_of_the_same_kind_matches() -> None:
    profile = Profile(mapping=ColumnMapping({"Document No.": "number", "Rev.": "revision", "S/N": None}))
    assert matches(profile, ["S/N", "document  no.", "REV."])
    assert not matches(profile, ["S/N", "Document No."])
    assert not matches(profile, ["S/N", "Document No.", "Rev.", "Checked by"])
    assert not matches(Profile(), ["S/N"])
    found = compare(profile, ["Document\nNo.", "Checked by"])
    assert (found.missing, found.unknown) == (("Rev.", "S/N"), ("Checked by",))


def test_a_profile_is_adapted_to_the_headings_of_a_register() -> None:
    columns = ["DOCUMENT NO.", "title 1", "Title  2", "status", "loc", "issue date"]
    new = adapted(PROFILE, columns)
    assert new.mapping.columns["DOCUMENT NO."] == "number"
    assert new.mapping.joins[0].columns == ("title 1", "Title  2")
    assert [one.column for one in new.mapping.splits] == ["status", "loc"]


def test_the_dates_of_a_profile_are_adapted_too() -> None:
    profile = Profile(mapping=ColumnMapping({"Issue Date": "date_authored"}), dates={"Issue Date": "DMY"})
    assert adapted(profile, ["ISSUE DATE"]).dates == {"ISSUE DATE": "DMY"}


def test_what_a_project_lacks_is_reported() -> None:
    assert check_profile(PROFILE, FIELDS, LOOKUPS) == []
    other = Profile(
        "p", mapping=ColumnMapping({"No": "docnumber"}), crosswalk={"status": {"Old": "S99", "Gone": ""}}
    )
    assert check_profile(other, FIELDS, LOOKUPS) == [
        "The profile 'p' uses the field 'docnumber', which the project does not have. Map its column again.",
        "The profile 'p' uses 'S99', which is not in the Status list. Select another value.",
    ]


def test_decisions_are_added_to_the_crosswalk_of_a_profile() -> None:
    crosswalk = build_crosswalk({"discipline": ["Structure"]}, LOOKUPS).accept()
    new = PROFILE.with_crosswalk(crosswalk)
    assert new.crosswalk["discipline"] == {
        "Mech.": "Mechanical engineer",
        "TBC": "",
        "Structure": "Structural engineer",
    }
    assert PROFILE.crosswalk["discipline"] == {"Mech.": "Mechanical engineer", "TBC": ""}
