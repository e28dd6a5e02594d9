"""The memory of a batch: one SQLite file that outlives the kernel.

Every step is written here before anything is shown or asked about it: what was about to be done before a call
with lasting effect, what came of it after. The same rows are kept in memory for reading; `Journal` is the only
place that changes either. Never a secret in it, nor a presigned URL.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from ..errors import JournalError, StateError
from ..model import Cell, Document
from .state import EDITABLE, Event, State, after

log = logging.getLogger(__name__)
VERSION = 1
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL, size INTEGER NOT NULL,
    mime_type TEXT NOT NULL, state TEXT NOT NULL, sent INTEGER NOT NULL, upload_id TEXT, event_id TEXT,
    file_upload_id TEXT, revision_id TEXT, version TEXT, ml TEXT NOT NULL, scraping TEXT NOT NULL,
    reason TEXT NOT NULL, message TEXT NOT NULL, sha256 TEXT, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL);
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

# The layers of a cell: what the analyst set, what the service holds, what ML or scraping said beside it (B37), and
# what the register said when it was last read.
OURS, THEIRS, SAID, REGISTER = "analyst", "service", "suggestion", "register"
UNSET = Cell("", (), "NONE")  # as the service tells of an empty field
UNANSWERED = "UNANSWERED"  # reason: a submit was sent, and the upload was still there when we looked
COLUMNS = tuple(column.name for column in fields(Document))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose journal it is."""

    api_url: str
    company_id: str
    project_id: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a document's file: where it stands in the order, its size and SHA-256, its ETag once stored."""

    number: int
    size: int
    sha256: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a document: an event of the state table, or None, and the facts to note."""

    document: int
    event: Event | None = None
    facts: Mapping[str, Any] | None = None


class Journal:
    """Documents, cells and parts of one batch. Thread-safe; one process at a time."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._lock = threading.RLock()
        self._views: list[Callable[[frozenset[int]], object]] = []
        self._load()

    # -- opening
    @classmethod
    def open(cls, path: str | os.PathLike[str], identity: Identity | None = None) -> Journal:
        """Open the journal at `path`, or begin it where there is none and `identity` says whose it will be.

        Raises `JournalError` when it belongs to another project, is in use by another process, was written by
        a newer version, or is no journal.
        """
        file = Path(path)
        if identity is None and not file.is_file():
            raise JournalError(f"There is no journal at {file}.")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not all(os.access(place, os.W_OK) for place in (file.parent, file) if place.exists()):
                raise PermissionError  # SQLite would only say "disk I/O error"
            db = sqlite3.connect(file, timeout=1.0, check_same_thread=False)
        except (OSError, sqlite3.Error):
            raise _unwritable(file) from None
        try:
            _take(db, file, identity)
            journal = cls(file, db)
            if identity is not None:
                journal.check_identity(identity)
        except sqlite3.DatabaseError as error:
            db.close()
            raise _refused(file, error) from None
        except JournalError:
            db.close()  # or the file would stay taken as long as somebody keeps the error
            raise
        return journal

    def check_identity(self, other: Identity) -> None:
        """Raises `JournalError` where the journal is another project's."""
        mine = self.identity
        if (mine.api_url, mine.company_id, mine.project_id) != (
            other.api_url,
            other.company_id,
            other.project_id,
        ):
            raise JournalError(
                f"{self.path} is the journal of project {mine.project or mine.project_id} at {mine.api_url}, not of "
                f"{other.project or other.project_id} at {other.api_url}: name another journal, or connect to that "
                "project."
            )

    def _load(self) -> None:
        self.meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        self.identity = Identity(
            **{k: self.meta[k] for k in ("api_url", "company_id", "project_id", "project")}
        )
        rows = self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM document ORDER BY id")
        self.documents: dict[int, Document] = {row[0]: Document(*row) for row in rows}
        # Ids are never given twice: the history of a document that was removed stays its own.
        (told,) = self._db.execute("SELECT max(document) FROM event").fetchone()
        self._highest = max([*self.documents, -1 if told is None else told], default=-1)
        self._cells: dict[str, dict[int, dict[str, Cell]]] = {OURS: {}, THEIRS: {}, SAID: {}, REGISTER: {}}
        self._unsent: dict[int, set[str]] = {}
        for document, field, layer, text, value, source, confidence, sent in self._db.execute(
            "SELECT * FROM cell"
        ):
            values = None if value is None else tuple(json.loads(value))
            self._cells[layer].setdefault(document, {})[field] = Cell(text, values, source, confidence)
            if not sent:
                self._unsent.setdefault(document, set()).add(field)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    # -- reading
    def ours(self, document: int, field: str) -> Cell | None:
        """What the analyst set, None where nothing was."""
        return self._cells[OURS].get(document, {}).get(field)

    def theirs(self, document: int, field: str) -> Cell | None:
        """What the service last told."""
        return self._cells[THEIRS].get(document, {}).get(field)

    def said(self, document: int, field: str) -> Cell | None:
        """What ML or filename scraping said, also where the analyst's value won (B37)."""
        return self._cells[SAID].get(document, {}).get(field)

    def registered(self, document: int, field: str) -> Cell | None:
        """What the register said of it when it was last read."""
        return self._cells[REGISTER].get(document, {}).get(field)

    def cell(self, document: int, field: str) -> Cell:
        """What counts: what the analyst set and the service has not got yet, else what the service holds."""
        mine = self.ours(document, field)
        if mine is not None and field in self._unsent.get(document, ()):
            return mine
        return self.theirs(document, field) or mine or Cell()

    def unsent(self, document: int) -> list[tuple[str, Cell]]:
        """The analyst's cells that the service has not got yet: (field id, cell)."""
        with self._lock:
            fields = sorted(self._unsent.get(document, ()))
            return [(field, self._cells[OURS][document][field]) for field in fields]

    def is_unanswered(self, document: int) -> bool:
        """True where a submit of the present upload got no answer that tells what came of it (B66)."""
        asked = (
            "SELECT count(*) FROM event WHERE document = ? AND reason = ? AND id > "
            "coalesce((SELECT max(id) FROM event WHERE document = ? AND event = ?), 0)"
        )
        with self._lock:
            found = self._db.execute(asked, (document, UNANSWERED, document, Event.REPLAN.value))
            return bool(found.fetchone()[0])

    def parts(self, document: int) -> list[Part]:
        asked = "SELECT number, size, sha256, etag FROM part WHERE document = ? ORDER BY number"
        with self._lock:
            return [Part(*row) for row in self._db.execute(asked, (document,))]

    def events(self) -> list[tuple[float, int, str, str, str]]:
        """The whole history: (Unix seconds, document, event, state after it, reason)."""
        with self._lock:
            rows = self._db.execute("SELECT at, document, event, state, reason FROM event ORDER BY id")
            return rows.fetchall()

    @property
    def fields(self) -> dict[str, str]:
        """Field id -> name, as the project had them when the journal was last opened with it."""
        return dict(json.loads(self.meta.get("fields", "{}")))

    # -- writing
    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the batch as a whole."""
        if self.meta.get(key) != value:
            with self._writing() as db:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
            self.meta[key] = value

    def add(
        self, documents: Iterable[Document], cells: Mapping[str, Sequence[tuple[str, Cell]]] | None = None
    ) -> list[int]:
        """Append documents (their ids are given here); one already there by its path is passed over.

        `cells`: path -> (field id, cell) of what a register says, written in the same moment: a document that is
        known is never read again, so a kill in between would lose it.
        """
        marks = ", ".join("?" for _ in COLUMNS)
        new = []
        with self._lock:  # also around the new dict: what the worker notes meanwhile must not be lost in it
            known = {document.path for document in self.documents.values()}
            number = self._highest
            for document in documents:
                if document.path not in known:
                    number += 1
                    new.append(replace(document, id=number))
                    known.add(document.path)
            with self._writing() as db:
                db.executemany(
                    f"INSERT INTO document ({', '.join(COLUMNS)}) VALUES ({marks})",
                    [tuple(asdict(document).values()) for document in new],
                )
                self._write_cells(db, OURS, given := _placed(new, cells or {}), sent=False)
            self._keep_cells(OURS, given, sent=False)
            # A new dict: whoever walks over the old one in another thread is not disturbed.
            self.documents = self.documents | {document.id: document for document in new}
            self._highest = number
        self._tell(document.id for document in new)
        return [document.id for document in new]

    def remove(self, documents: Iterable[int]) -> None:
        """Take documents out; their history stays."""
        gone = sorted(set(documents))
        with self._lock:
            with self._writing() as db:
                for table, key in (("cell", "document"), ("part", "document"), ("document", "id")):
                    db.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(id_,) for id_ in gone])
            self.documents = {id_: document for id_, document in self.documents.items() if id_ not in gone}
            for id_ in gone:
                self._unsent.pop(id_, None)
                for layer in self._cells.values():
                    layer.pop(id_, None)

    def note(self, steps: Iterable[Step]) -> None:
        """Write steps in one transaction. An event that is not allowed raises, and nothing is written."""
        steps = list(steps)
        changed: dict[int, Document] = {}
        trail = []
        now = time.time()
        with self._lock:
            for step in steps:
                document = changed.get(step.document, self.documents[step.document])
                facts = dict(step.facts or {})
                if step.event is not None:
                    facts = (
                        {"reason": "", "message": ""}
                        | facts
                        | {"state": after(document.state, step.event).value}
                    )
                    trail.append((now, document.id, step.event.value, facts["state"], facts["reason"]))
                changed[document.id] = replace(document, **facts)
            if any(step.event is Event.INTENDED for step in steps):
                # What a submit is about to do must outlast even the machine's power (B66).
                self._db.execute("PRAGMA synchronous = FULL")
            with self._writing() as db:
                db.executemany(
                    f"UPDATE document SET {', '.join(f'{c} = ?' for c in COLUMNS)} WHERE id = ?",
                    [(*asdict(document).values(), document.id) for document in changed.values()],
                )
                db.executemany(
                    "INSERT INTO event (at, document, event, state, reason) VALUES (?,?,?,?,?)", trail
                )
            self._db.execute("PRAGMA synchronous = NORMAL")
            self.documents |= changed
        self._tell(changed)

    def progress(self, document: int, sent: int) -> None:
        """Bytes stored so far: shown, not written (the parts are what is written)."""
        with self._lock:
            self.documents[document] = replace(self.documents[document], sent=sent)
        self._tell([document])

    def set_cells(self, cells: Iterable[tuple[int, str, Cell]]) -> None:
        """What the analyst sets: (document, field id, cell). To be sent with the next update.

        Raises `StateError`, and sets nothing, where a document is being submitted or ended so: what counts is its
        state at this moment, since the work goes on in another thread.
        """
        self._put_cells(OURS, list(cells), sent=False)

    def drop_cells(self, cells: Iterable[tuple[int, str]]) -> None:
        """Take back what the analyst set: (document, field id)."""
        with self._lock:
            gone = [(doc, field) for doc, field in cells if self.ours(doc, field) is not None]
            with self._writing() as db:
                db.executemany(
                    f"DELETE FROM cell WHERE document = ? AND field = ? AND layer = '{OURS}'", gone
                )
            for doc, field in gone:
                del self._cells[OURS][doc][field]
                self._unsent.get(doc, set()).discard(field)
        self._tell(doc for doc, _ in gone)

    def see_cells(self, cells: Iterable[tuple[int, str, Cell]], layer: str = THEIRS) -> None:
        """What the service told: (document, field id, cell). What is not new is passed over."""
        known = self._cells[layer]
        news = [item for item in cells if known.get(item[0], {}).get(item[1], UNSET) != item[2]]
        self._put_cells(layer, news, sent=True)

    def mark_sent(self, cells: Iterable[tuple[int, str, Cell]]) -> None:
        """The service has these cells now; one that was edited meanwhile stays unsent."""
        with self._lock:
            done = [(doc, field) for doc, field, cell in cells if self.ours(doc, field) == cell]
            with self._writing() as db:
                db.executemany(
                    f"UPDATE cell SET sent = 1 WHERE document = ? AND field = ? AND layer = '{OURS}'", done
                )
            for doc, field in done:
                self._unsent[doc].discard(field)
            held = [(doc, field, self._cells[OURS][doc][field]) for doc, field in done]
        self.see_cells(held)

    def forget_upload(self, document: int) -> Mapping[str, Any]:
        """The facts of a document that begins anew; its cells must be sent again."""
        with self._lock:
            with self._writing() as db:
                db.execute("DELETE FROM part WHERE document = ?", (document,))
                db.execute(
                    "DELETE FROM cell WHERE document = ? AND layer IN (?, ?)", (document, THEIRS, SAID)
                )
                db.execute("UPDATE cell SET sent = 0 WHERE document = ? AND layer = ?", (document, OURS))
            self._cells[THEIRS].pop(document, None)
            self._cells[SAID].pop(document, None)
            self._unsent[document] = set(self._cells[OURS].get(document, ()))
        return {
            "upload_id": None,
            "event_id": None,
            "file_upload_id": None,
            "sent": 0,
            "ml": "",
            "scraping": "",
        }

    def set_parts(self, document: int, parts: Iterable[Part]) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM part WHERE document = ?", (document,))
            db.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?)",
                [(document, part.number, part.size, part.sha256, part.etag) for part in parts],
            )

    def keep_part(self, document: int, part: Part) -> None:
        """Keep one part's hash as soon as it is known."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)", (document, *astuple(part)))

    def store_part(self, document: int, number: int, etag: str) -> None:
        with self._writing() as db:
            db.execute("UPDATE part SET etag = ? WHERE document = ? AND number = ?", (etag, document, number))

    def _put_cells(self, layer: str, cells: list[tuple[int, str, Cell]], *, sent: bool) -> None:
        with self._lock:
            if layer == OURS:
                self._check_editable(doc for doc, _, _ in cells)
            with self._writing() as db:
                self._write_cells(db, layer, cells, sent=sent)
            self._keep_cells(layer, cells, sent=sent)
        self._tell(doc for doc, _, _ in cells)

    @staticmethod
    def _write_cells(
        db: sqlite3.Connection, layer: str, cells: Iterable[tuple[int, str, Cell]], *, sent: bool
    ) -> None:
        db.executemany(
            "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (doc, field, layer, cell.text, _json(cell.values), cell.source, cell.confidence, int(sent))
                for doc, field, cell in cells
            ],
        )

    def _keep_cells(self, layer: str, cells: Iterable[tuple[int, str, Cell]], *, sent: bool) -> None:
        for doc, field, cell in cells:
            self._cells[layer].setdefault(doc, {})[field] = cell
            if not sent:
                self._unsent.setdefault(doc, set()).add(field)

    def _check_editable(self, documents: Iterable[int]) -> None:
        for document in map(self.documents.__getitem__, documents):
            if document.state not in EDITABLE:
                raise StateError(f"{document.name} is {document.state}: it cannot be edited now.")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with self._db:
                    yield self._db
            except sqlite3.Error as error:
                raise _refused(self.path, error) from None

    # -- views
    def on_change(self, callback: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        """Call `callback` with the ids of documents after they changed, on the thread that changed them."""
        self._views.append(callback)
        return lambda: self._views.remove(callback) if callback in self._views else None

    def _tell(self, documents: Iterable[int]) -> None:
        changed = frozenset(documents)
        if changed:
            for view in list(self._views):
                try:
                    view(changed)
                except Exception:  # a view must not stop the work that it looks at
                    log.exception("A view failed while it was told of a change")


def _placed(
    documents: Iterable[Document], cells: Mapping[str, Sequence[tuple[str, Cell]]]
) -> list[tuple[int, str, Cell]]:
    return [(document.id, *cell) for document in documents for cell in cells.get(document.path, ())]


def _json(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps(values)


def _take(db: sqlite3.Connection, file: Path, identity: Identity | None) -> None:
    """Take the file for this process, once it is known to be ours: another program's is left as it is."""
    # One process at a time: the first write takes the file for good, a second opener is refused.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables or identity is None:
        _check_ours(db, file, tables)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN EXCLUSIVE")
    db.execute("COMMIT")
    if not tables and identity is not None:
        _prepare(db, identity)


def _check_ours(db: sqlite3.Connection, file: Path, tables: set[str]) -> None:
    """Raises `JournalError` where the file is no journal, or one of a newer version."""
    meta: dict[str, str] = {}
    if "meta" in tables and len(db.execute("PRAGMA table_info(meta)").fetchall()) == 2:
        meta = dict(db.execute("SELECT * FROM meta").fetchall())
    if not {"version", *Identity.__slots__} <= set(meta) or not str(meta["version"]).isdecimal():
        raise JournalError(f"{file} is no journal of pdm_nb: name another file.")
    if int(meta["version"]) > VERSION:
        raise JournalError(f"{file} was written by a newer pdm_nb: update this one to open it.")
    if not {"document", "cell", "part", "event"} <= tables:
        raise JournalError(f"{file} is no journal of pdm_nb, or it is damaged (tables are missing).")


def _prepare(db: sqlite3.Connection, identity: Identity) -> None:
    """Make the tables of a new journal, with its identity."""
    facts = asdict(identity) | {"version": str(VERSION), "created_at": str(time.time())}
    with db:  # tables and identity at once: a kill in between must not leave a journal without an owner
        db.execute("BEGIN")
        for statement in filter(str.strip, SCHEMA.split(";")):
            db.execute(statement)
        db.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())


def _unwritable(file: Path) -> JournalError:
    return JournalError(f"{file} cannot be written: choose a journal in a folder of yours.")


def _refused(file: Path, error: sqlite3.Error) -> JournalError:
    told = str(error)
    if "closed" in told:
        return JournalError(f"{file} was closed: open the batch again to go on.")
    if "locked" in told:
        return JournalError(f"{file} is open in another kernel or program: close that one first.")
    if "readonly" in told or "unable to open" in told:
        return _unwritable(file)
    if "full" in told:
        return JournalError(f"There is no room left on the disk of {file}: make room, then go on.")
    return JournalError(f"{file} is no journal of pdm_nb, or it is damaged ({told}).")


__all__ = ["Event", "Identity", "Journal", "Part", "State", "Step"]
