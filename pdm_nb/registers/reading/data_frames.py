"""Takes a DataFrame, or reads one from Parquet, as a sheet with its columns in row 1."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from ...errors import InputError
from ...rules.values.lists import SEPARATOR
from .calamine_values import show
from .sheets.limits import check_cells
from .sheets.workbook import Sheet, ShownCell, Workbook


def read_parquet(path: Path) -> Workbook:
    """Read a Parquet file, which needs pyarrow."""
    try:
        frame = pd.read_parquet(path)
    except ImportError:
        raise InputError(
            f"{path.name} needs pyarrow. Install it, or save the register as .xlsx or CSV."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read as Parquet ({error}). Save it again.") from None
    return from_frame(frame, path.name)


def from_frame(frame: pd.DataFrame, name: str = "the table") -> Workbook:
    """Return the columns and rows of a frame as a sheet. The index is left out."""
    check_cells((len(frame) + 1) * len(frame.columns), name, name)
    sheet = Sheet(name)
    headings = [" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in frame.columns]
    columns = [_column(sheet, number, frame.iloc[:, number]) for number in range(len(headings))]
    rows = zip(*columns, strict=True) if columns else iter(())
    sheet.rows = {1: [text or None for text in headings]} | {
        number: list(row) for number, row in enumerate(rows, 2) if any(row)
    }
    return Workbook(name, (sheet,))


def _column(sheet: Sheet, column: int, series: pd.Series[Any]) -> list[str | None]:
    shown: list[str | None] = []
    values = series.astype(object).where(series.notna(), None).tolist()
    for number, value in enumerate(values, 2):
        found = None if value is None else show(_plain(value))
        if isinstance(found, ShownCell):
            sheet.cells.setdefault(column, {})[number] = found
            found = found.shown
        shown.append(found)
    return shown


def _is_exact(value: float) -> bool:
    """Whether a number has no decimals, and is not one of which a column of decimals has lost digits."""
    return isinstance(value, int) or (value.is_integer() and abs(value) < 2**53)


def _text(value: Any) -> str:
    found = None if value is None else show(_plain(value))
    return (found.shown if isinstance(found, ShownCell) else found) or ""


def _plain(value: Any) -> Any:
    """Return a value of the standard library for one of pandas or NumPy."""
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
        return value.date() if value.time() == dt.time() and value.tzinfo is None else value
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if hasattr(value, "tolist"):  # a number or an array of NumPy
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        return f"{SEPARATOR} ".join(filter(None, (_text(one) for one in value)))
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_exact(value):
        return str(int(value))  # not as a spreadsheet shows it: the number of a document can have 12 digits
    return (
        value
        if isinstance(value, str | bool | int | float | dt.date | dt.time | dt.timedelta)
        else str(value)
    )
