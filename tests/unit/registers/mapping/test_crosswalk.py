from __future__ import annotations

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.mapping import Crosswalk, build_crosswalk
from tests.support.register_fields import LOOKUPS

VALUES = {
    "discipline": ["Structure", "A", "Structure", "Mech.", "", "Lawyer"],
    "status": ["S2", "For review", "S2 - For information", "S2", "S2", "Suitable for information"],
    "trades": ["Piling; Masonry", "Piles; Masonry", "T03", "Piles", "", "Piling"],
    "description": ["any", "text", "is", "right", "here", "."],
}


@pytest.fixture
def crosswalk() -> Crosswalk:
    return build_crosswalk(VALUES, LOOKUPS, [2, 3, 4, 5, 6, 7])


def test_each_unmatched_value_is_there_once_with_its_rows(crosswalk: Crosswalk) -> None:
    assert [(one.field, one.value, one.count, one.rows) for one in crosswalk.entries] == [
        ("discipline", "Structure", 2, (2, 4)),
        ("discipline", "Mech.", 1, (5,)),
        ("discipline", "Lawyer", 1, (7,)),
        ("status", "For review", 1, (3,)),
        ("status", "S2 - For information", 1, (4,)),
        ("trades", "Piles", 2, (3, 5)),
    ]


def test_accept_decides_what_is_above_the_threshold_and_not_a_tie(crosswalk: Crosswalk) -> None:
    assert crosswalk.accept().decisions == {
        "discipline": {"Structure": "Structural engineer", "Mech.": "Mechanical engineer"},
        "status": {"S2 - For information": "Suitable for information"},
    }
    assert "For review" in [one.value for one in crosswalk.accept(0).open]  # two values are equally good
    assert crosswalk.decisions == {}  # a crosswalk never changes


def test_accept_keeps_what_people_decided(crosswalk: Crosswalk) -> None:
    decided = crosswalk.confirm("discipline", "Structure", "C").accept()
    assert decided.decisions["discipline"]["Structure"] == "Civil engineer"


def test_confirm_takes_a_code_a_label_and_an_empty_cell(crosswalk: Crosswalk) -> None:
    decided = crosswalk.confirm("discipline", "Lawyer", "").confirm("status", "For review", "S3")
    assert decided.decisions == {
        "discipline": {"Lawyer": ""},
        "status": {"For review": "Suitable for review and comment"},
    }


def test_confirm_refuses_an_unknown_value_and_an_unknown_use(crosswalk: Crosswalk) -> None:
    with pytest.raises(InputError, match="has no value 'Baker' for the field 'discipline'"):
        crosswalk.confirm("discipline", "Baker", "A")
    with pytest.raises(
        InputError, match="'Lawyer' cannot become 'Judge': 'Judge' is not in the Discipline list"
    ):
        crosswalk.confirm("discipline", "Lawyer", "Judge")


def test_decisions_are_applied_and_open_values_stay(crosswalk: Crosswalk) -> None:
    decided = crosswalk.accept().confirm("trades", "Piles", "Piling").confirm("discipline", "Lawyer", "")
    new = decided.apply(VALUES)
    assert new["discipline"] == [
        "Structural engineer",
        "A",
        "Structural engineer",
        "Mechanical engineer",
        "",
        "",
    ]
    assert new["status"][:3] == ["S2", "For review", "Suitable for information"]
    assert new["trades"] == ["Piling; Masonry", "Piling; Masonry", "T03", "Piling", "", "Piling"]
    assert new["description"] == VALUES["description"]


def test_decisions_of_a_profile_are_used_again(crosswalk: Crosswalk) -> None:
    kept = crosswalk.accept().decisions | {"building": {"x": "y"}}
    assert crosswalk.decided(kept).decisions == crosswalk.accept().decisions


def test_many_rows_are_counted_and_not_all_named() -> None:
    frame = build_crosswalk({"discipline": ["Mech."] * 30}, LOOKUPS).to_frame()
    assert frame["rows"][0] == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …"
    assert frame["count"][0] == 30


def test_spaces_around_a_value_do_not_count() -> None:
    crosswalk = build_crosswalk({"discipline": [" Mech.", "Mech. ", "A "]}, LOOKUPS).accept()
    assert [(one.value, one.count) for one in crosswalk.entries] == [("Mech.", 2)]
    assert crosswalk.apply({"discipline": [" Mech.", "A "]})["discipline"] == ["Mechanical engineer", "A "]


def test_an_inactive_value_is_in_the_crosswalk() -> None:
    (entry,) = build_crosswalk({"discipline": ["Nuclear safety adviser"]}, LOOKUPS).entries
    assert entry.value == "Nuclear safety adviser"


def test_a_column_of_free_text_gets_candidates_for_the_most_frequent_values_alone() -> None:
    texts = ["Mech.", *(f"Mech. {number}" for number in range(2_000)), "Mech."]
    entries = build_crosswalk({"discipline": texts}, LOOKUPS).entries
    assert len(entries) == 2_001
    assert entries[0].candidates
    assert not entries[-1].candidates
