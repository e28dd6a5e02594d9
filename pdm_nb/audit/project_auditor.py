"""`ProjectAuditor`: the methods of `Project` that compare what a project contains with its rules, and with a register."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from ..explore.project_explorer import ProjectExplorer
from .audit import Audit
from .clean_up import clean_up_batch
from .run_audit import audit


class ProjectAuditor(ProjectExplorer, Protocol):
    """Checks what is in a project already."""

    def audit(self, *, all_versions: bool = False) -> Audit:
        """Check the documents of the project by today's rules, as `batch.check()` checks those of a batch.

        Required fields, values that are no longer active, names, and invisible or odd texts are checked in the current
        version of each document. In addition: documents that should be one, files that exist under two names, and
        revisions that are out of order or repeated (PDM501 to PDM505). The local store of revisions is brought up to date
        first, as `revisions` does. Revisions that are hidden from this account are counted and left out.

        Parameters
        ----------
        all_versions : bool
            Also check the earlier versions of each document, which nobody can correct any more.

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
            make=partial(clean_up_batch, self),
        )  # fmt: skip
