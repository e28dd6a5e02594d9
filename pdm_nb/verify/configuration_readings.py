"""Readings of paging, limits, errors and the configuration: one function per open rule.

Each returns the reading, or None if the responses do not show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from ..api.permissions import NEEDED_LEVELS, level_of
from ..model import FieldType
from . import limits
from .packaged_contract import is_api_name
from .response import ObservedResponses, as_number, as_text, fields_of, first, objects

LISTS = (
    "listCompanies", "listProjects", "listProjectUsers", "listUploadRequirements", "listFields", "listFieldValues",
    "listDocumentUploads", "listSelectedUploads", "listRevisions", "listSelectedRevisions",
)  # fmt: skip
FEW = 10  # rows: the page size of a service that ignores `per_page` (B9)


# -- paging
def page_size(seen: ObservedResponses) -> str | None:
    """Return "at most" and the size of the first page that is smaller than requested, "honoured" if all are full."""
    whole = False
    for one in seen.of(*LISTS):
        asked, count, total = (
            as_number(one.params.get("per_page")),
            one.count,
            as_number(one.headers.get("total")),
        )
        page = as_number(one.params.get("page")) or 1
        if count is None or asked is None or total is None:
            continue
        expected = min(asked, total - (page - 1) * asked)
        if 0 < count < expected:
            return f"at most {count}"
        whole = whole or (expected == count and (total > asked or count > FEW))
    return "honoured" if whole else None


def total(seen: ObservedResponses) -> str | None:
    """Return on how many lists the header Total is missing."""
    return _header(seen, "total")


def link(seen: ObservedResponses) -> str | None:
    """Return on how many lists the header Link is missing."""
    return _header(seen, "link")


def _header(seen: ObservedResponses, name: str) -> str | None:
    lists = [one for one in seen.of(*LISTS) if one.count is not None]
    if not lists:
        return None
    missing = sum(name not in one.headers for one in lists)
    return f"missing on {missing} of {len(lists)} lists" if missing else "always there"


def link_relations(seen: ObservedResponses) -> str | None:
    """Return the relations in `Link` on a page in the middle of a list."""
    for one in seen.of(*LISTS):
        if as_number(one.params.get("page")) == 2 and one.count:
            found = sorted(set(re.findall(r'rel="?(first|prev|next|last)"?', one.headers.get("link", ""))))
            return ", ".join(found) or "none"
    return None


def sparse_links(seen: ObservedResponses) -> str | None:
    """Return "yes" if the second page of a longer list lacks `prev`, or the first page `first`."""
    found = set()
    for one in seen.of(*LISTS):
        page, total, asked = (
            as_number(v)
            for v in (one.params.get("page"), one.headers.get("total"), one.params.get("per_page"))
        )
        text = one.headers.get("link", "")
        if one.count and total and asked and total > asked and page in (1, 2) and "rel=" in text:
            found.add(("prev" if page == 2 else "first") not in text)
    return ("yes" if any(found) else "no") if found else None


# -- limits and errors
def limit_headers(seen: ObservedResponses) -> str | None:
    """Return which rate limit the headers report (B11)."""
    return limits.reading(seen.traffic or seen.responses)


def forbidden_reason(seen: ObservedResponses) -> str | None:
    """Return the reason code of a 403 (B16)."""
    for one in seen.responses:
        if one.status == 403 and isinstance(one.body, dict):
            error = one.body.get("error")
            details = error.get("details") if isinstance(error, dict) else None
            reason = as_text(first({"details": details}, "details").get("reason_code"))
            return reason if reason in ("ACCESS_DENIED", "FORBIDDEN") else "another one"
    return None


# -- configuration
def unknown_types(seen: ObservedResponses) -> str | None:
    """Return the types of fields that are not in the contract (B20)."""
    rows = seen.rows("listFields")
    if not rows:
        return None
    types = {as_text(row.get("type")) for row in rows} - {one.value for one in FieldType}
    shown = sorted(one if is_api_name(one) else "(masked)" for one in types)
    return ", ".join(shown) or "none"


def reference_codes(seen: ObservedResponses) -> str | None:
    """Return what the `code` of values of linked records is: used, empty, "__" or missing (B29)."""
    codes = [
        value.get("code")
        for row in (*seen.uploads, *seen.revisions)
        for one in fields_of(row)
        if one.get("type") == "reference"
        for value in objects(one.get("values"))
    ]
    kinds = {
        "missing" if code is None else "__" if code == "__" else "used" if code else "empty" for code in codes
    }
    return ", ".join(sorted(kinds)) or None


def listed_name(seen: ObservedResponses) -> dict[str, Any] | None:
    """Return the field `name` in the list of fields."""
    return next((row for row in seen.rows("listFields") if row.get("name") == "name"), None)


def name_kind(seen: ObservedResponses) -> str | None:
    """Return "plain" or "computed": as uploads show it, otherwise if the configuration alone shows it.

    If there is a naming standard, only a document to which it applies shows that the name is plain.
    """
    listed = listed_name(seen) or {}
    documents = (*seen.uploads, *seen.revisions)
    if listed.get("variant") == "computed" or listed.get("readonly") is True:
        return "computed"
    if any(one.get("variant") == "computed" for one in seen.field_values(list(documents), "name")):
        return "computed"
    rules = seen.rows("listUploadRequirements")
    if not rules:
        return None
    if not any(rule.get("naming_standard") for rule in rules):
        return "plain" if listed else None
    for row in seen.uploads:
        has_name = any(one.get("type") for one in seen.field_values([row], "name"))
        if has_name and (_rule_of(row, rules) or {}).get("naming_standard"):
            return "plain"
    return None


def _rule_of(row: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The rule that applies to a document: of those whose qualifiers all match, the one with the most (B17)."""
    held = {
        as_text(one.get("id")): {as_text(v.get("id")) for v in objects(one.get("values"))}
        for one in fields_of(row)
    }
    matching = [
        rule for rule in rules if all(_matches(q, held) for q in objects(rule.get("rule_qualifiers")))
    ]
    return max(matching, key=lambda rule: len(objects(rule.get("rule_qualifiers"))), default=None)


def _matches(qualifier: dict[str, Any], held: dict[str, set[str]]) -> bool:
    field = qualifier.get("field")
    accepted = {as_text(value.get("id")) for value in objects(qualifier.get("acceptable_values"))}
    return isinstance(field, dict) and bool(held.get(as_text(field.get("id")), set()) & accepted)


def computed_name_listed(seen: ObservedResponses) -> str | None:
    """Return how the list of fields shows a computed name: "computed", "plain" or "absent"."""
    if name_kind(seen) != "computed" or not seen.rows("listFields"):
        return None
    listed = listed_name(seen)
    if listed is None:
        return "absent"
    return "computed" if listed.get("variant") == "computed" or listed.get("readonly") is True else "plain"


def empty_name(seen: ObservedResponses) -> str | None:
    """Return "filled" if the service fills an empty name from the file name."""
    for row in (*seen.uploads, *seen.revisions):
        name = next(seen.field_values([row], "name"), {})
        file = as_text(first(next(seen.field_values([row], "original_filename"), {}), "values").get("label"))
        text = as_text(first(name, "values").get("label"))
        if name.get("label_source") == "SYSTEM" and name.get("variant") != "computed" and text:
            return "filled" if text in (file, PurePath(file).stem) else None
    return None


def access_level(seen: ObservedResponses) -> str | None:
    """Return the account's level in Document Management, if it is one of the known ones."""
    found = seen.of("showPermissions")
    if not found or not found[-1].is_success:
        return None
    level = level_of([tool for row in found[-1].rows for tool in objects(row.get("tools"))])
    if not level:
        return "not reported"
    return level if level in ("None", *NEEDED_LEVELS) else "another level"


def offered(*operations: str) -> Callable[[ObservedResponses], str | None]:
    """Return a reader of "offered" or the status of the error response; None if it was not called."""

    def read(seen: ObservedResponses) -> str | None:
        found = seen.of(*operations)
        if any(one.is_success for one in found):
            return "offered"
        return str(found[-1].status) if found else None

    return read


def version_offered(operation: str) -> Callable[[ObservedResponses], str | None]:
    """Return a reader of the version of a path that is offered with its status, or the status of the error (B70)."""

    def read(seen: ObservedResponses) -> str | None:
        found = seen.of(operation)
        if not found:
            return None
        last = found[-1]
        return f"v{last.version}, {last.status}" if last.is_success else str(last.status)

    return read
