"""A sign-in that several processes share: one refreshes, the others use its token, and the file is private."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

import pdm_nb
from pdm_nb import errors, sim
from pdm_nb.api import token_store
from pdm_nb.api.auth import Credentials, Secret, Tokens
from pdm_nb.api.environments import authorize_url, environment_of
from pdm_nb.api.token_store import TokenStore
from tests.support.network.fake_wire import CLIENT_SECRET, HERE, Wire

LIFE = 5400  # B5


class Login(Wire):
    """A login host: each refresh token works once, and so does each code (B4, B6)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.alive = {"the-code", "another-code"}
        self.login = self._once

    def _once(self, form: dict[str, str]) -> Any:
        used = form.get("refresh_token") or form.get("code")
        if used is not None and used not in self.alive:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        self.alive.discard(str(used))
        self.alive.add(f"refresh-{len(self.grants)}")
        return self._grant(form)

    def process(self, code: str | None = None, client_id: str = "the-client") -> Tokens:
        """What one process has: its own memory, the same file."""
        credentials = Credentials(client_id, Secret(CLIENT_SECRET), Secret(code) if code else None)
        store = TokenStore(self.path, HERE, credentials)
        return Tokens(self.transport, HERE, credentials, self.clock.now, store)

    @property
    def kinds(self) -> list[str]:
        return [grant.get("grant_type", "revoke") for grant in self.grants]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


@pytest.fixture
def login(path: Path) -> Login:
    return Login(path)


def access(tokens: Tokens) -> str:
    return asyncio.run(tokens.access()).reveal()


# -- going on
def test_after_a_sign_in_by_code_no_further_code_is_needed(login: Login) -> None:
    assert access(login.process("the-code")) == "access-1"
    assert access(login.process()) == "access-1"
    login.clock.time += LIFE
    assert access(login.process()) == "access-2"
    assert login.kinds == ["authorization_code", "refresh_token"]


def test_the_same_cell_can_be_run_again_with_its_code(login: Login) -> None:  # B4: it works once
    access(login.process("the-code"))
    login.clock.time += LIFE
    assert access(login.process("the-code")) == "access-2"
    assert login.kinds == ["authorization_code", "refresh_token"]


def test_another_code_is_another_sign_in(login: Login) -> None:
    first = login.process("the-code")
    access(first)
    assert access(login.process("another-code")) == "access-2"
    login.clock.time += LIFE
    assert access(first) == "access-3", "its own refresh token, not the other one's"
    assert access(login.process("another-code")) == "access-4"
    assert [grant.get("refresh_token") for grant in login.grants[2:]] == ["refresh-1", "refresh-2"]


def test_a_service_account_shares_its_token_too(login: Login) -> None:
    assert {access(login.process()) for _ in range(3)} == {"access-1"}


def test_other_applications_and_environments_have_entries_of_their_own(login: Login) -> None:
    access(login.process("the-code"))
    assert access(login.process(client_id="another")) == "access-2"
    assert len(json.loads(login.path.read_text())) == 2
    assert access(login.process()) == "access-1"


def test_processes_that_share_a_sign_in_refresh_once(login: Login) -> None:  # B6
    processes = [login.process("the-code")]
    access(processes[0])
    processes += [login.process() for _ in range(5)]
    for one in processes:
        access(one)
    login.clock.time += LIFE

    async def all_at_once() -> set[str]:
        return {secret.reveal() for secret in await asyncio.gather(*(one.access() for one in processes))}

    assert asyncio.run(all_at_once()) == {"access-2"}
    assert login.kinds == ["authorization_code", "refresh_token"]


def test_a_dead_token_is_replaced_by_what_another_process_got(login: Login) -> None:  # B8
    one, other = login.process("the-code"), login.process()

    async def work() -> None:
        dead = await one.access()
        await other.access()
        await other.renew(await other.access())
        assert (await one.renew(dead)).reveal() == "access-2"

    asyncio.run(work())
    assert login.kinds == ["authorization_code", "refresh_token"]


def test_where_locks_do_not_work_the_loser_takes_the_winners(login: Login) -> None:  # B6
    loser, winner = login.process("the-code"), login.process()
    access(loser)
    access(winner)
    login.clock.time += LIFE
    held = login._once

    def meanwhile(form: dict[str, str]) -> Any:
        """While the loser asks, the winner has already been answered, and writes."""
        login.login = held
        answer = held(form)
        store = winner.store
        assert isinstance(store, TokenStore)
        token = winner._token
        assert token is not None
        store.save(type(token)(Secret("winner"), Secret("refresh-9"), 1e9, 120.0, token.sign_in))
        assert answer.is_success
        return httpx2.Response(400, json={"error": "invalid_grant"})

    login.login = meanwhile
    assert access(loser) == "winner"


def test_a_refresh_with_a_lost_response_is_reported_in_one_sentence(login: Login) -> None:  # B6
    one = login.process("the-code")
    access(one)
    login.clock.time += LIFE
    good = login._once

    def lost(form: dict[str, str]) -> Any:
        login.login = good
        good(form)
        return httpx2.ReadTimeout("lost")

    login.login = lost
    with pytest.raises(errors.ConnectionFailed):
        access(one)
    for process in (one, login.process()):
        with pytest.raises(errors.SignInError, match="Sign in again with a new code"):
            access(process)
    assert access(login.process("another-code")).startswith("access-")
    assert access(login.process()).startswith("access-")


def test_signing_out_takes_the_sign_in_out_of_the_file(login: Login) -> None:  # B7
    one = login.process("the-code")
    access(one)
    asyncio.run(one.revoke())
    assert json.loads(login.path.read_text()) == {}
    assert login.kinds[-1] == "revoke"


# -- the file
def test_the_file_is_the_owners_alone(login: Login) -> None:
    access(login.process("the-code"))
    assert login.path.stat().st_mode & 0o777 == 0o600
    text = login.path.read_text()
    assert "refresh-1" in text
    assert CLIENT_SECRET not in text
    assert "the-code" not in text
    assert [one.name for one in login.path.parent.iterdir() if one.name.endswith(".json")] == ["tokens.json"]


def test_a_file_that_others_can_read_is_refused(login: Login) -> None:
    access(login.process("the-code"))
    login.path.chmod(0o644)
    with pytest.raises(errors.SettingsError, match="chmod 600"):
        access(login.process())


@pytest.mark.parametrize(
    "content",
    [b"no json", b"[]", b'{"a": 1}', b'{"a": {"access_token": "SECRET"}}', b"\xff\xfe", b'"SECRET"'],
)
def test_a_damaged_file_is_reported_and_not_changed(login: Login, content: bytes) -> None:
    login.path.write_bytes(content)
    login.path.chmod(0o600)
    with pytest.raises(errors.SettingsError, match="Delete it and sign in again") as told:
        access(login.process("the-code"))
    assert "SECRET" not in str(told.value)
    assert login.path.read_bytes() == content
    assert login.grants == [], "the code is still good"


def test_an_empty_file_is_a_new_store(login: Login) -> None:
    login.path.touch(0o600)
    assert access(login.process("the-code")) == "access-1"
    assert access(login.process()) == "access-1"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_unusable_paths_are_reported(login: Login, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    login.path = tmp_path / "file" / "tokens.json"
    with pytest.raises(errors.SettingsError, match="PDM_NB_TOKEN_STORE"):
        access(login.process("the-code"))
    login.path = tmp_path  # a folder
    (tmp_path).chmod(0o700)
    with pytest.raises(errors.SettingsError, match="PDM_NB_TOKEN_STORE"):
        access(login.process("the-code"))


def test_a_folder_that_is_not_there_is_made(login: Login, tmp_path: Path) -> None:
    login.path = tmp_path / "new" / "er" / "tokens.json"
    access(login.process("the-code"))
    assert login.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_full_disk_does_not_end_the_sign_in(
    login: Login, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(token_store.os, "fsync", full)
    with caplog.at_level(logging.WARNING, "pdm_nb"):
        assert access(login.process("the-code")) == "access-1"
    assert "No space left" in caplog.text
    assert list(login.path.parent.glob(".tokens*")) == [], "nothing half written stays"


def test_a_lock_timeout_is_reported(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_store, "PATIENCE", 0.2)
    one, other = login.process("the-code"), login.process()

    async def work() -> None:
        assert one.store is not None
        async with one.store.held():
            with pytest.raises(errors.SettingsError, match="locked by another process"):
                await other.access()

    asyncio.run(work())
    assert access(other) == "access-1"


def test_waiting_for_the_lock_can_be_cancelled(login: Login) -> None:
    one, other = login.process("the-code"), login.process()

    async def work() -> None:
        assert one.store is not None
        assert other.store is not None
        async with one.store.held():
            waiting = asyncio.create_task(other.store.held().__aenter__())
            await asyncio.sleep(0.12)
            waiting.cancel()
            await asyncio.wait([waiting])
        async with one.store.held():  # nobody holds it in the dark
            pass

    asyncio.run(asyncio.wait_for(work(), 60))


def test_a_store_shows_no_secret(login: Login) -> None:
    one = login.process("the-code")
    access(one)
    assert repr(one.store) == f"<TokenStore {login.path}>"
    assert "access-1" not in f"{one!r} {one.store!r} {vars(one.store)}"


# -- for real
ROUNDS = """
import asyncio, sys, pdm_nb
from pdm_nb.runs.loop import run
service = pdm_nb.connect({url!r}, client_id={id!r}, client_secret={secret!r}, token_store={store!r})
me = service.user
for number in range({rounds}):
    run(service.client._tokens.renew(service.client._tokens.current()))
    assert run(service.client.show_me())["name"] == me
print(me)
"""


def code_of(simulator: sim.Simulator) -> str:
    """What a user sees who approves in the browser."""
    form = {"approve": "1", "response_type": "code", "client_id": simulator.client_id}
    url = authorize_url(environment_of(simulator.url), simulator.client_id)
    redirect = dict(httpx2.URL(url).params)["redirect_uri"]
    page = httpx2.post(f"{simulator.url}/oauth/authorize", data={**form, "redirect_uri": redirect}).text
    return page.partition('id="authorization_code">')[2].partition("<")[0]


def test_processes_refresh_over_and_over_and_none_is_thrown_out(path: Path) -> None:  # B6
    """Every renewal kills the refresh token before: one that was used twice would end a process."""
    with sim.Simulator() as simulator:
        settings = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        first = pdm_nb.connect(simulator.url, code=code_of(simulator), token_store=path, **settings)
        code = ROUNDS.format(
            url=simulator.url,
            id=simulator.client_id,
            secret=simulator.client_secret,
            store=str(path),
            rounds=40,
        )
        running = [
            subprocess.Popen(
                [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        for process in running:
            out, err = process.communicate(timeout=120)
            assert (process.returncode, out.strip()) == (0, first.user), err
        grants = simulator._core.store
        refreshed = [grant for grant in grants.rows(sim.world.records.Grant) if grant.refreshed]
        assert len(refreshed) >= 40
        assert first.project("Riverside Tower").users().shape[0] > 0
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_setting_in_the_environment_names_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDM_NB_TOKEN_STORE", str(path))
    with sim.Simulator() as simulator:
        settings = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        user = pdm_nb.connect(simulator.url, code=code_of(simulator), **settings).user
        service = pdm_nb.connect(simulator.url, **settings)
        assert service.user == user, "the person, not the service account"
        service.sign_out()
        assert pdm_nb.connect(simulator.url, **settings).user != user


def test_a_lost_response_to_a_refresh_over_a_socket_is_reported(path: Path) -> None:  # B6
    with sim.Simulator() as simulator:
        settings = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        service = pdm_nb.connect(simulator.url, code=code_of(simulator), token_store=path, **settings)
        simulator.kill_tokens()
        simulator.add_fault("cut_after", operation="getToken")
        with pytest.raises(
            errors.SignInError, match=r"The sign-in has ended\. Sign in again with a new code"
        ):
            service.projects()
