"""Opens the journals of a project's batches: where they are, and which are open in this process."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import registers
from ..errors import InputError
from .backend import ProjectBackend, store_configuration
from .batch import Batch
from .journal.journal import Identity, Journal
from .journal.journal_summary import JournalSummary, read_summary, summary_of_open
from .journal.revision_ids import revision_ids_in
from .table.batch_table import BatchTable

FOLDER = "pdm_nb-journals"  # next to the notebook, visible in JupyterLab's file browser
LONGEST_NAME = 180  # bytes: file systems take 255, and more is added

_batches: dict[Path, Batch] = {}  # open in this process: a journal is opened once


def open_batch(project: ProjectBackend, path: Path) -> Batch:
    """Return the batch of a journal; the same one if it is open already, so that a cell can be run again."""
    batch = _batches.get(path)
    if batch is not None and not path.exists():
        batch.close()  # its file was deleted
        batch = None
    client, scope = project.client, project.scope
    identity = Identity(client.environment.api_url, scope.company_id, scope.project_id, project.name)
    if batch is None:
        journal = Journal.open(path, identity)
        client.response_cache.load(journal.meta.get("configuration", "{}"))
        batch = _batches[path] = Batch(project, journal, BatchTable(journal, project.configuration))
        batch._core.on_close = lambda: _batches.pop(path, None)
        store_configuration(project, journal)
    else:
        batch._core.journal.check_identity(identity)
        batch._core.project = project  # perhaps after another sign-in
        if batch._core.table.configuration is not project.configuration:
            batch._core.reconfigure()
    if project.memory.reading("name_kind") == "computed":  # B33: the list of fields may not show it
        batch._core.table.learn_computed_names()
    batch._core.table.names.fill()
    return batch


def batch_of(
    project: ProjectBackend,
    source: registers.Source | None,
    rows: list[registers.RegisterRow],
    journal: str | os.PathLike[str] | None,
    *,
    stored: Mapping[str, Any] | None = None,
    notices: Mapping[str, int] | None = None,
    name_template: str | None = None,
    evident_template: str | None = None,
    revisions: str | Sequence[str] = (),
) -> Batch:
    """Return the batch of a source, with its files added; see `BatchFiles.take` for `stored` and `notices`.

    `name_template` is set; `evident_template` only if the batch has none yet.
    """
    path = Path(journal) if journal is not None else path_for(project, source, rows)
    if source is None and not path.is_file():
        raise InputError(f"There is no journal at {path}. Check the path.")
    batch = open_batch(project, path.absolute())
    if revisions:
        batch.view.revision_order(*([revisions] if isinstance(revisions, str) else revisions))
    if evident_template:
        batch._core.table.names.suggest(evident_template)
    if source is not None:
        batch._files.take(rows, stored=stored, notices=notices)
    if name_template is not None:
        batch.view.set_name_template(name_template)
    return batch


def known_batches(project: ProjectBackend, folder: Path) -> list[JournalSummary]:
    """Return the batches of a project whose journals are in a folder or open in this process, the newest first."""
    client, scope = project.client, project.scope
    mine = (client.environment.api_url, scope.company_id, scope.project_id)
    opened = {path: batch for path, batch in _batches.items() if path.exists()}
    paths = {path.absolute() for path in folder.glob("*.sqlite")} | set(opened)
    found = []
    for path in paths:
        one = summary_of_open(opened[path]._core.journal) if path in opened else read_summary(path)
        # Of a journal that another process has open, the project is not known.
        if one is not None and (one.identity is None or one.owner == mine):
            found.append(one)
    return sorted(found, key=lambda one: -one.changed)


def batch_of_files(
    project: ProjectBackend,
    source: registers.Source | None,
    journal: str | os.PathLike[str] | None,
    name_template: str | None,
    revisions: str | Sequence[str],
    options: Mapping[str, Any],
) -> Batch:
    """Return the batch of a folder, a pattern or a list, or of a journal. `options` are for registers only."""
    if given := [name for name, value in options.items() if value and name != "folder"]:
        raise InputError(
            f"{given[0]}= is for registers, and {source} is not one. Use a spreadsheet or a CSV file."
        )
    notices: dict[str, int] = {}
    rows = registers.read_files(source, notices.__setitem__) if source is not None else []
    is_path = isinstance(source, str | os.PathLike)
    stored = {"source": os.path.abspath(os.path.expanduser(source))} if is_path else None  # type: ignore[arg-type]
    return batch_of(
        project,
        source,
        rows,
        journal,
        stored=stored,
        notices=notices,
        name_template=name_template,
        revisions=revisions,
    )


def batch_of_register(
    project: ProjectBackend,
    register: registers.Register,
    journal: str | os.PathLike[str] | None,
    name_template: str | None,
) -> Batch:
    """Return the batch of a register that has no open question."""
    return batch_of(
        project,
        register.source,
        register.rows(),
        journal,
        stored=registers.stored(register),
        notices=registers.notice_levels(register),
        name_template=name_template,
        evident_template=registers.name_template(register),
        revisions=register.profile.revisions,
    )


def revision_ids(project: ProjectBackend) -> list[str]:
    """Return the ids of revisions that the project's journals know: those that are open, and those in the folder."""
    client, scope = project.client, project.scope
    identity = Identity(client.environment.api_url, scope.company_id, scope.project_id, project.name)
    found = [
        document.revision_id
        for batch in _batches.values()
        if batch._core.journal.identity == identity
        for document in batch._core.journal.documents.values()
    ]
    for path in sorted(Path(FOLDER).glob("*.sqlite")):
        if path.absolute() not in _batches:
            found += revision_ids_in(path, identity)
    return [id_ for id_ in dict.fromkeys(found) if id_]


def path_for(project: ProjectBackend, source: Any, rows: list[registers.RegisterRow]) -> Path:
    """Return one journal for a source and a project, so that the same call continues with the same journal."""
    single = isinstance(source, str | os.PathLike)
    stem = Path(source).name if single else "documents"
    where = (
        os.path.abspath(os.path.expanduser(source))
        if single
        else "|".join(sorted(str(row.path.absolute()) for row in rows))
    )
    url = project.client.environment.api_url
    key = "|".join((url, project.scope.company_id, project.scope.project_id, where))
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "documents"
    name = name.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    return Path(FOLDER) / f"{name}-{digest}.sqlite"
