"""Automatic fixes: another spelling of the same value is fixed, another value never is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pdm_nb.model import Value
from pdm_nb.rules.values import similarity
from pdm_nb.rules.values.lookup import Lookup, Problem
from pdm_nb.rules.values.resolve import resolve
from tests.support.builders import field

LOCATION = field("location", "lov_entry")
FIRM = field("originator", "reference")

# A text that names no value, and the values of the list, each another thing.
CROSSING = [
    ("Level 12", ["Level 1", "Level 2", "Level 11"]),
    ("Level 1", ["Level 12"]),
    ("Level 1", ["Level 01"]),
    ("Contractual stage 2", ["Contractual stage 3"]),
    ("Basement 2", ["Basement 1"]),
    ("Basement 3", ["Basement 2", "Basement 1"]),
    ("Basement 1", ["Level 1", "Basement"]),
    ("Level -1", ["Level 1"]),
    ("Level-1", ["Level 1"]),
    ("Level +1", ["Level 1", "Level -1"]),
    ("L-1", ["L1", "L 1"]),
    ("L1", ["L-1"]),
    ("B-2", ["B2"]),
    ("Phase 1 - 2", ["Phase 1 2", "Phase 12"]),
    ("Grid A-D", ["Grid A D", "Grid AD"]),
    ("-1", ["01"]),
    ("Level 1.5", ["Level 15", "Level 1", "Level 5"]),
    ("Level 1½", ["Level 11⁄2", "Level 1"]),
    ("10²", ["102"]),
    ("1①", ["11"]),
    ("Volume 9", ["No volume", "Volume 1"]),
    ("No volume", ["Volume"]),
    ("Volume", ["No volume"]),
    ("Kein Volumen", ["Volumen"]),
    ("Sans volume", ["Volume"]),
    ("Non-structural", ["Structural"]),
    ("Nonstructural", ["Structural"]),
    ("Structural", ["Non-structural"]),
    ("Unapproved", ["Approved"]),
    ("Not approved", ["Approved"]),
    ("Approved", ["Not approved"]),
    ("Approve", ["Approved"]),
    ("Revise", ["Revised"]),
    ("Atypical", ["Typical"]),
    ("Typical", ["Atypical"]),
    ("Inactive", ["Active"]),
    ("Ex-works", ["Works"]),
    ("With comments", ["Without comments"]),
    ("Zone A", ["Zone B"]),
    ("Zone A", ["Zone AA"]),
    ("Zone A", ["Zone Å", "Zone Ä"]),
    ("Block A", ["Block B"]),
    ("Block AB", ["Block A B"]),
    ("Phase II", ["Phase III", "Phase I"]),
    ("Phase IV", ["Phase VI"]),
    ("First floor", ["Second floor", "Third floor"]),
    ("Sixth floor", ["Sixteenth floor"]),
    ("Fourth floor", ["Fourteenth floor"]),
    ("Erstes Obergeschoss", ["Zweites Obergeschoss"]),
    ("1. Obergeschoss", ["1. Untergeschoss", "2. Obergeschoss"]),
    ("Premier étage", ["Deuxième étage"]),
    ("Planta primera", ["Planta segunda"]),
    ("Upper roof", ["Lower roof"]),
    ("North elevation", ["South elevation"]),
    ("Eastern block", ["Western block"]),
    ("NE stair", ["NW stair", "SE stair"]),
    ("Left bank", ["Right bank"]),
    ("Existing", ["Exiting"]),
    ("Existing walls", ["New walls", "Demolished walls"]),
    ("Interior", ["Exterior"]),
    ("Internal walls", ["External walls"]),
    ("P01", ["C01", "P02", "P1"]),
    ("S1", ["S2", "S11"]),
    ("A-101", ["A-1-01", "A-10-1", "A-102"]),
    ("A-A", ["AA"]),
    ("2026-03-31", ["2026-03-13", "2026.03.31"]),
    ("Duct 100 mm", ["Duct 100 m", "Duct 1000 mm"]),
    ("Door 6'", ['Door 6"']),
    ("Scale 1:100", ["Scale 1:1000", "Scale 1:10"]),
    ("C++", ["C"]),
    ("Lightning protection", ["Lighting protection"]),
    ("Lighting", ["Lightning"]),
    ("Casting", ["Casing"]),
    ("Piping", ["Piling"]),
    ("Grading", ["Grating"]),
    ("Flooring", ["Flooding"]),
    ("Glas 1", ["Glass 1"]),
    ("Electrical", ["Electrical power"]),
    ("Level 1B", ["Level 1"]),
    ("M/E", ["ME", "M"]),
    ("S2?", ["S2"]),
]

# Words that are one letter apart: missing, additional, replaced, or swapped with the next one.
TRADE_WORDS = [
    ("Striping", "Stripping"), ("Planting", "Plating"), ("Binding", "Blinding"), ("Sanding", "Standing"),
    ("Steaming", "Streaming"), ("Braking", "Breaking"), ("Confirmed", "Conformed"), ("Conformation", "Confirmation"),
    ("Isolation", "Insolation"), ("Installed", "Instilled"), ("Deflection", "Defection"), ("Interface", "Interlace"),
    ("Existing", "Exiting"), ("Lighting", "Lightning"), ("Hoisting", "Hosting"), ("Tiling", "Tilling"),
    ("Archtectural", "Architectural"), ("Suitable for infomation", "Suitable for information"),
    ("Specificatian", "Specification"), ("Plumbbing", "Plumbing"), ("Revise", "Revised"),
    ("Complaint", "Compliant"), ("Slating", "Salting"), ("Regrading", "Regarding"), ("Pervious", "Previous"),
    ("Preformed", "Performed"), ("Concreting", "Concerting"), ("Framing", "Farming"), ("Tilting", "Titling"),
]  # fmt: skip

# A text, the values (label, code), and the label that it means.
SAME = [
    ("ground-floor", [("Ground floor", "GF")], "Ground floor"),
    ("Ground_Floor", [("Ground floor", "GF")], "Ground floor"),
    ("ground floor.", [("Ground floor", "GF")], "Ground floor"),
    ("Level_12", [("Level 12", ""), ("Level 1", ""), ("Level 2", "")], "Level 12"),
    ("Level12", [("Level 12", ""), ("Level 1", "")], "Level 12"),
    ("Level 12\u200b", [("Level 12", "")], "Level 12"),
    ("\ufeffGround floor", [("Ground floor", "")], "Ground floor"),
    ("Level –1", [("Level -1", ""), ("Level 1", "")], "Level -1"),
    ("Etage 1", [("Étage 1", ""), ("Étage 2", "")], "Étage 1"),
    ("Étage 1", [("E\u0301tage 1", "")], "E\u0301tage 1"),
    ("Sitework", [("Site work", "")], "Site work"),
    ("Level 1 (01)", [("Level 1", "01"), ("Level 10", "10")], "Level 1"),
    ("01 - Level 1", [("Level 1", "01"), ("Level 10", "10")], "Level 1"),
    ("A - Architect", [("Architect", "A"), ("Structure", "S")], "Architect"),
    ("[A] Architect", [("Architect", "A"), ("Structure", "S")], "Architect"),
    ("Pr_15_31 : Adhesives", [("Adhesives", "Pr_15_31"), ("Sealants", "Pr_15_32")], "Adhesives"),
    ("A101", [("Ground floor plan", "A-101"), ("Roof plan", "A-102")], "Ground floor plan"),
    ("dr a", [("Drawing, architectural", "DR-A")], "Drawing, architectural"),
    ("1", [("Ground", "01"), ("First", "11")], "Ground"),
    ("1.0", [("Ground", "01"), ("First", "10")], "Ground"),
    ("Elevations", [("Elevation", ""), ("Section", "")], "Elevation"),
    ("Door", [("Doors", ""), ("Floors", "")], "Doors"),
    ("Architectural layout 2", [("Architectural layouts 2", ""), ("Architectural layouts 3", "")], "Architectural layouts 2"),
]  # fmt: skip


def lookup(values: list[tuple[str, str]] | list[str], of: object = LOCATION) -> Lookup:
    pairs = [one if isinstance(one, tuple) else (one, "") for one in values]
    return Lookup(of, [Value(f"id {n}", code, label) for n, (label, code) in enumerate(pairs)])  # type: ignore[arg-type]


def problem(text: str, values: list[tuple[str, str]] | list[str]) -> Problem:
    found = resolve(LOCATION, text, lookup(values))[1]
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "labels"), CROSSING, ids=lambda one: one if isinstance(one, str) else "")
def test_another_value_is_never_proposed(text: str, labels: list[str]) -> None:
    found = problem(text, labels)
    assert found.proposal is None
    assert set(found.similar) <= set(labels)


@pytest.mark.parametrize(("one", "other"), TRADE_WORDS)
def test_a_word_that_is_one_letter_apart_is_offered_and_never_proposed(one: str, other: str) -> None:
    """In either direction; it is the first of the similar values."""
    for text, label in ((one, other), (other, one)):
        found = problem(text, [f"{label}s and others", label, "Quay"])
        assert (found.proposal, found.similar[0]) == (None, label)
        again = problem(f"{text} 2", [f"{label} 1", f"{label} 3", f"{label} 2"])
        assert (again.proposal, again.similar[0]) == (None, f"{label} 2")


@pytest.mark.parametrize(("text", "values", "label"), SAME)
def test_another_spelling_of_one_value_is_proposed(
    text: str, values: list[tuple[str, str]], label: str
) -> None:
    values = [*values, ("Quay", "Q9")]
    cell, found = resolve(LOCATION, text, lookup(values))
    assert label == (cell.text if found is None else found.proposal)
    again, left = resolve(LOCATION, label, lookup(values))
    assert (again.text, left) == (label, None)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Architect (S)", [("Architect", "A"), ("Structure", "S")]),
        ("S - Architect", [("Architect", "A"), ("Structure", "S")]),
        ("Level 1B", [("Level 1", "B")]),
        ("Drawins", [("Drawing", ""), ("Drawings", "")]),
        ("ground-floor", [("Ground floor", "A"), ("GROUND FLOOR", "B")]),
        ("1", [("Ground", "01"), ("First", "001")]),
        ("Etage", [("Étage", ""), ("Etâge", "")]),
    ],
)
def test_what_may_be_two_values_is_not_proposed(text: str, values: list[tuple[str, str]]) -> None:
    assert problem(text, values).proposal is None


def test_similar_values_are_named_and_offered() -> None:
    found = problem("Level 99", [("Level 09", "09"), ("Level 19", "19"), ("Roof", "RF")])
    assert found.message == "'Level 99' is not in the Location list"
    assert found.fix == "Similar: Level 09 (09), Level 19 (19)"
    assert (found.proposal, found.similar) == (None, ("Level 09", "Level 19"))


@pytest.mark.parametrize("code", ["", "__", "_"])
def test_an_empty_code_identifies_nothing(code: str) -> None:  # B29
    known = lookup([("Tower", code), ("Annex", code), ("Yard", "Y")])
    found = known.find("__")
    assert isinstance(found, Problem)
    assert "_" not in found.message.replace("'__'", "") + found.fix
    assert known.by_code.keys() == {"Y"}
    assert known.code_of("id 0") == ""
    near = known.why_none("Towers")
    assert near.fix == "Similar: Tower"
    assert known.meant("__") is None


def test_values_of_one_label_without_a_code_are_offered_by_id() -> None:  # B29
    known = lookup([("Tower 1", "__"), ("Tower 1", "__")])
    found = known.find("Tower 1")
    assert isinstance(found, Problem)
    assert "Use the id instead, one of: id 0 (Tower 1), id 1 (Tower 1)" in found.fix
    assert known.why_none("Tower 2").similar == ("Tower 1 (id 0)", "Tower 1 (id 1)")


def test_a_number_that_is_an_id_and_the_number_of_a_code_is_not_guessed() -> (
    None
):  # B29: ids are numbers as strings
    known = Lookup(LOCATION, [Value("1", "07", "Level 7"), Value("7", "01", "Level 1")])
    found = known.find("1")
    assert isinstance(found, Problem)
    assert found.code == "PDM107"
    assert known.find("01") == known.values[1]


def test_names_of_firms_people_and_places_are_not_taken_for_misspelled() -> None:
    values = [("Hansson architects", "")]
    assert lookup(values, FIRM).why_none("Hanson architects").proposal is None
    assert lookup(values, FIRM).why_none("hansson  Architects.").proposal == "Hansson architects"


def test_an_inactive_value_is_replaced_by_its_own_name_alone() -> None:  # B21
    known = Lookup(LOCATION, [Value("a", "", "Basement 3", active=False), Value("b", "", "Basement 2")])
    assert known.why_none("Basement 3").proposal is None
    known = Lookup(LOCATION, [Value("a", "", "Ground-floor", active=False), Value("b", "", "Ground floor")])
    assert known.why_none("Ground-floor").proposal == "Ground floor"


WORDS = (
    "Level",
    "Basement",
    "Stage",
    "Zone",
    "Block",
    "Phase",
    "Revision",
    "Volume",
    "Geschoss",
    "Étage",
    "Planta",
)
MARKS = (
    *map(str, range(13)), "01", "010", "-1", "+1", "1.5", "A", "B", "AB", "I", "II", "III", "IV", "no", "non", "not", "un",
    "ex", "kein", "sans", "ohne", "sin", "no.", "first", "second", "third", "upper", "lower", "north", "south", "N", "S",
    "east", "west", "existing", "new", "demolished", "approved", "P01", "C01", "S1", "S2", "mm", "m", "2026-03-31", "½", "²",
)  # fmt: skip


@given(
    st.sampled_from(WORDS),
    st.sampled_from(MARKS),
    st.sampled_from(MARKS),
    st.booleans(),
    st.sampled_from(" _-"),
)
def test_no_mark_of_a_place_is_crossed(word: str, mark: str, other: str, before: bool, between: str) -> None:
    """Whatever stands between word and mark, and on whichever side the mark is."""
    assume(mark.rstrip(".") != other.rstrip("."))
    text = f"{mark}{between}{word}" if before else f"{word}{between}{mark}"
    label = f"{other} {word}" if before else f"{word} {other}"
    cell, found = resolve(LOCATION, text, lookup([label, word]))
    assert cell.values is None
    assert found is not None
    assert found.proposal is None


def digits(text: str) -> list[str]:
    return re.findall(r"\d", "".join(c for c in text if unicodedata.category(c) != "Cf"))


near = st.text("aeLlnst 012-+._()²ÉéE\u0301", min_size=1, max_size=9) | st.text(max_size=6)


@given(near, st.lists(near, min_size=1, max_size=6))
def test_what_is_proposed_has_the_same_digits_and_letters(text: str, labels: list[str]) -> None:
    """Nothing but the form and an s for the plural may differ."""
    value = lookup(labels).meant(text)
    if value is not None:
        assert [unicodedata.normalize("NFKC", d) for d in digits(text)] == [
            unicodedata.normalize("NFKC", d) for d in digits(value.label)
        ]
        one, other = ("".join(similarity.tokens(part)) for part in (text, value.label))
        assert one.rstrip("s") == other.rstrip("s")


labels = st.lists(st.sampled_from([*WORDS, *MARKS, "plan", "section"]), min_size=1, max_size=4).map(" ".join)


@given(labels, st.lists(labels, max_size=5), st.data())
def test_another_form_of_a_label_means_it(label: str, others: list[str], data: st.DataObject) -> None:
    known = lookup([label, *(one for one in others if similarity.tokens(one) != similarity.tokens(label))])
    assume(
        sum(
            similarity.key(similarity.tokens(v.label)) == similarity.key(similarity.tokens(label))
            for v in known.values
        )
        == 1
    )
    forms = [label.upper(), label.lower(), f" {label}", label.replace(" ", "  "), f"({label})"]
    text = data.draw(st.sampled_from(forms))
    value = known.find(text)
    meant = known.meant(text) if isinstance(value, Problem) else value
    assert meant == known.values[0]


@pytest.mark.parametrize(
    ("word", "known", "is_one"),
    [
        ("walls", "wall", True),
        ("glass", "glas", False),
        ("gas", "ga", False),
        ("revise", "revised", False),
        ("plumbing", "plumbing", False),
        ("plumbng", "plumbing", False),
        ("plumbingss", "plumbing", False),
    ],
)
def test_what_a_plural_is(word: str, known: str, is_one: bool) -> None:
    assert similarity.is_plural(word, known) is is_one
    assert similarity.is_plural(known, word) is is_one


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """The calls of a function of `likeness` from now on."""
    calls: list[object] = []
    function = getattr(similarity, name)

    def count(*given: object) -> object:
        calls.append(given)
        return function(*given)

    monkeypatch.setattr(similarity, name, count)
    return calls


def test_what_is_wrong_with_a_text_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of thousands of unknown texts is checked again at every change."""
    known = lookup(["Ground floor", "First floor"])
    calls = counted(monkeypatch, "one_letter_apart")
    first = known.find("Ground level")
    assert known.find("Ground level") is first
    assert len(calls) == 1


def test_a_text_far_longer_than_all_names_is_compared_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lookup([("Ground floor", "GF")])
    assert known.meant("Ground floor") is not None
    calls = counted(monkeypatch, "tokens")
    found = known.find("- " * 8_000)
    assert isinstance(found, Problem)
    assert (found.code, found.proposal, found.similar) == ("PDM102", None, ())
    assert known.meant("- " * 8_000) is None
    assert calls == []


def test_a_text_is_split_at_few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lookup(["Ground floor " * 50])
    assert known.meant("Ground floor") is None
    calls = counted(monkeypatch, "tokens")
    assert known.meant("a - " * 400) is None
    assert len(calls) == 2 * similarity.SPLITS + 1


def test_spaces_between_code_and_label_do_not_count() -> None:
    found = problem(f"A {' ' * 90} - {' ' * 5} Architect", [("Architect", "A"), ("Structure", "S")])
    assert found.proposal == "Architect"
