"""Exports the configuration of a project as a scenario of the simulator, to rehearse a migration on a copy of it.

Takes the fetched configuration and returns plain data, which `write` writes to a file. `docs/reference/scenario.yaml` documents the file format; the
simulator, which shares no code with the client, reads it by itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .errors import InputError
from .file_writing.whole_file import file_for_people
from .model import Field, FieldType, Requirement, Value

ALWAYS = (
    "name",
    "type",
    "status",
    "revision",
)  # what the simulator always requires (B18)
# Readings with the same name and values as an option of the simulator.
SAME_OPTIONS = {
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
# Readings whose values differ from those of the option.
TRANSLATED_OPTIONS: dict[str, dict[str, Any]] = {
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
    """Return the content of the file.

    `values` are lists of values by field id; users are those of the simulator. `readings` come from the service memory,
    and the simulator follows them. Ids are left out: the simulator assigns its own.
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
    options = simulator_options(readings or {})
    if not all(rule.allow_duplicate_revisions for rule in rules):
        options["allow_duplicate_revisions"] = False
    return {"name": name, "purpose": f"A copy of {name}", "options": options, "project": project}


def simulator_options(readings: Mapping[str, str]) -> dict[str, Any]:
    """Return the options with which the simulator follows the readings of a service."""
    options: dict[str, Any] = {}
    for name, allowed in SAME_OPTIONS.items():
        if readings.get(name) in allowed:
            options[name] = readings[name]
    if (offered := readings.get("revision_list")) is not None:
        options["revision_list"] = offered == "offered"
        if offered in ("403", "404"):
            options["revision_list_status"] = int(offered)
    for name, words in TRANSLATED_OPTIONS.items():
        if readings.get(name) in words:
            options[name] = words[readings[name]]
    if (size := readings.get("page_size", "")).startswith("at most "):
        options["page_size"] = int(size.removeprefix("at most "))
    return options


def _with_name(fields: Iterable[Field], readings: Mapping[str, str]) -> Iterator[Field]:
    """Yield the fields, with `name` as uploads have it: the list can lack it, or not mark it as computed (B33)."""
    listed = False
    for one in fields:
        listed = listed or one.name == "name"
        plain = one.name == "name" and not one.variant
        computed = plain and readings.get("name_kind") == "computed"
        yield replace(one, variant="computed") if computed else one
    if not listed:
        yield Field("", "name", "Name", FieldType.STRING, variant="computed")


def _field(one: Field, values: Iterable[Value]) -> dict[str, Any]:
    exported: dict[str, Any] = {"name": one.name, "label": one.label, "type": one.type_name}
    for key in ("variant", "readonly"):
        if getattr(one, key):
            exported[key] = getattr(one, key)
    if one.is_custom:
        exported["custom"] = True
    for key in ("active", "visible"):
        if not getattr(one, key):
            exported[key] = False
    listed = [_value(value) for value in values]
    return exported | ({"values": listed} if listed else {})


def _value(value: Value) -> dict[str, Any]:
    exported: dict[str, Any] = {"code": value.code, "label": value.label}
    return exported if value.active else exported | {"active": False}


def _with_accepted(one: Field, values: Sequence[Value], rules: Sequence[Requirement]) -> list[Value]:
    """Return the values of a field, with those that rules require but the list no longer has."""
    known = {value.id: value for value in values}
    asked = (value for rule in rules for q in rule.qualifiers if q.field_id == one.id for value in q.values)
    return list((known | {value.id: value for value in asked if value.id not in known}).values())


def _rule(rule: Requirement) -> dict[str, Any]:
    required = [one.name for one in (*rule.required_by_project, *rule.additional)]
    exported: dict[str, Any] = {
        "additional": [name for name in dict.fromkeys(required) if name not in ALWAYS]
    }
    if rule.qualifiers:
        exported["when"] = {q.field_name: [value.label for value in q.values] for q in rule.qualifiers}
    if rule.naming_standard is not None:
        exported["standard"] = True
    if not rule.allow_duplicate_revisions:
        exported["guarded"] = True
    return exported


def check_path(path: str | os.PathLike[str]) -> Path:
    """Return the path of a scenario file. Raises `InputError` for another suffix than .json."""
    file = Path(path)
    if file.suffix.lower() != ".json":
        raise InputError(
            f"Cannot write a scenario as {file.suffix or file.name!r}. Use .json, such as "
            f"{file.with_suffix('.json').name}."
        )
    return file


def write(file: Path, content: Mapping[str, Any]) -> Path:
    """Write a scenario file. Raises `InputError` if it cannot be written."""
    with file_for_people(file) as draft:
        draft.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return file
