"""What a table consists of: its columns, what is said about a cell, what a person changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from ...model import Finding

KINDS = ("text", "long", "number", "timestamp", "select", "multiselect", "progress", "badge")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `kind` is one of `KINDS`; `choices` the name of its list of values (its own key by default); `depends` the key of
    the column whose value narrows that list; `pinned` "left" or "right"; `width` in pixels, or `flex` for a share of
    what is left; `required` puts a star to the label; `tones` gives badges a tone (good, busy, bad, warn, info,
    neutral) by value; `format="bytes"` shows 1536 as 1.5 KB; `locked` says why nobody can edit it. A progress column
    holds a number from 0 to 1.
    """

    key: str
    label: str
    kind: str = "text"
    editable: bool = False
    choices: str | None = None
    depends: str | None = None
    pinned: str | None = None
    width: int | None = None
    flex: int | None = None
    required: bool = False
    help: str = ""
    tones: Mapping[str, str] | None = None
    format: str | None = None
    locked: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"The kind {self.kind!r} of column {self.key!r} is none of {', '.join(KINDS)}.")

    def sent(self) -> dict[str, Any]:
        """As the browser takes it: only what is there."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "", False)}


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that a person changed: what the browser showed before, and what was typed."""

    row: int
    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an action: a sentence, and the cell (row, key) to look at."""

    notice: str
    place: tuple[int, str] | None = None


def mark(
    findings: Iterable[Finding] = (),
    *,
    source: str = "",
    confidence: float | None = None,
    suggestion: str = "",
    required: bool = False,
    note: str = "",
    locked: str = "",
) -> dict[str, Any]:
    """What is to be said about a cell, as the browser takes it; only what there is to say.

    `source` is a `LabelSource` or "REGISTER", `confidence` 0-1, `suggestion` what the service would have put there,
    `note` anything else worth telling, `locked` the sentence why the cell cannot be edited. Cells of which the same is
    to be said share one object, so it is not to be changed.
    """
    said = tuple(
        (one.code, str(one.severity), one.message, one.mend, one.proposal, one.similar) for one in findings
    )
    return _mark(said, str(source), confidence, suggestion, required, note, locked)


FINDING = ("code", "severity", "message", "fix", "proposal")
PARTS = ("findings", "source", "confidence", "suggestion", "required", "note", "locked")


@lru_cache(maxsize=20_000)
def _mark(said: tuple[tuple[Any, ...], ...], *more: Any) -> dict[str, Any]:
    findings = [
        dict(zip(FINDING, rest, strict=True)) | ({"similar": [*similar]} if similar else {})
        for *rest, similar in said
    ]
    return {key: value for key, value in zip(PARTS, (findings, *more), strict=True) if value}


def refusal(why: str) -> dict[str, Any]:
    """The mark of a cell whose edit was refused."""
    return {"findings": [{"code": "", "severity": "error", "message": why, "fix": "", "proposal": None}]}
