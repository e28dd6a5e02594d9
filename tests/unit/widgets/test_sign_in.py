"""The step Connect, and that the secret stays nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

import pdm_nb
from pdm_nb.api.environments import NAMES
from pdm_nb.errors import SettingsError, SignInError
from pdm_nb.widgets import Workbench
from tests.support.panels import FakeService, do

pytestmark = pytest.mark.usefixtures("sent")


SECRET = "s3cr3t-not-to-be-seen"


def sign_in(bench: Workbench, **typed: str) -> None:
    message = {"kind": "do", "action": "a", "name": "connect.sign_in", "arguments": typed}
    bench._handle_custom_msg(message, [])


def status(bench: Workbench) -> dict[str, Any]:
    return dict(bench._state["connect"])


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Workbench:
    made: Workbench = pdm_nb.sign_in()
    monkeypatch.setattr(made, "send", lambda *_: None, raising=False)
    return made


def test_signing_in_passes_on_what_was_typed_and_offers_the_projects(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(pdm_nb, "connect", lambda *a, **k: calls.append((a, k)) or FakeService())
    sign_in(bench, environment="sandbox", client_id="me", client_secret=SECRET, company_id="")
    until(lambda: bench.service)
    assert calls == [(("sandbox",), {"client_id": "me", "client_secret": SECRET})]
    assert [one["name"] for one in bench._page["projects"]] == ["Riverside Tower", "Harbour Bridge"]
    assert repr(bench) == "Workbench(signed in)"
    do(bench, "connect.open_project", id="7")
    assert type(bench.project).__name__ == "FakeProject"
    assert status(bench)["tone"] == "good"


def test_the_only_project_is_opened_at_once(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: FakeService((True, False, False)))
    sign_in(bench, environment="sim")
    until(lambda: bench.project)


def test_the_form_offers_every_environment_and_names_the_account(bench: Workbench) -> None:
    """B1, B4."""
    offered = [name for name, _ in status(bench)["environments"]]
    assert offered == ["sim", "sandbox", "monthly", "production", "federal", "other"]
    assert {*offered} - {"other"} == set(NAMES)
    assert "developer-managed service account" in status(bench)["text"]
    assert "permitted projects" in status(bench)["text"]
    assert status(pdm_nb.sign_in(environment="production"))["environment"] == "production"


def test_an_account_without_projects_is_pointed_to_the_permitted_ones(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """B4."""
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: FakeService((False, False, False)))
    sign_in(bench, environment="federal", client_id="me", client_secret=SECRET)
    until(lambda: status(bench)["tone"] == "bad")
    assert "Company Admin → App Management" in status(bench)["text"]
    assert "set again" in status(bench)["text"]


def test_the_secret_is_in_no_state_and_no_repr(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: FakeService())
    sign_in(bench, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: bench.service)
    held = [bench.get_state(), vars(bench), vars(bench.connect), bench._repr_mimebundle_(), repr(bench)]
    assert SECRET not in json.dumps([str(one) for one in held])
    assert SECRET not in bench.code.text()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (SignInError("The client id or secret is wrong", status=401), "The client id or secret is wrong"),
        (SettingsError("Which company?"), "Which company?"),
        (ZeroDivisionError(SECRET), "ZeroDivisionError"),
    ],
)
def test_a_failed_sign_in_is_reported_as_a_sentence(
    bench: Workbench, error: Exception, shown: str, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(pdm_nb, "connect", refuse)
    sign_in(bench, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: status(bench)["tone"] == "bad")
    assert shown in status(bench)["text"]
    assert SECRET not in status(bench)["text"]
    assert not status(bench)["busy"]


def test_what_is_missing_is_named(bench: Workbench) -> None:
    do(bench, "connect.sign_in", environment="other", api_url="", client_id="me", client_secret="")
    assert status(bench)["text"] == "Enter the API address and the client secret."
