"""connect(), Service and Project against the simulator over a socket."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pandas as pd
import pytest

import pdm_nb
from pdm_nb.api.environments import ENVIRONMENTS, OOB, authorize_url, environment_of
from pdm_nb.errors import (
    AccessError,
    ConnectionFailed,
    InputError,
    PdmError,
    SettingsError,
    SignInError,
)
from tests.support.simulator.sim_site import Site


def test_frames_have_stable_columns_and_whole_lists(site: Site) -> None:
    """B9: lists longer than one page come whole."""
    project = site.project
    sections = project.values("spec_section", inactive=True)
    assert len(sections) > 100
    assert list(sections.columns) == ["code", "label", "active", "tags", "id"]
    assert len(project.values("spec_section")) < len(sections)
    assert set(project.fields()["type"]) == {
        "string", "rich_text", "numeric", "timestamp", "lov_entry", "lov_entries", "reference",
    }  # fmt: skip
    assert list(project.users().columns) == ["name", "email", "id"]
    assert "Admin" in set(project.tools()["access"])


@pytest.mark.parametrize("sizes", [(0, 7), (7, 0), (30, 100)])
def test_pages_of_changing_size_lose_no_row(make_site: Callable[..., Site], sizes: tuple[int, int]) -> None:
    """B9: whatever size was asked for, and in the middle of a list."""
    site = make_site(uploads=250, page_size=sizes[0], index_seconds=0)
    site.sim.add_fault("switched", options={"page_size": sizes[1]}, operation="listDocumentUploads", after=1)
    assert site.project.uploads()["id"].nunique() == len(site.project.uploads()) == 250
    sections = site.project.values("spec_section", inactive=True)
    assert sections["id"].nunique() == len(sections) > 100


def test_empty_frames_keep_their_columns(site: Site) -> None:
    uploads, revisions = site.project.uploads(), site.project.revisions([])
    assert len(uploads) == 0
    assert uploads["ml"].dtype == "string"
    assert str(uploads["completed_at"].dtype) == "datetime64[us, UTC]"
    assert revisions["availability"].dtype == "string"
    assert list(site.project.values("number").columns) == ["code", "label", "active", "tags", "id"]


def test_requirements_show_rule_qualifier_and_origin(site: Site) -> None:
    """B17, B18."""
    table = site.project.requirements()
    drawing = table[table["qualifies"] == "Type is Drawing"]
    assert set(table[table["is_default"]]["qualifies"]) == {"any document"}
    assert set(drawing["source"]) == {"project", "rule", "naming standard"}
    assert set(drawing[drawing["source"] == "naming standard"]["field"]) >= {"originator", "discipline"}
    assert table.groupby("rule").ngroups == 3


def test_users_are_values_of_user_fields(site: Site) -> None:
    """B22."""
    assert "sample.architect@example.com" in set(site.project.values("authored_by")["code"])


def test_configuration_is_fetched_once(site: Site) -> None:
    site.project.requirements()
    before = site.service.client.calls.total()
    site.project.fields()
    site.project.values("status")
    assert site.service.client.calls.total() == before
    site.project.refresh()
    site.project.fields()
    assert site.service.client.calls.total() > before


def test_reprs_and_errors_show_no_secret(site: Site) -> None:
    with pytest.raises(SignInError) as caught:
        site.connect(client_secret="wrong-secret")
    shown = [
        repr(site.service),
        repr(site.service.client),
        repr(site.project),
        repr(caught.value),
        str(caught.value),
    ]
    assert not any(site.sim.client_secret in text or "wrong-secret" in text for text in shown)
    assert "PDM_NB_CLIENT_SECRET" in str(caught.value)


def test_wrong_company_names_the_right_ones(site: Site) -> None:
    with pytest.raises(SettingsError, match=r"Unknown company '12345'.*Demo Builders"):
        site.connect(company_id=12345)


@pytest.mark.parametrize("name", ["Riverside Twoer", "999"])
def test_wrong_project_names_the_nearest(site: Site, name: str) -> None:
    with pytest.raises(SettingsError, match="Riverside Tower"):
        site.service.project(name)


def test_project_by_id_and_by_setting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.service.project(site.sim.project_id).name == "Riverside Tower"
    with pytest.raises(SettingsError, match=r"No project is selected.*Riverside Tower.*Harbour Bridge"):
        site.service.project()
    monkeypatch.setenv("PDM_NB_PROJECT_ID", str(site.sim.project_id))
    assert site.connect().project().name == "Riverside Tower"


def test_no_network_says_which_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionFailed, match=r"127.0.0.1:9 cannot be reached.*network"):
        pdm_nb.connect("http://127.0.0.1:9", client_id="a", client_secret="b")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"environment": "produktion"}, "Unknown environment 'produktion'"),
        ({"environment": "http://example.com"}, "Use https"),
        ({"environment": "production"}, "PDM_NB_CLIENT_ID"),
        ({"environment": "production", "client_id": "x"}, "PDM_NB_CLIENT_SECRET"),
        ({}, "PDM_NB_ENVIRONMENT"),
        ({"environment": "sandbox", "sped": 1}, "Unknown setting 'sped'"),
        ({"environment": "sim", "scenario": "nonsense"}, "default"),
        ({"environment": "sim", "sped": 1}, "sped"),
    ],
)
def test_settings_that_are_missing_or_wrong(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], told: str
) -> None:
    for name in ("ENVIRONMENT", "API_URL", "LOGIN_URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"PDM_NB_{name}", raising=False)
    with pytest.raises(SettingsError, match=told):
        pdm_nb.connect(**settings)


def test_environments_of_the_vendor() -> None:
    """B1."""
    assert {name: (env.login_url, env.api_url) for name, env in ENVIRONMENTS.items()} == {
        "production": ("https://login.procore.com", "https://api.procore.com"),
        "sandbox": ("https://login-sandbox.procore.com", "https://sandbox.procore.com"),
        "monthly": ("https://login-sandbox-monthly.procore.com", "https://api-monthly.procore.com"),
        "federal": ("https://login.procoregov.com", "https://api.procoregov.com"),
    }


def test_settings_from_the_environment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "API_URL": site.sim.url, "LOGIN_URL": site.sim.url, "CLIENT_ID": site.sim.client_id,
        "CLIENT_SECRET": site.sim.client_secret, "COMPANY_ID": str(site.sim.company_id),
    }.items():  # fmt: skip
        monkeypatch.setenv(f"PDM_NB_{name}", value)
    assert pdm_nb.connect().company == "Demo Builders"


def test_sim_is_started_inside_the_process_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PDM_NB_SIM", raising=False)
    first = pdm_nb.connect("sim", ml_seconds=1)
    assert pdm_nb.connect("sim").client.environment == first.client.environment
    assert first.client.environment.api_url.startswith("http://127.0.0.1:")


def test_signing_in_a_user_by_code(site: Site) -> None:
    """B4: the code that the approval page shows, then refresh tokens."""
    url = httpx2.URL(authorize_url(environment_of(site.sim.url), site.sim.client_id))
    page = httpx2.post(url.copy_with(query=None), data={**url.params, "approve": "1"}).text
    code = re.search(r'id="authorization_code">([^<]+)<', page)
    assert code is not None
    service = site.connect(code=code.group(1), redirect_uri=OOB)
    site.clock.advance(6000)  # B5: the token has died; B6: a refresh gives a new one
    assert len(service.project("Riverside Tower").users()) > 5
    with pytest.raises(SignInError, match="Sign in again"):
        site.connect(code=code.group(1))


def test_token_that_dies_in_the_middle_is_renewed(site: Site) -> None:
    """B8: 401 once, then on."""
    site.sim.fail_next("listFields", 401, reason="INVALID_TOKEN")
    assert len(site.project.fields()) > 15


def test_no_access_to_the_tool_says_whom_to_ask(site: Site) -> None:
    site.sim.fail_next("listFields", 403, reason="ACCESS_DENIED")
    with pytest.raises(AccessError, match="project administrator"):
        site.project.fields()


def test_private_list_of_revisions_that_is_closed(make_site: Callable[..., Site]) -> None:
    """B62."""
    site = make_site(revision_list=False)
    with pytest.raises(InputError, match=r"does not offer the list of revisions .* Give ids"):
        site.project.revisions()


def test_sign_out_revokes(site: Site) -> None:
    """B7: the old token is dead; the next call signs in again by the service account."""
    site.service.sign_out()
    assert len(site.service.projects()) == 3


def test_every_error_is_a_pdm_error(site: Site) -> None:
    site.sim.fail_next("listProjectUsers", 500, times=6)
    with pytest.raises(PdmError, match="listProjectUsers"):
        site.project.users()


def test_uploads_frame_shows_machine_learning_and_texts(site: Site) -> None:
    batch = site.ready(2)
    table = site.project.uploads()
    assert set(table["id"]) == set(batch.status()["upload_id"])
    assert set(table["ml"]) == {"not_applicable"}
    assert set(table["status"]) == {"Suitable for information"}
    assert pd.notna(table["completed_at"]).all()
