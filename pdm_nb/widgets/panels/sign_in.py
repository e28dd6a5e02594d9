"""The sign-in panel: environment, credentials, then company and project from lists.

The secret is typed into a form of its own (`frontend/src/sign_in.js`), comes in one message, is handed to `connect`
and forgotten: no trait, no saved notebook and no repr ever holds it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import ipywidgets
import traitlets

import pdm_nb

from ...errors import PdmError
from ...runs import loop
from ..grid.assets import static_text
from .panel import Panel

ENVIRONMENTS = [
    ["sim", "Simulator (starts here, needs no account)"],
    ["sandbox", "Developer sandbox"],
    ["monthly", "Monthly sandbox"],
    ["production", "Production"],
    ["federal", "Federal zone (its own credentials)"],
    ["other", "Other address"],
]
HINT = (
    "The simulator needs no account. Elsewhere, use the client id and secret of a developer-managed service account; "
    "it sees its permitted projects only."
)
NO_PROJECT = (
    "No project is open to this account. An administrator sets the permitted projects of the app in Company Admin → "
    "App Management; after an update or reinstallation of the app they have to be set again."
)
UNDECIDED = ("Choose …", None)
GIVEN = ("client_id", "client_secret", "company_id", "login_url")
NEEDED = {
    "api_url": "the API address",
    "client_id": "the client id",
    "client_secret": "the client secret",
}


class SignInForm(anywidget.AnyWidget):
    """The form alone. Its traits are what everyone may see: the choices, and how the last attempt went."""

    _esm = static_text("sign_in.js")
    environments = traitlets.List(ENVIRONMENTS).tag(sync=True)
    environment = traitlets.Unicode("sim").tag(sync=True)
    status = traitlets.Unicode(HINT).tag(sync=True)
    tone = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __repr__(self) -> str:
        return "SignInForm()"


class SignIn(Panel):
    """Signs in by hand (the code that does the same: `pdm_nb.connect(...)`, `service.project(...)`).

    Parameters
    ----------
    on_service : called with the service once signed in.
    on_project : called with the project once one is chosen.

    `service` and `project` hold what was reached, None before.
    """

    title = "Sign in"

    def __init__(
        self,
        on_service: Callable[[Any], object] | None = None,
        on_project: Callable[[Any], object] | None = None,
        *,
        environment: str = "sim",
    ) -> None:
        self.service: Any = None
        self.project: Any = None
        self._on_service, self._on_project = on_service, on_project
        self.form = SignInForm(environment=environment)
        self.chooser = ipywidgets.Dropdown(
            options=[UNDECIDED], description="Project", layout={"width": "460px", "display": "none"}
        )
        super().__init__(self.form, self.chooser)
        self.form.on_msg(self._heard)
        self.chooser.observe(lambda change: self._chosen(change["new"]), "value")

    def _heard(self, _: object, message: Mapping[str, Any], __: object) -> None:
        if message.get("kind") == "sign-in":
            loop.post(functools.partial(self._sign_in, dict(message)))

    def _sign_in(self, typed: dict[str, Any]) -> None:
        lacking = [words for name, words in NEEDED.items() if name in typed and not typed[name]]
        if lacking:
            self._tell(f"Please fill in {' and '.join(lacking)}.", "bad")
            return
        self._tell("Signing in …")
        self.form.busy = True
        try:
            self._signed_in(_connect(typed))
        except PdmError as error:
            self._tell(str(error), "bad")
        except Exception as error:  # noqa: BLE001 - told without its traceback, whose frames hold what was typed
            self._tell(f"Signing in failed: {type(error).__name__}.", "bad")
        finally:
            self.form.busy = False

    def _signed_in(self, service: Any) -> None:
        self.service, self.project = service, None
        frame = service.projects()
        active = frame[frame["active"].fillna(True).astype(bool)]
        options = [(str(name), str(id_)) for id_, name in zip(active["id"], active["name"], strict=True)]
        told = f"Signed in to {service.company}. Select a project." if options else NO_PROJECT
        self._tell(told, "good" if options else "bad")
        self.chooser.layout.display = ""
        self.chooser.options = [UNDECIDED, *options]
        if self._on_service is not None:
            self._on_service(service)
        self.chooser.value = options[0][1] if len(options) == 1 else None

    def _chosen(self, project_id: str | None) -> None:
        if project_id is not None:
            self.attempt(functools.partial(self._open, project_id))

    def _open(self, project_id: str) -> None:
        self.project = self.service.project(project_id)
        self._tell(f"Signed in to {self.service.company}, {self.project.name}.", "good")
        if self._on_project is not None:
            self._on_project(self.project)

    def _tell(self, text: str, tone: str = "") -> None:
        self.form.status, self.form.tone = text, tone

    def summary(self) -> str:
        return "signed in" if self.service is not None else "not signed in"


def _connect(typed: Mapping[str, Any]) -> Any:
    """Sign in with what was typed; what was left empty is left to `connect`."""
    environment = str(typed.get("environment") or "sim")
    named = {name: typed[name] for name in GIVEN if typed.get(name)}
    return pdm_nb.connect(typed["api_url"] if environment == "other" else environment, **named)
