"""The columns of a form from the configuration of a project: lists, required fields in words, a fingerprint. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from ...batch.remote.configuration import Configuration
from ...model import Field, FieldType, Requirement
from ...rules.requirements import Origin, qualification
from ...rules.values.lookup import Lookup
from ..reading.form import FILE, INFO, KEY, Choice, FormColumn

WIDTHS = {"text": 18.0, "list": 26.0, "several": 30.0, "number": 12.0, "date": 13.0}
WIDE = 42.0  # of longer texts
HELP = {
    "list": "Select a value of the list.",
    "several": "Select a value of the list; separate several by semicolons.",
    "number": "A number.",
    "date": "A date, such as 2026-03-31.",
}


def columns_of(known: Configuration) -> list[FormColumn]:
    """Return a column for each field that can be set, in the order of the grid."""
    headings = _headings(known.shown)
    found = []
    for item in known.shown:
        lookup = known.lookups.get(item.id)
        kind = _kind(item, lookup)
        required, when = required_when(known, item)
        found.append(
            FormColumn(
                headings[item.id],
                item.name,
                kind,
                required,
                when,
                _help(item, kind),
                _choices(lookup),
                WIDE if item.type is FieldType.RICH_TEXT else WIDTHS[kind],
            )
        )
    return found


def _headings(fields: Sequence[Field]) -> dict[str, str]:
    """Return the label of each field, or its name if several columns would have this heading."""
    counts = Counter(item.label.casefold() for item in fields)
    counts.update(text.casefold() for text in (FILE, KEY, *INFO))
    return {
        item.id: item.label if counts[item.label.casefold()] == 1 and item.label else item.name
        for item in fields
    }


def _kind(item: Field, lookup: Lookup | None) -> str:
    if lookup is not None:
        return "several" if item.is_multiple else "list"
    return {FieldType.NUMERIC: "number", FieldType.TIMESTAMP: "date"}.get(item.type, "text")


def _help(item: Field, kind: str) -> str:
    parts = (HELP.get(kind, ""), item.description and f"{item.description.rstrip('.')}.")
    return " ".join(filter(None, parts))


def _choices(lookup: Lookup | None) -> tuple[Choice, ...]:
    """Return the active values that a text identifies."""
    if lookup is None:
        return ()
    return tuple(
        Choice(text, value.own_code, value.label)
        for value in lookup.active
        if (text := lookup.name_of(value.id))
    )


# -- which rule requires a field
def required_when(known: Configuration, item: Field) -> tuple[str, str]:
    """Return "always", "sometimes" or "", and the sentence about it (B17, B18)."""
    requiring = {
        rule.id: known.required(rule)[item.id][1]
        for rule in known.requirements
        if item.id in known.required(rule)
    }
    if not requiring:
        return "", ""
    if len(requiring) == len(known.requirements):
        return "always", "Required for every document."
    clauses = [
        f"if {qualification(rule)}{_by(rule, requiring[rule.id])}"
        for rule in known.requirements
        if not rule.is_default and rule.id in requiring
    ]
    if any(rule.is_default and rule.id in requiring for rule in known.requirements):
        others = [qualification(rule) for rule in known.requirements if rule.id not in requiring]
        clauses = [f"unless {', or '.join(others)}"]
    return "sometimes", f"Required {', or '.join(clauses)}."


def _by(rule: Requirement, origin: Origin) -> str:
    standard = rule.naming_standard
    return f" (naming standard {standard.name})" if origin is Origin.STANDARD and standard else ""


def fingerprint(known: Configuration) -> str:
    """Return twelve digits that change with the fields, lists and rules of a project, in any order."""
    parts = [
        repr((item.name, item.label, item.type_name, item.variant, item.is_settable))
        for item in known.fields.values()
    ]
    for id_, lookup in known.lookups.items():
        parts += [repr((id_, value.id, value.code, value.label)) for value in lookup.active]
    for rule in known.requirements:
        fields = sorted(known.required(rule))
        qualifiers = [(one.field_id, sorted(value.id for value in one.values)) for one in rule.qualifiers]
        parts.append(repr((rule.id, fields, sorted(qualifiers))))
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:12]
