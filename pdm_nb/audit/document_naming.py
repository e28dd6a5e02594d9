"""What the names of a project's documents consist of: by its naming standard, and without revision, status and date."""

from __future__ import annotations

from functools import cache

from ..batch.remote.configuration import Configuration
from ..model import Field
from ..rules.document_names import Facts, Reduced, reduce
from ..rules.naming_standard import ParsedName, parse, stem


class DocumentNaming:
    """Reads names by the configuration of a project; each name once."""

    def __init__(self, configuration: Configuration) -> None:
        self._known, self._standard = configuration, configuration.standard
        self.read = cache(self._read)

    def _read(self, name: str, facts: Facts) -> tuple[ParsedName | None, Reduced]:
        """Return a name by the standard, None if there is no standard, and its part that does not change."""
        parsed = self.parsed(name)
        return parsed, reduce(name, facts, hyphens=not (parsed and parsed.fits))

    def base(self, name: str, facts: Facts) -> str:
        """Return a name without the revision, status and date that are certainly in it."""
        reduced = self.read(name, facts)[1]
        return reduced.name if reduced.sure else name

    def parsed(self, name: str) -> ParsedName | None:
        """Return a name by the standard, None if there is no standard."""
        return parse(name, self._standard, self._has_code) if self._standard else None

    def of_file(self, file_name: str, name: str, named: ParsedName | None) -> ParsedName | None:
        """Return the name of a file by the standard; `named` is that of the document."""
        return named if stem(file_name) == name == stem(name) else self.parsed(file_name)

    def _has_code(self, item: Field, code: str) -> bool:
        lookup = self._known.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code
