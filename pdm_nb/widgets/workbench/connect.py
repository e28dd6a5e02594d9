"""The step Connect: sign in, then select a project.

The secret comes in one message, is passed to `connect` and discarded. No trait, saved notebook or repr contains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pdm_nb

from ...errors import PdmError
from ..application.application import ApplicationPart
from ..application.texts import (
    ENVIRONMENTS,
    NO_PROJECT,
    SELECT_PROJECT,
    SIGN_IN_HINT,
    SIGNING_IN,
    enumeration,
)

if TYPE_CHECKING:
    from .workbench import Workbench

GIVEN = ("client_id", "client_secret", "company_id", "login_url")
NEEDED = {
    "api_url": "the API address",
    "client_id": "the client ID",
    "client_secret": "the client secret",
}


class Connect(ApplicationPart):
    """Signs in and opens projects."""

    actions = ("sign_in", "open_project")

    def __init__(self, bench: Workbench, environment: str) -> None:
        self.bench = bench
        self.status: dict[str, Any] = {"text": SIGN_IN_HINT, "tone": "", "busy": False}
        self._environment = environment
        self.refresh()

    def refresh(self) -> None:
        """Show the form and the projects."""
        self.bench.show(
            connect={"environments": ENVIRONMENTS, "environment": self._environment, **self.status}
        )
        self.bench.show_page(projects=self._projects())

    def _projects(self) -> list[dict[str, Any]]:
        if self.bench.service is None:
            return []
        frame = self.bench.service.projects()
        active = frame[frame["active"].fillna(True).astype(bool)]
        return [
            {"id": str(id_), "name": str(name)}
            for id_, name in zip(active["id"], active["name"], strict=True)
        ]

    def sign_in(self, **typed: str) -> bool:
        """Sign in with what was typed; return whether it succeeded."""
        missing = [label for name, label in NEEDED.items() if name in typed and not typed[name]]
        if missing:
            self._say(f"Enter {enumeration(missing)}.", "bad")
            return False
        self._say(SIGNING_IN, busy=True)
        try:
            self.bench.open_service(_connect(typed))
        except PdmError as error:
            self._say(str(error), "bad")
        except Exception as error:  # noqa: BLE001 - without a traceback, whose frames contain the secret
            self._say(f"Sign-in failed ({type(error).__name__}). Check the values and try again.", "bad")
        else:
            return True
        return False

    def connect_again(self, place: Mapping[str, Any]) -> None:
        """Sign in to the environment of a place, without typed values: from variables, the keyring or the token store."""
        named = {name: place[name] for name in ("login_url", "company_id") if place.get(name)}
        if place["environment"] == "sim":
            named = {}  # the simulator has one company
        self.bench.open_service(pdm_nb.connect(str(place["environment"]), **named))

    def ask(self, place: Mapping[str, Any], text: str) -> None:
        """Show the form for the environment of a place."""
        name = str(place["environment"])
        self._environment = name if name in dict(ENVIRONMENTS) else "other"
        self._say(text)

    def signed_in(self) -> None:
        """Show that a service was opened, and open its project if there is only one."""
        projects = self._projects()
        company = self.bench.service.company
        if projects:
            self._say(f"Signed in to {company}. Select a project.", "good")
        else:
            self._say(NO_PROJECT, "bad")
        if len(projects) == 1:
            self.open_project(projects[0]["id"])

    def signed_out(self) -> None:
        """Show the empty form again."""
        self._say(SIGN_IN_HINT)

    def open_project(self, id: str) -> None:
        """Open a project by its id."""
        service = self.bench.service
        if service is None:
            raise PdmError(SELECT_PROJECT)
        project = service.project(id)
        self._say(f"Signed in to {service.company}, {project.name}.", "good")
        self.bench.open_project(project)

    def _say(self, text: str, tone: str = "", *, busy: bool = False) -> None:
        self.status = {"text": text, "tone": tone, "busy": busy}
        self.refresh()


def _connect(typed: Mapping[str, Any]) -> Any:
    """Sign in with the typed values; `connect` has defaults for those that are empty."""
    environment = str(typed.get("environment") or "sim")
    named = {name: typed[name] for name in GIVEN if typed.get(name)}
    return pdm_nb.connect(typed["api_url"] if environment == "other" else environment, **named)
