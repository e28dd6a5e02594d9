"""`Batch`: a table of documents that is stored in a journal. It combines parts, and each part has its own module.

    Batch ──► editing.py      set, fill, replace, undo …
          ├─► checking.py     check, explain, plan …
          ├─► batch_files.py  rescan, changes, known, leave_out …
          ├─► batch_runs.py   upload, watch, submit, resume
          ├─► retry.py        retry, confirm
          └─► view.py         what the grid and the panels read

The parts share `core.py`: project, journal, table, notices and the current run. A method that `delegate` makes has the
signature and the docstring of the part's method.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from ..model import Cell, Document, Field
from ..runs.run import Run
from .audit_report import status, write_report
from .backend import ProjectBackend
from .batch_core import BatchCore
from .batch_files import BatchFiles
from .batch_runs import BatchRuns
from .checking import Checking
from .delegate import delegate
from .editing import Editing
from .journal.journal import Journal
from .journal.states import EDITABLE
from .retry import Retry
from .table.batch_table import BatchTable
from .view import BatchView


class Batch:
    """A table of documents, stored in a journal that survives the kernel.

    Created by `project.batch(…)`. `frame` is the table, `set` and `edit` change it, `check` finds what the service would
    refuse. `upload`, `watch` and `submit` return a `Run`.
    """

    def __init__(self, project: ProjectBackend, journal: Journal, table: BatchTable) -> None:
        self._core = BatchCore(project, journal, table)
        self._files = BatchFiles(self._core)
        self._editing = Editing(self._core)
        self._checking = Checking(self._core, self._files)
        self._runs = BatchRuns(self._core, self._files, self._checking)
        self._retry = Retry(self._core)
        self.view = BatchView(self._core)
        self._on_close: list[Callable[[], object]] = []

    # -- the parts
    set = delegate("_editing", Editing.set)
    put = delegate("_editing", Editing.put)
    fill = delegate("_editing", Editing.fill)
    replace = delegate("_editing", Editing.replace)
    mend = delegate("_editing", Editing.mend)
    dates = delegate("_editing", Editing.dates)
    undo = delegate("_editing", Editing.undo)
    redo = delegate("_editing", Editing.redo)
    history = delegate("_editing", Editing.history)
    code = delegate("_editing", Editing.code)
    set_name_template = delegate("_editing", Editing.set_name_template)

    check = delegate("_checking", Checking.check)
    findings = delegate("_checking", Checking.findings)
    related_findings = delegate("_checking", Checking.related_findings)
    explain = delegate("_checking", Checking.explain)
    naming = delegate("_checking", Checking.naming)
    plan = delegate("_checking", Checking.plan)
    set_order = delegate("_checking", Checking.set_order)
    refresh = delegate("_checking", Checking.refresh)

    take = delegate("_files", BatchFiles.take)
    named_by_template = delegate("_files", BatchFiles.named_by_template)
    changes = delegate("_files", BatchFiles.changes)
    rescan = delegate("_files", BatchFiles.rescan)
    revise = delegate("_files", BatchFiles.revise)
    known = delegate("_files", BatchFiles.known)
    leave_out = delegate("_files", BatchFiles.leave_out)
    take_back = delegate("_files", BatchFiles.take_back)
    remove = delegate("_files", BatchFiles.remove)

    upload = delegate("_runs", BatchRuns.upload)
    watch = delegate("_runs", BatchRuns.watch)
    submit = delegate("_runs", BatchRuns.submit)
    resume = delegate("_runs", BatchRuns.resume)
    retry = delegate("_retry", Retry.retry)
    confirm = delegate("_retry", Retry.confirm)

    shown = delegate("view", BatchView.shown)
    search = delegate("view", BatchView.search)
    choices = delegate("view", BatchView.choices)
    required = delegate("view", BatchView.required)
    suggestion = delegate("view", BatchView.suggestion)
    why_not_set = delegate("view", BatchView.why_not_set)
    watch_changes = delegate("view", BatchView.watch_changes)

    notice = delegate("_core", BatchCore.notice)
    take_notices = delegate("_core", BatchCore.take_notices)
    reconfigure = delegate("_core", BatchCore.reconfigure)

    # -- what the parts share
    @property
    def project(self) -> ProjectBackend:
        """The project that the documents are uploaded to."""
        return self._core.project

    @project.setter
    def project(self, project: ProjectBackend) -> None:
        self._core.project = project

    @property
    def journal(self) -> Journal:
        """The journal that stores the batch."""
        return self._core.journal

    @property
    def journal_path(self) -> Path:
        """The file of the journal."""
        return self._core.journal.path

    @property
    def table(self) -> BatchTable:
        """The table: cells, rules and findings."""
        return self._core.table

    @property
    def run(self) -> Run[pd.DataFrame] | None:
        """The current or last run; None before the first one."""
        return self._core.run

    @property
    def notices(self) -> list[str]:
        """Messages about the batch as a whole."""
        return self._core.notices

    @property
    def unknown(self) -> str:
        """What could not be compared when existing documents were last fetched; "" if everything was."""
        return self._files.unknown

    # -- reading
    @property
    def frame(self) -> pd.DataFrame:
        """The table as text: index `document` (int64); file, state and one column for each field (string)."""
        return self._core.table.frame

    @property
    def documents(self) -> list[Document]:
        """All documents, with their state, in the order in which they were added."""
        return list(self._core.journal.documents.values())

    @property
    def editable(self) -> list[int]:
        """The ids of the documents whose fields can be set."""
        return [document.id for document in self.documents if document.state in EDITABLE]

    @property
    def api_calls(self) -> int:
        """The number of API calls of the sign-in so far."""
        return self._core.project.client.calls.total()

    @property
    def storage_puts(self) -> int:
        """The number of file parts that the sign-in has sent to storage so far."""
        return self._core.project.client.storage_puts

    def document(self, id_: int) -> Document:
        """Return one document.

        Parameters
        ----------
        id_ : int
            Its number: the index of `frame`.

        Returns
        -------
        Document
            With its file, state, ids and message.

        Raises
        ------
        InputError
            If there is no such document.
        """
        return self._core.journal.documents[self._core.table.select(id_)[0]]

    def cell(self, id_: int, field: str) -> Cell:
        """Return one cell: its text, the values that are sent, and its source.

        Parameters
        ----------
        id_ : int
            The document.
        field : str
            The field: its name, label or id.

        Returns
        -------
        Cell
            What the analyst set and the service does not have yet, else what the service has.

        Raises
        ------
        InputError
            If there is no such document or field.
        """
        return self._core.journal.cell(self.document(id_).id, self._core.table.configuration.field(field).id)

    @property
    def name_template(self) -> str:
        """The template that fills in missing names of documents, such as "{stem}" or "{number}" (B33)."""
        return self._editing.name_template

    @property
    def columns(self) -> list[Field]:
        """Fields that can be set: of the naming standard first, then the required ones, then the others."""
        return self.view.columns

    @property
    def told_columns(self) -> list[Field]:
        """Fields that are shown and cannot be set: the computed name (B33), then the readonly ones (B20)."""
        return self.view.readonly_columns

    @property
    def titles(self) -> dict[str, str]:
        """Titles of findings by code, such as {"PDM101": "Required field is empty"}; custom checks too."""
        return self.view.titles

    @property
    def shape(self) -> tuple[Any, ...]:
        """A value that changes if documents are added or removed, or the configuration of the project changes."""
        return self.view.shape

    @property
    def layout(self) -> list[Mapping[str, Any]]:
        """The layout of the grid's columns; it is stored in the journal."""
        return self.view.layout

    @layout.setter
    def layout(self, columns: Iterable[Mapping[str, Any]]) -> None:
        self.view.layout = columns

    def edit(self, depends: Mapping[str, Any] | None = None) -> Any:
        """Return the grid to edit the metadata in.

        Parameters
        ----------
        depends : mapping, optional
            Fields whose lists depend on another field; see `MetadataGrid`.

        Returns
        -------
        MetadataGrid
            A widget; display it at the end of a cell.
        """
        # Widgets use the batch, so they are loaded only here.
        from ..widgets.panels.metadata_grid import MetadataGrid

        return MetadataGrid(self, depends)

    def set_goal(self, until: str) -> None:
        """Set how far `resume()` continues by default: 'upload', 'watch' or 'submit'."""
        self._core.journal.set_meta("until", until)

    # -- results
    def status(self) -> pd.DataFrame:
        """Return the state of each document.

        Returns
        -------
        DataFrame
            Index `document` (int64); file, state, upload_id, revision_id, version, reason, message (string).
        """
        return status(self._core.journal)

    def report(self, path: str | Path) -> Path:
        """Write an audit report.

        Parameters
        ----------
        path : str or path
            A file .xlsx (sheets documents, findings, history) or .csv (documents).

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, or a folder that does not exist.
        """
        return write_report(self._core.journal, Path(path), self.check())

    def save_journal(self, path: str | os.PathLike[str]) -> Path:
        """Write a copy of the journal; works also if its own file was deleted.

        Parameters
        ----------
        path : str or path
            The new file.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        JournalError
            If the file exists already or cannot be written.
        """
        return self._core.journal.save_as(path)

    @staticmethod
    def report_journal(journal: str | os.PathLike[str], path: str | Path) -> tuple[Path, int]:
        """Write the report of a journal without a connection; return its path and the number of documents."""
        opened = Journal.open(Path(journal))
        written = write_report(opened, Path(path))
        number = len(opened.documents)
        opened.close()
        return written, number

    @staticmethod
    def project_of(journal: str | os.PathLike[str]) -> tuple[str, str]:
        """Return the company id and the project id that a journal belongs to."""
        opened = Journal.open(Path(journal))
        identity = opened.identity
        opened.close()
        return identity.company_id, identity.project_id

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call a function when the batch is closed.

        Parameters
        ----------
        callback : callable
            It gets no arguments.
        """
        self._on_close.append(callback)

    def close(self) -> None:
        """Stop a run and close the journal, so that another kernel can open it."""
        if self.run is not None and self._core.is_running:
            self.run.cancel()
            with suppress(Exception):  # it was stopped on purpose; its error is in `run.error`
                self.run.wait()
        self._core.is_closed = True
        self._core.journal.close()
        for callback in self._on_close:
            callback()

    def __len__(self) -> int:
        return len(self._core.journal.documents)

    def __repr__(self) -> str:
        labels = [document.state_label for document in self.documents]
        counts = ", ".join(
            f"{count} {state}" for state, count in pd.Series(labels, dtype="object").value_counts().items()
        )
        return f"<Batch of {len(self)} documents ({counts}), journal {self.journal_path.name}>"

    def _repr_html_(self) -> str:
        notices = "".join(f"<p>{html.escape(one)}</p>" for one in self.notices)
        return notices + str(self.frame.to_html(max_rows=10, notebook=True))
