"""The documents that should be in a project, by a register or a folder. Files need not exist: a register is often a list only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ..local_files import mime_type
from ..registers import Register, Source, is_register, read_files
from ..registers.mapping.aliases import FILE
from ..registers.register import RegisterView
from ..rules.document_names import Facts, reduce, revision_in
from ..rules.naming_standard import split_suffix, stem

if TYPE_CHECKING:
    from ..project_batches import ProjectBatches

Expected = Register | Source
DOWNLOADED = re.compile(
    r"(.+)_v(\d{1,4})(?:_([0-9A-Za-z-]{8,}))?", re.ASCII
)  # `project.download`, if two revisions have one file name


@dataclass(slots=True)
class ExpectedDocument:
    """A document that should be in the project.

    `place` is where the register has it; `name`, `file_name`, `number` and `revision` are "" if they are not known; `mime` is
    "" if no file name shows it; `values` are its fields by name, `texts` what the register has if that became another value.
    """

    place: str = ""
    name: str = ""
    file_name: str = ""
    number: str = ""
    revision: str = ""
    mime: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None
    version: int = 0  # in the name of a file of `project.download`, 0 if there is none
    revision_id: str = ""  # the same, if even the versions are the same

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or stem(self.file_name) or self.number

    def read_file_name(self) -> str:
        """Return the name without the version or revision in the file name, and learn that if it is not known."""
        own = stem(self.file_name)
        if tagged := DOWNLOADED.fullmatch(own):
            self.version, self.revision_id = int(tagged[2]), tagged[3] or ""
            return tagged[1]
        revision = revision_in(self.file_name)
        self.revision = self.revision or revision
        return reduce(own, Facts(revision)).name if revision else own


def expected_documents(project: ProjectBatches, source: Expected, *, files: bool) -> list[ExpectedDocument]:
    """Return what a register, a folder, a pattern or a list of files names; `files`: find the files of a register.

    Raises `InputError` for a source that cannot be read, or a register with open questions about its columns.
    """
    if isinstance(source, Register) or is_register(source, project.configuration.settable):
        register = source if isinstance(source, Register) else project.register(source)  # type: ignore[arg-type]
        return list(_of_register(register, files))
    rows = read_files(source)
    return [
        ExpectedDocument(file_name=row.path.name, mime=_mime(row.path.name), path=row.path) for row in rows
    ]


def _of_register(register: Register, files: bool) -> Iterator[ExpectedDocument]:
    for row in RegisterView(register).expected(files=files):
        values = row.values
        text = values.get(FILE, "")
        file_name = text.replace("\\", "/").rpartition("/")[2]
        path = row.path if row.path is not None and row.path.is_file() else None
        yield ExpectedDocument(
            row.place, values.get("name", ""), file_name, values.get("number", ""), values.get("revision", ""),
            _mime(file_name), values, row.texts, path,
        )  # fmt: skip


def _mime(file_name: str) -> str:
    suffix = split_suffix(file_name)[1]
    return _mime_of(suffix.lower()) if suffix else ""


@cache
def _mime_of(suffix: str) -> str:
    return mime_type(PurePath(f"file{suffix}"))
