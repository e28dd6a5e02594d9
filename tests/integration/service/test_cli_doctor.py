"""`pdm-nb doctor`: each thing that goes wrong is named, with what to do, and no secret is printed."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.cli.main import main
from pdm_nb.settings.settings_file import settings_path
from pdm_nb.sim import Simulator

SECRET = "wrong-s3cret-of-mine"
Doctor = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(ml_seconds=1) as running:
        yield running


@pytest.fixture
def doctor(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Doctor:
    """Run the command with the settings of the simulator and changes; return code, object and all that was printed."""
    for name in os.environ:
        if name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    ready = simulator.ready_line()

    def run(*arguments: str, **changed: str | None) -> tuple[int, dict[str, Any], str]:
        settings = {
            "PDM_NB_API_URL": ready["url"],
            "PDM_NB_CLIENT_ID": ready["client_id"],
            "PDM_NB_CLIENT_SECRET": ready["client_secret"],
            "PDM_NB_COMPANY_ID": str(ready["company_id"]),
            "PDM_NB_PROJECT_ID": str(ready["project_id"]),
        }
        for name, value in (settings | changed).items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        code = main(["doctor", "--json", *arguments])
        printed = capsys.readouterr()
        return code, json.loads(printed.out), printed.out + printed.err

    return run


def problems(found: dict[str, Any]) -> dict[str, str]:
    wrong = [one for one in found["checks"] if one["status"] == "problem"]
    assert all(one["fix"] for one in wrong)
    assert found["ok"] == (not wrong)
    return {one["check"]: f"{one['detail']}. {one['fix']}" for one in wrong}


def test_nothing_is_wrong(doctor: Doctor, simulator: Simulator) -> None:
    code, found, printed = doctor()
    assert problems(found) == {}
    assert code == 0
    checked = {one["check"] for one in found["checks"]}
    assert {
        "Python", "Packages", "Extra demo", "Settings file", "Environment variables", "Current folder", "Proxy",
        "Certificates", "Service", "Network", "Certificate and proxy", "Sign-in", "Project",
        "Permission: Document Management: Standard or Admin",
    } <= checked  # fmt: skip
    assert simulator.ready_line()["client_secret"] not in printed


@pytest.mark.parametrize(
    ("changed", "check", "message"),
    [
        ({"PDM_NB_API_URL": None}, "Service", "No environment is selected. Set PDM_NB_ENVIRONMENT"),
        ({"PDM_NB_CLIENT_ID": None}, "Service", "Set PDM_NB_CLIENT_ID"),
        ({"PDM_NB_API_URL": "http://127.0.0.1:9"}, "Network", "cannot be reached"),
        ({"PDM_NB_CLIENT_SECRET": SECRET}, "Sign-in", "PDM_NB_CLIENT_SECRET"),
        ({"PDM_NB_COMPANY_ID": "17"}, "Service", "Unknown company '17'"),
        ({"PDM_NB_PROJECT_ID": "17"}, "Project", "Unknown project '17'"),
        ({"PDM_NB_PROJET_ID": "17"}, "Environment variables", "Rename it to PDM_NB_PROJECT_ID"),
        ({"SSL_CERT_FILE": "/no/such/file.pem"}, "Certificates", "/no/such/file.pem cannot be read"),
        ({"PDM_NB_SETTINGS": "tower"}, "Settings file", "Unknown settings 'tower'"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    changed: dict[str, str | None], check: str, message: str, doctor: Doctor
) -> None:
    code, found, printed = doctor(**changed)
    assert code == 1
    assert message in problems(found)[check]
    assert SECRET not in printed
    assert "Traceback" not in printed


def test_a_proxy_that_is_not_there(doctor: Doctor) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    changed = {"https_proxy": f"http://me:{SECRET}@127.0.0.1:{port}", "PDM_NB_ENVIRONMENT": "production"}
    code, found, printed = doctor(**changed, PDM_NB_API_URL=None)
    assert code == 1
    assert f"The proxy 127.0.0.1:{port} cannot be reached" in problems(found)["Certificate and proxy"]
    assert SECRET not in printed


def test_offline_does_not_sign_in(doctor: Doctor) -> None:
    code, found, _ = doctor("--offline", PDM_NB_API_URL="http://127.0.0.1:9")
    assert code == 0
    assert "Sign-in" not in {one["check"] for one in found["checks"]}


def test_settings_of_the_file_are_used(doctor: Doctor, simulator: Simulator) -> None:
    ready = simulator.ready_line()
    lines = [
        f'api_url = "{ready["url"]}"',
        f'client_id = "{ready["client_id"]}"',
        'project_id = "Riverside Tower"',
    ]
    settings_path().write_text("\n".join(["[tower]", *lines, f"company_id = {ready['company_id']}"]))
    names = ("API_URL", "CLIENT_ID", "COMPANY_ID", "PROJECT_ID")
    code, found, _ = doctor("--settings", "tower", **{f"PDM_NB_{name}": None for name in names})
    assert (code, problems(found)) == (0, {})
    assert any("using 'tower'" in one["detail"] for one in found["checks"])


def test_quiet_prints_only_what_is_wrong(doctor: Doctor, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(PDM_NB_PROJECT_ID="17")
    assert main(["doctor", "-q"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2
    assert printed[0].startswith("!!  Project: Unknown project '17'")
