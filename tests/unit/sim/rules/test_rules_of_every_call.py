"""Rules that apply to every operation: hosts and headers, sign-in, paging, limits (B1–B14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller, reasons
from tests.support.simulator.rule_requests import API, EVERY, EXEMPT, IDS_ONLY, IN_COMPANY, LISTS, ask
from tests.support.simulator.sign_in import OOB, client, code

Make = Callable[..., ApiCaller]
LIMITS = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")


V1 = [name for name in LISTS if EVERY[name].path.startswith("/rest/v1")]


def refresh(caller: ApiCaller, token: str) -> Any:
    return caller.send(
        "POST", "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token, **client(caller)}
    )


def person(caller: ApiCaller) -> dict[str, Any]:
    """Signed in by a code: with a refresh token."""
    return caller.sign_in(grant_type="authorization_code", code=code(caller), redirect_uri=OOB)


# -- hosts and headers
@pytest.mark.rule("B1")
def test_b1_tokens_do_not_cross_environments(make: Make) -> None:
    here, there = make(seed=1), make(seed=2)
    company = {"Procore-Company-Id": str(there.company)}
    told = ask(there, "listFields", headers=company | {"Authorization": f"Bearer {here.token}"})
    assert (told.status_code, reasons(told)) == (401, ["INVALID_TOKEN"])
    own = {"grant_type": "client_credentials", **client(here)}
    assert there.send("POST", "/oauth/token", data=own).json()["error"] == "invalid_client"
    foreign = {**client(there), "grant_type": "authorization_code", "code": code(here), "redirect_uri": OOB}
    assert there.send("POST", "/oauth/token", data=foreign).json()["error"] == "invalid_grant"
    assert refresh(there, person(here)["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.rule("B2")
@pytest.mark.parametrize("name", IN_COMPANY)
def test_b2_every_operation_wants_the_company(caller: ApiCaller, name: str) -> None:
    refused = ask(caller, name, drop="Procore-Company-Id")
    assert refused.status_code == 400
    assert "Missing Procore-Company-Id header!" in refused.text


@pytest.mark.rule("B2")
@pytest.mark.parametrize("name", EXEMPT)
def test_b2_but_for_two_which_take_it_as_well(caller: ApiCaller, name: str) -> None:
    assert ask(caller, name, drop="Procore-Company-Id").status_code == 200
    assert ask(caller, name).status_code == 200


def walk(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from walk(value, key)
    elif isinstance(thing, list):
        for value in thing:
            yield from walk(value, name)
    else:
        yield name, thing


@pytest.mark.rule("B3")
def test_b3_large_ids_ulids_and_utc(caller: ApiCaller) -> None:
    revision = caller.revisions(*caller.submit(caller.ready())["ids"])
    upload = caller.show(caller.completed(handover_date="2026-01-31T00:00:00Z"))
    rules = caller.data("GET", caller.dm("upload_requirements"), per_page=100)
    times = [text for name, text in walk([revision, upload, rules]) if name.endswith("_at") and text]
    assert len(times) > 5
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) for text in times)
    ids = [
        upload["id"],
        upload["latest_event_id"],
        revision[0]["id"],
        revision[0]["upload_id"],
        rules[0]["id"],
    ]
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", one) for one in ids)
    users = ask(caller, "listProjectUsers", per_page=100).json()
    assert all(
        number > 2**32 for number in (caller.company, caller.project.id, *(user["id"] for user in users))
    )


# -- OAuth
@pytest.mark.rule("B4")
@pytest.mark.parametrize("kind", ["data", "files", "json"])
@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token"])
def test_b4_every_grant_in_every_kind_of_body(caller: ApiCaller, kind: str, grant: str) -> None:
    asked = {"grant_type": grant, **client(caller), "redirect_uri": OOB}
    asked |= (
        {"code": code(caller)}
        if grant == "authorization_code"
        else {"refresh_token": person(caller)["refresh_token"]}
    )
    sent: Any = {name: (None, value) for name, value in asked.items()} if kind == "files" else asked
    token = check(caller.send("POST", "/oauth/token", **{kind: sent})).json()
    assert token["refresh_token"]
    caller.token = token["access_token"]
    caller.call("GET", "/rest/v1.0/me")


@pytest.mark.rule("B4", "B6")
def test_b4_a_service_account_has_no_refresh_token(caller: ApiCaller) -> None:
    assert "refresh_token" not in caller.sign_in()


@pytest.mark.rule("B6")
@pytest.mark.parametrize(("kind", "dead"), [("cut_after", True), ("cut_before", False)])
def test_b6_the_old_token_dies_even_if_the_answer_is_lost(caller: ApiCaller, kind: str, dead: bool) -> None:
    old = person(caller)["refresh_token"]
    caller.sim.add_fault(kind, operation="getToken")
    with pytest.raises(ConnectionResetError):
        refresh(caller, old)
    again = check(refresh(caller, old))
    assert again.json().get("error") == ("invalid_grant" if dead else None)


@pytest.mark.rule("B6")
def test_b6_over_a_socket_no_answer_comes(clock: sim.ManualClock) -> None:
    with sim.Simulator(clock=clock) as simulator, httpx2.Client(base_url=simulator.url) as http:
        told = simulator.ready_line()
        asked = {
            "grant_type": "client_credentials",
            **{name: told[name] for name in ("client_id", "client_secret")},
        }
        for kind in ("cut_before", "cut_after"):
            simulator.add_fault(kind, operation="getToken")
            with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
                http.post("/oauth/token", data=asked)
            assert http.post("/oauth/token", data=asked).status_code == 200


@pytest.mark.rule("B6")
def test_b6_of_parallel_refreshes_one_wins(caller: ApiCaller) -> None:
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": person(caller)["refresh_token"],
        **client(caller),
    }

    async def together() -> list[Any]:
        return await asyncio.gather(*(caller.http.post("/oauth/token", data=asked) for _ in range(5)))

    answers = caller.loop.run_until_complete(together())
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert {answer.json().get("error") for answer in answers} == {None, "invalid_grant"}


@pytest.mark.rule("B7")
@pytest.mark.parametrize("named", ["access_token", "refresh_token"])
def test_b7_either_token_takes_the_other_with_it(caller: ApiCaller, named: str) -> None:
    token = person(caller)
    for _ in range(2):  # the second time it is unknown
        assert (
            caller.send("POST", "/oauth/revoke", data={"token": token[named], **client(caller)}).status_code
            == 200
        )
    assert refresh(caller, token["refresh_token"]).json()["error"] == "invalid_grant"
    caller.token = token["access_token"]
    assert reasons(caller.call("GET", "/rest/v1.0/me", status=401)) == ["INVALID_TOKEN"]


# -- paging
@pytest.mark.rule("B9")
@pytest.mark.parametrize("name", LISTS)
def test_b9_no_list_gives_more_than_a_hundred(caller: ApiCaller, name: str) -> None:
    assert ask(caller, name, per_page=100).is_success
    refused = ask(caller, name, per_page=101)
    assert refused.status_code == 400
    assert "per_page must be at most 100" in refused.text
    if name not in V1:
        assert reasons(refused) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B9")
@pytest.mark.parametrize("name", IDS_ONLY)
def test_b9_but_five_thousand_bare_ids(caller: ApiCaller, name: str) -> None:
    assert ask(caller, name, per_page=5000, view="ids_only").is_success
    assert reasons(ask(caller, name, per_page=5001, view="ids_only")) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B9")
def test_b9_links_of_v1_lists_first_middle_last_and_past_the_end(caller: ApiCaller) -> None:
    def links(page: int, per_page: int) -> dict[str, str]:
        answer = ask(caller, "listProjectUsers", page=page, per_page=per_page)
        assert answer.headers["Total"] == "13"
        found = re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        return {rel: re.sub(r".*[?&]page=(\d+).*", r"\1", url) for url, rel in found}

    assert links(1, 5) == {"first": "1", "next": "2", "last": "3"}
    assert links(2, 5) == {"first": "1", "prev": "1", "next": "3", "last": "3"}
    assert links(3, 5) == {"first": "1", "prev": "2", "last": "3"}
    assert "next" not in links(9, 5)
    assert links(1, 100) == links(2, 100) == {}, "all fits one page"


@pytest.mark.rule("B9", reading="sparse_links=False")
@pytest.mark.rule("B9", reading="sparse_links=True")
@pytest.mark.parametrize("sparse", [False, True])
def test_b9_the_first_page_may_lack_first_and_the_second_prev(make: Make, sparse: bool) -> None:
    caller = make(sparse_links=sparse)

    def links(page: int) -> set[str]:
        response = ask(caller, "listProjectUsers", page=page, per_page=4)
        return set(re.findall(r'rel="(\w+)"', response.headers["Link"]))

    first, prev = ({"first"}, {"prev"}) if not sparse else (set(), set())
    assert links(1) == {"next", "last"} | first
    assert links(2) == {"first", "next", "last"} | prev
    assert links(3) == {"first", "prev", "next", "last"}
    assert links(4) == {"first", "prev", "last"}


@pytest.mark.rule("B9", "B16")
@pytest.mark.parametrize("name", LISTS)
def test_b9_a_page_that_is_not_a_number_is_rejected(caller: ApiCaller, name: str) -> None:
    refused = ask(caller, name, page="two")
    assert refused.status_code == 400
    assert "page must be an integer" in refused.text
    if name not in V1:
        assert reasons(refused) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B9")
def test_b9_selected_revisions_are_ten_where_nothing_is_said(caller: ApiCaller) -> None:
    ids = caller.submit(*(caller.ready(f"{n}.txt") for n in range(12)))["ids"]
    path = caller.dm("document_revisions/selected_revisions", "2.2")
    answer = caller.call("POST", path, {"ids": ids})
    assert (len(answer.json()["data"]), answer.headers["Total"]) == (10, "12")
    assert caller.data("POST", path, {"ids": ids}, view="ids_only", per_page=100) == ids


@pytest.mark.rule("B10")
@pytest.mark.parametrize("name", LISTS)
def test_b10_v2_lists_are_data_v1_lists_are_bare(caller: ApiCaller, name: str) -> None:
    told = ask(caller, name).json()
    assert isinstance(told if name in V1 else told["data"], list)


# -- limits and load
@pytest.mark.rule("B11")
@pytest.mark.parametrize("name", API)
def test_b11_every_answer_has_the_headers(caller: ApiCaller, name: str) -> None:
    answers = [
        ask(caller, name),
        ask(caller, name, drop="Authorization"),
        ask(caller, name, page="x", per_page="x"),
    ]
    for more in ({"status": 500}, {"status": 502, "html": True}, {"status": 503, "retry_after": 1}):
        caller.sim.add_fault("server_error", operation=name, **more)
        answers.append(ask(caller, name))
    for answer in answers:
        limit, remaining, reset = (int(answer.headers[header]) for header in LIMITS)
        assert 0 <= remaining < limit
        assert caller.sim.clock.now() < reset <= caller.sim.clock.now() + 3600


@pytest.mark.rule("B12")
def test_b12_all_calls_are_refused_until_the_reset(make: Make, clock: sim.ManualClock) -> None:
    caller = make(spike_limit=1)
    reset = int(ask(caller, "showMe").headers["X-Rate-Limit-Reset"])
    for name in API:
        assert ask(caller, name).status_code == 429, name
        clock.advance(9.9 / len(API))
    assert caller.send("GET", "/rest/v2.0/nothing").status_code == 429
    clock.advance(reset - clock.now())
    assert ask(caller, "showMe").status_code == 200


@pytest.mark.rule("B14")
def test_b14_storage_takes_bytes_while_the_api_refuses(make: Make) -> None:
    caller = make(spike_limit=1)
    segment = caller.announce(b"%PDF").json()["data"]["segments"][0]
    assert ask(caller, "showMe").status_code == 429
    answer = caller.put(segment, b"%PDF")
    assert answer.status_code == 200
    assert not any(header in answer.headers for header in LIMITS)
