"""Signing in (B4–B8)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from pdm_nb import sim
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.sign_in import OOB, client, code


@pytest.mark.rule("B4")
@pytest.mark.parametrize("kind", ["data", "files", "json"])
def test_b4_token_bodies_are_urlencoded_multipart_or_json(caller: ApiCaller, kind: str) -> None:
    body = {"grant_type": "client_credentials", **client(caller)}
    sent = {name: (None, value) for name, value in body.items()} if kind == "files" else body
    token = check(caller.send("POST", "/oauth/token", **{kind: sent})).json()
    caller.token = token["access_token"]
    assert caller.call("GET", "/rest/v1.0/me").json()["login"] == "service-account@example.com"


@pytest.mark.rule("B4")
def test_b4_a_bad_client_or_grant_is_refused(caller: ApiCaller) -> None:
    body = {"grant_type": "client_credentials", **client(caller)}
    wrong = check(caller.send("POST", "/oauth/token", data=body | {"client_secret": "wrong"}))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    odd = check(caller.send("POST", "/oauth/token", data=body | {"grant_type": "password"}))
    assert (odd.status_code, odd.json()["error"]) == (400, "unsupported_grant_type")
    none = check(
        caller.send("POST", "/oauth/token", content=b"[", headers={"Content-Type": "application/json"})
    )
    assert (none.status_code, none.json()["error"]) == (400, "invalid_request")


@pytest.mark.rule("B4")
def test_b4_the_page_has_a_form_and_sends_a_code_to_the_redirect_uri(caller: ApiCaller) -> None:
    asked = {
        "response_type": "code",
        "client_id": caller.sim.client_id,
        "redirect_uri": "http://localhost:8123/callback?x=1",
        "state": 'a"<b>',
    }
    page = check(caller.send("GET", "/oauth/authorize", params=asked))
    assert "<form" in page.text
    assert "a&quot;&lt;b&gt;" in page.text
    answer = caller.send("POST", "/oauth/authorize", data=asked | {"approve": "1"})
    assert answer.status_code == 302
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert told["state"] == ['a"<b>']
    token = caller.sign_in(
        grant_type="authorization_code", code=told["code"][0], redirect_uri=asked["redirect_uri"]
    )
    assert token["refresh_token"]
    denied = caller.send("POST", "/oauth/authorize", data=asked | {"approve": "0"})
    assert "error=access_denied" in denied.headers["Location"]


@pytest.mark.rule("B4")
@pytest.mark.parametrize(
    "change", [{"client_id": "x"}, {"redirect_uri": "https://elsewhere.example"}, {"response_type": "token"}]
)
def test_b4_the_page_refuses_what_is_not_registered(caller: ApiCaller, change: dict[str, str]) -> None:
    asked = {"response_type": "code", "client_id": caller.sim.client_id, "redirect_uri": OOB}
    for method, place in (("GET", "params"), ("POST", "data")):
        answer = caller.send(method, "/oauth/authorize", **{place: asked | {"approve": "1"} | change})
        assert answer.status_code == 400
        assert "<form" not in answer.text


@pytest.mark.rule("B4")
def test_b4_a_code_works_once_and_for_ten_minutes(caller: ApiCaller, clock: sim.ManualClock) -> None:
    def exchange(value: str, uri: str = OOB) -> int:
        body = {"grant_type": "authorization_code", "code": value, "redirect_uri": uri, **client(caller)}
        return check(caller.send("POST", "/oauth/token", data=body)).status_code

    first, second, third = code(caller), code(caller), code(caller)
    assert exchange(first, "http://localhost/other") == 400
    assert exchange(first) == 200
    assert exchange(first) == 400
    clock.advance(599)
    assert exchange(second) == 200
    clock.advance(1)
    assert exchange(third) == 400


@pytest.mark.rule("B5", "B8")
def test_b5_and_b8_a_token_lives_5400_seconds(caller: ApiCaller, clock: sim.ManualClock) -> None:
    token = caller.sign_in()
    assert token["expires_in"] == 5400
    assert token["created_at"] == int(clock.now())
    clock.advance(5399)
    caller.call("GET", "/rest/v1.0/me")
    headers = {"Authorization": f"Bearer {caller.token}"}
    info = check(caller.send("GET", "/oauth/token/info", headers=headers)).json()
    assert info["expires_in_seconds"] == 1
    clock.advance(1)
    assert reasons(caller.call("GET", "/rest/v1.0/me", status=401)) == ["INVALID_TOKEN"]
    assert check(caller.send("GET", "/oauth/token/info", headers=headers)).status_code == 401


@pytest.mark.rule("B6")
def test_b6_a_refresh_token_dies_with_its_use(caller: ApiCaller) -> None:
    token = caller.sign_in(grant_type="authorization_code", code=code(caller), redirect_uri=OOB)
    old = token["refresh_token"]
    new = caller.sign_in(grant_type="refresh_token", refresh_token=old)
    assert new["refresh_token"] not in (None, old)
    body = {"grant_type": "refresh_token", "refresh_token": old, **client(caller)}
    again = check(caller.send("POST", "/oauth/token", data=body))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    caller.token = new["access_token"]
    caller.call("GET", "/rest/v1.0/me")


@pytest.mark.rule("B7")
def test_b7_revoke_answers_200_and_takes_both_tokens(caller: ApiCaller) -> None:
    token = caller.sign_in(grant_type="authorization_code", code=code(caller), redirect_uri=OOB)
    for value in (token["access_token"], "never-was-one"):
        answer = caller.send("POST", "/oauth/revoke", data={"token": value, **client(caller)})
        assert check(answer).status_code == 200
    body = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"], **client(caller)}
    assert caller.send("POST", "/oauth/token", data=body).status_code == 400
    caller.call("GET", "/rest/v1.0/me")  # the caller's own token lives on
    caller.token = token["access_token"]
    caller.call("GET", "/rest/v1.0/me", status=401)


def test_no_secret_in_a_repr(make: Callable[..., ApiCaller]) -> None:
    simulator = make().sim
    shown = repr(simulator) + repr(simulator._core) + repr(simulator._core.world)
    assert simulator.client_secret not in shown
    assert repr(simulator._core.key) not in shown


@pytest.mark.rule("B4")
def test_b4_the_token_type_is_in_lower_case(caller: ApiCaller) -> None:
    assert caller.sign_in()["token_type"] == "bearer"


@pytest.mark.rule("B7")
@pytest.mark.parametrize("kind", ["data", "files"])
def test_b7_revoking_by_form_or_multipart(caller: ApiCaller, kind: str) -> None:
    asked = {"token": caller.token, **client(caller)}
    sent = {name: (None, value) for name, value in asked.items()} if kind == "files" else asked
    assert caller.send("POST", "/oauth/revoke", **{kind: sent}).status_code == 200
    assert reasons(caller.call("GET", "/rest/v1.0/me", status=401)) == ["INVALID_TOKEN"]


# -- permitted projects of a service account
@pytest.mark.rule("B4", "B16", reading="permitted_projects=None")
@pytest.mark.rule("B4", "B16", reading="permitted_projects=()")
def test_b4_a_known_project_turns_403_when_it_is_no_longer_permitted(caller: ApiCaller) -> None:
    path = caller.dm("fields")
    assert caller.call("GET", path, per_page=9).status_code == 200
    caller.sim.switch(permitted_projects=[])
    refused = caller.call("GET", path, None, 403, per_page=9)
    assert (reasons(refused), messages(refused)) == (
        ["ACCESS_DENIED"],
        ["App is not connected to this company"],
    )
    for place in (f"/rest/v1.0/projects/{caller.project.id}/users", "/rest/v1.0/settings/permissions"):
        caller.call("GET", place, None, 403, project_id=caller.project.id, per_page=9)
    caller.sim.switch(permitted_projects=[caller.project.id])
    assert caller.call("GET", path, per_page=9).status_code == 200


@pytest.mark.rule("B4", reading="unpermitted_projects='refused'")
@pytest.mark.rule("B4", reading="unpermitted_projects='hidden'")
@pytest.mark.parametrize("reading", ["refused", "hidden"])
def test_b4_a_project_that_is_not_permitted_is_refused_or_hidden(
    make: Callable[..., ApiCaller], reading: str
) -> None:
    first, second, third = make().world.projects
    caller = make(permitted_projects=(first.id,), unpermitted_projects=reading)

    def listed() -> list[int]:
        rows = caller.call("GET", "/rest/v1.0/projects", company_id=caller.company, per_page=9).json()
        return [row["id"] for row in rows]

    everything = [first.id, second.id, third.id]
    assert listed() == (everything if reading == "refused" else [first.id])
    caller.project = second
    caller.call("GET", caller.dm("fields"), None, 403, per_page=9)
    caller.become(3)  # a person, who is bound by no list of projects
    assert listed() == everything
    assert caller.call("GET", caller.dm("fields"), per_page=9).status_code == 200
