"""Migrates a journal of an older version to the present one. A step that was released is never changed."""

from __future__ import annotations

VERSION = 2
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
"""
}


def script(version: int) -> str:
    """Return all statements that a journal of `version` needs."""
    return "".join(MIGRATIONS[step] for step in range(version, VERSION))
