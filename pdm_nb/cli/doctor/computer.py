"""Checks of this computer: Python, packages, settings, folders, proxy, certificates. Sends nothing."""

from __future__ import annotations

import difflib
import os
import platform
import ssl
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from ... import __version__
from ...errors import SettingsError
from ...settings.settings_file import KEYS, NamedSettings, names, settings_path
from .diagnosis import INFO, OK, PROBLEM, SECRET_VARIABLES, Diagnosis

if TYPE_CHECKING:
    from packaging.requirements import Requirement

LOWEST_PYTHON = (3, 11)
INTERNAL_EXTRAS = ("bench", "test")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
OTHER_VARIABLES = ("CLIENT_SECRET", "CACHE_DIR", "COURSE", "SIM", "SETTINGS", "SETTINGS_FILE")
KNOWN = {
    f"PDM_NB_{name}" for name in (*(key.upper() for key in KEYS if key != "name_template"), *OTHER_VARIABLES)
}


def python() -> Iterator[Diagnosis]:
    """Check the version of Python."""
    version = f"Python {platform.python_version()} on {platform.system()}, {sys.executable}"
    if sys.version_info < LOWEST_PYTHON:
        yield Diagnosis("Python", PROBLEM, version, "Install Python 3.11 or newer.")
    else:
        yield Diagnosis("Python", OK, version)


def packages() -> Iterator[Diagnosis]:
    """Check the versions of the libraries, and which extras are installed."""
    from packaging.requirements import Requirement

    try:
        required = [Requirement(text) for text in metadata.requires("pdm_nb") or []]
        extras = metadata.metadata("pdm_nb").get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        yield Diagnosis(
            "Packages", INFO, f"pdm_nb {__version__} is not installed as a package", "Install it with pip."
        )
        return
    core = [one for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = _wrong(core)
    listed = ", ".join(f"{one.name} {_version(one.name)}" for one in core)
    if wrong:
        packages = " ".join(f'"{one.name}{one.specifier}"' for one in core if _is_wrong(one))
        yield Diagnosis("Packages", PROBLEM, "; ".join(wrong), f"Run: python -m pip install {packages}")
    else:
        yield Diagnosis("Packages", OK, f"pdm_nb {__version__}; {listed}")
    for extra in extras:
        if extra in INTERNAL_EXTRAS:
            continue
        added = [
            one
            for one in required
            if one not in core and one.marker and one.marker.evaluate({"extra": extra})
        ]
        lacking = _wrong(added)
        fix = f'To use it: python -m pip install "pdm_nb[{extra}]"' if lacking else ""
        detail = "; ".join(lacking) or "installed"
        yield Diagnosis(f"Extra {extra}", INFO if lacking else OK, detail, fix)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _is_wrong(requirement: Requirement) -> bool:
    version = _version(requirement.name)
    return not version or not requirement.specifier.contains(version, prereleases=True)


def _wrong(requirements: list[Requirement]) -> list[str]:
    """Return a text for each requirement that is missing or too old."""
    return [
        f"{one.name} {_version(one.name)} is older than {one.specifier}"
        if _version(one.name)
        else f"{one.name} is not installed"
        for one in requirements
        if _is_wrong(one)
    ]


def settings(selected: NamedSettings | SettingsError) -> Iterator[Diagnosis]:
    """Check the settings file and the environment variables."""
    path = settings_path()
    if isinstance(selected, SettingsError):
        yield Diagnosis("Settings file", PROBLEM, str(selected), "Correct it, or select another name.")
    elif not path.is_file():
        yield Diagnosis("Settings file", INFO, f"{path} does not exist; it is not needed")
    else:
        using = f"using {selected.name!r}" if selected.name else "no name is selected"
        yield Diagnosis("Settings file", OK, f"{path} has {', '.join(names()) or 'no names'}; {using}")
        for sentence in selected.overridden:
            yield Diagnosis("Settings file", INFO, sentence, "Unset the variables to use the file.")
    yield from _variables()


def _variables() -> Iterator[Diagnosis]:
    found = sorted(name for name, value in os.environ.items() if name.startswith("PDM_NB_") and value)
    for name in found:
        if name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            fix = f"Rename it to {near[0]}." if near else "Remove it."
            yield Diagnosis("Environment variables", PROBLEM, f"{name} is set, and is not a setting", fix)
    shown = [f"{name} (hidden)" if name in SECRET_VARIABLES else name for name in found if name in KNOWN]
    yield Diagnosis("Environment variables", OK if shown else INFO, ", ".join(shown) or "no PDM_NB_… is set")


def folders() -> Iterator[Diagnosis]:
    """Check that journals can be written to the current folder, and the mode of the token store."""
    here = Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            pass
        yield Diagnosis("Current folder", OK, f"journals can be written to {here}")
    except OSError as error:
        yield Diagnosis(
            "Current folder",
            PROBLEM,
            f"{here} cannot be written to ({error.strerror})",
            "Change to another folder, or use --journal.",
        )
    store = os.environ.get("PDM_NB_TOKEN_STORE")
    if store and os.name == "posix" and Path(store).exists() and Path(store).stat().st_mode & 0o077:
        yield Diagnosis(
            "Token store",
            PROBLEM,
            f"other users of this computer can read {store}",
            f"Run: chmod 600 {store}",
        )


def proxy() -> Iterator[Diagnosis]:
    """Report the proxies of the environment, without their user names and passwords."""
    found = {kind: address for kind, address in getproxies().items() if kind != "no"}
    if not found:
        yield Diagnosis("Proxy", OK, "none")
        return
    for kind, address in sorted(found.items()):
        where = _host(address)
        if where:
            yield Diagnosis("Proxy", OK, f"{kind}_proxy: {where}")
        else:
            yield Diagnosis(
                "Proxy", PROBLEM, f"{kind}_proxy is not a URL", f"Set {kind}_proxy to http://host:port."
            )
    if exceptions := getproxies().get("no"):
        yield Diagnosis("Proxy", OK, f"no_proxy: {exceptions}")


def _host(address: str) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}" if parts.hostname else ""
    except ValueError:
        return ""


def certificates() -> Iterator[Diagnosis]:
    """Check the files of certificates that environment variables name."""
    found = {name: path for name in CERTIFICATES if (path := os.environ.get(name))}
    if not found:
        yield Diagnosis("Certificates", OK, "those that the operating system trusts")
    for name, path in found.items():
        problem = _certificate_problem(path)
        fix = f"Correct {name}, or unset it." if problem else ""
        yield Diagnosis(
            "Certificates",
            PROBLEM if problem else OK,
            f"{name}: {path}{f' {problem}' if problem else ''}",
            fix,
        )


def _certificate_problem(path: str) -> str:
    if os.path.isdir(path):
        return ""
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return "has no certificates in PEM format"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return ""
