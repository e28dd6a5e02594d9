"""The schema of a journal's file, and how it is opened: by one process at a time, migrated if it is older.

`open_file` returns a connection that belongs to this process until it is closed. What the rows mean is defined in
`journal.py`, `cells.py` and `records.py`.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import JournalError
from ...file_writing.whole_file import whole_file
from ...local_files import APPLICATION_ID
from .journal_copy import opened_elsewhere
from .migrations import VERSION, script
from .validation import check_schema, damaged

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    mime_type TEXT NOT NULL, state TEXT NOT NULL, sent INTEGER NOT NULL, upload_id TEXT, event_id TEXT,
    file_upload_id TEXT, revision_id TEXT, version TEXT, ml TEXT NOT NULL, scraping TEXT NOT NULL,
    reason TEXT NOT NULL, message TEXT NOT NULL, sha256 TEXT, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    follows INTEGER REFERENCES document (id), container_id TEXT);
CREATE UNIQUE INDEX document_path ON document (path, coalesce(follows, -1));
CREATE TABLE left_out (path TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE cell (
    document INTEGER NOT NULL REFERENCES document (id), field TEXT NOT NULL, layer TEXT NOT NULL,
    text TEXT NOT NULL, value TEXT, source TEXT NOT NULL, confidence REAL, sent INTEGER NOT NULL,
    PRIMARY KEY (document, field, layer)) WITHOUT ROWID;
CREATE TABLE part (
    document INTEGER NOT NULL REFERENCES document (id), number INTEGER NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, etag TEXT, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, document INTEGER NOT NULL, event TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE origin (
    document INTEGER PRIMARY KEY, file TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER, sha256 TEXT NOT NULL);
CREATE TABLE action (id INTEGER PRIMARY KEY, at REAL NOT NULL, author TEXT NOT NULL, label TEXT NOT NULL, account TEXT NOT NULL);
CREATE TABLE change (
    action INTEGER NOT NULL, document INTEGER NOT NULL, field TEXT NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL);
CREATE TABLE readback (
    document INTEGER NOT NULL, field TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL, intended TEXT NOT NULL,
    found TEXT NOT NULL, PRIMARY KEY (document, field)) WITHOUT ROWID;
CREATE TABLE plan (hash TEXT PRIMARY KEY, at REAL NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE plan_file (sha256 TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
"""
MALFORMED = (ValueError, TypeError, RecursionError, OverflowError)
VERSIONS = re.compile("[0-9]{1,6}")
OTHERS = 0o077  # the bits of a file's mode for group and others
PRIVATE = 0o600  # the mode of the file: it has names and values of a project
TABLES = {"document", "cell", "part", "event"}  # of every version


@dataclass(frozen=True, slots=True)
class Identity:
    """The project that a journal belongs to."""

    api_url: str
    company_id: str
    project_id: str
    project: str = ""


def check_identity(file: Path, mine: Identity, other: Identity) -> None:
    """Raise `JournalError` if a journal belongs to another project."""
    if (mine.api_url, mine.company_id, mine.project_id) == (
        other.api_url,
        other.company_id,
        other.project_id,
    ):
        return
    is_simulator = mine.api_url != other.api_url and "//127.0.0.1:" in mine.api_url
    hint = (
        " A simulator that a notebook starts ends with its kernel; the commands pdm-nb lab and pdm-nb sim start one "
        "that stays."
    )
    raise JournalError(
        f"{file} is the journal of project {mine.project or mine.project_id} at {mine.api_url}, not of "
        f"{other.project or other.project_id} at {other.api_url}. Use another journal, or connect to that "
        f"project.{hint if is_simulator else ''}"
    )


def open_file(file: Path, identity: Identity | None) -> sqlite3.Connection:
    """Return the connection to the journal at `file`; create it if there is none and its `identity` is given.

    Raises `JournalError`. A file of another program is left unchanged.
    """
    if identity is None and not file.is_file():
        raise JournalError(f"There is no journal at {file}. Check the path.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not all(os.access(place, os.W_OK) for place in (file.parent, file) if place.exists()):
            raise PermissionError  # SQLite would only report "disk I/O error"
        _make_private(file)
        db = sqlite3.connect(file, timeout=1.0, check_same_thread=False)
    except (OSError, sqlite3.Error):
        raise unwritable(file) from None
    try:
        _lock(db, file, identity)
    except sqlite3.DatabaseError as error:
        db.close()
        raise journal_error(file, error) from None
    except BaseException:
        db.close()  # or the file would stay locked as long as somebody keeps the error
        raise
    return db


def _make_private(file: Path) -> None:
    """Create a file that only this user can read. SQLite gives the files next to it the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))


def _lock(db: sqlite3.Connection, file: Path, identity: Identity | None) -> None:
    """Lock the file for this process, after checking that it is a journal."""
    # One process at a time: the first write locks the file until it is closed, a second opener is refused.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    check_schema(db, file)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    version = _version(db, file, tables) if tables or identity is None else None
    if file.stat().st_mode & OTHERS:  # written by an earlier version
        with suppress(OSError):  # it belongs to somebody else
            os.chmod(file, PRIVATE)
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")  # before WAL: into the file itself
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA fullfsync = ON")  # macOS: to the disk itself; no effect elsewhere
    db.execute("BEGIN EXCLUSIVE")
    db.execute("COMMIT")
    if version is None and identity is not None:
        facts = asdict(identity) | {"version": str(VERSION), "created_at": str(time.time())}
        # Tables and identity at once: a kill in between must not leave a journal without an owner.
        _run(db, SCHEMA, facts)
    elif version is not None and version < VERSION:
        _migrate(db, file, version)


def _version(db: sqlite3.Connection, file: Path, tables: set[str]) -> int:
    """Return the version of a journal. Raises `JournalError` if the file is no journal, or of a newer version."""
    meta: dict[str, str] = {}
    if "meta" in tables and len(db.execute("PRAGMA table_info(meta)").fetchall()) == 2:
        meta = dict(db.execute("SELECT * FROM meta").fetchall())
    texts = [meta.get(key) for key in ("version", *Identity.__slots__)]
    if not all(isinstance(text, str) for text in texts) or not VERSIONS.fullmatch(meta["version"]):
        raise JournalError(f"{file} is not a journal of pdm_nb. Use another file.")
    version = int(meta["version"])
    if version > VERSION:
        raise JournalError(f"{file} was written by a newer version of pdm_nb. Update pdm_nb to open it.")
    if not tables >= TABLES:
        raise JournalError(f"{file} is not a journal of pdm_nb, or it is damaged (tables are missing).")
    return version


def _migrate(db: sqlite3.Connection, file: Path, version: int) -> None:
    """Migrate an older journal to this version: completely or not at all, after a copy was made next to it."""
    copy_to(db, file.with_name(f"{file.name}.version-{version}"), over=True)
    _run(db, script(version), {"version": str(VERSION)})


def _run(db: sqlite3.Connection, script: str, meta: dict[str, str]) -> None:
    """Run statements and write `meta` in one transaction."""
    with db:
        db.execute("BEGIN")
        for statement in filter(str.strip, script.split(";")):
            db.execute(statement)
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())


def copy_to(db: sqlite3.Connection, file: Path, *, over: bool = False) -> None:
    """Write everything that a connection has into another file, completely or not at all."""
    try:
        with whole_file(file, private=True, over=over) as draft, closing(sqlite3.connect(draft)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be copied as it is
    except FileExistsError:
        raise JournalError(f"{file} already exists. Use another file.") from None
    except (OSError, sqlite3.Error) as error:
        raise JournalError(
            f"{file}, a copy of the journal, cannot be written ({error}). Free disk space or use another folder."
        ) from None


def place_of(file: Path) -> str:
    """Return what distinguishes a journal from a copy of it: its path and its inode."""
    facts = os.stat(file)
    return f"{facts.st_dev}:{facts.st_ino}:{file.absolute()}"


def copy_notice(db: sqlite3.Connection, file: Path, place: str) -> str:
    """Return a notice if the file is a copy of a journal that still exists, at `place`; else "".

    A copy that was made while the original was in use may be damaged, so it is checked first.
    """
    if not place or place == place_of(file):
        return ""
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    *_, original = place.split(":", 2)
    try:
        there = place_of(Path(original)) == place
    except OSError:
        there = False  # it was moved here
    return (
        f"{file} is a copy of {original}, which still exists. Later changes of the original are not in the copy. "
        "Continue with only one of the two."
        if there
        else ""
    )


def unwritable(file: Path) -> JournalError:
    return JournalError(f"{file} cannot be written. Use a journal in a folder that you can write to.")


def opening_error(file: Path, error: BaseException) -> BaseException:
    """Return the error to raise if a journal cannot be opened."""
    if isinstance(error, sqlite3.DatabaseError):
        return journal_error(file, error)
    return damaged(file, "a value") if isinstance(error, MALFORMED) else error


def journal_error(file: Path, error: sqlite3.Error) -> JournalError:
    """Return the error for what SQLite reports."""
    text = str(error)
    if "closed" in text:
        return JournalError(f"{file} is closed. Open the batch again to continue.")
    if "locked" in text:
        return opened_elsewhere(file)
    if "readonly" in text or "unable to open" in text:
        return unwritable(file)
    if "full" in text:
        return JournalError(f"The disk of {file} is full. Free space, then continue.")
    if "disk I/O" in text:
        return JournalError(
            f"{file} can no longer be written. Check that its disk is connected and has free space, then continue."
        )
    return JournalError(f"{file} is not a journal of pdm_nb, or it is damaged ({text}).")
