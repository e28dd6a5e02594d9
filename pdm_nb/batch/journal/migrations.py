"""Migrates a journal of an older version to the present one. A step that was released is never changed."""

from __future__ import annotations

VERSION = 3
# Version -> the statements that make a journal of it one of the next version.
MIGRATIONS = {
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
""",
    # Where a document comes from, who changed its cells, what was read back of it, and the plans that were saved.
    2: """
ALTER TABLE document ADD COLUMN container_id TEXT;
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
""",
}


def script(version: int) -> str:
    """Return all statements that a journal of `version` needs."""
    return "".join(MIGRATIONS[step] for step in range(version, VERSION))
