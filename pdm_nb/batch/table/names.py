"""The names of documents: a field like any other, or computed by the service (B33).

Name and format, not the file name, decide which document a revision becomes a version of (B40).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model import FILE_NAME, Cell, Document, Field, Requirement
from ...rules.document_names import Facts, Reduced, reduce
from ...rules.naming_standard import ParsedName, computed_name, parse
from ..journal.journal import Journal
from ..remote.configuration import Configuration

COMPUTED = "the service computes names"  # in the journal: seen with an upload, or if a name was refused


class DocumentNames:
    """Names of documents, as known now."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self._journal, self._known = journal, configuration

    def text(self, id_: int, field: str) -> str:
        """Return the effective text of a field of a document, "" if the project has no such field."""
        item = self._known.by_name.get(field)
        return "" if item is None else self._journal.cell(id_, item.id).text

    def is_filled_in(self, id_: int) -> bool:
        """Return True if a document's name is from the template, also if the service has it by now."""
        item = self._known.by_name.get("name")
        mine = self._journal.analyst_cell(id_, item.id) if item else None
        return mine is not None and mine.source == FILE_NAME and mine.text == self.text(id_, "name")

    def computes(self, rule: Requirement | None) -> bool:
        """Return True if the service computes the name of a document with this rule."""
        item = self._known.by_name.get("name")
        if item is None or not item.is_settable:
            return True
        # The list of fields may not show it: then it is seen only with an upload, or if a name is refused.
        return self.may_compute(rule) and COMPUTED in self._journal.meta

    def may_compute(self, rule: Requirement | None) -> bool:
        """Return True if the service may do so, as far as the list of fields shows."""
        return rule is not None and rule.naming_standard is not None

    def name(self, document: Document, rule: Requirement | None) -> str:
        """Return the name that a document will have."""
        if not self.computes(rule):
            return self.text(document.id, "name") or computed_name(document.name, None, {})
        item = self._known.by_name.get("name")
        given = self._journal.service_cell(document.id, item.id) if item and document.ml else None
        if given is not None and given.text and not self._journal.unsent_fields(document.id):
            return given.text  # the name that the service uses
        return self._computed(document, rule, self._journal.cells_of(document.id))

    def _computed(self, document: Document, rule: Requirement | None, cells: Mapping[str, Cell]) -> str:
        standard = rule.naming_standard if rule else None
        if standard is None:
            return computed_name(document.name, None, {})
        codes = {item.id: self._code(cells.get(item.id), item) for item in standard.fields}
        if not all(codes.values()):  # B38: filename scraping will fill them in
            parsed = parse(document.name, standard, self.has_code).codes
            codes = {id_: code or parsed.get(id_, "") for id_, code in codes.items()}
        return computed_name(document.name, standard, codes)

    def _code(self, cell: Cell | None, item: Field) -> str:
        values = cell.values if cell else None
        lookup = self._known.lookups.get(item.id)
        return (lookup.code_of(values[0]) if lookup else values[0]) if values else ""

    def reduced(self, document: Document, name: str, rule: Requirement | None) -> Reduced:
        """Return a name without revision, status and date; an empty name, and parts of a naming standard, stay."""
        parsed = self.parse(name)
        computed = self.computes(rule)
        if not computed and not self.text(document.id, "name"):
            return Reduced(name)
        return reduce(name, self.facts(document.id), hyphens=not computed and not (parsed and parsed.fits))

    def facts(self, id_: int) -> Facts:
        """Return the revision, status and date of a document's fields."""
        revision, date = (self.text(id_, field) for field in ("revision", "date_authored"))
        return Facts(revision, self._statuses(id_), date)

    def _statuses(self, id_: int) -> tuple[str, ...]:
        """Return the code and the label of a document's status, () if it has none."""
        item = self._known.by_name.get("status")
        lookup = self._known.lookups.get(item.id) if item else None
        if item is None or lookup is None:
            return ()
        values = self._journal.cell(id_, item.id).values
        return (lookup.code_of(values[0]), lookup.label_of(values[0])) if values else ()

    def parse(self, name: str) -> ParsedName | None:
        """Return a name parsed by the project's standard, whichever rule applies: file names are always parsed (B38)."""
        standard = self._known.standard
        return parse(name, standard, self.has_code) if standard else None

    def has_code(self, item: Field, code: str) -> bool:
        """Return True if an active value of a field has exactly this code (B67)."""
        lookup = self._known.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code
