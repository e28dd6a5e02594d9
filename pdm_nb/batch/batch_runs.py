"""The runs of a batch: upload, watch, submit and resume."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pandas as pd

from ..api.limits.call_queue import CURRENT_RUN
from ..errors import InputError
from ..model import Document
from ..runs.events import Notice, StateChanged
from ..runs.run import Run
from .batch_core import BatchCore
from .batch_files import BatchFiles
from .checking import WITHOUT_UPLOAD, Checking
from .evidence.journal_frames import READ_BACK, documents, status
from .execution.chunks import batches
from .execution.context import Context
from .journal.journal import Journal, Step
from .journal.states import State
from .pipeline.read_back import read_back
from .pipeline.resolve_unanswered import resolve_unanswered_submits
from .pipeline.submit import SubmitRules, hold_for, submit
from .pipeline.terminate_workflows import terminations
from .pipeline.upload import upload
from .pipeline.watch import EVERY, FIRST, LIMIT, watch
from .plan import Plan
from .remote.computed_names import ComputedNames
from .remote.service_cells import ServiceCells
from .table.row_selection import Rows

STAGES = ("upload", "watch", "submit")
BEFORE_SUBMIT = (*WITHOUT_UPLOAD, State.COMPLETED)
EARLY = (
    "Not uploaded yet, or machine learning has not finished. Upload it and wait for machine learning first."
)
Work = Callable[[Context], Coroutine[Any, Any, None]]


class BatchRuns:
    """The methods of `Batch` that start runs."""

    def __init__(self, core: BatchCore, files: BatchFiles, checking: Checking) -> None:
        self._core, self._files, self._checking = core, files, checking

    def upload(
        self, *, plan: Plan | None = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Upload files and metadata. Continues where an earlier upload stopped.

        Documents with errors in cells or files are put on hold.

        Parameters
        ----------
        plan : Plan, optional
            Upload nothing if the batch changed since this plan.
        connections : int, optional
            At most so many connections to storage. If not given, as many as increase the throughput, up to 32.
        cluster : distributed.Client, optional
            A Dask cluster (the extra `dask`) whose workers hash and send the files. They need the same files at the same
            paths. Calls and journal stay in this process.

        Returns
        -------
        Run
            Displayed as a live board; its result is the frame of `status()`.

        Raises
        ------
        InputError
            If the batch changed since `plan`.
        RunError
            While another run is in progress.

        Examples
        --------
        >>> batch.upload().wait().state.tolist()
        ['uploaded', 'uploaded', 'uploaded']
        """
        self._checking.confirm_plan(plan)

        async def work(context: Context) -> None:
            await self._upload(context)

        return self._start("upload", work, connections=connections, cluster=cluster)

    def watch(self, *, first: float = FIRST, every: float = EVERY, limit: float = LIMIT) -> Run[pd.DataFrame]:
        """Wait until machine learning and filename scraping have filled in cells (B35).

        Parameters
        ----------
        first : float
            Seconds until the uploads are fetched for the first time.
        every : float
            Seconds between two fetches.
        limit : float
            Seconds after which the documents are ready anyway.

        Returns
        -------
        Run
            Displayed as a live board; its result is the frame of `status()`.

        Raises
        ------
        RunError
            While another run is in progress.

        Examples
        --------
        >>> _ = batch.upload().wait()
        >>> batch.watch().wait().state.tolist()
        ['ready', 'ready', 'ready']
        """

        async def work(context: Context) -> None:
            ids = self._core.ids(State.COMPLETED, State.SETTLED)
            await watch(context, ids, first=first, every=every, limit=limit)

        return self._start("watch", work)

    def submit(
        self,
        *,
        plan: Plan | None = None,
        terminate_workflows: Rows = None,
        termination_reason: str | None = None,
        terminated_revision_status: str | None = None,
    ) -> Run[pd.DataFrame]:
        """Submit all documents that are ready. A revision cannot be edited through the API (B49).

        Documents with errors are put on hold. Documents that are not ready stay as they are, with a message.

        Parameters
        ----------
        plan : Plan, optional
            Submit nothing if the batch changed since this plan.
        terminate_workflows : int, str, list, mask or DataFrame, optional
            Documents that are on hold with WORKFLOW_CONFLICT: their submit ends the workflow permanently (B48). It applies
            to this call only and needs the next two parameters.
        termination_reason : str, optional
            Why the workflows end.
        terminated_revision_status : str, optional
            The status that the revisions in the workflows get: label, code or id.

        Returns
        -------
        Run
            Displayed as a live board; its result is the frame of `status()`.

        Raises
        ------
        InputError
            If no document is ready, the batch changed since `plan`, one of the three parameters is missing, a document is
            not on hold for a workflow, or the status is unknown.
        RunError
            While another run is in progress.

        Examples
        --------
        >>> values = {"type": "Correspondence", "status": "S2", "revision": "P01", "description": "Plan"}
        >>> for field, value in values.items():
        ...     _ = batch.set(None, field, value)
        >>> _ = batch.upload().wait(), batch.watch().wait()
        >>> batch.submit().wait().state.tolist()
        ['submitted', 'submitted', 'submitted']
        """
        self._core.check_idle()
        self._checking.confirm_plan(plan)
        self._check_ready()
        ending = terminations(
            self._core.table, terminate_workflows, termination_reason, terminated_revision_status
        )

        async def work(context: Context) -> None:
            self._release(linked=True)
            ids = self._core.ids(State.SETTLED, State.SUBMITTING, State.UNCONFIRMED)
            await submit(context, ids, self._submit_rules())
            early = [Step(id_, None, {"message": EARLY}) for id_ in self._core.ids(*BEFORE_SUBMIT)]
            self._core.journal.note(early)

        return self._start("submit", work, terminations=ending)

    def resume(
        self, *, until: str | None = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Continue what was interrupted: interrupted submits are resolved, uploads finished.

        Parameters
        ----------
        until : {"upload", "watch", "submit"}, optional
            The last stage. If not given, the last one that was started before, so that nothing is submitted that nobody
            asked to submit.
        connections, cluster
            As in `upload`.

        Returns
        -------
        Run
            Displayed as a live board; its result is the frame of `status()`.

        Raises
        ------
        InputError
            For an unknown stage.
        RunError
            While another run is in progress.

        Examples
        --------
        >>> batch.resume(until="watch").wait().state.tolist()
        ['ready', 'ready', 'ready']
        """
        until = until or self._core.journal.meta.get("until", "upload")
        if until not in STAGES:
            raise InputError(f"Unknown stage {until!r}. Use until= one of {', '.join(STAGES)}.")

        async def work(context: Context) -> None:
            await resolve_unanswered_submits(
                context, context.documents(self._core.ids(State.SUBMITTING), State.SUBMITTING)
            )
            await self._upload(context)
            if until != "upload":
                await watch(context, self._core.ids(State.COMPLETED, State.SETTLED))
            if until == "submit":
                self._release(linked=True)
                ids = self._core.ids(State.SETTLED, State.UNCONFIRMED)
                await submit(context, ids, self._submit_rules())

        return self._start("resume", work, connections=connections, cluster=cluster)

    def reconcile(self) -> Run[pd.DataFrame]:
        """Read everything back that was submitted; see `BatchEvidence.reconcile`."""
        journal = self._core.journal

        async def work(context: Context) -> None:
            await read_back(context, list(journal.documents))

        def result(journal: Journal) -> pd.DataFrame:
            found = documents(journal)[READ_BACK]
            return found[found["read_back"].notna()].reset_index(drop=True)

        return self._start("reconcile", work, result)

    # -- how a run works
    def _start(
        self, name: str, work: Work, result: Callable[[Journal], pd.DataFrame] = status, **tools: Any
    ) -> Run[pd.DataFrame]:
        core = self._core
        core.check_idle()

        async def whole(run: Run[pd.DataFrame]) -> pd.DataFrame:
            CURRENT_RUN.set(run.pause_control)  # calls of this run can be paused; those of people go first
            context = self._context(run, tools)
            stop = core.journal.on_step(lambda changed: run.emit(*map(_event, changed)))
            try:
                async with context.reporting():
                    await work(context)
            finally:
                stop()
                core.project.forget_existing()
                for text in core.take_notices():
                    run.emit(Notice(text))
            return result(core.journal)

        for field in core.table.removed_fields:
            core.notice(f"The project no longer has the field {field!r}. Its values are kept and not sent.")
        last = core.journal.meta.get("until", "upload")
        if name in STAGES and STAGES.index(name) > STAGES.index(last):
            core.journal.set_meta("until", name)  # the last stage of a later resume()
        core.run = Run(name, whole)
        return core.run

    def _context(self, run: Run[pd.DataFrame], tools: dict[str, Any]) -> Context:
        configuration, project = self._core.table.configuration, self._core.project
        return Context(
            project.client,
            project.scope,
            self._core.journal,
            run.report,
            emit=run.emit,
            status=configuration.status,
            names=self._computed_names(),
            cells=ServiceCells(configuration.fields, configuration.lookups),
            **tools,
        )

    def _computed_names(self) -> ComputedNames:
        table = self._core.table
        item = table.configuration.by_name.get("name")
        if item is None or not item.is_settable:
            return ComputedNames()

        def learn() -> None:
            table.learn_computed_names()
            self._core.project.memory.note_reading("name_kind", "computed")

        return ComputedNames(item.id, table.evaluator.may_compute_name, learn)

    def _submit_rules(self) -> SubmitRules:
        evaluator = self._core.table.evaluator
        return SubmitRules(lambda id_: evaluator.blockers(id_, "submit"), evaluator.before)

    def _check_ready(self) -> None:
        """Raise `InputError` if no document can be submitted because none was uploaded or watched."""
        early = self._core.ids(*BEFORE_SUBMIT)
        ready = set(State) - set(BEFORE_SUBMIT) - {State.SUBMITTED}
        if early and not self._core.ids(*ready):
            raise InputError(
                f"No document is ready to submit: {len(early)} of {len(self._core.journal.documents)} are not uploaded, or "
                "machine learning has not finished. Call upload() and watch() first."
            )

    async def _upload(self, context: Context) -> None:
        core = self._core
        self._release(linked=False)
        if core.ids(State.PLANNED):
            before = len(core.notices)
            await self._files.report_existing()
            for text in core.notices[before:]:
                context.emit(Notice(text))
        for ids in batches(core.ids(*WITHOUT_UPLOAD)):
            self._files.update_planned(ids)
            for id_ in ids:
                if found := core.table.evaluator.blockers(id_, "upload"):
                    hold_for(context, id_, found)
            await asyncio.sleep(0)  # so that the run can be cancelled
        await upload(context, core.ids(*WITHOUT_UPLOAD))

    def _release(self, *, linked: bool) -> None:
        """Release documents on hold; what still stops them is found again at once.

        `linked`: those whose upload is complete, so that only the submit is left; else the others.
        """
        for document in list(self._core.journal.documents.values()):
            if document.state == State.HELD and bool(document.ml) is linked:
                self._core.table.release(document)


def _event(document: Document) -> StateChanged:
    return StateChanged(document.id, document.name, document.state, document.reason, document.message)
