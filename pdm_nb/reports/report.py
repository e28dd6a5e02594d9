"""`Report`: a title, facts and tables, saved as a file whose kind is its suffix.

What comes from outside is text in every format: never markup in a page, never a formula in a spreadsheet.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import InputError
from .html_page import write_page
from .report_table import ReportTable
from .workbook_file import write_workbook

RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """What is written. `facts` is a table of two columns; the first of `tables` is the one that a CSV file has."""

    title: str
    facts: pd.DataFrame
    tables: tuple[ReportTable, ...]

    def save(self, path: str | os.PathLike[str], suffixes: Collection[str]) -> Path:
        """Write the report completely or not at all; return the path.

        Raises
        ------
        InputError
            For a suffix that is not among `suffixes`, a folder that does not exist, or a file that cannot be written.
        """
        target = check_target(path, suffixes)
        half = target.with_name(f".{target.stem}.half{target.suffix}")
        try:
            WRITERS[target.suffix.lower()](self, half)
            os.replace(half, target)
        except OSError as error:
            raise InputError(
                f"{target} cannot be written ({error.strerror or error}). Close it in other programs, or use another "
                "file."
            ) from None
        finally:
            half.unlink(missing_ok=True)
        return target


def check_target(path: str | os.PathLike[str], suffixes: Collection[str]) -> Path:
    """Return the path of a file that can be written. Raises `InputError`."""
    target = Path(path).expanduser()
    if target.suffix.lower() not in suffixes:
        *most, last = suffixes
        kinds = f"{', '.join(most)} or {last}"
        raise InputError(
            f"Cannot write {target.name!r}: unknown kind of file. Use a name that ends in {kinds}."
        )
    if not target.absolute().parent.is_dir():
        raise InputError(
            f"The folder {target.absolute().parent} does not exist. Create it, or write {target.name} to another folder."
        )
    return target


def _csv(report: Report, path: Path) -> None:
    safe_texts(report.tables[0].frame).to_csv(path, encoding="utf-8-sig", index=False)


def _parquet(report: Report, path: Path) -> None:
    try:
        report.tables[0].frame.to_parquet(path, index=False)
    except ImportError:
        raise InputError(
            "Parquet files need pyarrow. Install it with: python -m pip install pyarrow, or write .xlsx or .csv."
        ) from None


def _json(report: Report, path: Path) -> None:
    facts = dict(zip(report.facts.iloc[:, 0], report.facts.iloc[:, 1], strict=True))
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"title": {json.dumps(report.title)}, "summary": {json.dumps(facts, default=str)}')
        for table in report.tables:
            file.write(f",\n{json.dumps(table.name)}: ")
            table.frame.to_json(file, orient="records", date_format="iso", force_ascii=False)
        file.write("}\n")


def safe_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which no text is a formula when a spreadsheet opens it."""
    safe = table.copy()
    for column in safe.columns:
        if pd.api.types.is_string_dtype(safe[column]):
            risky = safe[column].str.startswith(RISKY).fillna(False).astype(bool)
            if risky.any():
                safe.loc[risky, column] = "'" + safe.loc[risky, column]
    return safe


WRITERS: dict[str, Callable[[Report, Path], None]] = {
    ".xlsx": lambda report, path: write_workbook(path, report.title, report.facts, report.tables),
    ".html": lambda report, path: write_page(path, report.title, report.facts, report.tables),
    ".csv": _csv,
    ".parquet": _parquet,
    ".json": _json,
}
