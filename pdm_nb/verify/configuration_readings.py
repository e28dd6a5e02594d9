"""Readings of paging, limits, errors and the configuration: a function per open rule.

Each returns the reading, None if the responses do not show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from ..api.permissions import NEEDED_LEVELS, level_of
from ..model import FieldType
from . import limits
from .contract import is_api_name
from .response import Seen, dicts, fields_of, first, number, words

LISTS = (
    "listCompanies", "listProjects", "listProjectUsers", "listUploadRequirements", "listFields", "listFieldValues",
    "listDocumentUploads", "listSelectedUploads", "listRevisions", "listSelectedRevisions",
)  # fmt: skip
FEW = 10  # rows: the page size of who overlooks `per_page` (B9)


# -- paging
def page_size(seen: Seen) -> str | None:
    """The largest page where a list had more rows and more were asked for; "honoured" if each was as asked."""
    whole = False
    for one in seen.of(*LISTS):
        asked, count, total = number(one.asked.get("per_page")), one.count, number(one.headers.get("total"))
        page = number(one.asked.get("page")) or 1
        if count is None or asked is None or total is None:
            continue
        expected = min(asked, total - (page - 1) * asked)
        if 0 < count < expected:
            return f"at most {count}"
        whole = whole or (expected == count and (total > asked or count > FEW))
    return "honoured" if whole else None


def total(seen: Seen) -> str | None:
    return _header(seen, "total")


def link(seen: Seen) -> str | None:
    return _header(seen, "link")


def _header(seen: Seen, name: str) -> str | None:
    lists = [one for one in seen.of(*LISTS) if one.count is not None]
    if not lists:
        return None
    missing = sum(name not in one.headers for one in lists)
    return f"missing on {missing} of {len(lists)} lists" if missing else "always there"


def link_relations(seen: Seen) -> str | None:
    """The relations that `Link` names on a page in the middle of a list."""
    for one in seen.of(*LISTS):
        if number(one.asked.get("page")) == 2 and one.count:
            found = sorted(set(re.findall(r'rel="?(first|prev|next|last)"?', one.headers.get("link", ""))))
            return ", ".join(found) or "none"
    return None


def sparse_links(seen: Seen) -> str | None:
    """Whether the second page of a longer list lacks `prev`, or the first page `first`."""
    found = set()
    for one in seen.of(*LISTS):
        page, total, asked = (
            number(v) for v in (one.asked.get("page"), one.headers.get("total"), one.asked.get("per_page"))
        )
        text = one.headers.get("link", "")
        if one.count and total and asked and total > asked and page in (1, 2) and "rel=" in text:
            found.add(("prev" if page == 2 else "first") not in text)
    return ("yes" if any(found) else "no") if found else None


# -- limits and errors
def limit_headers(seen: Seen) -> str | None:
    return limits.reading(seen.traffic or seen.responses)


def forbidden_reason(seen: Seen) -> str | None:
    for one in seen.responses:
        if one.status == 403 and isinstance(one.body, dict):
            error = one.body.get("error")
            details = error.get("details") if isinstance(error, dict) else None
            reason = words(first({"details": details}, "details").get("reason_code"))
            return reason if reason in ("ACCESS_DENIED", "FORBIDDEN") else "another one"
    return None


# -- configuration
def unknown_types(seen: Seen) -> str | None:
    rows = seen.rows("listFields")
    if not rows:
        return None
    types = {words(row.get("type")) for row in rows} - {one.value for one in FieldType}
    shown = sorted(one if is_api_name(one) else "(masked)" for one in types)
    return ", ".join(shown) or "none"


def reference_codes(seen: Seen) -> str | None:
    """What the `code` of values of references is: used, "", "__" or missing (B29)."""
    codes = [
        value.get("code")
        for row in (*seen.uploads, *seen.revisions)
        for one in fields_of(row)
        if one.get("type") == "reference"
        for value in dicts(one.get("values"))
    ]
    kinds = {
        "missing" if code is None else "__" if code == "__" else "used" if code else "empty" for code in codes
    }
    return ", ".join(sorted(kinds)) or None


def listed_name(seen: Seen) -> dict[str, Any] | None:
    return next((row for row in seen.rows("listFields") if row.get("name") == "name"), None)


def name_kind(seen: Seen) -> str | None:
    """Plain or computed: as uploads show it, else as far as the configuration alone allows to conclude it.

    Where there is a naming standard, only a document to which it applies shows that the name is plain.
    """
    listed = listed_name(seen) or {}
    documents = (*seen.uploads, *seen.revisions)
    if listed.get("variant") == "computed" or listed.get("readonly") is True:
        return "computed"
    if any(one.get("variant") == "computed" for one in seen.held(list(documents), "name")):
        return "computed"
    rules = seen.rows("listUploadRequirements")
    if not rules:
        return None
    if not any(rule.get("naming_standard") for rule in rules):
        return "plain" if listed else None
    for row in seen.uploads:
        has_name = any(one.get("type") for one in seen.held([row], "name"))
        if has_name and (_rule_of(row, rules) or {}).get("naming_standard"):
            return "plain"
    return None


def _rule_of(row: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The rule that applies to a document: of those whose qualifiers all match, the one with the most (B17)."""
    held = {
        words(one.get("id")): {words(v.get("id")) for v in dicts(one.get("values"))} for one in fields_of(row)
    }
    matching = [rule for rule in rules if all(_matches(q, held) for q in dicts(rule.get("rule_qualifiers")))]
    return max(matching, key=lambda rule: len(dicts(rule.get("rule_qualifiers"))), default=None)


def _matches(qualifier: dict[str, Any], held: dict[str, set[str]]) -> bool:
    field = qualifier.get("field")
    accepted = {words(value.get("id")) for value in dicts(qualifier.get("acceptable_values"))}
    return isinstance(field, dict) and bool(held.get(words(field.get("id")), set()) & accepted)


def computed_name_listed(seen: Seen) -> str | None:
    """How the list of fields has a computed name: computed, plain or absent."""
    if name_kind(seen) != "computed" or not seen.rows("listFields"):
        return None
    listed = listed_name(seen)
    if listed is None:
        return "absent"
    return "computed" if listed.get("variant") == "computed" or listed.get("readonly") is True else "plain"


def empty_name(seen: Seen) -> str | None:
    """ "filled" if the service itself takes an empty name from the file name."""
    for row in (*seen.uploads, *seen.revisions):
        name = next(seen.held([row], "name"), {})
        file = words(first(next(seen.held([row], "original_filename"), {}), "values").get("label"))
        text = words(first(name, "values").get("label"))
        if name.get("label_source") == "SYSTEM" and name.get("variant") != "computed" and text:
            return "filled" if text in (file, PurePath(file).stem) else None
    return None


def access_level(seen: Seen) -> str | None:
    """The caller's level in Document Management, if it is one of the known ones."""
    found = seen.of("showPermissions")
    if not found or not found[-1].is_success:
        return None
    level = level_of([tool for row in found[-1].rows for tool in dicts(row.get("tools"))])
    if not level:
        return "not reported"
    return level if level in ("None", *NEEDED_LEVELS) else "another level"


def offered(*operations: str) -> Callable[[Seen], str | None]:
    """ "offered" or the status of the refusal; None if it was not asked for."""

    def read(seen: Seen) -> str | None:
        found = seen.of(*operations)
        if any(one.is_success for one in found):
            return "offered"
        return str(found[-1].status) if found else None

    return read


def version_offered(operation: str) -> Callable[[Seen], str | None]:
    """The version of a path that is offered, with its status of success, or the status of the refusal (B70)."""

    def read(seen: Seen) -> str | None:
        found = seen.of(operation)
        if not found:
            return None
        last = found[-1]
        return f"v{last.version}, {last.status}" if last.is_success else str(last.status)

    return read
