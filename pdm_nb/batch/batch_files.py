"""The files of a batch: which are new, changed or missing, which documents exist already, which are left out."""

from __future__ import annotations

import fnmatch
import glob
import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from .. import registers
from ..errors import InputError
from ..local_files import document_of, folder_of
from ..rules.values.text import quantity
from ..runs.loop import run
from .batch_core import BatchCore
from .corrections import CorrectedRegister, ReturnedCells
from .file_changes import CHANGED, FileChanges, as_frame
from .held_list import ON_HOLD, HeldList
from .journal.journal import Step
from .journal.states import State
from .remote.existing_documents import ExistingDocuments
from .table.row_selection import Rows
from .transfer.moved_files import moved_notice

ENDED = (State.FAILED, State.GONE)  # their uploads can no longer become revisions


class BatchFiles:
    """The methods of `Batch` that compare it with files and with existing documents. Sends nothing."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core
        self._changes = FileChanges(core.journal, core.table)
        self._existing: ExistingDocuments | None = None

    # -- a source of files
    def take(
        self,
        rows: Iterable[registers.RegisterRow],
        *,
        stored: Mapping[str, Any] | None = None,
        notices: Mapping[str, int] | None = None,
    ) -> list[int]:
        """Add new files of a source, and set the values of its register that changed.

        What is no longer in the register, and files that changed since they were submitted, is reported in `notices`.

        Parameters
        ----------
        rows : iterable of RegisterRow
            The files with their values.
        stored : mapping, optional
            The source and how it is read, for `rescan()`; None if it cannot be read again, such as a list.
        notices : mapping, optional
            Messages of the reading, such as which files were left out, each with its level of logging.

        Returns
        -------
        list of int
            The ids of the new documents.
        """
        rows = list(rows)
        if stored is not None:
            self._core.journal.set_meta("source", json.dumps(dict(stored)))
        for notice in self._changes.lost(rows) if any(row.place for row in rows) else ():
            self._core.notice(notice)
        for notice, level in (notices or {}).items():
            self._core.notice(notice, level)
        self._allow(rows, stored)
        added = self._changes.take(rows)
        self._core.notice(moved_notice([self._core.journal.documents[id_] for id_ in self._changes.moved]))
        self._core.notice(self._core.table.names.summary(added), logging.INFO)
        count = sum(change.what == CHANGED for change in self._changes.find())
        if count:
            self._core.notice(
                f"{quantity(count, 'file')} changed since the upload. batch.file_changes() lists them; "
                "batch.add_new_versions() adds those that were submitted as new versions."
            )
        return added

    def _allow(self, rows: Iterable[registers.RegisterRow], stored: Mapping[str, Any] | None) -> None:
        """Note what may be sent: files of the folder of the source, and those elsewhere that the user named."""
        folder = stored.get("folder") or folder_of(stored["source"]) if stored is not None else ""
        paths = (os.path.abspath(row.path) for row in rows)
        journal = self._core.journal
        journal.set_meta("allowed_files", journal.allowed_files.including(folder, paths).dump())

    def rescan(self) -> pd.DataFrame:
        """Read the folder, pattern or register again, and add new files.

        Returns
        -------
        DataFrame
            The columns of `file_changes()`: files that changed or are missing, and 'new' for files that were added.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("drawings/A-103.pdf").write_bytes(b"%PDF-1.7 ...")
        >>> batch.rescan()[["file", "what"]].values.tolist()
        [['A-103.pdf', 'new']]
        """
        stored = json.loads(self._core.journal.meta.get("source", "null"))
        added: list[int] = []
        if stored is not None and (Path(stored["source"]).exists() or glob.has_magic(stored["source"])):
            added = self._take_again(stored)
        return as_frame(self._changes.find(), (self._core.journal.documents[id_] for id_ in added))

    def _take_again(self, stored: Mapping[str, Any]) -> list[int]:
        configuration = self._core.table.configuration
        if registers.is_register(stored["source"], configuration.settable):
            register = registers.reopened(stored, configuration.settable, configuration.lookups_by_name)
            return self.take(register.rows(), stored=stored, notices=registers.notice_levels(register))
        notices: dict[str, int] = {}
        return self.take(
            registers.read_files(stored["source"], notices.__setitem__), stored=stored, notices=notices
        )

    def update_planned(self, ids: Iterable[int]) -> None:
        """Update size, time and inode of files that were not sent yet: they may have been fixed since."""
        documents = self._core.journal.documents
        planned = [d for id_ in ids if (d := documents[id_]).state == State.PLANNED]
        now = {document.id: document_of(Path(document.path)) for document in planned}
        facts = [
            (d, {name: getattr(now[d.id], name) for name in ("size", "mtime_ns", "inode")}) for d in planned
        ]
        steps = [
            Step(document.id, None, found)
            for document, found in facts
            if any(getattr(document, name) != value for name, value in found.items())
        ]
        if steps:
            self._core.journal.note(steps)

    # -- changed files
    def file_changes(
        self, corrected: str | os.PathLike[str] | registers.Register | None = None
    ) -> pd.DataFrame:
        """List files that changed since they were uploaded or submitted, or that no longer exist.

        Files are compared by their hash. With a register or a list that somebody corrected, return what was changed in it
        instead, without changing the batch; `set_cells` takes over all changed cells or some. The batch may have continued
        meanwhile: cells of documents that were submitted are reported and not in the frame.

        Parameters
        ----------
        corrected : path or Register, optional
            A register of this batch, what `batch.frame.to_excel(path)` or `report(path)` wrote, or the list of what was on
            hold (`report(path, on_hold=True)`). A register is read with the decisions that the batch was made with; to
            decide more, give the one that `project.register(path)` returns.

        Returns
        -------
        DataFrame
            One row per file: document (Int64), file, path, what ('changed' or 'vanished'; string), since (UTC),
            revision_id (string), size_before, size (Int64), message (string). Of a register or list, one row per
            difference: document (Int64), file, field, cell, what ('changed', 'emptied', or 'edited since' if the batch has
            another text than when the list was written or the register was read; 'row removed' and 'new row' without a
            field), before (in the batch), after (string); its attribute `notices` has all else.

        Raises
        ------
        InputError
            If the register has open questions, the list is one of another batch, or a column of it was sorted without the
            rest.

        Examples
        --------
        >>> from pathlib import Path
        >>> Path("drawings/notes.txt").unlink()
        >>> batch.file_changes()[["file", "what"]].values.tolist()
        [['notes.txt', 'vanished']]
        >>> _ = batch.report("held.xlsx", on_hold=True)
        >>> changes = batch.file_changes("held.xlsx")
        >>> len(batch.set_cells(changes[changes["what"] == "changed"]))
        0
        >>> table = batch.frame
        >>> table.loc[0, "description"] = "Ground floor"
        >>> table.drop(index=1).to_excel("table.xlsx")
        >>> changes = batch.file_changes("table.xlsx")
        >>> changes[["file", "field", "what", "after"]].fillna("").values.tolist()
        [['A-101.pdf', 'description', 'changed', 'Ground floor'], ['A-102.pdf', '', 'row removed', '']]
        >>> batch.exclude(changes[changes["what"] == "row removed"])
        [1]
        """
        if corrected is None:
            return as_frame(self._changes.find())
        found = self._corrected(corrected)
        for notice in found.notices:
            self._core.notice(notice)
        return found

    def _corrected(self, source: str | os.PathLike[str] | registers.Register) -> ReturnedCells:
        table = self._core.table
        if isinstance(source, registers.Register):
            return CorrectedRegister.of(table, source).frame()
        path = Path(source).expanduser()
        if registers.form_kind(path) == ON_HOLD:
            return HeldList.read(table, self._core.form_origin, path).frame()
        known = table.configuration
        stored = json.loads(self._core.journal.meta.get("source", "null"))
        decided = stored if stored and "profile" in stored else None
        register = registers.corrected(path, decided, known.settable, known.lookups_by_name)
        return CorrectedRegister.of(table, register).frame()

    def add_new_versions(self, rows: Rows = None) -> list[int]:
        """Add files that changed since they were submitted as new documents: the next version of each.

        The submitted document stays as it is. The new one has the values that you set in it, except its revision and
        date; `check()` reports which revision it follows.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The submitted documents, as in `set`; all that changed if not given.

        Returns
        -------
        list of int
            The ids of the new documents.

        Raises
        ------
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.add_new_versions()  # no submitted file changed
        []
        """
        self._core.check_idle()
        return self._changes.add_versions(None if rows is None else self._core.table.select(rows))

    # -- existing documents
    def existing(self, *, refresh: bool = False) -> pd.DataFrame:
        """Find documents of this batch that the project already has, by name and format (B40) or by file (B73).

        `batch.exclude(batch.existing())` leaves them out. A document that has another name in the project is found only by
        its file name, size and format. `notices` says what could not be compared.

        Parameters
        ----------
        refresh : bool
            Fetch the existing documents again, even if nothing was submitted since.

        Returns
        -------
        DataFrame
            Index document (int64); file, name (in the project), kind ('upload' or 'revision'), id (string), version
            (Int64), revision (string), at (UTC), same_file (boolean): true if file name and size are the same, so that
            it is probably the same file; missing if the service does not report them.

        Examples
        --------
        >>> known = batch.existing()
        >>> batch.exclude(known) == known.index.tolist()
        True
        """
        run(self.fetch_existing(refresh=refresh))
        return self._changes.existing()

    async def fetch_existing(self, *, refresh: bool = False) -> None:
        """Fetch existing documents and use them in findings; fetched once, unless it failed."""
        existing = await self._core.project.fetch_existing(refresh=refresh)
        if existing is not self._existing:
            self._existing = existing
            self._core.table.evaluator.use_existing(existing)
            self._core.notice(
                f"Existing documents were not compared completely: {existing.unread}."
                if existing.unread
                else ""
            )

    async def report_existing(self) -> None:
        """Add notices about documents that already exist, before anything is sent."""
        await self.fetch_existing()
        known = self._changes.existing()
        names = zip(map(int, known.index), known["name"], strict=True)
        renamed = sum(self._core.table.evaluator.name_of(id_) != name for id_, name in names)
        for count, what in (
            (
                len(known) - renamed,
                "in the project already, by name and format, so the submit will create new versions",
            ),
            (renamed, "probably in the project under another name, so the submit will create new documents"),
        ):
            if count:
                self._core.notice(
                    f"{f'{count} documents are' if count > 1 else '1 document is'} {what}. batch.existing() lists them; "
                    "batch.exclude(batch.existing()) leaves them out."
                )

    # -- documents that are left out
    def exclude(self, rows: Rows) -> list[int]:
        """Remove documents permanently: reading the same folder again does not add them.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.

        Returns
        -------
        list of int
            Their ids.

        Raises
        ------
        InputError
            If a document cannot be removed; see `remove`.
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.exclude("*.txt")
        [2]
        """
        ids = self._removable(rows)
        self._core.table.remove(ids, for_good=True)
        return ids

    def restore_excluded(self, pattern: str = "*") -> list[int]:
        """Add files again that were left out.

        Parameters
        ----------
        pattern : str
            A pattern of file names, such as `"*.pdf"`.

        Returns
        -------
        list of int
            The ids of the new documents.

        Raises
        ------
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.exclude("*.txt"), batch.restore_excluded("*.txt")
        ([2], [3])
        """
        self._core.check_idle()
        return self._changes.restore(lambda path: fnmatch.fnmatchcase(path.name, pattern))

    def remove(self, rows: Rows) -> list[int]:
        """Remove documents from the batch that have no upload, or that failed or were deleted in Procore.

        Nothing is deleted in Procore. A failed document leaves an incomplete upload, which no list shows and nobody can
        submit (B23); its file is deleted there after 24 hours (B60). A deleted upload stays in the recycle bin, and one
        that is not visible to this account stays as it is (B50, B51). Versions that waited for a removed document are
        released.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.

        Returns
        -------
        list of int
            Their ids.

        Raises
        ------
        InputError
            If a document has an upload, which cannot be deleted through the API (B66).
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.remove("*.txt")
        [2]
        """
        ids = self._removable(rows)
        self._core.table.remove(ids)
        return ids

    def _removable(self, rows: Rows) -> list[int]:
        self._core.check_idle()
        ids = self._core.table.select(rows)
        documents = [self._core.journal.documents[id_] for id_ in ids]
        fixed = [d for d in documents if d.upload_id is not None and d.state not in ENDED]
        if fixed:
            raise InputError(
                f"{fixed[0].name} has an upload in Procore, which cannot be deleted through the API. Leave it in the "
                "batch, or delete it in Procore."
            )
        return ids
