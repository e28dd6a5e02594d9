"""Which rule applies to a document, and what it then requires (B17, B18)."""

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
    """The rule that applies to a document with `values` (field id -> value ids).

    Among the conditional rules whose qualifiers all match, the one with the most; else the default. Where two
    match with equally many, the first listed: the contract does not say.
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
    """The rules of a project, asked for many documents at once (B17): worked out once for each combination.

    `asked` are the ids of the fields that any rule qualifies by, in the order in which their values are given.
    """

    def __init__(self, requirements: Sequence[Requirement]) -> None:
        self.requirements = tuple(requirements)
        self.asked = tuple({q.field_id: None for rule in self.requirements for q in rule.qualifiers})
        self.of = cache(self._of)

    def _of(self, values: tuple[tuple[str, ...], ...]) -> Requirement | None:
        return rule_for(self.requirements, dict(zip(self.asked, values, strict=True)))


def required_fields(rule: Requirement | None) -> dict[str, tuple[Field, Origin]]:
    """field id -> (field, who requires it), in the order project, rule, naming standard; each field once."""
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
    """What qualifies a document for the rule, in words: 'Type is Drawing and Discipline is Structural'."""
    return " and ".join(
        f"{qualifier.field_label or qualifier.field_name} is {' or '.join(value.label for value in qualifier.values)}"
        for qualifier in rule.qualifiers
    )
