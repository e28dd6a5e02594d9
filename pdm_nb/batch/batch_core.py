"""What the parts of a batch share: its project, journal and table, its notices, and its current run."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pandas as pd

from ..errors import RunError
from ..registers.forms import FormOrigin, fingerprint
from ..runs.run import Run
from .backend import ProjectBackend, store_configuration
from .journal.journal import Journal
from .journal.states import State
from .table.batch_table import BatchTable

log = logging.getLogger("pdm_nb.batch")
RUN_NAMES = {
    "upload": "upload",
    "watch": "wait for machine learning",
    "submit": "submit",
    "resume": "run",
    "reconcile": "read-back",
    "pilot": "pilot",
}


class BatchCore:
    """The state of an open batch. `notices` are messages about the batch as a whole."""

    def __init__(self, project: ProjectBackend, journal: Journal, table: BatchTable) -> None:
        self.project, self.journal, self.table = project, journal, table
        self.on_close: Callable[[], object] = lambda: None
        self.notices: list[str] = []
        self.run: Run[pd.DataFrame] | None = None
        self.is_closed = False
        self.notice(journal.notice)
        self.take_notices()

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.running

    @property
    def form_origin(self) -> FormOrigin:
        """The project, for forms that are written and come back."""
        return FormOrigin(self.project.id, self.project.name, fingerprint(self.table.configuration))

    def check_idle(self) -> None:
        """Raise `RunError` if the batch is closed or a run is in progress."""
        if self.is_closed:
            raise RunError("This batch is closed. Open it again with project.batch(journal=…).")
        if self.run is not None and self.run.running:
            name = RUN_NAMES.get(self.run.name, self.run.name)
            raise RunError(
                f"The {name} is still running. Wait for it, or stop it with batch.view.run.cancel()."
            )

    def ids(self, *states: State) -> list[int]:
        """Return the ids of the documents in one of `states`."""
        return [document.id for document in self.journal.documents.values() if document.state in states]

    def notice(self, text: str, level: int = logging.WARNING) -> None:
        """Add a message about the batch as a whole, once: to `notices`, its display and the log."""
        if text and text not in self.notices:
            self.notices.append(text)
            log.log(level, text)

    def take_notices(self) -> list[str]:
        """Add the notices of the project, which its log has already. Returns the new ones."""
        new = [text for text in self.project.notices if text not in self.notices]
        self.notices += new
        return new

    def reconfigure(self) -> None:
        """Use the configuration that the project has now."""
        self.table.reconfigure(self.project.configuration)
        store_configuration(self.project, self.journal)
