"""The schema of the revision store's file, and how it is opened: readable for its owner only, also by several processes.

The file contains metadata of documents and no secrets. It can be deleted at any time: it is read again. A file of an
older version, or one that is damaged, is replaced.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from ...errors import JournalError
from ...local_files import APPLICATION_ID, excluded

VERSION = 1
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE field (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, id TEXT NOT NULL, label TEXT NOT NULL, type TEXT NOT NULL,
    variant TEXT NOT NULL);
CREATE TABLE value (number INTEGER PRIMARY KEY, id TEXT NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE revision (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, container_id TEXT, upload_id TEXT,
    version INTEGER, content TEXT, created_at TEXT, updated_at TEXT, actions TEXT, event_id TEXT, indexed_at TEXT,
    collection_id TEXT, placeholder_id TEXT, match_type TEXT, fields TEXT, read_at REAL NOT NULL DEFAULT 0);
CREATE INDEX revision_container ON revision (container_id);
CREATE TABLE change (
    number INTEGER PRIMARY KEY, noticed_at REAL NOT NULL, revision TEXT NOT NULL, what TEXT NOT NULL, field TEXT,
    before TEXT, after TEXT, happened_at TEXT);
CREATE TABLE download (
    revision TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (revision, path)) WITHOUT ROWID;
"""


def open_database(path: Path | None) -> sqlite3.Connection:
    """Return a connection to the store at `path`, created if there is none; in memory if `path` is None.

    Raises `JournalError` if the file cannot be created, or belongs to another program.
    """
    if path is None:
        return _created(sqlite3.connect(":memory:", check_same_thread=False))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise JournalError(
            f"{path} cannot be written ({error.strerror}). Start in a folder that you can write to."
        ) from None
    try:
        db = _connected(path)
    except sqlite3.DatabaseError as error:
        raise store_error(path, error) from None
    excluded.opened(os.stat(path))  # so that no search for documents opens it, and so releases its locks
    return db


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30.0, check_same_thread=False)
    try:
        kind, version = (
            db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and kind != APPLICATION_ID:
            raise JournalError(f"{path} belongs to another program. Move it to another folder.")
        if tables and version != VERSION:  # it holds nothing that cannot be read again
            db.close()
            for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
                name.unlink(missing_ok=True)
            return _connected(path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        return db if tables else _created(db)
    except BaseException:
        with suppress(sqlite3.Error):
            db.close()
        raise


def _created(db: sqlite3.Connection) -> sqlite3.Connection:
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    return db


def store_error(path: Path | None, error: sqlite3.Error) -> JournalError:
    """Return the error for what SQLite reports."""
    text = str(error)
    if "full" in text:
        return JournalError(f"The disk of {path} is full. Free space, then run the cell again.")
    if "locked" in text:
        return JournalError(f"{path} is in use by another program. Close it there, then run the cell again.")
    return JournalError(f"{path} cannot be used ({text}). Delete it: it is read again from the service.")
