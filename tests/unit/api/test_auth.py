"""Signing in: one renewal for many callers, expired refresh tokens, and secrets that are never shown."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import traceback
from typing import Any

import httpx2
import pytest

from pdm_nb import errors
from pdm_nb.api.auth import Credentials, Secret, Token
from pdm_nb.api.environments import authorize_url, environment_of
from pdm_nb.api.protocol.requests import Scope
from tests.support.network.fake_wire import CLIENT_SECRET, HERE, Answer, Wire, refused

LIFE = 5400  # B5


def access(wire: Wire) -> str:
    return asyncio.run(wire.tokens.access()).reveal()


def with_code(wire: Wire, code: str = "the-code") -> Wire:
    wire.tokens.credentials = Credentials("the-client", Secret(CLIENT_SECRET), Secret(code))
    return wire


def oauth_error(reason: str, status: int = 400) -> httpx2.Response:
    return httpx2.Response(status, json={"error": reason, "error_description": "no"})


def refuse_refresh(wire: Wire, reason: str = "invalid_grant") -> None:
    grant = wire.login
    wire.login = lambda form: oauth_error(reason) if form["grant_type"] == "refresh_token" else grant(form)


def kinds(wire: Wire) -> list[str]:
    return [grant["grant_type"] for grant in wire.grants]


# -- grants
def test_the_service_account_signs_in() -> None:  # B4
    wire = Wire()
    assert access(wire) == "access-1"
    assert wire.grants == [
        {"grant_type": "client_credentials", "client_id": "the-client", "client_secret": CLIENT_SECRET}
    ]


@pytest.mark.parametrize("token_type", ["bearer", "Bearer", None])
def test_each_spelling_of_the_token_type_is_read(token_type: str | None) -> None:  # B4
    wire = Wire(httpx2.Response(200, json={}))
    grant = wire.login

    def spelled(form: dict[str, str]) -> Answer:
        told = grant(form)
        assert isinstance(told, httpx2.Response)
        return httpx2.Response(200, json=told.json() | {"token_type": token_type})

    wire.login = spelled
    asyncio.run(wire.client().show_me())
    assert wire.calls[0].headers["authorization"] == "Bearer access-1"


def test_a_user_signs_in_with_a_code() -> None:  # B4
    wire = with_code(Wire())
    assert access(wire) == "access-1"
    (grant,) = wire.grants
    assert (grant["grant_type"], grant["code"]) == ("authorization_code", "the-code")
    assert grant["redirect_uri"] == "urn:ietf:wg:oauth:2.0:oob"


def test_a_token_is_used_until_shortly_before_its_end() -> None:  # B5
    wire = Wire()
    access(wire)
    wire.clock.time += LIFE - 121
    assert access(wire) == "access-1"
    wire.clock.time += 2
    assert access(wire) == "access-2"


def test_a_refresh_uses_the_newest_refresh_token() -> None:  # B6
    wire = Wire()
    for _ in range(3):
        access(wire)
        wire.clock.time += LIFE
    assert [grant.get("refresh_token") for grant in wire.grants] == [None, "refresh-1", "refresh-2"]


def test_many_who_ask_at_once_share_one_sign_in() -> None:  # B6
    wire = Wire()

    async def crowd() -> set[str]:
        return {
            secret.reveal() for secret in await asyncio.gather(*(wire.tokens.access() for _ in range(20)))
        }

    async def twice() -> list[set[str]]:
        first = await crowd()
        wire.clock.time += LIFE
        return [first, await crowd()]

    assert asyncio.run(twice()) == [{"access-1"}, {"access-2"}]
    assert kinds(wire) == ["client_credentials", "refresh_token"]


def test_many_who_met_one_dead_token_share_one_renewal() -> None:  # B6
    wire = Wire()

    async def crowd() -> set[str]:
        dead = await wire.tokens.access()
        renewed = await asyncio.gather(*(wire.tokens.renew(dead) for _ in range(20)))
        late = await wire.tokens.renew(dead)  # one that heard of it last
        return {secret.reveal() for secret in [*renewed, late]}

    assert asyncio.run(crowd()) == {"access-2"}


def test_a_renewal_that_fails_fails_for_each_who_asked_and_may_be_tried_again() -> None:
    wire = Wire()
    good, wire.login = wire.login, lambda form: oauth_error("invalid_client", 401)

    async def crowd() -> list[Any]:
        return await asyncio.gather(*(wire.tokens.access() for _ in range(3)), return_exceptions=True)

    assert all(isinstance(found, errors.SignInError) for found in asyncio.run(crowd()))
    wire.login = good
    assert access(wire).startswith("access-")


def test_a_login_host_that_is_throttled_is_left_alone_until_its_reset() -> None:  # B12
    wire = Wire()
    good, wire.login = wire.login, lambda form: refused(429, retry_after="30")
    for _ in range(3):
        with pytest.raises(errors.ThrottledError):
            access(wire)
    assert len(wire.grants) == 1
    wire.login, wire.clock.time = good, wire.clock.time + 30
    assert access(wire) == "access-2"


def test_a_renewal_whose_asker_has_gone_is_finished_all_the_same() -> None:  # B6
    """Its answer has the only refresh token that still works."""
    wire = with_code(Wire())

    async def leave() -> str:
        dead = await wire.tokens.access()
        asker = asyncio.create_task(wire.tokens.renew(dead))
        await asyncio.sleep(0)
        asker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asker
        return (await wire.tokens.renew(dead)).reveal()

    assert asyncio.run(leave()) == "access-2"
    assert kinds(wire) == ["authorization_code", "refresh_token"]


# -- what dies
def test_a_service_account_with_an_expired_refresh_token_signs_in_again() -> None:  # B6: the answer was lost
    wire = Wire()
    access(wire)
    wire.clock.time += LIFE
    refuse_refresh(wire)
    assert access(wire) == "access-3"
    assert kinds(wire) == ["client_credentials", "refresh_token", "client_credentials"]


def test_a_user_whose_refresh_token_died_is_asked_to_sign_in_again() -> None:  # B6
    wire = with_code(Wire())
    access(wire)
    wire.clock.time += LIFE
    refuse_refresh(wire)
    with pytest.raises(errors.SignInError, match="Sign in again"):
        access(wire)
    assert kinds(wire) == ["authorization_code", "refresh_token"]  # never as the service account


def test_a_user_without_a_refresh_token_does_not_become_the_service_account() -> None:
    wire = with_code(Wire(refresh=False))
    access(wire)
    wire.clock.time += LIFE
    with pytest.raises(errors.SignInError, match="Sign in again"):
        access(wire)
    assert kinds(wire) == ["authorization_code"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_login_host_that_fails_for_a_moment_does_not_end_a_sign_in(status: int) -> None:  # B13
    wire = with_code(Wire())
    access(wire)
    wire.clock.time += LIFE
    good, wire.login = wire.login, lambda form: httpx2.Response(status, html="<html>busy</html>")
    with pytest.raises((errors.ServerError, errors.ThrottledError)):
        access(wire)
    wire.login = good
    wire.clock.time += wire.tokens.wait()  # B12
    assert access(wire) == "access-3"
    assert wire.grants[-1]["refresh_token"] == "refresh-1"


def test_a_wrong_secret_is_reported_with_the_settings_to_check() -> None:
    wire = Wire()
    wire.login = lambda form: oauth_error("invalid_client", 401)
    with pytest.raises(errors.SignInError, match="PDM_NB_CLIENT_SECRET") as told:
        access(wire)
    assert (told.value.status, told.value.reason) == (401, "invalid_client")


def test_a_used_code_is_reported() -> None:  # B4
    wire = with_code(Wire())
    wire.login = lambda form: oauth_error("invalid_grant")
    with pytest.raises(errors.SignInError, match="Sign in again"):
        access(wire)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, html="<html>Sign in to this network</html>"),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, json={"token_type": "bearer"}),
        httpx2.Response(200, json={"access_token": "a", "expires_in": "soon"}),
        httpx2.Response(403, html="<html>Forbidden</html>"),
        httpx2.Response(400, json=["no"]),
    ],
    ids=str,
)
def test_a_response_without_a_token_is_reported_with_the_address(answer: Answer) -> None:
    wire = Wire()
    wire.login = lambda form: answer
    with pytest.raises(errors.SignInError, match=r"https://login\.test"):
        access(wire)


def test_no_network_names_the_login_host() -> None:
    wire = Wire()
    wire.login = lambda form: httpx2.ConnectTimeout("slow")
    with pytest.raises(errors.ConnectionFailed, match=r"login\.test did not answer in time"):
        access(wire)


# -- signing out
def test_revoke_ends_the_sign_in_once() -> None:  # B7
    wire = Wire()
    access(wire)
    asyncio.run(wire.tokens.revoke())
    asyncio.run(wire.tokens.revoke())
    assert len(wire.grants) == 2
    assert wire.grants[1] == {"token": "access-1", "client_id": "the-client", "client_secret": CLIENT_SECRET}


# -- environments
@pytest.mark.parametrize(
    ("name", "login", "api"),
    [
        ("production", "https://login.procore.com", "https://api.procore.com"),
        ("sandbox", "https://login-sandbox.procore.com", "https://sandbox.procore.com"),
        ("monthly", "https://login-sandbox-monthly.procore.com", "https://api-monthly.procore.com"),
        ("federal", "https://login.procoregov.com", "https://api.procoregov.com"),
        ("http://127.0.0.1:8765/", "http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://localhost:8765", "http://localhost:8765", "http://localhost:8765"),
        ("https://pdm.example.com", "https://pdm.example.com", "https://pdm.example.com"),
    ],
)
def test_environments(name: str, login: str, api: str) -> None:  # B1
    found = environment_of(name)
    assert (found.login_url, found.api_url) == (login, api)


def test_login_host_and_api_may_be_apart() -> None:
    found = environment_of("https://api.example.com", "https://login.example.com/")
    assert (found.name, found.login_url, found.host) == (
        "api.example.com",
        "https://login.example.com",
        "api.example.com",
    )


@pytest.mark.parametrize(
    "name", ["", "prod", "ftp://example.com", "https://", "127.0.0.1:8765", "https://[oops"]
)
def test_an_unknown_environment_is_reported_with_the_choices(name: str) -> None:
    with pytest.raises(
        errors.SettingsError, match=r"Use production, sandbox, monthly, federal, sim, or a URL\."
    ):
        environment_of(name)


@pytest.mark.parametrize(
    ("api", "login"),
    [
        ("http://pdm.example.com", None),
        ("https://pdm.example.com", "http://pdm.example.com"),
        ("http://127.0.0.1.example.com", None),
    ],
)
def test_a_secret_is_never_sent_unencrypted(api: str, login: str | None) -> None:
    with pytest.raises(errors.SettingsError, match="Use https"):
        environment_of(api, login)


def test_the_page_to_approve_on() -> None:  # B4
    url = httpx2.URL(authorize_url(HERE, "the client"))
    assert (url.host, url.path) == ("login.test", "/oauth/authorize")
    assert dict(url.params) == {
        "response_type": "code",
        "client_id": "the client",
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
    }


# -- secrets
def holders() -> list[Any]:
    secret = Secret("hush")
    token = Token(secret, secret, 0.0)
    credentials = Credentials("id", secret, secret)
    wire = Wire()
    wire.tokens.credentials, wire.tokens._token = credentials, token
    return [secret, token, credentials, wire.tokens, wire.client()]


@pytest.mark.parametrize("holder", holders(), ids=lambda holder: type(holder).__name__)
def test_a_secret_shows_itself_to_nobody(holder: Any) -> None:
    assert "hush" not in f"{holder!r} {holder!s} {holder} {[holder]}"
    with pytest.raises(Exception) as pickled:
        pickle.dumps(holder)
    assert "hush" not in str(pickled.value)


def test_a_secret_is_neither_copied_nor_written_as_json() -> None:
    with pytest.raises(TypeError):
        copy.deepcopy(Secret("hush"))
    with pytest.raises(TypeError):
        json.dumps(Secret("hush"))


LOGIN_FAILS: list[Answer] = [
    oauth_error("invalid_client", 401),
    httpx2.Response(503),
    httpx2.ConnectError("no network"),
    httpx2.Response(200, html="<html>"),
    httpx2.Response(200, json={"access_token": "access-1", "expires_in": "soon"}),
]


@pytest.mark.parametrize("answer", LOGIN_FAILS, ids=str)
def test_no_traceback_of_a_failed_sign_in_shows_a_secret(answer: Answer) -> None:
    wire = with_code(Wire(), "the-c0de")
    wire.login = lambda form: answer
    with pytest.raises(errors.ServiceError) as told:
        access(wire)
    assert_silent(told.value, CLIENT_SECRET, "the-c0de", "access-1")


@pytest.mark.parametrize("answer", [refused(403), httpx2.ReadTimeout("slow"), refused(401)], ids=str)
def test_no_traceback_of_a_failed_call_shows_a_token(answer: Answer) -> None:
    wire = Wire(*[answer] * 10)
    with pytest.raises(errors.ServiceError) as told:
        asyncio.run(wire.client().list_fields(Scope("7", "42")))
    assert_silent(told.value, CLIENT_SECRET, "access-1", "access-2", "refresh-1")


def assert_silent(error: BaseException, *secrets: str) -> None:
    """Not even where a traceback shows local variables, as notebooks can be told to."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in shown.stack if "/pdm_nb/" in frame.filename]
    assert ours, "the traceback must reach into the package for this test to mean anything"
    text = "".join(shown.format_exception_only()) + "".join(map(str, (frame.locals for frame in ours)))
    assert not [secret for secret in secrets if secret in text]
