"""Reads and writes profiles as TOML. Reading is strict: what is not understood is refused with a sentence."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from ...errors import InputError
from ...file_writing.whole_file import file_for_people
from ..mapping.operations import ColumnMapping, Join, Split
from .profile import VERSION, Profile, check_orders, check_splits

COMMENT = """\
# How to open a register of this kind.
# columns: heading = field ("file" is the column with the files). left_out: headings that are not used.
# constants: field = a value that all documents get, such as project = "RST".
# crosswalk: what a value of the register becomes, "" to leave the cell empty.
# revisions: examples of each kind, oldest first.
# dates: the order of day (D), month (M) and year (Y) in a column.
# migration: what `pdm-nb migrate` works on; paths are relative to this file.
"""
KEYS = {
    "version", "name", "sheet", "columns", "left_out", "joins", "splits", "constants", "crosswalk", "dates", "rows", "files",
    "migration",
    "revisions",
}  # fmt: skip
MIGRATION_KEYS: dict[str, type] = {
    "register": str,  # the spreadsheet; paths are relative to the profile
    "folder": str,  # of the files
    "project": str,  # name or id; if not given, the one of the settings
    "journal": str,
    "name_template": str,
    "pilot": int,  # documents that go all the way first
    "apply_fixes": bool,
}
JOIN_KEYS = {"field", "columns", "separator"}
SPLIT_KEYS = {"column", "fields", "separator", "pattern"}
LEFT_OUT = ""  # a part of a split without a field: TOML has no null
T = TypeVar("T")


def dumps(profile: Profile) -> str:
    """Return a profile as TOML."""
    mapping = profile.mapping
    data: dict[str, Any] = {
        "version": VERSION,
        "name": profile.name,
        "migration": dict(profile.migration),
        "left_out": [column for column, name in mapping.columns.items() if name is None],
        "revisions": list(profile.revisions),
        "sheet": dict(profile.sheet),
        "columns": {column: name for column, name in mapping.columns.items() if name is not None},
        "joins": [
            {"field": one.field, "columns": list(one.columns), "separator": one.separator}
            for one in mapping.joins
        ],
        "splits": [_split_table(one) for one in mapping.splits],
        "constants": dict(mapping.constants),
        "dates": dict(profile.dates),
        "rows": dict(profile.rows),
        "files": dict(profile.files),
        "crosswalk": {name: dict(values) for name, values in profile.crosswalk.items()},
    }
    kept = {key: value for key, value in data.items() if value or key == "version"}
    return f"{COMMENT}\n{tomli_w.dumps(kept)}"


def _split_table(split: Split) -> dict[str, Any]:
    way = {"pattern": split.pattern} if split.pattern else {"separator": split.separator}
    return {"column": split.column, "fields": [name or LEFT_OUT for name in split.fields], **way}


def loads(text: str, what: str = "The profile") -> Profile:
    """Return the profile in a TOML text. `what` names it in messages.

    Raises
    ------
    InputError
        If the text is not TOML, has an unknown key or another version, or a value of the wrong kind.

    Examples
    --------
    >>> loads('version = 1\\n[columns]\\n"Dwg No" = "number"').mapping.columns
    {'Dwg No': 'number'}
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{what} is not valid TOML: {error}.") from None
    version = data.get("version")
    if version != VERSION:
        raise InputError(f"{what} has version {version!r}. This release reads version {VERSION}.")
    _check_keys(data, KEYS, what)
    profile = Profile(
        _text(data.get("name", ""), f"{what}: name"),
        _table(data, "sheet", what),
        _mapping(data, what),
        {
            name: _texts(values, f"{what}: crosswalk.{name}")
            for name, values in _table(data, "crosswalk", what).items()
        },
        _texts(data.get("dates", {}), f"{what}: dates"),
        _table(data, "rows", what),
        _table(data, "files", what),
        _migration(data, what),
        _list(data.get("revisions", []), f"{what}: revisions"),
    )
    check_orders(profile.dates)
    check_splits(profile.mapping)
    return profile


def write_profile(profile: Profile, path: str | os.PathLike[str]) -> None:
    """Write a profile to a file, whole or not at all."""
    with file_for_people(path) as draft:
        draft.write_text(dumps(profile), encoding="utf-8", newline="\n")


def read_profile(path: str | os.PathLike[str]) -> Profile:
    """Read a profile from a file.

    Raises
    ------
    InputError
        If the file cannot be read, or is not a profile of this version.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a profile ({error}).") from None
    return loads(text, Path(path).name)


def _mapping(data: Mapping[str, Any], what: str) -> ColumnMapping:
    columns: dict[str, str | None] = dict(_texts(data.get("columns", {}), f"{what}: columns"))
    left_out = _list(data.get("left_out", []), f"{what}: left_out")
    if both := [column for column in left_out if column in columns]:
        raise InputError(f"{what} maps the column {both[0]!r} and leaves it out. Keep one of them.")
    columns |= dict.fromkeys(left_out)
    return ColumnMapping(
        columns,
        _each(data, "joins", what, _join),
        _each(data, "splits", what, _split),
        _texts(data.get("constants", {}), f"{what}: constants"),
    )


def _migration(data: Mapping[str, Any], what: str) -> dict[str, Any]:
    table = _table(data, "migration", what)
    _check_keys(table, set(MIGRATION_KEYS), f"{what}: migration")
    for key, value in table.items():
        expected = MIGRATION_KEYS[key]
        if type(value) is not expected:
            kind = {str: "a text in quotes", int: "a whole number", bool: "true or false"}[expected]
            raise InputError(f"{what}: migration.{key} must be {kind}, not {value!r}.")
    return table


def _join(table: Mapping[str, Any], where: str) -> Join:
    _check_keys(table, JOIN_KEYS, where)
    columns = _list(table.get("columns", []), f"{where}.columns")
    return Join(
        _text(table.get("field"), f"{where}.field"), columns, _text(table.get("separator", " "), where)
    )


def _split(table: Mapping[str, Any], where: str) -> Split:
    _check_keys(table, SPLIT_KEYS, where)
    fields = tuple(name or None for name in _list(table.get("fields", []), f"{where}.fields"))
    return Split(
        _text(table.get("column"), f"{where}.column"),
        fields,
        _text(table.get("separator", ""), f"{where}.separator"),
        _text(table.get("pattern", ""), f"{where}.pattern"),
    )


def _each(
    data: Mapping[str, Any], key: str, what: str, read: Callable[[Mapping[str, Any], str], T]
) -> tuple[T, ...]:
    tables = data.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise InputError(f"{what}: {key} must be a list of tables, [[{key}]].")
    return tuple(read(one, f"{what}: {key}[{number}]") for number, one in enumerate(tables))


def _check_keys(table: Mapping[str, Any], known: set[str], what: str) -> None:
    if unknown := [key for key in table if key not in known]:
        raise InputError(f"{what} has the unknown key {unknown[0]!r}. Known: {', '.join(sorted(known))}.")


def _table(data: Mapping[str, Any], key: str, what: str) -> dict[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{what}: {key} must be a table, [{key}].")
    return dict(table)


def _texts(table: object, where: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise InputError(f"{where} must be a table.")
    return {key: _text(value, f"{where}.{key}") for key, value in table.items()}


def _list(values: Sequence[Any], where: str) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise InputError(f"{where} must be a list.")
    return tuple(_text(value, where) for value in values)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where} must be a text in quotes, not {value!r}.")
    return value
