"""`connect()`, `Service` and `Project`: sign in, choose, and see a project's configuration as DataFrames."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pandas as pd

from . import frames, manifest, permissions, rehearsal, settings, storage, transport
from .aio import close_at_end, run
from .auth import OOB, Credentials, Environment, Http, Tokens, environment_of
from .batch.batch import Batch
from .batch.configuration import Configuration
from .batch.journal import Identity, Journal
from .batch.known import REVISIONS, Known, ask
from .batch.sheet import Sheet
from .client import Client, Clock
from .errors import AccessError, InputError, NotFoundError, PdmError, ServiceError, SettingsError
from .model import Field, Revision, User
from .protocol.requests import Scope
from .rules.lookup import Lookup
from .service_memory import Memories, ServiceMemory, cache_folder
from .storage import Road
from .token_store import TokenStore
from .verify.calls import PAUSE, Verification
from .verify.readings import read_all, remember
from .verify.report import ContractReport
from .verify.shapes import compare

TIMEOUT = httpx.Timeout(60.0, connect=15.0)
LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=8)
PARALLEL = 6  # lists of values fetched side by side
JOURNALS = "pdm_nb-journals"  # a folder beside the notebook, visible in JupyterLab's file browser

log = logging.getLogger(__name__)

_batches: dict[Path, Batch] = {}  # open in this process: a journal is opened once


def connect(
    environment: str | None = None,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    company_id: str | int | None = None,
    login_url: str | None = None,
    code: str | None = None,
    redirect_uri: str = OOB,
    token_store: str | os.PathLike[str] | None = None,
    http: httpx.AsyncClient | None = None,
    clock: Clock | None = None,
    **simulator: Any,
) -> Service:
    """Sign in and answer the `Service`.

    Parameters
    ----------
    environment : str, optional
        "production", "sandbox", "monthly", "federal" (B1), "sim" (starts the simulator inside this process; what else is
        given goes to it, as `seed=`, `ml_seconds=`, `scenario=`), or the URL of a service. If not given:
        `PDM_NB_API_URL` with `PDM_NB_LOGIN_URL`, else `PDM_NB_ENVIRONMENT`.
    client_id, client_secret : str, optional
        Of the developer-managed service account; else `PDM_NB_CLIENT_ID`, `PDM_NB_CLIENT_SECRET`, else the system's keyring
        (service "pdm_nb", user = client id).
    company_id : str or int, optional
        Else `PDM_NB_COMPANY_ID`, else the only company there is.
    code : str, optional
        Of the page that `auth.authorize_url` names: signs in a user instead of the service account (B4).
    token_store : path, optional
        A file to keep the sign-in in, else `PDM_NB_TOKEN_STORE`; kept nowhere where neither is given. Later
        processes go on with it without a new code, and those that run side by side share it. It holds secrets
        (mode 0600); `service.sign_out()` takes the sign-in out of it.
    http : httpx.AsyncClient, optional
        Your own, where a proxy or a company's certificates ask for it. The bytes go by it too, more slowly than by the
        connections that are used without.
    clock : Clock, optional
        Time and sleep, for tests.

    Raises
    ------
    SettingsError
        When a setting is missing or names nothing. Says which, and where to set it.
    SignInError, ConnectionFailed
        When the login host refuses, or does not answer.
    """
    name = environment or settings.default_environment()
    first_project = ""
    cache = None if name == "sim" else cache_folder()  # tomorrow its port may be another simulator's
    if name == "sim":
        name, ready = settings.simulate(simulator)
        client_id, client_secret = ready["client_id"], ready["client_secret"]
        company_id, first_project = company_id or ready["company_id"], str(ready["project_id"])
    elif simulator:
        raise SettingsError(f"connect() knows no setting {next(iter(simulator))!r} for {name}.")
    host = environment_of(
        name, login_url or (os.environ.get("PDM_NB_LOGIN_URL") if not environment else None)
    )
    credentials = settings.credentials(host, client_id, client_secret, code, redirect_uri)
    company = str(company_id or os.environ.get("PDM_NB_COMPANY_ID") or "") or None
    calls: Http = transport.Transport(LIMITS, TIMEOUT) if http is None else transport.Through(http)
    road: Road = storage.Direct() if http is None else storage.Through(http)
    close_at_end(calls)
    kept = token_store or os.environ.get("PDM_NB_TOKEN_STORE")
    store = TokenStore(kept, host, credentials) if kept else None
    clock = clock or Clock()
    memories = Memories(cache, host.api_url, credentials.client_id, clock.now)
    service = run(Service.open(host, credentials, company, calls, road, clock, memories, store))
    service.default_project = os.environ.get("PDM_NB_PROJECT_ID") or first_project
    return service


class Service:
    """One sign-in at one company. Made by `connect()`; shows no secret."""

    def __init__(self, client: Client, companies: list[dict[str, Any]], me: Mapping[str, Any]) -> None:
        self.client = client
        self._companies = companies
        self.user = str(me.get("name") or me.get("login"))
        self.default_project = ""  # id or name of the one that `project()` answers
        self._projects: list[dict[str, Any]] | None = None

    @classmethod
    async def open(
        cls,
        environment: Environment,
        credentials: Credentials,
        company: str | None,
        http: Http,
        road: Road,
        clock: Clock,
        memories: Memories,
        store: TokenStore | None = None,
    ) -> Service:
        tokens = Tokens(http, environment, credentials, clock.now, store)
        client = Client(environment, tokens, http, clock=clock, road=road, memories=memories)
        patience, client.attempts = client.attempts, 2  # somebody waits at the screen: say soon that it fails
        try:
            me = await client.show_me()
            service = cls(client, await client.list_companies(), me)
            client.attempts = patience
            service._choose(company)
        except PdmError:
            await client.close()
            raise
        return service

    def _choose(self, company: str | None) -> None:
        if company is None and len(self._companies) == 1:
            company = str(self._companies[0]["id"])
        if not self._companies:
            raise SettingsError(
                f"{self.user} sees no company. Ask a Procore administrator to connect the app to the company."
            )
        known = {str(row["id"]): str(row["name"]) for row in self._companies}
        if company not in known:
            told = ", ".join(f"{id_} ({name})" for id_, name in known.items()) or "none"
            what = f"There is no company {company!r} for this account" if company else "Which company?"
            raise SettingsError(f"{what}; it sees {told}. Set PDM_NB_COMPANY_ID, or connect(company_id=…).")
        self.client.company_id = company
        self.company = known[company]

    @property
    def environment(self) -> str:
        return self.client.environment.name

    def companies(self) -> pd.DataFrame:
        """Companies this account sees: id, name (string), active (boolean)."""
        return frames.named(self._companies)

    def projects(self) -> pd.DataFrame:
        """Projects of the company: id, name (string), active (boolean)."""
        return frames.named(self._project_rows())

    def _project_rows(self) -> list[dict[str, Any]]:
        if self._projects is None:
            self._projects = run(self.client.list_projects(str(self.client.company_id)))
        return self._projects

    def project(self, name_or_id: str | int | None = None) -> Project:
        """A project by name or id; if not given, `PDM_NB_PROJECT_ID`, else the only active one.

        Raises `SettingsError` with the nearest names where there is none.
        """
        rows = self._project_rows()
        if not rows:
            raise SettingsError(
                f"{self.user} sees no project in {self.company}. A developer-managed service account sees its permitted "
                f"projects only, a user those they were added to. {permissions.APP_MANAGEMENT}."
            )
        wanted = str(name_or_id or self.default_project)
        found = [row for row in rows if wanted in (str(row["id"]), row["name"])]
        found = found or [row for row in rows if str(row["name"]).casefold() == wanted.casefold()]
        if not wanted:
            found = [row for row in rows if row.get("active", True)]
        if len(found) == 1:
            return Project(self, str(found[0]["id"]), str(found[0]["name"]))
        names = [str(row["name"]) for row in rows]
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4) or names[:5]
        told = ", ".join(f"{row['name']} ({row['id']})" for row in rows if row["name"] in near) or "none"
        what = (
            f"{len(found)} projects are called {wanted!r}"
            if found and wanted
            else f"There is no project {wanted!r}"
        )
        raise SettingsError(
            f"{what if wanted else 'Which project?'} in {self.company}: this account sees {told}. Use one of "
            "these names or ids, or set PDM_NB_PROJECT_ID. A developer-managed service account sees its permitted "
            f"projects only. {permissions.APP_MANAGEMENT}."
        )

    def sign_out(self) -> None:
        """Revoke the token at the service and forget it (B7)."""
        run(self.client.revoke())

    def __repr__(self) -> str:
        return f"<Service {self.environment}: {self.company}, as {self.user}>"


class Project:
    """A project's Document Management. Configuration is fetched once; `refresh()` fetches it again.

    It is kept with a batch's journal, and taken from there where that is opened again within a quarter of an hour.
    """

    def __init__(self, service: Service, id_: str, name: str) -> None:
        self.service, self.id, self.name = service, id_, name
        self.scope = Scope(str(service.client.company_id), id_)
        self._configuration: Configuration | None = None
        self._users: list[User] | None = None
        self._known: Known | None = None
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
            # The list of fields need not show it (B33). Where some rules have no standard, it depends on the document.
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
        """Forget the configuration, what is there already and what the service refused, so that all is asked again."""
        self._configuration = self._users = self._known = self._tools = None
        self.service.client.shelf.forget(self.id)
        self.memory.forget()
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

    async def fetch_known(self, *, refresh: bool = False) -> Known:
        """Return what `known` lists: fetched in one pass, and kept until something is submitted."""
        if self._known is None or refresh:
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
        ids : iterable of str, optional
            Each has a row, also if the service does not return it.

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
        wanted = list(dict.fromkeys(str(id_) for id_ in ids if isinstance(id_, str) and id_))
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
            f"{self.service.environment} does not offer the list of revisions ({status}): name them, "
            "revisions(ids); a batch's are in batch.status().revision_id. It is not asked again for a day, or until "
            "project.refresh()."
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
        told = rehearsal.scenario(
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
        source: manifest.Source | None = None,
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
        rows: list[manifest.Row] = []
        if journal is not None and Path(journal).is_file():
            self._open(Path(journal).absolute())  # first: it may know the configuration still
        if source is not None:
            rows = manifest.read(source, self.configuration.settable, columns=columns, folder=folder)
            manifest.check_some_exist(rows)
        path = Path(journal) if journal is not None else self._journal_path(source, rows)
        if source is None and not path.is_file():
            raise InputError(f"There is no journal at {path}.")
        batch = self._open(path.absolute())
        if source is not None:
            batch.take(source, rows, columns=columns, folder=folder)
        return batch

    def _open(self, path: Path) -> Batch:
        """The batch of a journal; the same one where it is open here already, so that a cell can be run again."""
        known = _batches.get(path)
        if known is not None and not path.exists():
            known.close()  # the file was thrown away, and with it the batch
            known = None
        url = self.service.client.environment.api_url
        identity = Identity(url, self.scope.company_id, self.scope.project_id, self.name)
        if known is None:
            opened = Journal.open(path, identity)
            self.service.client.shelf.load(opened.meta.get("configuration", "{}"))
            known = _batches[path] = Batch(self, opened, Sheet(opened, self.configuration))
            known.on_close(lambda: _batches.pop(path, None))
            self.keep_with(opened)
        else:
            known.journal.check_identity(identity)
            known.project = self  # perhaps signed in anew
            if known.sheet.configuration is not self.configuration:
                known.reconfigure()
        if self.memory.reading("name_kind") == "computed":  # B33: the list of fields need not show it
            known.sheet.learn_computed_names()
        known.sheet.names.fill()
        return known

    def keep_with(self, journal: Journal) -> None:
        """Keep the configuration with a journal, for whoever opens it next."""
        names = {field.id: field.name for field in self.configuration.fields.values()}
        taken = set(names.values())
        gone = {id_: name for id_, name in journal.fields.items() if name not in taken}
        names = gone | names  # also of fields that vanished since
        journal.set_meta("fields", json.dumps(names))
        journal.set_meta("configuration", self.service.client.shelf.dump(self.id))

    def _journal_path(self, source: Any, rows: list[manifest.Row]) -> Path:
        """One journal for one source and one project, so that the same call goes on with the same journal."""
        single = isinstance(source, str | os.PathLike)
        stem = Path(source).name if single else "documents"
        where = (
            os.path.abspath(source) if single else "|".join(sorted(str(row.path.absolute()) for row in rows))
        )
        url = self.service.client.environment.api_url
        key = "|".join((url, self.scope.company_id, self.scope.project_id, where))
        mark = hashlib.sha256(key.encode()).hexdigest()[:8]
        name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "documents"
        return Path(JOURNALS) / f"{name}-{mark}.sqlite"
