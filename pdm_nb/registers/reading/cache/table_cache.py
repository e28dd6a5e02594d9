"""Keeps the tables of large registers in the cache folder of the user, so that an unchanged one is not parsed again.

How this works: a table is found by a hash of all that it depends on: the bytes and the name of the file, the rules for
finding the table, and the code that reads it. So it is never older than its file, even if its size and time are the same, and a
new version of the package starts afresh. Files are not pickled, are readable by the user alone, and the least recently
used ones are deleted. A file that cannot be read or written is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from ....file_writing.whole_file import whole_file
from ....local_files.cache_folder import cache_folder
from ..table import RegisterTable
from .table_file import read_table, write_table

log = logging.getLogger(__name__)
MIN_BYTES = 1 << 18  # smaller registers are read in an instant
MAX_TABLES = 20
MAX_BYTES = 1 << 28  # of all tables together
SUFFIX = ".npz"
CODE = ("registers/reading", "registers/register_options.py", "rules/values")  # what decides what a table has


def cached_table(path: Path, rules: object, read: Callable[[], RegisterTable]) -> RegisterTable:
    """Return the table of a register: from the cache if nothing changed, else what `read` returns.

    Parameters
    ----------
    path : Path
        The register.
    rules : JSON
        What else `read` depends on, such as the name of the sheet.
    read : callable
        Reads the file and finds its table.
    """
    key = _key(path, rules)
    if not key:
        return read()
    file = cache_folder() / "registers" / f"{key}{SUFFIX}"
    if found := _load(file):
        return found
    table = read()
    if _key(path, rules) == key:  # not changed while it was read
        _store(file, table)
    return table


def _key(path: Path, rules: object) -> str:
    """Return a hash of all that the table depends on, "" for a table that is not kept."""
    try:
        if path.stat().st_size < MIN_BYTES or not _code():
            return ""
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError:
        return ""
    described = json.dumps([content, path.name, rules, _code()])
    return hashlib.blake2b(described.encode(), digest_size=20).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the code that reads registers, "" if its source is not there."""
    package = Path(__file__).parents[3]
    found = hashlib.blake2b(version("python-calamine").encode())
    sources = [path for folder in CODE for path in sorted((package / folder).rglob("*.py"))]
    for path in sources:
        found.update(path.read_bytes())
    return found.hexdigest() if sources else ""


def _load(file: Path) -> RegisterTable | None:
    try:
        with file.open("rb") as stored:
            table = read_table(stored)
        os.utime(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever a damaged file raises, the register is read instead
        log.debug("The cached table %s was not read: %s", file.name, error)
        return None
    return table


def _store(file: Path, table: RegisterTable) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(file, private=True) as draft, draft.open("wb") as new:
            write_table(table, new)
        _delete_oldest(file.parent)
    except (OSError, MemoryError, ValueError) as error:
        log.debug("The table was not cached: %s", error)


def _delete_oldest(folder: Path) -> None:
    """Delete the least recently used tables beyond the limits, and what an interrupted process left behind."""
    kept = size = 0
    facts = [(path.stat(), path) for path in folder.iterdir() if path.suffix == SUFFIX]
    for facts_, path in sorted(facts, key=lambda one: -one[0].st_mtime_ns):
        kept, size = kept + 1, size + facts_.st_size
        if kept > MAX_TABLES or size > MAX_BYTES:
            with contextlib.suppress(OSError):  # in use, or deleted by another process
                path.unlink()
