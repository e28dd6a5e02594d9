"""`connect()` and `Service`: sign in, and select a company and a project."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import Any

import httpx
import pandas as pd

from . import frames, settings
from .api import http_transport, permissions, storage_transport
from .api.auth import OOB, Credentials, Environment, HttpSender, Tokens, environment_of
from .api.client import Client, TimeSource
from .api.service_memory import Memories, cache_folder
from .api.storage_transport import UploadTransport
from .api.token_store import TokenStore
from .errors import PdmError, SettingsError
from .project import Project
from .runs.loop import close_at_end, run

TIMEOUT = httpx.Timeout(60.0, connect=15.0)
LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=8)


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
    clock: TimeSource | None = None,
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
    calls: HttpSender = (
        http_transport.AiohttpTransport(LIMITS, TIMEOUT)
        if http is None
        else http_transport.UserHttpTransport(http)
    )
    road: UploadTransport = (
        storage_transport.DirectTransport() if http is None else storage_transport.UserStorageTransport(http)
    )
    close_at_end(calls)
    kept = token_store or os.environ.get("PDM_NB_TOKEN_STORE")
    store = TokenStore(kept, host, credentials) if kept else None
    clock = clock or TimeSource()
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
        http: HttpSender,
        road: UploadTransport,
        clock: TimeSource,
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
