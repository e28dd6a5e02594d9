"""Reconciles a register or a folder with a project: reads what is expected, compares, and downloads what has to be hashed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from typing import Protocol

from ..explore.project_explorer import ProjectExplorer
from ..explore.store.row_encoder import MASKED, UNREAD
from ..project_batches import ProjectBatches
from ..registers import Register
from ..registers.reading.sheets.garbage_collection import no_garbage_collection
from ..rules.revision_scheme import USUAL, RevisionScheme
from ..rules.values.text import quantity
from .compare_documents import DocumentComparison, ReconciledDocument, compare_contents
from .expected_documents import Expected, expected_documents
from .project_index import ProjectIndex
from .reconciliation import Reconciliation


class ReconciledProject(ProjectBatches, ProjectExplorer, Protocol):
    """A project whose revisions are compared with a register."""


def reconcile(
    project: ReconciledProject, source: Expected, *, sha256: bool, scheme: RevisionScheme = USUAL
) -> Reconciliation:
    """Return how a source compares with the local store of a project's revisions."""
    if not sha256:
        with no_garbage_collection():  # by its end, all but the frames is freed
            return _result(project, source, _compared(project, source, scheme, files=False))
    found = _compared(project, source, scheme, files=True)
    compare_contents(found, lambda ids: hashes(project, ids))
    return _result(project, source, found)


def _compared(
    project: ReconciledProject, source: Expected, scheme: RevisionScheme, *, files: bool
) -> list[ReconciledDocument]:
    store, known = project.revision_source.store, project.configuration
    expected = expected_documents(project, source, files=files)
    fields = sorted({name for one in expected for name in one.values})
    index = ProjectIndex(store, fields)
    return DocumentComparison(index, store.names, known, fields, scheme).compare(expected)


def _result(
    project: ReconciledProject, source: Expected, found: Sequence[ReconciledDocument]
) -> Reconciliation:
    store = project.revision_source.store
    notes = [*_left_out(store.count(MASKED), store.count(UNREAD)), project.revision_source.freshness]
    return Reconciliation(project.name, label(source), found, notes)


def label(source: Expected) -> str:
    """Return what people call a source."""
    if isinstance(source, Register):
        return source.name[:1].upper() + source.name[1:]
    if isinstance(source, str | os.PathLike):
        return os.path.basename(os.path.abspath(source))
    return "The table" if hasattr(source, "columns") else "The list of files"


def _left_out(masked: int, unread: int) -> list[str]:
    notes = []
    if masked:
        are = "revision is" if masked == 1 else "revisions are"
        notes.append(f"{masked:,} {are} hidden from this account, so they may be among the missing ones.")
    if unread:
        notes.append(f"{quantity(unread, 'revision')} not read yet: project.sync_revisions() reads them.")
    return notes


def hashes(project: ReconciledProject, ids: Sequence[str]) -> Mapping[str, str | None]:
    """Return the SHA-256 of the files of revisions: of those that were downloaded before as recorded (B49)."""
    store = project.revision_source.store
    found: dict[str, str | None] = {id_: digest for id_ in ids if (digest := store.sha256_of(id_))}
    if missing := [id_ for id_ in ids if id_ not in found]:
        with tempfile.TemporaryDirectory(prefix="pdm_nb-") as folder:
            table = project.download(missing, folder, structure="{id}").wait()
        for id_, digest in zip(table["id"], table["sha256"], strict=True):
            found[id_] = digest if isinstance(digest, str) else None
    return found
