"""Reads journals of batches without a connection, and without writing into them: their projects, their report, recent ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .api.environments import ENVIRONMENTS
from .batch.evidence import BatchEvidence
from .batch.journal.journal import Identity, Journal
from .batch.journal.journal_copy import read_only
from .batch.journal.journal_summary import ELSEWHERE, read_summary
from .batch.open_batch import FOLDER
from .errors import JournalError
from .settings import defaults

LOCAL = "http://127.0.0.1:"  # a simulator


@dataclass(frozen=True, slots=True)
class RecentBatch:
    """A batch that can be opened again: its journal, where it belongs to, and its figures.

    `environment` is what `connect` takes: a name, or an address.
    """

    path: Path
    changed: float  # Unix seconds
    environment: str
    company_id: str
    project_id: str
    project: str
    documents: int
    submitted: int


def report(journal: str | os.PathLike[str], path: str | os.PathLike[str]) -> tuple[Path, int]:
    """Write the evidence of a journal; see `BatchEvidence.save`.

    Parameters
    ----------
    journal : str or path
        The journal.
    path : str or path
        A file .xlsx, .html, .json, .csv or .parquet.

    Returns
    -------
    tuple of (Path, int)
        The file and the number of documents.

    Raises
    ------
    JournalError
        If the journal does not exist or cannot be read.
    InputError
        For another suffix, or a folder that does not exist.
    """
    with _reading(journal) as opened:
        return BatchEvidence(opened).save(path), len(opened.documents)


@contextmanager
def _reading(path: str | os.PathLike[str]) -> Iterator[Journal]:
    """Open a private copy of a journal."""
    with read_only(Path(path)) as copy:
        try:
            journal = Journal.open(copy)
        except JournalError as error:
            raise JournalError(str(error).replace(os.fspath(copy), os.fspath(path))) from None
        try:
            yield journal
        finally:
            journal.close()


def project_of(journal: str | os.PathLike[str]) -> tuple[str, str]:
    """Return the company id and the project id that a journal belongs to.

    Raises
    ------
    JournalError
        If the journal does not exist or cannot be read.
    """
    with _reading(journal) as opened:
        return opened.identity.company_id, opened.identity.project_id


def recent(folder: str | os.PathLike[str] = FOLDER) -> list[RecentBatch]:
    """Return the batches of all projects whose journals are in a folder, the newest first.

    Those that another kernel has open are left out, and those of a simulator that has ended.
    """
    found = []
    for path in Path(folder).glob("*.sqlite"):
        one = read_summary(path.absolute())
        if one is None or one.identity is None or one.in_use == ELSEWHERE:
            continue
        environment = _environment(one.identity)
        if environment:
            whose = (environment, one.identity.company_id, one.identity.project_id, one.identity.project)
            found.append(RecentBatch(one.path, one.changed, *whose, one.documents, one.submitted))
    return sorted(found, key=lambda one: -one.changed)


def _environment(identity: Identity) -> str:
    """Return what `connect` takes for a journal; "" for a simulator that has ended."""
    if identity.api_url.startswith(LOCAL):
        return "sim" if identity.api_url == defaults.simulator_url() else ""
    names = (name for name, one in ENVIRONMENTS.items() if one.api_url == identity.api_url)
    return next(names, identity.api_url)
