from __future__ import annotations

import pytest

from pdm_nb.registers.mapping.candidates import Ranking, default_meanings
from tests.support.register_fields import LOOKUPS


def best(name: str, text: str) -> tuple[str, str, float] | None:
    found = Ranking(LOOKUPS[name]).candidates(text)
    return (found[0].label, str(found[0].kind), found[0].score) if found else None


@pytest.mark.parametrize(
    ("name", "text", "label", "kind"),
    [
        ("status", "s 2", "Suitable for information", "code"),
        ("status", "Suitable-for information", "Suitable for information", "label"),
        ("discipline", "Structural engineers", "Structural engineer", "label"),
        ("discipline", "A - Architect", "Architect", "code – label"),
        ("discipline", "Architect (A)", "Architect", "code – label"),
        ("status", "S2 - For information", "Suitable for information", "code – label"),
        ("status", "S2-Suitable for information", "Suitable for information", "code – label"),
        ("location", "Level 1", "Level 01", "label"),
        ("project_stage", "Stage 2", "Stage 2 - Concept design", "code – label"),
        ("discipline", "Structure", "Structural engineer", "alias"),
        ("discipline", "Mech.", "Mechanical engineer", "alias"),
        ("discipline", "Eléctrica", "Electrical engineer", "alias"),
        ("location", "Geschoss 3", "Level 03", "alias"),
        ("originator", "Demo Architekts", "Demo Architects", "likeness"),
        ("volume", "Energie centre", "Energy centre", "likeness"),
    ],
)
def test_the_best_candidate_and_its_kind(name: str, text: str, label: str, kind: str) -> None:
    found = best(name, text)
    assert found is not None
    assert found[:2] == (label, kind)
    assert found[2] >= 88 or kind == "likeness"


@pytest.mark.parametrize(
    ("name", "text", "never"),
    [
        ("location", "Level 41", "Level 04"),
        ("location", "Level 110", "Level 11"),
        ("location", "Basement 4", "Basement 2"),
        ("location", "Basement 3", "Basement 2"),
        ("location", "Ground", "Roof"),
        ("volume", "Volume 9", "No volume"),
        ("volume", "Volume", "No volume"),
        ("volume", "No tower", "Tower"),
        ("status", "Not suitable for information", "Suitable for information"),
        ("status", "Unsuitable for information", "Suitable for information"),
        ("status", "Suitable for information ohne", "Suitable for information"),
        ("status", "Sans Suitable for information", "Suitable for information"),
        ("status", "Suitable sin information", "Suitable for information"),
        ("status", "Authorized and accepted, stage 8", "Authorized and accepted, stage 6"),
        ("project_stage", "Stage 1 - Concept design", "Stage 2 - Concept design"),
        ("building", "Block C", "Block B"),
    ],
)
def test_a_likeness_never_crosses_a_number_a_storey_or_a_negation(name: str, text: str, never: str) -> None:
    assert never not in [one.label for one in Ranking(LOOKUPS[name]).candidates(text)]


def test_a_code_with_the_label_of_another_value_is_worth_little() -> None:
    found = best("discipline", "X - Architect")
    assert found is not None
    assert found[2] <= 50


def test_two_values_with_the_same_words_are_both_offered_below_what_is_accepted() -> None:
    first, second, *_ = Ranking(LOOKUPS["status"]).candidates("For review")
    assert (first.score, second.score, first.kind) == (76.0, 76.0, "alias")


def test_candidates_have_texts_that_only_one_value_matches() -> None:
    for name, lookup in LOOKUPS.items():
        for one in Ranking(lookup).candidates("Level 03 structural information"):
            assert lookup.knows(one.text), name


def test_a_long_text_is_cut() -> None:
    assert Ranking(LOOKUPS["status"]).candidates("A" * 100_000) == []


def test_prefixes_that_negate() -> None:
    meanings = default_meanings()
    assert meanings.is_apart("Unapproved", "Approved")
    assert meanings.is_apart("Active", "Inactive")
    assert not meanings.is_apart("Approved", "Aproved")
