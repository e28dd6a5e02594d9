"""Which rule applies, and what it requires."""

from __future__ import annotations

from pdm_nb.rules.requirements import Origin, qualification, required_fields, rule_for
from tests.support.builders import field, rule

DEFAULT = rule("default")
DRAWINGS = rule("drawings", when={"type": ("DRAW", "SK")})
STRUCTURAL = rule("structural", when={"type": ("DRAW",), "discipline": ("ST",)})
RULES = [DRAWINGS, STRUCTURAL, DEFAULT]


def applies(**codes: str) -> str | None:
    values = {f"f-{name}": (f"v-{code}",) for name, code in codes.items()}
    found = rule_for(RULES, values)
    return found.id if found else None


def test_without_a_match_the_default_applies() -> None:  # B17
    assert applies() == applies(type="SPEC") == applies(discipline="ST") == "default"


def test_any_of_the_acceptable_values_matches() -> None:  # B17
    assert applies(type="DRAW") == applies(type="SK") == "drawings"


def test_all_qualifiers_must_match_and_most_win() -> None:  # B17
    assert applies(type="DRAW", discipline="ST") == "structural"
    assert applies(type="SK", discipline="ST") == "drawings"


def test_one_of_several_values_of_a_document_is_enough() -> None:
    assert rule_for(RULES, {"f-type": ("v-OTHER", "v-SK")}) is DRAWINGS


def test_of_two_equal_matches_the_first_listed_applies() -> None:
    twin = rule("twin", when={"discipline": ("ST",)})
    assert rule_for([DRAWINGS, twin], {"f-type": ("v-DRAW",), "f-discipline": ("v-ST",)}) is DRAWINGS
    assert rule_for([twin, DRAWINGS], {"f-type": ("v-DRAW",), "f-discipline": ("v-ST",)}) is twin


def test_without_any_rule_nothing_is_required() -> None:
    assert rule_for([], {}) is None
    assert rule_for([DRAWINGS], {}) is None
    assert required_fields(None) == {}


def test_required_fields_come_from_three_places_each_once() -> None:  # B18
    name, level, zone = field("name"), field("level"), field("zone")
    found = required_fields(rule("r", project=(name,), additional=(level, name), standard=(zone, level)))
    assert [(one.name, origin) for one, origin in found.values()] == [
        ("name", Origin.PROJECT),
        ("level", Origin.RULE),
        ("zone", Origin.STANDARD),
    ]


def test_what_qualifies_in_words() -> None:
    assert qualification(STRUCTURAL) == "type is DRAW and discipline is ST"
    assert qualification(DRAWINGS) == "type is DRAW or SK"
    assert qualification(DEFAULT) == ""
