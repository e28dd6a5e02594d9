"""Finds the rule that applies to a document, and the fields that it requires (B17, B18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from ..model import Field, Requirement


class Origin(StrEnum):
    """Who requires a field (B18)."""

    PROJECT = "project"
    RULE = "rule"
    STANDARD = "naming standard"


def rule_for(
    requirements: Sequence[Requirement], values: Mapping[str, tuple[str, ...]]
) -> Requirement | None:
    """Return the rule that applies to a document.

    Of the conditional rules whose qualifiers all match, it is the one with the most qualifiers, otherwise the
    default. If two have equally many, it is the first one in the list, because the contract does not decide this.

    Parameters
    ----------
    requirements : sequence of Requirement
        The rules of the project.
    values : mapping
        The ids of the document's values, by field id.
    """
    matching = [rule for rule in requirements if not rule.is_default and _matches(rule, values)]
    if matching:
        return max(matching, key=lambda rule: len(rule.qualifiers))
    return next((rule for rule in requirements if rule.is_default), None)


def _matches(rule: Requirement, values: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        any(value.id in values.get(qualifier.field_id, ()) for value in qualifier.values)
        for qualifier in rule.qualifiers
    )


class Rules:
    """The rules of a project, for many documents (B17): the rule is found once per combination of values.

    Attributes
    ----------
    qualifying : tuple of str
        Ids of the fields that any rule qualifies by, in the order in which `of` takes their values.
    """

    def __init__(self, requirements: Sequence[Requirement]) -> None:
        self.requirements = tuple(requirements)
        self.qualifying = tuple({q.field_id: None for rule in self.requirements for q in rule.qualifiers})
        self.of = cache(self._of)

    def _of(self, values: tuple[tuple[str, ...], ...]) -> Requirement | None:
        return rule_for(self.requirements, dict(zip(self.qualifying, values, strict=True)))


def required_fields(rule: Requirement | None) -> dict[str, tuple[Field, Origin]]:
    """Return the required fields with who requires each, by field id, in the order project, rule, naming standard."""
    if rule is None:
        return {}
    required: dict[str, tuple[Field, Origin]] = {}
    standard = rule.naming_standard.fields if rule.naming_standard else ()
    for fields, origin in (
        (rule.required_by_project, Origin.PROJECT),
        (rule.additional, Origin.RULE),
        (standard, Origin.STANDARD),
    ):
        for field in fields:
            required.setdefault(field.id, (field, origin))
    return required


def qualification(rule: Requirement) -> str:
    """Return the condition of a rule in words, such as 'Type is Drawing and Discipline is Structural'."""
    return " and ".join(
        f"{qualifier.field_label or qualifier.field_name} is {' or '.join(value.label for value in qualifier.values)}"
        for qualifier in rule.qualifiers
    )
