"""Where `connect()` finds what it was not told: the environment's variables, the keyring, the simulator."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from typing import Any

from .api.auth import Credentials, Secret
from .api.environments import Environment
from .errors import SettingsError

_simulator: Any = None  # the one of this process, kept for the next connect("sim")


def default_environment() -> str:
    api, login, name = (os.environ.get(f"PDM_NB_{key}") for key in ("API_URL", "LOGIN_URL", "ENVIRONMENT"))
    if api:
        return api
    if login:
        raise SettingsError("PDM_NB_LOGIN_URL is set without PDM_NB_API_URL: set both, or neither.")
    if name:
        return name
    raise SettingsError(
        "Nothing says which service to use: pdm_nb.connect('sim') starts the simulator; for Procore set "
        "PDM_NB_ENVIRONMENT (production, sandbox, monthly or federal) or name it in connect(…), or sign in by hand with "
        "pdm_nb.sign_in()."
    )


def simulate(options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The running simulator of this session, or one started in this process (kept for the next connect)."""
    global _simulator
    told = os.environ.get("PDM_NB_SIM")  # `pdm-nb lab` has one ready for all its kernels
    if told and not options:
        settings = json.loads(told)
        return settings["url"], settings
    if _simulator is None or options:
        try:
            # By its name, at this moment only: the simulator is an extra, and the client may not lean on it.
            sim = importlib.import_module("pdm_nb.sim")
        except ImportError as error:
            raise SettingsError(
                f'The simulator needs {error.name}: install it with  pip install "pdm_nb[demo]"'
            ) from None
        try:
            _simulator = sim.Simulator(**options).start()
        except TypeError as error:
            raise SettingsError(f"The simulator does not take that: {error}") from None
        except ValueError as error:
            raise SettingsError(str(error)) from None
    return _simulator.url, _simulator.ready_line()


def credentials(
    host: Environment, client_id: str | None, client_secret: str | None, code: str | None, redirect_uri: str
) -> Credentials:
    client_id = client_id or os.environ.get("PDM_NB_CLIENT_ID")
    if not client_id:
        raise SettingsError(
            f"No client id for {host.name}: set PDM_NB_CLIENT_ID, or sign in with pdm_nb.sign_in()."
        )
    secret = client_secret or os.environ.get("PDM_NB_CLIENT_SECRET") or from_keyring(client_id)
    if not secret:
        raise SettingsError(
            f"No client secret for {host.name}: set PDM_NB_CLIENT_SECRET, keep it in the keyring "
            f"(keyring set pdm_nb {client_id}), or sign in with pdm_nb.sign_in()."
        )
    return Credentials(client_id, Secret(secret), Secret(code) if code else None, redirect_uri)


def from_keyring(client_id: str) -> str | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password("pdm_nb", client_id)
    except keyring.errors.KeyringError:  # no keyring on this machine, or it is locked
        return None
    return found
