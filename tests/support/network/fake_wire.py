"""A transport without a network: scripted responses for httpx2, and a clock that advances on sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2

from pdm_nb.api.auth import Credentials, Secret, Tokens
from pdm_nb.api.client import Client, TimeSource
from pdm_nb.api.environments import Environment
from pdm_nb.api.http_transport import HttpTransport
from pdm_nb.api.storage_transport import UserStorageTransport

HERE = Environment("test", "https://login.test", "https://api.test")
CLIENT_SECRET = "s3cret-of-the-client"
Answer = httpx2.Response | Exception


class FakeClock:
    """Sleeping advances it; `slept` records the seconds."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class Wire:
    """Issues the tokens `access-1`, `access-2` …; API calls get the scripted responses in order."""

    def __init__(self, *answers: Answer, refresh: bool = True) -> None:
        self.clock = FakeClock()
        self.answers = list(answers)
        self.calls: list[httpx2.Request] = []
        self.times: list[float] = []
        self.grants: list[dict[str, str]] = []
        self.refresh = refresh
        self.script: Callable[[httpx2.Request], Answer] = lambda request: self.answers.pop(0)
        self.login: Callable[[dict[str, str]], Answer] = self._grant
        self.http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._handle))
        secret = Secret(CLIENT_SECRET)
        self.transport = HttpTransport.of_user(self.http)
        self.tokens = Tokens(self.transport, HERE, Credentials("the-client", secret), self.clock.now)

    def client(self, **options: Any) -> Client:
        clock = TimeSource(self.clock.now, self.clock.sleep)
        return Client(
            HERE,
            self.tokens,
            self.transport,
            clock=clock,
            company_id="7",
            upload_transport=UserStorageTransport(self.http),
            **options,
        )

    async def _handle(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        await asyncio.sleep(0)  # like a network, so that other tasks run
        if request.url.host == "login.test":
            answer = self._sign_in(request)
        else:
            self.calls.append(request)
            self.times.append(self.clock.time)
            answer = self.script(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _sign_in(self, request: httpx2.Request) -> Answer:
        form = dict(httpx2.QueryParams(request.content.decode()))
        self.grants.append(form)
        return httpx2.Response(200) if request.url.path == "/oauth/revoke" else self.login(form)

    def _grant(self, form: dict[str, str]) -> Answer:
        number = len(self.grants)
        body = {
            "access_token": f"access-{number}",
            "token_type": "bearer",
            "expires_in": 5400,
            "created_at": 1,
        }
        if self.refresh:
            body["refresh_token"] = f"refresh-{number}"
        return httpx2.Response(200, json=body)


def refused(status: int, reason: str = "", **headers: str) -> httpx2.Response:
    body = {"error": {"code": reason, "message": "no", "details": [{"reason_code": reason, "message": "no"}]}}
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx2.Response(status, json=body, headers=named)
