"""OAuth: one access token at a time, renewed once however many callers ask for it (B4-B8).

Also where several processes share a sign-in: then `token_store.py` keeps it, and lets one at a time renew it.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from ..errors import SignInError, ThrottledError
from .environments import OOB, Environment
from .limits.rate_limit import RateLimit
from .protocol import error_mapping
from .protocol.requests import Request

ASKED = Request("getToken", "POST", "/oauth/token")
EARLY = 120.0  # renew this many seconds before a token's end: a call under way must not meet it


class Secret:
    """A string that shows itself to nobody: not in a repr, a log, a traceback or a pickle."""

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
        raise TypeError("A secret is not written to disk.")


@dataclass(frozen=True, slots=True)
class Token:
    access: Secret
    refresh: Secret | None
    expires_at: float  # Unix seconds
    early: float = EARLY  # seconds before that, when it is renewed
    sign_in: str = ""  # a user's, by the code it began with; "" is the service account's

    def is_fresh(self, now: float) -> bool:
        return now < self.expires_at - self.early


@dataclass(slots=True)
class Credentials:
    """What the grants need. With `code` the user signs in; without, the service account (B4)."""

    client_id: str
    client_secret: Secret
    code: Secret | None = None
    redirect_uri: str = OOB

    @property
    def sign_in(self) -> str:
        """Tells one user's sign-in from another's. A code is worth nothing once it was used."""
        return "" if self.code is None else hashlib.sha256(self.code.reveal().encode()).hexdigest()[:16]


class TokenStorage(Protocol):
    """What keeps a sign-in for other processes: `token_store.TokenStore`."""

    def held(self) -> AbstractAsyncContextManager[None]: ...

    def load(self) -> Token | None: ...

    def save(self, token: Token) -> None: ...

    def forget(self) -> None: ...


class HttpSender(Protocol):
    """What sends a request and answers it whole: `transport.Transport`, or an `httpx.AsyncClient` itself.

    Raises an `httpx.TransportError` where no answer came.
    """

    async def send(self, request: httpx.Request, /) -> httpx.Response: ...

    async def aclose(self) -> None: ...


@dataclass
class Tokens:
    """The access token of one sign-in. Renewal is single-flight: a refresh token works only once (B6)."""

    http: HttpSender
    environment: Environment
    credentials: Credentials
    now: Callable[[], float]
    store: TokenStorage | None = None
    _token: Token | None = field(default=None, repr=False)
    _renewal: asyncio.Future[Secret] | None = field(default=None, repr=False)
    _pace: RateLimit = field(default_factory=RateLimit, repr=False)  # the login host's own

    def current(self) -> Secret | None:
        """The token, where it lives for a while yet and is not being replaced."""
        if self._token is None or (self._renewal is not None and not self._renewal.done()):
            return None
        return self._token.access if self._token.is_fresh(self.now()) else None

    def wait(self) -> float:
        """Seconds for which the login host wants to be left alone (B12, B13)."""
        wait = self._pace.wait(self.now())
        return wait if wait < math.inf else 0.0  # infinity: a call is under way, and nothing is asked for

    async def access(self) -> Secret:
        """A token that lives for a while yet."""
        return self.current() or await self.renew(self._token.access if self._token else None)

    async def renew(self, dead: Secret | None) -> Secret:
        """A new token in place of `dead`; callers that come while it is fetched share it.

        It is fetched to the end also where all who asked have gone: the answer has the only refresh token that
        still works (B6).
        """
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.ensure_future(self._renew(dead))
            self._renewal.add_done_callback(_heed)
        return await asyncio.shield(self._renewal)

    async def _renew(self, dead: Secret | None) -> Secret:
        if self._token is None or self._token.access.is_same(dead):
            self._token = await (self._fetch() if self.store is None else self._fetch_shared(self.store))
        return self._token.access

    async def _fetch_shared(self, store: TokenStorage) -> Token:
        """A token that another process got, where there is one; else one of our own for all (B6)."""
        async with store.held():
            found = self._shared(store)
            if found is not None and self._is_new(found):
                return found
            another = found is None and self._token is not None and store.load() is not None
            self._token = found or self._token
            try:
                token = await self._fetch()
            except SignInError:
                found = self._shared(store)  # where locks do not work: the winner's
                if found is None or not self._is_new(found):
                    raise
                return found
            if not another:  # somebody else has signed in there meanwhile
                store.save(token)
            return token

    def _shared(self, store: TokenStorage) -> Token | None:
        """What is kept of our own sign-in. Who comes with no code goes on with whoever has signed in there."""
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
            raise _ended()  # its code is used up; the service account would be somebody else
        return await self._grant(
            sign_in,
            grant_type="authorization_code",
            code=self.credentials.code,
            redirect_uri=self.credentials.redirect_uri,
        )

    async def _grant(self, sign_in: str, **form: str | Secret) -> Token:
        if (held := self.wait()) > 0:
            raise ThrottledError("The login host asked to be left alone for a while", retry_after=held)
        call = self._pace.sent(self.now())
        answer: httpx.Response | None = None
        try:
            answer = await self._post(ASKED.path, form)
        finally:
            told = (None, 0) if answer is None else (answer.headers, answer.status_code)
            self._pace.answered(call, self.now(), *told)
        if answer.status_code == 429 or answer.status_code >= 500:  # B13: it passes, and the sign-in lives on
            raise error_mapping.error_of(ASKED, answer.status_code, answer.headers, answer.text)
        if answer.status_code != 200:
            raise _refused(answer, self.environment)
        try:
            return _token(answer, self.now(), sign_in)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SignInError(
                f"{self.environment.login_url} answered with something that is no token: check the address, and "
                "whether a proxy or a network's own sign-in page is in between",
                status=answer.status_code,
            ) from None

    async def _post(self, path: str, form: Mapping[str, str | Secret]) -> httpx.Response:
        """Post a form with the client's credentials. Secrets are revealed in the call alone, in no variable."""
        own = {"client_id": self.credentials.client_id, "client_secret": self.credentials.client_secret}
        try:
            return await self.http.send(
                httpx.Request(
                    "POST",
                    self.environment.login_url + path,
                    data={
                        key: given.reveal() if isinstance(given, Secret) else given
                        for key, given in {**form, **own}.items()
                    },
                )
            )
        except httpx.TransportError as error:
            raise error_mapping.connection_error(self.environment.login_url, error) from None

    async def revoke(self) -> None:
        """End the sign-in at the service (B7), for all who share it."""
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


def _heed(renewal: asyncio.Future[Any]) -> None:
    """Take a renewal's error where nobody is left who asked, or asyncio tells of it."""
    if not renewal.cancelled():
        renewal.exception()


def _token(answer: httpx.Response, now: float, sign_in: str) -> Token:
    body = answer.json()
    refresh = body.get("refresh_token")
    life = max(1.0, float(body.get("expires_in") or 5400))  # B5
    return Token(
        Secret(body["access_token"]),
        Secret(refresh) if refresh else None,
        now + life,  # our own clock, not `created_at`: theirs and ours may differ
        min(EARLY, life / 2),
        sign_in,
    )


def _ended(status: int | None = None, reason: str = "") -> SignInError:
    return SignInError("The sign-in has ended; sign in again to get a new code", status=status, reason=reason)


def _refused(answer: httpx.Response, environment: Environment) -> SignInError:
    try:
        reason = str(answer.json().get("error", ""))
    except (ValueError, AttributeError):
        reason = ""
    sentence = {
        "invalid_client": f"{environment.name} does not know this client id and secret: check PDM_NB_CLIENT_ID and "
        "PDM_NB_CLIENT_SECRET, and that they belong to this environment (credentials do not cross environments). A "
        "service account has to be a developer-managed one: traditional ones ended on 18 March 2025",
        "invalid_grant": "The code or refresh token is used up or too old: sign in again",
    }.get(reason, f"{environment.login_url} refused the sign-in")
    return SignInError(sentence, status=answer.status_code, reason=reason)
