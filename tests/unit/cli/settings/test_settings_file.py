"""The settings file: names, what wins, and what is refused."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from pdm_nb.cli.settings.settings_file import names, read_settings, settings_path
from pdm_nb.cli.settings.sign_in import connect_arguments, is_configured
from pdm_nb.errors import SettingsError

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
    assert connect_arguments(tower) == {
        "environment": "production",
        "client_id": "abc",
        "company_id": "4001",
        "token_store": Path.home() / "tower.json",
    }
    assert connect_arguments(read_settings("try-out")) == {
        "environment": "https://dm.example",
        "login_url": "https://login.example",
    }


def test_a_variable_selects_the_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDM_NB_SETTINGS", "try-out")
    assert read_settings().name == "try-out"
    assert read_settings("tower").name == "tower"


def test_variables_win_and_the_service_is_one_setting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of the file must not be combined with the environment of a variable."""
    monkeypatch.setenv("PDM_NB_ENVIRONMENT", "sandbox")
    found = read_settings("try-out")
    assert connect_arguments(found) == {}
    assert found.overridden == ["PDM_NB_ENVIRONMENT wins over api_url, login_url of the settings 'try-out'."]


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
