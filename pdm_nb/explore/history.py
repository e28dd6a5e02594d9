"""The versions of one document, from the local store (B41, B63)."""

from __future__ import annotations

from ..errors import InputError
from ..rules.naming_standard import loose
from .revision_frame import RevisionFrame, build
from .store.revision_source import RevisionSource
from .store.revision_store import RevisionStore
from .store.row_encoder import StoredRow


def versions(source: RevisionSource, document: str) -> RevisionFrame:
    """Return the versions of a document, the latest first. Raises `InputError` if there is no such document."""
    store = source.store
    container = container_of(store, document)
    rows = sorted(store.rows(container=container), key=lambda row: row.version or 0, reverse=True)
    return build(store, rows, source.freshness)


def container_of(store: RevisionStore, document: str) -> str:
    """Return the container of a document: by the id of a revision, of the container, or by the document's name."""
    for row in store.rows(ids=[document]):
        if row.container_id:
            return row.container_id
    if next(store.rows(container=document), None):
        return document
    found = {
        row.container_id: row for row in store.rows() if row.container_id and _is_named(store, row, document)
    }
    if len(found) == 1:
        return str(next(iter(found)))
    if found:
        formats = "; ".join(f"{store.names.text_of(row, 'format')}: {id_}" for id_, row in found.items())
        raise InputError(
            f"{len(found)} documents are called {document!r}. Give the id of a container ({formats})."
        )
    raise InputError(
        f"There is no document called {document!r} in the project. project.revisions() lists them."
    )


def _is_named(store: RevisionStore, row: StoredRow, name: str) -> bool:
    return loose(store.names.text_of(row, "name")) == loose(name)
