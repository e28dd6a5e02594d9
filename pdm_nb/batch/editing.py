"""Edits the cells of a batch: set, fill, replace, fix, undo. Each call is one action that can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.values.text import quantity
from .batch_core import BatchCore
from .table import naming_report
from .table.changed_cells import ChangedCells, changed_cells
from .table.find_replace import Finder, replacements, skipped
from .table.row_selection import Rows
from .table.series import continue_series
from .table.undo import CellChange


class Editing:
    """The methods of `Batch` that change cells."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    def set(self, rows: Rows, field: str, value: Any) -> ChangedCells:
        """Set a field of some documents.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents: an id, a pattern of file names, a list of either, a boolean mask, a part of the frame, or None
            for all.
        field : str
            Its name, label or id.
        value : Any
            One value for all documents or a list with one for each: labels, codes, ids, text, numbers, dates. None
            clears the cells. Text that is not a value of the field is kept as it is, and reported as a finding.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Raises
        ------
        InputError
            For a field that cannot be set, or a document that does not exist or was submitted.

        Examples
        --------
        >>> changed = batch.set("A-*.pdf", "status", "S2")
        >>> changed[["file", "after"]].values.tolist()
        [['A-101.pdf', 'Suitable for information'], ['A-102.pdf', 'Suitable for information']]
        >>> batch.set(0, "status", "S99").findings
        error, document 0: 'S99' is not in the Status list. Select one of the 17 values in the list.
        """
        return self._changed(self._core.table.set(rows, field, value))

    def set_cells(
        self, cells: Iterable[tuple[int, str, Any]] | pd.DataFrame, label: str = ""
    ) -> ChangedCells:
        """Set several cells as one action, as a paste does.

        Parameters
        ----------
        cells : iterable of (row, field, value), or DataFrame
            Rows, fields and values as in `set`; or the columns document, field and after of a frame, such as the one of
            `file_changes` for a register or list that came back. Rows without a field are left out.
        label : str
            The description of the action in `actions()`.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Raises
        ------
        InputError
            If a cell cannot be set; then none is set.

        Examples
        --------
        >>> len(batch.set_cells([(0, "revision", "P01"), (1, "revision", "P02"), (1, "number", "0002")]))
        3
        """
        if isinstance(cells, pd.DataFrame):
            cells = cells.dropna(subset=["document", "field"])
            rows = zip(cells["document"], cells["field"], cells["after"], strict=True)
            cells = [(int(row), str(name), None if pd.isna(value) else value) for row, name, value in rows]
        return self._changed(self._core.table.put(cells, label))

    def fill(self, rows: Rows, field: str, *, series: bool = False) -> ChangedCells:
        """Copy the value of the first row to the other rows, or continue a series.

        Cells that cannot be set are skipped, as in `replace`.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.
        field : str
            Its name, label or id.
        series : bool
            Continue the series of the first two rows instead, such as 2, 4 or 2026-01-01, 2026-01-08 or A-001, A-002.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Raises
        ------
        InputError
            If the first two values do not begin a series.

        Examples
        --------
        >>> _ = batch.set_cells([(0, "number", "0001"), (1, "number", "0002")])
        >>> batch.fill(None, "number", series=True)["after"].tolist()
        ['0003']
        """
        table = self._core.table
        item = table.configuration.field(field)
        ids = table.select(rows)
        known = [self._core.journal.cell(id_, item.id).text for id_ in ids[: 2 if series else 1]]
        texts = continue_series(known, len(ids) - len(known)) if series else known * (len(ids) - 1)
        if texts is None:
            raise InputError(
                f"Cannot continue a series from {' and '.join(map(repr, known))}. Start with two numbers, dates or "
                "names with a number."
            )
        cells = [(id_, item, text) for id_, text in zip(ids[len(known) :], texts, strict=True)]
        return self._set_unlocked(cells, f"{item.label} {'continued' if series else 'filled'}")

    def replace(
        self,
        text: str,
        by: str,
        rows: Rows = None,
        fields: Iterable[str] | str | None = None,
        *,
        case: bool = False,
        whole: bool = False,
    ) -> ChangedCells:
        """Replace a text in cells.

        Cells that cannot be set are skipped: those of submitted documents and of readonly fields. `batch.notices` and the
        log report how many, and why.

        Parameters
        ----------
        text : str
            The text to find. It is not a pattern.
        by : str
            The new text.
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.
        fields : str or iterable of str, optional
            The fields; all that are shown if not given, also those that cannot be set.
        case : bool
            Match capitals. If not, straße and STRASSE are the same, and so are i, I, İ and ı.
        whole : bool
            Only cells that contain nothing else. With `whole=True`, an empty `text` finds empty cells.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Raises
        ------
        InputError
            For an empty `text` without `whole`, or an unknown field.

        Examples
        --------
        >>> _ = batch.set(None, "description", "Ground flor plan")
        >>> batch.replace("flor", "floor", fields="description")["after"].unique().tolist()
        ['Ground floor plan']
        """
        if not text and not whole:
            raise InputError(
                "replace() needs a text to find. To fill empty cells, use replace('', …, whole=True)."
            )
        table, known = self._core.table, self._core.table.configuration
        names = [fields] if isinstance(fields, str) else fields
        items = [*known.shown, *known.readonly] if names is None else [known.field(name) for name in names]
        places = product(table.select(rows), items)
        texts = (((id_, item), table.shown_text(id_, item)) for id_, item in places)
        changes = replacements(texts, Finder(text, case=case, whole=whole), by)
        return self._set_unlocked([(*place, new) for place, new in changes], f"{text!r} replaced by {by!r}")

    def apply_fixes(self, code: str | None = None) -> ChangedCells:
        """Apply the proposals of findings, as one action.

        A proposal is another spelling of the only value that can be meant. Values that are merely similar are named in
        the message of a finding and never set.

        Parameters
        ----------
        code : str, optional
            Apply the proposals of all findings of this code, also of warnings. If not given, those of all errors.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Examples
        --------
        >>> _ = batch.set("A-101.pdf", "status", "Suitable-for information")
        >>> batch.apply_fixes()["after"].tolist()
        ['Suitable for information']
        """
        return self._changed(self._core.table.apply_fixes(code))

    def accept(self, rows: Rows = None, fields: Iterable[str] | str | None = None) -> ChangedCells:
        """Accept what machine learning or the file name suggests, where a cell has another value (B37).

        Submitted documents and fields that cannot be set are skipped.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.
        fields : str or iterable of str, optional
            The fields; all if not given.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). It is
            displayed with the findings in these cells, which are in its attribute `findings`.

        Raises
        ------
        InputError
            For an unknown field or document.

        Examples
        --------
        >>> batch.upload().wait().state.unique().tolist(), batch.watch().wait().state.unique().tolist()
        (['uploaded'], ['ready'])
        >>> batch.accept("A-*.pdf", ["discipline", "type"]).columns.tolist()
        ['document', 'file', 'field', 'before', 'after']
        """
        known = self._core.table.configuration
        names = [fields] if isinstance(fields, str) else fields
        items = known.shown if names is None else [known.field(name) for name in names]
        return self._changed(self._core.table.accept(self._core.table.select(rows), items))

    def parse_dates(
        self, field: str, *, order: str = "YMD", zone: str | None = None, rows: Rows = None
    ) -> ChangedCells:
        """Convert texts such as 03/04/2026 to dates, as one action (B29).

        Years have four digits, months may be words. Texts that do not match the order stay as they are, and `check()`
        reports them.

        Parameters
        ----------
        field : str
            A date field: its name, label or id.
        order : {"YMD", "DMY", "MDY"}
            The order of year, month and day in the texts.
        zone : str, optional
            The time zone of texts with a time, such as "Europe/Berlin"; UTC if not given. It is also used for texts
            that lack only a time zone, such as 2026-03-31 14:30. A date without a time stays that day.
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string).

        Raises
        ------
        InputError
            For a field that is not a date, an unknown order, or an unknown time zone.

        Examples
        --------
        >>> _ = batch.set(0, "date_authored", "03/04/2026")
        >>> batch.parse_dates("date_authored", order="DMY")["after"].tolist()
        ['2026-04-03']
        """
        table = self._core.table
        return self._changed(table.read_dates(field, table.select(rows), order, zone))

    def undo(self) -> ChangedCells:
        """Undo the last action, made in code or in the grid.

        Up to 100 actions are kept while the batch is open; a journal that is opened again has only the cells. A cell that
        was changed since stays as it is, and so do submitted documents; an action of only such cells is skipped.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string). Empty if there is nothing to
            undo.

        Examples
        --------
        >>> changed = batch.set(None, "status", "S2")
        >>> len(batch.undo()) == len(changed)
        True
        """
        return changed_cells(self._core.table, self._core.table.undo(), is_undo=True)

    def redo(self) -> ChangedCells:
        """Redo the last action that was undone, if nothing was set since.

        Returns
        -------
        ChangedCells
            A DataFrame with one row per changed cell: document (Int64), file, field, before, after (string).

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01"), batch.undo()
        >>> batch.redo()["after"].tolist()
        ['P01']
        """
        return self._changed(self._core.table.redo())

    def actions(self) -> pd.DataFrame:
        """List the actions that can be undone or redone.

        Returns
        -------
        DataFrame
            One row per action: action (string), cells (Int64), undone (boolean). First those that `undo()` undoes, the
            last one at the end, then those that `redo()` redoes, in their order.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> batch.actions()["action"].tolist()
        ['Revision = P01, 1 document']
        """
        return naming_report.actions(self._core.table.history)

    def to_code(self) -> str:
        """Return the actions since the batch was opened as code that repeats them.

        Returns
        -------
        str
            Lines that call `batch.set` and `batch.set_cells`.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> print(batch.to_code(), end="")
        batch.set(0, 'revision', 'P01')
        """
        return naming_report.code(self._core.table)

    def _set_unlocked(self, cells: list[tuple[int, Field, str]], what: str) -> ChangedCells:
        """Set those of some cells that can be set; report the others in a notice."""
        table = self._core.table
        reasons = [table.why_locked(id_, item) for id_, item, _ in cells]
        placed = [
            (id_, item.name, text) for (id_, item, text), why in zip(cells, reasons, strict=True) if not why
        ]
        label = f"{what}, {quantity(len(placed), 'cell')}"
        if any(reasons):
            self._core.notice(f"{label}. {skipped(filter(None, reasons))}")
        return self._changed(table.put(placed, label))

    def _changed(self, changes: Iterable[CellChange]) -> ChangedCells:
        return changed_cells(self._core.table, changes)
