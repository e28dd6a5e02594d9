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
    from .api.limits.rate_limit_windows import CallsLeft
    from .api.service_memory import Memories
    from .api.storage_transport import UploadTransport
    from .api.token_store import TokenStore


class Service:
    """A sign-in at one company.

    Made by `connect()`. Its repr contains no secrets.

    Attributes
    ----------
    client : Client
        Calls the service.
    company : str
        The name of the company.
    user : str
        The name of the account.
    default_project : str
        Name or id of the project that `project()` returns.
    """

    def __init__(self, client: Client, companies: list[dict[str, Any]], me: Mapping[str, Any]) -> None:
        self.client = client
        self._companies = companies
        self.user = str(me.get("name") or me.get("login"))
        self.default_project = ""  # name or id
        self._projects: list[dict[str, Any]] | None = None

    @classmethod
    async def open(
        cls,
        environment: Environment,
        credentials: Credentials,
        company: str | None,
        http: HttpSender,
        uploads: UploadTransport,
        clock: TimeSource,
        memories: Memories,
        store: TokenStore | None = None,
    ) -> Service:
        """Sign in. `connect()` calls this with the parts that it has put together."""
        from .api.auth import Tokens
        from .api.client import Client

        tokens = Tokens(http, environment, credentials, clock.now, store)
        client = Client(environment, tokens, http, clock=clock, upload_transport=uploads, memories=memories)
        attempts, client.attempts = client.attempts, 2  # a person waits: report a failure soon
        try:
            me = await client.show_me()
            service = cls(client, await client.list_companies(), me)
            client.attempts = attempts
            service._select_company(company)
        except PdmError:
            await client.close()
            raise
        return service

    def _select_company(self, company: str | None) -> None:
        if company is None and len(self._companies) == 1:
            company = str(self._companies[0]["id"])
        if not self._companies:
            raise SettingsError(
                f"{self.user} has no company. Ask a Procore administrator to connect the app to the company."
            )
        names = {str(row["id"]): str(row["name"]) for row in self._companies}
        if company not in names:
            listed = ", ".join(f"{id_} ({name})" for id_, name in names.items())
            what = f"Unknown company {company!r}" if company else "No company is selected"
            raise SettingsError(f"{what}. Set PDM_NB_COMPANY_ID or company_id to one of: {listed}.")
        self.client.company_id = company
        self.company = names[company]

    @property
    def environment(self) -> str:
        """The name of the environment, or the host."""
        return self.client.environment.name

    @property
    def calls_left(self) -> CallsLeft | None:
        """How many calls are left of the rate limit, of how many, and when it is reset; None if that is not known yet."""
        return self.client.rate_limit.calls_left(self.client.clock.now())

    def companies(self) -> pd.DataFrame:
        """List the companies of the account.

        Returns
        -------
        DataFrame
            One row per company: id, name (string), active (boolean).

        Examples
        --------
        >>> len(service.companies()) >= 1
        True
        """
        return frames.named(self._companies)

    def projects(self) -> pd.DataFrame:
        """List the projects of the company that the account can see.

        Returns
        -------
        DataFrame
            One row per project: id, name (string), active (boolean).

        Examples
        --------
        >>> "Riverside Tower" in service.projects()["name"].tolist()
        True
        """
        return frames.named(self._project_rows())

    def _project_rows(self) -> list[dict[str, Any]]:
        if self._projects is None:
            self._projects = run(self.client.list_projects(str(self.client.company_id)))
        return self._projects

    def project(self, name_or_id: str | int | None = None) -> Project:
        """Open a project.

        Parameters
        ----------
        name_or_id : str or int, optional
            The project. If not given: `PDM_NB_PROJECT_ID`, else the only active project.

        Returns
        -------
        Project
            The project.

        Raises
        ------
        SettingsError
            If the project is unknown or its name is ambiguous. The message lists similar names.

        Examples
        --------
        >>> service.project("riverside tower")  # doctest: +ELLIPSIS
        <Project Riverside Tower (...) of ...>
        """
        rows = self._project_rows()
        if not rows:
            raise SettingsError(
                f"{self.user} has no project in {self.company}. A developer-managed service account sees its permitted "
                f"projects only, a user the projects they were added to. {permissions.APP_MANAGEMENT}."
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
        listed = ", ".join(f"{row['name']} ({row['id']})" for row in rows if row["name"] in near) or "none"
        if not wanted:
            what = f"No project is selected in {self.company}"
        elif found:
            what = f"{len(found)} projects in {self.company} are called {wanted!r}"
        else:
            what = f"Unknown project {wanted!r} in {self.company}"
        raise SettingsError(
            f"{what}. This account sees, for example: {listed}. Use one of these names or ids, or set PDM_NB_PROJECT_ID. "
            f"A developer-managed service account sees its permitted projects only. {permissions.APP_MANAGEMENT}."
        )

    def sign_out(self) -> None:
        """Sign out: revoke the token at the service (B7), and remove it from the token store.

        Other processes that share the sign-in through the token store are signed out too.
        """
        run(self.client.revoke())

    def close(self) -> None:
        """Close the connections to the service. The sign-in stays valid; `sign_out` ends it."""
        run(self.client.close())

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Service {self.environment}: {self.company}, as {self.user}>"
