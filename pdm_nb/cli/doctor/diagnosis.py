"""`Diagnosis`: the result of one check, and how secrets are kept out of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

OK, INFO, PROBLEM = "ok", "info", "problem"
SECRET_VARIABLES = ("PDM_NB_CLIENT_SECRET", "PDM_NB_SIM")


@dataclass(frozen=True)
class Diagnosis:
    """What one check found.

    `status` is "ok", "info" (nothing to do, or perhaps) or "problem"; `fix` is what to do.
    """

    check: str
    status: str
    detail: str
    fix: str = ""


def without_secrets(one: Diagnosis) -> Diagnosis:
    """Replace known secrets, whatever they got into: the client secret, and passwords of proxies."""
    detail, fix = one.detail, one.fix
    for secret in _secrets():
        detail, fix = detail.replace(secret, "***"), fix.replace(secret, "***")
    return replace(one, detail=detail, fix=fix)


def _secrets() -> set[str]:
    found = {os.environ.get(name, "") for name in SECRET_VARIABLES}
    for address in getproxies().values():
        found |= {_password(address), unquote(_password(address))}
    return found - {""}


def _password(address: str) -> str:
    try:
        return urlsplit(address if "://" in address else f"http://{address}").password or ""
    except ValueError:
        return ""
