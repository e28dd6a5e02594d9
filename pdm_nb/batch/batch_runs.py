"""The runs of a batch: upload, watch, submit, resume, pilot and read-back. `runner.py` starts them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from ..errors import InputError
from ..runs.events import Notice
from ..runs.run import Run
from .batch_core import BatchCore
from .batch_files import BatchFiles
from .checking import WITHOUT_UPLOAD, Checking, PlanOrFile
from .evidence.journal_frames import READ_BACK, documents
from .evidence.summary import SUBMITTED_PLAN
from .execution.chunks import batches
from .execution.context import Context
from .journal.journal import Journal, Step
from .journal.states import State
from .pipeline.read_back import read_back
from .pipeline.resolve_unanswered import resolve_unanswered_submits
from .pipeline.submit import hold_for, submit
from .pipeline.terminate_workflows import terminations
from .pipeline.upload import upload
from .pipeline.watch import EVERY, FIRST, LIMIT, wait_again, watch
from .runner import STAGES, Runner
from .signing import hash_of, planned_ids
from .signing.pilot import Pilot, select_pilot
from .table.row_selection import Rows

BEFORE_SUBMIT = (*WITHOUT_UPLOAD, State.COMPLETED)
EARLY = (
    "Not uploaded yet, or machine learning has not finished. Upload it and wait for machine learning first."
)

NOT_PLANNED = "The plan has it on hold, so it was not submitted. Submit it with a new plan."


class BatchRuns:
    """The methods of `Batch` that start runs."""

    def __init__(self, core: BatchCore, files: BatchFiles, checking: Checking) -> None:
        self._core, self._files, self._checking = core, files, checking
        self._runner = Runner(core)

    def upload(
        self, *, plan: PlanOrFile = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Upload files and metadata. Continues where an earlier upload stopped.

        Documents with errors in cells or files are put on hold.

        Parameters
        ----------
        plan : Plan, str or path, optional
            Upload nothing if the batch is not what was planned: a plan, its hash, or the file of a plan that was saved.
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
            If the batch is not what was planned.
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

        return self._runner.start("upload", work, connections=connections, cluster=cluster)

    def watch(
        self, rows: Rows = None, *, first: float = FIRST, every: float = EVERY, limit: float = LIMIT
    ) -> Run[pd.DataFrame]:
        """Wait until machine learning and filename scraping have filled in cells (B35).

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`. Those of them that machine learning did not read in time are waited for again.
            None: all that were not waited for yet.
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
        >>> late = batch.status().query("reason in ('ML_TIMEOUT', 'ML_UNKNOWN')")
        >>> batch.watch(late).wait().reason.tolist()  # wait again for what was not read in time
        ['', '', '']
        """
        selected = None if rows is None else self._core.table.select(rows)

        async def work(context: Context) -> None:
            if selected is not None:
                wait_again(context, selected)
            ids = self._core.ids(State.COMPLETED, State.SETTLED) if selected is None else selected
            await watch(context, ids, first=first, every=every, limit=limit)

        return self._runner.start("watch", work)

    def submit(
        self,
        *,
        plan: PlanOrFile = None,
        pilot: int | None = None,
        terminate_workflows: Rows = None,
        termination_reason: str | None = None,
        terminated_revision_status: str | None = None,
    ) -> Run[pd.DataFrame]:
        """Submit all documents that are ready. A revision cannot be edited through the API (B49).

        Documents with errors are put on hold. Documents that are not ready stay as they are, with a message.

        Parameters
        ----------
        plan : Plan, str or path, optional
            Submit nothing if the batch is not what was planned: a plan, its hash, or the file of a plan that was saved.
            What machine learning or the file name filled in since is no difference.
        pilot : int, optional
            Let so many documents go all the way first: they are uploaded if necessary, submitted, read back from the
            service and compared with what was intended. They are one of each kind (new or version, type, format) before
            the second of any. The others wait: the next `submit()` submits them if the pilot is as intended. 0: submit
            them although it is not. The same call again finishes an interrupted pilot, sends nothing after one that is
            as intended, and otherwise selects other documents.
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
            Displayed as a live board; its result is the frame of `status()`. Of a pilot: a row per document with state,
            revision_id, version, read_back ("equal", "different" …), message, differences.

        Raises
        ------
        InputError
            If no document is ready, a pilot is not as intended, the batch is not what was planned, one of the three parameters is missing, a document is
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
        planned = self._checking.confirm_plan(plan)
        self._check_pilot(pilot)
        if not pilot:
            self._check_ready()
        ending = terminations(
            self._core.table, terminate_workflows, termination_reason, terminated_revision_status
        )

        async def work(context: Context) -> None:
            self._release(linked=True)
            ids = self._core.ids(State.SETTLED, State.SUBMITTING, State.UNCONFIRMED)
            left = set() if allowed is None else set(self._core.ids(State.SETTLED)) - allowed
            await submit(context, [id_ for id_ in ids if id_ not in left], self._runner.submit_rules())
            self._leave_out(context, left)
            early = [Step(id_, None, {"message": EARLY}) for id_ in self._core.ids(*BEFORE_SUBMIT)]
            self._core.journal.note(early)

        if planned is not None:
            self._core.journal.set_meta(SUBMITTED_PLAN, hash_of(planned))
        allowed = None if planned is None else planned_ids(planned)
        if pilot:
            return self._start_pilot(self._pilot(pilot, allowed), terminations=ending)
        if pilot == 0:
            Pilot.of(self._core.journal).accept(self._core.journal)
        return self._runner.start("submit", work, terminations=ending)

    def resume(
        self, *, until: str | None = None, connections: int | None = None, cluster: Any = None
    ) -> Run[pd.DataFrame]:
        """Continue what was interrupted: interrupted submits are resolved, uploads finished.

        An interrupted pilot is finished, and nothing else is done.

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
        pilot = Pilot.of(self._core.journal)
        if pilot.is_unfinished(self._core.journal):
            return self._start_pilot(pilot, connections=connections, cluster=cluster)
        if until == "submit":
            self._check_pilot(None)

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
                await submit(context, ids, self._runner.submit_rules())

        return self._runner.start("resume", work, connections=connections, cluster=cluster)

    # -- pilot
    def _check_pilot(self, pilot: int | None) -> None:
        """Raise `InputError` if the documents that wait for a pilot cannot be submitted yet."""
        if pilot is None:
            if question := Pilot.of(self._core.journal).question(self._core.journal):
                raise InputError(question)
        elif isinstance(pilot, bool) or pilot < 0:
            raise InputError(f"pilot={pilot!r} is not a number of documents. Use a number such as pilot=3.")

    def _pilot(self, count: int, allowed: Collection[int] | None) -> Pilot:
        """Return the last pilot if it is unfinished or as intended, else a new one."""
        core = self._core
        last = Pilot.of(core.journal)
        if last.ids and (last.is_unfinished(core.journal) or not last.question(core.journal)):
            return last
        kind = core.table.configuration.by_name.get("type")
        planned = self._checking.plan().documents
        planned = planned if allowed is None else planned[planned["document"].isin(allowed)]
        selected = select_pilot(core.journal, planned, kind.id if kind else "", count)
        selected.store(core.journal)
        return selected

    def _start_pilot(self, pilot: Pilot, **tools: Any) -> Run[pd.DataFrame]:
        """Take the documents of a pilot all the way, and read them back."""
        journal = self._core.journal

        async def work(context: Context) -> None:
            if not pilot.is_unfinished(journal):
                context.emit(Notice(pilot.sentence(journal)))
                return
            names = ", ".join(journal.documents[id_].name for id_ in pilot.ids if id_ in journal.documents)
            context.emit(Notice(f"The pilot is {names}."))
            await resolve_unanswered_submits(context, context.documents(pilot.ids, State.SUBMITTING))
            await self._upload(context, pilot.ids)
            await watch(context, context.ids(pilot.ids, State.COMPLETED, State.SETTLED))
            self._release(pilot.ids, linked=True)
            ready = context.ids(pilot.ids, State.SETTLED, State.UNCONFIRMED)
            await submit(context, ready, self._runner.submit_rules())
            await read_back(context, pilot.ids)
            context.emit(Notice(pilot.sentence(journal)))

        return self._runner.start("pilot", work, pilot.result, **tools)

    def reconcile(self) -> Run[pd.DataFrame]:
        """Read everything back that was submitted; see `BatchEvidence.reconcile`."""
        journal = self._core.journal

        async def work(context: Context) -> None:
            await read_back(context, list(journal.documents))

        def result(journal: Journal) -> pd.DataFrame:
            found = documents(journal)[READ_BACK]
            return found[found["read_back"].notna()].reset_index(drop=True)

        return self._runner.start("reconcile", work, result)

    # -- steps of runs
    def _check_ready(self) -> None:
        """Raise `InputError` if no document can be submitted because none was uploaded or watched."""
        early = self._core.ids(*BEFORE_SUBMIT)
        ready = set(State) - set(BEFORE_SUBMIT) - {State.SUBMITTED}
        if early and not self._core.ids(*ready):
            raise InputError(
                f"No document is ready to submit: {len(early)} of {len(self._core.journal.documents)} are not uploaded, or "
                "machine learning has not finished. Call upload() and watch() first."
            )

    def _leave_out(self, context: Context, ids: Iterable[int]) -> None:
        """Put documents that a plan has on hold on hold again, if something still stops them."""
        for id_ in ids:
            if found := self._core.table.evaluator.blockers(id_, "submit"):
                hold_for(context, id_, found)
            else:
                self._core.journal.note([Step(id_, None, {"message": NOT_PLANNED})])

    async def _upload(self, context: Context, only: Iterable[int] | None = None) -> None:
        core = self._core
        wanted = set(core.journal.documents if only is None else only)
        self._release(wanted, linked=False)
        if core.ids(State.PLANNED):
            before = len(core.notices)
            await self._files.report_existing()
            for text in core.notices[before:]:
                context.emit(Notice(text))
        for ids in batches([id_ for id_ in core.ids(*WITHOUT_UPLOAD) if id_ in wanted]):
            self._files.update_planned(ids)
            for id_ in ids:
                if found := core.table.evaluator.blockers(id_, "upload"):
                    hold_for(context, id_, found)
            await asyncio.sleep(0)  # so that the run can be cancelled
        await upload(context, [id_ for id_ in core.ids(*WITHOUT_UPLOAD) if id_ in wanted])

    def _release(self, only: Collection[int] | None = None, *, linked: bool) -> None:
        """Release documents on hold; what still stops them is found again at once.

        `linked`: those whose upload is complete, so that only the submit is left; else the others.
        """
        for document in list(self._core.journal.documents.values()):
            if only is not None and document.id not in only:
                continue
            if document.state == State.HELD and bool(document.ml) is linked:
                self._core.table.release(document)
