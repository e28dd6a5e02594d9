"""`Batch`: what an analyst holds in the hand. Composes the table, the journal and the engine's work."""

from __future__ import annotations

import asyncio
import html
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import frames
from ..api.limits.call_queue import CURRENT_RUN
from ..errors import InputError, RunError
from ..local_files import document_of
from ..model import Cell, Document, Field, Finding, Value
from ..rules import checks
from ..rules.checks.duplicates import BESIDE
from ..rules.checks.versions import VERSIONS
from ..rules.explain import Explanation
from ..runs.events import Notice, StateChanged
from ..runs.loop import run
from ..runs.run import Run
from .editing import Editing
from .journal.journal import Journal, Step
from .journal.states import EDITABLE, Event, State
from .pipeline.computed_names import ComputedNames
from .pipeline.context import Context, batches
from .pipeline.service_cells import ServiceCells
from .pipeline.submit import SubmitRules, hold_for, resolve_unanswered_submits, submit
from .pipeline.terminate_workflows import terminations
from .pipeline.upload import upload
from .pipeline.watch import EVERY, FIRST, LIMIT, watch
from .plan import Plan, plan_of
from .report import status, write_report
from .table import naming_report
from .table.row_selection import Rows, one_by_one
from .table.table import BatchTable

if TYPE_CHECKING:
    from ..project import Project

STAGES = ("upload", "watch", "submit")
WITHOUT_UPLOAD = (State.PLANNED, State.CREATED, State.TRANSFERRING, State.TRANSFERRED)

BEFORE_SUBMIT = (*WITHOUT_UPLOAD, State.COMPLETED)
EARLY = "not uploaded, or not watched to the end, yet: upload() and watch() come first"


def _moved(document: Document) -> StateChanged:
    return StateChanged(document.id, document.name, document.state, document.reason, document.message)


class Batch(Editing):
    """A table of documents with a memory: the journal, which outlives the kernel.

    Made by `project.batch(…)`. `frame` is the table, `set` and `edit` change it, `check` tells what the service
    would refuse, `upload`, `watch` and `submit` carry it out and answer a `Run`.
    """

    def __init__(self, project: Project, journal: Journal, sheet: BatchTable) -> None:
        self.run: Run[pd.DataFrame] | None = None
        self._closed = False
        self._closing: list[Callable[[], object]] = []
        super().__init__(project, journal, sheet)

    # -- the table
    @property
    def journal_path(self) -> Path:
        return self.journal.path

    @property
    def frame(self) -> pd.DataFrame:
        """The table as text: index `document` (int), columns `file`, `state` and a field each (string)."""
        return self.sheet.frame

    @property
    def documents(self) -> list[Document]:
        return list(self.journal.documents.values())

    @property
    def api_calls(self) -> int:
        """The number of API calls of the sign-in so far."""
        return self.project.service.client.calls.total()

    @property
    def storage_puts(self) -> int:
        """The number of file parts that the sign-in has sent to storage so far."""
        return self.project.service.client.storage_puts

    @property
    def editable(self) -> list[int]:
        """The ids of the documents whose fields can be set."""
        return self._ids(*EDITABLE)

    @property
    def columns(self) -> list[Field]:
        """The fields that can be set: the naming standard's first, then the required ones, then the rest."""
        return self.sheet.configuration.shown

    @property
    def told_columns(self) -> list[Field]:
        """The fields that people see and nobody sets: the computed name (B33), then the readonly ones (B20)."""
        return self.sheet.configuration.told

    @property
    def titles(self) -> dict[str, str]:
        """What each code of a finding is called: {"PDM101": "A required field is empty", …}, own checks too."""
        return checks.titles()

    def why_not_set(self, field: str) -> str:
        """Why nobody can set a field, as a sentence; "" where one can (B20, B33)."""
        return self.sheet.configuration.why_not_set(field)

    @property
    def shape(self) -> tuple[Any, ...]:
        """What is another once documents come or go, or the project's fields, values or rules are other ones."""
        documents = self.journal.documents
        return self.sheet.configuration, len(documents), next(reversed(documents), 0)

    def document(self, id_: int) -> Document:
        return self.journal.documents[self.sheet.select(id_)[0]]

    def cell(self, id_: int, field: str) -> Cell:
        """One cell: its text, what would be sent, and where it is from."""
        return self.journal.cell(self.document(id_).id, self.sheet.configuration.field(field).id)

    def suggestion(self, id_: int, field: str) -> str:
        """What machine learning or the file name said of a field, "" where they said nothing (B37)."""
        said = self.journal.said(id_, self.sheet.configuration.field(field).id)
        return said.text if said else ""

    def choices(self, field: str) -> list[Value]:
        """The active values of a field, [] where it has no list."""
        return self.sheet.choices(field)

    def required(self, id_: int) -> frozenset[str]:
        """Names of the fields that a document requires with the values it has now (B17, B18)."""
        return self.sheet.required(id_)

    def explain(self, row: int | str) -> Explanation:
        """Which rule applies to a document and why: what it matched, which rules lost, what is required (B17, B18)."""
        return naming_report.explain(self.sheet, self.sheet.select(row)[0])

    def naming(self, rows: Rows = None) -> pd.DataFrame:
        """File names read by the naming standard of each document's rule: a row for each segment (B19, B38, B67).

        Columns: document, file, name (what it will be called, B33), field, segment, fit ('recognised', 'unknown code',
        'missing', 'surplus', 'unclear'), value (what the code stands for), nearest (codes like it), set (what the cell holds),
        proposal (for a cell that is empty, and was not emptied by hand). Documents without a naming standard have no rows.
        """
        return naming_report.naming(self.sheet, self.sheet.select(rows))

    def set(self, rows: Rows, field: str, value: Any) -> list[Finding]:
        """Set a field of some documents.

        `rows`: None for all; an id, a pattern of file names, a list of either, a boolean mask, a part of the frame.

        `value` is one for all or one for each; labels, codes and ids are accepted, text, numbers, dates; None
        clears. What cannot be resolved is kept as typed. Answers the findings in these cells.

        Raises `InputError` for a field that cannot be set, a row that is not there or is submitted already.
        """
        return self.sheet.set(rows, field, value)

    def put(self, cells: Iterable[tuple[int, str, Any]], label: str = "") -> list[Finding]:
        """Set many cells at once, as a paste does: (row, field, value) each. One action, that `undo()` takes back.

        `label`: what `history()` calls it. Values, findings and errors as in `set`; where one cell cannot be set,
        none is.
        """
        return self.sheet.put(cells, label)

    @property
    def name_template(self) -> str:
        """The template that fills in the names of documents that nobody gave one: "{stem}", "{number}" … (B33)."""
        return self.sheet.names.template

    def set_name_template(self, template: str) -> pd.DataFrame:
        """Fill in the names of documents by another template, where `name` is a field like any other (B33).

        A document's name and format decide what it becomes a version of (B40). Names that a register or the analyst
        gave stay, as do those of documents that are uploaded. The template is kept with the batch.

        Parameters
        ----------
        template : str
            Text with fields in braces: "{stem}" is the file name without its extension, "{number}" the field of that
            name, "{number} {description}" two fields. A document with one of them empty gets no name.

        Returns
        -------
        DataFrame
            Index document (int64); columns file, name (string): the documents named by the template.

        Raises
        ------
        InputError
            For a field that the project does not have, and where the service puts names together itself.

        Examples
        --------
        >>> batch.set_name_template("{number}").name.tolist()  # doctest: +SKIP
        ['A-101', 'A-102']
        """
        self._check_idle()
        if why := self.why_not_set("name"):
            raise InputError(why)
        ids = self.sheet.names.set(template)
        rows = [(self.journal.documents[id_].name, self.sheet.text(id_, "name")) for id_ in ids]
        table = frames.frame({"file": frames.TEXT, "name": frames.TEXT}, rows)
        table.index = pd.Index(ids, name="document", dtype="int64")
        return table

    def check(self) -> pd.DataFrame:
        """What the service would refuse, as known now: a row per finding (code, severity, message, mend …).

        Before anything is sent it also tells what is there already, by name and format (B40): asked for once a
        project, a call for each hundred, and one for what this account may do (B65); `project.refresh()` has it asked for
        again. And it looks into the files, at
        head and tail, once as long as they do not change: whether they are what their names say, encrypted, cut off.
        """
        self._learn_known()
        if not self._closed and not (self.run and self.run.running):  # which looks at its files itself
            self._look_again(self._ids(State.PLANNED))
        self.sheet.look_into_files()
        names = {document.id: document.name for document in self.documents}
        return frames.findings(self.findings(), names)

    def findings(self, ids: list[int] | None = None) -> list[Finding]:
        """The same as `check()` tells, as objects; of all documents or some."""
        return self.sheet.findings(ids)

    def related_findings(self) -> list[Finding]:
        """Return the findings that compare a document with others: duplicates and versions."""
        codes = {code for one in (*BESIDE, *VERSIONS) for code in one.codes}
        return [finding for finding in self.findings() if finding.code in codes]

    def mend(self, code: str | None = None) -> pd.DataFrame:
        """Apply what findings propose: what errors do, or all that findings of one code do, also warnings.

        A proposal is another spelling of the one value that is meant; a value that is merely similar is named in the
        finding and never put in. One action, that `undo()` takes back. Answers what was mended, with the `proposal` that
        was put in.
        """
        names = {document.id: document.name for document in self.documents}
        return frames.findings(self.sheet.mend(code), names)

    def dates(
        self, field: str, *, order: str = "YMD", zone: str | None = None, rows: Rows = None
    ) -> pd.DataFrame:
        """Read what is no date yet in a field, as 03/04/2026, in the order you say: "DMY", "MDY" or "YMD".

        `zone`: where the dates and times are of, as "Europe/Berlin"; if not given, UTC (B29). It alone reads what
        lacks nothing else, as 2026-03-31 14:30. Years are of four digits; months may be in words. What does not fit
        the order stays, and is told by `check()`. One action, that `undo()` takes back. Answers what was read, in
        the columns of `undo()`.

        Raises `InputError` for a field that holds no dates, another order, or a zone that there is not.
        """
        read = self.sheet.read_dates(field, self.sheet.select(rows), order, zone)
        return naming_report.changed(self.sheet, read, back=False)

    def undo(self) -> pd.DataFrame:
        """Take back the last action of `set`, `put`, `mend` or the grid. Again, the one before, up to a hundred.

        A cell that was changed otherwise since stays, as do documents that are submitted; where an action is of these
        alone, the one before it is taken back. Answers what was put back: document, file, field, before (what was
        there), text (what is there now). Empty where there is nothing.
        What can be taken back is kept as long as the batch is open; a journal opened again has the cells alone.
        """
        return naming_report.changed(self.sheet, self.sheet.undo(), back=True)

    def redo(self) -> pd.DataFrame:
        """Do again what `undo()` took back last, until something else is set. Answers the same columns."""
        return naming_report.changed(self.sheet, self.sheet.redo(), back=False)

    def history(self) -> pd.DataFrame:
        """The actions: action (in words), cells, undone. Those that `undo()` takes back, the last of them first to
        go, then those that `redo()` does again, in that order."""
        return naming_report.actions(self.sheet.history)

    def watch_changes(self, callback: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        """Call `callback(ids)` after documents changed: often, and from any thread. Answers what ends it."""
        return self.journal.on_change(callback)

    def edit(self, depends: Mapping[str, Any] | None = None) -> Any:
        """The grid to edit the metadata in. `depends` narrows lists by another field: see `MetadataGrid`."""
        from ..widgets.grid.grid import (
            MetadataGrid,  # widgets stand on the batch, so they are loaded when asked for
        )

        return MetadataGrid(self, depends)

    def refresh(self) -> None:
        """Ask for fields, values, rules and people anew, after somebody changed the project in Procore, and go by them.

        What could not be resolved before is tried again; what is there already is asked for again by `check()`.
        """
        self._check_idle()
        self.project.refresh()
        self.reconfigure()

    def reconfigure(self) -> None:
        """Go by the configuration that the project has now."""
        self.sheet.reconfigure(self.project.configuration)
        self.project.keep_with(self.journal)

    def save_journal(self, path: str | os.PathLike[str]) -> Path:
        """Write the journal, as it is known here, into another file: a copy, or a rescue where its own is gone."""
        return self.journal.save_as(path)

    # -- the work
    def plan(self) -> Plan:
        """What upload(), watch() and submit() will do as things are now: documents, calls, bytes, time. See `Plan`.

        `upload(plan=…)` and `submit(plan=…)` then do that, or say what changed. Nothing is sent; what is there
        already is asked for, as `check()` does.
        """
        self._check_idle()
        self._learn_known()
        return self._planned()

    def _learn_known(self) -> None:
        """Ask what is there already, and what this account may do, where something is still to be sent."""
        if self._ids(*WITHOUT_UPLOAD, State.HELD):
            run(self._ask_known())
            self.sheet.use_access(self.project.access)

    def _planned(self) -> Plan:
        self._look_again(self._ids(State.PLANNED))
        client = self.project.service.client
        return plan_of(self.sheet, lambda calls: client.rate_limit.time_for(calls, client.clock.now()))

    def _confirm(self, plan: Plan | None) -> None:
        """Raise `InputError` where the batch is not as it was planned."""
        if plan is not None:
            self._check_idle()
            plan.confirm(self._planned())

    def upload(
        self, *, plan: Plan | None = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Send files and metadata. Goes on where it was stopped; documents with errors in cells or files are held.

        `plan`: raise `InputError`, and send nothing, where the batch changed since that `plan()`.
        `connections`: at most so many to storage at once; if not given, as many as the link repays, up to 32.
        `cluster`: a `distributed.Client` (the extra `dask`) whose workers hash and send the files, which they must see
        at the same paths; calls and journal stay here.

        Answers a `Run`; its result is the table of states (see `status`).
        """
        self._confirm(plan)

        async def work(context: Context) -> None:
            await self._upload(context)

        return self._start("upload", work, connections=connections, cluster=cluster)

    def watch(self, *, first: float = FIRST, every: float = EVERY, limit: float = LIMIT) -> Run[pd.DataFrame]:
        """Watch machine learning and filename scraping fill in cells until they end (B35).

        Looks after `first` seconds, then every `every`, for at most `limit`; then one goes on by hand.
        """

        async def work(context: Context) -> None:
            await watch(
                context, self._ids(State.COMPLETED, State.SETTLED), first=first, every=every, limit=limit
            )

        return self._start("watch", work)

    def submit(
        self,
        *,
        plan: Plan | None = None,
        terminate_workflows: Rows = None,
        termination_reason: str | None = None,
        terminated_revision_status: str | None = None,
    ) -> Run[pd.DataFrame]:
        """Make revisions of all that is ready. A revision cannot be edited through the API (B49).

        Documents with errors are held and told; those that are not uploaded or not watched yet stay as they are,
        and say so. Raises `InputError` where nothing at all is ready because nothing was uploaded or watched.

        `plan`: raise `InputError`, and submit nothing, where the batch changed since that `plan()`.

        `terminate_workflows`: rows, as in `set` but None for none, that are held with WORKFLOW_CONFLICT: their submit
        ends the workflow that stands in the way, for good (B48). The service asks why (`termination_reason`), and
        which status the revision in the workflow gets (`terminated_revision_status`: label, code or id). It counts
        for this call alone. Raises `InputError` where one of the three is missing, a row is not held so, or there is
        no such status.
        """
        self._check_idle()
        self._confirm(plan)
        self._refuse_if_early()
        ending = terminations(self.sheet, terminate_workflows, termination_reason, terminated_revision_status)

        async def work(context: Context) -> None:
            self._release(linked=True)
            ids = self._ids(State.SETTLED, State.SUBMITTING, State.UNCONFIRMED)
            await submit(context, ids, self._rules())
            early = [Step(id_, None, {"message": EARLY}) for id_ in self._ids(*BEFORE_SUBMIT)]
            self.journal.note(early)

        return self._start("submit", work, terminations=ending)

    def _rules(self) -> SubmitRules:
        return SubmitRules(lambda id_: self.sheet.blockers(id_, "submit"), self.sheet.before)

    def _refuse_if_early(self) -> None:
        early = self._ids(*BEFORE_SUBMIT)
        ready = set(State) - set(BEFORE_SUBMIT) - {State.SUBMITTED}
        if early and not self._ids(*ready):
            raise InputError(
                f"Nothing is ready to submit, {len(early)} of {len(self)} documents are {EARLY}."
            )

    def resume(
        self, *, until: str | None = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Go on with what was begun and stopped: interrupted submits are settled, uploads finished.

        `until` says how far: 'upload', 'watch' or 'submit'; if not given, as far as had been begun before. So
        nothing is submitted that nobody asked to submit. `connections`, `cluster`: as in
        `upload`.
        """
        until = until or self.journal.meta.get("until", "upload")
        if until not in STAGES:
            raise InputError(f"resume(until=…) takes one of {', '.join(STAGES)}, not {until!r}.")

        async def work(context: Context) -> None:
            await resolve_unanswered_submits(
                context, context.documents(self._ids(State.SUBMITTING), State.SUBMITTING)
            )
            await self._upload(context)
            if until != "upload":
                await watch(context, self._ids(State.COMPLETED, State.SETTLED))
            if until == "submit":
                self._release(linked=True)
                ids = self._ids(State.SETTLED, State.UNCONFIRMED)
                await submit(context, ids, self._rules())

        return self._start("resume", work, connections=connections, cluster=cluster)

    def set_goal(self, until: str) -> None:
        """Set how far `resume()` continues by default: 'upload', 'watch' or 'submit'."""
        self.journal.set_meta("until", until)

    def retry(self, rows: Rows = None) -> list[int]:
        """Begin anew: the next upload() starts these documents from nothing, bytes and all.

        All that failed or are gone; of `rows`, where some are named, also those that are held. A held document
        whose cell was mended needs no retry: upload() and submit() go on where it stood.
        """
        self._check_idle()
        states = {State.FAILED, State.GONE} | ({State.HELD} if rows is not None else set())
        again = [id_ for id_ in self.sheet.select(rows) if self.journal.documents[id_].state in states]
        for id_ in again:
            self.journal.note([Step(id_, Event.REPLAN, self.journal.forget_upload(id_))])
        return again

    def confirm(self, rows: Rows, *, exists: bool) -> list[int]:
        """Confirm by hand whether unconfirmed documents became revisions, after looking for them in Procore (B66).

        The service does not show what came of their submit, so they are never submitted again by themselves, and their
        later versions wait. Versions that waited are released.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`. All of them have to be unconfirmed.
        exists : bool
            True if the revisions are in Procore: the documents are submitted, without a revision id. False if they are
            not: the documents can be submitted again. If a revision exists after all, that makes a second one.

        Returns
        -------
        list of int
            The ids of the documents.

        Raises
        ------
        InputError
            If a document is not unconfirmed; then nothing is changed.

        Examples
        --------
        >>> batch.confirm("A-101.pdf", exists=True)  # doctest: +SKIP
        [7]
        """
        self._check_idle()
        ids = self.sheet.select(rows)
        for document in map(self.journal.documents.__getitem__, ids):
            if document.state != State.UNCONFIRMED:
                raise InputError(
                    f"{document.name} (row {document.id}) is {document.state}, not unconfirmed. Leave it out of the rows."
                )
        self.sheet.confirm(ids, exists=exists)
        return ids

    def set_order(self, rows: Iterable[int | str | os.PathLike[str]]) -> pd.DataFrame:
        """Set the order in which versions of one document are submitted, whatever their revisions say.

        The last one becomes the current version, and no version can be taken back (B41, B49). Needed only if `check()`
        reports that the order is not known.

        Parameters
        ----------
        rows : list of int, str or path
            The documents, oldest first: their numbers or paths. The end of a path will do if no other file has it.

        Returns
        -------
        DataFrame
            One row per document: document (Int64), file, name, revision (string), version (Int64), current (boolean).

        Raises
        ------
        InputError
            If the documents are not versions of one document, or not all of its versions.

        Examples
        --------
        >>> batch.set_order([7, 3]).file.tolist()  # doctest: +SKIP
        ['old/A-101.pdf', 'new/A-101.pdf']
        """
        self._check_idle()
        ids = one_by_one(self.journal, rows)
        self.sheet.check_versions(ids)
        self.sheet.set_order(ids)
        revisions = {id_: self.sheet.text(id_, "revision") for id_ in ids}
        planned = self._planned().documents.set_index("document").loc[ids].reset_index()
        planned["revision"] = pd.Series([revisions[int(id_)] for id_ in planned["document"]], dtype="string")
        return planned[["document", "file", "name", "revision", "version", "current"]]

    def _start(
        self, name: str, work: Callable[[Context], Coroutine[Any, Any, None]], **tools: Any
    ) -> Run[pd.DataFrame]:
        self._check_idle()

        async def whole(run: Run[pd.DataFrame]) -> pd.DataFrame:
            CURRENT_RUN.set(run.pause_control)  # whatever this run calls passes it; people's calls go before
            service = self.project.service
            context = Context(
                service.client,
                self.project.scope,
                self.journal,
                run.report,
                emit=run.emit,
                status=self.sheet.configuration.status,
                names=self._computed_names(),
                cells=ServiceCells(self.sheet.configuration.fields, self.sheet.configuration.lookups),
                **tools,
            )
            stop = self.journal.on_step(lambda moved: run.emit(*map(_moved, moved)))
            try:
                async with context.telling():
                    await work(context)
            finally:
                stop()
                self.project.forget_known()
                for told in self.take_notices():
                    run.emit(Notice(told))
            return self.status()

        for name in self.sheet.vanished:
            self.notice(
                f"The project has no field {name!r} any more: what was set for it is kept and not sent."
            )
        begun = self.journal.meta.get("until", "upload")
        if name in STAGES and STAGES.index(name) > STAGES.index(begun):
            self.journal.set_meta("until", name)  # how far a later resume() goes
        self.run = Run(name, whole)
        return self.run

    def _computed_names(self) -> ComputedNames:
        item = self.sheet.configuration.by_name.get("name")
        if item is None or not item.is_settable:
            return ComputedNames()

        def learn() -> None:
            self.sheet.learn_computed_names()
            self.project.memory.note_reading("name_kind", "computed")

        return ComputedNames(item.id, self.sheet.may_compute_name, learn)

    def _check_idle(self) -> None:
        if self._closed:
            raise RunError("This batch is closed: open it again with project.batch(journal=…).")
        if self.run is not None and self.run.running:
            raise RunError(
                f"The {self.run.name} is still going on: wait for it, or stop it with batch.run.cancel()."
            )

    def _ids(self, *states: State) -> list[int]:
        return [document.id for document in self.documents if document.state in states]

    async def _upload(self, context: Context) -> None:
        self._release(linked=False)
        if self._ids(State.PLANNED):
            before = len(self.notices)
            await self._tell_known()
            for told in self.notices[before:]:
                context.emit(Notice(told))
        for ids in batches(self._ids(*WITHOUT_UPLOAD)):
            self._look_again(ids)
            for id_ in ids:
                if found := self.sheet.blockers(id_, "upload"):
                    hold_for(context, id_, found)
            await asyncio.sleep(0)  # so that one can be heard who wants to stop it
        await upload(context, self._ids(*WITHOUT_UPLOAD))

    def _look_again(self, ids: Iterable[int]) -> None:
        """Files may have been put right since they were added."""
        planned = [d for id_ in ids if (d := self.journal.documents[id_]).state == State.PLANNED]
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
            self.journal.note(steps)

    def _release(self, *, linked: bool) -> None:
        """Let held documents go on where they stood; what still stops them is found again at once.

        `linked`: those whose upload is complete, so that only the submit is left; else the others.
        """
        for document in self.documents:
            if document.state == State.HELD and bool(document.ml) is linked:
                self.sheet.release(document)

    # -- what came of it
    def status(self) -> pd.DataFrame:
        """Index `document`; file, state, upload_id, revision_id, version, reason, message (all string)."""
        return status(self.journal)

    def report(self, path: str | Path) -> Path:
        """Write an audit report: .xlsx (sheets documents, findings, history) or .csv (documents alone)."""
        return write_report(self.journal, Path(path), self.check())

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
        self._closing.append(callback)

    def close(self) -> None:
        """Stop what is going on and let go of the journal, so that another kernel can open it."""
        if self.run is not None and self.run.running:
            self.run.cancel()
            with suppress(
                Exception
            ):  # that it was stopped is what was asked for; its error is in `run.error`
                self.run.wait()
        self._closed = True
        self.journal.close()
        for callback in self._closing:
            callback()

    def __len__(self) -> int:
        return len(self.journal.documents)

    def __repr__(self) -> str:
        states = pd.Series([document.state for document in self.documents], dtype="object").value_counts()
        counts = ", ".join(f"{count} {state}" for state, count in states.items())
        return f"<Batch of {len(self)} documents ({counts}), journal {self.journal_path.name}>"

    def _repr_html_(self) -> str:
        told = "".join(f"<p>{html.escape(one)}</p>" for one in self.notices)
        return told + str(self.frame.to_html(max_rows=10, notebook=True))
