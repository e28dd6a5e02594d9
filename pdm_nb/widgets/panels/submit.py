"""The submit panel: who is ready, who is not and why, one explicit confirmation, and what came of it."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import ipywidgets

from ...model import Document, Finding, Severity
from ...runs import loop
from ..grid.batch_listener import FILE, STATE, TONES, Changes, Runs
from ..grid.column import Column
from ..grid.table import Table
from .panel import Panel, count, listed, row
from .run_board import RunBoard

READY, DOUBTFUL, BLOCKED, DONE = "ready", "doubtful", "blocked", "done"
COLUMNS = (
    Column(FILE, "File", pinned="left", width=260),
    Column(STATE, "State", "badge", width=115, tones=TONES),
    Column(
        "verdict",
        "Submit",
        "badge",
        width=95,
        tones={READY: "good", DOUBTFUL: "info", BLOCKED: "warn", DONE: "neutral"},
    ),
    Column("revision", "Revision id", width=240),
    Column("version", "Version", "number", width=80),
    Column("reason", "Reason", flex=1, width=260),
)
WAITING = {
    "planned": "not uploaded yet",
    "created": "not uploaded yet",
    "transferring": "the upload is still going on",
    "transferred": "the upload is not complete yet",
    "completed": "machine learning is not watched to its end yet",
}
DOUBTS = {
    "submitting": "its submit is under way, or was interrupted: the next one first looks what came of it",
    "unconfirmed": "nobody knows what came of its submit: the next one first looks again",  # B66
}
CONFLICT = "WORKFLOW_CONFLICT"  # B48
WORKFLOW = "PDM312"  # a workflow may set the status of what is ready (B74)
RECOUNT = 0.5  # seconds between counts over the whole batch
NAMED = 10  # rows that a line of code names one by one
CONFIRM = "I have looked at the metadata: a revision cannot be edited through the API."  # B49, B66


class SubmitPanel(Panel):
    """Turns settled uploads into revisions, after an explicit confirmation (`await batch.submit()`)."""

    title = "Submit"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self._errors = errors_of(batch.findings())
        self._tally = Tally()
        self.table = Table(
            COLUMNS,
            self._contents(batch.documents),
            label="What is ready to be submitted, and what became of it",
            noun="document",
            empty="This batch has no documents, so there is nothing to submit.",
        )
        self.counts, self.workflows = ipywidgets.HTML(), ipywidgets.HTML()
        self.confirm = ipywidgets.Checkbox(description=CONFIRM, indent=False, layout={"width": "auto"})
        self.start = self.button(
            "Submit",
            self.submit,
            help="Make revisions of them (batch.submit())",
            style="danger",
            icon="paper-plane",
        )
        self.board = RunBoard()
        super().__init__(self.counts, self.workflows, self.confirm, row(self.start), self.board, self.table)
        self.confirm.observe(lambda _: self._allow(), "value")
        self._busy = False
        self._runs = Runs(batch, ("submit", "resume"), self._show)
        self._recount = loop.Throttle(self._count, RECOUNT)
        self._changes = Changes(batch, self.table, self._refresh, self._reload)
        self._tell()

    def submit(self) -> None:
        """Submit what is ready; it goes on in the background. The confirmation serves once."""
        if not self.confirm.value:
            self.say("Tick the confirmation first.", "bad")
            return
        self.confirm.value = False
        self.say("")
        self.batch.submit()
        self._runs.look()

    def close(self) -> None:
        self._changes.stop()
        super().close()

    def _refresh(self, ids: Iterable[int]) -> None:
        """Judge documents that changed."""
        found = errors_of(self.batch.findings(list(ids)))
        for id_ in ids:
            self._errors[id_] = found.get(id_, ())
        self.table.patch(self._contents(self.batch.document(id_) for id_ in ids))
        self._tell()
        self._recount.poke()

    def _reload(self) -> None:
        """Judge all documents, of which some came or went."""
        self._errors, self._tally = errors_of(self.batch.findings()), Tally()
        self.table.load(self._contents(self.batch.documents))
        self._tell()

    def _count(self) -> None:
        """What changes in one document may be an error, or no more one, of another."""
        documents = {document.id: document for document in self.batch.documents}
        found = errors_of(self.batch.findings())
        others = [id_ for id_ in documents if found.get(id_, ()) != self._errors.get(id_, ())]
        self._errors = found
        self.table.patch(self._contents(documents[id_] for id_ in others))
        self._tell()

    def _tell(self) -> None:
        self.counts.value = self._tally.as_html()
        self.workflows.value = held_by_workflows(sorted(self._tally.in_conflict))
        self._runs.look()

    def _show(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self._busy = busy
        self._allow()

    def _allow(self) -> None:
        ready = self._tally.verdicts[READY] + self._tally.verdicts[DOUBTFUL]
        self.start.disabled = self._busy or not ready or not self.confirm.value

    def _contents(self, documents: Iterable[Document]) -> dict[int, dict[str, Any]]:
        """The rows of some documents, which are judged anew."""
        rows = {}
        for document in documents:
            verdict, why = self._tally.put(document, self._errors.get(document.id, ()))
            if verdict == READY:
                found = self.batch.findings([document.id])
                why = [*why, *(one.message for one in found if one.code == WORKFLOW)]
            rows[document.id] = {
                FILE: document.name,
                STATE: document.state,
                "verdict": verdict,
                "revision": document.revision_id or "",
                "version": document.version or "",
                "reason": listed(why),
            }
        return rows

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        return self.table.static()


def errors_of(findings: Iterable[Finding]) -> dict[int, tuple[str, ...]]:
    """What is wrong with each document, each once."""
    errors: dict[int, dict[str, None]] = {}
    for finding in findings:
        if finding.severity == Severity.ERROR:
            errors.setdefault(finding.document, {})[finding.message] = None
    return {id_: tuple(told) for id_, told in errors.items()}


def judge(document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
    """Whether a document can be submitted, and why not (B43)."""
    said = ": ".join(filter(None, (document.reason, document.message)))
    told = [said] if said else []
    if document.state == "submitted":
        return DONE, []
    if document.state in DOUBTS:
        return DOUBTFUL, told or [DOUBTS[document.state]]
    if is_in_conflict(document):
        return DOUBTFUL, told  # unless somebody ended the workflow meanwhile
    if document.state == "settled" or (document.state == "held" and document.ml):  # held after its upload
        return (BLOCKED, list(errors)) if errors else (READY, told)
    return BLOCKED, told or [WAITING.get(document.state, document.state)]


def is_in_conflict(document: Document) -> bool:
    """Held by a workflow (B48)."""
    return document.state == "held" and document.reason == CONFLICT


def held_by_workflows(rows: Sequence[int]) -> str:
    """How many documents a workflow holds, and the code that ends it with their submit, as safe HTML; or ""."""
    if not rows:
        return ""
    named = str(rows) if len(rows) <= NAMED else f"""batch.status().query("reason == '{CONFLICT}'")"""
    code = (
        f"batch.submit(terminate_workflows={named}, termination_reason='…', terminated_revision_status='…')"
    )
    told = (
        f"{count(len(rows), 'document')} held by a workflow on an earlier revision: end it in Procore and submit "
        "again, or end it, for good, with the submit (administrators and workflow managers):"
    )
    return f'<div style="line-height: 1.5">{told}<br><code>{html.escape(code)}</code></div>'


class Tally:
    """How many documents are ready, done and blocked, and why; kept up to date document by document."""

    def __init__(self) -> None:
        self.verdicts, self._reasons = Counter[str](), Counter[str]()
        self.in_conflict: set[int] = set()  # held by a workflow (B48)
        self._judged: dict[int, tuple[str, list[str]]] = {}

    def put(self, document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
        """Judge a document anew."""
        self._take_out(document.id)
        verdict, why = self._judged[document.id] = judge(document, errors)
        self.verdicts[verdict] += 1
        if verdict == BLOCKED:
            self._reasons.update(why)
        if is_in_conflict(document):
            self.in_conflict.add(document.id)
        return verdict, why

    def _take_out(self, id_: int) -> None:
        verdict, why = self._judged.pop(id_, ("", []))
        self.verdicts[verdict] -= 1
        if verdict == BLOCKED:
            self._reasons.subtract(why)
        self.in_conflict.discard(id_)

    def as_html(self) -> str:
        """The figures, and the commonest reasons, as safe HTML."""
        ready, blocked, done = (self.verdicts[verdict] for verdict in (READY, BLOCKED, DONE))
        head = f"<b>{ready:,} ready</b>, {blocked:,} blocked, {done:,} are revisions already"
        common = [(why, number) for why, number in self._reasons.most_common(5) if number]
        items = "".join(f"<li>{number:,} × {html.escape(why)}</li>" for why, number in common)
        return f'<div>{head}</div><ul style="margin: 2px 0 2px 18px; line-height: 1.5">{items}</ul>'
