"""Edits the cells of a batch: set, fill, replace, fix, undo. Each call is one action that can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import frames
from ..errors import InputError
from ..model import Finding
from .batch_core import BatchCore
from .table import naming_report
from .table.row_selection import Rows
from .table.series import continue_series


class Editing:
    """The methods of `Batch` that change cells."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    def set(self, rows: Rows, field: str, value: Any) -> list[Finding]:
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
        list of Finding
            The findings in these cells; displayed as a table.

        Raises
        ------
        InputError
            For a field that cannot be set, or a document that does not exist or was submitted.

        Examples
        --------
        >>> batch.set("A-*.pdf", "status", "S2")  # doctest: +SKIP
        """
        return self._core.table.set(rows, field, value)

    def put(self, cells: Iterable[tuple[int, str, Any]], label: str = "") -> list[Finding]:
        """Set several cells as one action, as a paste does.

        Parameters
        ----------
        cells : iterable of (row, field, value)
            Rows, fields and values as in `set`.
        label : str
            The description of the action in `history()`.

        Returns
        -------
        list of Finding
            The findings in these cells.

        Raises
        ------
        InputError
            If a cell cannot be set; then none is set.
        """
        return self._core.table.put(cells, label)

    def fill(self, rows: Rows, field: str, *, series: bool = False) -> list[Finding]:
        """Copy the value of the first row to the other rows, or continue a series.

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
        list of Finding
            The findings in these cells.

        Raises
        ------
        InputError
            If the first two values do not begin a series.
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
        cells = zip(ids[len(known) :], texts, strict=True)
        label = f"{item.label} {'continued' if series else 'filled'}, {len(texts):,} documents"
        return table.put(((id_, item.name, text) for id_, text in cells), label)

    def replace(
        self,
        text: str,
        by: str,
        rows: Rows = None,
        fields: Iterable[str] | str | None = None,
        *,
        case: bool = False,
        whole: bool = False,
    ) -> list[Finding]:
        """Replace a text in cells.

        Parameters
        ----------
        text : str
            The text to find. It is not a pattern.
        by : str
            The new text.
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.
        fields : str or iterable of str, optional
            The fields; all if not given.
        case : bool
            Match capitals.
        whole : bool
            Only cells that contain nothing else. With `whole=True`, an empty `text` finds empty cells.

        Returns
        -------
        list of Finding
            The findings in the cells that changed.

        Raises
        ------
        InputError
            For an empty `text` without `whole`, or a cell that cannot be set.
        """
        if not text and not whole:
            raise InputError(
                "replace() needs a text to find. To fill empty cells, use replace('', …, whole=True)."
            )
        known = self._core.table.configuration
        names = [fields] if isinstance(fields, str) else fields
        items = known.shown if names is None else [known.field(name) for name in names]
        pattern = re.compile(re.escape(text), 0 if case else re.IGNORECASE)
        cells = []
        for id_ in self._core.table.select(rows):
            for item in items:
                old = self._core.journal.cell(id_, item.id).text
                found = pattern.fullmatch(old) if whole else pattern.search(old)
                new = pattern.sub(lambda _: by, old, count=1 if whole else 0) if found else old
                if new != old:
                    cells.append((id_, item.name, new))
        return self._core.table.put(cells, f"{text!r} replaced by {by!r}, {len(cells):,} cells")

    def mend(self, code: str | None = None) -> pd.DataFrame:
        """Apply the proposals of findings, as one action.

        A proposal is another spelling of the only value that can be meant. Values that are merely similar are named in
        the message of a finding and never set.

        Parameters
        ----------
        code : str, optional
            Apply the proposals of all findings of this code, also of warnings. If not given, those of all errors.

        Returns
        -------
        DataFrame
            The findings that were fixed, in the columns of `check()`, with the `proposal` that was set.
        """
        names = {document.id: document.name for document in self._core.journal.documents.values()}
        return frames.findings(self._core.table.apply_fixes(code), names)

    def dates(
        self, field: str, *, order: str = "YMD", zone: str | None = None, rows: Rows = None
    ) -> pd.DataFrame:
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
        DataFrame
            One row per changed cell: document (Int64), file, field, before, text (string).

        Raises
        ------
        InputError
            For a field that is not a date, an unknown order, or an unknown time zone.
        """
        table = self._core.table
        read = table.read_dates(field, table.select(rows), order, zone)
        return naming_report.changed(table, read, is_undo=False)

    def undo(self) -> pd.DataFrame:
        """Undo the last action, made in code or in the grid.

        Up to 100 actions are kept while the batch is open; a journal that is opened again has only the cells. A cell that
        was changed since stays as it is, and so do submitted documents; an action of only such cells is skipped.

        Returns
        -------
        DataFrame
            One row per changed cell: document (Int64), file, field, before, text (string). Empty if there is nothing to
            undo.
        """
        return naming_report.changed(self._core.table, self._core.table.undo(), is_undo=True)

    def redo(self) -> pd.DataFrame:
        """Redo the last action that was undone, if nothing was set since.

        Returns
        -------
        DataFrame
            One row per changed cell: document (Int64), file, field, before, text (string).
        """
        return naming_report.changed(self._core.table, self._core.table.redo(), is_undo=False)

    def history(self) -> pd.DataFrame:
        """List the actions that can be undone or redone.

        Returns
        -------
        DataFrame
            One row per action: action (string), cells (Int64), undone (boolean). First those that `undo()` undoes, the
            last one at the end, then those that `redo()` redoes, in their order.
        """
        return naming_report.actions(self._core.table.history)

    def code(self) -> str:
        """Return the actions since the batch was opened as code that repeats them.

        Returns
        -------
        str
            Lines that call `batch.set` and `batch.put`.
        """
        return naming_report.code(self._core.table)

    # -- names of documents
    @property
    def name_template(self) -> str:
        """The template that fills in missing names of documents, such as "{stem}" or "{number}" (B33)."""
        return self._core.table.names.template

    def set_name_template(self, template: str) -> pd.DataFrame:
        """Set the template that fills in missing names, if `name` is a field that can be set (B33).

        Name and format decide which document a revision becomes a version of (B40). Names that a register or the analyst
        set stay, and so do those of uploaded documents. The template is stored with the batch.

        Parameters
        ----------
        template : str
            Text with fields in braces: "{stem}" is the file name without its extension, "{number}" the field of that
            name, "{number} {description}" two fields. A document with an empty one of them gets no name.

        Returns
        -------
        DataFrame
            Index document (int64); columns file, name (string): the documents named by the template.

        Raises
        ------
        InputError
            For a field that the project does not have, or if the service computes names itself.

        Examples
        --------
        >>> batch.set_name_template("{number}").name.tolist()  # doctest: +SKIP
        ['A-101', 'A-102']
        """
        self._core.check_idle()
        table = self._core.table
        if why := table.configuration.why_not_set("name"):
            raise InputError(why)
        ids = table.names.set(template)
        rows = [(self._core.journal.documents[id_].name, table.evaluator.text(id_, "name")) for id_ in ids]
        named = frames.frame({"file": frames.TEXT, "name": frames.TEXT}, rows)
        named.index = pd.Index(ids, name="document", dtype="int64")
        return named
