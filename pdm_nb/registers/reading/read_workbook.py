"""Reads a register file of any kind. The kind is seen in its first bytes; the suffix only decides about text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ...errors import InputError
from ...local_files import is_in_use, os_reason
from .calamine_values import read_values
from .data_frames import from_frame, read_parquet
from .sheets.workbook import ReadingNotice, Workbook
from .text import read_separated
from .xlsx import read_xlsx

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def read_workbook(
    source: Path | str | pd.DataFrame, *, encoding: str | None = None, separator: str | None = None
) -> Workbook:
    """Read a register as it is shown.

    Parameters
    ----------
    source : path or DataFrame
        An .xlsx, .xlsm, .xlsb, .xls, .ods, .csv, .tsv, .txt or .parquet file, or a table.
    encoding, separator : str, optional
        Of a text file, if what is detected is wrong.

    Returns
    -------
    Workbook
        All sheets, the hidden ones too, and notices about what was assumed or cannot be seen.

    Raises
    ------
    InputError
        If the file has a password, is damaged, empty, too large, or not a register.

    Examples
    --------
    >>> import pandas as pd
    >>> workbook = read_workbook(pd.DataFrame({"Number": ["A-101"], "Rev": [2]}))
    >>> workbook.sheets[0].rows
    {1: ['Number', 'Rev'], 2: ['A-101', '2']}
    """
    if isinstance(source, pd.DataFrame):
        return from_frame(source)
    path = Path(source)
    kind = _kind(path)
    if kind == "text":
        return read_separated(path, encoding=encoding, separator=separator)
    workbook = _READERS[kind](path)
    if path.suffix.lower().lstrip(".") not in (kind, "xlsm" if kind == "xlsx" else kind):
        notice = ReadingNotice("suffix", f"{path.name} is a .{kind} file and was read as one.")
        return Workbook(workbook.name, workbook.sheets, (notice, *workbook.notices))
    return workbook


_READERS: dict[str, Callable[[Path], Workbook]] = {
    "xlsx": read_xlsx,
    "xlsb": lambda path: read_values(path, "xlsb"),
    "ods": lambda path: read_values(path, "ods"),
    "xls": lambda path: read_values(path, "xls"),
    "parquet": read_parquet,
}


def _kind(path: Path) -> str:
    """Return the kind of a file by its content."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        close = " Close it there." if is_in_use(error) else ""
        raise InputError(f"{path} cannot be opened ({os_reason(error)}).{close}") from None
    if not head:
        raise InputError(f"{path.name} is empty. Export it again.")
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_PARQUET):
        return "parquet"
    return _text_kind(path, head)


def _ole_kind(path: Path) -> str:
    """Return `xls`; an .xlsx with a password is stored in the same container."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise InputError(f"{path.name} has a password. Remove it in the spreadsheet, and save the file.")
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        raise InputError(f"{path.name} is not a spreadsheet. Save the register as .xlsx or CSV.")
    return "xls"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").casefold() for name in archive.namelist()}
            mimetype = _head(archive, "mimetype", 80)
            encrypted = b"encryption-data" in _head(archive, "META-INF/manifest.xml", 1 << 20)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        raise InputError(f"{path.name} is damaged or incomplete. Download or export it again.") from None
    if encrypted:
        raise InputError(f"{path.name} has a password. Remove it in the spreadsheet, and save the file.")
    if mimetype.startswith(_ODS):
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[content_types].xml" in names and not any(name.startswith(("word/", "ppt/")) for name in names):
        return "xlsx"
    raise InputError(f"{path.name} is not a spreadsheet. Save the register as .xlsx or CSV.")


def _head(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(size)


def _text_kind(path: Path, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
        raise InputError(f"{path.name} is a web page or XML. Open it in a spreadsheet and save it as .xlsx.")
    if start.startswith((b"%pdf", b"{\\rtf")) or path.suffix.lower() not in TEXT_SUFFIXES:
        raise InputError(f"{path.name} is not a spreadsheet. Save the register as .xlsx or CSV.")
    return "text"
