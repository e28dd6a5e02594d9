"""The rows that a journal writes besides documents and cells: steps of a document, parts of its file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from ...model import Document
from .states import Event, after

NO_REVISION = "NO_REVISION"  # reason: somebody looked in Procore, and a submit made no revision
UNANSWERED = "UNANSWERED"  # reason: a submit was sent, and the upload still existed afterwards

# What a document forgets when its upload is restarted.
RESTARTED: Mapping[str, Any] = {
    "upload_id": None, "event_id": None, "file_upload_id": None, "sent": 0, "ml": "", "scraping": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One segment of a document's file: its number, its size and SHA-256, its ETag once stored."""

    number: int
    size: int
    sha256: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a document: an event of the state table, or None, and the facts to record."""

    document: int
    event: Event | None = None
    facts: Mapping[str, Any] | None = None


def apply_steps(
    documents: Mapping[int, Document], steps: Iterable[Step]
) -> tuple[dict[int, Document], list[tuple[Any, ...]]]:
    """Return the documents after the steps, and the rows of the history. Raises `StateError`."""
    changed: dict[int, Document] = {}
    history = []
    now = time.time()
    for step in steps:
        document = changed.get(step.document, documents[step.document])
        facts = dict(step.facts or {})
        if step.event is not None:
            state = after(document.state, step.event).value
            facts = {"reason": "", "message": ""} | facts | {"state": state}
            history.append((now, document.id, step.event.value, state, facts["reason"]))
        changed[document.id] = replace(document, **facts)
    return changed, history


RESOLVED = f"event = '{Event.REPLAN.value}' OR reason = '{NO_REVISION}'"
UNANSWERED_NOW = f"""
SELECT document FROM event WHERE reason = '{UNANSWERED}' OR {RESOLVED} GROUP BY document
HAVING max(CASE WHEN reason = '{UNANSWERED}' THEN id ELSE 0 END) > max(CASE WHEN {RESOLVED} THEN id ELSE 0 END)
"""


def unanswered_documents(db: sqlite3.Connection) -> set[int]:
    """Documents whose last submit without an answer is newer than their last restart, and was not resolved since."""
    return {document for (document,) in db.execute(UNANSWERED_NOW)}


def read_parts(db: sqlite3.Connection, document: int) -> list[StoredPart]:
    query = "SELECT number, size, sha256, etag FROM part WHERE document = ? ORDER BY number"
    return [StoredPart(*row) for row in db.execute(query, (document,))]


def write_parts(db: sqlite3.Connection, document: int, parts: Iterable[StoredPart]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)", [(document, *astuple(part)) for part in parts]
    )


def delete_parts(db: sqlite3.Connection, document: int) -> None:
    db.execute("DELETE FROM part WHERE document = ?", (document,))
