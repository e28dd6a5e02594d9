"""Selects rows by ids, patterns of file names, masks or parts of a frame, and spreads values over them."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InputError
from ...rules.values.text import nfc
from ..journal.journal import Journal

Rows = Any  # see `select`: an id, a pattern, a list of either, a mask, a part of the frame, None for all


def select(journal: Journal, rows: Rows) -> list[int]:
    """Return the ids of the selected documents.

    Parameters
    ----------
    journal : Journal
        The journal of the batch.
    rows : int, str, list, slice, mask, DataFrame or None
        An id, a pattern of file names, a list of either, a slice of ids, a boolean mask, a part of the frame or of another
        one with a column `document`, or None for all. A name, and None, select no document that a later version follows.

    Raises
    ------
    InputError
        If a row is not in the batch.
    """
    known = journal.documents
    if rows is None:
        return [id_ for id_ in known if id_ not in journal.followed]
    if isinstance(rows, str):
        return _named(journal, [rows])
    if isinstance(rows, slice):
        return list(known)[rows]
    if isinstance(rows, pd.DataFrame):
        rows = _documents(rows)
    mask = _mask(rows)
    if mask is not None:
        if len(mask) != len(known):
            raise InputError(
                f"The mask has {len(mask)} rows, the batch has {len(known)}. Use a mask of the whole frame."
            )
        index = rows.index if isinstance(rows, pd.Series) else known
        return _known(journal, [id_ for id_, is_selected in zip(index, mask, strict=True) if is_selected])
    if isinstance(rows, pd.Series):
        raise InputError(
            "A Series selects rows only if it is a mask of True and False, such as batch.frame['status'] == ''."
        )
    if isinstance(rows, int | np.integer) and not isinstance(rows, bool):
        return _known(journal, [rows])
    if not isinstance(rows, Iterable):
        raise InputError(
            f"{rows!r} does not select rows. Give an id, a pattern of file names, a list, a mask, or None for all."
        )
    selected = list(rows)
    if selected and all(isinstance(one, str) for one in selected):
        return _named(journal, selected)
    return _known(journal, selected)


def _documents(frame: pd.DataFrame) -> list[Any]:
    """Return the documents of a frame: of its index, or of its column `document`, as in `file_changes`."""
    if frame.index.name == "document" or "document" not in frame:
        return list(frame.index)
    return list(dict.fromkeys(map(int, frame["document"].dropna())))


def _named(journal: Journal, patterns: Sequence[str]) -> list[int]:
    """Return documents whose file names are, or match, one of the patterns; each once."""
    names: dict[str, list[int]] = {}
    for document in journal.documents.values():
        if document.id not in journal.followed:
            names.setdefault(nfc(document.name), []).append(document.id)
    selected: dict[int, None] = {}
    for pattern in map(nfc, patterns):
        matching = [pattern] if pattern in names else [n for n in names if fnmatch.fnmatchcase(n, pattern)]
        if not matching:
            raise InputError(
                f"No file of this batch is called {pattern!r}. Use a file name or a pattern such as *.pdf."
            )
        selected |= dict.fromkeys(id_ for name in matching for id_ in names[name])
    return sorted(selected) if len(patterns) == 1 else list(selected)


def select_in_order(journal: Journal, rows: Any) -> list[int]:
    """Return document ids for a list of ids and paths, in its order. Raises `InputError`.

    The end of a path is enough if only one file has it.
    """
    if isinstance(rows, str | os.PathLike) or not isinstance(rows, Iterable):
        raise InputError(
            "List the documents one by one, oldest first, by number or path. A pattern has no order."
        )
    found = []
    for row in rows:
        if not isinstance(row, str | os.PathLike):
            found += _known(journal, [row])
            continue
        end = f"{os.sep}{_comparable(os.fspath(row)).lstrip(os.sep)}"
        ids = [
            d.id
            for d in journal.documents.values()
            if _comparable(d.path).endswith(end) and d.id not in journal.followed
        ]
        if len(ids) != 1:
            which = f"{len(ids)} files of this batch end" if ids else "No file of this batch ends"
            raise InputError(
                f"{which} with {os.fspath(row)!r}. Give more of the path, or the document's number."
            )
        found += ids
    return found


def _comparable(path: str) -> str:
    """Return a path with the separator and the case of the system, and composed accents."""
    return nfc(os.path.normcase(path))


def _known(journal: Journal, rows: Iterable[Any]) -> list[int]:
    known = journal.documents
    ids = []
    for row in rows:
        if isinstance(row, bool) or not isinstance(row, int | np.integer) or int(row) not in known:
            raise InputError(
                f"This batch has no document {row!r}. Documents are numbered from 0 to {max(known, default=0)}."
            )
        ids.append(int(row))
    return ids


def _mask(rows: Any) -> list[bool] | None:
    """Return `rows` as True and False for each row; None if it is not a mask. An empty list is not a mask."""
    if isinstance(rows, str | dict | int):
        return None
    values = list(rows) if isinstance(rows, Iterable) else []
    if not values or not all(one is pd.NA or isinstance(one, bool | np.bool_) for one in values):
        return None
    return [one is not pd.NA and bool(one) for one in values]


def spread(ids: Sequence[int], value: Any, multiple: bool) -> list[Any]:
    """Return one value per document."""
    if isinstance(value, pd.Series):
        if set(ids) <= set(value.index):
            return [value[id_] for id_ in ids]
        value = value.tolist()
    elif isinstance(value, np.ndarray | pd.Index):
        value = value.tolist()
    elif not isinstance(value, list | tuple) or multiple:
        return [value] * len(ids)
    if len(value) != len(ids):
        raise InputError(
            f"{len(value)} values were given for {len(ids)} documents. Give one value, or one for each document."
        )
    return list(value)
