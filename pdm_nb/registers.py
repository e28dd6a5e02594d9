"""Files and spreadsheets become rows: a path and what a register says of it, column by column.

Reads folders, globs, lists, DataFrames, CSV and XLSX. Columns are matched to fields by name, label or the
words registers use; one that matches nothing is an error, never dropped in silence. Values stay as they were
written: `rules.values` resolves them later.
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

from .errors import InputError
from .local_files import find_files
from .model import Field
from .rules.values.resolve import is_missing

SPREADSHEETS = {".csv", ".xlsx"}
FILE_COLUMNS = ("file", "filename", "path", "filepath", "document", "documentfile", "documentname")
# What registers call the fields that nearly every project has; used where no field has that name or label.
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
    """One document to be: where its file is, and field name -> value as it was written."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)


def read(
    source: Source,
    fields: Sequence[Field],
    *,
    columns: Mapping[str, str | None] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> list[RegisterRow]:
    """The rows of a folder, glob, list of files, DataFrame, .csv or .xlsx manifest.

    Parameters
    ----------
    columns : mapping, optional
        Manifest column -> field name, "file" for the column that names the files, None to leave one out.
    folder : path, optional
        Where the files of a manifest are; the manifest's own folder if not given (for a DataFrame: the
        current one).

    Raises
    ------
    InputError
        When there is nothing there, a column matches no field, or two rows name one file.
    """
    if isinstance(source, pd.DataFrame):
        return _manifest(source, fields, columns or {}, Path(folder or "."), "the table")
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.suffix.lower() in SPREADSHEETS and path.is_file():
            return _manifest(
                load(path), fields, columns or {}, Path(folder) if folder else path.parent, path.name
            )
        return [RegisterRow(found) for found in find_files(source)]
    if not isinstance(source, Sequence):
        raise InputError(
            f"A batch takes a folder, a pattern, a list of files, a DataFrame or a register, not {source!r}."
        )
    paths = [Path(item) for item in source]
    if not paths:
        raise InputError("The list of files is empty.")
    _no_twins((os.path.abspath(path), f"item {number}") for number, path in enumerate(paths, 1))
    return [RegisterRow(path) for path in paths]


def check_some_exist(rows: Sequence[RegisterRow]) -> None:
    """Raises `InputError` where not one file is there: then the folder is wrong, not the rows."""
    if rows and not any(row.path.exists() for row in rows):
        raise InputError(
            f"None of the {len(rows)} files is there, not even {rows[0].path}: say where they are with folder=…."
        )


def load(path: Path) -> pd.DataFrame:
    """A manifest as it was written: text stays text ('007' keeps its zeros, 'NA' is no gap), empty cells are None.

    The index has the rows' numbers as a spreadsheet shows them: the header is row 1.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            header, *body = pd.read_excel(
                path, header=None, dtype=object, keep_default_na=False, na_values=[""]
            ).to_numpy().tolist() or [[]]  # fmt: skip
        else:
            header, *body = _csv(path) or [[]]
    except (ValueError, OSError, KeyError, csv.Error, zipfile.BadZipFile) as error:
        raise InputError(f"{path} cannot be read as a spreadsheet: {error}") from None
    return _table(path.name, header, body)


def _csv(path: Path) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):  # what Excel writes, now and formerly
        try:
            text = path.read_bytes().decode(encoding)
        except UnicodeDecodeError:
            continue
        # Excel separates by what the country does; the header tells which it is.
        first = text.lstrip().split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    raise InputError(f"{path} is in no encoding that can be told: save it as CSV UTF-8.")


def _table(what: str, header: Sequence[Any], body: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The rows under their header, without what is empty all through."""
    names = [str(name).strip() if _given(name) else "" for name in header]
    rows = {number: list(row) for number, row in enumerate(body, 2) if any(map(_given, row))}
    for number, row in rows.items():
        if surplus := [given for name, given in zip_longest(names, row) if not name and _given(given)]:
            raise InputError(f"Row {number} of {what} has {str(surplus[0])!r} in a column without a name.")
    cells = {
        number: [given if _given(given) else None for name, given in zip_longest(names, row) if name]
        for number, row in rows.items()
    }
    return pd.DataFrame(
        list(cells.values()), index=list(cells), columns=list(filter(None, names)), dtype=object
    )


def _manifest(
    table: pd.DataFrame, fields: Sequence[Field], columns: Mapping[str, str | None], folder: Path, what: str
) -> list[RegisterRow]:
    names = [str(column) for column in table.columns]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"{what} has two columns {twice[0]!r}: rename one, or take it out.")
    mapping = map_columns(names, fields, columns, what)
    file_column = next((column for column, name in mapping.items() if name == "file"), None)
    if file_column is None:
        raise InputError(
            f"{what} has no column that names the files: call it 'file', or say which it is with "
            f"columns={{'{table.columns[0]}': 'file'}}." if len(table.columns) else f"{what} has no columns."
        )  # fmt: skip
    rows: list[RegisterRow] = []
    records = table.rename(columns=str).to_dict("records")
    for number, record in zip(table.index, records, strict=True):
        name = record[file_column]
        if not isinstance(name, str | os.PathLike) or not str(name).strip():
            raise InputError(f"Row {number} of {what} names no file in column {file_column!r}.")
        values = {field: record[column] for column, field in mapping.items() if field not in (None, "file")}
        path = folder / Path(str(name).strip())
        rows.append(RegisterRow(path, {key: value for key, value in values.items() if _given(value)}))
    if not rows:
        raise InputError(f"{what} has no rows.")
    _no_twins(
        (os.path.abspath(row.path), f"row {number}") for number, row in zip(table.index, rows, strict=True)
    )
    return rows


def _given(value: Any) -> bool:
    return not is_missing(value) and str(value).strip() != ""


def _no_twins(named: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for path, where in named:
        if path in seen:
            raise InputError(
                f"{Path(path).name} is named twice, in {seen[path]} and {where}: keep one of them."
            )
        seen[path] = where


def map_columns(
    names: Sequence[str], fields: Sequence[Field], chosen: Mapping[str, str | None], what: str
) -> dict[str, str | None]:
    """Manifest column -> field name ('file' for the file column, None where it is left out)."""
    labels = Counter(_plain(item.label) for item in fields)
    # A name counts before another field's label: custom fields may be labelled as they like.
    known = {_plain(item.label): item.name for item in fields if labels[_plain(item.label)] == 1}
    known |= {_plain(item.name): item.name for item in fields}
    fields_by_name = {item.name for item in fields}
    for column, target in chosen.items():
        if column not in names:
            raise InputError(f"{what} has no column {column!r}; it has {', '.join(map(repr, names))}.")
        if target not in (None, "file") and target not in fields_by_name:
            raise InputError(
                f"There is no field {target!r} for column {column!r}{_near(str(target), fields_by_name)}."
            )
    mapping: dict[str, str | None] = {}
    for name in names:
        plain = _plain(name)
        if name in chosen:
            mapping[name] = chosen[name]
        elif plain in FILE_COLUMNS:
            mapping[name] = "file"
        elif plain in known:
            mapping[name] = known[plain]
        elif labels[plain] > 1:
            twins = " or ".join(repr(item.name) for item in fields if _plain(item.label) == plain)
            raise InputError(f"Column {name!r} of {what} could be {twins}: say columns={{{name!r}: …}}.")
        elif WORDS.get(plain) in fields_by_name:
            mapping[name] = WORDS[plain]
        else:
            raise InputError(
                f"Column {name!r} of {what} matches no field{_near(name, fields_by_name)}: rename it, or say "
                f"columns={{{name!r}: 'a field'}} ('file' if it names the files), or columns={{{name!r}: None}} to leave it out."
            )
    _no_twin_columns(mapping, what)
    return mapping


def _no_twin_columns(mapping: Mapping[str, str | None], what: str) -> None:
    seen: dict[str, str] = {}
    for column, target in mapping.items():
        if target is not None and target in seen:
            raise InputError(
                f"Columns {seen[target]!r} and {column!r} of {what} both are {target!r}: leave one out with "
                f"columns={{{column!r}: None}}."
            )
        if target is not None:
            seen[target] = column


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(_plain(name), list(known), n=3, cutoff=0.5)
    return f" (nearest: {', '.join(near)})" if near else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
