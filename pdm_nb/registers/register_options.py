"""The options that a register is opened with, as decisions of a profile."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.revision_scheme import RevisionScheme
from ..rules.values.lookup import Lookup
from .mapping import ColumnMapping
from .mapping.aliases import FILE
from .matching import NamingTemplate
from .matching.shared_files import check_policy
from .profiles import Profile, adapted, check_profile, compare, read_profile
from .reading import RegisterTable, cached_table, find_table, read_workbook
from .reading.form import marked

SheetName = str | Sequence[str]
HeaderRow = int | tuple[int, int]
OWN_SHEETS = {"documents", "history"}  # what `batch.report` writes, with others
NOT_OF_FORMS = {
    "values_only",
    "hidden_sheets",
}  # notices: the texts of a form are texts, and its mark is hidden
NEAR = 3  # similar names that a message has


def opened_profile(
    profile: Profile | str | os.PathLike[str] | None,
    *,
    sheet: SheetName | None,
    header: HeaderRow | None,
    skip: Collection[int],
    policy: str | None,
    template: str | None,
    suffixes: str | Collection[str] = (),
    revisions: str | Sequence[str] = (),
) -> Profile:
    """Return a profile with the options, which have precedence over it."""
    base = (
        profile if isinstance(profile, Profile) else Profile() if profile is None else read_profile(profile)
    )
    given: dict[str, object] = {
        "policy": policy and check_policy(policy),
        "template": template and NamingTemplate.parse(template).text,
        "suffixes": _suffixes(suffixes),
    }
    rules: dict[str, object] = {
        "name": sheet if sheet is None or isinstance(sheet, str) else list(sheet),
        "header": header if header is None or isinstance(header, int) else list(header),
        "skip": sorted(skip) or None,
    }
    examples = [revisions] if isinstance(revisions, str) else revisions
    return replace(
        base,
        revisions=RevisionScheme.of(examples or base.revisions).examples,
        sheet=dict(base.sheet) | {name: rule for name, rule in rules.items() if rule is not None},
        files=dict(base.files) | {name: text for name, text in given.items() if text},
    )


def _suffixes(given: str | Collection[str]) -> list[str]:
    """Return suffixes with their dots, in lower case."""
    listed = [given] if isinstance(given, str) else given
    return sorted({f".{text.strip().lstrip('.').casefold()}" for text in listed if text.strip(". ")})


def table_by(profile: Profile, source: Path | pd.DataFrame) -> RegisterTable:
    """Return the table of a register that the rules of a profile describe."""
    if isinstance(source, pd.DataFrame):
        return _table_of(source, profile)
    rules = [profile.sheet.get(key) for key in ("name", "header", "skip")]
    return cached_table(source, rules, lambda: _table_of(source, profile))


def _table_of(source: Path | pd.DataFrame, profile: Profile) -> RegisterTable:
    workbook = read_workbook(source)
    name, header, skip = (profile.sheet.get(key) for key in ("name", "header", "skip"))
    rows = tuple(header) if isinstance(header, list) else header
    form = marked(workbook)
    if form is not None:
        name, rows = name or form.sheet, rows or form.header or None
    elif name is None and {one.name for one in workbook.sheets} >= OWN_SHEETS:
        name = "documents"
    table = find_table(
        workbook,
        name,  # type: ignore[arg-type]
        rows,  # type: ignore[arg-type]
        skip or (),  # type: ignore[arg-type]
        hidden=form is not None,  # the column of the keys, and rows that a filter hides
    )
    if form is None:
        return table
    notices = tuple(one for one in table.notices if one.code not in NOT_OF_FORMS)
    return replace(table, form=form, notices=notices)


def fitted_profile(
    profile: Profile, columns: Sequence[str], fields: Sequence[Field], lookups: Mapping[str, Lookup]
) -> tuple[Profile, list[str]]:
    """Return a profile with the headings of a register, without what register or project lack, and what that is."""
    known = {item.name for item in fields} | {FILE}
    if wrong := [name for name in profile.mapping.targets if name not in known]:
        raise InputError(
            f"The profile {profile.name!r} uses the field {wrong[0]!r}, which the project does not have. "
            f"Map its column again{near(wrong[0], known)}."
        )
    missing = compare(profile, columns).missing
    notices = [f"The register has no column {name!r}, which its profile names." for name in missing]
    notices += check_profile(profile, fields, lookups)
    uses = {
        name: {
            value: use
            for value, use in values.items()
            if not use or name not in lookups or lookups[name].knows(use)
        }
        for name, values in profile.crosswalk.items()
        if name in known
    }
    fitted = adapted(profile, columns)
    return replace(fitted, mapping=_without(fitted.mapping, set(missing)), crosswalk=uses), notices


def _without(mapping: ColumnMapping, missing: set[str]) -> ColumnMapping:
    return replace(
        mapping,
        columns={column: name for column, name in mapping.columns.items() if column not in missing},
        joins=tuple(one for one in mapping.joins if not missing & set(one.columns)),
        splits=tuple(one for one in mapping.splits if one.column not in missing),
    )


def with_columns(
    mapping: ColumnMapping, given: Mapping[str, str | None], columns: Sequence[str], fields: Sequence[Field]
) -> ColumnMapping:
    """Return a mapping with more columns mapped. The column that a field had before loses it.

    Raises
    ------
    InputError
        For an unknown column or field, or two columns for one field.
    """
    named = {
        check_column(column, columns): name and field_name(name, fields) for column, name in given.items()
    }
    targets = [name for name in named.values() if name]
    if twice := [name for name in targets if targets.count(name) > 1]:
        both = " and ".join(repr(column) for column, name in named.items() if name == twice[0])
        raise InputError(f"Columns {both} are both {twice[0]!r}. Map one of them to None, or join them.")
    free = release(mapping, named, targets)
    return replace(free, columns={**free.columns, **named})


def release(mapping: ColumnMapping, columns: Iterable[str], names: Iterable[str]) -> ColumnMapping:
    """Return a mapping in which nothing is decided about these columns and fields."""
    gone, taken = set(columns), set(names)
    return ColumnMapping(
        {
            column: name
            for column, name in mapping.columns.items()
            if column not in gone and (name is None or name not in taken)
        },
        tuple(one for one in mapping.joins if one.field not in taken and not gone & set(one.columns)),
        tuple(one for one in mapping.splits if one.column not in gone and not taken & set(one.fields)),
        {name: text for name, text in mapping.constants.items() if name not in taken},
    )


def check_column(column: str, columns: Sequence[str]) -> str:
    """Return a heading. Raises `InputError` with similar ones if the register does not have it."""
    if column not in columns:
        raise InputError(
            f"The register has no column {column!r}{near(column, columns)}. Its columns are {', '.join(map(repr, columns))}."
        )
    return column


def field_name(name: str, fields: Sequence[Field]) -> str:
    """Return the name of a field by its name or label, or "file". Raises `InputError` for an unknown one."""
    names = {FILE: FILE} | {item.label.casefold(): item.name for item in fields}
    names |= {item.name.casefold(): item.name for item in fields}
    if name.casefold() not in names:
        raise InputError(f"Unknown field {name!r}{near(name, names)}. Use the name of a field, or 'file'.")
    return names[name.casefold()]


def near(text: str, known: Iterable[str]) -> str:
    """Return similar names in brackets, "" if there are none."""
    found = difflib.get_close_matches(text, list(known), n=NEAR, cutoff=0.5)
    return f" (similar: {', '.join(map(repr, found))})" if found else ""


def relative(place: Path, root: Path) -> str:
    """Return a path relative to a folder, with slashes; the whole path if it is on another drive."""
    try:
        return Path(os.path.relpath(place, root)).as_posix()
    except ValueError:  # another drive, on Windows
        return str(place.absolute())
