"""Where the file of each revision goes: a template for names, one for folders, and what no file may be called."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import pandas as pd

from ..errors import InputError
from ..local_files.safe_name import safe_name
from ..rules.document_names import PLACE
from ..rules.values.text import nfc
from .store.revision_source import RevisionSource
from .store.revision_store import RevisionStore
from .store.row_encoder import MASKED, NOT_LISTED, RECYCLED, StoredRow

NAME_TEMPLATE = "{original_filename}"
OWN = ("id", "version")  # what a template may use in addition to fields
NO_NAME = "document"
EMPTY = "none"  # a folder for documents without a value


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """The file of one revision. `problem` is its state if it cannot be downloaded, with a `message`."""

    id: str
    name: str
    version: int | None
    path: Path
    size: int | None
    recycled: bool = False
    problem: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """The files of a download, in the order of the revisions."""

    folder: Path
    files: tuple[PlannedFile, ...]

    @classmethod
    def of(
        cls,
        source: RevisionSource,
        ids: Sequence[str],
        folder: str | os.PathLike[str],
        name: str,
        structure: str,
    ) -> DownloadPlan:
        """Plan where files go. Raises `InputError` for an unknown field, or a path of a file."""
        store, root = source.store, Path(os.path.abspath(os.path.expanduser(folder)))
        if root.exists() and not root.is_dir():
            raise InputError(f"{folder} is a file, not a folder.")
        for template in (name, structure):
            check(template, store)
        rows = {row.id: row for row in store.rows(ids=ids)}
        planned = [
            _planned(store, rows.get(id_) or StoredRow.unknown(id_), root, name, structure) for id_ in ids
        ]
        return cls(root, tuple(_distinct(planned)))


def ids_of(revisions: pd.DataFrame | str | Iterable[str]) -> list[str]:
    """Return the ids of a frame or a list, each once."""
    if isinstance(revisions, pd.DataFrame):
        if "id" not in revisions:
            raise InputError("The frame has no column 'id'. Use a frame of project.revisions(), or ids.")
        revisions = revisions["id"]
    given = [revisions] if isinstance(revisions, str) else revisions
    return list(dict.fromkeys(str(id_) for id_ in given if pd.notna(id_) and str(id_)))


def check(template: str, store: RevisionStore) -> None:
    """Raise `InputError` for a template with an unknown field or a single brace."""
    for name in PLACE.findall(template):
        if name not in store.names.fields and name not in OWN:
            known = ", ".join((*OWN, *sorted(store.names.fields)))
            raise InputError(f"Unknown field {{{name}}} in {template!r}. Use one of {known}.")
    if set("{}") & set(PLACE.sub("", template)):
        raise InputError(f"{template!r} has a brace without a field. Write fields as {{number}}.")


def _planned(store: RevisionStore, row: StoredRow, root: Path, name: str, structure: str) -> PlannedFile:
    original = store.names.text_of(row, "original_filename")
    suffix = PurePath(original).suffix
    rendered = _render(name, store, row)
    if suffix and not rendered.lower().endswith(suffix.lower()):
        rendered += suffix
    rendered = safe_name(rendered) or safe_name(row.id) or NO_NAME
    folders = [
        safe_name(_render(part, store, row)) or EMPTY for part in re.split(r"[/\\]", structure) if part
    ]
    size = store.names.text_of(row, "file_size")
    problem, message = _problem(row)
    return PlannedFile(
        row.id, store.names.text_of(row, "name"), row.version, root.joinpath(*folders, rendered),
        int(size) if size.isdecimal() else None, row.state == RECYCLED, problem, message,
    )  # fmt: skip


def _problem(row: StoredRow) -> tuple[str, str]:
    """Return the state and message of a revision whose file cannot be downloaded."""
    if row.is_placeholder:
        return "no file", "It is a placeholder: no document was submitted for it yet."
    allowed = row.actions is None or "download" in row.actions.split("; ")
    if row.state == MASKED or (row.state != NOT_LISTED and not allowed):
        return (
            "not permitted",
            "This account is not allowed to download the file. Ask a project administrator.",
        )
    return "", ""


def _render(template: str, store: RevisionStore, row: StoredRow) -> str:
    own = {"id": row.id, "version": "" if row.version is None else str(row.version)}
    return PLACE.sub(lambda found: own.get(found[1]) or store.names.text_of(row, found[1]), template)


def _distinct(files: Sequence[PlannedFile]) -> Iterator[PlannedFile]:
    """Give each file a path of its own: by its version, else by its id. Case does not make names different."""
    for tag in ("_v{version}", "_{id}"):
        counts = Counter(_same_name(file.path) for file in files)
        files = [
            file if counts[_same_name(file.path)] == 1 else replace(file, path=_tagged(file, tag))
            for file in files
        ]
    yield from files


def _same_name(path: Path) -> str:
    """Return what Windows and macOS compare of a path: not its case, nor the form of its accents."""
    return nfc(nfc(str(path)).casefold())


def _tagged(file: PlannedFile, tag: str) -> Path:
    text = tag.format(version=file.version or 0, id=file.id)
    return file.path.with_name(f"{file.path.stem}{safe_name(text)}{file.path.suffix}")
