"""Turns rows of the local store into what checks get: a document with its cells, its rule and its problems (B17, B18, B29).

How this works: a project has few different values, so the cell of each is made once. What the service reported as text is
taken as it is. A value is a problem if today's list of the field does not have it any more, or has it as inactive.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..batch.remote.configuration import Configuration
from ..explore.store.row_encoder import FlatValue, RowEncoder, StoredRow
from ..model import BETWEEN, Cell, Document, ExistingDocument
from ..rules.checks.base import CheckContext, DocumentHistory, RelatedDocuments
from ..rules.document_names import Facts
from ..rules.revision_scheme import RevisionScheme
from ..rules.values.lookup import Lookup, Problem
from ..rules.values.text import quoted
from .document_naming import DocumentNaming

CellProblem = tuple[Cell, Problem | None]


class RevisionContexts:
    """Makes the contexts of revisions for checks by a configuration."""

    def __init__(
        self, names: RowEncoder, configuration: Configuration, naming: DocumentNaming, scheme: RevisionScheme
    ) -> None:
        self._names, self._known, self._naming, self._scheme = names, configuration, naming, scheme
        fields = configuration.fields
        self._columns = [(number, facts.id) for number, facts in enumerate(names.facts) if facts.id in fields]
        self._cell = cache(self._cell_of)

    def context(
        self,
        number: int,
        row: StoredRow,
        cells: list[Any],
        own: ExistingDocument,
        facts: Facts,
        history: DocumentHistory,
    ) -> CheckContext:
        """Return the context of a revision; `number` identifies it among the findings."""
        known = self._known
        found: dict[str, Cell] = {}
        problems: dict[str, Problem] = {}
        for column, id_ in self._columns:
            value = cells[column]
            if value is None or value == "":
                continue
            if value.__class__ is str:
                found[id_] = Cell(value, (value,))
                continue
            placed, problem = self._cell(id_, tuple(value) if value.__class__ is list else (value,))
            found[id_] = placed
            if problem is not None:
                problems[id_] = problem
        rule = known.rules.of(
            tuple([(cell.values or ()) if (cell := found.get(id_)) else () for id_ in known.rules.qualifying])
        )
        named, reduced = self._naming.read(own.name, facts)
        of_file = self._naming.of_file(own.file_name, own.name, named)
        document = Document(
            number, own.file_name, own.file_name, -1 if own.file_size is None else own.file_size, own.mime_type, "submitted",
            ml="completed", revision_id=row.id, version=own.version,
        )  # fmt: skip
        return CheckContext(
            document, found, known.fields, rule, known.required(rule), problems, of_file,
            related=RelatedDocuments(own.name, reduced=reduced, scheme=self._scheme), lookups=known.lookups, code_fields=known.coded,
            qualifying=known.rules.qualifying, computes_name=False, name_parsed=named, facts=facts, history=history,
        )  # fmt: skip

    def _cell_of(self, field_id: str, numbers: tuple[int, ...]) -> CellProblem:
        """Return the cell for values, and what is wrong with it by today's list."""
        item, values = self._known.fields[field_id], [self._names.values[number] for number in numbers]
        text, ids = (
            BETWEEN.join(value.label for value in values),
            tuple(value.id or value.label for value in values),
        )
        lookup = self._known.lookups.get(field_id)
        if lookup is None or not item.is_settable:
            return Cell(text, ids), None
        problems = (_problem(lookup, value) for value in values if not lookup.is_active(value.id))
        return Cell(text, ids), next(filter(None, problems), None)


def _problem(lookup: Lookup, value: FlatValue) -> Problem | None:
    """Return why a value that a revision has is not in today's list; None if its label is that of an active one."""
    found = lookup.find(value.label)
    if isinstance(found, Problem):
        return found
    if not lookup.known_id(value.id):
        return None  # a row without ids, or a value that was created again
    message = f"{quoted(value.label)} is no longer active in the {lookup.field.label} list"
    return Problem(
        "PDM103", message, "Use the active value of the same name", lookup.name_of(found.id) or found.id
    )
