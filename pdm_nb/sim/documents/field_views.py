"""The format of fields and values in responses: in lists of fields, in requirements, and in documents.

Only formats; handlers decide which fields and values a response contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..runtime.options import Options
from ..world.records import Entry
from ..world.world import Field, Value

SELECT = ("single_select", "multi_select")  # variants that lists of fields show and documents do not


def shown_type(field: Field, options: Options) -> str:
    """Return the type of a field; sources disagree about the description (B36) and the format (B73)."""
    if field.name == "description" and field.type == "rich_text":
        return options.description_type
    return options.format_type if field.name == "format" else field.type


def listed_field(field: Field, options: Options) -> dict[str, Any]:
    """Return a field as the list of fields shows it (B20)."""
    shown = {
        "id": field.id,
        "name": field.name,
        "label": field.label,
        "description": field.description,
        "position": str(field.position),
        "active": field.active,
        "visible": field.in_use,
        "readonly": field.readonly,
        "can_affect_permissions": field.can_affect_permissions,
        "type": shown_type(field, options),
    }
    if field.variant and not (field.is_computed and options.computed_name_listed == "plain"):  # B33
        shown["variant"] = field.variant
    # Only custom fields have it (B20).
    return shown | ({"custom_field_definition_id": field.custom_id} if field.custom_id else {})


def named_field(field: Field, options: Options) -> dict[str, Any]:
    """Return a field as upload requirements show it."""
    return {
        "id": field.id,
        "name": field.name,
        "label": field.label,
        "type": shown_type(field, options),
    }


def listed_value(value: Value) -> dict[str, Any]:
    """Return a value as the list of a field's values shows it."""
    return {
        "id": value.id,
        "code": value.code,
        "label": value.label,
        "active": value.active,
        "tags": list(value.tags),
    }


def document_value(field: Field, text: str, users: Mapping[str, str], options: Options) -> dict[str, Any]:
    """Return a value as a document shows it: list values complete, references without `active` and `tags`."""
    if field.name == "item_content":
        return {"id": text, "label": text}
    if not field.is_lookup:
        return {"label": text}
    found = Value(text, "", users.get(text, text)) if field.is_user else field.by_id[text]
    shown = listed_value(found)
    kept = ("id", "code", "label") if field.type == "reference" else tuple(shown)
    if options.bare_values:  # B20
        kept = ("id", "label") if field.type == "reference" else ("id", "code", "label")
    return {name: shown[name] for name in kept}


def document_field(
    field: Field, entry: Entry, values: list[dict[str, Any]], options: Options, with_source: bool
) -> dict[str, Any]:
    """Return a field as a document shows it: with `label_source` in an upload, without in a revision."""
    shown: dict[str, Any] = {
        "id": field.id,
        "name": field.name,
        "type": shown_type(field, options),
        "values": values,
    }
    if field.variant and field.variant not in SELECT:
        shown["variant"] = field.variant
    if with_source:
        shown["label_source"] = entry.source
        if entry.confidence is not None:
            shown["confidence_score"] = entry.confidence
    return shown | {"label": field.label, "description": field.description}
