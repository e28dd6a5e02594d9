"""The upload requirement that applies (B17), required fields (B18), document names (B33), match criteria (B40).

Pure functions of a project and a document's entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from ..world.codes.code_list import SEPARATOR
from ..world.records import Entry, Revision, Upload
from ..world.world import NO_CODES, Field, Project, Rule, Value

Entries = Mapping[str, Entry]


def values_of(entries: Entries, field: Field) -> tuple[str, ...]:
    """Return the values of a field, empty if it is not set."""
    entry = entries.get(field.id)
    return entry.values if entry else ()


def rule_for(project: Project, entries: Entries) -> Rule:
    """Return the rule with the most qualifiers of those that match; the default rule has none (B17)."""

    def matches(rule: Rule) -> bool:
        return all(
            set(values_of(entries, project.by_name[name])) & set(accepted)
            for name, accepted in rule.qualifiers
        )

    return max(filter(matches, project.rules), key=lambda rule: len(rule.qualifiers))


def required_fields(project: Project, rule: Rule) -> list[Field]:
    """Return the fields that the project, the rule or its naming standard requires, each once (B18)."""
    standard = project.naming if rule.standard else ()
    names = dict.fromkeys((*rule.required, *rule.additional, *standard))
    return [project.by_name[name] for name in names]


def missing_fields(project: Project, rule: Rule, entries: Entries) -> list[Field]:
    """Return required fields without a value; a computed field always has one (B33)."""
    return [
        field
        for field in required_fields(project, rule)
        if not field.is_computed and not values_of(entries, field)
    ]


def document_name(project: Project, entries: Entries, file_name: str) -> str:
    """Return the name of a document (B33).

    A plain name is the value that was set, or "". A computed name is the joined codes of the naming standard if all are
    set, otherwise the file name without its extension.
    """
    field = project.by_name["name"]
    if not field.is_computed:
        return "".join(values_of(entries, field))
    rule = rule_for(project, entries)
    if rule.standard:
        parts = [_code(project.by_name[name], entries) for name in project.naming]
        if parts and all(parts):
            return SEPARATOR.join(parts)
    return stem(file_name)


def stem(file_name: str) -> str:
    """Return a file name without folders and extension."""
    return PurePosixPath(file_name.replace("\\", "/")).stem or file_name


def _code(field: Field, entries: Entries) -> str:
    values = values_of(entries, field)
    if not values:
        return ""
    found = field.by_id.get(values[0])
    code = found.code if found else values[0]
    return "" if code in NO_CODES else code


def match_criteria(name: str, mime_type: str) -> str:
    """Return the text that identifies a container: name and MIME type; "" without a name."""
    return f"{name}|{mime_type}" if name else ""  # B40


def scrape(project: Project, file_name: str) -> dict[str, Value | str | None]:
    """Return the value of each field of the naming standard in a file name, by exact code; None if there is none (B38).

    A field without a list of values takes its segment as text, if the name has the standard's number of segments.
    """
    segments = stem(file_name).split(SEPARATOR)
    is_complete = len(segments) == len(project.naming)
    found: dict[str, Value | str | None] = {}
    for index, name in enumerate(project.naming):
        field = project.by_name[name]
        segment = segments[index] if index < len(segments) else ""
        literal = segment if is_complete and segment else None
        found[name] = field.by_code.get(segment) if field.is_lookup else literal
    return found


def sorted_by(field: Field) -> Callable[[Upload | Revision], Any]:
    """Return the sort key of documents by a field: its first value, as a number or by its label.

    It is built once per list, because a list may be long.
    """
    key, labels, nothing = field.id, {value.id: value.label for value in field.values}, Entry()

    def text(document: Upload | Revision) -> str:
        values = document.entries.get(key, nothing).values
        return labels.get(values[0], values[0]) if values else ""

    def number(document: Upload | Revision) -> float:
        return float(text(document) or 0)

    return number if field.type == "numeric" else text
