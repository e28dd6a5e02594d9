"""What was open is opened again: at once if the sign-in needs no secret, otherwise after it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

import pdm_nb
from pdm_nb.api.environments import Environment, environment_of
from pdm_nb.errors import PdmError, SettingsError
from pdm_nb.widgets import Workbench
from tests.support.panels import FakeProject, FakeService, do, said

pytestmark = pytest.mark.usefixtures("sent")
SIM = Environment("127.0.0.1:4000", "http://127.0.0.1:4000", "http://127.0.0.1:4000")


class Service(FakeService):
    """A service with an environment, whose projects have a scope."""

    def __init__(self, environment: Environment = SIM) -> None:
        super().__init__()
        self.client = SimpleNamespace(environment=environment)

    def project(self, _: str) -> Any:
        project = FakeProject()
        project.scope = SimpleNamespace(company_id="1", project_id="7")  # type: ignore[attr-defined]
        project.service = self  # type: ignore[attr-defined]
        return project


def place(**changes: Any) -> dict[str, Any]:
    known = {
        "environment": "sim",
        "project_id": "7",
        "project": "Riverside Tower",
        "journal": "a.sqlite",
        "batch": "a",
    }
    return {**known, "step": "review", **changes}  # fmt: skip


@pytest.fixture
def bench() -> Workbench:
    made: Workbench = pdm_nb.workbench()
    return made


def test_a_place_is_what_is_open_without_secrets(bench: Workbench) -> None:
    assert bench._state["place"] == {}
    bench.open_service(Service())
    do(bench, "connect.open_project", id="7")
    assert bench._state["place"]["step"] == "import"
    do(bench, "importing.make", source="drawings/")
    found = bench._state["place"]
    assert (found["environment"], found["login_url"], found["project_id"]) == ("sim", "", "7")
    assert found["journal"].startswith("fake-")
    assert set(found) == {*place(), "login_url", "company_id"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (environment_of("federal"), ("federal", "")),
        (environment_of("https://a.example"), ("https://a.example", "")),
        (
            environment_of("https://a.example", "https://b.example"),
            ("https://a.example", "https://b.example"),
        ),
    ],
)
def test_connect_finds_the_environment_of_a_place(
    bench: Workbench, environment: Environment, expected: tuple[str, str]
) -> None:
    bench.open_service(Service(environment))
    do(bench, "connect.open_project", id="7")
    assert (bench._state["place"]["environment"], bench._state["place"]["login_url"]) == expected


def test_a_place_opens_at_once_if_the_sign_in_needs_no_secret(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(pdm_nb, "connect", lambda *a, **k: calls.append((a, k)) or Service())
    assert do(bench, "reopening.reopen", place=place()) is True
    assert calls == [(("sim",), {})]
    assert (bench.step, repr(bench)) == ("review", "Workbench(2 documents)")
    assert do(bench, "reopening.reopen", place=place(step="nonsense")) is True
    assert len(calls) == 1  # it is signed in already


def test_a_place_opens_after_a_sign_in_with_a_secret(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise SettingsError("No client secret for sandbox.")

    monkeypatch.setattr(pdm_nb, "connect", refuse)
    assert do(bench, "reopening.reopen", place=place(environment="sandbox")) is False
    form = bench._state["connect"]
    assert (form["environment"], form["text"]) == (
        "sandbox",
        "Sign in to open a again. The client secret was not stored.",
    )
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: Service(environment_of("sandbox")))
    assert do(bench, "connect.sign_in", environment="sandbox", client_id="me", client_secret="s3cr3t")
    assert (bench.step, len(bench.table)) == ("review", 2)
    assert "s3cr3t" not in json.dumps([bench._state, bench._page])


def test_a_sign_in_to_another_environment_opens_nothing(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise SettingsError("No client secret for sandbox.")

    monkeypatch.setattr(pdm_nb, "connect", refuse)
    do(bench, "reopening.reopen", place=place(environment="sandbox"))
    bench.open_service(Service(SIM))
    assert (bench.project, bench.batch) == (None, None)
    with pytest.raises(PdmError, match="Nothing was open"):
        do(bench, "reopening.reopen", place={})
    assert said(bench) == ""
