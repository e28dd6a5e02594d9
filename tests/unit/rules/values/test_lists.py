"""Texts that list several values: each is found, or the whole text is fixed or reported; none is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.model import Value
from pdm_nb.rules.values.lists import MOST
from pdm_nb.rules.values.lookup import Lookup, Problem
from pdm_nb.rules.values.resolve import resolve
from tests.support.builders import field, value

TRADES = field("trades", "lov_entries")
TRADE = field("trade", "lov_entry")
VALUES = [
    value("EP", "Electrical power"),
    value("PL", "Plumbing"),
    value("D", "Doors"),
    value("W", "Walls"),
    value("WI", "Walls, internal"),
    value("I", "Internal"),
    value("RF", "Roofs, flat"),
    value("OLD", "Thatch, straw", active=False),
]
SEVERAL, ONE = Lookup(TRADES, VALUES), Lookup(TRADE, VALUES)


def problem(text: str) -> Problem:
    cell, found = resolve(TRADES, text, SEVERAL)
    assert found is not None
    assert (cell.text, cell.values) == (text, None)
    return found


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Electrical power, Plumbing", "EP PL"),
        ("EP,PL", "EP PL"),
        ("Electrical power\nPlumbing", "EP PL"),
        ("Electrical power\r\nPlumbing\r\n", "EP PL"),
        ("Electrical\npower; Plumbing", "EP PL"),  # a label that a spreadsheet's cell broke in two
        ("plumbing,\nElectrical power", "PL EP"),
        ("Doors\nElectrical power, Plumbing; Walls", "D EP PL W"),
        ("Plumbing; Doors, Plumbing", "PL D"),
        ("Plumbing;", "PL"),
        ("Walls, internal", "WI"),  # a label with a comma is one value
        ("Walls, internal; Doors", "WI D"),
        ("Roofs, flat\nWalls, internal", "RF WI"),
    ],
)
def test_values_are_separated_by_the_usual_separators(text: str, codes: str) -> None:  # B29
    cell, found = resolve(TRADES, text, SEVERAL)
    assert found is None
    assert cell.values == tuple(f"v-{code}" for code in codes.split())
    assert resolve(TRADES, cell.text, SEVERAL) == (cell, None)


@pytest.mark.parametrize(
    "text",
    [
        "Doors, Walls, internal",
        "Walls,internal",
        "Walls, Internal\nDoors, Walls, Internal",
        "Roofs, flat, Doors",
        "Qq, Roofs, flat",
    ],
)
def test_where_one_value_ends_is_not_guessed(text: str) -> None:
    found = problem(text)
    assert (found.code, found.proposal) == ("PDM107", None)
    assert "not clear where each Trades value ends" in found.message
    assert "Put ; between" in found.fix


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Electrical-power; Plumbing", "Electrical power; Plumbing"),
        ("Plumbing; Electrical power (EP)", "Plumbing; Electrical power"),
        ("Plumbing, EP - Electrical power", "Plumbing; Electrical power"),
        ("Electrical power, Plumbings", "Electrical power; Plumbing"),
        ("Electrical power\nPlumbings\nDoors", "Electrical power; Plumbing; Doors"),
        ("Electrical-power; Plumbings; Doors", "Electrical power; Plumbing; Doors"),
        ("Electrical-power, Plumbings", "Electrical power; Plumbing"),
        ("Plumbings; Electrical power, Doors", "Plumbing; Electrical power; Doors"),
        ("Plumbings; Plumbing", "Plumbing"),
        ("Roof, flat", "Roofs, flat"),  # one label that is misspelt
        ("Roof, flat; Plumbing", "Roofs, flat; Plumbing"),
    ],
)
def test_the_proposal_is_the_whole_cell_with_the_wrong_parts_fixed(text: str, proposal: str) -> None:
    found = problem(text)
    assert (found.code, found.proposal) == ("PDM102", proposal)
    assert resolve(TRADES, proposal, SEVERAL)[1] is None


@pytest.mark.parametrize(
    "text",
    [
        "Electrical; Plumbing",  # it may be another value
        "Roofs, flt",
        "Qq; Plumbing",
        "Qq; Plumbings; Doors",
        "Qq, Plumbing",
        "Qq\nPlumbings",
        "Electrical power works, Qq",  # like "Electrical power" all in all
        "Thatch, straw; Plumbing",
    ],
)
def test_where_nothing_is_near_a_part_nothing_is_proposed(text: str) -> None:
    assert problem(text).proposal is None


def test_similar_values_are_offered_as_the_whole_cell() -> None:
    found = problem("Plumbing; Electrical")
    assert (found.proposal, found.similar[0]) == (None, "Plumbing; Electrical power")
    assert problem("Electrical; Wals").similar == ()  # of several wrong parts each is a question of its own


def test_all_wrong_parts_are_named_in_one_finding() -> None:
    found = problem("Electrical-power; Plumbings; Doors; Qq")
    for part in ("'Electrical-power' is not in", "'Plumbings' is not in", "'Qq' is not in"):
        assert part in found.message
    assert "similar to 'Plumbings': Plumbing (PL)" in found.fix
    assert "Doors" not in found.message
    one = problem("Plumbings; Doors")
    assert one.message == "'Plumbings' is not in the Trades list"


def test_of_very_many_wrong_parts_the_first_are_named() -> None:
    found = problem("; ".join(f"Qq{number}" for number in range(MOST + 30)))
    assert found.message.count("is not in") == MOST
    assert found.message.endswith("; and 30 more")


def test_an_inactive_value_with_a_comma_is_one_value() -> None:  # B21
    assert problem("Thatch, straw").code == "PDM103"
    assert problem("Thatch, straw; Plumbing").code == "PDM103"


@pytest.mark.parametrize("text", ["Electrical power, Plumbing", "Plumbing\nDoors", "Plumbing; Doors"])
def test_several_values_for_a_single_value_field_are_reported(text: str) -> None:
    found = resolve(TRADE, text, ONE)[1]
    assert found is not None
    assert found.code == "PDM108"


def test_no_other_value_is_proposed_for_several_where_one_is_taken() -> None:
    found = resolve(TRADE, "Electrical power, Plumbings", ONE)[1]
    assert found is not None
    assert (found.code, found.proposal) == ("PDM102", None)
    found = resolve(TRADE, "Electrical, power", ONE)[1]
    assert found is not None
    assert found.proposal == "Electrical power"  # nobody lists anything here
    assert resolve(TRADE, "Plumbing,", ONE)[0].values == ("v-PL",)


words = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=3)
labels = words.map(", ".join) | words.map(",".join) | words.map(" ".join)


@given(
    st.lists(labels, min_size=1, max_size=6),
    st.lists(labels, min_size=1, max_size=4),
    st.sampled_from((";", ",", "\n")),
)
def test_no_value_that_is_listed_is_dropped(called: list[str], parts: list[str], separator: str) -> None:
    """Neither by what is taken nor by what is proposed."""
    lookup = Lookup(TRADES, [Value(f"id {number}", "", label) for number, label in enumerate(called)])
    text = separator.join(parts)
    named = {one.id for part in parts if isinstance(one := lookup.find(part), Value)}
    cell, found = resolve(TRADES, text, lookup)
    if found is not None:
        cell = resolve(TRADES, found.proposal, lookup)[0]
    assert not cell.values or lookup.knows(text) or named <= set(cell.values)
