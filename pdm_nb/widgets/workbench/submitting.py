"""The step Submit: what will become which version of what, one confirmation, and the submit of exactly this plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ...errors import PdmError, RunError
from ..application.application import ApplicationPart
from ..application.texts import NO_PLAN, NOT_CONFIRMED, SELECT_FILES, STAYS, count, enumeration
from .document_rows import DocumentRows
from .verdicts import BLOCKED, DONE, READY, UNCLEAR

if TYPE_CHECKING:
    from .workbench import Workbench

MOST_LINES = 200  # of the plan that the page lists


class Submitting(ApplicationPart):
    """Plans and submits."""

    actions = ("plan", "submit")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._plan: Any = None

    def forget(self) -> None:
        """Forget the plan, after the batch was changed."""
        self._plan = None
        self.bench.show_page(plan=None)

    def refresh(self) -> None:
        """Show how many documents are ready, and why others are not."""
        documents = self.bench.documents
        if documents is None:
            return
        counts = documents.rows.verdicts
        conflicts = sorted(counts.in_conflict)
        self.bench.show(
            submitting={
                "ready": counts.verdicts[READY] + counts.verdicts[UNCLEAR],
                "blocked": counts.verdicts[BLOCKED],
                "submitted": counts.verdicts[DONE],
                "reasons": [[reason, number] for reason, number in counts.common_reasons()],
                "conflicts": conflicts,
                "conflict_lines": self._conflict_lines(conflicts[:MOST_LINES]),
                "statuses": self._statuses() if conflicts else [],
            }
        )

    def _conflict_lines(self, ids: list[int]) -> list[dict[str, str]]:
        """Which workflows hold these documents: the message of the service names the revisions."""
        known = (self.bench.batch.view.document(id_) for id_ in ids)
        return [{"file": document.name, "text": document.message} for document in known]

    def _statuses(self) -> list[str]:
        """The values of the status that a revision in a workflow can get (B48)."""
        return [value.label for value in self.bench.batch.view.choices("status") if value.active]

    def plan(self) -> None:
        """Calculate what a submit would do now, and show it."""
        if self.bench.batch is None or self.bench.documents is None:
            raise PdmError(SELECT_FILES)
        self._plan = self.bench.batch.plan()
        rows: DocumentRows = self.bench.documents.rows
        state, rows.becomes = plan_state(self._plan)
        self.bench.documents.flush()
        self.bench.show_page(plan=state)

    def submit(
        self,
        confirmed: bool = False,
        hash: str = "",
        reason: str = "",
        status: str = "",
        end_workflows: bool = False,
    ) -> None:
        """Submit the ready documents as planned; each submit needs a new confirmation (B49, B66)."""
        if not confirmed:
            raise PdmError(NOT_CONFIRMED)
        if self._plan is None or hash != self._plan.hash:
            raise RunError(NO_PLAN)
        plan, self._plan = self._plan, None
        self.bench.show_page(plan=None)
        ending: dict[str, Any] = {}
        if end_workflows and self.bench.documents is not None:
            ids = sorted(self.bench.documents.rows.verdicts.in_conflict)
            ending = {
                "terminate_workflows": ids, "termination_reason": reason, "terminated_revision_status": status,
            }  # fmt: skip
        self.bench.batch.submit(plan=plan, **ending)
        self.bench.code.ran("submit")
        self.bench.update()


def plan_state(plan: Any) -> tuple[dict[str, Any], dict[int, str]]:
    """A plan as JSON, and what each document becomes, by its id."""
    becomes: dict[int, str] = {}
    lines: list[dict[str, Any]] = []
    held: Counter[str] = Counter()
    for row in plan.documents.itertuples():
        what = str(row.what)
        text = becoming(what, str(row.name or ""), _whole(row.version))
        becomes[int(row.document)] = text
        if what == "on hold":
            held[str(row.why)] += 1
        elif what == "new version":
            lines.append({"file": str(row.file), "text": text})
    counts = plan.counts
    sends = counts.get("new", 0) + counts.get("new version", 0)
    state = {
        "hash": plan.hash,
        "sends": sends,
        "sentence": planned(counts.get("new", 0), counts.get("new version", 0)),
        "versions": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "held": [[reason, number] for reason, number in held.most_common()],
    }
    return state, becomes


def planned(new: int, versions: int) -> str:
    """What will be submitted, in words."""
    parts = [f"{new:,} new"] if new else []
    parts += [count(versions, "new version")] if versions else []
    return f"{count(new + versions, 'document')} will be submitted{(parts and ': ') or ''}{enumeration(parts) if parts else ''}."


def _whole(number: Any) -> int | None:
    try:
        return int(number)
    except (TypeError, ValueError):  # pandas' missing value
        return None


def becoming(what: str, name: str, version: int | None) -> str:
    """What a document will become, in words."""
    if what == "new":
        return f"new: {name}" if name else "new"
    if what == "new version":
        number = f"version {version}" if version is not None else "a new version"
        return f"{number} of {name}" if name else number
    return STAYS if what == "on hold" else ""
