"""The sign-in panel: environment and credentials, then the project from a list.

How this works: the form (`frontend/src/sign_in.js`) sends the secret in one message; it is passed to `connect` and discarded.
No trait, saved notebook or repr ever contains it.
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
    ["sim", "Simulator (local, no account needed)"],
    ["sandbox", "Developer sandbox"],
    ["monthly", "Monthly sandbox"],
    ["production", "Production"],
    ["federal", "Federal zone (separate credentials)"],
    ["other", "Other address"],
]
HINT = (
    "The simulator needs no account. For other environments, enter the client ID and secret of a developer-managed "
    "service account. It sees only its permitted projects."
)
NO_PROJECT = (
    "This account has no permitted projects. An administrator sets them for the app in Company Admin → App Management. "
    "After an update or reinstallation of the app, they must be set again."
)
NOTHING_SELECTED = ("Select …", None)
GIVEN = ("client_id", "client_secret", "company_id", "login_url")
NEEDED = {
    "api_url": "the API address",
    "client_id": "the client ID",
    "client_secret": "the client secret",
}


class SignInForm(anywidget.AnyWidget):
    """The form. Its traits contain nothing secret: the environments, and the result of the last attempt."""

    _esm = static_text("sign_in.js")
    environments = traitlets.List(ENVIRONMENTS).tag(sync=True)
    environment = traitlets.Unicode("sim").tag(sync=True)
    status = traitlets.Unicode(HINT).tag(sync=True)
    tone = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __repr__(self) -> str:
        return "SignInForm()"


class SignIn(Panel):
    """Sign in and select a project; in code, `pdm_nb.connect(...)` and `service.project(...)`.

    The attributes `service` and `project` are None until that step is done.

    Parameters
    ----------
    on_service : callable, optional
        Called with the service after sign-in.
    on_project : callable, optional
        Called with the project after one was selected.
    environment : str
        The environment that is selected at first.

    Examples
    --------
    >>> SignIn()
    SignIn(not signed in)
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
        self.project_list = ipywidgets.Dropdown(
            options=[NOTHING_SELECTED], description="Project", layout={"width": "460px", "display": "none"}
        )
        super().__init__(self.form, self.project_list)
        self.form.on_msg(self._receive)
        self.project_list.observe(lambda change: self._select_project(change["new"]), "value")

    def _receive(self, _: object, message: Mapping[str, Any], __: object) -> None:
        if message.get("kind") == "sign-in":
            loop.post(functools.partial(self._sign_in, dict(message)))

    def _sign_in(self, typed: dict[str, Any]) -> None:
        missing = [label for name, label in NEEDED.items() if name in typed and not typed[name]]
        if missing:
            self._show_status(f"Enter {_enumeration(missing)}.", "bad")
            return
        self._show_status("Signing in …")
        self.form.busy = True
        try:
            self._signed_in(_connect(typed))
        except PdmError as error:
            self._show_status(str(error), "bad")
        except Exception as error:  # noqa: BLE001 - without a traceback, whose frames contain the secret
            self._show_status(
                f"Sign-in failed ({type(error).__name__}). Check the values and try again.", "bad"
            )
        finally:
            self.form.busy = False

    def _signed_in(self, service: Any) -> None:
        self.service, self.project = service, None
        frame = service.projects()
        active = frame[frame["active"].fillna(True).astype(bool)]
        options = [(str(name), str(id_)) for id_, name in zip(active["id"], active["name"], strict=True)]
        text = f"Signed in to {service.company}. Select a project." if options else NO_PROJECT
        self._show_status(text, "good" if options else "bad")
        self.project_list.layout.display = ""
        self.project_list.options = [NOTHING_SELECTED, *options]
        if self._on_service is not None:
            self._on_service(service)
        self.project_list.value = options[0][1] if len(options) == 1 else None

    def _select_project(self, project_id: str | None) -> None:
        if project_id is not None:
            self.attempt(functools.partial(self._open, project_id))

    def _open(self, project_id: str) -> None:
        self.project = self.service.project(project_id)
        self._show_status(f"Signed in to {self.service.company}, {self.project.name}.", "good")
        if self._on_project is not None:
            self._on_project(self.project)

    def _show_status(self, text: str, tone: str = "") -> None:
        self.form.status, self.form.tone = text, tone

    def summary(self) -> str:
        """Return whether somebody is signed in."""
        return "signed in" if self.service is not None else "not signed in"


def _connect(typed: Mapping[str, Any]) -> Any:
    """Sign in with the typed values; `connect` has defaults for those that are empty."""
    environment = str(typed.get("environment") or "sim")
    named = {name: typed[name] for name in GIVEN if typed.get(name)}
    return pdm_nb.connect(typed["api_url"] if environment == "other" else environment, **named)


def _enumeration(labels: list[str]) -> str:
    """ "a", "b" and "c" as "a, b and c"."""
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
