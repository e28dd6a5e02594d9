"""The results of `agreement.py`: verdicts, counts, and the differences that are expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pdm_nb.rules.checks import CHECKS

STRICTER = {
    "PDM201": "A file that cannot be read is never sent, so the service cannot report it.",
    "PDM110": "The service accepts a placeholder such as TBC as a text.",
    "PDM320": "The service accepts versions in any order; the current one cannot be corrected (B41).",
    "PDM322": "The service accepts an older revision as the next version.",
    "PDM307": "Of several documents with the same revision the service accepts the first; the others then get PDM306.",
}
UNKNOWABLE = {
    "ACCESS_DENIED": "The permission to upload shows only when a record is created (B52, B65).",
    "PERMISSION_DENIED": "The permission to submit shows only at the submit (B52, B65).",
    "UPLOAD_NOT_FOUND": "People delete uploads at any time (B50).",
    "FILE_KEY_MISMATCH": "Another call replaced the verified file (B44).",
    "WORKFLOW_CONFLICT": "No list shows that a revision is in a workflow (B48).",
    "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION": "The right to end a workflow shows only at the submit (B48).",
}
REFUSALS = frozenset(UNKNOWABLE) | {"INVALID_PROPERTY", "INVALID_INPUT", "DUPLICATE_REVISION"}
UNTRIED = {
    "PDM401": "Without access to the tool a project cannot be read, so there is nothing to compare (B65).",
    "PDM321": "Each document is submitted separately, so none waits for another.",
    "PDM325": "No generated number contains a revision.",
    "PDM323": "No generated file name contains a revision.",
    "PDM311": "A value that a workflow or a person sets instead is valid for the service (B52).",
}
ERRORS = frozenset(code for check in CHECKS if check.stops for code in check.codes) - set(UNTRIED)


@dataclass
class Verdict:
    """The verdict of one side: the reason code ("" for none), and the fields that it names."""

    code: str = ""
    fields: frozenset[str] = frozenset()


@dataclass
class Count:
    """The results of a run."""

    seed: int
    documents: int = 0
    agreements: int = 0
    refused: int = 0
    moved: int = 0  # documents whose rule changed after the upload, so that `early` does not apply
    submitted: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    disagreements: list[dict[str, Any]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        kinds = Counter(one["kind"] for one in self.disagreements)
        return {
            "seed": self.seed,
            "documents": self.documents,
            "agreements": self.agreements,
            "disagreements": dict(kinds),
            "reproduce": self.disagreements[:20],
            "share_refused": round(self.refused / max(1, self.documents), 3),
            "submitted": self.submitted,
            "rule_changed_meanwhile": self.moved,
            "check_codes": dict(sorted(self.checks.items())),
            "refusal_codes": dict(sorted(self.refusals.items())),
            "checks_never_met": sorted(ERRORS - set(self.checks)),
            "refusals_never_met": sorted(REFUSALS - set(self.refusals)),
        }
