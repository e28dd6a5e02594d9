"""Placeholders and invisible characters in cells: what is proposed, and what stops a document."""

from __future__ import annotations

from typing import Any

import pytest

from pdm_nb.model import Cell, Finding, Severity
from pdm_nb.rules.checks import CheckContext
from pdm_nb.rules.checks.cell_text import InvisibleCharacters, PlaceholderValue
from pdm_nb.rules.naming_standard import ParsedName
from pdm_nb.rules.requirements import Origin
from tests.support.builders import document, field

REVISION, NUMBER, DESCRIPTION = field("revision"), field("number"), field("description")
FIELDS = {one.id: one for one in (REVISION, NUMBER, DESCRIPTION)}


def context(
    name: str, text: str, *, required: bool = False, parsed: ParsedName | None = None
) -> CheckContext:
    item = FIELDS[f"f-{name}"]
    needed: dict[str, Any] = {item.id: (item, Origin.RULE)} if required else {}
    cells = {item.id: Cell(text, (text,), "MANUAL")}
    return CheckContext(document(), cells, FIELDS, None, needed, {}, parsed)


def placeholders(name: str, text: str, **more: Any) -> list[Finding]:
    return list(PlaceholderValue.run(context(name, text, **more)))


@pytest.mark.parametrize("text", ["-", "N/A", "n.a.", "TBC", "tba", "to be confirmed", "TBC\u200b"])
def test_a_placeholder_in_an_optional_field_can_be_cleared(text: str) -> None:
    (found,) = placeholders("description", text)
    assert (found.severity, found.proposal, found.field) == (Severity.WARNING, "", "description")


def test_a_placeholder_in_a_required_field_counts_as_empty() -> None:
    (found,) = placeholders("number", "TBC", required=True)
    assert (found.severity, found.proposal) == (Severity.ERROR, None)
    (found,) = placeholders("number", "TBC", required=True, parsed=ParsedName({"f-number": "0401"}, ()))
    assert (found.severity, found.proposal) == (Severity.ERROR, "0401")


def test_a_revision_may_be_a_hyphen() -> None:
    (found,) = placeholders("revision", "-", required=True)
    assert (found.severity, found.proposal, found.similar) == (Severity.WARNING, None, ("",))


@pytest.mark.parametrize(("text", "revision"), [("Rev-00", "00"), ("Rev. B", "B"), ("Revision P01", "P01")])
def test_a_revision_that_repeats_its_heading_is_proposed_without_it(text: str, revision: str) -> None:
    (found,) = placeholders("revision", text)
    assert (found.severity, found.proposal) == (Severity.WARNING, revision)


@pytest.mark.parametrize("text", ["P01", "A", "00", "Review", "Ground floor plan - see note"])
def test_usual_texts_are_not_placeholders(text: str) -> None:
    assert not placeholders("revision", text)
    assert not placeholders("description", text)


def test_invisible_characters_are_named_and_removed() -> None:
    (found,) = InvisibleCharacters.run(context("description", "\ufeffGround\u00a0floor"))
    assert found.proposal == "Ground floor"
    assert found.message.endswith("byte order mark, no-break space")
