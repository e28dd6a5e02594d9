"""Checks a batch and plans its upload: findings, rules that apply, what will become a version of what. Sends nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple

import pandas as pd

from .. import frames
from ..document_preview import is_installed
from ..model import Finding
from ..rules.explain import Explanation
from ..rules.revision_scheme import RevisionScheme
from ..runs.loop import run
from .batch_core import BatchCore
from .batch_files import BatchFiles
from .journal.states import State
from .plan import Plan, plan_of
from .signing import PlanContent, check, find_plan
from .table import naming_report
from .table.row_selection import Rows, select_in_order

NOT_INSTALLED = 'PDFs were not opened. Install what that needs with: python -m pip install "pdm_nb[preview]"'
PlanOrFile = Plan | str | os.PathLike[str] | None
WITHOUT_UPLOAD = (State.PLANNED, State.CREATED, State.TRANSFERRING, State.TRANSFERRED)


class Checking:
    """The methods of `Batch` that check and plan."""

    def __init__(self, core: BatchCore, files: BatchFiles) -> None:
        self._core, self._files = core, files

    def check(self, read_pdfs: bool = False) -> pd.DataFrame:
        """Find what the service would refuse, and what is probably wrong.

        Before anything was sent, documents that the project already has are found too (B40), with one call for each 100
        of them, and what this account may do (B65). Both are fetched once for a project; `project.refresh()` forgets
        them. Files are inspected at their beginning and end, once as long as they do not change: whether they are what
        their names say, encrypted, or incomplete.

        Parameters
        ----------
        read_pdfs : bool, default False
            Whether to open the PDFs too: those without text or pages, with several sheets, or with a title block that
            differs from the cells are found. This takes minutes for thousands of PDFs, is logged, and needs the extra
            `preview`. Later checks keep the findings until a file changes.

        Returns
        -------
        DataFrame
            One row per finding: code, severity, document, file, field, message, fix, proposal.

        Examples
        --------
        >>> batch.check().query("severity == 'error' and field == 'type'")["message"].iloc[0]
        'Type is empty, but the project requires it'
        """
        core = self._core
        self._fetch_existing()
        if not core.is_closed and not core.is_running:  # a run updates the files itself
            self._files.update_planned(core.ids(State.PLANNED))
        core.table.evaluator.inspect_files()
        if read_pdfs and is_installed():
            core.table.evaluator.inspect_pdfs()
        elif read_pdfs:
            core.notice(NOT_INSTALLED)
        names = {document.id: document.name for document in core.journal.documents.values()}
        return frames.findings(self.findings(), names)

    def findings(self, ids: list[int] | None = None) -> list[Finding]:
        """Return the findings of `check()` as objects, as known now. Makes no calls.

        Parameters
        ----------
        ids : list of int, optional
            The documents; all if not given.

        Returns
        -------
        list of Finding
            In the order of the documents.

        Examples
        --------
        >>> batch.set(0, "status", "S99").findings == [one for one in batch.findings([0]) if one.field == "status"]
        True
        """
        return self._core.table.evaluator.findings(ids)

    def explain(self, row: int | str) -> Explanation:
        """Explain which rule applies to a document: what matched, and which fields are required (B17, B18).

        Parameters
        ----------
        row : int or str
            The document, or its file name.

        Returns
        -------
        Explanation
            Displayed as text or HTML.

        Examples
        --------
        >>> print(batch.explain("A-101.pdf"))  # doctest: +ELLIPSIS
        A-101.pdf: The rule for all other documents applies, because no other rule matches
        ...
        """
        table = self._core.table
        return naming_report.explain(table, table.select(row)[0])

    def parse_names(self, rows: Rows = None) -> pd.DataFrame:
        """Parse file names by the naming standard of each document's rule (B19, B38, B67).

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`.

        Returns
        -------
        DataFrame
            One row per segment: document (Int64), file, name (that the document will have, B33), field, segment, fit
            ('recognised', 'unknown code', 'missing', 'surplus' or 'unclear'), value (that the code means), nearest
            (similar codes), set (the text of the cell), proposal (for an empty cell that nobody cleared; string).
            Documents without a naming standard have no rows.

        Examples
        --------
        >>> _ = batch.set(0, "type", "Drawing")
        >>> batch.parse_names(0)[["segment", "field", "fit"]].head(2).values.tolist()
        [['A', 'project', 'unknown code'], ['101', 'originator', 'unknown code']]
        """
        table = self._core.table
        return naming_report.naming(table, table.select(rows))

    # -- plan
    def plan(self) -> Plan:
        """Calculate what `upload`, `watch` and `submit` will do: documents, calls, bytes and time. Sends nothing.

        `upload(plan=…)` and `submit(plan=…)` then do this, or report what changed. `plan.save("plan.html")` writes it as
        a file to sign. Existing documents are fetched, as `check()` does.

        Returns
        -------
        Plan
            Displayed as text or HTML; `documents`, `calls`, `expected` and `decisions` are frames.

        Raises
        ------
        RunError
            While a run is in progress.

        Examples
        --------
        >>> plan = batch.plan()
        >>> sorted(plan.documents["file"])
        ['A-101.pdf', 'A-102.pdf', 'notes.txt']
        """
        self._core.check_idle()
        self._fetch_existing()
        return self._plan()

    def confirm_plan(self, plan: PlanOrFile) -> PlanContent | None:
        """Raise `InputError` if the batch or its project is not what was planned; return the content of the plan.

        The configuration and the existing documents are fetched again.
        """
        if plan is None:
            return None
        core = self._core
        core.check_idle()
        if isinstance(plan, Plan):
            planned = plan.content
        else:
            planned = find_plan(core.journal, plan, lambda: self._plan().content)
        core.project.forget_configuration()
        core.reconfigure()
        core.project.forget_existing()
        run(self._files.fetch_existing())
        check(planned, self._plan().content)
        return planned

    def _plan(self) -> Plan:
        self._files.update_planned(self._core.ids(State.PLANNED))
        client = self._core.project.client
        return plan_of(self._core.table, lambda calls: client.rate_limit.time_for(calls, client.clock.now()))

    def _fetch_existing(self) -> None:
        """Fetch existing documents and the caller's access, if something is still to be sent."""
        if self._core.ids(*WITHOUT_UPLOAD, State.HELD):
            run(self._files.fetch_existing())
            self._core.table.evaluator.use_access(self._core.project.access)

    def set_version_order(self, rows: Iterable[int | str | os.PathLike[str]]) -> pd.DataFrame:
        """Set the order in which versions of one document are submitted, whatever their revisions say.

        The last one becomes the current version, and no version can be undone (B41, B49). Needed only if `check()`
        reports that the order is not known (PDM320), or that a revision is older than an existing one (PDM322): this
        confirms that it should be submitted.

        Parameters
        ----------
        rows : list of int, str or path
            The documents, oldest first: their numbers or paths. The end of a path is enough if only one file has it. They
            may be versions of several documents; of each, all that are still to be submitted.

        Returns
        -------
        DataFrame
            One row per document: document (Int64), file, name, revision (string), version (Int64), current (boolean).

        Raises
        ------
        InputError
            If some versions of a document are missing, or one was submitted.

        Examples
        --------
        >>> _ = batch.set([0, 1], "name", "Plan"), batch.set_cells([(0, "revision", "B"), (1, "revision", "A")])
        >>> batch.set_version_order(["A-101.pdf", "A-102.pdf"])["file"].tolist()
        ['A-101.pdf', 'A-102.pdf']
        """
        self._core.check_idle()
        table = self._core.table
        ids = select_in_order(self._core.journal, rows)
        for versions in table.evaluator.version_groups(ids):
            table.set_order(versions)
        revisions = {id_: table.evaluator.text(id_, "revision") for id_ in ids}
        planned = self._plan().documents.set_index("document").loc[ids].reset_index()
        planned["revision"] = pd.Series([revisions[int(id_)] for id_ in planned["document"]], dtype="string")
        return planned[["document", "file", "name", "revision", "version", "current"]]

    # -- configuration
    def refresh(self) -> None:
        """Fetch fields, values, rules and users again, after the project was changed in Procore.

        Texts that were not values are looked up again. Existing documents are fetched again by `check()`.

        Raises
        ------
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.refresh()
        """
        self._core.check_idle()
        self._core.project.refresh()
        self._core.reconfigure()


class RevisionOrder:
    """The part of `BatchView` that shows and sets the revision scheme."""

    _core: BatchCore

    def revision_order(self, *examples: str) -> pd.DataFrame:
        """Show which kinds of revisions the batch has and in which order they become versions, or change that order (B41).

        Whether letters come before numbers, or P02.1 before P02, depends on the project. The order is stored with the batch,
        and also decides whether a revision is older than those that the project already has.

        Parameters
        ----------
        *examples : str
            Revisions, oldest first, with one of each kind: "A", "0", "AB", or "A < 0 < AB". "usual" forgets what was set;
            without examples, the order is only shown.

        Returns
        -------
        DataFrame
            One row per kind: kind (string), count (Int64), first, last (string), order (Int64; missing if it is not known),
            known_by ("set", "usual" or empty; string).

        Examples
        --------
        >>> _ = batch.set_cells([(0, "revision", "B"), (1, "revision", "0")])
        >>> batch.view.revision_order("A", "0")[["kind", "first", "order"]].to_numpy().tolist()
        [['letters', 'B', 1], ['numbers', '0', 2]]
        """
        table = self._core.table
        if examples:
            self._core.check_idle()
            table.evaluator.set_revision_scheme(RevisionScheme.of(() if examples == ("usual",) else examples))
            table.release_fixed(self._core.ids(State.HELD))
        texts = (table.evaluator.text(id_, "revision") for id_ in self._core.journal.documents)
        return frames.frame(
            frames.REVISION_KINDS, map(astuple, table.evaluator.revision_scheme.summary(texts))
        )


class Suggestions:
    """What machine learning and file names suggested."""

    _core: BatchCore

    def suggestion(self, id_: int, field: str) -> str:
        """Return what machine learning or the file name suggested for a cell (B37).

        Parameters
        ----------
        id_ : int
            The document.
        field : str
            The field: its name, label or id.

        Returns
        -------
        str
            The text, "" if there is no suggestion.
        """
        cell = self._core.journal.suggested_cell(id_, self._core.table.configuration.field(field).id)
        return cell.text if cell else ""

    def keep(self, cells: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
        """Keep the values of cells: what is suggested for them is dismissed, and no longer shown or accepted.

        It is stored in the journal. Another suggestion for such a cell is shown again.

        Parameters
        ----------
        cells : iterable of (int, str)
            Documents and fields.

        Returns
        -------
        list of (int, str)
            The cells that had an open suggestion, with the names of the fields.
        """
        table, journal = self._core.table, self._core.journal
        found = []
        for id_, name in cells:
            item = table.configuration.field(name)
            suggested = journal.suggested_cell(id_, item.id)
            if suggested is None or table.kept.has(id_, item.id, suggested):
                continue
            if table.suggestion(item, suggested, journal.cell(id_, item.id)):
                found.append((id_, item, suggested.text))
        table.kept.add((id_, item.id, text) for id_, item, text in found)
        journal.notify({id_ for id_, _, _ in found})
        return [(id_, item.name) for id_, item, _ in found]

    def open_again(self, cells: Iterable[tuple[int, str]] | None = None) -> list[tuple[int, str]]:
        """Show dismissed suggestions again: the opposite of `keep`.

        Parameters
        ----------
        cells : iterable of (int, str), optional
            Documents and fields; all if not given.

        Returns
        -------
        list of (int, str)
            The cells, with the names of the fields.
        """
        table = self._core.table
        wanted = None if cells is None else {(id_, table.configuration.field(name).id) for id_, name in cells}
        places = [place for place in table.kept.cells if wanted is None or place in wanted]
        table.kept.remove(places)
        self._core.journal.notify({id_ for id_, _ in places})
        fields = table.configuration.fields
        return [(id_, fields[field].name) for id_, field in places if field in fields]

    @property
    def kept(self) -> int:
        """The number of cells whose suggestion was dismissed."""
        return len(self._core.table.kept.cells)
