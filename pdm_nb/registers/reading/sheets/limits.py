"""Limits for files from outside, checked before anything is parsed."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ....errors import InputError

MAX_CELLS = 20_000_000  # of one sheet, with the empty ones between the others: about 200 MB
MAX_COLUMNS = 1024  # what is further to the right is reported and left out
MAX_ROW = 1 << 20  # what a spreadsheet can have
MAX_MERGED = 100_000
MAX_KNOWN = 1_000_000  # values of which it is remembered what they show
MAX_PART = 1 << 30  # bytes of one part of a workbook, inflated
MAX_SUSPICIOUS = 1 << 26  # above this size, a part must not be compressed better than:
MAX_RATIO = 200
MAX_TEXT = 1 << 29  # bytes of a CSV file
MAX_STRINGS = 1 << 28  # bytes of the table of strings, which is kept in memory
MAX_PARTS = 10_000  # files in a workbook


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook that would inflate to more than a spreadsheet can have."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise InputError(
            f"{name} has {len(parts):,} parts inside. Save it again as .xlsx with the table alone."
        )
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > MAX_PART or (part.file_size > MAX_SUSPICIOUS and ratio > MAX_RATIO):
            raise InputError(
                f"{name} would inflate to {part.file_size / 2**20:,.0f} MB ({part.filename}). "
                "Save the table alone in a new workbook."
            )


def check_text_size(path: Path) -> None:
    """Refuse a text file that does not fit into memory."""
    if (size := path.stat().st_size) > MAX_TEXT:
        raise InputError(f"{path.name} has {size / 2**20:,.0f} MB. Split it into files of at most 512 MB.")


def check_cells(count: int, name: str, sheet: str) -> None:
    """Refuse a sheet with more cells than fit into memory."""
    if count > MAX_CELLS:
        raise InputError(
            f"Sheet {sheet!r} of {name} has more than {MAX_CELLS:,} cells. Copy the table alone into a new workbook."
        )
