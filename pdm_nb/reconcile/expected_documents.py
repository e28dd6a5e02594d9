"""The documents that should be in a project, by a register or a folder. Files need not exist: a register is often a list only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..local_files import mime_type
from ..registers import Register, Source, is_register, read_files
from ..rules.document_names import Facts, reduce, revision_in
from ..rules.naming_standard import stem

if TYPE_CHECKING:
    from ..project_batches import ProjectBatches

Expected = Register | Source
DOWNLOADED = re.compile(
    r"(.+)_v(\d{1,4})", re.ASCII
)  # `project.download`, if two revisions have one file name


@dataclass(slots=True)
class ExpectedDocument:
    """A document that should be in the project.

    `place` is where the register has it, `names` what it may be called, the most certain first; `values` are its fields by
    name, `texts` what the register has if that became another value; `mime` is "" if no file name shows it; `version` is
    that in the name of a file of `project.download`, 0 if there is none.
    """

    place: str
    file_name: str
    names: tuple[str, ...]
    number: str
    revision: str
    mime: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    path: Path | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return next((text for text in (*self.names, self.number, self.file_name) if text), "")


def expected_documents(project: ProjectBatches, source: Expected, *, files: bool) -> list[ExpectedDocument]:
    """Return what a register, a folder, a pattern or a list of files names; `files`: find the files of a register.

    Raises `InputError` for a source that cannot be read, or a register with open questions about its columns.
    """
    if isinstance(source, Register) or is_register(source, project.configuration.settable):
        register = source if isinstance(source, Register) else project.register(source)  # type: ignore[arg-type]
        return list(_of_register(register, files))
    return [_of_file(row.path) for row in read_files(source)]


def _of_register(register: Register, files: bool) -> Iterator[ExpectedDocument]:
    for row in register.expected(files=files):
        values = dict(row.values)
        file_name = PurePath(os.fspath(row.path).replace("\\", "/")).name
        found = _of_name(file_name)
        names = tuple(filter(None, (values.get("name", ""), *found.names)))
        yield ExpectedDocument(
            row.place, file_name, names, values.get("number", ""), values.get("revision", ""), found.mime, values, row.texts,
            path=row.path if files and row.path.is_file() else None,
        )  # fmt: skip


def _of_file(path: Path) -> ExpectedDocument:
    found = _of_name(path.name)
    found.path = path
    return found


def _of_name(file_name: str) -> ExpectedDocument:
    """Return what a file name shows: its stem, the stem without a revision, and the revision."""
    if not file_name:
        return ExpectedDocument("", "", (), "", "", "")
    own = stem(file_name)
    mime = mime_type(PurePath(file_name)) if PurePath(file_name).suffix else ""
    if tagged := DOWNLOADED.fullmatch(own):
        return ExpectedDocument("", file_name, (own, tagged[1]), "", "", mime, version=int(tagged[2]))
    revision = revision_in(file_name)
    reduced = reduce(own, Facts(revision)).name if revision else own
    return ExpectedDocument("", file_name, tuple(dict.fromkeys((own, reduced))), "", revision, mime)
