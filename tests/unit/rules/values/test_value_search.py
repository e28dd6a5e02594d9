"""The search in values while somebody types, held to the same vectors as the grid's."""

from __future__ import annotations

import pytest

from pdm_nb.model import Field, FieldType, Value
from pdm_nb.rules.values.lookup import Lookup
from pdm_nb.rules.values.value_search import search
from tests.support.vectors import vectors


@pytest.mark.parametrize("case", vectors("value_search"), ids=lambda case: case["about"])
def test_search(case: dict[str, object]) -> None:
    values = [Value(f"{code}/{label}", code, label) for code, label in case["values"]]  # type: ignore[attr-defined]
    found = search(values, str(case["typed"]))
    assert [[value.code, value.label] for value in found] == case["found"]


def test_an_exact_code_comes_first_among_1502_values() -> None:
    values = [Value(str(n), str(n), f"Company {n}") for n in range(1_502)]
    assert [value.code for value in search(values, "15")[:3]] == ["15", "150", "151"]
    assert search(values, "1501") == [values[1501]]


def test_a_code_that_identifies_nothing_is_not_searched() -> None:  # B29
    assert search([Value("1", "__", "Block A"), Value("2", "", "Block_ B")], "_") == [
        Value("2", "", "Block_ B")
    ]


def test_inactive_values_are_not_offered() -> None:  # B21
    values = [Value("1", "OLD", "Old", active=False), Value("2", "OLDER", "Older")]
    lookup = Lookup(Field("f", "status", "Status", FieldType.LOV_ENTRY), values)
    assert [value.id for value in lookup.search("old")] == ["2"]
