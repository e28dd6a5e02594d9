"""Reports of a batch, from its journal alone: the table of states, the history, the audit report.

It needs no connection, so a report can be written later, also of a project that is closed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .. import frames
from ..errors import InputError
from ..model import STATE_LABELS
from .journal.journal import Journal

STATUS = {
    "file": frames.TEXT, "state": frames.TEXT, "upload_id": frames.TEXT, "revision_id": frames.TEXT,
    "version": frames.WHOLE, "reason": frames.TEXT, "message": frames.TEXT,
}  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r")


def status(journal: Journal) -> pd.DataFrame:
    """Return a frame: index `document` (int64), columns `STATUS`."""
    documents = list(journal.documents.values())
    table = frames.frame(
        STATUS,
        [
            (
                d.name,
                STATE_LABELS[d.state],
                d.upload_id,
                d.revision_id,
                frames.whole(d.version),
                d.reason,
                d.message,
            )
            for d in documents
        ],
    )
    table.index = pd.Index([document.id for document in documents], name="document", dtype="int64")
    return table


def history(journal: Journal) -> pd.DataFrame:
    """Return every step of every document, in order: at (UTC, ISO 8601), document, file, event, state, reason (string)."""
    columns = ["at", "document", "file", "event", "state", "reason"]
    rows = [
        (
            _moment(at),
            str(id_),
            journal.documents[id_].name if id_ in journal.documents else "(removed)",
            event,
            STATE_LABELS.get(state, state),
            reason,
        )
        for at, id_, event, state, reason in journal.events()
    ]
    return frames.frame(dict.fromkeys(columns, frames.TEXT), rows)


def _moment(seconds: float) -> str:
    return str(pd.Timestamp(seconds, unit="s", tz="UTC").isoformat(timespec="seconds"))


def metadata(journal: Journal) -> pd.DataFrame:
    """Return the text of all cells, one column for each field that has any (string)."""
    table = frames.frame(
        {f"{name} (field)" if name in STATUS else name: frames.TEXT for name in journal.fields.values()},
        [tuple(journal.cell(id_, field).text for field in journal.fields) for id_ in journal.documents],
    )
    table.index = pd.Index(list(journal.documents), name="document", dtype="int64")
    return table.loc[:, [bool(table[column].fillna("").ne("").any()) for column in table.columns]]


def write_report(journal: Journal, path: Path, findings: pd.DataFrame | None = None) -> Path:
    """Write .xlsx (documents, findings if given, history) or .csv (documents). Raises `InputError` for another suffix."""
    documents = status(journal).join(metadata(journal))
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"Cannot write a report as {path.suffix or path.name!r}. Use .xlsx or .csv.")
    if not path.absolute().parent.is_dir():
        raise InputError(
            f"The folder {path.absolute().parent} does not exist. Create it, or write {path.name} to another folder."
        )
    if path.suffix.lower() == ".csv":
        _safe(documents).to_csv(path, encoding="utf-8-sig")
        return path
    sheets = {"documents": documents, "findings": findings, "history": history(journal)}
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, table in sheets.items():
            if table is not None:
                _safe(table).to_excel(book, sheet_name=name, index=name == "documents", freeze_panes=(1, 1))
    return path


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with formulas escaped: text stays text in a spreadsheet."""
    safe = table.copy()
    for column in safe.columns:
        texts = safe[column].astype("object")
        safe[column] = texts.map(
            lambda text: f"'{text}" if isinstance(text, str) and text.startswith(RISKY) else text
        )
    return safe
