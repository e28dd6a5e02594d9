"""`BatchEvidence`: what proves a batch, as frames and as one file."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from ...errors import InputError
from ...reports import Report, ReportTable
from ...runs.run import Run
from ..journal.journal import Journal
from . import journal_frames, one_document
from .summary import summary
from .work_list import work_list

SUFFIXES = (".xlsx", ".html", ".json", ".csv", ".parquet")
SHOWN = 5_000  # changes and steps on a page
NO_LINK = "The address of a single document is not documented, so the link opens the project."


class BatchEvidence:
    """Where each document comes from, who changed which cell, and what the service has.

    `batch.evidence` returns one. It reads the journal, so it is the same after a restart, and without a connection.
    """

    def __init__(
        self,
        journal: Journal,
        start: Callable[[], Run[pd.DataFrame]] | None = None,
        findings: Callable[[], pd.DataFrame] | None = None,
    ) -> None:
        self._journal, self._start, self._findings = journal, start, findings

    @property
    def frame(self) -> pd.DataFrame:
        """The documents, from the row of the register to the revision.

        One row per document: document (Int64), file, state, path (string), size (Int64), sha256 (of the file, once it was
        read), register, sheet (string), row (Int64), register_sha256, upload_id, revision_id, container_id (string),
        version (Int64), uploaded_at, submitted_at (datetime64[us, UTC]), submitted_by (the user that the service
        reports), read_back ("equal", "different", "cannot be compared", "not listed yet"; missing if it was not read
        back), reason, message (string).

        Examples
        --------
        >>> batch.evidence.frame[["file", "state"]].values.tolist()[0]
        ['A-101.pdf', 'not uploaded']
        """
        return journal_frames.documents(self._journal)

    @property
    def changes(self) -> pd.DataFrame:
        """Each change of each cell, in order.

        One row per change: at (datetime64[us, UTC]), document (Int64), file, field, before, after, author ("register",
        "profile", "file name", "machine learning", "analyst", "fix", "service"), action, account (of the operating
        system; string). Changes before this version of the journal are not known.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> batch.evidence.changes[["field", "after", "author"]].values.tolist()[-1]
        ['revision', 'P01', 'analyst']
        """
        return journal_frames.changes(self._journal)

    def sources(self, document: int) -> pd.DataFrame:
        """List the values that each source has for the fields of one document.

        Parameters
        ----------
        document : int
            The document: the index of `batch.frame`.

        Returns
        -------
        DataFrame
            One row per field and source: field (its name), source ("register", "analyst", "machine learning",
            "file name" or "service"), text (string), confidence (Float64).

        Raises
        ------
        InputError
            If there is no such document.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> batch.evidence.sources(0)[["field", "source", "text"]].values.tolist()[-1]
        ['revision', 'analyst', 'P01']
        """
        return one_document.sources(self._journal, document)

    def history(self, document: int) -> pd.DataFrame:
        """List what happened to one document: steps and changes of its cells, in order.

        Parameters
        ----------
        document : int
            The document: the index of `batch.frame`.

        Returns
        -------
        DataFrame
            One row per step or change: at (datetime64[us, UTC]), what ("state" or "change"), text (the state, or the
            action), field, before, after, author (string). Field, before, after and author are "" for a step.

        Raises
        ------
        InputError
            If there is no such document.

        Examples
        --------
        >>> _ = batch.set(0, "revision", "P01")
        >>> batch.evidence.history(0)[["what", "field", "after", "author"]].values.tolist()[-1]
        ['change', 'revision', 'P01', 'analyst']
        """
        return one_document.history(self._journal, document)

    @property
    def differences(self) -> pd.DataFrame:
        """What `reconcile()` or a pilot found that is not equal, or that cannot be compared.

        One row per field, or per document if field is "": document (Int64), file, revision_id, field, result, intended,
        found (string).

        Examples
        --------
        >>> len(batch.evidence.differences)
        0
        """
        return journal_frames.differences(self._journal)

    def reconcile(self) -> Run[pd.DataFrame]:
        """Read all revisions back from the service, and compare them with what was intended.

        Name, file name, size, container, version and every field are compared. Revisions that this account cannot see
        cannot be compared, and are no difference (B51). One that is not listed yet is requested for half a minute; call
        `reconcile()` again later (B69).

        Returns
        -------
        Run
            Displayed as a live board; its result has a row per document: document (Int64), file, revision_id, read_back
            (string). `differences` has the fields.

        Raises
        ------
        InputError
            If the evidence was opened without a connection.
        RunError
            While another run is in progress.

        Examples
        --------
        >>> batch.evidence.reconcile().wait()["read_back"].tolist()  # nothing was submitted
        []
        """
        if self._start is None:
            raise InputError("Reading back needs a connection. Open the batch with project.batch(journal=…).")
        return self._start()

    def work_list(self) -> pd.DataFrame:
        """List what has to be moved to the recycle bin in the web tool, to undo what was sent.

        Before an upload, `undo()` and `remove()` undo everything; afterwards only people can, since the API deletes
        neither uploads nor revisions (B49, B66).

        Returns
        -------
        DataFrame
            One row per document, in the order of the work: order, document (Int64), file, what ("revision", "upload",
            "unconfirmed"), name (string), version (Int64), id, to_do, link (of the project, "" if it is not known;
            string).

        Examples
        --------
        >>> _ = batch.upload().wait()
        >>> batch.evidence.work_list()[["file", "what"]].values.tolist()[0]
        ['A-101.pdf', 'upload']
        """
        return work_list(self._journal)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the evidence as one file.

        Parameters
        ----------
        path : str or path
            A file .xlsx, .html or .json with the summary, documents and their fields, changes, differences, work list
            and history; or .csv or .parquet with the documents and their fields, and the changes in a second file, whose
            name ends in "-changes".

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, a folder that does not exist, or a file that cannot be written.

        Examples
        --------
        >>> batch.evidence.save("evidence.xlsx").name
        'evidence.xlsx'
        """
        target = self._report().save(path, SUFFIXES)
        if target.suffix.lower() in (".csv", ".parquet"):
            second = target.with_name(f"{target.stem}-changes{target.suffix}")
            changes = ReportTable("changes", self.changes)
            Report("", pd.DataFrame(), lambda: iter([changes])).save(second, SUFFIXES)
        return target

    def _report(self) -> Report:
        project = self._journal.identity.project or self._journal.identity.project_id
        return Report(f"Evidence of {project}", summary(self._journal), self._tables)

    def _tables(self) -> Iterator[ReportTable]:
        journal = self._journal
        documents = pd.concat([self.frame, journal_frames.metadata(journal)], axis=1)
        yield ReportTable("documents", documents)
        del documents
        if self._findings is not None:
            yield ReportTable("findings", self._findings())
        yield ReportTable("differences", self.differences, "What is not equal, or cannot be compared.")
        yield ReportTable("changes", self.changes, "Each change of a cell, and who made it.", SHOWN)
        yield ReportTable("work list", self.work_list(), f"What undoes the batch. {NO_LINK}")
        yield ReportTable("history", journal_frames.history(journal), "", SHOWN)

    def __repr__(self) -> str:
        facts = summary(self._journal)
        lines = (f"  {what}: {value}" for what, value in facts.itertuples(index=False))
        return "<BatchEvidence>\n" + "\n".join(lines)

    def _repr_html_(self) -> str:
        facts = summary(self._journal).itertuples(index=False)
        return "".join(f"<li>{html.escape(what)}: {html.escape(value)}</li>" for what, value in facts).join(
            ("<ul>", "</ul>")
        )
