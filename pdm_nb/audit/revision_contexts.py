"""Turns rows of the local store into what checks get: a document with its cells, its rule and its problems (B17, B18, B29).

How this works: a project has few different values, so the cell of each is made once. What the service reported as text is
taken as it is. A value is a problem if today's list of the field does not have it any more, or has it as inactive.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..batch.remote.configuration import Configuration
from ..explore.store.row_encoder import FlatValue, RowEncoder, StoredRow
from ..model import BETWEEN, Cell, Document, ExistingDocument, Field, NamingStandard
from ..rules.checks.base import CheckContext, DocumentHistory, RelatedDocuments
from ..rules.document_names import Facts, reduce
from ..rules.naming_standard import ParsedName, parse
from ..rules.values.lookup import Lookup, Problem
from ..rules.values.text import quoted

CellProblem = tuple[Cell, Problem | None]


class RevisionContexts:
    """Makes the contexts of revisions for checks by a configuration."""

    def __init__(self, names: RowEncoder, configuration: Configuration) -> None:
        self._names, self._known = names, configuration
        fields = configuration.fields
        self._columns = [
            (number, fields[facts.id]) for number, facts in enumerate(names.facts) if facts.id in fields
        ]
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
        for column, item in self._columns:
            value = cells[column]
            if value is None or value == "":
                continue
            if value.__class__ is str:
                found[item.id] = Cell(value, (value,))
                continue
            placed, problem = self._cell(item.id, tuple(value) if value.__class__ is list else (value,))
            found[item.id] = placed
            if problem is not None:
                problems[item.id] = problem
        rule = known.rules.of(
            tuple((cell.values or ()) if (cell := found.get(id_)) else () for id_ in known.rules.qualifying)
        )
        standard = known.standard
        named = self._parsed(own.name, standard)
        reduced = reduce(own.name, facts, hyphens=not (named and named.fits))
        document = Document(
            number, own.file_name, own.file_name, -1 if own.file_size is None else own.file_size, own.mime_type, "submitted",
            ml="completed", revision_id=row.id, version=own.version,
        )  # fmt: skip
        return CheckContext(
            document, found, known.fields, rule, known.required(rule), problems, self._parsed(own.file_name, standard),
            related=RelatedDocuments(own.name, reduced=reduced), lookups=known.lookups, code_fields=known.coded,
            qualifying=known.rules.qualifying, computes_name=False, name_parsed=named, facts=facts, history=history,
        )  # fmt: skip

    def _parsed(self, name: str, standard: NamingStandard | None) -> ParsedName | None:
        return parse(name, standard, self._has_code) if standard else None

    def _has_code(self, item: Field, code: str) -> bool:
        lookup = self._known.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code

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
