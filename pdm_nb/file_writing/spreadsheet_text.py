"""Texts for spreadsheets: what a CSV file needs so that no text becomes a formula, and what no file can hold."""

from __future__ import annotations

import os
import re
from typing import Any

import pandas as pd

# What a spreadsheet takes for the start of a formula, also in full width; with apostrophes before it, so that `unguarded`
# finds each text again.
FORMULA = re.compile("'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]+")
NO_CHARACTER = re.compile("[\ud800-\udfff]")  # halves of characters, which no encoding has


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it opens a CSV file.

    Examples
    --------
    >>> guarded("=1+1"), guarded("@SUM(A1)"), guarded("A-101")
    ("'=1+1", "'@SUM(A1)", 'A-101')
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def encodable(text: str) -> str:
    """Return a text that any file can hold."""
    return NO_CHARACTER.sub("\ufffd", text) if not text.isascii() else text


def without_controls(text: str) -> str:
    """Return a text for a title or a message of a workbook, which can hold no control characters."""
    return CONTROL.sub(" ", encodable(text)).strip()


def write_csv(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV in which neither a heading nor a cell is a formula."""
    safe = frame.rename(columns=lambda name: guarded(encodable(str(name))))
    for number in range(safe.shape[1]):
        column = safe.iloc[:, number]
        if not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_datetime64_any_dtype(column):
            texts = column.astype("object").map(_safe, na_action="ignore")
            safe.isetitem(number, texts.to_numpy())
    safe.to_csv(path, encoding="utf-8-sig", index=False)


def _safe(value: Any) -> Any:
    return guarded(encodable(value)) if isinstance(value, str) else value
