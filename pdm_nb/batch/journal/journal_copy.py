"""Reads a journal without writing into it, from a private copy; and finds out who has it open.

SQLite would write next to a file that it only reads. So the file and what SQLite keeps next to it are copied into a
temporary folder. Each opening of a journal is noted in it: a copy shows it also if another process has the file open.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from ...errors import JournalError
from ...local_files import excluded

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:  # any other system
    msvcrt = None  # type: ignore[assignment]

SHARED_LOCK, SHARED_LOCKS = 0x4000_0002, 510  # the bytes that SQLite locks, beyond the end of most files
OPENED = "opened"  # in the table `meta`: by which process, and when


def opening_note() -> str:
    """Return what is noted when a journal is opened."""
    with suppress(Exception):  # there may be no user name
        user = getpass.getuser()
        return json.dumps(_facts() | {"user": user})
    return json.dumps(_facts())


def _facts() -> dict[str, object]:
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] not in ("", "-c") else "python"
    if "ipykernel" in sys.modules:
        name = Path(
            os.environ.get("JPY_SESSION_NAME", "")
        ).name  # Jupyter servers set it to the notebook's path
        program = f"the notebook {name}" if name else "a notebook"
    return {"pid": os.getpid(), "host": socket.gethostname(), "program": program, "at": time.time()}


def opened_elsewhere(file: Path) -> JournalError:
    """Return the error for a journal that another connection has open: by which process, since when, what to do."""
    facts: object = None
    with (
        suppress(OSError, sqlite3.Error, ValueError, RecursionError, TypeError, JournalError),
        _copied(file) as copy,
        closing(sqlite3.connect(copy)) as db,
    ):
        (text,) = db.execute("SELECT value FROM meta WHERE key = ?", (OPENED,)).fetchone()
        facts = json.loads(text)
    return JournalError(f"{file} is open in another kernel or program{_by(facts)}. {_way_out(facts)}")


def _by(facts: object) -> str:
    if not isinstance(facts, dict):
        return ""
    pid, program, user, host, at = (facts.get(key) for key in ("pid", "program", "user", "host", "at"))
    if not isinstance(pid, int) or not isinstance(at, int | float) or not 0 <= at < 9e9:
        return ""
    since = datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")
    named = f"{str(program)[:80]}, " if program else ""
    elsewhere = f" on {str(host)[:60]}" if host and host != socket.gethostname() else ""
    of_user = f" of {str(user)[:40]}" if user else ""
    return f": process {pid}{of_user}{elsewhere} ({named}since {since})"


def _way_out(facts: object) -> str:
    pid = facts.get("pid") if isinstance(facts, dict) else None
    if pid == os.getpid():
        return "It is this process: use the batch that is open, or close it first with batch.close()."
    return "Close the batch there first, or shut down that kernel or program."


@contextmanager
def read_only(file: Path) -> Iterator[Path]:
    """Yield the path of a copy of a journal, which is deleted afterwards. Raises `JournalError` if it is in use."""
    if not file.is_file():
        raise JournalError(f"There is no journal at {file}. Check the path.")
    try:
        if excluded.is_open_here(os.stat(file)) or _is_locked(file):
            raise opened_elsewhere(file)
        with _copied(file) as copy:
            yield copy
    except OSError as error:
        raise JournalError(
            f"{file} cannot be read ({error.strerror}). Check the file and its disk."
        ) from None


def _is_locked(file: Path) -> bool:
    """Return True if another process has locked a file. Not to be used on a file that this process has locked."""
    with open(file, "rb") as opened:
        try:
            if fcntl is not None:
                fcntl.lockf(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
            elif msvcrt is not None:
                opened.seek(SHARED_LOCK)
                msvcrt.locking(opened.fileno(), msvcrt.LK_NBLCK, SHARED_LOCKS)
                opened.seek(SHARED_LOCK)
                msvcrt.locking(opened.fileno(), msvcrt.LK_UNLCK, SHARED_LOCKS)
        except OSError:
            return True
    return False


@contextmanager
def _copied(file: Path) -> Iterator[Path]:
    """Yield a copy of a journal's file, with its write-ahead log, in a folder of its own."""
    if excluded.is_open_here(os.stat(file)):  # closing the file would release the lock of this process
        raise JournalError(f"{file} is open in this process.")
    with tempfile.TemporaryDirectory(prefix="pdm_nb-") as folder:
        copy = Path(folder, file.name)
        shutil.copyfile(file, copy)
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{file}-wal", f"{copy}-wal")
        yield copy
