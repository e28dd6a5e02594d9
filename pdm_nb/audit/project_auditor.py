"""`ProjectAuditor`: the methods of `Project` that compare what a project contains with its rules, and with a register."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from ..explore.project_explorer import ProjectExplorer
from ..plots.project_plots import ProjectPlots
from ..project_batches import ProjectBatches
from ..reconcile.expected_documents import Expected
from ..reconcile.reconcile_project import reconcile
from ..reconcile.reconciliation import Reconciliation
from ..rules.revision_scheme import RevisionScheme
from .audit import Audit
from .clean_up import clean_up_batch
from .run_audit import audit


class ProjectAuditor(ProjectBatches, ProjectExplorer, Protocol):
    """Checks what is in a project already."""

    def audit(self, *, all_versions: bool = False, revision_scheme: Iterable[str] = ()) -> Audit:
        """Check the documents of the project by today's rules, as `batch.check()` checks those of a batch.

        Required fields, values that are no longer active, names, and invisible or odd texts are checked in the current
        version of each document. In addition: documents that should be one, files that exist under two names, and
        revisions that are out of order or repeated (PDM501 to PDM505). The local store of revisions is brought up to date
        first, as `revisions` does. Revisions that are hidden from this account are counted and left out.

        Parameters
        ----------
        all_versions : bool
            Also check the earlier versions of each document, which nobody can correct any more.
        revision_scheme : list of str
            Revisions of the project, oldest first, such as ["A < B < 0 < 1"]; by default P comes before C, and other kinds
            are not compared.

        Returns
        -------
        Audit
            Displayed as a summary; `findings` is a frame, `batch(…, folder=…)` makes a batch that corrects what a new version
            can correct, `save("audit.xlsx")` writes it.

        Raises
        ------
        InputError
            If the service does not offer the list of revisions and no journal knows one.

        Examples
        --------
        >>> audit = project.audit()
        >>> audit.findings[["name", "code", "message"]].head()  # doctest: +SKIP
        """
        self.revision_source.learn_fields()
        self._bring_up_to_date()
        name = self.configuration.by_name.get("name")
        computes = name is None or not name.is_settable or self.memory.reading("name_kind") == "computed"
        return audit(
            self.name, self.revision_source, self.configuration, computes_names=computes, all_versions=all_versions,
            make=partial(clean_up_batch, self), scheme=RevisionScheme.of(revision_scheme),
        )  # fmt: skip

    def reconcile(
        self, source: Expected, *, sha256: bool = False, revision_scheme: Iterable[str] = ()
    ) -> Reconciliation:
        """Compare a register or a folder with the project: what is present, missing, older, newer, different, surplus.

        Documents are found by their name, their file name or their number; format matters if a file name shows it. Of a
        register, all fields that have values are compared; its files need not exist. Of files, the size is compared.
        Documents that are hidden from this account may be among the missing ones, which a note says.

        Parameters
        ----------
        source : Register, path, list or DataFrame
            A register (also an open one, as `project.register` returns it), a table, a folder, a pattern or files.
        sha256 : bool
            Also compare the content of files. Those of the project are downloaded to a temporary folder, each once; the
            result is kept.
        revision_scheme : list of str
            As in `audit`.

        Returns
        -------
        Reconciliation
            Displayed as a summary; `table` and `differences` are frames, `save("reconciled.xlsx")` writes them.

        Raises
        ------
        InputError
            For a source that cannot be read, or a register with open questions about its columns: all are listed.

        Examples
        --------
        >>> import pandas as pd
        >>> found = project.reconcile(pd.DataFrame({"Name": ["A-101", "A-102"], "Rev": ["P01", "P02"]}))
        >>> found.counts["missing"]
        2
        """
        self.revision_source.learn_fields()
        self._bring_up_to_date()
        return reconcile(self, source, sha256=sha256, scheme=RevisionScheme.of(revision_scheme))

    @property
    def plot(self) -> ProjectPlots:
        """Pictures: `plot.completeness()`, `plot.timeline()` and `plot.sources()` (extra `plots`).

        Examples
        --------
        >>> project.plot.completeness().save("completeness.svg").name
        'completeness.svg'
        """
        return ProjectPlots(self)
