"""`Report`: a title, facts and tables, saved as a file whose kind is its suffix.

What comes from outside is text in every format: never markup in a page, never a formula in a spreadsheet.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import InputError
from ..file_writing.spreadsheet_text import write_csv
from ..file_writing.whole_file import file_for_people
from .html_page import write_page
from .report_table import ReportTable
from .workbook_file import write_workbook

AT_ONCE = 20_000  # rows that become JSON at a time


@dataclass(frozen=True)
class Report:
    """What is written. `facts` is a table of two columns.

    `tables` yields the tables, so that only one at a time is in memory. The first is the one that a CSV file has.
    """

    title: str
    facts: pd.DataFrame
    tables: Callable[[], Iterator[ReportTable]]

    def save(
        self,
        path: str | os.PathLike[str],
        suffixes: Collection[str],
        written: Callable[[Path], object] = lambda draft: None,
    ) -> Path:
        """Write the report completely or not at all; return the path.

        `written` is called with the whole file before it gets its name.

        Raises
        ------
        InputError
            For a suffix that is not among `suffixes`, a folder that does not exist, or a file that cannot be written.
        """
        target = check_target(path, suffixes)
        with file_for_people(target) as draft:
            WRITERS[target.suffix.lower()](self, draft)
            written(draft)
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
    write_csv(next(report.tables()).frame, path)


def _parquet(report: Report, path: Path) -> None:
    try:
        next(report.tables()).frame.to_parquet(path, index=False)
    except ImportError:
        raise InputError(
            "Parquet files need pyarrow. Install it with: python -m pip install pyarrow, or write .xlsx or .csv."
        ) from None


def _json(report: Report, path: Path) -> None:
    facts = dict(zip(report.facts.iloc[:, 0], report.facts.iloc[:, 1], strict=True))
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.write(f'{{"title": {json.dumps(report.title)}, "summary": {json.dumps(facts, default=str)}')
        for table in report.tables():
            file.write(f",\n{json.dumps(table.name)}: [")
            for start in range(0, len(table.frame), AT_ONCE):
                rows = table.frame.iloc[start : start + AT_ONCE]
                text = rows.to_json(orient="records", date_format="iso", force_ascii=False)
                file.write(("," if start else "") + text[1:-1])
            file.write("]")
        file.write("}\n")


WRITERS: dict[str, Callable[[Report, Path], None]] = {
    ".xlsx": lambda report, path: write_workbook(path, report.title, report.facts, report.tables()),
    ".html": lambda report, path: write_page(path, report.title, report.facts, report.tables()),
    ".csv": _csv,
    ".parquet": _parquet,
    ".json": _json,
}
