"""Lists whose values have no identifying codes, and labels that several values share (B29)."""

from __future__ import annotations

import pytest

from pdm_nb.api.protocol import decode
from pdm_nb.model import Value
from pdm_nb.rules.values.lookup import Lookup, Problem
from pdm_nb.rules.values.resolve import resolve
from tests.support.builders import field

LOCATION = field("location", "reference", variant="procore_location")
ROWS = [
    {"id": "120701", "code": "__", "label": "Block B"},
    {"id": "120702", "code": "", "label": "Block B"},
    {"id": "120703", "code": "__", "label": "Block C"},
    {"id": "120704", "code": None, "label": "Block D"},
    {"id": "120705", "label": "Block D", "active": False},
]
LOOKUP = Lookup(LOCATION, map(decode.list_value, ROWS))


def test_no_code_finds_a_value() -> None:
    assert LOOKUP.by_code == {}
    assert isinstance(LOOKUP.find("__"), Problem)
    assert isinstance(LOOKUP.find("_"), Problem)
    assert {LOOKUP.code_of(row["id"]) for row in ROWS} == {""}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("120701", "Block B (120701)"),
        ("120702", "Block B (120702)"),
        ("120703", "Block C"),
        ("120704", "Block D"),
        ("120705", ""),  # no longer active: nothing sets it
        ("999", ""),
    ],
)
def test_the_name_of_a_value_names_no_other(id_: str, name: str) -> None:
    assert LOOKUP.name_of(id_) == name
    if name:
        cell, problem = resolve(LOCATION, name, LOOKUP)
        assert (cell.values, problem) == ((id_,), None)


def test_a_label_of_several_is_a_problem_that_names_their_ids() -> None:
    found = LOOKUP.find("Block B")
    assert isinstance(found, Problem)
    assert found.code == "PDM107"
    assert "120701 (Block B), 120702 (Block B)" in found.fix


def test_a_code_names_a_value_whose_label_others_have() -> None:
    coded = Lookup(LOCATION, [Value("1", "A", "Block"), Value("2", "B", "Block")])
    assert [coded.name_of(id_) for id_ in ("1", "2")] == ["A", "B"]
