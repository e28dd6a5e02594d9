"""OAuth: one access token at a time, renewed once however many callers ask for it (B4-B8).

If several processes share a sign-in, `token_store.py` keeps it and lets one of them at a time renew it.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx2

from ..errors import SignInError, ThrottledError
from .environments import OOB, Environment
from .limits import response_limits
from .limits.rate_limit import RateLimit
from .network.redaction import Redaction
from .protocol import error_mapping
from .protocol.json_text import parse, shown
from .protocol.requests import Request

ASKED = Request("getToken", "POST", "/oauth/token")
TOKEN = re.compile(r"[!-~]+")  # what a header can have
LONGEST = 366 * 86_400.0  # seconds that a token is used
EARLY = 120.0  # seconds before its end that a token is renewed, so that it does not end during a call


class Secret:
    """A string that is in no repr, log, traceback or pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def is_same(self, other: Secret | None) -> bool:
        return other is not None and self._text == other._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("A secret cannot be pickled.")


@dataclass(frozen=True, slots=True)
class Token:
    access: Secret
    refresh: Secret | None
    expires_at: float  # Unix seconds
    early: float = EARLY  # seconds before its end that it is renewed
    sign_in: str = ""  # identifies a user's sign-in; "" for the service account

    def is_fresh(self, now: float) -> bool:
        return now < self.expires_at - self.early


@dataclass(slots=True)
class Credentials:
    """The credentials of a sign-in: of a user if there is a `code`, else of the service account (B4)."""

    client_id: str
    client_secret: Secret
    code: Secret | None = None
    redirect_uri: str = OOB

    @property
    def sign_in(self) -> str:
        """Identifies a user's sign-in; "" for the service account. A code can be used once only."""
        return "" if self.code is None else hashlib.sha256(self.code.reveal().encode()).hexdigest()[:16]


class TokenStorage(Protocol):
    """Keeps a sign-in for other processes: see `token_store.TokenStore`."""

    def held(self) -> AbstractAsyncContextManager[None]: ...

    def load(self) -> Token | None: ...

    def save(self, token: Token) -> None: ...

    def forget(self) -> None: ...


class HttpSender(Protocol):
    """Sends a request and returns the whole response: see `http_transport`.

    Raises `ConnectionFailed` if there is no response.
    """

    async def send(self, request: httpx2.Request, /) -> httpx2.Response: ...

    async def aclose(self) -> None: ...


@dataclass
class Tokens:
    """The access token of one sign-in. Renewal is single-flight: a refresh token works only once (B6)."""

    http: HttpSender
    environment: Environment
    credentials: Credentials
    now: Callable[[], float]
    store: TokenStorage | None = None
    redaction: Redaction = field(default_factory=Redaction, repr=False)
    _token: Token | None = field(default=None, repr=False)
    _renewal: asyncio.Future[Secret] | None = field(default=None, repr=False)
    _rate_limit: RateLimit = field(default_factory=RateLimit, repr=False)  # the login host's own

    def __post_init__(self) -> None:
        self._hide(self.credentials.client_secret, self.credentials.code)

    def _hide(self, *secrets: Secret | None) -> None:
        """From now on, replace these secrets in what the service responds."""
        self.redaction.add(*(secret.reveal() for secret in secrets if secret is not None))

    def current(self) -> Secret | None:
        """Return the token, None if it is about to expire or is being renewed."""
        if self._token is None or (self._renewal is not None and not self._renewal.done()):
            return None
        return self._token.access if self._token.is_fresh(self.now()) else None

    def wait(self) -> float:
        """Return the seconds until the login host may be called again (B12, B13)."""
        wait = self._rate_limit.wait(self.now())
        return wait if wait < math.inf else 0.0  # infinity: a call is under way, without a limit

    async def access(self) -> Secret:
        """Return a token that does not expire soon."""
        return self.current() or await self.renew(self._token.access if self._token else None)

    async def renew(self, dead: Secret | None) -> Secret:
        """Return a new token in place of `dead`. Callers that ask while it is fetched share it.

        It is fetched even if all callers were cancelled: the response has the only refresh token that still works (B6).
        """
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.ensure_future(self._renew(dead))
            self._renewal.add_done_callback(_retrieve_error)
        return await asyncio.shield(self._renewal)

    async def _renew(self, dead: Secret | None) -> Secret:
        if self._token is None or self._token.access.is_same(dead):
            self._token = await (self._fetch() if self.store is None else self._fetch_shared(self.store))
            self._hide(self._token.access, self._token.refresh)
        return self._token.access

    async def _fetch_shared(self, store: TokenStorage) -> Token:
        """Return the token that another process got, if there is one; else fetch one for all of them (B6)."""
        async with store.held():
            found = self._shared(store)
            if found is not None and self._is_new(found):
                return found
            another = found is None and self._token is not None and store.load() is not None
            self._token = found or self._token
            try:
                token = await self._fetch()
            except SignInError:
                found = self._shared(store)  # if locks do not work: that of the faster process
                if found is None or not self._is_new(found):
                    raise
                return found
            if not another:  # another user has signed in with this store meanwhile
                store.save(token)
            return token

    def _shared(self, store: TokenStorage) -> Token | None:
        """Return the stored token of this sign-in. Without a code, any sign-in in the store is used."""
        found = store.load()
        if self._token is None and self.credentials.code is None:
            return found
        mine = self.credentials.sign_in if self._token is None else self._token.sign_in
        return found if found is not None and found.sign_in == mine else None

    def _is_new(self, found: Token) -> bool:
        mine = self._token.access if self._token else None
        return found.is_fresh(self.now()) and not found.access.is_same(mine)

    async def _fetch(self) -> Token:
        sign_in = self.credentials.sign_in if self._token is None else self._token.sign_in
        refresh = self._token.refresh if self._token else None
        if refresh is not None:
            try:
                return await self._grant(sign_in, grant_type="refresh_token", refresh_token=refresh)
            except SignInError as error:
                if sign_in:
                    raise _ended(error.status, error.reason) from None
        if not sign_in:
            return await self._grant(sign_in, grant_type="client_credentials")
        if self._token is not None or self.credentials.code is None:
            raise _ended()  # the code was used; the service account would be another user
        return await self._grant(
            sign_in,
            grant_type="authorization_code",
            code=self.credentials.code,
            redirect_uri=self.credentials.redirect_uri,
        )

    async def _grant(self, sign_in: str, **form: str | Secret) -> Token:
        if (held := self.wait()) > 0:
            raise ThrottledError(
                f"The login host is rate-limiting; retry in {math.ceil(held)} s", retry_after=held
            )
        call = self._rate_limit.sent(self.now())
        response: httpx2.Response | None = None
        try:
            response = await self._post(ASKED.path, form)
        finally:
            outcome = (None, 0) if response is None else (response.headers, response.status_code)
            self._rate_limit.ended(call, self.now(), *outcome)
        if response.status_code == 429 or response.status_code >= 500:  # B13: temporary, the sign-in stays
            response = self.redaction.of_response(response)
            raise error_mapping.error_of(ASKED, response.status_code, response.headers, response.content)
        if response.status_code != 200:
            raise _refused(self.redaction.of_response(response), self.environment)
        token = _token(response, self.now(), sign_in)
        if token is None:
            raise SignInError(
                f"{self.environment.login_url} did not return a token. Check the address, and whether a proxy or the "
                "sign-in page of a network responds instead",
                status=response.status_code,
            )
        return token

    async def _post(self, path: str, form: Mapping[str, str | Secret]) -> httpx2.Response:
        """Post a form with the client's credentials. Secrets are revealed in the call only, and in no variable."""
        own = {"client_id": self.credentials.client_id, "client_secret": self.credentials.client_secret}
        return await self.http.send(
            httpx2.Request(
                "POST",
                self.environment.login_url + path,
                data={
                    key: given.reveal() if isinstance(given, Secret) else given
                    for key, given in {**form, **own}.items()
                },
            )
        )

    async def revoke(self) -> None:
        """Revoke the sign-in at the service (B7), for all processes that share it."""
        token = self._token
        if token is None:
            return
        if self.store is not None:
            async with self.store.held():
                found = self._shared(self.store)
                if found is not None:
                    token = found
                    self.store.forget()
        self._token = None
        await self._post("/oauth/revoke", {"token": token.access})


def _retrieve_error(renewal: asyncio.Future[Any]) -> None:
    """Retrieve the error of a renewal that nobody waits for any more, so that asyncio does not log it."""
    if not renewal.cancelled():
        renewal.exception()


def _token(response: httpx2.Response, now: float, sign_in: str) -> Token | None:
    """Return the token in a response, None if there is none that a header can have."""
    try:
        body = parse(response.content)
        refresh = body.get("refresh_token")
        life = min(LONGEST, max(1.0, float(body.get("expires_in") or 5400)))  # B5
        texts = [body["access_token"], *([refresh] if refresh else [])]
        if not all(TOKEN.fullmatch(text) and len(text) <= response_limits.TOKEN for text in texts):
            return None
        access, *others = map(Secret, texts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    # By our clock, not `created_at`: the clocks may differ.
    return Token(access, others[0] if others else None, now + life, min(EARLY, life / 2), sign_in)


def _ended(status: int | None = None, reason: str = "") -> SignInError:
    return SignInError("The sign-in has ended. Sign in again with a new code", status=status, reason=reason)


def _refused(response: httpx2.Response, environment: Environment) -> SignInError:
    try:
        given = parse(response.content).get("error", "")
    except (ValueError, AttributeError):
        given = ""
    reason = shown(given, 100) if isinstance(given, str) else ""
    sentence = {
        "invalid_client": f"{environment.name} does not accept this client id and secret. Check PDM_NB_CLIENT_ID and "
        "PDM_NB_CLIENT_SECRET, and that they belong to this environment: each environment has its own credentials. A "
        "service account must be developer-managed; traditional ones stopped working on 18 March 2025",
        "invalid_grant": "The code or refresh token was used already or has expired. Sign in again",
    }.get(reason, f"{environment.login_url} refused the sign-in")
    return SignInError(sentence, status=response.status_code, reason=reason)
