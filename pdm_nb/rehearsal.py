"""A project's configuration as a scenario file of the simulator, so that a migration can be rehearsed on a double of it.

Pure: works on the fetched configuration and answers plain data. What such a file may say is in `docs/scenario.yaml`;
the simulator, which shares nothing with the client, reads it on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .model import Field, Requirement, Value

ALWAYS = (
    "name",
    "type",
    "status",
    "revision",
)  # what the simulator requires of each document by itself (B18)


def scenario(
    name: str,
    number: str,
    fields: Iterable[Field],
    values: Mapping[str, Sequence[Value]],
    rules: Sequence[Requirement],
) -> dict[str, Any]:
    """The file's content. `values` are by field id, for lists of values; users are the simulator's own.

    Ids are not kept: the simulator gives its own, and a client takes them from its answers.
    """
    standard = next(
        (rule.naming_standard for rule in rules if rule.naming_standard), None
    )  # B67: one per project
    project = {
        "name": name,
        "number": number,
        "fields": [_field(one, _with_accepted(one, values.get(one.id, ()), rules)) for one in fields],
        "rules": [_rule(one) for one in sorted(rules, key=lambda rule: bool(rule.qualifiers))],
    }
    if standard is not None:
        project |= {"naming": [one.name for one in standard.fields], "standard_name": standard.name}
    allowed = all(rule.allow_duplicate_revisions for rule in rules)
    options = {} if allowed else {"allow_duplicate_revisions": False}
    return {"name": name, "purpose": f"A double of {name}", "options": options, "project": project}


def _field(one: Field, values: Iterable[Value]) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "label": one.label, "type": one.type_name}
    for key in ("variant", "readonly"):
        if getattr(one, key):
            told[key] = getattr(one, key)
    if one.is_custom:
        told["custom"] = True
    for key in ("active", "visible"):
        if not getattr(one, key):
            told[key] = False
    listed = [_value(value) for value in values]
    return told | ({"values": listed} if listed else {})


def _value(value: Value) -> dict[str, Any]:
    told: dict[str, Any] = {"code": value.code, "label": value.label}
    return told if value.active else told | {"active": False}


def _with_accepted(one: Field, values: Sequence[Value], rules: Sequence[Requirement]) -> list[Value]:
    """A field's values, and those that a rule asks for though the list does not have them any more."""
    known = {value.id: value for value in values}
    asked = (value for rule in rules for q in rule.qualifiers if q.field_id == one.id for value in q.values)
    return list((known | {value.id: value for value in asked if value.id not in known}).values())


def _rule(rule: Requirement) -> dict[str, Any]:
    required = [one.name for one in (*rule.required_by_project, *rule.additional)]
    told: dict[str, Any] = {"additional": [name for name in dict.fromkeys(required) if name not in ALWAYS]}
    if rule.qualifiers:
        told["when"] = {q.field_name: [value.label for value in q.values] for q in rule.qualifiers}
    if rule.naming_standard is not None:
        told["standard"] = True
    if not rule.allow_duplicate_revisions:
        told["guarded"] = True
    return told
