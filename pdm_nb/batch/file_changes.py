"""Detects files that changed since they were uploaded, and adds new versions of them. Sends nothing.

A file with the same path, size and time as when it was hashed is taken to be the same; any other is compared by its
hash, also at another path (`moved_files`). Changes are only reported; `add_versions` adds a new document that follows
the submitted one, which stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from ..local_files import document_of
from ..model import Cell, Document
from ..registers import RegisterRow
from ..rules.checks.duplicates import is_same_file, newest
from .journal.cells import ANALYST, REGISTER
from .journal.change_log import ANALYST as BY_ANALYST
from .journal.change_log import Cause
from .journal.journal import Journal, Step
from .journal.states import EDITABLE, Event, State
from .table.batch_table import BatchTable
from .transfer.moved_files import LINKED, MovedFiles, is_file_of

OF_ONE_VERSION = ("revision", "date_authored")  # fields of a version, not of the document
OF_CORRECTED = "batch.file_changes(register) lists them, so that you can apply them."
SHOWN = 3  # cells or documents that a message names
CHANGED, VANISHED, NEW = "changed", "vanished", "new"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that changed, vanished or is new (`what`); `since` when it was uploaded, in Unix seconds."""

    document: Document
    what: str
    since: float | None
    size: int  # now
    message: str


class FileChanges:
    """The files of a batch, compared with how they were when they were last read."""

    def __init__(self, journal: Journal, table: BatchTable) -> None:
        self.journal, self.table = journal, table
        self._rows: dict[str, RegisterRow] = {}  # path -> the row of the register, as last read
        self.moved: list[int] = []  # documents whose files were last found at another path
        self._compared: dict[Document, bool] = {}  # file as it is now -> whether it is the same as before

    # -- reading a source
    def take(self, rows: Iterable[RegisterRow]) -> list[int]:
        """Add new files, and set values of the register that changed; returns the ids of the new documents.

        Files that were left out stay out. A file that is known by another path gets the new one.
        """
        named = [(document_of(row.path), row) for row in rows]
        self.moved = MovedFiles(self.journal).recognize([(document, row.values) for document, row in named])
        self.table.names.fill(self.moved)
        self._rows |= {document.path: row for document, row in named if row.values}
        current, left_out = self.journal.current, self.journal.left_out
        added = self.table.add(
            (document, *_of_register(row))
            for document, row in named
            if current(document.path) is None and document.path not in left_out
        )
        known = [(now, row) for document, row in named if (now := current(document.path)) is not None]
        self.table.reread((now.id, *_of_register(row)) for now, row in known)
        self.journal.log.set_origins(
            (now.id, row.origin) for now, row in known if row.origin and now.state in EDITABLE
        )
        return added

    def lost(self, rows: Iterable[RegisterRow]) -> list[str]:
        """Return sentences about cells that were emptied in a register, and rows that were taken out. Both stay."""
        now = {os.path.abspath(row.path): row for row in rows}
        gone, emptied = list[str](), list[str]()
        for document in list(self.journal.documents.values()):
            registered = self.journal.layer(REGISTER, document.id)
            row = now.get(document.path)
            if not registered or document.id in self.journal.followed:
                continue
            if row is not None:
                emptied += self._emptied(document, registered, row)
            elif os.path.exists(document.path):  # `find` reports a file that vanished
                gone.append(document.name)
        return [text for text in (_emptied_cells(emptied), _taken_out(gone)) if text]

    def _emptied(self, document: Document, registered: Mapping[str, Cell], row: RegisterRow) -> Iterator[str]:
        fields = self.table.configuration.fields
        for id_, cell in registered.items():
            item = fields.get(id_)
            if not (item and cell.text) or item.name in row.values or document.state not in EDITABLE:
                continue
            if self.journal.cell(document.id, id_).text:  # else it was emptied in the batch too
                yield f"{item.label} of {document.name}, {row.place} (it was {cell.text!r})"

    def restore(self, is_selected: Callable[[Path], bool]) -> list[int]:
        """Add files again that were left out."""
        paths = sorted(path for path in self.journal.left_out if is_selected(Path(path)))
        self.journal.restore_paths(paths)
        return self.take(self._rows.get(path, RegisterRow(Path(path))) for path in paths)

    # -- changed files
    def find(self) -> list[FileChange]:
        """Return files that changed since they were uploaded, or that no longer exist.

        Files with another size or time are read. If the bytes are the same, the new time is stored.
        """
        moments = self.journal.moments(Event.LINKED) | self.journal.moments(Event.ACCEPTED)
        found, touched = [], []
        for document in list(self.journal.documents.values()):
            if document.id in self.journal.followed:
                continue
            now = document_of(Path(document.path))
            facts = {"size": now.size, "mtime_ns": now.mtime_ns, "inode": now.inode}
            if not now.inode and not Path(document.path).exists():
                message = f"{document.path} no longer exists"
                found.append(FileChange(document, VANISHED, moments.get(document.id), 0, message))
            elif State(document.state) not in LINKED or all(
                getattr(document, key) == fact for key, fact in facts.items()
            ):
                continue
            elif (now.size, now.mtime_ns) == (document.size, document.mtime_ns) or self._is_same(
                document, now
            ):
                touched.append(Step(document.id, None, facts))
            else:
                found.append(
                    FileChange(document, CHANGED, moments.get(document.id), now.size, _advice(document))
                )
        self.journal.note(touched)
        return found

    def _is_same(self, document: Document, now: Document) -> bool:
        """Return whether a file has the bytes that were sent; compared once for each state of the file."""
        key = replace(now, id=document.id)
        if key not in self._compared:
            same = now.size == document.size and is_file_of(document, self.journal.parts(document.id))
            self._compared[key] = same
        return self._compared[key]

    def add_versions(self, ids: Iterable[int] | None = None) -> list[int]:
        """Add files that changed since they were submitted as new documents that follow the submitted ones.

        They get the analyst's cells of the submitted document, except its revision and date, and the present values of
        the register. Returns the ids of the new documents.
        """
        wanted = None if ids is None else set(ids)
        old = [
            change.document
            for change in self.find()
            if change.what == CHANGED
            and change.document.state == State.SUBMITTED
            and (wanted is None or change.document.id in wanted)
        ]
        new = [replace(document_of(Path(document.path)), follows=document.id) for document in old]
        skipped = {f.id for f in self.table.configuration.fields.values() if f.name in OF_ONE_VERSION}
        cells = {
            document.path: [
                (field, cell)
                for field, cell in self.journal.layer(ANALYST, document.id).items()
                if field not in skipped
            ]
            for document in old
        }
        added = self.journal.add(new, cells, Cause(BY_ANALYST, "Values of the version before"))
        rows = [self.journal.documents[id_] for id_ in added]
        self.journal.record_cells(
            [
                (row.id, field, cell)
                for row in rows
                for field, cell in self.journal.layer(REGISTER, row.follows or 0).items()
            ],
            REGISTER,
        )
        read = [(row, self._rows[row.path]) for row in rows if row.path in self._rows]
        self.table.reread((document.id, *_of_register(row)) for document, row in read)
        self.journal.log.set_origins((document.id, row.origin) for document, row in read if row.origin)
        return added

    # -- existing documents
    def existing(self) -> pd.DataFrame:
        """Return documents that were not sent yet and that the project already has; see `BatchFiles.existing`."""
        rows = []
        for document in self.journal.documents.values():
            if document.upload_id is None and document.state != State.SUBMITTED:
                related = self.table.evaluator.check_context(document.id).related
                if existing := related.existing or related.existing_renamed:
                    rows.append((document, newest(existing)))
        table = frames.frame(
            {
                "file": frames.TEXT, "name": frames.TEXT, "kind": frames.TEXT, "id": frames.TEXT,
                "version": frames.WHOLE, "revision": frames.TEXT, "at": frames.MOMENT, "same_file": frames.FLAG,
            },
            [
                (d.name, one.name, one.kind, one.id, frames.whole(one.version), one.revision, one.at or None, is_same_file(d, one))
                for d, one in rows
            ],
        )  # fmt: skip
        table.index = pd.Index([document.id for document, _ in rows], name="document", dtype="int64")
        return table


def _of_register(row: RegisterRow) -> tuple[Mapping[str, Any], Mapping[str, str], str]:
    """Return the values of a row, what the register has of them, and the name of the register."""
    name, _, _, sha256 = row.origin or ("", "", None, "")
    return row.values, row.texts, f"{name}, SHA-256 {sha256[:12]}" if name else ""


def _emptied_cells(cells: list[str]) -> str:
    """Return a sentence about cells that were emptied, "" if none were."""
    if not cells:
        return ""
    many = f"{len(cells)} cells were emptied in the register and keep their values"
    what = many if len(cells) > 1 else "1 cell was emptied in the register and keeps its value"
    return f"{what}: {_named(cells)}. {OF_CORRECTED}"


def _taken_out(names: list[str]) -> str:
    """Return a sentence about documents whose rows were taken out, "" if there are none."""
    if not names:
        return ""
    what = f"{len(names)} documents no longer have" if len(names) > 1 else "1 document no longer has"
    return f"{what} a row in the register: {_named(names)}. {OF_CORRECTED}"


def _named(texts: list[str]) -> str:
    return ", ".join(texts[:SHOWN]) + (f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else "")


def _advice(document: Document) -> str:
    if document.state == State.SUBMITTED:
        return (
            "The file changed since it was submitted. batch.add_new_versions() adds it as the next version."
        )
    return (
        "The file changed since it was uploaded, and the old file would be submitted. Delete the upload in Procore and "
        "call batch.retry(), or submit it and call batch.add_new_versions()."
    )


def as_frame(changes: Iterable[FileChange], added: Iterable[Document] = ()) -> pd.DataFrame:
    """Return the frame of `BatchFiles.file_changes`."""
    columns = {
        "document": frames.WHOLE, "file": frames.TEXT, "path": frames.TEXT, "what": frames.TEXT,
        "since": frames.MOMENT, "revision_id": frames.TEXT, "size_before": frames.WHOLE, "size": frames.WHOLE,
        "message": frames.TEXT,
    }  # fmt: skip
    rows = [
        (c.document, c.what, pd.Timestamp(c.since, unit="s", tz="UTC").isoformat() if c.since else None, c.size, c.message)
        for c in changes
    ] + [(document, NEW, None, document.size, "The file was added.") for document in added]  # fmt: skip
    return frames.frame(
        columns,
        [
            (d.id, d.name, d.path, what, since, d.revision_id, None if what == NEW else d.size, size, message)
            for d, what, since, size, message in rows
        ],
    )
