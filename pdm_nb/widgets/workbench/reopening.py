"""Opens the workbench where it was, after a restart of the kernel or on another day.

A place is what is open, without secrets: environment, company, project, batch and step. The page keeps the last one with its
filters for a restart; the journals next to the notebook are the places of other days.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ... import journals
from ...errors import PdmError, SettingsError, SignInError
from ..application.application import ApplicationPart
from ..application.texts import NOTHING_TO_REOPEN, SIGN_IN_TO_REOPEN, SIMULATOR, count
from .header import batch_name, environment_name
from .step_row import ORDER

if TYPE_CHECKING:
    from .workbench import Workbench

MOST_RECENT = 6

Place = Mapping[str, Any]  # environment, login_url, company_id, project_id, project, journal, step


class Reopening(ApplicationPart):
    """Describes what is open, and opens it again."""

    actions = ("recent", "reopen")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._wanted: Place | None = None  # to be opened after the sign-in

    def refresh(self) -> None:
        """Show what is open, so that the page can keep it."""
        self.bench.show(place=self.place())

    def place(self) -> dict[str, Any]:
        """What is open, without secrets; {} before a project is open."""
        bench = self.bench
        client, scope = getattr(bench.service, "client", None), getattr(bench.project, "scope", None)
        if client is None or scope is None:
            return {}
        return {
            "environment": _environment(client.environment),
            "login_url": _login_url(client.environment),
            "company_id": scope.company_id,
            "project_id": scope.project_id,
            "project": str(bench.project.name),
            "journal": str(bench.batch.view.journal_path) if bench.batch is not None else "",
            "batch": batch_name(bench.batch.view.journal_path) if bench.batch is not None else "",
            "step": bench.step,
        }

    def recent(self) -> list[dict[str, Any]]:
        """List the batches whose journals are next to the notebook, as places; the newest first."""
        return [
            {
                "environment": one.environment,
                "company_id": one.company_id,
                "project_id": one.project_id,
                "project": one.project,
                "journal": str(one.path),
                "batch": batch_name(one.path),
                "step": "prepare",
                "about": _about(one),
            }
            for one in journals.recent()[:MOST_RECENT]
        ]

    def reopen(self, place: Place) -> bool:
        """Sign in if that needs no secret, and open a place; return whether it is open.

        Otherwise the sign-in form is shown, and the place opens after the sign-in.
        """
        if not place.get("environment"):
            raise PdmError(NOTHING_TO_REOPEN)
        if not self._is_signed_in(place):
            self._wanted = place
            try:
                self.bench.connect.connect_again(place)  # opens the place when it has signed in
            except (SettingsError, SignInError):
                name = place.get("batch") or place.get("project") or ""
                self.bench.connect.ask(place, SIGN_IN_TO_REOPEN.format(name=name))
                self.bench.go("connect")
                return False
            return self._wanted is None
        self._open(place)
        return True

    def after_sign_in(self) -> bool:
        """Open the place that the sign-in was for; return whether there was one."""
        wanted, self._wanted = self._wanted, None
        if wanted is None or not self._is_signed_in(wanted):
            return False
        self._open(wanted)
        return True

    def _open(self, place: Place) -> None:
        bench = self.bench
        project = bench.service.project(str(place["project_id"]))
        bench.open_project(project)
        if place.get("journal"):
            bench.open_batch(project.batch(journal=place["journal"]))
        step = str(place.get("step") or "")
        if step in ORDER and (bench.batch is not None or step in ORDER[:2]):
            bench.go(step)

    def _is_signed_in(self, place: Place) -> bool:
        client = getattr(self.bench.service, "client", None)
        if client is None:
            return False
        names = (_environment(client.environment), client.environment.api_url)
        return place["environment"] in names


def _environment(environment: Any) -> str:
    """What `connect` needs: a name, or the address. A simulator of this computer is found again by its name."""
    name = str(environment.name)
    if name.startswith("127.0.0.1"):
        return "sim"
    return name if name.isalpha() else str(environment.api_url)


def _login_url(environment: Any) -> str:
    """The login host, if `connect` does not know it."""
    is_known = (
        _environment(environment) != environment.api_url or environment.login_url == environment.api_url
    )
    return "" if is_known else str(environment.login_url)


def _about(one: journals.RecentBatch) -> str:
    """Where a batch belongs to, and its figures."""
    service = SIMULATOR if one.environment == "sim" else environment_name(one.environment)
    changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.changed))
    return " · ".join((one.project, service, count(one.documents, "document"), changed))
