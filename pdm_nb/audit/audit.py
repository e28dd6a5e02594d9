"""`Audit`: what is wrong in a project by today's rules, as a frame, a summary, a file, and a batch that corrects it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .. import frames
from ..frames import TEXT, WHOLE
from ..reports import Report, ReportTable
from ..rules import checks
from ..rules.values.text import quantity

if TYPE_CHECKING:
    from ..batch.batch import Batch

NEW_VERSION, IN_PROCORE, SUPERSEDED = "new version", "in Procore", "superseded"
COLUMNS = {
    "id": TEXT, "container_id": TEXT, "name": TEXT, "number": TEXT, "revision": TEXT, "version": WHOLE, "file": TEXT, "field": TEXT, "severity": TEXT,
    "code": TEXT, "message": TEXT, "fix": TEXT, "proposal": TEXT, "remedy": TEXT, "source_id": TEXT,
}  # fmt: skip
SUFFIXES = (".xlsx", ".html", ".csv", ".parquet", ".json")
SHOWN = 12  # codes that the summary names
Rows = pd.DataFrame | str | Iterable[str] | None
MakeBatch = Callable[["Audit", Rows, str | os.PathLike[str], str | os.PathLike[str] | None], "Batch"]


class Audit:
    """What is wrong in a project by today's rules. `project.audit()` returns it.

    Attributes
    ----------
    findings : DataFrame
        One row per finding: id, container_id, name, number, revision (string; what finds the document in Procore), version
        (Int64), file, field, severity, code, message, fix, proposal, remedy ("new version", "in Procore" or "superseded"), source_id (string; the revision whose file a new
        version has).
    checked, masked : int
        Revisions that were checked, and those that are hidden from this account and were left out.
    notes : list of str
        What was left out, and how fresh the audit is, one sentence each.
    """

    def __init__(
        self,
        project: str,
        findings: pd.DataFrame,
        checked: int,
        masked: int,
        notes: list[str],
        make: MakeBatch,
    ) -> None:
        self.project, self.findings, self.checked, self.masked = project, findings, checked, masked
        self.notes, self._make = notes, make

    @property
    def summary(self) -> pd.DataFrame:
        """The findings by code: code, title, severity, remedy (string), documents (Int64); the most frequent first."""
        titles = checks.titles()
        groups = self.findings.groupby(["code", "severity", "remedy"], sort=False)["container_id"].nunique()
        counts = groups.sort_values(ascending=False, kind="stable").reset_index(name="documents")
        counts.insert(1, "title", [titles.get(str(code), str(code)) for code in counts["code"]])
        columns = {"code": TEXT, "title": TEXT, "severity": TEXT, "remedy": TEXT, "documents": WHOLE}
        return counts.astype(columns)

    def batch(
        self,
        rows: Rows = None,
        *,
        folder: str | os.PathLike[str],
        journal: str | os.PathLike[str] | None = None,
    ) -> Batch:
        """Download documents and make a batch whose submit corrects them as new versions.

        The batch has the metadata of the revisions; what a finding proposes is filled in. Nothing is sent: check, correct
        and submit the batch as any other one. The same call continues after an interruption.

        Parameters
        ----------
        rows : DataFrame or ids, optional
            Findings or revisions, such as `audit.findings.query("code == 'PDM103'")`. If not given, all findings that a new
            version corrects.
        folder : path
            Where the files are downloaded to; it is created.
        journal : path, optional
            The file that stores the batch, as in `project.batch`.

        Returns
        -------
        Batch
            Its `notices` name the documents that could not be downloaded.

        Raises
        ------
        InputError
            If there is nothing that a new version corrects, or no file could be downloaded.

        Examples
        --------
        >>> audit = project.audit()
        >>> batch = audit.batch(audit.findings.query("code == 'PDM103'"), folder="clean-up")  # doctest: +SKIP
        """
        return self._make(self, rows, folder, journal)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the summary and all findings as a file: .xlsx, .html, .csv, .parquet or .json.

        Parameters
        ----------
        path : str or path
            The file; its suffix is its kind.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, or a file that cannot be written.

        Examples
        --------
        >>> project.audit().save("audit.xlsx").name
        'audit.xlsx'
        """
        lines = [
            ("Project", self.project),
            ("Result", self._headline),
            *(("Note", note) for note in self.notes),
        ]
        facts = frames.frame({"fact": TEXT, "value": TEXT}, lines)
        return Report(f"Audit of {self.project}", facts, self._tables).save(path, SUFFIXES)

    def _tables(self) -> Iterator[ReportTable]:
        yield ReportTable("Findings", self.findings, "One row for each finding.", 1000)
        yield ReportTable("Checks", self.summary, "Documents by check.")

    @property
    def _headline(self) -> str:
        documents = self.findings["container_id"].nunique()
        if not self.checked:
            return "No revision to check"
        return (
            f"{quantity(len(self.findings), 'finding')} in {quantity(documents, 'document')}; "
            f"{quantity(self.checked, 'revision')} checked"
        )

    def __repr__(self) -> str:
        table = self.summary
        lines = [f"Audit of {self.project}: {self._headline}"]
        lines += [
            f"  {row.code}  {row.title}: {quantity(int(str(row.documents)), 'document')} ({row.severity}; {row.remedy})"
            for row in table.head(SHOWN).itertuples()
        ]
        if len(table) > SHOWN:
            lines.append(f"  … and {len(table) - SHOWN} more; audit.summary lists them")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        head = f"<p><b>Audit of {escape(self.project)}</b>: {escape(self._headline)}</p>"
        return f"{head}{self.summary.to_html(index=False)}{notes}"
