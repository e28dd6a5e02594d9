"""Reads journals of batches without a connection: which project they belong to, and their report."""

from __future__ import annotations

import os
from pathlib import Path

from .batch.evidence import BatchEvidence
from .batch.journal.journal import Journal


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
    opened = Journal.open(Path(journal))
    try:
        return BatchEvidence(opened).save(path), len(opened.documents)
    finally:
        opened.close()


def project_of(journal: str | os.PathLike[str]) -> tuple[str, str]:
    """Return the company id and the project id that a journal belongs to.

    Raises
    ------
    JournalError
        If the journal does not exist or cannot be read.
    """
    opened = Journal.open(Path(journal))
    try:
        return opened.identity.company_id, opened.identity.project_id
    finally:
        opened.close()
