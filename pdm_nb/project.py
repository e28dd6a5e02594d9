"""`Project`: the configuration and the documents of a project as DataFrames, and its batches."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import frames, scenario_export
from .api import permissions
from .api.company import CompanyConnection
from .api.protocol.requests import Scope
from .api.service_memory import ServiceMemory
from .audit.project_auditor import ProjectAuditor
from .batch.remote.configuration import Configuration
from .batch.remote.existing_documents import ExistingDocuments, fetch_existing
from .batch.remote.fetch_configuration import ConfigurationFetcher
from .errors import AccessError, ServiceError
from .explore.store.revision_source import RevisionSource
from .model import Field
from .runs.loop import run
from .verify.calls import PAUSE, Verification
from .verify.compare_shapes import compare
from .verify.contract_report import ContractReport
from .verify.readings import read_all, remember

if TYPE_CHECKING:
    from .api.client import Client


class Project(ProjectAuditor):
    """The Document Management of a project. Its configuration is fetched once; `refresh()` fetches it again.

    The configuration is stored in the journal of a batch, and read from there if the batch is opened again within 15
    minutes.
    """

    def __init__(self, service: CompanyConnection, id_: str, name: str) -> None:
        self.service, self.id, self.name = service, id_, name
        self.scope = Scope(str(service.client.company_id), id_)
        self._configuration: Configuration | None = None
        self._fetcher = ConfigurationFetcher(service.client, self.scope, name)
        self._existing: ExistingDocuments | None = None
        self._tools: list[dict[str, Any]] | None = None
        self.revision_source = RevisionSource(self, account=f"{service.client.application} {service.user}")

    def __repr__(self) -> str:
        return f"<Project {self.name} ({self.id}) of {self.service.company}, {self.service.environment}>"

    @property
    def client(self) -> Client:
        """The client that makes the calls."""
        return self.service.client

    # -- configuration
    @property
    def configuration(self) -> Configuration:
        """Fields, rules and values; fetched when they are first needed."""
        if self._configuration is None:
            self._configuration = run(self._fetcher.fetch())
        return self._configuration

    def refresh(self) -> None:
        """Fetch configuration, existing documents and permissions again when they are needed next.

        What the service refused is forgotten too, but not the results of `verify_contract`.
        """
        self.forget_configuration()
        self.forget_existing()
        self._tools = None
        self.memory.forget_learned()
        self.client.notices.forget(self.id)

    def forget_configuration(self) -> None:
        """Fetch fields, rules, values and users again when they are needed next; what the service refused stays known."""
        self._configuration = None
        self._fetcher.forget_users()
        self.client.response_cache.forget(self.id)

    @property
    def notices(self) -> list[str]:
        """What was unusual in responses so far, one sentence each: unknown types, malformed rows (B20)."""
        configuration = self._configuration
        return [*(configuration.notices if configuration else ()), *self.client.notices.of(self.id)]

    @property
    def memory(self) -> ServiceMemory:
        """What the service refused and which readings it follows, stored for a day (B71)."""
        return self.client.memory(self.scope)

    def existing(self, *, refresh: bool = False) -> pd.DataFrame:
        """List documents of the project: the caller's uploads, and the newest revisions if offered (B40, B62).

        Parameters
        ----------
        refresh : bool
            Fetch them again, even if nothing was submitted since.

        Returns
        -------
        DataFrame
            One row per document: kind ('upload' or 'revision'), id, name, format (string), version (Int64), revision,
            file (string), size (Int64), at (UTC).
        """
        return frames.existing(run(self.fetch_existing(refresh=refresh)).rows)

    async def fetch_existing(self, *, refresh: bool = False) -> ExistingDocuments:
        """Return the documents that `existing` lists; fetched once until something is submitted, unless it failed."""
        if self._existing is None or self._existing.failed or refresh:
            self._existing = await fetch_existing(
                self.client, self.scope, self.revision_source.known_revisions
            )
        return self._existing

    def forget_existing(self) -> None:
        """Forget existing documents, after something was uploaded or submitted."""
        self._existing = None
        self.revision_source.expire()

    # -- frames
    def requirements(self) -> pd.DataFrame:
        """List the rules and the fields that they require (B17, B18).

        Returns
        -------
        DataFrame
            One row per rule and required field: rule (string), is_default (boolean), qualifies, naming_standard, field,
            label, type, source ('project', 'rule' or 'naming standard'; string), allow_duplicate_revisions (boolean).
        """
        return frames.requirements(self.configuration.requirements)

    def fields(self) -> pd.DataFrame:
        """List the fields (B20).

        Returns
        -------
        DataFrame
            One row per field: name, label, type, variant (string), settable, readonly, active, visible, custom (boolean)
            and more.
        """
        return frames.fields(self.configuration.fields.values())

    def values(self, field: str, *, search: str = "", inactive: bool = False) -> pd.DataFrame:
        """List the values of a field (B21). The values of a user field are users, with their email as code (B22).

        Parameters
        ----------
        field : str
            Its name, label or id.
        search : str
            List only active values whose code or label contains these words, best first; case and accents do not matter.
        inactive : bool
            Also list inactive values.

        Returns
        -------
        DataFrame
            One row per value: code, label (string), active (boolean), tags, id (string). Empty for a field without a
            list.

        Raises
        ------
        InputError
            For an unknown field.
        """
        lookup = self.configuration.lookups.get(self.configuration.field(field).id)
        if lookup and search:
            return frames.values(lookup.search(search))
        found = lookup.values if lookup else ()
        return frames.values(value for value in found if inactive or value.active)

    def parse_name(self, name: str) -> pd.DataFrame:
        """Parse a file name by the naming standard of the project (B19, B67).

        Parameters
        ----------
        name : str
            The name of a file; it need not exist.

        Returns
        -------
        DataFrame
            One row per segment: segment, field, label, fit ('recognised', 'unknown code', 'missing', 'surplus' or
            'unclear'), value (that the code means), nearest (similar codes; string). Empty without a naming standard.
        """
        columns = dict.fromkeys(("segment", "field", "label", "fit", "value", "nearest"), frames.TEXT)
        return frames.frame(columns, self.configuration.segments(name))

    def naming_example(self) -> tuple[str, str]:
        """Return the naming standard as a pattern of fields, and a name that follows it; ("", "") without a standard."""
        return self.configuration.naming_example()

    def users(self) -> pd.DataFrame:
        """List the users of the project.

        Returns
        -------
        DataFrame
            One row per user: name, email, id (string).
        """
        return frames.users(run(self._fetcher.list_users()))

    def permissions(self) -> pd.DataFrame:
        """Report which permissions are needed, which are known, and what to ask the administrator for.

        The service reports the access level of the tool, but not the permission groups: these are known only after an
        upload or a submit (B52, B65). The report includes what such calls showed within the last day.

        Returns
        -------
        DataFrame
            One row per permission: right, known ('yes', 'no' or 'not known until tried'), detail, ask (string).
        """
        tools, opened = self._fetch_tools(), None if self._configuration is None else True
        if tools is None and opened is None:
            try:
                opened = self.configuration is not None
            except AccessError:
                opened = False
        return frames.permissions(permissions.report(tools, self.memory, opened=opened))

    def tools(self) -> pd.DataFrame:
        """List the tools of the project with the caller's access level (B65).

        Returns
        -------
        DataFrame
            One row per tool: tool, label, access (string).
        """
        return frames.tools(run(self.client.show_permissions(self.scope)))

    def _fetch_tools(self) -> list[dict[str, Any]] | None:
        """Return the tools with the caller's access levels, fetched once; None if the service refuses the list."""
        if self._tools is None and not self.memory.refused("showPermissions"):
            try:
                self._tools = run(self.client.show_permissions(self.scope))
            except ServiceError as error:
                permissions.note_refusal(self.memory, "showPermissions", error)
        return self._tools

    @property
    def access(self) -> str:
        """The caller's access level in Document Management, such as "Admin"; "" if it is not reported (B65)."""
        return permissions.level_of(self._fetch_tools() or ())

    def uploads(self) -> pd.DataFrame:
        """List all uploads that are visible to the caller (B9, B32, B51).

        Returns
        -------
        DataFrame
            One row per upload: its state, then the fields: dates (datetime64[us, UTC]), numbers (Float64), others (string).
        """
        rows = run(self.client.list_flat_uploads(self.scope))
        return frames.uploads(rows, self._fields())

    def save_scenario(self, path: str | os.PathLike[str]) -> Path:
        """Write fields, values, rules and naming standard as a scenario file of the simulator (JSON).

        `pdm-nb sim --scenario FILE`, or `connect("sim", scenario=FILE)`, then serves a copy of this project, to test a
        migration. The file contains no ids, people or documents.

        Parameters
        ----------
        path : str or path
            The file; its suffix is .json.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, or a file that cannot be written.
        """
        file, configuration = scenario_export.check_path(path), self.configuration
        values = {
            id_: lookup.values for id_, lookup in configuration.lookups.items() if not lookup.field.is_user
        }
        row = next((r for r in self.service._project_rows() if str(r["id"]) == self.id), {})
        content = scenario_export.scenario(
            self.name,
            str(row.get("project_number") or ""),
            configuration.fields.values(),
            values,
            configuration.requirements,
            self.memory.readings(),
        )
        return scenario_export.write(file, content)

    def verify_contract(
        self,
        *,
        recycled: bool = False,
        revision_ids: Iterable[str] = (),
        pause: float = PAUSE,
    ) -> ContractReport:
        """Compare the service with its documented contract, by at most 25 read-only calls.

        Reports what is new, missing or of another type, and which reading of each open rule the service follows. The
        readings are stored for a day, and `save_scenario` includes them. The report contains no values of the responses,
        so it can be shared.

        Parameters
        ----------
        recycled : bool
            Also list the recycle bin.
        revision_ids : iterable of str
            Revisions to fetch if the service does not offer their list.
        pause : float
            Seconds between two calls: about one second shows how the rate limit works.

        Returns
        -------
        ContractReport
            Displayed as text or HTML; `differences`, `readings` and `responses` are frames.

        Raises
        ------
        ServiceError
            If the sign-in or the connection fails.
        """
        work = Verification(self.client, self.scope, recycled, tuple(map(str, revision_ids)), pause)
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
