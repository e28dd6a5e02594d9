"""Opens the journals of a project's batches: where they are, and which are open in this process."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import registers
from .backend import ProjectBackend, store_configuration
from .batch import Batch
from .journal.journal import Identity, Journal
from .table.batch_table import BatchTable

FOLDER = "pdm_nb-journals"  # next to the notebook, visible in JupyterLab's file browser

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


def add_source(
    batch: Batch, source: registers.Source, rows: Iterable[registers.RegisterRow], **options: Any
) -> None:
    """Add the files of a source to a batch; see `BatchFiles.take`."""
    batch._files.take(source, rows, **options)


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
    return Path(FOLDER) / f"{name}-{digest}.sqlite"
