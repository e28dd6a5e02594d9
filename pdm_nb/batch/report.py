"""The audit report of a batch: a spreadsheet of what was done and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .. import frames
from ..errors import InputError

if TYPE_CHECKING:
    from .batch import Batch

RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_report(batch: Batch, path: Path) -> Path:
    """Write .xlsx (documents, findings, history) or .csv (documents). Raises `InputError` for another ending."""
    documents = batch.status().join(batch.frame.drop(columns=["file", "state"]))
    if path.suffix.lower() == ".csv":
        _safe(documents).to_csv(path, encoding="utf-8-sig")
    elif path.suffix.lower() == ".xlsx":
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            _safe(documents).to_excel(book, sheet_name="documents", freeze_panes=(1, 2))
            _safe(batch.check()).to_excel(book, sheet_name="findings", index=False, freeze_panes=(1, 0))
            _safe(history(batch)).to_excel(book, sheet_name="history", index=False, freeze_panes=(1, 0))
    else:
        raise InputError(f"A report is written as .xlsx or .csv, not as {path.suffix or path.name!r}.")
    return path


def history(batch: Batch) -> pd.DataFrame:
    """Every step of every document, in order: at (UTC, ISO 8601), document, file, event, state, reason."""
    names = {document.id: document.name for document in batch.documents}
    columns = ["at", "document", "file", "event", "state", "reason"]
    rows = [
        (pd.Timestamp(at, unit="s", tz="UTC").isoformat(timespec="seconds"), str(id_), names.get(id_, ""), event, state, reason)
        for at, id_, event, state, reason in batch.journal.events()
    ]  # fmt: skip
    return frames.frame(dict.fromkeys(columns, frames.TEXT), rows)


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula is kept text."""
    safe = table.copy()
    for column in safe.columns:
        texts = safe[column].astype("object")
        safe[column] = texts.map(
            lambda text: f"'{text}" if isinstance(text, str) and text.startswith(RISKY) else text
        )
    return safe
