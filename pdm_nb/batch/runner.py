"""Starts the runs of a batch: one at a time, with its own context, and events for everything that the journal records."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pandas as pd

from ..api.limits.call_queue import CURRENT_RUN
from ..model import Document
from ..runs.events import Notice, StateChanged
from ..runs.run import Run
from .batch_core import BatchCore
from .evidence.journal_frames import status
from .execution.context import Context
from .journal.journal import Journal
from .pipeline.submit import SubmitRules
from .remote.computed_names import ComputedNames
from .remote.service_cells import ServiceCells

STAGES = ("upload", "watch", "submit")
Work = Callable[[Context], Coroutine[Any, Any, None]]


class Runner:
    """Starts the runs of one batch."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    def start(
        self, name: str, work: Work, result: Callable[[Journal], pd.DataFrame] = status, **tools: Any
    ) -> Run[pd.DataFrame]:
        """Start a run; `result` reads its result from the journal."""
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

    def submit_rules(self) -> SubmitRules:
        """Return what a submit asks about documents."""
        evaluator = self._core.table.evaluator
        return SubmitRules(lambda id_: evaluator.blockers(id_, "submit"), evaluator.before)


def _event(document: Document) -> StateChanged:
    return StateChanged(document.id, document.name, document.state, document.reason, document.message)
