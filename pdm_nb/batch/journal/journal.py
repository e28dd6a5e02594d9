"""Stores a batch in one SQLite file, which outlives the kernel.

How this works: every step is written here first. Before a call with a lasting effect the intention is recorded, and
afterwards its result. The same rows are kept in memory for reading, and only `Journal` changes either of them. It never
contains a secret or a presigned URL. `schema.py` opens the file and `migrations.py` migrates an older one; `cells.py`
defines the layers of the cells, `states.py` which event is allowed when.

    analyst, pipeline ──► Journal ──► SQLite file        one transaction
                             │
                             ├──► rows in memory         what everybody reads
                             └──► listeners              evaluation, grid, panels
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from ...errors import StateError
from ...model import Cell, Document
from . import change_log, schema
from .cells import ANALYST, SERVICE, UNSET, Cells, PlacedCell, placed
from .change_log import BY_SOURCE, PROFILE, Cause, CellEdit, ChangeLog, cause_of, write_edits
from .connection import Connection
from .journal_copy import OPENED, opening_note
from .journal_reading import JournalReading
from .journal_records import (
    NO_REVISION,
    RESTARTED,
    UNANSWERED,
    Step,
    StoredPart,
    apply_steps,
    delete_parts,
    unanswered_documents,
    write_parts,
)
from .listeners import Listeners
from .schema import Identity
from .states import EDITABLE, Event, State
from .validation import check_content

COLUMNS = tuple(column.name for column in fields(Document))
UPDATE = f"UPDATE document SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ?"
BY_ANALYST, FROM_REGISTER = Cause(change_log.ANALYST), Cause(change_log.REGISTER)
row_of: Callable[[Document], tuple[Any, ...]] = attrgetter(*COLUMNS)


class Journal(JournalReading):
    """Documents, cells and parts of one batch. Thread-safe; one process at a time.

    `notice` is a message about the file itself, "" if there is none.
    """

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._file = Connection(path, db)
        self.log = ChangeLog(self._file)
        self._listeners = Listeners[frozenset[int]]()
        self._step_listeners = Listeners[Sequence[Document]]()
        self._load(db)

    # -- opening
    @classmethod
    def open(cls, path: str | os.PathLike[str], identity: Identity | None = None) -> Journal:
        """Open the journal at `path`; create it if there is none and its `identity` is given.

        A journal of an older version is migrated, after a copy was made next to it.

        Raises
        ------
        JournalError
            If it belongs to another project, is in use by another process, was written by a newer version, or is not a
            journal.
        """
        file = Path(path)
        db = schema.open_file(file, identity)
        try:
            check_content(db, file)
            journal = cls(file, db)
            if identity is not None:
                journal.check_identity(identity)
        except BaseException as error:  # noqa: BLE001 - raised again
            db.close()  # or the file would stay locked as long as somebody keeps the error
            raise schema.opening_error(file, error) from None
        return journal

    def check_identity(self, other: Identity) -> None:
        """Raise `JournalError` if the journal belongs to another project."""
        schema.check_identity(self.path, self.identity, other)

    def _load(self, db: sqlite3.Connection) -> None:
        self.meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        self.identity = Identity(
            **{k: self.meta[k] for k in ("api_url", "company_id", "project_id", "project")}
        )
        rows = db.execute(f"SELECT {', '.join(COLUMNS)} FROM document ORDER BY id")
        self.documents: dict[int, Document] = {row[0]: Document(*row) for row in rows}
        self._current = {document.path: document.id for document in self.documents.values()}
        self.followed = {d.follows: d.id for d in self.documents.values() if d.follows is not None}
        self.left_out = {path for (path,) in db.execute("SELECT path FROM left_out")}
        # Ids are never reused: the history of a document that was removed stays its own.
        (used,) = db.execute(
            "SELECT max(used) FROM (SELECT max(document) AS used FROM event UNION ALL SELECT max(document) FROM change)"
        ).fetchone()
        self._highest = max([*self.documents, -1 if used is None else used], default=-1)
        self._unanswered = unanswered_documents(db)
        self._cells = Cells(db)
        self.notice = schema.copy_notice(db, self.path, self.meta.get("place", ""))
        self.set_meta("place", schema.place_of(self.path))
        self.set_meta(OPENED, opening_note())

    def close(self) -> None:
        self._file.close()

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Write the whole journal into another file; works also if its own file was deleted while it was open."""
        self._file.save_as(Path(path))
        return Path(path)

    # -- writing
    def set_meta(self, key: str, value: str) -> None:
        """Store a fact about the batch as a whole."""
        if self.meta.get(key) != value:
            with self._file.writing() as db:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
            self.meta[key] = value

    def add(
        self,
        documents: Iterable[Document],
        cells: Mapping[str, Sequence[tuple[str, Cell]]] | None = None,
        cause: Cause = FROM_REGISTER,
        texts: Mapping[tuple[str, str], str] | None = None,
    ) -> list[int]:
        """Add documents and return their new ids. A path that the journal already has is skipped.

        The exception is a document that `follows` the newest one of its path: its next version. `cells`: (field id,
        cell) of the register by path, written in the same transaction: a known document is not read again, so a kill in
        between would lose them. `cause` and `texts`: as in `set_cells`, by path and field id.
        """
        new: list[Document] = []
        current = {}
        with self._file.lock:  # also around the new dict: what a run writes meanwhile must not be lost
            for number, document in enumerate(self._unknown(documents), self._highest + 1):
                new.append(replace(document, id=number))
                current[document.path] = number
            with self._file.writing() as db:
                marks = ", ".join("?" for _ in COLUMNS)
                db.executemany(
                    f"INSERT INTO document ({', '.join(COLUMNS)}) VALUES ({marks})", map(row_of, new)
                )
                self._cells.write_rows(db, ANALYST, given := placed(new, cells or {}), sent=False)
                write_edits(db, self._edits(given, cause, _texts(new, texts or {})))
            self._cells.store(ANALYST, given, sent=False)
            self._current |= current
            self.followed |= {d.follows: d.id for d in new if d.follows is not None}
            # A new dict, so that another thread can iterate over the old one meanwhile.
            self.documents = self.documents | {document.id: document for document in new}
            self._highest += len(new)
        self.notify(document.id for document in new)
        return [document.id for document in new]

    def _unknown(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield those that are to be added, each path once."""
        seen = set()
        for document in documents:
            if document.path not in seen and self._current.get(document.path) == document.follows:
                seen.add(document.path)
                yield document

    def remove(self, documents: Iterable[int], *, for_good: bool = False) -> None:
        """Remove documents; their history stays. `for_good`: their paths are stored as left out."""
        ids = sorted(set(documents))
        removed = [self.documents[id_] for id_ in ids]
        with self._file.lock:
            with self._file.writing() as db:
                for table, key in (("cell", "document"), ("part", "document"), ("document", "id")):
                    db.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(id_,) for id_ in ids])
                if for_good:
                    left = [(document.path, time.time()) for document in removed]
                    db.executemany("INSERT OR REPLACE INTO left_out VALUES (?, ?)", left)
            self.left_out |= {document.path for document in removed if for_good}
            without = set(ids)
            self.documents = {id_: document for id_, document in self.documents.items() if id_ not in without}
            for document in removed:
                del self._current[document.path]
                if document.follows is not None:
                    self._current[document.path] = document.follows
                    del self.followed[document.follows]
            self._cells.forget(ids)
        self.notify(ids)

    def restore_paths(self, paths: Iterable[str]) -> None:
        """Forget that paths were left out."""
        restored = [(path,) for path in paths]
        with self._file.writing() as db:
            db.executemany("DELETE FROM left_out WHERE path = ?", restored)
        self.left_out -= {path for (path,) in restored}

    def move(self, paths: Mapping[str, str], facts: Mapping[int, Mapping[str, Any]]) -> None:
        """Set new paths: for all versions of a file, or for what was left out; and `facts` of documents, by id."""
        with self._file.lock:
            moved = [document for document in self.documents.values() if document.path in paths]
            self.note(Step(d.id, None, {**facts.get(d.id, {}), "path": paths[d.path]}) for d in moved)
            self._current = {paths.get(path, path): id_ for path, id_ in self._current.items()}
            with self._file.writing() as db:
                new = [(after, before) for before, after in paths.items() if before in self.left_out]
                db.executemany("UPDATE OR REPLACE left_out SET path = ? WHERE path = ?", new)
            self.left_out = {paths.get(path, path) for path in self.left_out}

    def note(self, steps: Iterable[Step]) -> None:
        """Write steps in one transaction. Raises `StateError` for an event that is not allowed; then none is written."""
        steps = list(steps)
        with self._file.lock:
            changed, history = apply_steps(self.documents, steps)
            # That a submit is about to be sent must survive even a power failure (B66).
            with self._file.writing(durable=any(step.event is Event.INTENDED for step in steps)) as db:
                db.executemany(UPDATE, [(*row_of(document), document.id) for document in changed.values()])
                db.executemany(
                    "INSERT INTO event (at, document, event, state, reason) VALUES (?,?,?,?,?)", history
                )
            self.documents |= changed
            for _, id_, event, _, reason in history:
                if reason == UNANSWERED:
                    self._unanswered.add(id_)
                elif event == Event.REPLAN or reason == NO_REVISION:
                    self._unanswered.discard(id_)
        self.notify(changed)
        if history and self._step_listeners:
            self._step_listeners.call([changed[id_] for id_ in dict.fromkeys(row[1] for row in history)])

    def progress(self, document: int, sent: int) -> None:
        """Set the bytes stored so far: in memory only, since the parts are written."""
        with self._file.lock:
            self.documents[document] = replace(self.documents[document], sent=sent)
        self.notify([document])

    def set_cells(
        self,
        cells: Iterable[PlacedCell],
        cause: Cause | None = None,
        texts: Mapping[tuple[int, str], str] | None = None,
    ) -> None:
        """Set cells of the analyst. They are sent with the next update.

        `cause`: who sets them; if not given, what their source says, else the analyst. `texts`: what a register has, by
        document and field id, if a decision of its profile made the cell of it.

        Raises `StateError`, and sets nothing, if a document is being submitted or was submitted: its present state is
        checked here, since a run continues in another thread.
        """
        listed = list(cells)
        with self._file.lock:
            self._check_editable(doc for doc, _, _ in listed)
            self._write_cells(ANALYST, listed, self._edits(listed, cause, texts or {}), sent=False)
        self.notify(doc for doc, _, _ in listed)

    def drop_cells(self, cells: Iterable[tuple[int, str]], cause: Cause = BY_ANALYST) -> None:
        """Delete cells of the analyst: (document, field id)."""
        with self._file.lock:
            deleted = [(doc, field) for doc, field in cells if self.analyst_cell(doc, field) is not None]
            before = [self.cell(doc, field).text for doc, field in deleted]
            after = [(self.service_cell(doc, field) or UNSET).text for doc, field in deleted]
            with self._file.writing() as db:
                self._cells.delete_rows(db, deleted)
                edits = zip(deleted, before, after, strict=True)
                write_edits(db, ((cause, *place, old, new) for place, old, new in edits))
            self._cells.delete(deleted)
        self.notify(doc for doc, _ in deleted)

    def record_cells(
        self, cells: Iterable[PlacedCell], layer: str = SERVICE, *, logged: Container[str] = ()
    ) -> None:
        """Write cells that the service, or another source, reports. Those that did not change are skipped.

        `logged`: ids of the fields whose changes at the service are recorded as changes of cells.
        """
        changed = [item for item in cells if (self._cells.get(layer, item[0], item[1]) or UNSET) != item[2]]
        if changed:
            with self._file.lock:
                edits = [
                    (cause_of(cell), doc, field, self.cell(doc, field).text, cell.text)
                    for doc, field, cell in changed
                    if field in logged and field not in self._cells.unsent_fields(doc)
                ]
                self._write_cells(layer, changed, edits, sent=True)
            self.notify(doc for doc, _, _ in changed)

    def mark_sent(self, cells: Iterable[PlacedCell]) -> None:
        """Note that the service has these cells now. A cell that was edited meanwhile stays unsent."""
        with self._file.lock:
            same = [(doc, field, cell) for doc, field, cell in cells if self.analyst_cell(doc, field) == cell]
            sent = [(doc, field) for doc, field, _ in same]
            with self._file.writing() as db:
                self._cells.mark_rows_sent(db, sent)
            self._cells.mark_sent(sent)
        self.record_cells(same)

    def forget_upload(self, document: int) -> Mapping[str, Any]:
        """Forget the upload of a document that is restarted, and return its facts. Its cells are sent again."""
        with self._file.lock:
            with self._file.writing() as db:
                delete_parts(db, document)
                self._cells.restart_rows(db, document)
            self._cells.restart(document)
        return RESTARTED

    def set_parts(self, document: int, parts: Iterable[StoredPart]) -> None:
        with self._file.writing() as db:
            delete_parts(db, document)
            write_parts(db, document, parts)

    def keep_part(self, document: int, part: StoredPart) -> None:
        """Store the hash of one part as soon as it is known."""
        with self._file.writing() as db:
            write_parts(db, document, [part])

    def store_part(self, document: int, number: int, etag: str) -> None:
        with self._file.writing() as db:
            db.execute("UPDATE part SET etag = ? WHERE document = ? AND number = ?", (etag, document, number))

    def _write_cells(
        self, layer: str, cells: Sequence[PlacedCell], edits: Iterable[CellEdit], *, sent: bool
    ) -> None:
        with self._file.writing() as db:
            self._cells.write_rows(db, layer, cells, sent=sent)
            write_edits(db, edits)
        self._cells.store(layer, cells, sent=sent)

    def _edits(
        self, cells: Iterable[PlacedCell], cause: Cause | None, texts: Mapping[tuple[int, str], str]
    ) -> Iterator[CellEdit]:
        """Yield the changes of cells that are about to be set."""
        for doc, field, cell in cells:
            by = cause or BY_SOURCE.get(cell.source, BY_ANALYST)
            before = self._cells.effective(doc, field).text
            read = texts.get((doc, field), cell.text)
            yield by, doc, field, before, read
            if read != cell.text:
                yield Cause(PROFILE, f"{read!r} became {cell.text!r}"), doc, field, read, cell.text

    def _check_editable(self, documents: Iterable[int]) -> None:
        for document in map(self.documents.__getitem__, documents):
            if document.state not in EDITABLE:
                raise StateError(f"{document.name} is {document.state_label} and cannot be edited now.")

    # -- listeners
    def on_change(self, callback: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        """Call `callback` with the ids of documents after they changed, on the thread that changed them."""
        return self._listeners.add(callback)

    def on_step(self, callback: Callable[[Sequence[Document]], object]) -> Callable[[], None]:
        """Call `callback` with documents whose state an event changed, on the thread that recorded it."""
        return self._step_listeners.add(callback)

    def notify(self, documents: Iterable[int]) -> None:
        """Call the listeners: these documents changed, or what is derived for them."""
        if changed := frozenset(documents):
            self._listeners.call(changed)


def _texts(
    documents: Iterable[Document], texts: Mapping[tuple[str, str], str]
) -> Mapping[tuple[int, str], str]:
    """Return texts by document instead of by path."""
    ids = {document.path: document.id for document in documents}
    return {(ids[path], field): text for (path, field), text in texts.items() if path in ids}


__all__ = ["NO_REVISION", "UNANSWERED", "Event", "Identity", "Journal", "State", "Step", "StoredPart"]
