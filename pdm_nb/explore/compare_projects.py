"""Compares the configurations of two projects: fields, values, rules, naming standard. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from .. import frames
from ..batch.remote.configuration import Configuration
from ..frames import TEXT
from ..model import Field, Requirement, Value
from ..rules.requirements import qualification, required_fields
from ..rules.values.lookup import Lookup

T = TypeVar("T")
COLUMNS = dict.fromkeys(("part", "field", "item", "what", "property", "here", "there"), TEXT)
HERE, THERE, DIFFERENT = "only here", "only there", "different"
OF_PROJECT = frozenset({"procore_project"})  # variants whose values differ by their nature


class ProjectDifference(NamedTuple):
    """One difference; see `ProjectExplorer.compare`."""

    part: str
    field: str
    item: str
    what: str
    property: str = ""
    here: str = ""
    there: str = ""


def differences(here: Configuration, there: Configuration) -> pd.DataFrame:
    """Return the differences of two configurations, one row for each."""
    found = [*_fields(here, there), *_values(here, there), *_standards(here, there), *_rules(here, there)]
    return frames.frame(COLUMNS, found)


def _pairs(
    here: Iterable[T], there: Iterable[T], key: Callable[[T], str]
) -> Iterator[tuple[str, T | None, T | None]]:
    """Yield things with the same key together, in the order of the first project."""
    mine, other = ({key(one): one for one in some} for some in (here, there))
    for name in (*mine, *(name for name in other if name not in mine)):
        yield name, mine.get(name), other.get(name)


def _compared(
    part: str, field: str, item: str, here: Mapping[str, Any] | None, there: Mapping[str, Any] | None
) -> Iterator[ProjectDifference]:
    """Yield the difference of a thing, or those of its properties."""
    if here is None or there is None:
        yield ProjectDifference(part, field, item, THERE if here is None else HERE)
        return
    for name in here:
        if here[name] != there[name]:
            yield ProjectDifference(part, field, item, DIFFERENT, name, str(here[name]), str(there[name]))


def _key(field: Field) -> str:
    """Return what a field is compared by: the names of custom fields differ between projects."""
    return f"custom {field.label.casefold()}" if field.is_custom else field.name


def _fields(here: Configuration, there: Configuration) -> Iterator[ProjectDifference]:
    for _, mine, other in _pairs(here.fields.values(), there.fields.values(), _key):
        shown = mine or other
        assert shown is not None
        yield from _compared("field", shown.name, shown.label, *map(_facts, (mine, other)))


def _facts(field: Field | None) -> dict[str, str] | None:
    if field is None:
        return None
    flags = {
        name: "yes" if getattr(field, name) else "no"
        for name in ("active", "visible", "readonly", "is_settable")
    }
    return {"label": field.label, "type": field.type_name, "variant": field.variant, **flags}


def _values(here: Configuration, there: Configuration) -> Iterator[ProjectDifference]:
    for _, mine, other in _pairs(here.fields.values(), there.fields.values(), _key):
        if mine is None or other is None or mine.is_user or mine.variant in OF_PROJECT:
            continue
        lists = (_list(here.lookups.get(mine.id)), _list(there.lookups.get(other.id)))
        for _, value, match in _pairs(*lists, key=lambda one: one.own_code or one.label.casefold()):
            shown = value or match
            assert shown is not None
            item = f"{shown.label} ({shown.own_code})" if shown.own_code else shown.label
            yield from _compared("value", mine.name, item, *map(_value, (value, match)))


def _value(value: Value | None) -> dict[str, str] | None:
    return {"label": value.label, "active": "yes" if value.active else "no"} if value else None


def _list(lookup: Lookup | None) -> tuple[Value, ...]:
    return tuple(lookup.values) if lookup else ()


def _standards(here: Configuration, there: Configuration) -> Iterator[ProjectDifference]:
    orders = [
        "-".join(field.label for field in one.standard.fields) if one.standard else ""
        for one in (here, there)
    ]
    if orders[0] != orders[1]:
        what = HERE if not orders[1] else THERE if not orders[0] else DIFFERENT
        yield ProjectDifference("naming standard", "", "", what, "fields", *orders)


def _rules(here: Configuration, there: Configuration) -> Iterator[ProjectDifference]:
    def key(rule: Requirement) -> str:
        return qualification(rule) or "any document"

    for name, mine, other in _pairs(here.requirements, there.requirements, key):
        yield from _compared("rule", "", name, *map(_rule, (mine, other)))


def _rule(rule: Requirement | None) -> dict[str, str] | None:
    if rule is None:
        return None
    required = sorted(field.label for field, _ in required_fields(rule).values())
    return {
        "required fields": ", ".join(required),
        "duplicate revisions": "allowed" if rule.allow_duplicate_revisions else "not allowed",
        "naming standard": "enforced" if rule.naming_standard else "not enforced",
    }
