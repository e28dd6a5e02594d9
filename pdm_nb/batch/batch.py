"""`Batch`: a table of documents that is stored in a journal. It combines parts, and each part has its own module.

    Batch ──► editing.py      set, fill, replace, accept, undo …
          ├─► checking.py     check, explain, plan …
          ├─► batch_files.py  rescan, file_changes, existing, exclude …
          ├─► batch_runs.py   upload, watch, submit, resume
          ├─► retry.py        retry, confirm
          └─► view.py         what the grid and the workbench read

The parts share `batch_core.py`: project, journal, table, notices and the current run. A method that `delegate` makes has
the signature and the docstring of the part's method.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from .backend import ProjectBackend
from .batch_core import BatchCore
from .batch_files import BatchFiles
from .batch_runs import BatchRuns
from .checking import Checking
from .delegate import delegate
from .editing import Editing
from .evidence import BatchEvidence
from .evidence.journal_frames import status
from .held_list import write_held_list
from .journal.journal import Journal
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
        self._view = BatchView(self._core)

    # -- cells
    set = delegate("_editing", Editing.set)
    set_cells = delegate("_editing", Editing.set_cells)
    fill = delegate("_editing", Editing.fill)
    replace = delegate("_editing", Editing.replace)
    apply_fixes = delegate("_editing", Editing.apply_fixes)
    accept = delegate("_editing", Editing.accept)
    parse_dates = delegate("_editing", Editing.parse_dates)
    undo = delegate("_editing", Editing.undo)
    redo = delegate("_editing", Editing.redo)
    actions = delegate("_editing", Editing.actions)
    to_code = delegate("_editing", Editing.to_code)

    # -- checks
    check = delegate("_checking", Checking.check)
    findings = delegate("_checking", Checking.findings)
    explain = delegate("_checking", Checking.explain)
    parse_names = delegate("_checking", Checking.parse_names)
    plan = delegate("_checking", Checking.plan)
    set_version_order = delegate("_checking", Checking.set_version_order)
    refresh = delegate("_checking", Checking.refresh)

    # -- files and documents
    file_changes = delegate("_files", BatchFiles.file_changes)
    rescan = delegate("_files", BatchFiles.rescan)
    add_new_versions = delegate("_files", BatchFiles.add_new_versions)
    existing = delegate("_files", BatchFiles.existing)
    exclude = delegate("_files", BatchFiles.exclude)
    restore_excluded = delegate("_files", BatchFiles.restore_excluded)
    remove = delegate("_files", BatchFiles.remove)

    # -- runs
    upload = delegate("_runs", BatchRuns.upload)
    watch = delegate("_runs", BatchRuns.watch)
    submit = delegate("_runs", BatchRuns.submit)
    resume = delegate("_runs", BatchRuns.resume)
    retry = delegate("_retry", Retry.retry)
    confirm = delegate("_retry", Retry.confirm)

    @property
    def notices(self) -> list[str]:
        """Messages about the batch as a whole.

        Examples
        --------
        >>> batch.notices[0][:50]
        '3 documents are named by the template {stem}, such'
        """
        return self._core.notices

    @property
    def view(self) -> BatchView:
        """What the grid and the workbench read: documents, cells, columns, values, layout, journal.

        Examples
        --------
        >>> [document.name for document in batch.view.documents]
        ['A-101.pdf', 'A-102.pdf', 'notes.txt']
        """
        return self._view

    # -- reading
    @property
    def frame(self) -> pd.DataFrame:
        """The table as text: index `document` (int64); file, state and one column for each field (string).

        Examples
        --------
        >>> batch.frame.loc[batch["file"].str.endswith(".pdf"), "state"].tolist()
        ['not uploaded', 'not uploaded']
        """
        return self._core.table.frame

    def edit(self, depends: Mapping[str, Any] | None = None) -> Any:
        """Return the grid to edit the metadata in.

        Parameters
        ----------
        depends : mapping, optional
            Fields whose lists depend on another field; see `pdm_nb.widgets.Workbench`.

        Returns
        -------
        Workbench
            A view of the workbench with the table; display it at the end of a cell.

        Examples
        --------
        >>> grid = batch.edit()
        >>> grid.summary()
        '3 documents'
        """
        # Widgets use the batch, so they are loaded only here.
        from ..widgets.workbench.workbench import Workbench

        return Workbench(self, view="grid", depends=depends)

    # -- results
    def status(self) -> pd.DataFrame:
        """Return the state of each document.

        Returns
        -------
        DataFrame
            Index `document` (int64); file, state, upload_id, revision_id (string), version (Int64), reason, message
            (string).

        Examples
        --------
        >>> batch.status()[["file", "state"]].values.tolist()[0]
        ['A-101.pdf', 'not uploaded']
        """
        return status(self._core.journal)

    @property
    def evidence(self) -> BatchEvidence:
        """Where each document comes from, who changed which cell, and what the service has.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> batch.evidence.changes[["file", "field", "after", "author"]].values.tolist()[-1]
        ['A-101.pdf', 'revision', 'P01', 'analyst']
        """
        return BatchEvidence(self._core.journal, self._runs.reconcile)

    def report(self, path: str | Path, *, on_hold: bool = False) -> Path:
        """Write the evidence with the findings of `check()`, or what is on hold for whoever knows the right values.

        Parameters
        ----------
        path : str or path
            As in `evidence.save`.
        on_hold : bool
            Write an .xlsx of the documents that have errors or are on hold, with the reasons next to the cells and lists
            to select from. `file_changes(path)` shows what was changed when it comes back.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, a folder that does not exist, or, with `on_hold`, if nothing is on hold or the file exists.

        Examples
        --------
        >>> batch.report("report.xlsx").name
        'report.xlsx'
        >>> batch.report("held.xlsx", on_hold=True).name
        'held.xlsx'
        """
        if on_hold:
            self.check()
            return write_held_list(self._core.table, self._core.form_origin, Path(path).expanduser())
        return BatchEvidence(self._core.journal, findings=self.check).save(path)

    def copy_journal(self, path: str | os.PathLike[str]) -> Path:
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

        Examples
        --------
        >>> batch.copy_journal("copy.sqlite").name
        'copy.sqlite'
        """
        return self._core.journal.save_as(path)

    def close(self) -> None:
        """Stop a run and close the journal, so that another kernel can open it.

        Examples
        --------
        >>> batch.close()
        >>> with project.batch(journal=batch.view.journal_path) as batch:  # closed at the end of the block
        ...     len(batch)
        3
        """
        if self.view.run is not None and self._core.is_running:
            self.view.run.cancel()
            with suppress(Exception):  # it was stopped on purpose; its error is in `run.error`
                self.view.run.wait()
        self._core.is_closed = True
        self._core.journal.close()
        self._core.on_close()

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getitem__(self, key: Any) -> Any:
        """`frame[key]`: a column, several columns, or the rows of a mask."""
        return self.frame[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            f"A batch is changed by its methods. Use batch.set(None, {key!r}, …) to set a column."
        )

    def __iter__(self) -> Iterator[str]:
        """The names of the columns, as a DataFrame does."""
        return iter(self._core.table.columns)

    def __contains__(self, key: object) -> bool:
        return key in self._core.table.columns

    def _ipython_key_completions_(self) -> list[str]:
        """The names that the Tab key completes in `batch["…"]`."""
        return list(self)

    def __len__(self) -> int:
        return len(self._core.journal.documents)

    def __repr__(self) -> str:
        labels = [document.state_label for document in self.view.documents]
        counts = ", ".join(
            f"{count} {state}" for state, count in pd.Series(labels, dtype="object").value_counts().items()
        )
        return f"<Batch of {len(self)} documents ({counts}), journal {self.view.journal_path}>"

    def _repr_html_(self) -> str:
        notices = "".join(f"<p>{html.escape(one)}</p>" for one in self.notices)
        return notices + str(self.frame.to_html(max_rows=10, notebook=True))
