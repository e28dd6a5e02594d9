"""Reads journals of batches without a connection, and without writing into them: which project they belong to, and their report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .batch.evidence import BatchEvidence
from .batch.journal.journal import Journal
from .batch.journal.journal_copy import read_only
from .errors import JournalError


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
