"""Why a rule applies to a document, in words: what it matched, which rules lost, what is required (B17, B18)."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..model import Cell, Field, Requirement
from .requirements import Origin, Rules, qualification

ANY = "any document"


@dataclass(frozen=True, slots=True)
class RejectedRule:
    """A rule that does not apply, and why."""

    rule: str  # what it qualifies by
    why: str


@dataclass(frozen=True, slots=True)
class RequiredField:
    """A field that the rule requires: who requires it, and what is in it now."""

    field: str
    label: str
    origin: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """Which rule applies to a document and why. Shows itself as text, and as a table in a notebook.

    `rule_id` is "" and `qualifies` "no rule" where the project has none for it.
    """

    document: str
    rule_id: str
    qualifies: str
    why: str
    rivals: tuple[RejectedRule, ...]
    required: tuple[RequiredField, ...]

    def __repr__(self) -> str:
        lines = [f"{self.document}: the rule for {self.qualifies} applies, {self.why}"]
        lines += [f"  not that for {rival.rule}: {rival.why}" for rival in self.rivals]
        width = max((len(need.label) for need in self.required), default=0)
        lines += [f"  {n.label:<{width}}  {n.text or '(empty)'}  [{n.origin}]" for n in self.required]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = html.escape
        rivals = "".join(f"<li>{told(r.rule)}: {told(r.why)}</li>" for r in self.rivals)
        rows = "".join(
            f"<tr><td>{told(n.label)}</td><td>{told(n.text) or '<em>empty</em>'}</td><td>{told(n.origin)}</td></tr>"
            for n in self.required
        )
        return (
            f"<p><b>{told(self.document)}</b>: the rule for <b>{told(self.qualifies)}</b> applies, {told(self.why)}.</p>"
            f"{f'<p>Not these:</p><ul>{rivals}</ul>' if rivals else ''}"
            f"<table><tr><th>Required</th><th>Now</th><th>By</th></tr>{rows}</table>"
        )


def explain(
    name: str,
    rules: Rules,
    cells: Mapping[str, Cell],
    required: Mapping[str, tuple[Field, Origin]],
    label: Callable[[str, str], str],
) -> Explanation:
    """Why the rule for these cells applies. `label`: field id, value id -> the value's label."""
    applies = rules.of(tuple(_values(cells, id_) for id_ in rules.asked))
    rivals = [
        RejectedRule(qualification(rule) or ANY, _lost(rule, applies, cells, label))
        for rule in rules.requirements
        if rule is not applies
    ]
    needs = [
        RequiredField(
            item.name,
            item.label,
            _origin(who),
            "put together by the service" if item.variant == "computed" else cell.text,
        )
        for id_, (item, who) in required.items()
        for cell in [cells.get(id_, Cell())]
    ]
    if applies is None:
        return Explanation(
            name, "", "no rule", "the project has no default rule", tuple(rivals), tuple(needs)
        )
    others = [rule for rule in rules.requirements if rule is not applies and not _misses(rule, cells)]
    return Explanation(
        name, applies.id, qualification(applies) or ANY, _won(applies, others), tuple(rivals), tuple(needs)
    )


def _values(cells: Mapping[str, Cell], id_: str) -> tuple[str, ...]:
    cell = cells.get(id_)
    return (cell.values or ()) if cell else ()


def _origin(who: Origin) -> str:
    return {Origin.PROJECT: "every document", Origin.RULE: "this rule", Origin.STANDARD: "naming standard"}[
        who
    ]


def _won(rule: Requirement, others: Iterable[Requirement]) -> str:
    if rule.is_default:
        return "since no other matches: it is the default"
    if all(other.is_default for other in others):
        return "since all it asks for matches"
    return "since it matches by more than the others that match"


def _misses(rule: Requirement, cells: Mapping[str, Cell]) -> list[str]:
    """Ids of the fields that keep a rule from applying."""
    return [
        q.field_id
        for q in rule.qualifiers
        if not {value.id for value in q.values} & set(_values(cells, q.field_id))
    ]


def _lost(
    rule: Requirement,
    winner: Requirement | None,
    cells: Mapping[str, Cell],
    label: Callable[[str, str], str],
) -> str:
    told = []
    for qualifier in rule.qualifiers:
        if qualifier.field_id in _misses(rule, cells):
            now = " and ".join(label(qualifier.field_id, id_) for id_ in _values(cells, qualifier.field_id))
            told.append(f"{qualifier.field_label or qualifier.field_name} is {now or 'empty'}")
    if told:
        return " and ".join(told)
    if rule.is_default or winner is None:
        return "the default gives way to any that matches"
    if len(rule.qualifiers) == len(winner.qualifiers):
        return "it matches by as much, and is listed later"
    return f"it matches by {len(rule.qualifiers)} only, not {len(winner.qualifiers)}"
