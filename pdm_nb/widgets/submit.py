"""The submit panel: who is ready, who is not and why, one explicit confirmation, and what came of it."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable
from typing import Any

import ipywidgets

from .. import aio
from ..model import Document, Finding, Severity
from .column import Column
from .live import FILE, STATE, TONES, Changes, Runs
from .panel import Panel, count, listed, row
from .run import RunBoard
from .table import Table

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
CONFIRM = "I have looked at the metadata: a revision cannot be edited through the API."  # B49, B66


class SubmitPanel(Panel):
    """Turns settled uploads into revisions, after an explicit confirmation (`await batch.submit()`)."""

    title = "Submit"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self.table = Table(
            COLUMNS,
            self._contents(),
            label="What is ready to be submitted, and what became of it",
            noun="document",
            empty="This batch has no documents, so there is nothing to submit.",
        )
        self.counts = ipywidgets.HTML()
        self.confirm = ipywidgets.Checkbox(description=CONFIRM, indent=False, layout={"width": "auto"})
        self.start = self.button(
            "Submit",
            self.submit,
            help="Make revisions of them (batch.submit())",
            style="danger",
            icon="paper-plane",
        )
        self.board = RunBoard()
        super().__init__(self.counts, self.confirm, row(self.start), self.board, self.table)
        self.confirm.observe(lambda _: self._allow(), "value")
        self._busy = False
        self._runs = Runs(batch, ("submit", "resume"), self._show)
        self._throttle = aio.Throttle(self._refresh, 0.3)
        self._changes = Changes(batch, lambda _: self._throttle.poke())
        self._refresh()

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

    def _refresh(self) -> None:
        self.table.patch(self._contents())
        self.counts.value = tally(self._judged.values())
        self._runs.look()

    def _show(self, run: Any, busy: bool) -> None:
        self.board.show(run)
        self._busy = busy
        self._allow()

    def _allow(self) -> None:
        ready = any(verdict in (READY, DOUBTFUL) for verdict, _ in self._judged.values())
        self.start.disabled = self._busy or not ready or not self.confirm.value

    def _contents(self) -> dict[int, dict[str, Any]]:
        errors: dict[int, list[Finding]] = {}
        for finding in self.batch.findings():
            if finding.severity == Severity.ERROR:
                errors.setdefault(finding.document, []).append(finding)
        self._judged = {
            document.id: judge(document, errors.get(document.id, ())) for document in self.batch.documents
        }
        return {
            document.id: {
                FILE: document.name,
                STATE: document.state,
                "verdict": self._judged[document.id][0],
                "revision": document.revision_id or "",
                "version": document.version or "",
                "reason": listed(self._judged[document.id][1]),
            }
            for document in self.batch.documents
        }

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        return self.table.static()


def judge(document: Document, errors: Iterable[Finding]) -> tuple[str, list[str]]:
    """Whether a document can be submitted, and why not (B43)."""
    said = ": ".join(filter(None, (document.reason, document.message)))
    told = [said] if said else []
    if document.state == "submitted":
        return DONE, []
    if document.state in DOUBTS:
        return DOUBTFUL, told or [DOUBTS[document.state]]
    if document.state == "settled" or (document.state == "held" and document.ml):  # held after its upload
        faults = list(dict.fromkeys(finding.message for finding in errors))
        return (BLOCKED, faults) if faults else (READY, told)
    return BLOCKED, told or [WAITING.get(document.state, document.state)]


def tally(judged: Iterable[tuple[str, list[str]]]) -> str:
    """How many are ready, done and blocked, and the commonest reasons, as safe HTML."""
    verdicts, reasons = Counter[str](), Counter[str]()
    for verdict, why in judged:
        verdicts[verdict] += 1
        if verdict == BLOCKED:
            reasons.update(why)
    head = f"<b>{verdicts[READY]:,} ready</b>, {verdicts[BLOCKED]:,} blocked, {verdicts[DONE]:,} are revisions already"
    items = "".join(f"<li>{number:,} × {html.escape(why)}</li>" for why, number in reasons.most_common(5))
    return f'<div>{head}</div><ul style="margin: 2px 0 2px 18px; line-height: 1.5">{items}</ul>'
