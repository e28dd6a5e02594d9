"""Finds the document of a project that a name, a file name or a number means (B40). One pass over the local store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

from ..batch.remote.existing_documents import format_of
from ..explore.store.revision_store import RevisionStore
from ..rules.naming_standard import loose, split_suffix, stem
from .expected_documents import ExpectedDocument

COMPARED = ("name", "revision", "original_filename", "file_size", "number", "format")


@dataclass(slots=True)
class StoredVersion:
    """One version of a document, with the cells of the fields that are compared."""

    number: int
    id: str
    name: str
    revision: str
    mime: str
    file_name: str
    size: str
    cells: Sequence[Any]


class ProjectIndex:
    """The visible documents of a project by name, file name and number.

    Attributes
    ----------
    versions : dict
        Container -> its versions, oldest first.
    placeholders : set of str
        The names of documents that are expected, as they are compared.
    """

    def __init__(self, store: RevisionStore, fields: Sequence[str]) -> None:
        names = store.names
        self._names, self._mime = names, cache(self._mime_of)
        self.versions: dict[str, list[StoredVersion]] = {}
        self.placeholders: set[str] = set()
        numbers: dict[str, str] = {}
        # The last column is for fields that no revision has.
        pick = itemgetter(*[names.fields.get(name, -1) for name in (*COMPARED, *fields, "")])
        text, mime = self._text, self._mime
        versions_of = self.versions.setdefault
        for id_, container, version, content, cells in store.visible_cells():
            cells.append(None)
            name, revision, file_name, size, number, format_, *kept = pick(cells)
            if name.__class__ is not str:
                name = text(name)
            if content is not None and content.lower() == "placeholder":
                self.placeholders.add(loose(name))
                continue
            file_name = text(file_name)
            kind = format_ if format_.__class__ is int else text(format_)
            found = StoredVersion(
                version or 0, id_, name, text(revision), mime(kind, "") or mime(kind, split_suffix(file_name)[1]), file_name,
                text(size), kept,
            )  # fmt: skip
            container = container or id_
            versions_of(container, []).append(found)
            numbers[container] = text(number)
        self._by_name: dict[str, list[str]] = {}
        self._by_file: dict[str, list[str]] = {}
        self._by_number: dict[str, list[str]] = {}
        for container, versions in self.versions.items():
            if len(versions) > 1:
                versions.sort(key=lambda one: one.number)
            last = versions[-1]
            self._by_name.setdefault(loose(last.name), []).append(container)
            self._by_file.setdefault(loose(last.file_name), []).append(container)
            self._by_number.setdefault(loose(numbers[container]), []).append(container)

    @cached_property
    def _by_id(self) -> dict[str, list[str]]:
        found = ((version.id, container) for container, some in self.versions.items() for version in some)
        return {loose(id_): [container] for id_, container in found}

    def _text(self, cell: Any) -> str:
        return cell if cell.__class__ is str else "" if cell is None else self._names.text(cell)

    def _mime_of(self, format_: int | str, suffix: str) -> str:
        value = self._names.values[format_] if isinstance(format_, int) else None
        return format_of((value.code, value.label) if value else (str(format_),), f"file{suffix}")

    def find(self, expected: ExpectedDocument) -> tuple[list[str], str]:
        """Return the containers that a document may be, and what they were found by: "name", "file name", "number" or "id"."""
        for what, index, text in self._searches(expected):
            if text and (found := self._of_format(index.get(loose(text), ()), expected.mime)):
                exact = [one for one in found if self.current(one).name == text] if len(found) > 1 else []
                return (exact if len(exact) == 1 else found), what
        return [], ""

    def _searches(self, expected: ExpectedDocument) -> Iterator[tuple[str, Mapping[str, list[str]], str]]:
        yield "name", self._by_name, expected.name
        yield "file name", self._by_file, expected.file_name
        if expected.file_name:
            yield "name", self._by_name, stem(expected.file_name)
            plain = expected.read_file_name()
            if expected.revision_id:
                yield "id", self._by_id, expected.revision_id
            yield "name", self._by_name, plain
            yield "file name", self._by_file, f"{plain}{split_suffix(expected.file_name)[1]}"
        yield "number", self._by_number, expected.number

    def _of_format(self, containers: Iterable[str], mime: str) -> list[str]:
        if not mime:
            return list(containers)
        accepted = ("", mime)
        return [one for one in containers if self.versions[one][-1].mime in accepted]

    def current(self, container: str) -> StoredVersion:
        """Return the current version of a document."""
        return self.versions[container][-1]
