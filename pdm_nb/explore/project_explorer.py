"""`ProjectExplorer`: the methods of `Project` that look at what a project contains."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from ..api import permissions
from ..batch.backend import ProjectBackend
from ..errors import InputError, ServiceError
from ..runs.loop import run
from ..runs.run import Run
from . import changes, compare_projects, download, download_plan, history, placeholders, revision_query
from .revision_frame import RevisionFrame
from .store.revision_source import RevisionSource
from .store.revision_sync import NoRevisionList, Report

if TYPE_CHECKING:
    from ..batch.batch import Batch

Moment = str | date | pd.Timestamp
Files = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


class ProjectExplorer(ProjectBackend, Protocol):
    """Looks at the revisions of a project through its local store, and compares projects."""

    revision_source: RevisionSource

    def revisions(
        self,
        ids: str | Iterable[str] | pd.Series | None = None,
        *,
        where: Mapping[str, Any] | None = None,
        updated_since: Moment | None = None,
        container: str | None = None,
        latest: bool = False,
        recycled: bool = False,
    ) -> RevisionFrame:
        """List the revisions of the project (B62).

        They are stored in a file next to the notebook, in the folder `pdm_nb-journals`. The first call reads them all,
        which takes about one call for each hundred; later calls read what changed since, if more than 15 minutes have
        passed, something was submitted, or `refresh` was called. If it is interrupted, the next call continues. If not
        all were read yet and there are conditions, only those that the service finds for them are read.

        Parameters
        ----------
        ids : str or iterable of str, optional
            Each one has a row, also if the service does not return it; these are read now. Missing values are skipped.
        where : mapping, optional
            Conditions: field (name or label) -> a value, a list of values, or None if it must be empty. A value of a list
            is its label, code or id; case does not matter.
        updated_since : str, date or Timestamp, optional
            Only those that were updated at this moment or later; without a time zone: UTC.
        container : str, optional
            Only those of this container.
        latest : bool
            Only the latest version of each container (B63).
        recycled : bool
            Also those in the recycle bin, if the account may view it.

        Returns
        -------
        DataFrame
            id, container_id, upload_id (string), version (Int64), is_latest (boolean), content ("document" or
            "placeholder"), availability ("visible", "masked", "recycled", "not listed", "not read"), note, permissions
            (string), indexed_at, read_at (datetime64[us, UTC]), then one column for each field, system fields too: times
            (datetime64[us, UTC]), numbers (Float64, Int64), yes or no (boolean), lists of text for fields with several
            values, others string, people as names. A sentence below the table, `attrs["freshness"]`, shows how fresh and
            how complete it is. None of the availabilities means that a revision was deleted (B51, B62, B69).

        Raises
        ------
        InputError
            For an unknown field, or if the service does not offer the list and no journal knows an id.

        Examples
        --------
        >>> table = project.revisions()
        >>> table.attrs["freshness"]
        '... as of ...'
        >>> drawings = project.revisions(where={"type": "Drawing"}, latest=True)
        """
        self.revision_source.learn_fields()
        query = revision_query.RevisionCondition(
            where or {}, _moment(updated_since), container or "", latest, recycled
        )
        if ids is None:
            return self._look(query)
        given = [ids] if isinstance(ids, str) else ids
        wanted = list(dict.fromkeys(str(id_) for id_ in given if pd.notna(id_) and str(id_)))
        run(self.revision_source.sync.read(wanted))
        table = revision_query.by_id(self.revision_source, wanted, query)
        if (table["availability"] == "masked").any():
            self.memory.note_reading(permissions.ALL_VISIBLE, permissions.NO)
        return table

    def _look(self, query: revision_query.RevisionCondition) -> RevisionFrame:
        """Bring the store up to date as far as the query needs it, and return what it selects."""
        source = self.revision_source
        if not source.is_complete and query.is_selective:
            filters = revision_query.service_filters(query, self.configuration, source.store)
            found = revision_query.listed(source, filters)
            if found is not None:
                return revision_query.select(source, query, found)
        self._bring_up_to_date(recycled=query.recycled)
        return revision_query.select(source, query)

    def _bring_up_to_date(self, *, recycled: bool = False) -> None:
        """Update the store if it is not fresh. The first time, which may take long, the progress is displayed."""
        source = self.revision_source
        if source.is_fresh and not (recycled and source.store.fact("recycled_to") is None):
            return
        try:
            if source.is_complete:
                run(source.update(bin_=recycled))
            else:
                self._start_sync(full=False, recycled=recycled).wait()
        except NoRevisionList as refused:
            raise self._not_offered(refused) from None
        except ServiceError as error:
            if source.store.fact("synced_at") is None:
                raise
            source.store.set_facts(notes=[f"It could not be brought up to date: {error}."])

    def _not_offered(self, refused: NoRevisionList) -> InputError:
        return InputError(
            f"{self.client.environment.name} does not offer the list of revisions ({refused.status}). Give ids, such as "
            "project.revisions(batch.status().revision_id), or try again after project.refresh()."
        )

    def sync_revisions(self, *, full: bool = False, recycled: bool = True) -> Run[RevisionFrame]:
        """Bring the local store of revisions up to date, in the background (B69).

        `revisions` does it when it is needed. This shows the progress of a long first reading, continues one that was
        interrupted, or reads all rows again.

        Parameters
        ----------
        full : bool
            Read every row again. It happens each week by itself, since the service does not report every change.
        recycled : bool
            Also read the recycle bin.

        Returns
        -------
        Run
            Displayed as a progress board; its result is the frame of `revisions`.

        Examples
        --------
        >>> table = project.sync_revisions().wait()
        """
        return self._start_sync(full=full, recycled=recycled)

    def _start_sync(self, *, full: bool, recycled: bool) -> Run[RevisionFrame]:
        source = self.revision_source

        async def work(run_: Run[RevisionFrame], report: Report) -> RevisionFrame:
            await source.update(report=report, full=full, bin_=recycled)
            return revision_query.select(source, revision_query.RevisionCondition(recycled=recycled))

        return source.start("reading of revisions", work)

    def versions(self, document: str) -> RevisionFrame:
        """List the versions of a document, the latest first (B41, B63).

        Parameters
        ----------
        document : str
            The name of the document, the id of its container, or that of one of its revisions.

        Returns
        -------
        DataFrame
            The columns of `revisions`. Recycled versions are included if the account may view the recycle bin; they have
            left the history of the document.

        Raises
        ------
        InputError
            If there is no such document.

        Examples
        --------
        >>> project.versions("Letter 1")["version"].tolist()  # doctest: +SKIP
        [2, 1]
        """
        self._bring_up_to_date(recycled=True)
        return history.versions(self.revision_source, document)

    def changes(self, since: Moment | None = None) -> RevisionFrame:
        """List what changed in the project (B69).

        The service reports when a revision was updated, but not what changed. So changes are found by comparing rows
        with those in the local store, and only from its first reading on. For a moment before it, the values before a
        change are not known, which the column `note` shows.

        Parameters
        ----------
        since : str, date or Timestamp, optional
            The first moment; without a time zone: UTC. If not given, all that is known.

        Returns
        -------
        DataFrame
            One row for each change, the newest first: at (datetime64[us, UTC]; as the service reports it, else when it
            was noticed), id, name (string), version (Int64), what ("new", "superseded", "changed", "recycled",
            "restored", "hidden", "shown", "not listed", "listed again"), field, before, after, by, note (string).

        Examples
        --------
        >>> table = project.changes(since="2026-01-01")
        >>> table["what"].value_counts()  # doctest: +SKIP
        """
        self._bring_up_to_date(recycled=True)
        return changes.listed(self.revision_source, _moment(since))

    def placeholders(self, files: Files | Batch | None = None) -> RevisionFrame:
        """List the placeholders of the project: documents that are expected (B76).

        Parameters
        ----------
        files : path, iterable of paths or Batch, optional
            A folder, files, or a batch with the documents that are to fill them. They are matched by the
            name of the document.

        Returns
        -------
        DataFrame
            One row for each placeholder: id, container_id, name, format, assignee (string), due (datetime64[us, UTC]),
            is_overdue (boolean), and with `files` also file, match ("exact", "close", "none", "several"), note (string).
            Files that fill no placeholder are in `attrs["surplus"]`.

        Examples
        --------
        >>> project.placeholders("drawings/")  # doctest: +SKIP
        """
        self._bring_up_to_date()
        return placeholders.listed(self.revision_source, files)

    def download(
        self,
        revisions: pd.DataFrame | str | Iterable[str],
        folder: str | os.PathLike[str],
        *,
        name_template: str = download_plan.NAME_TEMPLATE,
        structure: str = "",
    ) -> Run[pd.DataFrame]:
        """Download the files of revisions into a folder (B64).

        A file is written completely or not at all, and an existing file is never overwritten. If the run is interrupted,
        the same call continues: files that were downloaded are not downloaded again.

        Parameters
        ----------
        revisions : DataFrame, str or iterable of str
            A frame of `revisions`, or ids.
        folder : path
            The folder; it is created.
        name_template : str
            The name of each file, from fields in braces, such as "{number}_{revision}". The extension is added. If two
            revisions get the same name, each is followed by its version.
        structure : str
            Folders below it, such as "{discipline}/{type}".

        Returns
        -------
        Run
            Displayed as a progress board; its result is a frame: id, name (string), version (Int64), path, state
            ("downloaded", "present", "exists", "failed", "not permitted", "no file", "not started"), size (Int64),
            sha256, message (string).

        Raises
        ------
        InputError
            For an unknown field in a template.

        Examples
        --------
        >>> table = project.revisions(latest=True)
        >>> project.download(table, "files", structure="{type}").wait()  # doctest: +SKIP
        """
        run(self._read_missing(ids := download_plan.ids_of(revisions)))
        plan = download_plan.DownloadPlan.of(self.revision_source, ids, folder, name_template, structure)

        async def work(run_: Run[pd.DataFrame], report: Report) -> pd.DataFrame:
            return await download.Download(
                self.client, self.scope, self.revision_source.store, plan, report
            ).work()

        return self.revision_source.start("download", work)

    async def _read_missing(self, ids: list[str]) -> None:
        """Read rows that are not stored yet."""
        store = self.revision_source.store
        known = {row.id for row in store.rows(ids=ids) if row.fields is not None}
        if missing := [id_ for id_ in ids if id_ not in known]:
            await self.revision_source.sync.read(missing)

    def compare(self, other: ProjectBackend) -> pd.DataFrame:
        """Compare the configuration of this project with that of another one, before a migration.

        Fields are compared by name, custom fields by label; values by code, or by label if they have none; rules by the
        values that they apply to. Values of people and of the projects themselves are not compared.

        Parameters
        ----------
        other : Project
            The other project, perhaps of another company or environment.

        Returns
        -------
        DataFrame
            One row for each difference: part ("field", "value", "rule", "naming standard"), field, item, what ("only
            here", "only there", "different"), property, here, there (string). Empty if they are the same.

        Examples
        --------
        >>> len(project.compare(project))
        0
        """
        return compare_projects.differences(self.configuration, other.configuration)


def _moment(given: Moment | None) -> pd.Timestamp | None:
    """Return a moment in UTC. Raises `InputError` for text that is no date."""
    if given is None:
        return None
    try:
        moment = pd.Timestamp(given)
    except ValueError:
        raise InputError(
            f"{given!r} is not a date. Use a form such as 2026-03-31 or 2026-03-31T14:30Z."
        ) from None
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
