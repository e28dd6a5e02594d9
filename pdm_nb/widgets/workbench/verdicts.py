"""Whether each document can be submitted, and why not (B43). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...model import Document, Finding, Severity
from ..application.texts import UNCLEAR_REASONS, WAITING

READY, UNCLEAR, BLOCKED, DONE = "ready", "to be checked", "blocked", "submitted"
VERDICT_TONES = {READY: "good", UNCLEAR: "info", BLOCKED: "warn", DONE: "neutral"}
CONFLICT = "WORKFLOW_CONFLICT"  # B48
WORKFLOW = "PDM312"  # a workflow may set the status of a ready document (B74)


def errors_of(findings: Iterable[Finding]) -> dict[int, tuple[str, ...]]:
    """The messages of the errors of each document, each once."""
    errors: dict[int, dict[str, None]] = {}
    for finding in findings:
        if finding.severity == Severity.ERROR:
            errors.setdefault(finding.document, {})[finding.message] = None
    return {id_: tuple(messages) for id_, messages in errors.items()}


def verdict_of(document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
    """Whether a document can be submitted, and the reasons why not (B43)."""
    text = document.message or document.reason
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


class VerdictCounts:
    """How many documents are ready, submitted and blocked, and why; updated document by document."""

    def __init__(self) -> None:
        self.verdicts, self.reasons = Counter[str](), Counter[str]()
        self.in_conflict: set[int] = set()  # ids that a workflow holds (B48)
        self._verdicts: dict[int, tuple[str, list[str]]] = {}

    def update(self, document: Document, errors: Sequence[str]) -> tuple[str, list[str]]:
        """Update a document. Returns its verdict and reasons."""
        verdict, reasons = self._verdicts.get(document.id, ("", []))
        self.verdicts[verdict] -= 1
        if verdict == BLOCKED:
            self.reasons.subtract(reasons)
        self.in_conflict.discard(document.id)
        verdict, reasons = self._verdicts[document.id] = verdict_of(document, errors)
        self.verdicts[verdict] += 1
        if verdict == BLOCKED:
            self.reasons.update(reasons)
        if is_in_conflict(document):
            self.in_conflict.add(document.id)
        return verdict, reasons

    def common_reasons(self, most: int = 8) -> list[tuple[str, int]]:
        """The most frequent reasons why documents are blocked, with their counts."""
        return [(reason, number) for reason, number in self.reasons.most_common(most) if number > 0]
