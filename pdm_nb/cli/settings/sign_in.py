"""Signs in with the environment variables and the settings file: `connect()` for the commands."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from ... import Project, Service, connect
from ..terminal.lines import write
from .settings_file import NamedSettings, read_settings


def open_service(options: argparse.Namespace, *, company_id: str | None = None) -> Service:
    """Sign in; `company_id` wins over the settings."""
    found = read_settings(options.settings)
    for sentence in () if options.quiet else found.overridden:
        write(sentence, sys.stderr)
    arguments = connect_arguments(found)
    return connect(**arguments | ({"company_id": company_id} if company_id else {}))


def open_project(options: argparse.Namespace, name: str | None = None) -> Project:
    """Sign in and open a project; `name` wins over the settings."""
    found = read_settings(options.settings)
    return open_service(options).project(name or found.get("project_id"))


def connect_arguments(found: NamedSettings) -> dict[str, Any]:
    """Return the arguments of `connect()` that the file has and no environment variable."""
    environment = found.get("api_url") or found.get("environment")
    given: dict[str, Any] = {"environment": environment} if environment else {}
    if environment == "sim":
        return given
    for key in ("client_id", "company_id", "login_url"):
        if value := found.get(key):
            given[key] = value
    if store := found.get("token_store"):
        given["token_store"] = Path(store).expanduser()
    return given


def is_configured(options: argparse.Namespace) -> bool:
    """Return whether the environment variables or the settings file name a service."""
    if any(os.environ.get(f"PDM_NB_{name}") for name in ("ENVIRONMENT", "API_URL")):
        return True
    found = read_settings(options.settings)
    return bool(found.get("environment") or found.get("api_url"))
