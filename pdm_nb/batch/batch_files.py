"""What a batch knows of its files: which are new, changed or gone, which the service has already, which stay out."""

from __future__ import annotations

import fnmatch
import glob
import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .. import registers
from ..errors import InputError
from ..model import FILE_NAME
from ..runs.loop import run
from .file_changes import CHANGED, FileChanges, as_frame
from .journal.journal import Journal
from .journal.states import State
from .table.existing_documents import ExistingDocuments
from .table.row_selection import Rows
from .table.table import BatchTable

if TYPE_CHECKING:
    from ..project import Project

NOTHING_LEFT = (State.FAILED, State.GONE)  # their uploads can become no revisions any more
log = logging.getLogger("pdm_nb.batch")


class BatchFiles:
    """The part of a `Batch` that looks at files and at what is there already. Sends nothing.

    `notices` is what is to be told of the batch as a whole.
    """

    def __init__(self, project: Project, journal: Journal, sheet: BatchTable) -> None:
        self.project, self.journal, self.sheet = project, journal, sheet
        self.notices: list[str] = []
        self._delta = FileChanges(journal, sheet)
        self._known: ExistingDocuments | None = None
        self.notice(journal.notice)
        self.take_notices()

    def _check_idle(self) -> None:
        raise NotImplementedError

    def notice(self, told: str, level: int = logging.WARNING) -> None:
        """Show something about the batch as a whole, once: in `notices`, in its display and in the log."""
        if told and told not in self.notices:
            self.notices.append(told)
            log.log(level, told)

    def take_notices(self) -> list[str]:
        """Show what was odd in the project's responses, which its log has already. Returns what is new."""
        new = [told for told in self.project.notices if told not in self.notices]
        self.notices += new
        return new

    def take(
        self,
        source: registers.Source,
        rows: Iterable[registers.RegisterRow],
        *,
        columns: Mapping[str, str | None] | None = None,
        folder: str | os.PathLike[str] | None = None,
    ) -> list[int]:
        """Add the files of a source (`rows`, as read) that are new, take over what a register says differently.

        Answers the ids of those added. Files that changed since they were submitted are told in `notices`.
        """
        if isinstance(source, str | os.PathLike):
            where = os.path.abspath(folder) if folder else None
            told = {"source": os.path.abspath(source), "columns": dict(columns or {}), "folder": where}
            self.journal.set_meta("source", json.dumps(told))
        added = self._delta.take(rows)
        self.notice(self.named_by_template(added), logging.INFO)
        count = sum(change.what == CHANGED for change in self._delta.look())
        if count:
            self.notice(
                f"{count} file{'s' if count > 1 else ''} changed since the upload: batch.changes() lists them, "
                "batch.revise() takes those that were submitted as new versions."
            )
        return added

    def named_by_template(self, ids: Iterable[int] | None = None) -> str:
        """Return how documents are named that nobody gave a name, as a sentence; "" if there are none (B33).

        Parameters
        ----------
        ids : iterable of int, optional
            The documents to look at; all of the batch if not given.
        """
        name = self.sheet.configuration.by_name.get("name")
        named = [
            id_
            for id_ in (self.journal.documents if ids is None else ids)
            if name and (cell := self.journal.ours(id_, name.id)) and cell.source == FILE_NAME
        ]
        if not named:
            return ""
        first = self.journal.documents[named[0]]
        count = f"{len(named):,} document{'s are' if len(named) > 1 else ' is'}"
        return (
            f"{count} named by the template {self.sheet.names.template}, such as {self.sheet.text(first.id, 'name')!r} for "
            f"{first.name}. The name and the format decide what becomes a version of what."
        )

    def changes(self) -> pd.DataFrame:
        """Files that changed since they were uploaded or submitted, or that are gone; compared by their hash.

        Columns: document, file, path, what ('changed', 'vanished'), since (UTC), revision_id, size_before, size,
        message.
        """
        return as_frame(self._delta.look())

    def rescan(self) -> pd.DataFrame:
        """Read the folder, pattern or register again: add what is new, tell what changed or vanished.

        The same columns as `changes()`, with 'new' for files that were added.
        """
        told = json.loads(self.journal.meta.get("source", "null"))
        added: list[int] = []
        if told is not None and (Path(told["source"]).exists() or glob.has_magic(told["source"])):
            source, options = told["source"], {"columns": told["columns"], "folder": told["folder"]}
            rows = registers.read(source, self.sheet.configuration.settable, **options)
            added = self.take(source, rows, **options)
        return as_frame(self._delta.look(), (self.journal.documents[id_] for id_ in added))

    def revise(self, rows: Rows = None) -> list[int]:
        """Take files that changed since they were submitted as new documents, each the next version of the one before.

        The row before stays as it is. The new one has what you set in it, but not its revision and date. Answers
        the ids of the new rows; `check()` tells of each which revision it follows.
        """
        self._check_idle()
        return self._delta.revise(None if rows is None else self.sheet.select(rows))

    def known(self, *, refresh: bool = False) -> pd.DataFrame:
        """Documents of this batch that the service has already: by name and format (B40), or by their file (B73).

        `batch.leave_out(batch.known())` leaves them out. Index `document`; file, name (there), kind ('upload' or
        'revision'), id, version, revision, at (UTC), same_file: true if file name and size are the same, which makes it
        probably the same file; missing if the service does not report them. What has another name there is found by
        file name, size and format alone. `notices` says what could not be looked at.
        """
        run(self._ask_known(refresh=refresh))
        return self._delta.known()

    @property
    def unknown(self) -> str:
        """What could not be looked at when the service was last asked what is there already; "" if there is nothing."""
        return "" if self.sheet.known.is_complete else self.sheet.known.told or "it was not asked for"

    async def _ask_known(self, *, refresh: bool = False) -> None:
        known = await self.project.fetch_known(refresh=refresh)
        if known is not self._known:
            self._known = known
            self.sheet.use(known)
            self.notice(f"Of what is there already: {known.told}." if known.told else "")

    async def _tell_known(self) -> None:
        """Say before anything is sent how much of it is there already; asks again where there was no answer."""
        await self._ask_known()
        known = self._delta.known()
        names = zip(map(int, known.index), known["name"], strict=True)
        renamed = sum(self.sheet.name_of(id_) != name for id_, name in names)
        for count, what in (
            (len(known) - renamed, "already there by name and format, and would become a next version"),
            (renamed, "probably there under another name, and would become a document of its own"),
        ):
            if count:
                self.notice(
                    f"{f'{count} documents are' if count > 1 else '1 document is'} {what}: batch.known() lists them, "
                    "batch.leave_out(batch.known()) leaves them out."
                )

    def leave_out(self, rows: Rows) -> list[int]:
        """Take documents out for good: the same folder, read again, does not bring them back. Answers their ids.

        See `remove` for what cannot be taken out.
        """
        ids = self._removable(rows)
        self.sheet.remove(ids, for_good=True)
        return ids

    def take_back(self, pattern: str = "*") -> list[int]:
        """Add files again that were left out: those whose names match. Answers the ids of their new rows."""
        self._check_idle()
        return self._delta.take_back(lambda path: fnmatch.fnmatchcase(path.name, pattern))

    def remove(self, rows: Rows) -> list[int]:
        """Take documents out of the batch that have no upload at the service, or that failed or are deleted there.

        Nothing is deleted at the service. Of a document that failed, an incomplete upload remains, which no list shows
        and nobody can submit (B23); its file is deleted there after 24 hours (B60). A deleted upload stays in the recycle
        bin, and one that is no longer visible to this account stays as it is (B50, B51). Versions that waited for a document that is removed are released.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.

        Returns
        -------
        list of int
            The ids of the documents that were removed.

        Raises
        ------
        InputError
            If a document has an upload at the service, which cannot be deleted through the API (B66).
        RunError
            While a run is going on.

        Examples
        --------
        >>> batch.remove(batch.status().query("state == 'failed'"))  # doctest: +SKIP
        [3]
        """
        ids = self._removable(rows)
        self.sheet.remove(ids)
        return ids

    def _removable(self, rows: Rows) -> list[int]:
        self._check_idle()
        ids = self.sheet.select(rows)
        documents = [self.journal.documents[id_] for id_ in ids]
        fixed = [d for d in documents if d.upload_id is not None and d.state not in NOTHING_LEFT]
        if fixed:
            raise InputError(
                f"{fixed[0].name} has an upload at the service, which cannot be deleted through the API: leave it, "
                "or delete it in Procore."
            )
        return ids
