"""Which upload requirement applies (B17), what it requires (B18), what a document is called (B33), where it belongs (B40).

Pure: works on a project and a document's entries.
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
    entry = entries.get(field.id)
    return entry.values if entry else ()


def rule_for(project: Project, entries: Entries) -> Rule:
    """Of the rules whose qualifiers all match, the one with the most; the default has none (B17)."""

    def matches(rule: Rule) -> bool:
        return all(
            set(values_of(entries, project.by_name[name])) & set(accepted)
            for name, accepted in rule.qualifiers
        )

    return max(filter(matches, project.rules), key=lambda rule: len(rule.qualifiers))


def required_fields(project: Project, rule: Rule) -> list[Field]:
    """By the project, by the rule, by its naming standard; each once (B18)."""
    standard = project.naming if rule.standard else ()
    names = dict.fromkeys((*rule.required, *rule.additional, *standard))
    return [project.by_name[name] for name in names]


def missing_fields(project: Project, rule: Rule, entries: Entries) -> list[Field]:
    """Required fields without a value. A computed one always has its value (B33)."""
    return [
        field
        for field in required_fields(project, rule)
        if not field.is_computed and not values_of(entries, field)
    ]


def document_name(project: Project, entries: Entries, file_name: str) -> str:
    """A plain name as it is set, "" where it is not (B33).

    A computed one is the naming standard's codes joined, once all are there; else the file's name without extension.
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
    return PurePosixPath(file_name.replace("\\", "/")).stem or file_name


def _code(field: Field, entries: Entries) -> str:
    values = values_of(entries, field)
    if not values:
        return ""
    found = field.by_id.get(values[0])
    code = found.code if found else values[0]
    return "" if code in NO_CODES else code


def match_criteria(name: str, mime_type: str) -> str:
    return f"{name}|{mime_type}" if name else ""  # B40


def scrape(project: Project, file_name: str) -> dict[str, Value | str | None]:
    """What the file's name says of each field of the standard, by exact code; None where it says nothing (B38).

    A field of the standard without a list of values takes its segment as it is, if the name has the standard's
    number of segments.
    """
    segments = stem(file_name).split(SEPARATOR)
    whole = len(segments) == len(project.naming)
    found: dict[str, Value | str | None] = {}
    for index, name in enumerate(project.naming):
        field = project.by_name[name]
        segment = segments[index] if index < len(segments) else ""
        literal = segment if whole and segment else None
        found[name] = field.by_code.get(segment) if field.is_lookup else literal
    return found


def sorted_by(field: Field) -> Callable[[Upload | Revision], Any]:
    """What documents are sorted by: the field's first value, a number as a number, another by its label.

    Made once a list, which may be long.
    """
    key, labels, nothing = field.id, {value.id: value.label for value in field.values}, Entry()

    def text(document: Upload | Revision) -> str:
        values = document.entries.get(key, nothing).values
        return labels.get(values[0], values[0]) if values else ""

    def number(document: Upload | Revision) -> float:
        return float(text(document) or 0)

    return number if field.type == "numeric" else text
