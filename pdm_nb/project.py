"""`Project`: a project's configuration and documents as DataFrames, and its batches."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import frames, registers, scenario_export
from .api import permissions
from .api.protocol.requests import Scope
from .api.service_memory import ServiceMemory
from .batch import open_batch
from .batch.batch import Batch
from .batch.journal.journal import Journal
from .batch.table.configuration import Configuration
from .batch.table.existing_documents import REVISIONS, ExistingDocuments, ask
from .errors import AccessError, InputError, NotFoundError, ServiceError
from .model import Field, Revision, User
from .rules.values.lookup import Lookup
from .runs.loop import run
from .verify.calls import PAUSE, Verification
from .verify.readings import read_all, remember
from .verify.report import ContractReport
from .verify.shapes import compare

if TYPE_CHECKING:
    from .service import Service

PARALLEL = 6  # lists of values fetched at the same time

log = logging.getLogger(__name__)


class Project:
    """A project's Document Management. Configuration is fetched once; `refresh()` fetches it again.

    It is kept with a batch's journal, and taken from there where that is opened again within a quarter of an hour.
    """

    def __init__(self, service: Service, id_: str, name: str) -> None:
        self.service, self.id, self.name = service, id_, name
        self.scope = Scope(str(service.client.company_id), id_)
        self._configuration: Configuration | None = None
        self._users: list[User] | None = None
        self._known: ExistingDocuments | None = None
        self._tools: list[dict[str, Any]] | None = None
        self._users_lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"<Project {self.name} ({self.id}) of {self.service.company}, {self.service.environment}>"

    # -- configuration
    @property
    def configuration(self) -> Configuration:
        """Fields, rules and values, as the batch uses them."""
        if self._configuration is None:
            self._configuration = run(self._fetch())
        return self._configuration

    async def _fetch(self) -> Configuration:
        client, scope = self.service.client, self.scope
        try:
            fields = {field.id: field for field in await client.list_fields(scope)}
        except (AccessError, NotFoundError) as error:
            if permissions.is_not_connected(error):
                raise
            raise AccessError(
                f"{self.name}: this account has no access to Document Management. Ask a project administrator for "
                "Standard or Admin access to the tool and a permission group, and whether the project is among the "
                f"permitted projects of the app. {permissions.APP_MANAGEMENT}",
                status=error.status,
                reason=error.reason,
                request_id=error.request_id,
            ) from None
        requirements = await client.list_upload_requirements(scope)
        if self.memory.reading("name_kind") == "computed" and all(r.naming_standard for r in requirements):
            # The list of fields need not show it (B33). If some rules have no standard, it depends on the document.
            fields = {
                id_: replace(field, variant="computed") if field.name == "name" else field
                for id_, field in fields.items()
            }
        gate = asyncio.Semaphore(PARALLEL)
        found = await asyncio.gather(*(self._lookup(field, gate) for field in fields.values()))
        known = Configuration(fields, requirements, {lookup.field.id: lookup for lookup in found if lookup})
        for told in (*known.notices, *client.notices.of(self.id)):
            log.warning("%s: %s", self.name, told)
        return known

    async def _lookup(self, field: Field, gate: asyncio.Semaphore) -> Lookup | None:
        """The values of a field, one call a field (B21); None where it has no list."""
        async with gate:
            if field.is_user:
                return Lookup.of_users(field, await self._list_users())
            if not field.type.is_lookup or field.unknown:
                return None
            # Inactive ones too: a value that was retired is told apart from one that never was (B21).
            client, scope = self.service.client, self.scope
            try:
                return Lookup(field, await client.list_field_values(scope, field.id, inactive=True))
            except NotFoundError:  # it was removed since the fields were listed
                told = f"The values of {field.label} are not there any more: the field may have been removed."
                client.notices.add(f"/projects/{self.id}", told)
                return Lookup(field, ())

    async def _list_users(self) -> list[User]:
        async with self._users_lock:  # several fields ask at once; one call is enough
            if self._users is None:
                self._users = await self.service.client.list_project_users(self.scope)
        return self._users

    def refresh(self) -> None:
        """Forget the configuration, what is there already and what the service refused: not what was verified."""
        self._configuration = self._users = self._known = self._tools = None
        self.service.client.response_cache.forget(self.id)
        self.memory.forget_learned()
        self.service.client.notices.forget(self.id)

    @property
    def notices(self) -> list[str]:
        """What was odd in the project's responses so far, a sentence each: unknown types, malformed rows (B20).

        Empty until the configuration was fetched. The log has each of them once.
        """
        known = self._configuration
        return [*(known.notices if known else ()), *self.service.client.notices.of(self.id)]

    @property
    def memory(self) -> ServiceMemory:
        """What the service refused and which readings it follows, kept for a day (B71)."""
        return self.service.client.memory(self.scope)

    def known(self, *, refresh: bool = False) -> pd.DataFrame:
        """List what the project has already: the caller's uploads, and the newest revisions where offered (B40, B62).

        Parameters
        ----------
        refresh : bool
            Ask again, though nothing was submitted since.

        Returns
        -------
        DataFrame
            One row per document: kind ('upload' or 'revision'), id, name, format, version, revision, file (string),
            size (Int64), at (UTC).
        """
        return frames.known(run(self.fetch_known(refresh=refresh)).rows)

    async def fetch_known(self, *, refresh: bool = False) -> ExistingDocuments:
        """Return what `known` lists: fetched in one pass, and kept until something is submitted, unless it failed."""
        if self._known is None or self._known.failed or refresh:
            self._known = await ask(self.service.client, self.scope)
        return self._known

    def forget_known(self) -> None:
        """Something was uploaded or submitted: what is there is not as it was."""
        self._known = None

    # -- frames
    def requirements(self) -> pd.DataFrame:
        """One row per rule and required field (B17, B18).

        Columns: rule, is_default, qualifies, naming_standard, field, label, type, source ('project', 'rule' or
        'naming standard'), allow_duplicate_revisions.
        """
        return frames.requirements(self.configuration.requirements)

    def fields(self) -> pd.DataFrame:
        """One row per field: name, label, type, variant, settable, readonly, active, visible, custom … (B20)."""
        return frames.fields(self.configuration.fields.values())

    def values(self, field: str, *, inactive: bool = False) -> pd.DataFrame:
        """The values of a field by its name, label or id: code, label, active, tags, id (B21).

        Of a user field: its users, with the mail address as code (B22). Empty for a field without a list.
        """
        lookup = self.configuration.lookups.get(self.configuration.field(field).id)
        found = lookup.values if lookup else ()
        return frames.values(value for value in found if inactive or value.active)

    def users(self) -> pd.DataFrame:
        """Users of the project: name, email, id (string)."""
        return frames.users(run(self._list_users()))

    def permissions(self) -> pd.DataFrame:
        """Report which rights the job needs, which of them are known, and what to ask the administrator for.

        The service reports the level of the tool, not the permission groups: those show when an upload or a submit
        is tried (B52, B65). What such calls showed within the last day is in the report.

        Returns
        -------
        DataFrame
            One row per right: right, known ('yes', 'no' or 'not known until tried'), detail, ask (string).
        """
        opened: bool | None = None if self._configuration is None else True
        tools = self._ask_tools()
        if tools is None and opened is None:
            try:
                opened = self.configuration is not None
            except AccessError:
                opened = False
        return frames.permissions(permissions.report(tools, self.memory, opened=opened))

    def tools(self) -> pd.DataFrame:
        """List the tools of the project with the caller's level of access (B65): tool, label, access (string)."""
        return frames.tools(run(self.service.client.show_permissions(self.scope)))

    def _ask_tools(self) -> list[dict[str, Any]] | None:
        """The tools with the caller's levels, asked once; None if the service refuses the list."""
        if self._tools is None and not self.memory.refused("showPermissions"):
            try:
                self._tools = run(self.service.client.show_permissions(self.scope))
            except ServiceError as error:
                permissions.note_refusal(self.memory, "showPermissions", error)
        return self._tools

    @property
    def access(self) -> str:
        """The caller's level in Document Management, such as "Admin"; "" if the service does not report it (B65)."""
        return permissions.level_of(self._ask_tools() or ())

    def uploads(self) -> pd.DataFrame:
        """All uploads the caller sees: state columns, then the text of each field (B9, B32, B51)."""
        rows = run(self.service.client.list_flat_uploads(self.scope))
        return frames.uploads(rows, self._fields())

    def revisions(self, ids: Iterable[str] | pd.Series | None = None) -> pd.DataFrame:
        """Revisions by id, or all, if the service offers that list (B62).

        Parameters
        ----------
        ids : str or iterable of str, optional
            Each has a row, also if the service does not return it. Missing values are left out.

        Returns
        -------
        DataFrame
            id, container_id, upload_id, version, availability ("visible", "masked", "recycled", "not listed"), note
            (string; what the availability means), indexed_at (datetime), then the text of each field. None of the
            availabilities means that a revision is gone (B51, B62, B69).
        """
        fields = self._fields()  # first: it reports a project that is closed as a whole
        if ids is None:
            return frames.revisions(run(self._all_revisions()), fields)
        given = [ids] if isinstance(ids, str) else ids
        wanted = list(dict.fromkeys(str(id_) for id_ in given if pd.notna(id_) and str(id_)))
        rows = run(self.service.client.list_selected_revisions(self.scope, wanted)) if wanted else []
        if any(row.masked for row in rows):
            self.memory.note_reading(permissions.ALL_VISIBLE, permissions.NO)
        found = {row.id: row for row in rows}
        listed = [found.get(id_) or Revision(id_, "", None, listed=False) for id_ in wanted]
        return frames.revisions(listed, fields)

    async def _all_revisions(self) -> list[Revision]:
        status = self.memory.refusal(REVISIONS)
        if status is None:
            try:
                pages = [page async for page in self.service.client.newest_revisions(self.scope)]
                return [row for page in pages for row in page]
            except (AccessError, NotFoundError) as error:
                if permissions.is_not_connected(error):
                    raise
                permissions.note_refusal(self.memory, REVISIONS, error)
                status = error.status
        raise InputError(
            f"{self.service.environment} does not offer the list of revisions ({status}), and it is not asked again "
            "for a day, or until project.refresh(). Give the ids that you want to see, such as "
            "project.revisions(batch.status().revision_id)."
        )

    def save_scenario(self, path: str | os.PathLike[str]) -> Path:
        """Write the project's fields, values, rules and naming standard as a scenario file of the simulator (JSON).

        `pdm-nb sim --scenario FILE`, or `connect("sim", scenario=FILE)`, then serves a double of this project, on which
        a migration can be rehearsed. No ids, people or documents are in it. Raises `InputError` for another suffix
        than .json, or where the file cannot be written.
        """
        file, known = Path(path), self.configuration
        if file.suffix.lower() != ".json":
            raise InputError(
                f"A scenario is written as JSON: name a file like {file.with_suffix('.json').name}."
            )
        values = {id_: lookup.values for id_, lookup in known.lookups.items() if not lookup.field.is_user}
        number = next(
            (r.get("project_number") for r in self.service._project_rows() if str(r["id"]) == self.id), ""
        )
        told = scenario_export.scenario(
            self.name,
            str(number or ""),
            known.fields.values(),
            values,
            known.requirements,
            self.memory.readings(),
        )
        try:
            file.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
        except OSError as error:
            raise InputError(f"{file} cannot be written ({error.strerror}): name another file.") from None
        return file

    def verify_contract(
        self,
        *,
        recycled: bool = False,
        revision_ids: Iterable[str] = (),
        pause: float = PAUSE,
    ) -> ContractReport:
        """Compare the service with the contract, by at most 25 calls that only read.

        Reports what is new, missing or of another type, and which reading of each open rule the service follows. The
        readings are kept for a day, and `save_scenario` writes them into the double. The report has no values of the
        responses, so it can be sent to others.

        Parameters
        ----------
        recycled : bool
            Ask for the recycle bin too.
        revision_ids : iterable of str
            Revisions to look at where the service does not offer their list.
        pause : float
            Seconds between two calls: about a second shows how the rate limit works.

        Returns
        -------
        ContractReport
            Displayed as text or HTML; `differences`, `readings` and `responses` are frames.

        Raises
        ------
        ServiceError
            If the sign-in or the connection fails.
        """
        work = Verification(self.service.client, self.scope, recycled, tuple(map(str, revision_ids)), pause)
        seen = run(work.run())
        readings = read_all(seen)
        before = self.memory.reading("name_kind")
        remember(self.memory, seen, readings)
        if self.memory.reading("name_kind") != before:
            self._configuration = None  # whether the name can be set depends on it
        differences = sorted(one for response in seen.responses for one in compare(response))
        return ContractReport.of(self.service.environment, differences, readings, seen.responses)

    def _fields(self) -> list[Field]:
        return [field for field in self.configuration.fields.values() if field.active and field.visible]

    # -- batches
    def batch(
        self,
        source: registers.Source | None = None,
        *,
        journal: str | os.PathLike[str] | None = None,
        columns: Mapping[str, str | None] | None = None,
        folder: str | os.PathLike[str] | None = None,
    ) -> Batch:
        """A batch over a folder, glob, list of files, DataFrame, .csv or .xlsx manifest; or an earlier journal.

        Parameters
        ----------
        journal : path, optional
            The SQLite file that remembers the batch. If not given, one in the folder `pdm_nb-journals`, named
            after the source and the project. Where it exists, the batch goes on with it: files it knows keep
            their state, new ones are added, cells that the register says differently than before are taken over.
        columns, folder
            For manifests: see `manifest.read`.

        Raises
        ------
        InputError
            For a source that is not there, a column that matches no field, two rows for one file.
        JournalError
            For a journal of another project, or one that is open elsewhere.
        """
        if source is None and journal is None:
            raise InputError(
                "Name a folder, files or a manifest; or journal=… to go on with an earlier batch."
            )
        rows: list[registers.RegisterRow] = []
        if journal is not None and Path(journal).is_file():
            open_batch.open_batch(
                self, Path(journal).absolute()
            )  # first: it may know the configuration still
        if source is not None:
            rows = registers.read(source, self.configuration.settable, columns=columns, folder=folder)
            registers.check_some_exist(rows)
        path = Path(journal) if journal is not None else open_batch.path_for(self, source, rows)
        if source is None and not path.is_file():
            raise InputError(f"There is no journal at {path}.")
        batch = open_batch.open_batch(self, path.absolute())
        if source is not None:
            batch.take(source, rows, columns=columns, folder=folder)
        return batch

    def keep_with(self, journal: Journal) -> None:
        """Keep the configuration with a journal, for whoever opens it next."""
        open_batch.keep_configuration(self, journal)
