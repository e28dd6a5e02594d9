"""Files of a folder that are no documents: own journals, locks and backups of CAD programs, files of the system.

How a journal is recognized: by the application id in the header of its SQLite file, whatever its name is. The file of a
journal that is open in this process is never opened here: closing it would release the lock that SQLite holds on it. A
file without a number (some drives of Windows) does not count as open: there, closing releases no lock.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from pathlib import Path

from .mime_types import MIME_TYPES

APPLICATION_ID = 0x70646D6E  # "pdmn", in the header of each journal's file
SQLITE = b"SQLite format 3\0"
HEADER = 4096  # bytes: the header, and the schema of a journal that was written before it had the id
ID_AT = 68
OLD_SCHEMA = b"file_upload_id TEXT"
SIDE_FILE = re.compile(r"(.+)-(?:wal|shm|journal)$")
JOURNAL, REGISTER, HIDDEN = "journal", "register", "hidden"

SUFFIXES = frozenset(
    (
        ".dwl", ".dwl2", ".bak", ".sv$", ".ac$", ".tmp", ".temp", ".crdownload", ".part", ".partial", ".download",
        ".lnk", ".url", ".swp",
    )
)  # fmt: skip
PREFIXES = ("~$", "._")  # locks of Office, and what macOS writes to other file systems
NAMES = {name.casefold(): name for name in ("desktop.ini", "Thumbs.db", "ehthumbs.db", ".DS_Store")}
FOLDERS = {
    name.casefold(): name
    for name in (
        "$RECYCLE.BIN", "@eaDir", "#recycle", "__MACOSX", ".git", ".svn", ".hg", "System Volume Information",
        ".ipynb_checkpoints", ".Trashes",
    )
}  # fmt: skip

_open: Counter[tuple[int, int]] = Counter()
_lock = threading.Lock()


def opened(facts: os.stat_result) -> None:
    """Note that the file of a journal is open in this process."""
    with _lock:
        _open[facts.st_dev, facts.st_ino] += 1 if facts.st_ino else 0


def closed(facts: os.stat_result) -> None:
    """Note that the file of a journal was closed."""
    with _lock:
        _open[facts.st_dev, facts.st_ino] -= 1 if facts.st_ino else 0


def is_open_here(facts: os.stat_result) -> bool:
    """Return True if the file of a journal is open in this process."""
    return _open[facts.st_dev, facts.st_ino] > 0


def is_journal(path: str | os.PathLike[str]) -> bool:
    """Return True if a file is a journal of pdm_nb, or a file that SQLite keeps next to it."""
    if side := SIDE_FILE.match(os.fspath(path)):
        return side[1].endswith(".sqlite") or is_journal(side[1])
    if os.path.splitext(path)[1].lower() in MIME_TYPES:
        return False  # not read: a folder may have thousands of drawings on a slow network drive
    try:
        facts = os.stat(path)
        if is_open_here(facts):
            return True
        return facts.st_size >= HEADER and Path(path).is_file() and _has_id(path)
    except (OSError, ValueError):
        return False


def _has_id(path: str | os.PathLike[str]) -> bool:
    with open(path, "rb") as file:
        head = file.read(len(SQLITE))
        if head != SQLITE:
            return False
        head += file.read(HEADER - len(head))
    return int.from_bytes(head[ID_AT : ID_AT + 4], "big") == APPLICATION_ID or OLD_SCHEMA in head


def folder_to_leave_out(name: str) -> str:
    """Return the kind of a folder whose files are no documents, "" for any other."""
    return FOLDERS.get(name.casefold()) or (HIDDEN if name.startswith(".") else "")


def name_to_leave_out(name: str) -> str:
    """Return the kind of a file that is no document by its name, "" for any other.

    Examples
    --------
    >>> name_to_leave_out("A-101.DWL"), name_to_leave_out("~$register.xlsx"), name_to_leave_out("A-101.dwg")
    ('.dwl', '~$', '')
    """
    folded = name.casefold()
    if folded in NAMES:
        return NAMES[folded]
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return prefix
    suffix = os.path.splitext(folded)[1]
    if suffix in SUFFIXES:
        return suffix
    return HIDDEN if name.startswith(".") else ""


def reason_to_leave_out(path: str | os.PathLike[str]) -> str:
    """Return the kind of a file that is no document by its name or content, "" for any other."""
    return name_to_leave_out(os.path.basename(path)) or (JOURNAL if is_journal(path) else "")
