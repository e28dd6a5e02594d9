"""Sources of a batch: which of them are registers, and the rows of folders, patterns and lists of files."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..local_files import find_files
from ..model import Field
from .mapping import Confidence, propose
from .mapping.aliases import FILE
from .profiles import Profile
from .reading import SUFFIXES
from .register_options import table_by

log = logging.getLogger(__name__)
Notify = Callable[[str, int], object]
TEXT_FILE = ".txt"  # as often a document as a register
Origin = tuple[str, str, int | None, str]
Source = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pd.DataFrame


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A future document: the path of its file, field name -> value, and where a register has it, such as "row 4".

    `origin`: the register, its sheet and row, and the SHA-256 of its bytes; None if no register has it. `texts`: field
    name -> what the register has, if a decision of the profile made the value of it.
    """

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    origin: Origin | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A document that a register lists: where, its fields by name, "file" among them, what the register has if that became
    another value, and the file that was found for it.
    """

    place: str
    values: Mapping[str, str]
    texts: Mapping[str, str]
    path: Path | None = None


def fingerprint(source: Path | pd.DataFrame) -> str:
    """Return the SHA-256 of a register: of the bytes of its file, or of a table as CSV. "" if it cannot be read."""
    if isinstance(source, pd.DataFrame):
        return hashlib.sha256(source.to_csv().encode()).hexdigest()
    try:
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # reported when it is read
        return ""


def is_register(source: Source, fields: Sequence[Field]) -> bool:
    """Return True for a DataFrame, and for a file that is a table by its suffix.

    A text file is a register only if it is a table with a column for the files or the numbers of documents.
    """
    if isinstance(source, pd.DataFrame):
        return True
    if not isinstance(source, str | os.PathLike):
        return False
    path = Path(source).expanduser()
    suffix = path.suffix.casefold()
    return suffix in SUFFIXES and path.is_file() and (suffix != TEXT_FILE or _is_table(path, fields))


def _is_table(path: Path, fields: Sequence[Field]) -> bool:
    try:
        table = table_by(Profile(), path)  # kept, if it is large: a register of that name is opened next
    except InputError:
        return False
    proposals = propose({name: table.frame[name].tolist() for name in table.columns}, fields)
    named = {one.field for one in proposals if one.confidence is not Confidence.UNSURE}
    return len(table.columns) > 1 and bool(named & {FILE, "number"})


def read_files(source: Source, notify: Notify | None = None) -> list[RegisterRow]:
    """Return the files of a folder, a pattern or a list.

    Parameters
    ----------
    source : path or list of paths
        A folder, a pattern, or files.
    notify : callable, optional
        Called with each message about files that were left out or could not be read, and its level of logging. If not
        given, they are logged.

    Raises
    ------
    InputError
        If the source contains nothing, or lists a file twice.
    """
    if not isinstance(source, str | os.PathLike):
        source = _checked_list(source)
    found = find_files(source)
    for notice, level in found.notice_levels.items():
        (notify or _log)(notice, level)
    rows = [RegisterRow(path) for path in found.files]
    check_some_exist(rows)
    return rows


def _log(notice: str, level: int) -> None:
    log.log(level, notice)


def _checked_list(source: Any) -> Sequence[str | os.PathLike[str]]:
    """Return a list of files in which none is listed twice."""
    if not isinstance(source, Sequence):
        raise InputError(
            f"The source must be a folder, a pattern, a list of files, a DataFrame or a register, not {source!r}."
        )
    if not source:
        raise InputError("The list of files is empty.")
    seen: dict[str, int] = {}
    for number, path in enumerate(source, 1):
        first = seen.setdefault(os.path.abspath(path), number)
        if first != number:
            raise InputError(
                f"{Path(path).name} is listed twice, in item {first} and item {number}. Remove one of them."
            )
    return source


def check_some_exist(rows: Iterable[RegisterRow]) -> None:
    """Raise `InputError` if none of the files exists: then the folder is wrong, not the rows."""
    listed = list(rows)
    if listed and not any(row.path.exists() for row in listed):
        raise InputError(
            f"None of the {len(listed)} files exists, for example {listed[0].path}. Check the folder of the files."
        )
