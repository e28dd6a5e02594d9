"""The local store of a project's revisions: an SQLite file that outlives the kernel, or memory.

How this works: the store knows ids and rows. An id that a list showed is `unread` until its row was read; a row that was
read is `visible`, `masked` (B51), `recycled` (B62) or `not listed`. `row_encoder.py` has what a row consists of. A row that differs from the stored one leaves a record of each changed field in the table `change`.

It makes no calls (`revision_sync.py` does) and builds no frames (`revision_frame.py` does). Threads may share it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...api.protocol.shapes import ShapeReader
from ...local_files import excluded
from .row_encoder import (
    MASKED,
    NOT_LISTED,
    RECYCLED,
    UNREAD,
    VISIBLE,
    FieldFacts,
    FlatValue,
    RowEncoder,
    StoredRow,
)
from .store_schema import open_database, store_error

CHUNK = 500  # ids in one query: SQLite takes a limited number of parameters
PRESENT = (UNREAD, VISIBLE, MASKED)  # states of revisions that the list of ids has
# What a state becomes -> what to call the change.
NAMES = {
    (VISIBLE, MASKED): "hidden", (MASKED, VISIBLE): "shown", (VISIBLE, RECYCLED): "recycled",
    (MASKED, RECYCLED): "recycled", (NOT_LISTED, RECYCLED): "recycled", (UNREAD, RECYCLED): "recycled",
    (RECYCLED, VISIBLE): "restored", (RECYCLED, MASKED): "restored", (NOT_LISTED, VISIBLE): "listed again",
    (NOT_LISTED, MASKED): "hidden", (VISIBLE, NOT_LISTED): "not listed", (MASKED, NOT_LISTED): "not listed",
}  # fmt: skip
# Fields that change with others, which are recorded themselves (B62, B69).
SILENT = frozenset({"updated_at", "updated_by", "recycled_at", "recycled_by", "recycled_reason"})


COLUMNS = ", ".join(StoredRow._fields)
UPSERT = (
    f"INSERT INTO revision ({COLUMNS}) VALUES ({', '.join('?' * len(StoredRow._fields))}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in StoredRow._fields[1:])
)


class RevisionStore:
    """The revisions of one project, as one account sees them.

    Parameters
    ----------
    path : Path or None
        The file; None for memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.lock = path, threading.RLock()
        self.db = open_database(path)
        self.names = RowEncoder()
        self._load_names()

    def _load_names(self) -> None:
        """Read fields and values that another process added."""
        fields = self.db.execute(
            "SELECT name, id, label, type, variant FROM field WHERE number >= ? ORDER BY number",
            (len(self.names.facts),),
        )
        self.names.add_fields(map(FieldFacts._make, fields))
        values = self.db.execute(
            "SELECT id, code, label FROM value WHERE number >= ? ORDER BY number", (len(self.names.values),)
        )
        for value in values:
            self.names.add_value(FlatValue._make(value))

    def _save_names(self, fields: int, values: int) -> None:
        """Store fields and values that were numbered since there were so many."""
        self.db.executemany(
            "INSERT INTO field VALUES (?, ?, ?, ?, ?, ?)",
            [(number, *facts) for number, facts in enumerate(self.names.facts[fields:], fields)],
        )
        self.db.executemany(
            "INSERT INTO value VALUES (?, ?, ?, ?)",
            [(number, *value) for number, value in enumerate(self.names.values[values:], values)],
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change the store: completely or not at all. Raises `JournalError` for what SQLite reports."""
        with self.lock:
            try:
                self.db.execute("BEGIN IMMEDIATE")
                try:
                    self._load_names()
                    known = len(self.names.facts), len(self.names.values)
                    yield self.db
                    self._save_names(*known)
                    self.db.execute("COMMIT")
                except BaseException:
                    if self.db.in_transaction:
                        self.db.execute("ROLLBACK")
                    self.names = RowEncoder()  # without the numbers that were not stored
                    self._load_names()
                    raise
            except sqlite3.Error as error:
                raise store_error(self.path, error) from None

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self.db.close()
            if self.path is not None and self.path.exists():
                excluded.closed(self.path.stat())

    # -- facts about the store
    def fact(self, key: str, default: Any = None) -> Any:
        """Return a fact about the store."""
        with self.lock:
            found = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if found is None else json.loads(found[0])

    def set_facts(self, **facts: Any) -> None:
        """Store facts about the store."""
        with self.transaction() as db:
            rows = [(key, json.dumps(value)) for key, value in facts.items()]
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def count(self, *states: str) -> int:
        """Return how many revisions are in one of these states; all if none is given."""
        where = f"WHERE state IN ({_marks(states)})" if states else ""
        with self.lock:
            return int(self.db.execute(f"SELECT count(*) FROM revision {where}", states).fetchone()[0])

    def greatest_update(self) -> str:
        """Return the greatest `updated_at` of all rows, "" if there is none (B69)."""
        with self.lock:
            return self.db.execute("SELECT max(updated_at) FROM revision").fetchone()[0] or ""

    def add_fields(self, fields: Sequence[FieldFacts]) -> None:
        """Add fields, so that they are columns even if no row has them."""
        if any(one.name not in self.names.fields for one in fields):
            with self.transaction():
                self.names.add_fields(fields)

    # -- ids
    def add_ids(self, ids: Iterable[str]) -> None:
        """Add ids whose rows are not read yet; known ones stay as they are."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO revision (id, state) VALUES (?, 'unread')", [(id_,) for id_ in ids]
            )

    def present_ids(self) -> set[str]:
        """Return the ids that the list of ids had when it was read last."""
        with self.lock:
            query = f"SELECT id FROM revision WHERE state IN ({_marks(PRESENT)})"
            return {id_ for (id_,) in self.db.execute(query, PRESENT)}

    def due_ids(self, before: float) -> list[str]:
        """Return ids whose rows were not read since `before`: those that were never read first, as they were listed."""
        query = (
            "SELECT id FROM revision WHERE state = 'unread' OR (state IN ('visible', 'masked') AND read_at < ?) "
            "ORDER BY read_at, number"
        )
        with self.lock:
            return [id_ for (id_,) in self.db.execute(query, (before,))]

    def ids_in(self, state: str) -> list[str]:
        """Return the ids in a state."""
        with self.lock:
            return [id_ for (id_,) in self.db.execute("SELECT id FROM revision WHERE state = ?", (state,))]

    # -- rows
    def put(
        self, rows: Iterable[Any], now: float, *, recycled: bool = False
    ) -> tuple[set[str], tuple[str, ...]]:
        """Store rows of the service that were read at `now`, and record what is different; `recycled`: from the bin.

        Returns the ids, and a sentence for each row that is malformed.
        """
        with self.transaction() as db:
            read = ShapeReader("listRevisions", lambda row: self.names.encode(row, now, recycled=recycled))
            given = [row for row in map(read, rows) if row is not None]
            complete = (
                self.fact("full_at") is not None
            )  # before that, nothing is new: it is read for the first time
            before = {row.id: row for row in self._rows_by_id([row.id for row in given])}
            for number, row in enumerate(given):
                if (old := before.get(row.id)) is not None:
                    given[number] = row = _kept(old, row)
                    self._record(db, old, row, now, complete)
                elif complete and row.state != RECYCLED:
                    self._note(db, row.id, "new", now, row.created_at)
            db.executemany(UPSERT, given)
        return {row.id for row in given}, tuple(read.faults)

    def set_state(self, ids: Iterable[str], state: str, now: float) -> None:
        """Note that revisions are in a state, and record it for those whose state changed."""
        wanted = list(ids)
        with self.transaction() as db:
            for old in list(self._rows_by_id(wanted)):
                if what := NAMES.get((old.state, state)):
                    self._note(db, old.id, what, now)
            db.executemany(
                "UPDATE revision SET state = ?, read_at = ? WHERE id = ?",
                [(state, now, id_) for id_ in wanted],
            )

    def rows(
        self, *, states: Sequence[str] = (), ids: Sequence[str] | None = None, container: str = ""
    ) -> Iterator[StoredRow]:
        """Yield rows: of these ids or this container, else all; in these states, if any are given."""
        if ids is not None:
            yield from (row for row in self._rows_by_id(ids) if not states or row.state in states)
            return
        wheres, values = [], [*states]
        if states:
            wheres.append(f"state IN ({_marks(states)})")
        if container:
            wheres.append("container_id = ?")
            values.append(container)
        where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
        with self.lock:
            cursor = self.db.execute(f"SELECT {COLUMNS} FROM revision {where} ORDER BY number", values)
            while some := cursor.fetchmany(1000):
                yield from map(StoredRow._make, some)

    def visible_cells(self) -> Iterator[tuple[str, str | None, int | None, str | None, list[Any]]]:
        """Yield of each visible row: id, container_id, version, content and cells; faster than whole rows."""
        query = (
            "SELECT id, container_id, version, content, fields FROM revision WHERE state = ? ORDER BY number"
        )
        width = len(self.names.facts)
        with self.lock:
            cursor = self.db.execute(query, (VISIBLE,))
            while some := cursor.fetchmany(1000):
                all_cells = json.loads(f"[{','.join([fields or '[]' for *_, fields in some])}]")
                for (id_, container, version, content, _), cells in zip(some, all_cells, strict=True):
                    if len(cells) < width:
                        cells += [None] * (width - len(cells))
                    yield id_, container, version, content, cells

    def _rows_by_id(self, ids: Sequence[str]) -> Iterator[StoredRow]:
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            with self.lock:
                found = self.db.execute(
                    f"SELECT {COLUMNS} FROM revision WHERE id IN ({_marks(some)})", some
                ).fetchall()
            yield from map(StoredRow._make, found)

    def changes(self) -> list[tuple[float, str, str, str | None, str | None, str | None, str | None]]:
        """Return what changed: noticed_at, revision, what, field, before, after, happened_at."""
        with self.lock:
            return self.db.execute(
                "SELECT noticed_at, revision, what, field, before, after, happened_at FROM change ORDER BY number"
            ).fetchall()

    # -- downloads
    def note_download(self, id_: str, path: str, size: int, sha256: str, now: float) -> None:
        """Record the file of a revision, before it gets its name."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO download VALUES (?, ?, ?, ?, ?)", (id_, path, size, sha256, now)
            )

    def forget_download(self, id_: str, path: str) -> None:
        """Forget the file of a revision that did not get its name."""
        with self.transaction() as db:
            db.execute("DELETE FROM download WHERE revision = ? AND path = ?", (id_, path))

    def download_of(self, id_: str, path: str) -> tuple[int, str] | None:
        """Return size and SHA-256 of a revision's file that was downloaded to a path; None if it was not."""
        with self.lock:
            query = "SELECT size, sha256 FROM download WHERE revision = ? AND path = ?"
            found: tuple[int, str] | None = self.db.execute(query, (id_, path)).fetchone()
        return found

    def sha256_of(self, id_: str) -> str:
        """Return the SHA-256 of a revision's file, "" if it was never downloaded."""
        with self.lock:
            query = "SELECT sha256 FROM download WHERE revision = ? ORDER BY at DESC LIMIT 1"
            found = self.db.execute(query, (id_,)).fetchone()
        return str(found[0]) if found else ""

    # -- changes
    def _record(
        self, db: sqlite3.Connection, old: StoredRow, new: StoredRow, now: float, complete: bool
    ) -> None:
        """Record what is different in a row that was read again."""
        if what := NAMES.get((old.state, new.state)):
            self._note(db, new.id, what, now, new.updated_at)
        elif old.state == UNREAD and complete:
            self._note(db, new.id, "new", now, new.created_at)
        if old.fields is None or old.fields == new.fields or MASKED in (old.state, new.state):
            return
        names = self.names
        for facts, one, other in zip(names.facts, names.cells(old), names.cells(new), strict=True):
            if one != other and facts.name not in SILENT:
                before, after = names.text(one), names.text(other)
                self._note(db, new.id, "changed", now, new.updated_at, facts.name, before, after)

    @staticmethod
    def _note(
        db: sqlite3.Connection, id_: str, what: str, now: float, happened_at: str | None = None, *field: str
    ) -> None:
        """Record a change; `field` is its name with its text before and after."""
        name, before, after = field or (None, None, None)
        db.execute(
            "INSERT INTO change (revision, what, noticed_at, happened_at, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (id_, what, now, happened_at, name, before, after),
        )


def _kept(old: StoredRow, new: StoredRow) -> StoredRow:
    """Return a new row; what a masked row does not show stays as it was known (B51)."""
    if new.state != MASKED or old.fields is None:
        return new
    return new._replace(
        container_id=new.container_id or old.container_id, upload_id=new.upload_id or old.upload_id,
        version=old.version, content=old.content, created_at=old.created_at, updated_at=old.updated_at,
        fields=old.fields,
    )  # fmt: skip


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
