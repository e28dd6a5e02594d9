"""Signs in with the environment variables and the settings file: `connect()` for the commands."""

from __future__ import annotations

import argparse
import os

from .. import Project, Service, connect
from ..settings.settings_file import read_settings


def open_service(options: argparse.Namespace, *, company_id: str | None = None) -> Service:
    """Sign in; `company_id` wins over the settings."""
    return connect(settings=options.settings, company_id=company_id)


def open_project(options: argparse.Namespace, name: str | None = None) -> Project:
    """Sign in and open a project; `name` wins over the settings."""
    return open_service(options).project(name)


def is_configured(options: argparse.Namespace) -> bool:
    """Return whether the environment variables or the settings file name a service."""
    if any(os.environ.get(f"PDM_NB_{name}") for name in ("ENVIRONMENT", "API_URL")):
        return True
    found = read_settings(options.settings)
    return bool(found.get("environment") or found.get("api_url"))
