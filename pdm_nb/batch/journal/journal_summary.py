"""What a journal contains in a few figures, read without opening it as a batch. Opening and migrating is in `schema.py`."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .schema import Identity

if TYPE_CHECKING:
    from .journal import Journal

FREE, HERE, ELSEWHERE = "", "this kernel", "another kernel"


@dataclass(frozen=True, slots=True)
class JournalSummary:
    """The figures of a journal.

    `in_use` is "this kernel", "another kernel" or "". Of a journal in another kernel, only path and time are known.
    """

    path: Path
    changed: float  # Unix seconds
    in_use: str = FREE
    identity: Identity | None = None
    documents: int = 0
    submitted: int = 0

    @property
    def owner(self) -> tuple[str, str, str] | None:
        """The address, company id and project id that the journal belongs to."""
        one = self.identity
        return None if one is None else (one.api_url, one.company_id, one.project_id)


def summary_of_open(journal: Journal) -> JournalSummary:
    """Return the figures of a journal that is open in this process."""
    documents = journal.documents.values()
    submitted = sum(1 for one in documents if one.state == "submitted")
    return JournalSummary(
        journal.path.absolute(), _changed(journal.path), HERE, journal.identity, len(documents), submitted
    )


def read_summary(path: Path) -> JournalSummary | None:
    """Return the figures of a journal that is not open here; None if the file is no journal."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as db:
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
            states = db.execute("SELECT count(*), total(state = 'submitted') FROM document").fetchone()
        identity = Identity(**{name: str(meta[name]) for name in Identity.__slots__})
    except sqlite3.OperationalError as error:
        return JournalSummary(path, _changed(path), ELSEWHERE) if "locked" in str(error) else None
    except (sqlite3.DatabaseError, KeyError, ValueError):
        return None
    return JournalSummary(path, _changed(path), FREE, identity, int(states[0]), int(states[1]))


def _changed(path: Path) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:  # deleted while it was open
        return 0.0
