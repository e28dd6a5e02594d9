"""The header: environment, account, project, batch, counts by state, and the calls that are left."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from ...errors import PdmError
from ..application.application import ApplicationPart
from ..application.texts import CLOSED, SELECT_FILES, SELECT_PROJECT, SIMULATOR
from ..grid.state_tones import STATE_TONES

if TYPE_CHECKING:
    from .workbench import Workbench


class Header(ApplicationPart):
    """Shows where one is, and opens another batch of the project."""

    actions = ("batches", "open_batch", "close_batch")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    def refresh(self) -> None:
        """Show the present figures."""
        bench = self.bench
        batch, project, service = bench.batch, bench.project, bench.service
        path = batch.view.journal_path if batch is not None else None
        self.bench.show(
            header={
                "environment": environment_name(str(getattr(service, "environment", ""))),
                "company": str(getattr(service, "company", "")),
                "account": str(getattr(service, "user", "")),
                "project": str(getattr(project, "name", "")),
                "project_id": str(getattr(project, "id", "")),
                "batch": batch_name(path) if path is not None else "",
                "journal": str(path or ""),
                "counts": state_counts(bench.states) if batch is not None else [],
                "calls": _calls(service),
            }
        )

    def batches(self) -> list[dict[str, Any]]:
        """List the batches of the project, the newest first."""
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)
        frame = self.bench.project.batches()
        return [
            {
                "name": batch_name(row.journal),
                "journal": str(row.journal),
                "documents": None if row.in_use == "another kernel" else int(row.documents),
                "submitted": int(row.submitted),
                "in_use": str(row.in_use),
                "changed": f"{row.changed:%Y-%m-%d %H:%M}",
            }
            for row in frame.itertuples()
        ]

    def open_batch(self, journal: str) -> None:
        """Open a batch by its journal."""
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)
        self.bench.open_batch(self.bench.project.batch(journal=journal))

    def close_batch(self) -> None:
        """Close the batch: a run stops, and another kernel can open it."""
        batch = self.bench.batch
        if batch is None:
            raise PdmError(SELECT_FILES)
        name = batch_name(batch.view.journal_path)
        self.bench.leave_batch()
        batch.close()
        self.bench.go("import")
        self.bench.say(CLOSED.format(name=name))


def environment_name(name: str) -> str:
    """The name of an environment as people read it."""
    return SIMULATOR if name.startswith("127.0.0.1") else name.capitalize() if name.isalpha() else name


def batch_name(path: Any) -> str:
    """The name of a batch: its file without the suffix, and without the digits that make it unique."""
    stem = str(path).replace("\\", "/").rpartition("/")[2].removesuffix(".sqlite")
    name, _, digest = stem.rpartition("-")
    return name if name and len(digest) == 8 and all(sign in "0123456789abcdef" for sign in digest) else stem


def state_counts(states: Counter[str]) -> list[dict[str, Any]]:
    """Counts by state as chips, in the order of the work."""
    return [
        {"state": state, "tone": tone, "count": states[state]}
        for state, tone in STATE_TONES.items()
        if states[state]
    ]


def _calls(service: Any) -> dict[str, Any] | None:
    found = getattr(service, "calls_left", None)
    if found is None:
        return None
    resets = time.strftime("%H:%M", time.localtime(found.resets)) if found.resets else ""
    return {"left": found.left, "limit": found.limit, "resets": resets}
