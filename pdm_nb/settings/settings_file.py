"""The settings file: named settings for several services and projects, in TOML. Never a secret.

    default = "tower"

    [tower]
    environment = "production"
    client_id = "…"
    company_id = 4001
    project_id = "Riverside Tower"

    [tower.defaults]            # pdm-nb upload sets these in empty cells
    status = "S2"

Notebooks and the command line read it. An environment variable wins over the file.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SettingsError

FILE_VARIABLE, NAME_VARIABLE = "PDM_NB_SETTINGS_FILE", "PDM_NB_SETTINGS"
SERVICE = ("environment", "api_url", "login_url")
KEYS = (*SERVICE, "client_id", "company_id", "project_id", "token_store", "name_template")
SECRET = re.compile(r"secret|password|passwd|(?<!token_)token(?!_store)|api_?key|credential|^code$", re.I)
WITH_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]*@")


@dataclass(frozen=True)
class NamedSettings:
    """The settings of one name."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        """Return a value, None if the file has none or an environment variable is set."""
        group = SERVICE if key in SERVICE else (key,)
        return None if any(os.environ.get(_variable(one)) for one in group) else self.values.get(key)

    @property
    def overridden(self) -> list[str]:
        """Sentences about values of the file that environment variables replace."""
        set_here = [key for key in KEYS if os.environ.get(_variable(key))]
        lost = [key for key in self.values if self.get(key) is None]
        if not lost:
            return []
        variables = [_variable(key) for key in set_here if key in lost or key in SERVICE]
        return [f"{', '.join(variables)} wins over {', '.join(lost)} of the settings {self.name!r}."]


def _variable(key: str) -> str:
    return f"PDM_NB_{key.upper()}"


def settings_path() -> Path:
    """Return where the file is, or would be: `PDM_NB_SETTINGS_FILE`, else the platform's folder."""
    if given := os.environ.get(FILE_VARIABLE):
        return Path(given).expanduser()
    import platformdirs

    return platformdirs.user_config_path("pdm_nb", appauthor=False) / "settings.toml"


def read_settings(name: str | None = None) -> NamedSettings:
    """Return the settings of a name, else of `PDM_NB_SETTINGS`, else the default of the file.

    Raises
    ------
    SettingsError
        If the name is unknown, or the file cannot be used: also if it has a secret.
    """
    path = settings_path()
    name = name or os.environ.get(NAME_VARIABLE)
    if not path.is_file():
        if name:
            raise SettingsError(
                f"Unknown settings {name!r}: {path} does not exist. Create it, with a table [{name}]."
            )
        return NamedSettings()
    tables = _checked(path)
    name = name or str(tables.pop("default", "") or "")
    tables.pop("default", None)
    if not name:
        return NamedSettings()
    if name not in tables:
        raise SettingsError(f"Unknown settings {name!r}. {path} has: {', '.join(tables) or 'none'}.")
    table = dict(tables[name])
    defaults = {str(key): str(value) for key, value in table.pop("defaults", {}).items()}
    return NamedSettings(name, {key: str(value) for key, value in table.items()}, defaults)


def names() -> list[str]:
    """Return the names in the file, in its order."""
    path = settings_path()
    return [name for name in _checked(path) if name != "default"] if path.is_file() else []


def _checked(path: Path) -> dict[str, Any]:
    """Read the file and check all of it, whichever name is used."""
    import tomllib

    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}. Correct it.") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}).") from None
    for key, value in _leaves(tables):
        _refuse_secret(path, key, value)
    for name, table in tables.items():
        if name == "default" and isinstance(table, str):
            continue
        if not isinstance(table, dict):
            raise SettingsError(f"{path} has {name!r} outside of a table. Write it below a line [NAME].")
        _check_table(path, name, table)
    return tables


def _leaves(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value)
        else:
            yield key, value


def _refuse_secret(path: Path, key: str, value: object) -> None:
    if SECRET.search(key) or (isinstance(value, str) and WITH_PASSWORD.search(value)):
        raise SettingsError(
            f"{path} has a secret ({key}). Remove it from the file, and set PDM_NB_CLIENT_SECRET or store it in the "
            "system's keyring (keyring set pdm_nb CLIENT_ID)."
        )


def _check_table(path: Path, name: str, table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        if key == "defaults" and isinstance(value, dict):
            wrong = next((one for one, text in value.items() if not _is_text(text)), None)
        else:
            if key not in KEYS:
                near = difflib.get_close_matches(key, [*KEYS, "defaults"], n=1)
                hint = f"Similar: {near[0]}." if near else f"Use {', '.join(KEYS)} or defaults."
                raise SettingsError(f"Unknown setting {key!r} in [{name}] of {path}. {hint}")
            wrong = None if _is_text(value) else key
        if wrong is not None:
            raise SettingsError(f"{wrong} in [{name}] of {path} must be a text or a number.")


def _is_text(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
