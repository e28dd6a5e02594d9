"""The sign-in panel, and that the secret stays nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

import pdm_nb
from pdm_nb.api.environments import NAMES
from pdm_nb.errors import SettingsError, SignInError
from pdm_nb.widgets import (
    SignIn,
)
from tests.support.panels import FakeService

pytestmark = pytest.mark.usefixtures("sent")


SECRET = "s3cr3t-not-to-be-seen"


def sign_in(panel: SignIn, **typed: str) -> None:
    panel.form._handle_custom_msg({"kind": "sign-in", **typed}, [])


def test_signing_in_passes_on_what_was_typed_and_offers_the_projects(
    monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(pdm_nb, "connect", lambda *a, **k: calls.append((a, k)) or FakeService())
    seen: list[Any] = []
    panel = SignIn(on_service=seen.append, on_project=seen.append)
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET, company_id="")
    until(lambda: panel.service)
    assert calls == [(("sandbox",), {"client_id": "me", "client_secret": SECRET})]
    assert [label for label, _ in panel.project_list.options] == [
        "Select …",
        "Riverside Tower",
        "Harbour Bridge",
    ]
    panel.project_list.value = "7"
    assert [type(one).__name__ for one in seen] == ["FakeService", "FakeProject"]
    assert panel.form.tone == "good"


def test_the_form_offers_every_environment_and_names_the_account() -> None:
    """B1, B4."""
    form = SignIn().form
    assert [name for name, _ in form.environments] == [
        "sim", "sandbox", "monthly", "production", "federal", "other",
    ]  # fmt: skip
    assert {name for name, _ in form.environments} - {"other"} == set(NAMES)
    assert "developer-managed service account" in form.status
    assert "permitted projects" in form.status


def test_an_account_without_projects_is_pointed_to_the_permitted_ones(
    monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """B4."""
    service = FakeService()
    monkeypatch.setattr(service, "projects", lambda: FakeService().projects().iloc[:0], raising=False)
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: service)
    panel = SignIn()
    sign_in(panel, environment="federal", client_id="me", client_secret=SECRET)
    until(lambda: panel.form.tone == "bad")
    assert "Company Admin → App Management" in panel.form.status
    assert "set again" in panel.form.status


def test_the_secret_is_in_no_state_and_no_repr(monkeypatch: pytest.MonkeyPatch, until: Any) -> None:
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: FakeService())
    panel = SignIn()
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: panel.service)
    states = [widget.get_state() for widget in (panel, panel.form, panel.project_list, panel.note)]
    held = [*states, vars(panel), vars(panel.form), panel._repr_mimebundle_(), repr(panel), repr(panel.form)]
    assert SECRET not in json.dumps([str(one) for one in held])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SignInError("The client id or secret is wrong", status=401), "The client id or secret is wrong"),
        (SettingsError("Which company?"), "Which company?"),
        (ZeroDivisionError(SECRET), "ZeroDivisionError"),
    ],
)
def test_a_failed_sign_in_is_reported_as_a_sentence(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(pdm_nb, "connect", refuse)
    panel = SignIn()
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: panel.form.tone == "bad")
    assert told in panel.form.status
    assert SECRET not in panel.form.status
    assert not panel.form.busy


def test_what_is_missing_is_named(until: Any) -> None:
    panel = SignIn()
    sign_in(panel, environment="other", api_url="", client_id="me", client_secret="")
    until(lambda: panel.form.status)
    assert panel.form.status == "Enter the API address and the client secret."
