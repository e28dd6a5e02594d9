"""Makes a batch of documents that a new version corrects: files from the project, metadata from their revisions.

The files come from `explore/download.py`, each in a folder of its own, so that none is renamed. The batch is like any other
one: it has the same checks, and nothing is sent by making it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..batch import open_batch
from ..errors import InputError
from ..explore.download_plan import ids_of
from ..explore.store.row_encoder import StoredRow
from ..registers import RegisterRow
from ..rules.values.text import quantity
from .audit import NEW_VERSION, Audit, Rows

if TYPE_CHECKING:
    from ..batch.batch import Batch
    from ..explore.project_explorer import ProjectExplorer

DONE = ("downloaded", "present")
FINDING = ("id", "code", "field")  # the columns that identify a finding


def clean_up_batch(
    project: ProjectExplorer,
    audit: Audit,
    rows: Rows,
    folder: str | os.PathLike[str],
    journal: str | os.PathLike[str] | None,
) -> Batch:
    """Return the batch of the documents that some findings are about; see `Audit.batch`."""
    sources = sources_of(audit, rows)
    ids = [source for source, _ in sources.values()]
    table = project.download(ids, folder, structure="{id}").wait().set_index("id")
    done = table[table["state"].isin(DONE)]
    store = project.revision_source.store
    stored = {row.id: row for row in store.rows(ids=[*sources, *ids])}
    found = [
        RegisterRow(
            Path(str(done.at[source, "path"])),
            values_of(project, stored[source], corrected),
            f"revision {id_}",
        )
        for id_, (source, corrected) in sources.items()
        if source in done.index
    ]
    notices = list(_left_out(table[~table["state"].isin(DONE)]))
    if not found:
        raise InputError(f"No file could be downloaded, so there is no batch. {' '.join(notices)}")
    return open_batch.batch_of(
        project,
        os.path.abspath(os.path.expanduser(folder)),
        found,
        journal,
        notices=dict.fromkeys(notices, logging.WARNING),
    )


def sources_of(audit: Audit, rows: Rows) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what new versions are made of: id -> the revision with the file, and corrected texts by field.

    Raises `InputError` if there is nothing that a new version corrects.
    """
    useful = audit.findings[audit.findings["remedy"] == NEW_VERSION]
    if isinstance(rows, pd.DataFrame) and set(FINDING) <= set(
        rows.columns
    ):  # only these findings are corrected
        wanted = set(zip(*(rows[name].fillna("") for name in FINDING), strict=True))
        found = zip(*(useful[name].fillna("") for name in FINDING), strict=True)
        useful = useful[[one in wanted for one in found]]
    elif rows is not None:
        useful = useful[useful["id"].isin(ids_of(rows))]
    if useful.empty:
        raise InputError(
            "None of these findings is corrected by a new version. audit.findings.query(\"remedy == 'new version'\") lists "
            "those that are; correct the others in Procore."
        )
    sources: dict[str, tuple[str, dict[str, str]]] = {}
    for one in useful.itertuples():
        source, corrected = sources.setdefault(str(one.id), (str(one.id), {}))
        if str(one.source_id) != str(one.id):
            source = str(one.source_id)
        if isinstance(one.proposal, str) and isinstance(one.field, str):
            corrected[one.field] = one.proposal
        sources[str(one.id)] = source, corrected
    return sources


def values_of(project: ProjectExplorer, row: StoredRow, corrected: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of a revision as a register has it: field name -> text, with what was corrected."""
    known, names = project.configuration, project.revision_source.store.names
    cells, found = names.cells(row), dict[str, Any]()
    for number, facts in enumerate(names.facts):
        item = known.fields.get(facts.id)
        if item is None or not item.is_settable or cells[number] is None:
            continue
        content, lookup = names.decoded(cells[number]), known.lookups.get(item.id)
        if isinstance(content, str):
            found[item.name] = content
        else:
            texts = [(lookup.name_of(value.id) if lookup else "") or value.label for value in content]
            found[item.name] = texts if item.is_multiple else texts[0]
    return found | dict(corrected)


def _left_out(table: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence about documents whose files are not there."""
    for state, some in table.groupby("state", sort=False):
        first = some.iloc[0]
        name = first["name"] if pd.notna(first["name"]) else some.index[0]
        yield (f"{quantity(len(some), 'document')} left out ({state}), such as {name}: {first['message']}")
