"""What changed since a batch last looked: files beside what was submitted of them, and what the service has already.

A file that looks as it did when it was hashed (size, time, inode) is taken to be the same; any other is compared by
its hash. What changed is offered, not taken: `revise` makes a row of it that follows the one before, which stays as
it is. Sends nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from ..local_files import document_of
from ..model import Document
from ..registers import RegisterRow
from ..rules.checks.duplicates import is_same_file, newest
from .journal.cells import OURS, REGISTER
from .journal.journal import Journal, Step, StoredPart
from .journal.states import Event, State
from .table.table import BatchTable

BLOCK = 1 << 20
OF_ONE_VERSION = ("revision", "date_authored")  # fields that say something of a version, not of the document
LINKED = (State.COMPLETED, State.SETTLED, State.SUBMITTING, State.UNCONFIRMED, State.SUBMITTED)
CHANGED, VANISHED, NEW = "changed", "vanished", "new"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that is not as it was: `what` is changed, vanished or new; `since` Unix seconds."""

    document: Document
    what: str
    since: float | None
    size: int  # now
    told: str


class FileChanges:
    """The files of a batch, and what they were when they were last read."""

    def __init__(self, journal: Journal, sheet: BatchTable) -> None:
        self.journal, self.sheet = journal, sheet
        self._values: dict[str, Mapping[str, Any]] = {}  # path -> what the register says, as last read
        self._compared: dict[Document, bool] = {}  # file as it is now -> whether it is the same as before

    # -- reading a source
    def take(self, rows: Iterable[RegisterRow]) -> list[int]:
        """Add files that are new, take over what a register says differently; answers the ids of the new ones.

        What was left out stays out.
        """
        named = [(document_of(row.path), row.values) for row in rows]
        self._values |= {document.path: values for document, values in named if values}
        known, left = self.journal.current, self.journal.left_out
        added = self.sheet.add(
            (document, values)
            for document, values in named
            if known(document.path) is None and document.path not in left
        )
        there = [(now, values) for document, values in named if (now := known(document.path)) is not None]
        self.sheet.reread((now.id, values) for now, values in there)
        return added

    def take_back(self, chosen: Callable[[Path], bool]) -> list[int]:
        """Add files again that were left out."""
        paths = sorted(path for path in self.journal.left_out if chosen(Path(path)))
        self.journal.take_back(paths)
        return self.take(RegisterRow(Path(path), self._values.get(path, {})) for path in paths)

    # -- what changed
    def look(self) -> list[FileChange]:
        """Files that changed since they were uploaded, or that are no longer there; none is taken.

        Reads those that look different. A file that was only touched is noted with its new time.
        """
        moments = self.journal.moments(Event.LINKED) | self.journal.moments(Event.ACCEPTED)
        found, touched = [], []
        for document in list(self.journal.documents.values()):
            if document.id in self.journal.followed:
                continue
            now = document_of(Path(document.path))
            facts = {"size": now.size, "mtime_ns": now.mtime_ns, "inode": now.inode}
            if not now.inode and not Path(document.path).exists():
                gone = f"{document.path} is no longer there"
                found.append(FileChange(document, VANISHED, moments.get(document.id), 0, gone))
            elif State(document.state) not in LINKED or all(
                getattr(document, key) == fact for key, fact in facts.items()
            ):
                continue
            elif self._is_same(document, now):
                touched.append(Step(document.id, None, facts))
            else:
                found.append(
                    FileChange(document, CHANGED, moments.get(document.id), now.size, _advice(document))
                )
        self.journal.note(touched)
        return found

    def _is_same(self, document: Document, now: Document) -> bool:
        """Whether a file has the bytes that were sent; compared once for each state of it."""
        key = replace(now, id=document.id)
        if key not in self._compared:
            same = now.size == document.size and is_file_of(document, self.journal.parts(document.id))
            self._compared[key] = same
        return self._compared[key]

    def revise(self, ids: Iterable[int] | None = None) -> list[int]:
        """Take files that changed since they were submitted as rows of their own, each following the one before.

        They get what the analyst set in the row before, except what says something of that version (its revision
        and date), and what the register says of it now. Answers the ids of the new rows.
        """
        wanted = None if ids is None else set(ids)
        old = [
            change.document
            for change in self.look()
            if change.what == CHANGED
            and change.document.state == State.SUBMITTED
            and (wanted is None or change.document.id in wanted)
        ]
        new = [replace(document_of(Path(document.path)), follows=document.id) for document in old]
        skipped = {f.id for f in self.sheet.configuration.fields.values() if f.name in OF_ONE_VERSION}
        cells = {
            document.path: [
                (field, cell)
                for field, cell in self.journal.layer(OURS, document.id).items()
                if field not in skipped
            ]
            for document in old
        }
        added = self.journal.add(new, cells)
        rows = [self.journal.documents[id_] for id_ in added]
        self.journal.see_cells(
            [
                (row.id, field, cell)
                for row in rows
                for field, cell in self.journal.layer(REGISTER, row.follows or 0).items()
            ],
            REGISTER,
        )
        self.sheet.reread((row.id, self._values.get(row.path, {})) for row in rows)
        return added

    # -- what the service has
    def known(self) -> pd.DataFrame:
        """Documents that nothing was sent of, and that the service has already: by name and format, or by their file.

        Index `document`; file, name (there), kind ('upload' or 'revision'), id, version, revision, at (UTC), same_file:
        true if file name and size are the same, missing if the service does not report them.
        """
        rows = []
        for document in self.journal.documents.values():
            if document.upload_id is None and document.state != State.SUBMITTED:
                beside = self.sheet.subject(document.id).beside
                if there := beside.there or beside.renamed:
                    rows.append((document, newest(there)))
        table = frames.frame(
            {
                "file": frames.TEXT, "name": frames.TEXT, "kind": frames.TEXT, "id": frames.TEXT,
                "version": frames.TEXT, "revision": frames.TEXT, "at": frames.MOMENT, "same_file": frames.FLAG,
            },
            [
                (d.name, one.name, one.kind, one.id, one.version, one.revision, one.at or None, is_same_file(d, one))
                for d, one in rows
            ],
        )  # fmt: skip
        table.index = pd.Index([document.id for document, _ in rows], name="document", dtype="int64")
        return table


def is_file_of(document: Document, parts: Iterable[StoredPart]) -> bool:
    """True where the file has the bytes that were hashed when it was sent: part by part, or as a whole."""
    expected = [(part.size, part.sha256) for part in parts] or [(document.size, document.sha256 or "")]
    try:
        with open(document.path, "rb") as file:
            for size, digest in expected:
                hashed = hashlib.sha256()
                while size and (block := file.read(min(BLOCK, size))):
                    hashed.update(block)
                    size -= len(block)
                if size or hashed.hexdigest() != digest:
                    return False
            return not file.read(1)
    except OSError:
        return False


def _advice(document: Document) -> str:
    if document.state == State.SUBMITTED:
        return "It changed since it was submitted: batch.revise() takes it as the next version."
    return (
        "It changed since it was uploaded; what would be submitted is the file as it was. Delete the upload in "
        "Procore and retry() it, or submit it and then revise()."
    )


def as_frame(changes: Iterable[FileChange], added: Iterable[Document] = ()) -> pd.DataFrame:
    """document, file, path, what, since (UTC), revision_id, size_before, size, message."""
    columns = {
        "document": frames.WHOLE, "file": frames.TEXT, "path": frames.TEXT, "what": frames.TEXT,
        "since": frames.MOMENT, "revision_id": frames.TEXT, "size_before": frames.WHOLE, "size": frames.WHOLE,
        "message": frames.TEXT,
    }  # fmt: skip
    rows = [
        (c.document, c.what, pd.Timestamp(c.since, unit="s", tz="UTC").isoformat() if c.since else None, c.size, c.told)
        for c in changes
    ] + [(document, NEW, None, document.size, "It was added.") for document in added]  # fmt: skip
    return frames.frame(
        columns,
        [
            (d.id, d.name, d.path, what, since, d.revision_id, None if what == NEW else d.size, size, told)
            for d, what, since, size, told in rows
        ],
    )
