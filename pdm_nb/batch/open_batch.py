"""Opens the journals of a project's batches: where they are, and which are open in this process."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import registers
from .batch import Batch
from .journal.journal import Identity, Journal
from .table.table import BatchTable

if TYPE_CHECKING:
    from ..project import Project

FOLDER = "pdm_nb-journals"  # next to the notebook, visible in JupyterLab's file browser

_batches: dict[Path, Batch] = {}  # open in this process: a journal is opened once


def open_batch(project: Project, path: Path) -> Batch:
    """The batch of a journal; the same one if it is open here already, so that a cell can be run again."""
    known = _batches.get(path)
    if known is not None and not path.exists():
        known.close()  # the file was thrown away, and with it the batch
        known = None
    client, scope = project.service.client, project.scope
    identity = Identity(client.environment.api_url, scope.company_id, scope.project_id, project.name)
    if known is None:
        opened = Journal.open(path, identity)
        client.response_cache.load(opened.meta.get("configuration", "{}"))
        known = _batches[path] = Batch(project, opened, BatchTable(opened, project.configuration))
        known.on_close(lambda: _batches.pop(path, None))
        keep_configuration(project, opened)
    else:
        known.journal.check_identity(identity)
        known.project = project  # perhaps signed in again
        if known.sheet.configuration is not project.configuration:
            known.reconfigure()
    if project.memory.reading("name_kind") == "computed":  # B33: the list of fields need not show it
        known.sheet.learn_computed_names()
    known.sheet.names.fill()
    return known


def keep_configuration(project: Project, journal: Journal) -> None:
    """Keep the configuration with a journal, for whoever opens it next."""
    names = {field.id: field.name for field in project.configuration.fields.values()}
    taken = set(names.values())
    gone = {id_: name for id_, name in journal.fields.items() if name not in taken}
    names = gone | names  # also of fields that vanished since
    journal.set_meta("fields", json.dumps(names))
    journal.set_meta("configuration", project.service.client.response_cache.dump(project.id))


def path_for(project: Project, source: Any, rows: list[registers.RegisterRow]) -> Path:
    """One journal for one source and one project, so that the same call continues with the same journal."""
    single = isinstance(source, str | os.PathLike)
    stem = Path(source).name if single else "documents"
    where = os.path.abspath(source) if single else "|".join(sorted(str(row.path.absolute()) for row in rows))
    url = project.service.client.environment.api_url
    key = "|".join((url, project.scope.company_id, project.scope.project_id, where))
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "documents"
    return Path(FOLDER) / f"{name}-{mark}.sqlite"
