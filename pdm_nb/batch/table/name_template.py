"""Fills in the names of documents that have none, by a template that is stored with the batch (B33).

Only if `name` is a field that can be set, and the service has no name yet. Such a cell has the source `FILE_NAME` and
is filled in again when a field that the template uses changes, until somebody edits it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ...model import FILE_NAME, Cell, Document, Field
from ...rules.document_names import (
    DEFAULT_TEMPLATE,
    Facts,
    check_template,
    evident_template,
    fields_of,
    reduce,
    render,
)
from ...rules.naming_standard import stem
from ..journal.change_log import NAME, Cause
from ..journal.states import EDITABLE
from .evaluation import DocumentEvaluator

TEMPLATE = "name template"  # in the journal


class NameTemplate:
    """The template of one batch, and the cells that it fills."""

    def __init__(self, evaluator: DocumentEvaluator) -> None:
        self._evaluator, self._journal = evaluator, evaluator.journal

    @property
    def template(self) -> str:
        """The template that was set or detected, else the file name without its extension."""
        return str(self._journal.meta.get(TEMPLATE, DEFAULT_TEMPLATE))

    def set(self, template: str) -> list[int]:
        """Set another template; return the documents that are named by it."""
        known = self._evaluator.configuration
        check_template(template, [item.name for item in known.fields.values()])
        self._journal.set_meta(TEMPLATE, template)
        return self.fill()

    def suggest(self, template: str) -> None:
        """Use a template if none was set or detected yet."""
        if TEMPLATE not in self._journal.meta:
            self._journal.set_meta(TEMPLATE, template)

    def fill(self, ids: Iterable[int] | None = None) -> list[int]:
        """Fill in missing names; return the documents that are named by the template.

        The first time, a better template than the file name is used if it is evident.
        """
        item = self._evaluator.configuration.by_name.get("name")
        if item is None or not item.is_settable:
            return []
        documents = self._journal.documents
        named = [
            d for d in map(documents.__getitem__, documents if ids is None else ids) if self._applies(d, item)
        ]
        if named and TEMPLATE not in self._journal.meta:
            self._journal.set_meta(TEMPLATE, self._evident(named))
        cells = []
        for document in named:
            name = self._name(document)
            if name != self._journal.cell(document.id, item.id).text:
                cells.append((document.id, item.id, Cell(name, (name,) if name else (), FILE_NAME)))
        self._journal.set_cells(cells, Cause(NAME, f"Name template {self.template}"))
        return [document.id for document in named]

    def summary(self, ids: Iterable[int] | None = None) -> str:
        """Return how many documents (`ids`, or all) are named by the template, with an example; "" if none are."""
        item = self._evaluator.configuration.by_name.get("name")
        documents = self._journal.documents
        named = [
            id_
            for id_ in (documents if ids is None else ids)
            if item and (cell := self._journal.analyst_cell(id_, item.id)) and cell.source == FILE_NAME
        ]
        if not named:
            return ""
        example = f"{self._evaluator.text(named[0], 'name')!r} for {documents[named[0]].name}"
        return (
            f"{len(named):,} document{' is' if len(named) == 1 else 's are'} named by the template {self.template}, such "
            f"as {example}. Name and format decide which document a revision becomes a version of."
        )

    def refill(self, ids: Iterable[int], fields: Collection[str]) -> None:
        """Fill in names again if the template uses one of these fields (ids), which changed."""
        known = self._evaluator.configuration.by_name
        if any(name in known and known[name].id in fields for name in fields_of(self.template)):
            self.fill(ids)

    def _applies(self, document: Document, item: Field) -> bool:
        if document.state not in EDITABLE or self._evaluator.computes_name(document.id):
            return False
        if document.ml and self._journal.cell(document.id, item.id).text:
            return False  # the service has its name
        mine = self._journal.analyst_cell(document.id, item.id)
        return mine is None or mine.source == FILE_NAME

    def _name(self, document: Document) -> str:
        template = self.template
        texts = {name: self._evaluator.text(document.id, name) for name in fields_of(template)}
        return render(template, document.name, texts)

    def _evident(self, documents: Iterable[Document]) -> str:
        rows = []
        for document in documents:
            name = stem(document.name)
            revision, date = (
                self._evaluator.text(document.id, field) for field in ("revision", "date_authored")
            )
            held = bool(reduce(name, Facts(revision, (), date)).parts)
            rows.append((name, self._evaluator.text(document.id, "number"), held))
        return evident_template(rows)
