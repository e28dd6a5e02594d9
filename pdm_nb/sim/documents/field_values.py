"""Validates the values that callers set, and turns them into entries (B20, B29, B33, B39, B73)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ..runtime.options import Options
from ..world.records import Entry
from ..world.system_fields import SETTABLE
from ..world.world import Field, Project, World

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]00:?00)", re.ASCII)


def parse_fields(
    world: World, project: Project, items: list[dict[str, Any]], path: str, options: Options
) -> tuple[dict[str, Entry], list[str]]:
    """Return the entries that an item's `fields` set, by field id, and all errors with their paths."""
    entries: dict[str, Entry] = {}
    errors: list[str] = []
    for number, item in enumerate(items):
        where = f"{path}.{number}"
        field = project.by_id.get(item["id"]) or project.system_by_id.get(item["id"])
        if field is None:
            errors.append(f"{where}.id names no field of this project")
            continue
        if field.id in project.system_by_id and not (
            options.settable_system_fields and field.name in SETTABLE
        ):
            errors.append(f"{where}.id is the system field {field.name}")  # B39, B73
            continue
        if field.is_computed and options.set_computed_name == "ignored":  # B33
            continue
        found = list(_errors(world, field, item, where))
        errors += found
        if not found:
            entries[field.id] = _entry(item)
    return entries, errors


def _entry(item: dict[str, Any]) -> Entry:
    values = tuple(value for value in item["values"] if value.strip())
    source = item.get("label_source", "MANUAL") if values else "NONE"
    return Entry(values, source, item.get("confidence_score"))


def _errors(world: World, field: Field, item: dict[str, Any], where: str) -> Iterator[str]:
    if field.readonly or field.is_computed:
        yield f"{where}.id is the readonly field {field.name}"
    if not field.is_known:
        yield f"{where}.id is the field {field.name}, whose type cannot be set"  # B20
    if not field.in_use:
        yield f"{where}.id is the {'inactive' if not field.active else 'invisible'} field {field.name}"
    if item.get("label_source") == "SYSTEM":
        yield f"{where}.label_source must not be SYSTEM"  # B39
    if len(item["values"]) > 1 and not field.is_multiple:
        yield f"{where}.values must hold one value, {field.name} takes no more"
    for number, value in enumerate(item["values"]):
        if error := _value_error(world, field, value):
            yield f"{where}.values.{number} {error}"


def _value_error(world: World, field: Field, value: str) -> str:
    """What is wrong with one value of a field; "" if it is valid (B29)."""
    if field.is_user:
        return "" if value in world.user_names else "is not the id of a project user"
    if field.is_lookup:
        found = field.by_id.get(value)
        if found is None:
            return f"is not the id of a value of {field.name}"
        return "" if found.active else f"is an inactive value of {field.name}"
    if field.type == "numeric" and not NUMBER.fullmatch(value):
        return "must be a number, as a string"
    if field.type == "timestamp" and not is_timestamp(value):
        return "must be a moment in ISO 8601, UTC, like 2026-01-31T00:00:00Z"
    return ""


def is_timestamp(text: str) -> bool:
    """Return True for ISO 8601 with date, time and UTC (B3)."""
    if not TIMESTAMP.fullmatch(text):
        return False
    try:
        return datetime.fromisoformat(text).astimezone(UTC).utcoffset() == timedelta(0)
    except (ValueError, OverflowError):
        return False
