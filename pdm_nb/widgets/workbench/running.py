"""The runs of a batch: upload, waiting for machine learning, and what is on hold, grouped by reason."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ...document_states import NOT_READ_REASONS
from ...errors import PdmError
from ..application.application import ApplicationPart
from ..application.run_board import RunControls, RunFollower
from ..application.texts import IN_WORKFLOW, NOT_READ, SELECT_FILES, count
from .verdicts import is_in_conflict

if TYPE_CHECKING:
    from .workbench import Workbench

STOPPED = ("held", "failed", "gone", "unconfirmed")
MOST_GROUPS = 12
RESTARTED = ("failed", "gone")  # what can be uploaded again from the beginning


class Running(ApplicationPart):
    """Starts runs, and shows the current one, also if it was started in a cell."""

    actions = ("upload", "watch", "wait_again")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.follower = RunFollower(bench.poke)
        self.controls = RunControls(self.follower)
        self._watch_after: Any = None  # the upload after which machine learning is waited for

    def refresh(self) -> None:
        """Follow the run that the batch has now, and show what is on hold."""
        batch = self.bench.batch
        self.follower.follow(batch.view.run if batch is not None else None)
        self._continue()
        self.bench.show(
            run=self._run_state(),
            stopped=stopped_groups(batch) if batch is not None else [],
            not_read=not_read_groups(batch) if batch is not None else [],
        )

    def _run_state(self) -> dict[str, Any] | None:
        """The state of the run. Waiting for machine learning is no success if it did not read all documents in time."""
        state, late = self.follower.state(), self.bench.not_read
        if state is not None and late and state["name"] == "watch" and state["tone"] == "done":
            they = "it was" if late == 1 else "they were"
            state["text"] = NOT_READ.format(documents=count(late, "document"), they=they)
        return state

    @property
    def name(self) -> str:
        """The name of the run of the batch that is in progress, "" for none."""
        run = self.follower.run
        return str(run.name) if run is not None and run.running else ""

    @property
    def is_running(self) -> bool:
        """True while a run of the batch is in progress."""
        return bool(self.name)

    def upload(self) -> None:
        """Upload the documents, then wait for machine learning."""
        self._watch_after = self._batch().upload()
        self.bench.code.ran("upload")
        self.bench.update()

    def watch(self) -> None:
        """Wait for machine learning."""
        self._watch_after = None
        self._batch().watch()
        self.bench.code.ran("watch")
        self.bench.update()

    def wait_again(self, reason: str) -> None:
        """Wait again for the documents that machine learning did not read in time, for this reason."""
        documents = self._batch().view.documents
        rows = [one.id for one in documents if is_not_read(one) and one.reason == reason]
        self._batch().watch(rows)
        self.bench.code.ran("watch", f"""batch.status().query("reason == '{reason}'")""")
        self.bench.update()

    def _continue(self) -> None:
        """Wait for machine learning after an upload that was started here and has succeeded."""
        run = self._watch_after
        if run is None or run.running or run is not self.follower.run:
            return
        self._watch_after = None
        waits = any(one.state == "completed" for one in self._batch().view.documents)
        if run.error is None and not run.cancelled and waits:
            self.follower.follow(self._batch().watch())
            self.bench.code.ran("watch")

    def _batch(self) -> Any:
        if self.bench.batch is None:
            raise PdmError(SELECT_FILES)
        return self.bench.batch


def stopped_groups(batch: Any) -> list[dict[str, Any]]:
    """Documents that are on hold, failed, deleted or unconfirmed, grouped by reason: the most frequent first.

    `action` is "retry" for those to upload again, "upload" for those that the next upload tries again when their cells are
    fixed, "submit" for those that wait for a submit, else "". `only` is the message by which they can be shown. Documents
    that a workflow holds are one group, since the message of each names its own revisions.
    """
    groups: Counter[tuple[str, str, str | None, str]] = Counter()
    for document in batch.view.documents:
        if document.state not in STOPPED:
            continue
        if is_in_conflict(document):
            groups[document.state_label, IN_WORKFLOW, None, ""] += 1
        else:
            message = document.message or document.reason
            groups[document.state_label, message, message, _action(document.state, bool(document.ml))] += 1
    return [
        {"state": label, "message": message, "only": only, "count": number, "action": action}
        for (label, message, only, action), number in groups.most_common(MOST_GROUPS)
    ]


def is_not_read(document: Any) -> bool:
    """True if machine learning did not read a document in time, so that somebody has to fill it in (B35)."""
    return document.state == "settled" and document.reason in NOT_READ_REASONS


def not_read_groups(batch: Any) -> list[dict[str, Any]]:
    """The documents that machine learning did not read in time, grouped by what is known of them."""
    groups = Counter(
        (one.state_label, one.reason, one.message) for one in batch.view.documents if is_not_read(one)
    )
    return [
        {"state": label, "reason": reason, "message": message, "count": number}
        for (label, reason, message), number in groups.items()
    ]


def _action(state: str, is_later: bool) -> str:
    if state in RESTARTED:
        return "retry"
    if state != "held":
        return ""
    return "submit" if is_later else "upload"
