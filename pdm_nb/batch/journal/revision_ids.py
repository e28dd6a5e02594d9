"""Reads the ids of revisions from a journal that is not open, without changing it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .schema import Identity


def revision_ids_in(path: Path, identity: Identity) -> list[str]:
    """Return the ids of revisions in a journal of this project; none if it is of another one, or cannot be read."""
    wanted = (identity.api_url, identity.company_id, identity.project_id)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
            if tuple(meta.get(name) for name in ("api_url", "company_id", "project_id")) != wanted:
                return []
            found = db.execute(
                "SELECT revision_id FROM document WHERE revision_id IS NOT NULL ORDER BY id"
            ).fetchall()
    except sqlite3.Error:  # in use by another kernel, or no journal
        return []
    return [str(id_) for (id_,) in found]
