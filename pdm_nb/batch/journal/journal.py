"""The memory of a batch: one SQLite file that outlives the kernel.

Every step is written here before anything is shown or asked about it: what was about to be done before a call
with lasting effect, what came of it after. The same rows are kept in memory for reading; `Journal` is the only
place that changes either. Never a secret in it, nor a presigned URL. How the file is opened, and an older one
brought up to date, is `opening.py`'s; what the cells mean is `cells.py`'s.
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
from dataclasses import astuple, dataclass, fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from ...errors import JournalError, StateError
from ...model import Cell, Document
from . import schema
from .cells import OURS, REGISTER, SAID, THEIRS, UNSET, Cells, Placed
from .schema import Identity
from .states import EDITABLE, Event, State, after

log = logging.getLogger(__name__)
NO_REVISION = "NO_REVISION"  # reason: somebody looked in Procore, and no revision came of a submit
UNANSWERED = "UNANSWERED"  # reason: a submit was sent, and the upload was still there when we looked
COLUMNS = tuple(column.name for column in fields(Document))
CHANGE = f"UPDATE document SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ?"
row_of: Callable[[Document], tuple[Any, ...]] = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class StoredPart:
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


# Documents whose last submit without an answer came after they were last restarted, or somebody said what came of it.
SETTLES = f"event = '{Event.REPLAN.value}' OR reason = '{NO_REVISION}'"
UNANSWERED_NOW = f"""
SELECT document FROM event WHERE reason = '{UNANSWERED}' OR {SETTLES} GROUP BY document
HAVING max(CASE WHEN reason = '{UNANSWERED}' THEN id ELSE 0 END) > max(CASE WHEN {SETTLES} THEN id ELSE 0 END)
"""


class Journal:
    """Documents, cells and parts of one batch. Thread-safe; one process at a time.

    `notice` is what is to be told about the file itself, "" where there is nothing.
    """

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._lock = threading.RLock()
        self._views: list[Callable[[frozenset[int]], object]] = []
        self._step_views: list[Callable[[Sequence[Document]], object]] = []
        self._load()

    # -- opening
    @classmethod
    def open(cls, path: str | os.PathLike[str], identity: Identity | None = None) -> Journal:
        """Open the journal at `path`, or begin it where there is none and `identity` says whose it will be.

        Raises `JournalError` when it belongs to another project, is in use by another process, was written by
        a newer version, or is no journal. One of an older version is brought up to date, with a copy beside it.
        """
        file = Path(path)
        db = schema.open_file(file, identity)
        try:
            journal = cls(file, db)
            if identity is not None:
                journal.check_identity(identity)
        except sqlite3.DatabaseError as error:
            db.close()
            raise schema.refused(file, error) from None
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
            ended = (
                " A simulator that a notebook started has ended with its kernel; `pdm-nb lab` and `pdm-nb sim` have one that stays."
                if mine.api_url != other.api_url and "//127.0.0.1:" in mine.api_url
                else ""
            )
            raise JournalError(
                f"{self.path} is the journal of project {mine.project or mine.project_id} at {mine.api_url}, not of "
                f"{other.project or other.project_id} at {other.api_url}: name another journal, or connect to that "
                f"project.{ended}"
            )

    def _load(self) -> None:
        self.meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        self.identity = Identity(
            **{k: self.meta[k] for k in ("api_url", "company_id", "project_id", "project")}
        )
        rows = self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM document ORDER BY id")
        self.documents: dict[int, Document] = {row[0]: Document(*row) for row in rows}
        self._current = {document.path: document.id for document in self.documents.values()}
        self.followed = {d.follows: d.id for d in self.documents.values() if d.follows is not None}
        self.left_out = {path for (path,) in self._db.execute("SELECT path FROM left_out")}
        # Ids are never given twice: the history of a document that was removed stays its own.
        (told,) = self._db.execute("SELECT max(document) FROM event").fetchone()
        self._highest = max([*self.documents, -1 if told is None else told], default=-1)
        self._unanswered = {document for (document,) in self._db.execute(UNANSWERED_NOW)}
        self._cells = Cells(self._db)
        self.notice = schema.told_of_copy(self._db, self.path, self.meta.get("place", ""))
        self._file = os.stat(self.path)
        self.set_meta("place", schema.place_of(self.path))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Write the whole journal into another file; also where its own was deleted while it was open."""
        with self._lock:
            schema.copy_to(self._db, Path(path))
        return Path(path)

    # -- reading
    def current(self, path: str) -> Document | None:
        """The newest row of a path."""
        id_ = self._current.get(path)
        return None if id_ is None else self.documents[id_]

    def ours(self, document: int, field: str) -> Cell | None:
        """What the analyst set, None where nothing was."""
        return self._cells.get(OURS, document, field)

    def theirs(self, document: int, field: str) -> Cell | None:
        """What the service last told."""
        return self._cells.get(THEIRS, document, field)

    def said(self, document: int, field: str) -> Cell | None:
        """What ML or filename scraping said, also where the analyst's value won (B37)."""
        return self._cells.get(SAID, document, field)

    def registered(self, document: int, field: str) -> Cell | None:
        """What the register said of it when it was last read."""
        return self._cells.get(REGISTER, document, field)

    def cell(self, document: int, field: str) -> Cell:
        """What counts: what the analyst set and the service has not got yet, else what the service holds."""
        return self._cells.counting(document, field)

    def cells_of(self, document: int) -> dict[str, Cell]:
        """What counts in each field that the analyst or the service has something in, by field id."""
        with self._lock:
            return self._cells.all_counting(document)

    def unsent(self, document: int) -> list[tuple[str, Cell]]:
        """The analyst's cells that the service has not got yet: (field id, cell)."""
        with self._lock:
            return self._cells.unsent(document)

    def unsent_fields(self, document: int) -> frozenset[str]:
        """The fields of these, by id."""
        with self._lock:
            return self._cells.unsent_fields(document)

    def layer(self, layer: str, document: int) -> dict[str, Cell]:
        """All cells of one layer, by field id."""
        with self._lock:
            return self._cells.of(layer, document)

    def is_unanswered(self, document: int) -> bool:
        """True where a submit of the present upload got no answer that tells what came of it (B66)."""
        return document in self._unanswered

    def parts(self, document: int) -> list[StoredPart]:
        asked = "SELECT number, size, sha256, etag FROM part WHERE document = ? ORDER BY number"
        with self._reading() as db:
            return [StoredPart(*row) for row in db.execute(asked, (document,))]

    def events(self) -> list[tuple[float, int, str, str, str]]:
        """The whole history: (Unix seconds, document, event, state after it, reason)."""
        with self._reading() as db:
            rows = db.execute("SELECT at, document, event, state, reason FROM event ORDER BY id")
            return rows.fetchall()

    def moments(self, event: Event) -> dict[int, float]:
        """When an event last happened, in Unix seconds, by document."""
        asked = "SELECT document, max(at) FROM event WHERE event = ? GROUP BY document"
        with self._reading() as db:
            return dict(db.execute(asked, (event.value,)).fetchall())

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

        Of a path that is there, a document is taken that `follows` the newest row: its next version. `cells`: path
        -> (field id, cell) of what a register says, written in the same moment: a document that is known is never
        read again, so a kill in between would lose it.
        """
        new: list[Document] = []
        current = {}
        with self._lock:  # also around the new dict: what the worker notes meanwhile must not be lost in it
            for number, document in enumerate(self._unknown(documents), self._highest + 1):
                new.append(replace(document, id=number))
                current[document.path] = number
            with self._writing() as db:
                marks = ", ".join("?" for _ in COLUMNS)
                db.executemany(
                    f"INSERT INTO document ({', '.join(COLUMNS)}) VALUES ({marks})", map(row_of, new)
                )
                self._cells.write(db, OURS, given := _placed(new, cells or {}), sent=False)
            self._cells.keep(OURS, given, sent=False)
            self._current |= current
            self.followed |= {d.follows: d.id for d in new if d.follows is not None}
            # A new dict: whoever walks over the old one in another thread is not disturbed.
            self.documents = self.documents | {document.id: document for document in new}
            self._highest += len(new)
        self.tell(document.id for document in new)
        return [document.id for document in new]

    def _unknown(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Those that are to be added, each path once."""
        seen = set()
        for document in documents:
            if document.path not in seen and self._current.get(document.path) == document.follows:
                seen.add(document.path)
                yield document

    def remove(self, documents: Iterable[int], *, for_good: bool = False) -> None:
        """Take documents out; their history stays. `for_good`: their paths are remembered as left out."""
        gone = sorted(set(documents))
        lost = [self.documents[id_] for id_ in gone]
        with self._lock:
            with self._writing() as db:
                for table, key in (("cell", "document"), ("part", "document"), ("document", "id")):
                    db.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(id_,) for id_ in gone])
                if for_good:
                    left = [(document.path, time.time()) for document in lost]
                    db.executemany("INSERT OR REPLACE INTO left_out VALUES (?, ?)", left)
            self.left_out |= {document.path for document in lost if for_good}
            away = set(gone)
            self.documents = {id_: document for id_, document in self.documents.items() if id_ not in away}
            for document in lost:
                del self._current[document.path]
                if document.follows is not None:
                    self._current[document.path] = document.follows
                    del self.followed[document.follows]
            self._cells.forget(gone)
        self.tell(gone)

    def take_back(self, paths: Iterable[str]) -> None:
        """Forget that paths were left out."""
        back = [(path,) for path in paths]
        with self._writing() as db:
            db.executemany("DELETE FROM left_out WHERE path = ?", back)
        self.left_out -= {path for (path,) in back}

    def note(self, steps: Iterable[Step]) -> None:
        """Write steps in one transaction. An event that is not allowed raises, and nothing is written."""
        steps = list(steps)
        with self._lock:
            changed, trail = self._steps(steps)
            # What a submit is about to do must outlast even the machine's power (B66).
            with self._writing(for_good=any(step.event is Event.INTENDED for step in steps)) as db:
                db.executemany(CHANGE, [(*row_of(document), document.id) for document in changed.values()])
                db.executemany(
                    "INSERT INTO event (at, document, event, state, reason) VALUES (?,?,?,?,?)", trail
                )
            self.documents |= changed
            for _, id_, event, _, reason in trail:
                if reason == UNANSWERED:
                    self._unanswered.add(id_)
                elif event == Event.REPLAN or reason == NO_REVISION:
                    self._unanswered.discard(id_)
        self.tell(changed)
        if trail and self._step_views:
            self._call(self._step_views, [changed[id_] for id_ in dict.fromkeys(row[1] for row in trail)])

    def _steps(self, steps: Iterable[Step]) -> tuple[dict[int, Document], list[tuple[Any, ...]]]:
        """The documents as steps leave them, and the rows of the history."""
        changed: dict[int, Document] = {}
        trail = []
        now = time.time()
        for step in steps:
            document = changed.get(step.document, self.documents[step.document])
            facts = dict(step.facts or {})
            if step.event is not None:
                state = after(document.state, step.event).value
                facts = {"reason": "", "message": ""} | facts | {"state": state}
                trail.append((now, document.id, step.event.value, state, facts["reason"]))
            changed[document.id] = replace(document, **facts)
        return changed, trail

    def progress(self, document: int, sent: int) -> None:
        """Bytes stored so far: shown, not written (the parts are what is written)."""
        with self._lock:
            self.documents[document] = replace(self.documents[document], sent=sent)
        self.tell([document])

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
                self._cells.delete(db, gone)
            self._cells.deleted(gone)
        self.tell(doc for doc, _ in gone)

    def see_cells(self, cells: Iterable[Placed], layer: str = THEIRS) -> None:
        """What the service told: (document, field id, cell). What is not new is passed over."""
        news = [item for item in cells if (self._cells.get(layer, item[0], item[1]) or UNSET) != item[2]]
        if news:
            self._put_cells(layer, news, sent=True)

    def mark_sent(self, cells: Iterable[Placed]) -> None:
        """The service has these cells now; one that was edited meanwhile stays unsent."""
        with self._lock:
            held = [(doc, field, cell) for doc, field, cell in cells if self.ours(doc, field) == cell]
            done = [(doc, field) for doc, field, _ in held]
            with self._writing() as db:
                self._cells.mark(db, done)
            self._cells.marked(done)
        self.see_cells(held)

    def forget_upload(self, document: int) -> Mapping[str, Any]:
        """The facts of a document that begins anew; its cells must be sent again."""
        with self._lock:
            with self._writing() as db:
                db.execute("DELETE FROM part WHERE document = ?", (document,))
                self._cells.begin_anew(db, document)
            self._cells.begun_anew(document)
        return {
            "upload_id": None,
            "event_id": None,
            "file_upload_id": None,
            "sent": 0,
            "ml": "",
            "scraping": "",
        }

    def set_parts(self, document: int, parts: Iterable[StoredPart]) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM part WHERE document = ?", (document,))
            db.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?)",
                [(document, part.number, part.size, part.sha256, part.etag) for part in parts],
            )

    def keep_part(self, document: int, part: StoredPart) -> None:
        """Keep one part's hash as soon as it is known."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)", (document, *astuple(part)))

    def store_part(self, document: int, number: int, etag: str) -> None:
        with self._writing() as db:
            db.execute("UPDATE part SET etag = ? WHERE document = ? AND number = ?", (etag, document, number))

    def _put_cells(self, layer: str, cells: list[Placed], *, sent: bool) -> None:
        with self._lock:
            if layer == OURS:
                self._check_editable(doc for doc, _, _ in cells)
            with self._writing() as db:
                self._cells.write(db, layer, cells, sent=sent)
            self._cells.keep(layer, cells, sent=sent)
        self.tell(doc for doc, _, _ in cells)

    def _check_editable(self, documents: Iterable[int]) -> None:
        for document in map(self.documents.__getitem__, documents):
            if document.state not in EDITABLE:
                raise StateError(f"{document.name} is {document.state}: it cannot be edited now.")

    @contextmanager
    def _writing(self, *, for_good: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; `for_good`: it is on the disk itself before this ends."""
        with self._reading() as db:
            self._check_there()
            if for_good:
                db.execute("PRAGMA synchronous = FULL")
            with db:
                yield db
            if for_good:
                db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                raise schema.refused(self.path, error) from None

    def _check_there(self) -> None:
        """Raises `JournalError` where the file is not the one that was opened: SQLite would write on, into nothing."""
        try:
            there = os.path.samestat(os.stat(self.path), self._file)
        except OSError:
            there = False
        if not there:
            raise JournalError(
                f"{self.path} was deleted, moved or replaced while it was open, so nothing more is done. What it "
                'had is still known: batch.save_journal("another file") writes it there.'
            )

    # -- views
    def on_change(self, callback: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        """Call `callback` with the ids of documents after they changed, on the thread that changed them."""
        self._views.append(callback)
        return lambda: self._views.remove(callback) if callback in self._views else None

    def on_step(self, callback: Callable[[Sequence[Document]], object]) -> Callable[[], None]:
        """Call `callback` with documents whose state an event changed, on the thread that noted it."""
        self._step_views.append(callback)
        return lambda: self._step_views.remove(callback) if callback in self._step_views else None

    def tell(self, documents: Iterable[int]) -> None:
        """Have the views look at documents again: these changed, or what they are judged by did."""
        if changed := frozenset(documents):
            self._call(self._views, changed)

    @staticmethod
    def _call(views: Iterable[Callable[[Any], object]], told: object) -> None:
        for view in list(views):
            try:
                view(told)
            except Exception:  # a view must not stop the work that it looks at
                log.exception("A view failed while it was told of a change")


def _placed(documents: Iterable[Document], cells: Mapping[str, Sequence[tuple[str, Cell]]]) -> list[Placed]:
    return [(document.id, *cell) for document in documents for cell in cells.get(document.path, ())]


__all__ = ["Event", "Identity", "Journal", "State", "Step", "StoredPart"]
