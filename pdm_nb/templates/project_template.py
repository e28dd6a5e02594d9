"""Writes a template of a project: a row per file, with what is known of it, and lists to select from."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from .. import registers
from ..batch.backend import ProjectBackend
from ..model import Revision
from ..registers.forms import columns_of, fingerprint, instructions, write_form, written_at
from ..registers.reading.form import FILE, INFO, Form, FormColumn, FormRow
from ..registers.reading.sheets.garbage_collection import no_garbage_collection
from ..runs.loop import run
from .prefill import Prefill, copied, described

READY = 1000  # empty rows below
IN_THE_PROJECT = INFO[0]


def template_of(
    project: ProjectBackend, path: str | os.PathLike[str], files: registers.Source | None = None
) -> Path:
    """Write a template; see `Project.template`."""
    place = Path(os.path.abspath(os.path.expanduser(path)))
    with no_garbage_collection():
        return write_form(place, _form(project, place, files))


def _form(project: ProjectBackend, place: Path, files: registers.Source | None) -> Form:
    found, root = _files(files)
    rows = _rows(project, found, root)
    known = project.configuration
    columns = [
        FormColumn(FILE, "file", required="always", when="The file of the document.", width=44),
        *columns_of(known),
    ]
    if any(IN_THE_PROJECT in row.texts for row in rows):
        help_ = "The document that the project has already: the file becomes its next version. Not read back."
        columns.insert(1, FormColumn(IN_THE_PROJECT, "", help=help_, width=34))
    facts = {
        "project id": project.id,
        "project": project.name,
        "written": written_at(),
        "configuration": fingerprint(known),
        "folder": _folder(root, place.parent),
        "rows": str(len(rows)),
    }
    ready = READY + len(rows) // 10
    return Form("template", facts, columns, rows, instructions("template", facts), ready)


def _folder(root: Path | None, own: Path) -> str:
    """Return the folder of the files relative to that of the template, "" if it is elsewhere."""
    return root.relative_to(own).as_posix() if root and root.is_relative_to(own) else ""


def _files(source: registers.Source | None) -> tuple[list[Path], Path | None]:
    """Return the files, and the folder that their names are relative to."""
    if source is None:
        return [], None
    found = [row.path.absolute() for row in registers.read_files(source)]
    if isinstance(source, str | os.PathLike) and os.path.isdir(os.path.expanduser(source)):
        return found, Path(os.path.abspath(os.path.expanduser(source)))
    return found, Path(os.path.commonpath([path.parent for path in found]))


def _rows(project: ProjectBackend, files: Sequence[Path], root: Path | None) -> list[FormRow]:
    if root is None:
        return []
    known, base = project.configuration, os.path.join(root, "")
    prefill = Prefill(known, run(project.fetch_existing()))
    found = [prefill.of(path, partial(_size, path)) for path in files]
    revisions = _revisions(
        project, [one.existing.id for one in found if one.existing and one.existing.kind == "revision"]
    )
    headings = {one.field: one.heading for one in columns_of(known)}
    rows = []
    for number, (path, one) in enumerate(zip(map(os.fspath, files), found, strict=True), 1):
        earlier = revisions.get(one.existing.id) if one.existing else None
        texts = (copied(known, earlier.fields) if earlier else {}) | one.texts
        row = {headings[name]: text for name, text in texts.items() if name in headings}
        row[FILE] = path.removeprefix(base).replace(os.sep, "/")
        if one.existing:
            row[IN_THE_PROJECT] = described(one.existing)
        rows.append(FormRow(str(number), row))
    return rows


def _size(path: Path) -> int:
    return path.stat().st_size


def _revisions(project: ProjectBackend, ids: Sequence[str]) -> Mapping[str, Revision]:
    """Return revisions that the project has already: one call for each 100."""
    if not ids:
        return {}
    rows = run(project.client.list_selected_revisions(project.scope, list(dict.fromkeys(ids))))
    return {row.id: row for row in rows if not row.masked}
