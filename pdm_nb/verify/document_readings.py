"""Readings of the rows of uploads and revisions: one function per open rule.

Each returns the reading, or None if the responses do not show it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .compare_shapes import kind_of
from .packaged_contract import is_api_name
from .response import ObservedResponses, as_text, fields_of, first, objects


# -- uploads
def status_spelling(seen: ObservedResponses) -> str | None:
    """Return the spelling of the statuses: snake, camel, both, absent or null (B34, B72)."""
    found = {_spelling(row) for row in seen.uploads}
    for kind in ("both", "camel", "snake", "null", "absent"):
        if kind in found:
            return "both" if {"camel", "snake"} <= found else kind
    return None


def _spelling(row: dict[str, Any]) -> str:
    snake, camel = "integration_statuses" in row, "integrationStatuses" in row
    if snake and camel:
        return "both"
    if not snake and not camel:
        return "absent"
    held = row.get("integration_statuses") if snake else row.get("integrationStatuses")
    empty = not isinstance(held, dict) or (
        bool(held) and all(value is None for key, value in held.items() if "esponse" not in key)
    )
    if empty:
        return "null"
    camel_keys = isinstance(held, dict) and ("ML" in held or "FILENAME_SCRAPING" in held)
    return "camel" if camel or camel_keys else "snake"


def suggestions(seen: ObservedResponses) -> str | None:
    """Return how `integration_response` spells suggestions: value_id, valueId, another or text (B37)."""
    for row in seen.uploads:
        for outer in ("integration_statuses", "integrationStatuses"):
            statuses = row.get(outer)
            for inner in ("integration_response", "integrationResponse"):
                response = statuses.get(inner) if isinstance(statuses, dict) else None
                for suggestion in response.values() if isinstance(response, dict) else ():
                    if isinstance(suggestion, dict):
                        return (
                            "value_id"
                            if "value_id" in suggestion
                            else "valueId"
                            if "valueId" in suggestion
                            else "another"
                        )
                    return "text"
    return None


def type_of(name: str) -> Callable[[ObservedResponses], str | None]:
    """Return a reader of the type of a field, in documents or otherwise in the list of fields."""

    def read(seen: ObservedResponses) -> str | None:
        found = [
            as_text(one.get("type")) for one in seen.field_values([*seen.revisions, *seen.uploads], name)
        ]
        found += [as_text(row.get("type")) for row in seen.rows("listFields") if row.get("name") == name]
        text = next(filter(None, found), None)
        return text if text is None or is_api_name(text) else "(masked)"

    return read


def bare_values(seen: ObservedResponses) -> str | None:
    """Return "yes" if the values of lists and linked records lack properties that listed values have (B20)."""
    values = [
        (one.get("type"), value)
        for row in (*seen.uploads, *seen.revisions)
        for one in fields_of(row)
        if one.get("name") != "item_content"  # its values have only an id and a label
        for value in objects(one.get("values"))
    ]
    entries = [value for kind, value in values if kind in ("lov_entry", "lov_entries")]
    references = [value for kind, value in values if kind == "reference"]
    if not entries and not references:
        return None
    bare = any("active" not in value or "tags" not in value for value in entries)
    return "yes" if bare or any("code" not in value for value in references) else "no"


# -- revisions
def upload_id(seen: ObservedResponses) -> str | None:
    """Return "yes" if revisions have the id of their upload (B46)."""
    rows = [row for row in seen.revisions if not _is_masked(row)]
    if not rows:
        return None
    return "yes" if any(row.get("upload_id") for row in rows) else "no"


def revision_rows(seen: ObservedResponses) -> str | None:
    """Return whose spelling revisions have: "guide" or "reference" (B78)."""
    for row in seen.revisions:
        if "index_updated_at" in row:
            return "guide"
        if "indexUpdatedAt" in row:
            return "reference"
    return None


def match_type(seen: ObservedResponses) -> str | None:
    """Return the JSON types of `match_type` (B78)."""
    kinds = {kind_of(row["match_type"]) for row in seen.revisions if "match_type" in row}
    return ", ".join(sorted(kinds)) or ("absent" if seen.revisions else None)


def position(seen: ObservedResponses) -> str | None:
    """Return the JSON types of `position_within_container` (B63)."""
    kinds = {
        kind_of(row["position_within_container"])
        for row in seen.revisions
        if "position_within_container" in row
    }
    return ", ".join(sorted(kinds)) or None


def _is_masked(row: dict[str, Any]) -> bool:
    permissions = row.get("permissions")
    return isinstance(permissions, dict) and permissions.get("allowed_actions") == []


BARE = {"id", "fields", "permissions"}  # the properties that a masked row always has (B51)


def masked(seen: ObservedResponses) -> str | None:
    """Return "bare" if masked rows have only their required properties, otherwise "full" (B51)."""
    rows = [row for row in seen.revisions if _is_masked(row)]
    if not rows:
        return None
    return "bare" if all(row.keys() <= BARE for row in rows) else "full"


def download_host(seen: ObservedResponses) -> str | None:
    """Return on which host the download URLs are (B64)."""
    urls = [url for row in (*seen.revisions, *seen.uploads) if (url := as_text(row.get("download_url")))]
    if not urls:
        return "no URL" if seen.revisions else None
    parts = [urlsplit(url) if "//" in url else None for url in urls]
    if any(part is None or not part.scheme for part in parts):
        return "without a scheme"
    return "the API's own" if all(part and part.netloc == seen.host for part in parts) else "another host"


def placeholders(seen: ObservedResponses) -> str | None:
    """Return "seen" if a document is a placeholder (B76)."""
    kinds = {
        as_text(first(one, "values").get("label"))
        for one in seen.field_values([*seen.revisions, *seen.uploads], "item_content")
    }
    return "seen" if "Placeholder" in kinds else None
