"""The settings file: names, what wins, and what is refused."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pdm_nb
from pdm_nb.cli.sign_in import is_configured
from pdm_nb.errors import SettingsError
from pdm_nb.settings.settings_file import names, read_settings, settings_path

TEXT = """
default = "tower"
[tower]
environment = "production"
client_id = "abc"
company_id = 4001
project_id = "Riverside Tower"
token_store = "~/tower.json"
name_template = "{number}"
[tower.defaults]
status = "S2"
[try-out]
api_url = "https://dm.example"
login_url = "https://login.example"
"""


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PDM_NB_") and name not in ("PDM_NB_CACHE_DIR", "PDM_NB_SETTINGS_FILE"):
            monkeypatch.delenv(name)


@pytest.fixture
def file() -> Path:
    path = settings_path()
    path.write_text(TEXT)
    return path


def test_the_default_name_and_another_one(file: Path) -> None:
    assert names() == ["tower", "try-out"]
    tower = read_settings()
    assert (tower.name, tower.get("company_id"), tower.defaults) == ("tower", "4001", {"status": "S2"})
    assert (tower.get("environment"), read_settings("try-out").get("api_url")) == (
        "production",
        "https://dm.example",
    )


def test_a_variable_selects_the_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDM_NB_SETTINGS", "try-out")
    assert read_settings().name == "try-out"
    assert read_settings("tower").name == "tower"


def test_variables_win_and_the_service_is_one_setting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of the file must not be combined with the environment of a variable."""
    monkeypatch.setenv("PDM_NB_ENVIRONMENT", "sandbox")
    found = read_settings("try-out")
    assert [found.get(key) for key in ("api_url", "login_url", "environment")] == [None] * 3
    assert found.overridden == ["PDM_NB_ENVIRONMENT wins over api_url, login_url of the settings 'try-out'."]


# -- connect()
@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What `connect()` would sign in with: host, credentials, company and token store."""
    found: list[tuple[Any, ...]] = []

    def note(*arguments: Any) -> SimpleNamespace:
        found.append(arguments[:4])
        return SimpleNamespace()

    monkeypatch.setattr(sys.modules["pdm_nb.connect"], "_open", note)
    monkeypatch.setenv("PDM_NB_CLIENT_SECRET", "s3cret")
    return found


def test_a_notebook_uses_the_same_settings(file: Path, opened: list[tuple[Any, ...]]) -> None:
    service = pdm_nb.connect()
    host, credentials, company, store = opened[-1]
    assert (host.name, credentials.client_id, company, store) == ("production", "abc", "4001", "~/tower.json")
    assert service.default_project == "Riverside Tower"
    pdm_nb.connect(settings="try-out", client_id="me")
    host, credentials, company, store = opened[-1]
    assert (host.api_url, host.login_url) == ("https://dm.example", "https://login.example")
    assert (credentials.client_id, company, store) == ("me", None, None)


def test_variables_and_arguments_win_in_a_notebook_too(
    file: Path,
    opened: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("PDM_NB_COMPANY_ID", "7")
    monkeypatch.setenv("PDM_NB_PROJECT_ID", "9")
    service = pdm_nb.connect()
    assert (opened[-1][2], service.default_project) == ("7", "9")
    assert (
        "PDM_NB_COMPANY_ID, PDM_NB_PROJECT_ID wins over company_id, project_id of the settings 'tower'."
        in caplog.text
    )
    pdm_nb.connect(company_id=8)
    assert opened[-1][2] == "8"


def test_what_belongs_to_another_service_is_not_used(file: Path, opened: list[tuple[Any, ...]]) -> None:
    """The client id of production is none of the sandbox."""
    pdm_nb.connect("sandbox", client_id="me")
    host, credentials, company, store = opened[-1]
    assert (host.name, credentials.client_id, company, store) == ("sandbox", "me", None, None)
    with pytest.raises(SettingsError, match="No client id for sandbox"):
        pdm_nb.connect("sandbox")
    with pytest.raises(SettingsError, match="an environment or settings=, not both"):
        pdm_nb.connect("sandbox", settings="tower")


def test_the_simulator_uses_nothing_of_the_file(
    file: Path, opened: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as in `pdm-nb lab`, whatever the default of the file is."""
    ready = {
        "url": "http://127.0.0.1:1",
        "client_id": "sim",
        "client_secret": "x",
        "company_id": 1,
        "project_id": 2,
    }
    monkeypatch.setenv("PDM_NB_SIM", json.dumps(ready))
    monkeypatch.setenv("PDM_NB_ENVIRONMENT", "sim")
    service = pdm_nb.connect()
    host, credentials, company, store = opened[-1]
    assert (host.api_url, credentials.client_id, company, store) == ("http://127.0.0.1:1", "sim", "1", None)
    assert service.default_project == "2"


def test_without_a_file_nothing_is_set() -> None:
    assert read_settings().values == {}
    assert not is_configured(argparse.Namespace(settings=None))
    with pytest.raises(SettingsError, match=r"Unknown settings 'tower': .* does not exist"):
        read_settings("tower")


def test_without_a_default_no_name_is_guessed(file: Path) -> None:
    file.write_text('[tower]\nenvironment = "production"\n')
    assert read_settings().name == ""


@pytest.mark.parametrize(
    "text",
    [
        'client_secret = "s3cret"',
        '[tower]\nclient_secret = "s3cret"',
        '[other]\nClient-Secret = "s3cret"',
        '[tower.defaults]\npassword = "s3cret"',
        '[tower]\naccess_token = "s3cret"',
        '[tower]\ntoken = "s3cret"',
        '[tower]\napi_url = "https://me:s3cret@dm.example"',
    ],
)
def test_a_secret_is_refused_and_not_repeated(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"has a secret .* Remove it from the file") as error:
        read_settings("tower")
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tower]\nprojekt_id = "1"', r"Unknown setting 'projekt_id' in \[tower\] .* Similar: project_id"),
        ('environment = "sandbox"', "has 'environment' outside of a table"),
        ("[tower", "is not valid TOML"),
        ("[tower]\ncompany_id = [1]", r"company_id in \[tower\] .* must be a text or a number"),
        ("[tower]\ndefaults = 1", "Unknown setting 'defaults'|must be a text"),
        ("[a]\n[b]", "Unknown settings 'tower'. .* has: a, b"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, message: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_settings("tower")
