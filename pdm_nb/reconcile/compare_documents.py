"""Compares what should be in a project with what is: the state of each document, and the fields that differ (B29, B41)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..batch.remote.configuration import Configuration
from ..explore.store.row_encoder import RowEncoder
from ..model import BETWEEN, Cell, Field
from ..rules.checks.service_values import is_other
from ..rules.naming_standard import loose
from ..rules.revision_scheme import RevisionScheme
from ..rules.values.resolve import resolve
from .expected_documents import ExpectedDocument
from .project_index import ProjectIndex, StoredVersion

PRESENT, MISSING, OLDER, NEWER = "present", "missing", "older", "newer"
DIFFERENT, SURPLUS, UNCLEAR = "different", "surplus", "unclear"
SIZE, CONTENT = "file size", "file content"
FILE_FIELDS = frozenset({"name", "revision"})  # what states are for


@dataclass(slots=True)
class ReconciledDocument:
    """One document of the register or folder, or a surplus one of the project, and how the two compare.

    `differences` has (field, expected, in the project).
    """

    state: str
    expected: ExpectedDocument | None = None
    version: StoredVersion | None = None
    container: str = ""
    found_by: str = ""
    note: str = ""
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    candidates: tuple[str, ...] = ()  # containers, if it is not clear which one is meant


class DocumentComparison:
    """Compares expected documents with those of a project. `fields` are the names of the compared fields."""

    def __init__(
        self,
        index: ProjectIndex,
        names: RowEncoder,
        configuration: Configuration,
        fields: Sequence[str],
        scheme: RevisionScheme,
    ) -> None:
        self._index, self._names, self._scheme = index, names, scheme
        self._columns = [
            (place, item, configuration.lookups.get(item.id))
            for place, name in enumerate(fields)
            if (item := configuration.by_name.get(name)) and name not in FILE_FIELDS
        ]
        # A project has few different values, so each pair is compared once.
        self._compared_fields: list[tuple[int, str, str, dict[tuple[str, Any], tuple[bool, str]]]] = [
            (place, item.name, item.id, {}) for place, item, _ in self._columns
        ]
        self._today = date.today()
        self._lookups = {item.id: lookup for _, item, lookup in self._columns}

    def compare(self, expected: Sequence[ExpectedDocument]) -> list[ReconciledDocument]:
        """Return the expected documents in their order, then the surplus ones of the project."""
        found = [self._found(one) for one in expected]
        newest: dict[str, str] = {}  # container -> the newest revision that the register has
        for one in found:
            if one.container and one.expected:
                own = one.expected.revision
                revision = newest.setdefault(one.container, own)
                if revision != own and self._scheme.is_older(revision, own):
                    newest[one.container] = own
        for one in found:
            if one.container and one.state == UNCLEAR and not one.note:
                self._decide(one, newest[one.container])
        used = {container for one in found for container in (one.container, *one.candidates)}
        surplus = (container for container in self._index.versions if container not in used)
        return found + [
            ReconciledDocument(SURPLUS, None, self._index.versions[container][-1], container)
            for container in surplus
        ]

    def _found(self, expected: ExpectedDocument) -> ReconciledDocument:
        containers, by = self._index.find(expected)
        if not containers:
            awaited = loose(expected.label) in self._index.placeholders
            note = "The project has a placeholder for it." if awaited else ""
            return ReconciledDocument(MISSING, expected, note=note)
        if len(containers) > 1:
            listed = ", ".join(
                f"{self._index.current(one).file_name or self._index.current(one).name} ({one})"
                for one in containers[:3]
            )
            note = f"{len(containers)} documents have this {by}: {listed}."
            return ReconciledDocument(UNCLEAR, expected, note=note, found_by=by, candidates=tuple(containers))
        return ReconciledDocument(UNCLEAR, expected, None, containers[0], by)

    def _decide(self, one: ReconciledDocument, newest: str) -> None:
        """Set the version that is compared, its differences, and the state."""
        assert one.expected is not None
        wanted, versions = one.expected.revision, self._index.versions[one.container]
        current = versions[-1]
        same: StoredVersion | None = current
        if number := one.expected.version:
            same = next((v for v in versions if v.number == number), None)
            wanted = same.revision if same else ""
        elif wanted and current.revision != wanted:
            same = next((v for v in reversed(versions) if v.revision == wanted), None)
        one.version = same or current
        one.differences = [*self._differences(one.expected, one.version)]
        has = current.revision
        if same is current:
            one.state = DIFFERENT if one.differences else PRESENT
        elif self._scheme.is_older(has, wanted):
            one.state, one.version = OLDER, current
        elif self._scheme.is_older(wanted, has):
            # An earlier revision of a register that has the newer one, too, is where it should be.
            superseded = same is not None and wanted != newest
            one.state = (DIFFERENT if one.differences else PRESENT) if superseded else NEWER
        else:
            one.state = DIFFERENT
            one.differences.insert(0, ("revision", wanted, has))

    def _differences(
        self, expected: ExpectedDocument, version: StoredVersion
    ) -> Iterator[tuple[str, str, str]]:
        get, cells = expected.values.get, version.cells
        for place, name, field_id, verdicts in self._compared_fields:
            given = get(name)
            if not given:
                continue
            stored = cells[place]
            if given == stored:
                continue
            if stored.__class__ is list:
                stored = tuple(stored)
            verdict = verdicts.get((given, stored))
            if verdict is None:
                verdict = verdicts[given, stored] = self._compared(field_id, given, stored)
            differs, text = verdict
            if differs and text != expected.texts.get(name):
                yield name, given, text
        if expected.path is not None and version.size.isdecimal():
            own, size = expected.path.stat().st_size, int(version.size)
            if own != size:
                yield SIZE, f"{own:,} bytes", f"{size:,} bytes"

    def _field(self, field_id: str) -> Field:
        return next(item for _, item, _ in self._columns if item.id == field_id)

    def _compared(self, field_id: str, given: str, stored: Any) -> tuple[bool, str]:
        """Return whether a text and a stored cell are different values, and the text of the cell.

        A value that is not in the list any more is the same if it is written in the same way.
        """
        item, now = self._field(field_id), self._stored_cell(stored)
        sent = resolve(item, given, self._lookups[field_id], self._today)[0]
        return now.text != given and (sent.values is None or is_other(item, sent, now)), now.text

    def _stored_cell(self, stored: Any) -> Cell:
        if stored is None or isinstance(stored, str):
            return Cell(stored or "", (stored,) if stored else ())
        values = [
            self._names.values[number] for number in (stored if isinstance(stored, tuple) else (stored,))
        ]
        return Cell(
            BETWEEN.join(value.label for value in values), tuple(value.id or value.label for value in values)
        )


def compare_contents(
    documents: Iterable[ReconciledDocument], hashes: Callable[[Sequence[str]], Mapping[str, str | None]]
) -> None:
    """Compare files by their SHA-256. `hashes` returns those of revisions, by id; None if there is no file."""
    wanted = [
        one
        for one in documents
        if one.state in (PRESENT, DIFFERENT) and one.version and one.expected and one.expected.path
        if all(name != SIZE for name, *_ in one.differences)
    ]
    known = hashes([one.version.id for one in wanted if one.version])
    for one in wanted:
        assert one.version is not None
        assert one.expected is not None
        assert one.expected.path is not None
        theirs = known.get(one.version.id)
        if theirs is None:
            one.note = "Its file could not be downloaded, so its content was not compared."
        elif (own := sha256_of(one.expected.path)) != theirs:
            one.state = DIFFERENT
            one.differences.append((CONTENT, own, theirs))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
