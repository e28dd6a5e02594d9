"""The settings that are in environment variables, in the keyring, or those of the simulator."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from typing import Any

from ..api.auth import Credentials, Secret
from ..api.environments import NAMES, Environment
from ..errors import SettingsError

_simulator: Any = None  # that of this process, kept for the next connect("sim")


def default_environment() -> str:
    """Return the environment or URL that the environment variables name."""
    api, login, name = (os.environ.get(f"PDM_NB_{key}") for key in ("API_URL", "LOGIN_URL", "ENVIRONMENT"))
    if api:
        return api
    if login:
        raise SettingsError("PDM_NB_LOGIN_URL is set without PDM_NB_API_URL. Set both, or neither.")
    if name:
        return name
    raise SettingsError(
        f"No environment is selected. Set PDM_NB_ENVIRONMENT to one of {', '.join(NAMES)} (sim is the simulator), or write "
        "it to the settings file."
    )


def simulate(options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the URL and the settings of the running simulator, or start one in this process."""
    global _simulator
    running = os.environ.get("PDM_NB_SIM")  # `pdm-nb lab` has started one for all its kernels
    if running and not options:
        settings = json.loads(running)
        return settings["url"], settings
    if _simulator is None or options:
        try:
            # By its name and only now: the simulator is an extra, and the client does not depend on it.
            sim = importlib.import_module("pdm_nb.sim")
        except ImportError as error:
            raise SettingsError(
                f'The simulator needs {error.name}. Install it with: python -m pip install "pdm_nb[demo]"'
            ) from None
        try:
            _simulator = sim.Simulator(**options).start()
        except TypeError as error:
            raise SettingsError(f"Unknown option of the simulator: {error}") from None
        except ValueError as error:
            raise SettingsError(str(error)) from None
    return _simulator.url, _simulator.ready_line()


def simulator_url() -> str:
    """Return the address of the simulator that `connect("sim")` uses now; "" if none is running."""
    running = os.environ.get("PDM_NB_SIM")
    if running:
        return str(json.loads(running)["url"])
    return str(_simulator.url) if _simulator is not None else ""


def credentials(
    host: Environment, client_id: str | None, client_secret: str | None, code: str | None, redirect_uri: str
) -> Credentials:
    """Return the credentials: those given, else from environment variables, else from the keyring."""
    client_id = client_id or os.environ.get("PDM_NB_CLIENT_ID")
    if not client_id:
        raise SettingsError(f"No client id for {host.name}. Set PDM_NB_CLIENT_ID.")
    secret = client_secret or os.environ.get("PDM_NB_CLIENT_SECRET") or from_keyring(client_id)
    if not secret:
        raise SettingsError(
            f"No client secret for {host.name}. Set PDM_NB_CLIENT_SECRET, or store the secret in the keyring "
            f"(keyring set pdm_nb {client_id})."
        )
    return Credentials(client_id, Secret(secret), Secret(code) if code else None, redirect_uri)


def from_keyring(client_id: str) -> str | None:
    """Return the client secret from the keyring, None if it is not there."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password("pdm_nb", client_id)
    except keyring.errors.KeyringError:  # there is no keyring, or it is locked
        return None
    return found
