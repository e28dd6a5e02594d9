"""Explanations of why a rule applies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.model import Cell, Requirement
from pdm_nb.rules.explain import explain
from pdm_nb.rules.requirements import Rules, required_fields, rule_for
from tests.support.builders import field, rule

TYPE, LEVEL, NOTE = field("type", "lov_entry"), field("level", "lov_entry"), field("note")
RULES = (
    rule("default", project=(TYPE,)),
    rule("drawings", project=(TYPE,), additional=(NOTE,), when={"type": ("DR",)}),
    rule("drawings-01", project=(TYPE,), additional=(LEVEL,), when={"type": ("DR",), "level": ("01",)}),
    rule("drawings-twin", project=(TYPE,), when={"type": ("DR", "SP"), "level": ("01",)}),
)
values = st.lists(st.sampled_from(["v-DR", "v-SP", "v-01", "v-02"]), max_size=2, unique=True).map(tuple)


def told(rules: tuple[Requirement, ...] = RULES, **held: str) -> str:
    cells = {f"f-{name}": Cell(code, (f"v-{code}",), "MANUAL") for name, code in held.items()}
    known = Rules(rules)
    applies = rule_for(rules, {id_: cell.values or () for id_, cell in cells.items()})
    return repr(explain("a.pdf", known, cells, required_fields(applies), lambda _, id_: id_[2:]))


def test_the_rule_that_matches_by_most_and_why_the_others_do_not() -> None:  # B17
    assert told(type="DR", level="01").splitlines() == [
        "a.pdf: The rule for type is DR and level is 01 applies, because it matches with more conditions than the other matching rules",
        "  The rule for all other documents does not apply: another rule matches",
        "  The rule for type is DR does not apply: it matches with 1 condition, not 2",
        "  The rule for type is DR or SP and level is 01 does not apply: it matches with as many conditions, but is later in the list",
        "  Type   DR  [every document]",
        "  Level  01  [this rule]",
    ]


def test_what_keeps_a_rule_from_applying_is_named() -> None:
    lines = told(type="DR", level="02").splitlines()
    assert lines[0].endswith("because all its conditions match")
    assert "  The rule for type is DR and level is 01 does not apply: level is 02" in lines
    assert "  Note  (empty)  [this rule]" in lines
    assert "type is empty and level is empty" in told()


def test_without_any_rule_nothing_is_required() -> None:
    assert told(()) == "a.pdf: No rule applies, because the project has no default rule"


def test_what_is_shown_in_a_notebook_is_escaped() -> None:
    shown = explain("<b>.pdf", Rules(RULES), {}, {TYPE.id: (replace(TYPE, label="<i>"), "rule")}, str)  # type: ignore[dict-item,arg-type]
    assert "<b>.pdf" not in shown._repr_html_()
    assert "&lt;i&gt;" in shown._repr_html_()


@given(st.lists(st.tuples(values, values), max_size=20))
def test_for_many_it_is_as_one_by_one(rows: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    known = Rules(RULES)
    assert known.qualifying == ("f-type", "f-level")
    assert list(map(known.of, rows)) == [rule_for(RULES, {"f-type": a, "f-level": b}) for a, b in rows]
