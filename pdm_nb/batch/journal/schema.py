"""Opening a journal's file: its tables, who may have it, older versions brought up to this one, refusals in words.

Answers a connection that belongs to this process until it is closed. What the rows mean is `journal.py`'s and
`cells.py`'s.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import JournalError

VERSION = 2
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    mime_type TEXT NOT NULL, state TEXT NOT NULL, sent INTEGER NOT NULL, upload_id TEXT, event_id TEXT,
    file_upload_id TEXT, revision_id TEXT, version TEXT, ml TEXT NOT NULL, scraping TEXT NOT NULL,
    reason TEXT NOT NULL, message TEXT NOT NULL, sha256 TEXT, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    follows INTEGER REFERENCES document (id));
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
"""
# Version -> what makes a journal of it one of the next. A step that is here once is never changed.
STEPS = {
    # A path has a row for each of its versions: each follows the one before, and only one can follow a row.
    1: """
CREATE TABLE document_2 (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    mime_type TEXT NOT NULL, state TEXT NOT NULL, sent INTEGER NOT NULL, upload_id TEXT, event_id TEXT,
    file_upload_id TEXT, revision_id TEXT, version TEXT, ml TEXT NOT NULL, scraping TEXT NOT NULL,
    reason TEXT NOT NULL, message TEXT NOT NULL, sha256 TEXT, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    follows INTEGER REFERENCES document (id));
INSERT INTO document_2
    SELECT id, path, name, size, mime_type, state, sent, upload_id, event_id, file_upload_id, revision_id, version,
           ml, scraping, reason, message, sha256, mtime_ns, inode, NULL FROM document;
DROP TABLE document;
ALTER TABLE document_2 RENAME TO document;
CREATE UNIQUE INDEX document_path ON document (path, coalesce(follows, -1));
CREATE TABLE left_out (path TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
"""
}
TABLES = {"document", "cell", "part", "event"}  # that every version has


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose journal it is."""

    api_url: str
    company_id: str
    project_id: str
    project: str = ""


def open_file(file: Path, identity: Identity | None) -> sqlite3.Connection:
    """The connection to the journal at `file`, made where there is none and `identity` says whose it will be.

    Raises `JournalError`; a file that is not ours is left as it is.
    """
    if identity is None and not file.is_file():
        raise JournalError(f"There is no journal at {file}.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not all(os.access(place, os.W_OK) for place in (file.parent, file) if place.exists()):
            raise PermissionError  # SQLite would only say "disk I/O error"
        db = sqlite3.connect(file, timeout=1.0, check_same_thread=False)
    except (OSError, sqlite3.Error):
        raise unwritable(file) from None
    try:
        _take(db, file, identity)
    except sqlite3.DatabaseError as error:
        db.close()
        raise refused(file, error) from None
    except BaseException:
        db.close()  # or the file would stay taken as long as somebody keeps the error
        raise
    return db


def _take(db: sqlite3.Connection, file: Path, identity: Identity | None) -> None:
    """Take the file for this process, once it is known to be ours: another program's is left as it is."""
    # One process at a time: the first write takes the file for good, a second opener is refused.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    version = _version(db, file, tables) if tables or identity is None else None
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN EXCLUSIVE")
    db.execute("COMMIT")
    if version is None and identity is not None:
        facts = asdict(identity) | {"version": str(VERSION), "created_at": str(time.time())}
        # Tables and identity at once: a kill in between must not leave a journal without an owner.
        _run(db, SCHEMA, facts)
    elif version is not None and version < VERSION:
        _migrate(db, file, version)


def _version(db: sqlite3.Connection, file: Path, tables: set[str]) -> int:
    """The version of a journal. Raises `JournalError` where the file is none, or one of a newer version."""
    meta: dict[str, str] = {}
    if "meta" in tables and len(db.execute("PRAGMA table_info(meta)").fetchall()) == 2:
        meta = dict(db.execute("SELECT * FROM meta").fetchall())
    if not {"version", *Identity.__slots__} <= set(meta) or not str(meta["version"]).isdecimal():
        raise JournalError(f"{file} is no journal of pdm_nb: name another file.")
    version = int(meta["version"])
    if version > VERSION:
        raise JournalError(f"{file} was written by a newer pdm_nb: update this one to open it.")
    if not tables >= TABLES:
        raise JournalError(f"{file} is no journal of pdm_nb, or it is damaged (tables are missing).")
    return version


def _migrate(db: sqlite3.Connection, file: Path, version: int) -> None:
    """Bring an older journal up to this version: all of it or nothing, with a copy of what was kept beside it."""
    copy_to(db, file.with_name(f"{file.name}.version-{version}"), over=True)
    _run(db, "".join(STEPS[step] for step in range(version, VERSION)), {"version": str(VERSION)})


def _run(db: sqlite3.Connection, script: str, meta: dict[str, str]) -> None:
    """Statements and facts of `meta` in one transaction."""
    with db:
        db.execute("BEGIN")
        for statement in filter(str.strip, script.split(";")):
            db.execute(statement)
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())


def copy_to(db: sqlite3.Connection, file: Path, *, over: bool = False) -> None:
    """Write all that a connection has into another file, whole or not at all."""
    if file.exists() and not over:
        raise JournalError(f"{file} is there already: name another file.")
    half = file.with_name(f"{file.name}.half")
    try:
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(half)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be copied as it is
        os.replace(half, file)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise JournalError(
            f"{file}, a copy of the journal, cannot be written ({error}): make room."
        ) from None


def place_of(file: Path) -> str:
    """What tells a journal from a copy of it: where the file is, and which."""
    facts = os.stat(file)
    return f"{facts.st_dev}:{facts.st_ino}:{file.absolute()}"


def told_of_copy(db: sqlite3.Connection, file: Path, place: str) -> str:
    """What is to be said where the file was made as a copy of a journal that is still there, at `place`; else "".

    A copy that was taken while the other was written to may be torn, so it is looked through first.
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
        f"{file} is a copy of {original}, which is still there: what was done with that one since is not in "
        "this one. Go on with one of the two."
        if there
        else ""
    )


def unwritable(file: Path) -> JournalError:
    return JournalError(f"{file} cannot be written: choose a journal in a folder of yours.")


def refused(file: Path, error: sqlite3.Error) -> JournalError:
    """What SQLite says, in words."""
    told = str(error)
    if "closed" in told:
        return JournalError(f"{file} was closed: open the batch again to go on.")
    if "locked" in told:
        return JournalError(f"{file} is open in another kernel or program: close that one first.")
    if "readonly" in told or "unable to open" in told:
        return unwritable(file)
    if "full" in told:
        return JournalError(f"There is no room left on the disk of {file}: make room, then go on.")
    if "disk I/O" in told:
        return JournalError(
            f"{file} cannot be written any more: make room on its disk, or see whether the disk is there, then "
            "go on."
        )
    return JournalError(f"{file} is no journal of pdm_nb, or it is damaged ({told}).")
