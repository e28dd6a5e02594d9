"""What a check looks at, and what a check is. The checks themselves are in `checks` and `beside`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model import Cell, Document, Field, Finding, Presence, Requirement, Severity
from .naming import Parsed
from .requirements import Origin
from .values import Problem


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a document: the version before it, others of its batch, what the service has already."""

    name: str = ""  # what the document will be called (B33)
    before: Document | None = None  # whose file this one is a later version of
    before_revision: str = ""
    same_file: tuple[Document, ...] = ()  # other rows whose paths lead to the same file
    same_name: tuple[Document, ...] = ()  # other rows of the same name and format (B40)
    near_name: tuple[Document, ...] = ()  # rows whose names differ only in case or in the form of accents
    there: tuple[Presence, ...] = ()  # what the service has, of the same name and format
    nearly_there: tuple[Presence, ...] = ()


NOTHING = Beside()


@dataclass(frozen=True)
class Subject:
    """One document and all that is known of it when it is checked."""

    document: Document
    cells: Mapping[str, Cell]  # by field id
    fields: Mapping[str, Field]  # by id
    rule: Requirement | None
    required: Mapping[str, tuple[Field, Origin]]  # by field id
    problems: Mapping[str, Problem]  # by field id: cells that could not be resolved
    parsed: Parsed | None  # the file name, where the project has a naming standard
    fixed: frozenset[str] = frozenset()  # ids of fields that cannot be set, with a cell still to be sent
    file_fault: str = ""  # why the file cannot be read, "" where it can
    beside: Beside = NOTHING

    def text(self, name: str) -> str:
        """What the cell of a field holds, by the field's name."""
        return next((c.text for id_, c in self.cells.items() if self.fields[id_].name == name), "")

    def named(self, name: str) -> Field | None:
        """A field of the project by its name."""
        return next((item for item in self.fields.values() if item.name == name), None)

    def finding(
        self,
        check: type[Check],
        severity: Severity,
        item: Field | None,
        message: str,
        mend: str,
        proposal: str | None = None,
    ) -> Finding:
        name = item.name if item else None
        return Finding(check.codes[0], severity, self.document.id, name, message, mend, proposal)


class Check:
    """A check: what it reports, at which stage an error of it stops a document, and the pure function."""

    codes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    stops: ClassVar[str]  # "upload", "submit", or "" where it only tells

    @staticmethod
    def run(subject: Subject) -> Iterator[Finding]:
        raise NotImplementedError
