"""Explains why a rule applies to a document: what it matched, which rules do not apply, what is required (B17, B18)."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..model import Cell, Field, Requirement
from .requirements import Origin, Rules, qualification

ANY = "all other documents"
ORIGINS = {Origin.PROJECT: "every document", Origin.RULE: "this rule", Origin.STANDARD: "naming standard"}


@dataclass(frozen=True, slots=True)
class RejectedRule:
    """A rule that does not apply.

    Attributes
    ----------
    rule : str
        The condition of the rule.
    why : str
        Why it does not apply.
    """

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class RequiredField:
    """A field that the rule requires.

    Attributes
    ----------
    field, label : str
        Name and label of the field.
    origin : str
        Who requires it: "every document", "this rule" or "naming standard".
    text : str
        What is in its cell now.
    """

    field: str
    label: str
    origin: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """Which rule applies to a document and why. It is shown as text, and as a table in a notebook.

    Attributes
    ----------
    document : str
        The document's file name.
    rule_id, qualifies : str
        Id and condition of the rule; "" and "no rule" if the project has none for the document.
    why : str
        Why the rule applies.
    rivals : tuple of RejectedRule
        The rules that do not apply.
    required : tuple of RequiredField
        The fields that the rule requires.
    """

    document: str
    rule_id: str
    qualifies: str
    why: str
    rivals: tuple[RejectedRule, ...]
    required: tuple[RequiredField, ...]

    @property
    def _applies(self) -> str:
        return "No rule" if not self.rule_id else f"The rule for {self.qualifies}"

    def __repr__(self) -> str:
        lines = [f"{self.document}: {self._applies} applies, because {self.why}"]
        lines += [f"  The rule for {one.rule} does not apply: {one.why}" for one in self.rivals]
        width = max((len(one.label) for one in self.required), default=0)
        lines += [f"  {one.label:<{width}}  {one.text or '(empty)'}  [{one.origin}]" for one in self.required]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        escape = html.escape
        rivals = "".join(f"<li>{escape(one.rule)}: {escape(one.why)}</li>" for one in self.rivals)
        rows = "".join(
            f"<tr><td>{escape(one.label)}</td><td>{escape(one.text) or '<em>empty</em>'}</td>"
            f"<td>{escape(one.origin)}</td></tr>"
            for one in self.required
        )
        return (
            f"<p><b>{escape(self.document)}</b>: <b>{escape(self._applies)}</b> applies, because {escape(self.why)}.</p>"
            f"{f'<p>Rules that do not apply:</p><ul>{rivals}</ul>' if rivals else ''}"
            f"<table><tr><th>Required</th><th>Now</th><th>By</th></tr>{rows}</table>"
        )


def explain(
    name: str,
    rules: Rules,
    cells: Mapping[str, Cell],
    required: Mapping[str, tuple[Field, Origin]],
    label: Callable[[str, str], str],
) -> Explanation:
    """Explain why a rule applies to a document.

    Parameters
    ----------
    name : str
        The document's file name.
    rules : Rules
        The rules of the project.
    cells : mapping
        The document's cells, by field id.
    required : mapping
        The required fields and who requires them, by field id.
    label : callable
        Returns the label of a value, for a field id and a value id.
    """
    applies = rules.of(tuple(_values(cells, id_) for id_ in rules.qualifying))
    rejected = tuple(
        RejectedRule(qualification(rule) or ANY, _why_not(rule, applies, cells, label))
        for rule in rules.requirements
        if rule is not applies
    )
    needed = tuple(
        RequiredField(
            item.name,
            item.label,
            ORIGINS[who],
            "computed by the service" if item.variant == "computed" else cell.text,
        )
        for id_, (item, who) in required.items()
        for cell in [cells.get(id_, Cell())]
    )
    if applies is None:
        return Explanation(name, "", "no rule", "the project has no default rule", rejected, needed)
    matching = [rule for rule in rules.requirements if rule is not applies and not _mismatches(rule, cells)]
    return Explanation(
        name, applies.id, qualification(applies) or ANY, _why(applies, matching), rejected, needed
    )


def _values(cells: Mapping[str, Cell], id_: str) -> tuple[str, ...]:
    cell = cells.get(id_)
    return (cell.values or ()) if cell else ()


def _why(rule: Requirement, matching: Iterable[Requirement]) -> str:
    if rule.is_default:
        return "no other rule matches"
    if all(other.is_default for other in matching):
        return "all its conditions match"
    return "it matches with more conditions than the other matching rules"


def _mismatches(rule: Requirement, cells: Mapping[str, Cell]) -> list[str]:
    """Ids of the fields whose values do not match the rule."""
    return [
        q.field_id
        for q in rule.qualifiers
        if not {value.id for value in q.values} & set(_values(cells, q.field_id))
    ]


def _why_not(
    rule: Requirement,
    applies: Requirement | None,
    cells: Mapping[str, Cell],
    label: Callable[[str, str], str],
) -> str:
    mismatches = []
    for qualifier in rule.qualifiers:
        if qualifier.field_id in _mismatches(rule, cells):
            now = " and ".join(label(qualifier.field_id, id_) for id_ in _values(cells, qualifier.field_id))
            mismatches.append(f"{qualifier.field_label or qualifier.field_name} is {now or 'empty'}")
    if mismatches:
        return " and ".join(mismatches)
    if rule.is_default or applies is None:
        return "another rule matches"
    if len(rule.qualifiers) == len(applies.qualifiers):
        return "it matches with as many conditions, but is later in the list"
    count = len(rule.qualifiers)
    return f"it matches with {count} condition{'s' if count != 1 else ''}, not {len(applies.qualifiers)}"
