"""The tables of a batch from its journal alone: states, documents, changes, differences, history.

They need no connection, so evidence can be saved later, also of a project that is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ... import frames
from ...model import STATE_LABELS, Document
from ..journal.journal import Journal
from ..journal.states import Event
from ..pipeline.read_back import EQUAL

STATUS = {
    "file": frames.TEXT, "state": frames.TEXT, "upload_id": frames.TEXT, "revision_id": frames.TEXT,
    "version": frames.WHOLE, "reason": frames.TEXT, "message": frames.TEXT,
}  # fmt: skip
DOCUMENTS = {
    "document": frames.WHOLE, "file": frames.TEXT, "state": frames.TEXT, "path": frames.TEXT, "size": frames.WHOLE,
    "sha256": frames.TEXT, "register": frames.TEXT, "sheet": frames.TEXT, "row": frames.WHOLE,
    "register_sha256": frames.TEXT, "upload_id": frames.TEXT, "revision_id": frames.TEXT, "container_id": frames.TEXT,
    "version": frames.WHOLE, "uploaded_at": frames.MOMENT, "submitted_at": frames.MOMENT, "submitted_by": frames.TEXT,
    "read_back": frames.TEXT, "reason": frames.TEXT, "message": frames.TEXT,
}  # fmt: skip
DIFFERENCES = {
    "document": frames.WHOLE, "file": frames.TEXT, "revision_id": frames.TEXT, "field": frames.TEXT,
    "result": frames.TEXT, "intended": frames.TEXT, "found": frames.TEXT,
}  # fmt: skip
READ_BACK = ["document", "file", "revision_id", "read_back"]
REMOVED = "(removed)"
Columns = dict[str, "pd.Series[Any]"]


def status(journal: Journal) -> pd.DataFrame:
    """Return a frame: index `document` (int64), columns `STATUS`."""
    documents = list(journal.documents.values())
    rows = [
        (d.name, STATE_LABELS[d.state], d.upload_id, d.revision_id, frames.whole(d.version), d.reason, d.message)
        for d in documents
    ]  # fmt: skip
    table = frames.frame(STATUS, rows)
    table.index = pd.Index([document.id for document in documents], name="document", dtype="int64")
    return table


def documents(journal: Journal) -> pd.DataFrame:
    """Return one row per document: columns `DOCUMENTS`."""
    origins, read = journal.log.origins(), results(journal)
    uploaded, submitted = journal.moments(Event.LINKED), journal.moments(Event.ACCEPTED)
    by = next((id_ for id_, name in journal.fields.items() if name == "uploaded_by"), "")
    listed = list(journal.documents.values())

    def row(d: Document) -> Sequence[Any]:
        cell = journal.service_cell(d.id, by)
        return (
            d.id, d.name, STATE_LABELS[d.state], d.path, d.size, d.sha256, *origins.get(d.id, (None,) * 4), d.upload_id,
            d.revision_id, d.container_id, frames.whole(d.version), None, None, cell.text if cell else None,
            read.get(d.id), d.reason, d.message,
        )  # fmt: skip

    table = frames.frame(DOCUMENTS, map(row, listed))
    table["uploaded_at"] = frames.moments([uploaded.get(d.id) for d in listed])
    table["submitted_at"] = frames.moments([submitted.get(d.id) for d in listed])
    return table


def results(journal: Journal) -> dict[int, str]:
    """Return what reading back found, by document: the result of the whole, or how many fields differ."""
    found: dict[int, list[str]] = {}
    for id_, _, _, result, _, _ in journal.log.readback():
        found.setdefault(id_, []).append(result)
    return {id_: max(set(of), key=of.count) for id_, of in found.items()}


def changes(journal: Journal) -> pd.DataFrame:
    """Return each change of each cell, in order.

    Columns: at (datetime64[us, UTC]), document (Int64), file, field, before, after, author, action, account (string).
    """
    which, ids, fields, before, after = journal.log.changes()
    actions, names = journal.log.actions(), journal.fields
    table: Columns = {
        "at": frames.moments([actions[one][0] for one in which]),
        "document": pd.Series(ids, dtype=frames.WHOLE),
        "file": _texts(names_of(journal, ids)),
        "field": _texts([names.get(one, one) for one in fields]),
        "before": _texts(before),
        "after": _texts(after),
    }
    for number, name in enumerate(("author", "action", "account"), 1):
        table[name] = _texts([actions[one][number] for one in which])
    return pd.DataFrame(table)


def _texts(values: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series(values, dtype=frames.TEXT)


def names_of(journal: Journal, ids: Iterable[int]) -> list[str]:
    """Return the file names of documents."""
    names = {document.id: document.name for document in journal.documents.values()}
    return [names.get(id_, REMOVED) for id_ in ids]


def differences(journal: Journal) -> pd.DataFrame:
    """Return what is not equal, or could not be compared, when revisions were last read back: columns `DIFFERENCES`."""
    known, documents_ = journal.fields, journal.documents
    rows = [
        (
            id_,
            documents_[id_].name,
            documents_[id_].revision_id,
            known.get(field, field),
            result,
            intended,
            found,
        )
        for id_, field, _, result, intended, found in journal.log.readback()
        if result != EQUAL and id_ in documents_
    ]
    return frames.frame(DIFFERENCES, rows)


def history(journal: Journal) -> pd.DataFrame:
    """Return every step of every document, in order.

    Columns: at (datetime64[us, UTC]), document (Int64), file, event, state, reason (string).
    """
    rows = journal.events()
    ids = [row[1] for row in rows]
    return pd.DataFrame(
        {
            "at": frames.moments([row[0] for row in rows]),
            "document": pd.Series(ids, dtype=frames.WHOLE),
            "file": _texts(names_of(journal, ids)),
            "event": _texts([row[2] for row in rows]),
            "state": _texts([STATE_LABELS.get(row[3], row[3]) for row in rows]),
            "reason": _texts([row[4] for row in rows]),
        }
    )


def metadata(journal: Journal) -> pd.DataFrame:
    """Return the text of all cells, one column for each field that has any (string)."""
    table = frames.frame(
        {f"{name} (field)" if name in DOCUMENTS else name: frames.TEXT for name in journal.fields.values()},
        [tuple(journal.cell(id_, field).text for field in journal.fields) for id_ in journal.documents],
    )
    return table.loc[:, [bool(table[column].fillna("").ne("").any()) for column in table.columns]]
