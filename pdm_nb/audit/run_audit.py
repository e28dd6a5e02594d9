"""Runs the checks over the local store of revisions, and decides what would correct each finding (B40, B49)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .. import frames
from ..batch.remote.configuration import Configuration
from ..explore.store.garbage_collection import fewer_collections
from ..explore.store.revision_source import RevisionSource
from ..explore.store.row_encoder import MASKED, UNREAD, StoredRow
from ..model import ExistingDocument, Finding
from ..rules import checks
from ..rules.checks.base import NO_HISTORY, CheckContext
from ..rules.checks.project_checks import CurrentIsOlder, newer_than_current
from ..rules.revision_scheme import USUAL, RevisionScheme
from ..rules.values.text import quantity
from .audit import COLUMNS, IN_PROCORE, NEW_VERSION, SUPERSEDED, Audit, MakeBatch
from .document_naming import DocumentNaming
from .revision_contexts import RevisionContexts
from .stored_documents import StoredDocuments, visible_rows

Checked = tuple[StoredRow, CheckContext, Finding]


def audit(
    project: str,
    source: RevisionSource,
    configuration: Configuration,
    *,
    computes_names: bool,
    all_versions: bool,
    make: MakeBatch,
    scheme: RevisionScheme = USUAL,
) -> Audit:
    """Return the audit of what the store has."""
    work = ProjectAudit(
        source, configuration, computes_names=computes_names, all_versions=all_versions, scheme=scheme
    )
    with fewer_collections():
        rows = [work.cells(*one) for one in work.findings()]
    masked, unread = source.store.count(MASKED), source.store.count(UNREAD)
    notes = []
    if masked:
        are = "revision is" if masked == 1 else "revisions are"
        notes.append(f"{masked:,} {are} hidden from this account and left out.")
    if unread:
        notes.append(
            f"{quantity(unread, 'revision')} not read yet are left out: project.sync_revisions() reads them."
        )
    return Audit(project, frames.frame(COLUMNS, rows), work.checked, masked, [*notes, source.freshness], make)


class ProjectAudit:
    """One audit. `checked` counts the revisions that were checked."""

    def __init__(
        self,
        source: RevisionSource,
        configuration: Configuration,
        *,
        computes_names: bool,
        all_versions: bool,
        scheme: RevisionScheme = USUAL,
    ) -> None:
        self._store, self._known, self._all = source.store, configuration, all_versions
        naming = DocumentNaming(configuration)
        self._documents = StoredDocuments(source.store, naming)
        self._contexts = RevisionContexts(source.store.names, configuration, naming, scheme)
        standard = configuration.standard
        self._naming = {item.name for item in standard.fields} if standard and computes_names else set()
        self._number = next((item.id for item in configuration.fields.values() if item.name == "number"), "")
        self.checked = 0

    def findings(self) -> Iterator[Checked]:
        """Yield the findings of current versions, and of earlier ones if they are wanted."""
        width, reader = len(self._store.names.facts), self._documents.reader
        for row in visible_rows(self._store):
            container = row.container_id or row.id
            own = self._documents.current.get(container)
            is_current = own is not None and own.id == row.id
            if not (is_current or self._all):
                continue
            cells = json.loads(row.fields or "[]")
            cells += [None] * (width - len(cells))
            if own is None or not is_current:
                own = reader.document(row, cells)
            history = self._documents.history(container) if is_current else NO_HISTORY
            context = self._contexts.context(self.checked, row, cells, own, reader.facts(cells), history)
            self.checked += 1
            for finding in checks.check_revision(context):
                yield row, context, finding

    def cells(self, row: StoredRow, context: CheckContext, finding: Finding) -> tuple[Any, ...]:
        """Return the row of a finding."""
        remedy, source = self._remedy(row, context, finding)
        number = context.cells.get(self._number)
        return (
            row.id, row.container_id, context.related.name or None, (number.text if number else None) or None,
            context.facts.revision or None, row.version, context.document.name or None,
            finding.field, finding.severity.value, finding.code, finding.message, finding.fix, finding.proposal, remedy,
            source,
        )  # fmt: skip

    def _remedy(self, row: StoredRow, context: CheckContext, finding: Finding) -> tuple[str, str | None]:
        """Return what corrects a finding, and the revision whose file a new version has.

        A new version of another name would be a separate document (B40), so a name is corrected in Procore.
        """
        if context.history is NO_HISTORY:
            return SUPERSEDED, None
        if finding.code in CurrentIsOlder.codes:
            newest: ExistingDocument | None = newer_than_current(context)
            return NEW_VERSION, newest.id if newest else None
        item = self._known.by_name.get(finding.field or "")
        own = any(finding.code in check.codes for check in checks.PROJECT_CHECKS)
        if own or item is None or not item.is_settable or item.name == "name" or item.name in self._naming:
            return IN_PROCORE, None
        return NEW_VERSION, row.id
