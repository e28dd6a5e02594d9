"""What a table consists of: columns, the marks of cells, and the edits that people make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from ...model import Finding

KINDS = ("text", "long", "number", "timestamp", "select", "multiselect", "progress", "badge")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a `Table`.

    Parameters
    ----------
    key : str
        Identifies the column in values and marks.
    label : str
        The text in the header.
    kind : str
        How cells are shown and edited: "text", "long" (several lines), "number", "timestamp", "select", "multiselect",
        "progress" (a number from 0 to 1) or "badge".
    editable : bool
        Whether people can edit its cells.
    choices : str, optional
        The name of its list of values, by default `key`.
    depends : str, optional
        The key of the column whose value narrows the list.
    pinned : str, optional
        "left" or "right", for a column that does not scroll.
    width : int, optional
        Width in pixels.
    flex : int, optional
        Share of the remaining width.
    required : bool
        Adds an asterisk to the label.
    help : str
        The tooltip of the header.
    tones : mapping, optional
        Tones of badges by value: "good", "busy", "bad", "warn", "info" or "neutral".
    format : str, optional
        "bytes" shows 1536 as 1.5 KB.
    locked : str
        Why its cells cannot be edited.
    steps : tuple of str
        The steps of the workbench that show it; all if empty.

    Raises
    ------
    ValueError
        If `kind` is unknown.

    Examples
    --------
    >>> Column("state", "State", "badge", width=112).label
    'State'
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
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"Unknown kind {self.kind!r} of column {self.key!r}. Use one of {', '.join(KINDS)}."
            )

    def to_message(self) -> dict[str, Any]:
        """The column as the browser receives it, without what is not set."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "", False, ())}


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell that a person edited.

    Parameters
    ----------
    row : int
        The id of the row.
    key : str
        The key of the column.
    old : str
        The text that the browser showed before.
    new : str
        The text that was typed.
    """

    row: int
    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The result of an action: a sentence, and the cell (row, key) to show."""

    notice: str
    place: tuple[int, str] | None = None


def mark(
    findings: Iterable[Finding] = (),
    *,
    source: str = "",
    confidence: float | None = None,
    suggestion: str = "",
    likelihood: float | None = None,
    required: bool = False,
    note: str = "",
    locked: str = "",
) -> dict[str, Any]:
    """Return the mark of a cell: what the browser shows about it in addition to its value.

    Parameters
    ----------
    findings : iterable of Finding
        What is wrong with the cell.
    source : str
        Where the value comes from: a `LabelSource` or "REGISTER".
    confidence : float, optional
        How sure machine learning is, from 0 to 1.
    suggestion : str
        Another value that the service suggests.
    likelihood : float, optional
        How sure the service is of the suggestion, from 0 to 1.
    required : bool
        Whether the document needs a value here.
    note : str
        Anything else to show.
    locked : str
        Why the cell cannot be edited.

    Returns
    -------
    dict
        Only the parts that are set. Cells with equal marks share one object, so it must not be changed.
    """
    records = tuple(
        (one.code, str(one.severity), one.message, one.fix, one.proposal, one.similar) for one in findings
    )
    return _mark(records, str(source), confidence, suggestion, likelihood, required, note, locked)


FINDING = ("code", "severity", "message", "fix", "proposal")
PARTS = ("findings", "source", "confidence", "suggestion", "likelihood", "required", "note", "locked")


@lru_cache(maxsize=20_000)
def _mark(records: tuple[tuple[Any, ...], ...], *more: Any) -> dict[str, Any]:
    findings = [
        dict(zip(FINDING, rest, strict=True)) | ({"similar": [*similar]} if similar else {})
        for *rest, similar in records
    ]
    return {key: value for key, value in zip(PARTS, (findings, *more), strict=True) if value}


def rejection(reason: str) -> dict[str, Any]:
    """The mark of a cell whose edit was rejected."""
    return {"findings": [{"code": "", "severity": "error", "message": reason, "fix": "", "proposal": None}]}
