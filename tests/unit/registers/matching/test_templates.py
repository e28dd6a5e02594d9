"""Naming templates: rendered, split and learned; and titles within the number of a file name."""

from __future__ import annotations

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.matching import NamingTemplate, learn_template


@pytest.mark.parametrize(
    ("template", "stem", "fields"),
    [
        ("{number}-{title}-{status}-{revision}", "CW-A-100-Ground floor-S2-P01", ["CW-A-100", "Ground floor", "S2", "P01"]),
        ("{project}-{number}-{title}-{status}-{revision}", "HQ-0006-Section A-A-S2-P02", ["HQ", "0006", "Section A-A", "S2", "P02"]),
        ("{number}_{revision}", "DR-400_C01", ["DR-400", "C01"]),
        ("{number} Rev {revision}", "CW-A-100 Rev A", ["CW-A-100", "A"]),
        ("{number} {title} [{revision}]", "TST1-DR-A-0001 Site Location Plan [P02]", ["TST1-DR-A-0001", "Site Location Plan", "P02"]),
        ("{number}-{title}", "0001-ROOF", ["0001", "ROOF"]),
    ],
)  # fmt: skip
def test_a_file_name_is_split_into_fields(template: str, stem: str, fields: list[str]) -> None:
    found = NamingTemplate.parse(template).split(stem)
    assert found is not None
    assert list(found.values()) == fields


def test_a_name_that_does_not_follow_the_template_has_no_fields() -> None:
    assert NamingTemplate.parse("{number}_{revision}").split("A-101") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [("plan", "has no fields"), ("{}", "has no fields"), ("{number}-{", "unmatched brace"), ("{a}{b}", "without a separator"), ("{a}-{a}", "twice")],
)  # fmt: skip
def test_an_unusable_template_is_reported(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        NamingTemplate.parse(text)


def row(number: str, revision: str, title: str = "") -> dict[str, str]:
    return {"number": number, "revision": revision, "description": title}


def learned(*pairs: tuple[dict[str, str], str]) -> str:
    found = learn_template(pairs)
    return found.text if found else ""


def test_a_template_is_learned_from_examples() -> None:
    assert (
        learned((row("A-1", "P01"), "A-1_P01.pdf"), (row("A-2", "P02"), "A-2_P02.pdf"))
        == "{number}_{revision}"
    )
    assert (
        learned((row("A-1", "A"), "A-1 Rev A.pdf"), (row("A-2", "B"), "A-2 Rev B.pdf"))
        == "{number} Rev {revision}"
    )
    assert (
        learned((row("1", "Rev-00", "Plan A"), "HQ-1-Plan A-00.pdf"))
        == "HQ-{number}-{description}-{revision}"
    )


def test_a_text_that_differs_and_is_not_in_a_field_becomes_a_field() -> None:
    found = learned((row("A-1", "P01"), "HQ-A-1-P01.pdf"), (row("A-2", "P02"), "ZZ-A-2-P02.pdf"))
    assert found == "{part1}-{number}-{revision}"


def test_examples_that_disagree_teach_nothing() -> None:
    assert learned((row("A-1", "P01"), "A-1_P01.pdf"), (row("A-2", "P02"), "P02-A-2.pdf")) == ""
    assert learned((row("", "P01"), "x_P01.pdf")) == ""
    assert learned() == ""
