from __future__ import annotations

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.mapping import ColumnMapping, Join, Split, apply, check_mapping, propose
from tests.support.register_fields import FIELDS

TABLE = {
    "No": ["A-1", "A-2", "A-3"],
    "Title 1": ["Ground floor", "", "Roof"],
    "Title 2": ["plan", "Section", ""],
    "Status": ["S2 - For information", "S3", ""],
    "Remarks": ["x", "", ""],
}


def test_columns_become_fields_and_unmapped_ones_are_listed() -> None:
    result = apply(ColumnMapping({"No": "number", "Status": None}), TABLE)
    assert result.values == {"number": ["A-1", "A-2", "A-3"]}
    assert result.unmapped == ("Title 1", "Title 2", "Remarks")


def test_a_join_leaves_out_empty_cells() -> None:
    mapping = ColumnMapping(joins=(Join("description", ("Title 1", "Title 2"), " - "),))
    result = apply(mapping, TABLE)
    assert result.values == {"description": ["Ground floor - plan", "Section", "Roof"]}
    assert result.unmapped == ("No", "Status", "Remarks")


def test_a_split_by_a_separator_keeps_and_lists_what_does_not_fit() -> None:
    result = apply(ColumnMapping(splits=(Split("Status", ("status", "notes"), " - "),)), TABLE)
    assert result.values == {"status": ["S2", "S3", ""], "notes": ["For information", "", ""]}
    assert result.unsplit == {"Status": (1,)}


def test_the_last_part_has_what_remains_and_a_part_can_be_left_out() -> None:
    split = Split("Code", (None, "description"), "-")
    result = apply(ColumnMapping(splits=(split,)), {"Code": ["A-plan - north-east"]})
    assert result.values == {"description": ["plan - north-east"]}


def test_a_split_by_a_pattern() -> None:
    split = Split("Name", ("number", "revision"), pattern=r"(.+?)(?:\s+Rev\s+(\w+))?")
    result = apply(ColumnMapping(splits=(split,)), {"Name": ["A-1 Rev C", "A-2"]})
    assert result.values == {"number": ["A-1", "A-2"], "revision": ["C", ""]}
    assert result.unsplit == {}


def test_a_pattern_may_repeat_a_bracket() -> None:
    split = Split("Name", ("number",), pattern=r"\(+(\w+)\)+")
    check_mapping(ColumnMapping(splits=(split,)), ["Name"], FIELDS)
    assert split.parts("((A))") == ["A"]


def test_a_constant_fills_every_row() -> None:
    result = apply(ColumnMapping({"No": "number"}, constants={"type": "Drawing"}), TABLE)
    assert result.values["type"] == ["Drawing"] * 3


def test_the_mapping_of_proposals() -> None:
    mapping = ColumnMapping.of(propose({"Dwg No": ["A-1"], "Remarks": ["x"]}, FIELDS))
    assert mapping.columns == {"Dwg No": "number"}
    assert apply(mapping, {"Dwg No": ["A-1"], "Remarks": ["x"]}).unmapped == ("Remarks",)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (ColumnMapping({"Rev": "revision"}), "no column 'Rev'. Its columns are: No, Remarks, Status"),
        (ColumnMapping({"No": "nr"}), "no field 'nr'"),
        (ColumnMapping({"No": "number", "Status": "number"}), "'number' gets values from 2 columns"),
        (ColumnMapping({"No": "number"}, constants={"number": "1"}), "'number' gets values from 2 columns"),
        (ColumnMapping(joins=(Join("number", ("No", "Rev")),)), "no column 'Rev'"),
        (ColumnMapping(splits=(Split("No", ("number", None)),)), "needs a separator or a pattern"),
        (ColumnMapping(splits=(Split("No", ("number",), "-", "(.)"),)), "needs a separator or a pattern"),
        (ColumnMapping(splits=(Split("No", ("number",), pattern="("),)), "not a regular expression"),
        (ColumnMapping(splits=(Split("No", ("number",), pattern="."),)), "has 0 groups for 1 fields"),
        (ColumnMapping(splits=(Split("No", ("number",), pattern="(a+)+"),)), "repeats a group"),
        (ColumnMapping(splits=(Split("No", ("number",), pattern="(a|a){2,}"),)), "repeats a group"),
    ],
)
def test_a_wrong_mapping_is_refused(mapping: ColumnMapping, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        check_mapping(mapping, TABLE, FIELDS)


def test_a_right_mapping_is_accepted() -> None:
    mapping = ColumnMapping(
        {"No": "file", "Remarks": None},
        (Join("description", ("Title 1", "Title 2")),),
        (Split("Status", ("status", None), " - "),),
        {"type": "Drawing"},
    )
    check_mapping(mapping, TABLE, FIELDS)
    assert mapping.targets == ["file", "description", "status", "type"]
