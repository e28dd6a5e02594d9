"""The facts that a document takes from its file, and why a file cannot be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import InputError
from ..model import Document
from .mime_types import mime_type
from .platform_errors import is_too_long, too_long

MOST = (1 << 63) - 1  # the greatest number of SQLite


def document_of(path: Path) -> Document:
    """Return the document for a file as it is now. If it cannot be read, its size is 0 and a check reports why."""
    path = Path(os.path.abspath(path))  # one path per file, also with '..'
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="backslashreplace").decode()
        raise InputError(f"The name of {shown} is not valid Unicode. Rename the file.") from None
    try:
        facts = path.stat()
        size, mtime, inode = facts.st_size, facts.st_mtime_ns, inode_of(facts)
    except (OSError, ValueError):  # such as a null character in the name
        size, mtime, inode = 0, 0, 0
    return Document(0, str(path), path.name, size, mime_type(path), mtime_ns=mtime, inode=inode)


def inode_of(facts: os.stat_result) -> int:
    """Return the number of a file on its disk. Windows and network drives have some that SQLite cannot store."""
    return facts.st_ino & MOST


def file_fault(path: str | Path) -> str:
    """Return why a file cannot be read, "" if it can."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return too_long(path) if is_too_long(path) else f"{path} does not exist"
    if not stat.S_ISREG(mode):
        return f"{path} is not a file"
    if not os.access(path, os.R_OK):
        return f"{path} is not readable: this user has no permission"
    return ""
