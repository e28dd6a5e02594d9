"""A project's configuration as a scenario file of the simulator, so that a migration can be rehearsed on a double of it.

Pure: works on the fetched configuration and answers plain data. What such a file may say is in `docs/scenario.yaml`;
the simulator, which shares nothing with the client, reads it on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .model import Field, FieldType, Requirement, Value

ALWAYS = (
    "name",
    "type",
    "status",
    "revision",
)  # what the simulator requires of each document by itself (B18)
# Readings that have the name and the values of the simulator's option.
SAME = {
    "status_spelling": ("snake", "camel", "both", "absent", "null"),
    "computed_name_listed": ("computed", "plain", "absent"),
    "empty_name": ("filled",),
    "description_type": ("rich_text", "string"),
    "format_type": ("lov_entry", "string"),
    "forbidden_reason": ("ACCESS_DENIED", "FORBIDDEN"),
    "masked_rows": ("full", "bare"),
    "revision_rows": ("guide", "reference"),
    "access_level": ("Standard", "Admin"),
    "limit_headers": ("nearest", "nearest_fixed", "hourly", "none", "nodes", "sliding"),
}
# Readings whose values are other words than the option's.
OTHER_WORDS: dict[str, dict[str, Any]] = {
    "bare_values": {"yes": True, "no": False},
    "reveal_upload_id": {"yes": True, "no": False},
    "sparse_links": {"yes": True, "no": False},
    "download_host": {"the API's own": "api", "another host": "app"},
}


def scenario(
    name: str,
    number: str,
    fields: Iterable[Field],
    values: Mapping[str, Sequence[Value]],
    rules: Sequence[Requirement],
    readings: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The file's content. `values` are by field id, for lists of values; users are the simulator's own.

    `readings` are those of the service memory: the double follows the same ones. Ids are not kept: the simulator gives its own, and a client takes them from its answers.
    """
    standard = next(
        (rule.naming_standard for rule in rules if rule.naming_standard), None
    )  # B67: one per project
    project = {
        "name": name,
        "number": number,
        "fields": [
            _field(one, _with_accepted(one, values.get(one.id, ()), rules))
            for one in _with_name(fields, readings or {})
        ],
        "rules": [_rule(one) for one in sorted(rules, key=lambda rule: bool(rule.qualifiers))],
    }
    if standard is not None:
        project |= {"naming": [one.name for one in standard.fields], "standard_name": standard.name}
    options = switches(readings or {})
    if not all(rule.allow_duplicate_revisions for rule in rules):
        options["allow_duplicate_revisions"] = False
    return {"name": name, "purpose": f"A double of {name}", "options": options, "project": project}


def switches(readings: Mapping[str, str]) -> dict[str, Any]:
    """The simulator's options that have it follow the readings of a service."""
    options: dict[str, Any] = {}
    for name, allowed in SAME.items():
        if readings.get(name) in allowed:
            options[name] = readings[name]
    if (offered := readings.get("revision_list")) is not None:
        options["revision_list"] = offered == "offered"
        if offered in ("403", "404"):
            options["revision_list_status"] = int(offered)
    for name, words in OTHER_WORDS.items():
        if readings.get(name) in words:
            options[name] = words[readings[name]]
    if (size := readings.get("page_size", "")).startswith("at most "):
        options["page_size"] = int(size.removeprefix("at most "))
    return options


def _with_name(fields: Iterable[Field], readings: Mapping[str, str]) -> Iterator[Field]:
    """The fields, with `name` as uploads show it: the list need not have it, nor say that it is computed (B33)."""
    listed = False
    for one in fields:
        listed = listed or one.name == "name"
        plain = one.name == "name" and not one.variant
        computed = plain and readings.get("name_kind") == "computed"
        yield replace(one, variant="computed") if computed else one
    if not listed:
        yield Field("", "name", "Name", FieldType.STRING, variant="computed")


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
