"""The submit panel: which documents are ready and why others are not, one confirmation, and the results."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import ipywidgets

from ...model import Document, Finding, Severity
from ...runs import loop
from ..grid.batch_listener import ChangeListener, RunListener
from ..grid.column import Column
from ..grid.document_cells import FILE, STATE
from ..grid.state_tones import STATE_TONES
from ..grid.table_widget import Table
from .panel import Panel, count, listed, row
from .run_board import RunBoard

READY, UNCLEAR, BLOCKED, DONE = "ready", "to be checked", "blocked", "submitted"
COLUMNS = (
    Column(FILE, "File", pinned="left", width=260),
    Column(STATE, "State", "badge", width=120, tones=STATE_TONES),
    Column(
        "verdict",
        "Readiness",
        "badge",
        width=125,
        tones={READY: "good", UNCLEAR: "info", BLOCKED: "warn", DONE: "neutral"},
    ),
    Column("reason", "Reason", flex=1, width=260),
    Column("version", "Version", "number", width=95),
    Column("revision", "Revision ID", width=240),
)
WAITING = {
    "planned": "The file is not uploaded",
    "created": "The file is not uploaded",
    "transferring": "The upload is in progress",
    "transferred": "The upload is not complete",
    "completed": "Machine learning has not finished",
}
UNCLEAR_REASONS = {
    "submitting": "A submit is in progress or was interrupted. The next submit first checks its result",
    "unconfirmed": "It is not confirmed whether this was submitted. The next submit checks first",  # B66
}
CONFLICT = "WORKFLOW_CONFLICT"  # B48
WORKFLOW = "PDM312"  # a workflow may set the status of a ready document (B74)
RECOUNT = 0.5  # seconds between counts over the whole batch
MOST_IDS = 10  # documents that a notice lists
CONFIRM = "I have checked the metadata. Submitted revisions cannot be edited here."  # B49, B66


class SubmitPanel(Panel):
    """Submit the ready documents as revisions, after a confirmation; in code, `await batch.submit()`.

    The table shows for each document whether it is ready, and why not; after the submit, revision and version.

    Parameters
    ----------
    batch : Batch
        The batch to submit.

    Notes
    -----
    A submitted revision cannot be edited through the API (B49, B66), so each submit needs a new confirmation.

    Examples
    --------
    >>> SubmitPanel(batch)  # doctest: +SKIP
    """

    title = "Submit"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self._errors = errors_of(batch.findings())
        self._summary = SubmitCounts()
        self.table = Table(
            COLUMNS,
            self._contents(batch.view.documents),
            label="Documents to submit, and results",
            noun="document",
            empty="This batch has no documents to submit.",
        )
        self.counts, self.workflows = ipywidgets.HTML(), ipywidgets.HTML()
        self.confirm = ipywidgets.Checkbox(description=CONFIRM, indent=False, layout={"width": "auto"})
        self.start = self.button(
            "Submit",
            self.submit,
            help="Submit the ready documents as revisions.",
            style="danger",
            icon="paper-plane",
        )
        self.board = RunBoard()
        super().__init__(self.counts, self.workflows, self.confirm, row(self.start), self.board, self.table)
        self.confirm.observe(lambda _: self._update_button(), "value")
        self._busy = False
        self._runs = RunListener(batch, ("submit", "resume"), self._show_run)
        self._recount = loop.Throttle(self._count, RECOUNT)
        self._changes = ChangeListener(batch, self.table, self._refresh, self._reload)
        self._show_counts()

    def submit(self) -> None:
        """Submit the ready documents in the background; the confirmation is used up."""
        if not self.confirm.value:
            self.say("Select the confirmation first.", "bad")
            return
        self.confirm.value = False
        self.say("")
        self.batch.submit()
        self._runs.update()

    def close(self) -> None:
        """Stop listening to the batch and close the panel."""
        self._changes.stop()
        super().close()

    def _refresh(self, ids: Iterable[int]) -> None:
        """Update documents that changed."""
        found = errors_of(self.batch.findings(list(ids)))
        for id_ in ids:
            self._errors[id_] = found.get(id_, ())
        self.table.patch(self._contents(self.batch.view.document(id_) for id_ in ids))
        self._show_counts()
        self._recount.poke()

    def _reload(self) -> None:
        """Update all documents after some were added or removed."""
        self._errors, self._summary = errors_of(self.batch.findings()), SubmitCounts()
        self.table.load(self._contents(self.batch.view.documents))
        self._show_counts()

    def _count(self) -> None:
        """Update the errors of all documents: a change of one document may cause or fix an error of another."""
        documents = {document.id: document for document in self.batch.view.documents}
        found = errors_of(self.batch.findings())
        others = [id_ for id_ in documents if found.get(id_, ()) != self._errors.get(id_, ())]
        self._errors = found
        self.table.patch(self._contents(documents[id_] for id_ in others))
        self._show_counts()

    def _show_counts(self) -> None:
        self.counts.value = self._summary.as_html()
        self.workflows.value = workflow_notice(sorted(self._summary.in_conflict))
        self._runs.update()

    def _show_run(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self._busy = busy
        self._update_button()

    def _update_button(self) -> None:
        ready = self._summary.verdicts[READY] + self._summary.verdicts[UNCLEAR]
        self.start.disabled = self._busy or not ready or not self.confirm.value

    def _contents(self, documents: Iterable[Document]) -> dict[int, dict[str, Any]]:
        """The rows of some documents, whose readiness is determined again."""
        rows = {}
        for document in documents:
            verdict, reasons = self._summary.update(document, self._errors.get(document.id, ()))
            if verdict == READY:
                found = self.batch.findings([document.id])
                reasons = [*reasons, *(one.message for one in found if one.code == WORKFLOW)]
            rows[document.id] = {
                FILE: document.name,
                STATE: document.state_label,
                "verdict": verdict,
                "revision": document.revision_id or "",
                "version": document.version or "",
                "reason": listed(reasons),
            }
        return rows

    def summary(self) -> str:
        """Return the number of documents."""
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        """Return the first rows as a static table, by MIME type."""
        return self.table.static()


def errors_of(findings: Iterable[Finding]) -> dict[int, tuple[str, ...]]:
    """The messages of the errors of each document, each once."""
    errors: dict[int, dict[str, None]] = {}
    for finding in findings:
        if finding.severity == Severity.ERROR:
            errors.setdefault(finding.document, {})[finding.message] = None
    return {id_: tuple(messages) for id_, messages in errors.items()}


def verdict_of(document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
    """Whether a document can be submitted, and the reasons why not (B43)."""
    text = ": ".join(filter(None, (document.reason, document.message)))
    reported = [text] if text else []
    if document.state == "submitted":
        return DONE, []
    if document.state in UNCLEAR_REASONS:
        return UNCLEAR, reported or [UNCLEAR_REASONS[document.state]]
    if is_in_conflict(document):
        return UNCLEAR, reported  # somebody may have ended the workflow in the meantime
    if document.state == "settled" or (document.state == "held" and document.ml):  # held after its upload
        return (BLOCKED, list(errors)) if errors else (READY, reported)
    return BLOCKED, reported or [WAITING.get(document.state, document.state_label)]


def is_in_conflict(document: Document) -> bool:
    """True if a workflow holds the document (B48)."""
    return document.state == "held" and document.reason == CONFLICT


def workflow_notice(ids: Sequence[int]) -> str:
    """How many documents a workflow holds and what to do about it, as safe HTML; "" if there are none (B48)."""
    if not ids:
        return ""
    named = (
        f" ({'id' if len(ids) == 1 else 'ids'} {', '.join(map(str, ids))})" if len(ids) <= MOST_IDS else ""
    )
    text = (
        f"{count(len(ids), 'document')} on hold because of a workflow on an earlier revision{named}. End the workflow in "
        "Procore, then submit again. Administrators and workflow managers can also end it for good with the option "
        "terminate_workflows of submit in code."
    )
    return f'<div style="line-height: 1.5">{html.escape(text)}</div>'


class SubmitCounts:
    """How many documents are ready, submitted and blocked, and why; updated document by document."""

    def __init__(self) -> None:
        self.verdicts, self._reasons = Counter[str](), Counter[str]()
        self.in_conflict: set[int] = set()  # ids that a workflow holds (B48)
        self._verdicts: dict[int, tuple[str, list[str]]] = {}

    def update(self, document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
        """Update a document. Returns its verdict and reasons."""
        self._remove(document.id)
        verdict, reasons = self._verdicts[document.id] = verdict_of(document, errors)
        self.verdicts[verdict] += 1
        if verdict == BLOCKED:
            self._reasons.update(reasons)
        if is_in_conflict(document):
            self.in_conflict.add(document.id)
        return verdict, reasons

    def _remove(self, id_: int) -> None:
        verdict, reasons = self._verdicts.pop(id_, ("", []))
        self.verdicts[verdict] -= 1
        if verdict == BLOCKED:
            self._reasons.subtract(reasons)
        self.in_conflict.discard(id_)

    def as_html(self) -> str:
        """The figures and the most common reasons, as safe HTML."""
        ready, blocked, done = (self.verdicts[verdict] for verdict in (READY, BLOCKED, DONE))
        head = f"<b>{ready:,} ready</b>, {blocked:,} blocked, {done:,} submitted"
        common = [(reason, number) for reason, number in self._reasons.most_common(5) if number]
        items = "".join(f"<li>{number:,} × {html.escape(reason)}</li>" for reason, number in common)
        return f'<div>{head}</div><ul style="margin: 2px 0 2px 18px; line-height: 1.5">{items}</ul>'
