"""Readings of the rows of uploads and revisions: a function per open rule.

Each returns the reading, None if the responses do not show it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .contract import is_api_name
from .response import Seen, dicts, fields_of, first, words
from .shapes import kind_of


# -- uploads
def status_spelling(seen: Seen) -> str | None:
    """snake, camel, both, absent or null (B34, B72)."""
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


def suggestions(seen: Seen) -> str | None:
    """How `integration_response` spells what ML said: value_id, valueId, or text (B37)."""
    for row in seen.uploads:
        for outer in ("integration_statuses", "integrationStatuses"):
            statuses = row.get(outer)
            for inner in ("integration_response", "integrationResponse"):
                response = statuses.get(inner) if isinstance(statuses, dict) else None
                for said in response.values() if isinstance(response, dict) else ():
                    if isinstance(said, dict):
                        return (
                            "value_id"
                            if "value_id" in said
                            else "valueId"
                            if "valueId" in said
                            else "another"
                        )
                    return "text"
    return None


def type_of(name: str) -> Callable[[Seen], str | None]:
    """The type of a field, as documents show it, else as the list of fields does."""

    def read(seen: Seen) -> str | None:
        found = [words(one.get("type")) for one in seen.held([*seen.revisions, *seen.uploads], name)]
        found += [words(row.get("type")) for row in seen.rows("listFields") if row.get("name") == name]
        text = next(filter(None, found), None)
        return text if text is None or is_api_name(text) else "(masked)"

    return read


def bare_values(seen: Seen) -> str | None:
    """Whether the values of lists and references lack what a listed value has (B20)."""
    values = [
        (one.get("type"), value)
        for row in (*seen.uploads, *seen.revisions)
        for one in fields_of(row)
        if one.get("name") != "item_content"  # whose values have an id and a label alone
        for value in dicts(one.get("values"))
    ]
    entries = [value for kind, value in values if kind in ("lov_entry", "lov_entries")]
    references = [value for kind, value in values if kind == "reference"]
    if not entries and not references:
        return None
    bare = any("active" not in value or "tags" not in value for value in entries)
    return "yes" if bare or any("code" not in value for value in references) else "no"


# -- revisions
def upload_id(seen: Seen) -> str | None:
    rows = [row for row in seen.revisions if not _is_masked(row)]
    if not rows:
        return None
    return "yes" if any(row.get("upload_id") for row in rows) else "no"


def revision_rows(seen: Seen) -> str | None:
    for row in seen.revisions:
        if "index_updated_at" in row:
            return "guide"
        if "indexUpdatedAt" in row:
            return "reference"
    return None


def match_type(seen: Seen) -> str | None:
    kinds = {kind_of(row["match_type"]) for row in seen.revisions if "match_type" in row}
    return ", ".join(sorted(kinds)) or ("absent" if seen.revisions else None)


def position(seen: Seen) -> str | None:
    kinds = {
        kind_of(row["position_within_container"])
        for row in seen.revisions
        if "position_within_container" in row
    }
    return ", ".join(sorted(kinds)) or None


def _is_masked(row: dict[str, Any]) -> bool:
    permissions = row.get("permissions")
    return isinstance(permissions, dict) and permissions.get("allowed_actions") == []


BARE = {"id", "fields", "permissions"}  # what a masked row has at the least (B51)


def masked(seen: Seen) -> str | None:
    rows = [row for row in seen.revisions if _is_masked(row)]
    if not rows:
        return None
    return "bare" if all(row.keys() <= BARE for row in rows) else "full"


def download_host(seen: Seen) -> str | None:
    urls = [url for row in (*seen.revisions, *seen.uploads) if (url := words(row.get("download_url")))]
    if not urls:
        return "no URL" if seen.revisions else None
    parts = [urlsplit(url) if "//" in url else None for url in urls]
    if any(part is None or not part.scheme for part in parts):
        return "without a scheme"
    return "the API's own" if all(part and part.netloc == seen.host for part in parts) else "another host"


def placeholders(seen: Seen) -> str | None:
    kinds = {
        words(first(one, "values").get("label"))
        for one in seen.held([*seen.revisions, *seen.uploads], "item_content")
    }
    return "seen" if "Placeholder" in kinds else None
