"""`Service`: one sign-in, its company and its projects."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import frames
from .api import permissions
from .errors import PdmError, SettingsError
from .project import Project
from .runs.loop import run

if TYPE_CHECKING:
    from .api.auth import Credentials, HttpSender
    from .api.client import Client, TimeSource
    from .api.environments import Environment
    from .api.service_memory import Memories
    from .api.storage_transport import UploadTransport
    from .api.token_store import TokenStore


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
        from .api.auth import Tokens
        from .api.client import Client

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

    @property
    def api_calls(self) -> int:
        """The number of API calls so far."""
        return self.client.calls.total()

    @property
    def storage_puts(self) -> int:
        """The number of file parts that were sent to storage so far."""
        return self.client.storage_puts

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
