"""The placeholders of a project, and the files that are to fill them (B76).

The service fills a placeholder with a document of the same name and format, but a placeholder does not show its format.
So a file is matched by the name that its document gets: in a batch that of the batch, else the file name without its
extension.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from .. import frames
from ..batch.batch import Batch
from ..frames import FLAG, MOMENT, TEXT
from ..local_files import find_files
from ..rules.naming_standard import loose, stem
from .revision_frame import RevisionFrame
from .store.revision_source import RevisionSource
from .store.revision_store import RevisionStore
from .store.row_encoder import VISIBLE, StoredRow

COLUMNS = {
    "id": TEXT, "container_id": TEXT, "name": TEXT, "format": TEXT, "assignee": TEXT, "due": MOMENT, "is_overdue": FLAG,
}  # fmt: skip
MATCH = {"file": TEXT, "match": TEXT, "note": TEXT}


class PlaceholderFile(NamedTuple):
    """A file that may fill a placeholder, with the name of its document."""

    file: str
    name: str


def listed(source: RevisionSource, files: Any = None) -> RevisionFrame:
    """Return the placeholders, each with the file that fills it if `files` are given."""
    store = source.store
    rows = [row for row in store.rows(states=(VISIBLE,)) if row.is_placeholder]
    now = pd.Timestamp(source.sync.now(), unit="s", tz="UTC")
    table = frames.frame(COLUMNS, [_cells(store, row, now) for row in rows])
    surplus: list[str] = []
    if files is not None:
        given = list(candidates(files))
        matches = [_match(name, given) for name in table["name"]]
        table = pd.concat([table, frames.frame(MATCH, [found for found, _ in matches])], axis=1)
        used = {file for _, several in matches for file in several}
        surplus = [one.file for one in given if one.file not in used]
    shown = RevisionFrame(table.sort_values("due", kind="stable").reset_index(drop=True))
    shown.attrs |= {"freshness": source.freshness, "surplus": surplus}
    return shown


def _cells(store: RevisionStore, row: StoredRow, now: pd.Timestamp) -> tuple[Any, ...]:
    due = store.names.text_of(row, "placeholder_due_date")
    moment = pd.to_datetime(due, utc=True, errors="coerce") if due else pd.NaT
    overdue = None if pd.isna(moment) else bool(moment < now)
    texts = [store.names.text_of(row, name) or None for name in ("name", "format", "placeholder_assignee")]
    return (row.id, row.container_id, *texts, due or None, overdue)


def candidates(
    files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Batch,
) -> Iterator[PlaceholderFile]:
    """Yield the files of a batch, a folder or a list."""
    if isinstance(files, Batch):
        for document in files.view.documents:
            yield PlaceholderFile(
                document.name, files._core.table.evaluator.name_of(document.id) or stem(document.name)
            )
        return
    places = files if isinstance(files, str | os.PathLike) else list(files)
    for path in find_files(places).files:
        yield PlaceholderFile(str(path), stem(path.name))


def _match(name: str | Any, given: list[PlaceholderFile]) -> tuple[tuple[str | None, str, str], list[str]]:
    """Return (file, match, note) for a placeholder, and the files that were matched."""
    if not isinstance(name, str):
        return (None, "none", "The placeholder has no name."), []
    exact = [one for one in given if one.name == name]
    found = exact or [one for one in given if loose(one.name) == loose(name)]
    if not found:
        return (None, "none", ""), []
    files = [one.file for one in found]
    if len(found) > 1:
        return (
            None,
            "several",
            f"{len(found)} files have its name: {', '.join(files[:3])}. Keep one.",
        ), files
    note = "" if exact else f"Its name is {name!r}: name the document exactly so."
    return (files[0], "exact" if exact else "close", note), files
