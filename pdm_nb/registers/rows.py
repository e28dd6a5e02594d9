"""Reads sources of a batch into rows: the path of a file, and the values that a register has for it.

A source is a folder, a pattern, a list of files, a DataFrame, or a register (.csv or .xlsx). Columns are matched to
fields by name, label, or a common word for the field; a column without a match is an error and never dropped silently.
Values stay as they were written: `rules.values` resolves them later.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..local_files import find_files
from ..model import Field
from ..rules.values.resolve import is_missing

SPREADSHEETS = {".csv", ".xlsx"}
FILE_COLUMNS = ("file", "filename", "path", "filepath", "document", "documentfile", "documentname")
# What registers call the fields of nearly every project; used if no field has that name or label.
WORDS = {
    "documenttype": "type",
    "doctype": "type",
    "docno": "number",
    "docnumber": "number",
    "documentnumber": "number",
    "drawingno": "number",
    "drawingnumber": "number",
    "sheetnumber": "number",
    "title": "description",
    "doctitle": "description",
    "documenttitle": "description",
    "drawingtitle": "description",
    "rev": "revision",
    "revno": "revision",
    "issuedate": "date_authored",
    "date": "date_authored",
    "author": "authored_by",
    "suitability": "status",
    "level": "location",
    "specsection": "spec_section",
    "section": "spec_section",
    "trade": "trades",
    "reviewer": "reviewers",
}
Source = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pd.DataFrame


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A future document: the path of its file, and field name -> value as it was written."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)


def read(
    source: Source,
    fields: Sequence[Field],
    *,
    columns: Mapping[str, str | None] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> list[RegisterRow]:
    """Read a source into rows.

    Parameters
    ----------
    source : path, list of paths or DataFrame
        A folder, a pattern, files, a table, or a register (.csv or .xlsx).
    fields : sequence of Field
        The fields that columns can be matched to.
    columns : mapping, optional
        Column of the register -> field name, "file" for the column with the files, None to skip the column.
    folder : path, optional
        The folder of the files. If not given, that of the register; for a DataFrame, the current folder.

    Returns
    -------
    list of RegisterRow
        One row per file.

    Raises
    ------
    InputError
        If the source contains nothing, a column matches no field, or two rows have the same file.
    """
    if isinstance(source, pd.DataFrame):
        return _register_rows(source, fields, columns or {}, Path(folder or "."), "the table")
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.suffix.lower() in SPREADSHEETS and path.is_file():
            return _register_rows(
                load(path), fields, columns or {}, Path(folder) if folder else path.parent, path.name
            )
        return [RegisterRow(found) for found in find_files(source)]
    if not isinstance(source, Sequence):
        raise InputError(
            f"The source must be a folder, a pattern, a list of files, a DataFrame or a register, not {source!r}."
        )
    paths = [Path(item) for item in source]
    if not paths:
        raise InputError("The list of files is empty.")
    _check_no_duplicates((os.path.abspath(path), f"item {number}") for number, path in enumerate(paths, 1))
    return [RegisterRow(path) for path in paths]


def check_some_exist(rows: Sequence[RegisterRow]) -> None:
    """Raise `InputError` if none of the files exists: then the folder is wrong, not the rows."""
    if rows and not any(row.path.exists() for row in rows):
        raise InputError(
            f"None of the {len(rows)} files exists, for example {rows[0].path}. Check the folder of the files."
        )


def load(path: Path) -> pd.DataFrame:
    """Read a register without interpreting it: '007' keeps its zeros, 'NA' is text, empty cells are None.

    Returns a frame of objects. Its index has the row numbers of the spreadsheet, with the header in row 1.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            header, *body = pd.read_excel(
                path, header=None, dtype=object, keep_default_na=False, na_values=[""]
            ).to_numpy().tolist() or [[]]  # fmt: skip
        else:
            header, *body = _csv(path) or [[]]
    except (ValueError, OSError, KeyError, csv.Error, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} cannot be read as a spreadsheet ({error}). Save it again as .xlsx or CSV."
        ) from None
    return _table(path.name, header, body)


def _csv(path: Path) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):  # what Excel writes, and what it wrote before
        try:
            text = path.read_bytes().decode(encoding)
        except UnicodeDecodeError:
            continue
        # The separator of Excel depends on the country; the header shows which one it is.
        first = text.lstrip().split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    raise InputError(f"{path} has an unknown encoding. Save it as CSV UTF-8.")


def _table(what: str, header: Sequence[Any], body: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return the rows under their header, without empty rows and columns."""
    names = [str(name).strip() if _given(name) else "" for name in header]
    rows = {number: list(row) for number, row in enumerate(body, 2) if any(map(_given, row))}
    for number, row in rows.items():
        if surplus := [given for name, given in zip_longest(names, row) if not name and _given(given)]:
            raise InputError(
                f"Row {number} of {what} has {str(surplus[0])!r} in a column without a name. Name the column."
            )
    cells = {
        number: [given if _given(given) else None for name, given in zip_longest(names, row) if name]
        for number, row in rows.items()
    }
    return pd.DataFrame(
        list(cells.values()), index=list(cells), columns=list(filter(None, names)), dtype=object
    )


def _register_rows(
    table: pd.DataFrame, fields: Sequence[Field], columns: Mapping[str, str | None], folder: Path, what: str
) -> list[RegisterRow]:
    names = [str(column) for column in table.columns]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"{what} has two columns {twice[0]!r}. Rename or remove one.")
    mapping = map_columns(names, fields, columns, what)
    file_column = next((column for column, name in mapping.items() if name == "file"), None)
    if file_column is None:
        raise InputError(
            f"{what} has no column for the files. Rename that column to 'file'."
            if len(table.columns)
            else f"{what} has no columns."
        )
    rows: list[RegisterRow] = []
    records = table.rename(columns=str).to_dict("records")
    for number, record in zip(table.index, records, strict=True):
        name = record[file_column]
        if not isinstance(name, str | os.PathLike) or not str(name).strip():
            raise InputError(
                f"Row {number} of {what} has no file in column {file_column!r}. Add it, or remove the row."
            )
        values = {field: record[column] for column, field in mapping.items() if field not in (None, "file")}
        path = folder / Path(str(name).strip())
        rows.append(RegisterRow(path, {key: value for key, value in values.items() if _given(value)}))
    if not rows:
        raise InputError(f"{what} has no rows.")
    _check_no_duplicates(
        (os.path.abspath(row.path), f"row {number}") for number, row in zip(table.index, rows, strict=True)
    )
    return rows


def _given(value: Any) -> bool:
    return not is_missing(value) and str(value).strip() != ""


def _check_no_duplicates(named: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for path, where in named:
        if path in seen:
            raise InputError(
                f"{Path(path).name} is listed twice, in {seen[path]} and {where}. Remove one of them."
            )
        seen[path] = where


def map_columns(
    names: Sequence[str], fields: Sequence[Field], given: Mapping[str, str | None], what: str
) -> dict[str, str | None]:
    """Return column -> field name ("file" for the files, None for a skipped column); `given` are the explicit ones."""
    labels = Counter(_plain(item.label) for item in fields)
    # A name takes precedence over the label of another field: custom fields can have any label.
    known = {_plain(item.label): item.name for item in fields if labels[_plain(item.label)] == 1}
    known |= {_plain(item.name): item.name for item in fields}
    fields_by_name = {item.name for item in fields}
    for column, target in given.items():
        if column not in names:
            raise InputError(f"{what} has no column {column!r}. It has: {', '.join(map(repr, names))}.")
        if target not in (None, "file") and target not in fields_by_name:
            raise InputError(
                f"Unknown field {target!r} for column {column!r}{_near(str(target), fields_by_name)}."
            )
    mapping: dict[str, str | None] = {}
    for name in names:
        plain = _plain(name)
        if name in given:
            mapping[name] = given[name]
        elif plain in FILE_COLUMNS:
            mapping[name] = "file"
        elif plain in known:
            mapping[name] = known[plain]
        elif labels[plain] > 1:
            candidates = " or ".join(repr(item.name) for item in fields if _plain(item.label) == plain)
            raise InputError(f"Column {name!r} of {what} can be {candidates}. Rename it to one of them.")
        elif WORDS.get(plain) in fields_by_name:
            mapping[name] = WORDS[plain]
        else:
            raise InputError(
                f"Column {name!r} of {what} matches no field{_near(name, fields_by_name)}. Rename it to the name of a field "
                f"('file' if it has the files), or remove it; in code, columns={{{name!r}: None}} skips it."
            )
    _check_no_duplicate_columns(mapping, what)
    return mapping


def _check_no_duplicate_columns(mapping: Mapping[str, str | None], what: str) -> None:
    seen: dict[str, str] = {}
    for column, target in mapping.items():
        if target is not None and target in seen:
            raise InputError(
                f"Columns {seen[target]!r} and {column!r} of {what} are both {target!r}. Rename or remove one; in code, "
                f"columns={{{column!r}: None}} skips it."
            )
        if target is not None:
            seen[target] = column


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(_plain(name), list(known), n=3, cutoff=0.5)
    return f" (similar: {', '.join(near)})" if near else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
