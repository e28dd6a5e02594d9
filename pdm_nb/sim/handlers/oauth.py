"""OAuth on the login host (B4–B8): the authorization page, the three grants, revoke, token info."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ..runtime.responses import read_json, refuse
from ..world.records import AuthorizationCode, Grant
from ..world.simulator_core import Core
from ..world.world import Project, User

OOB = "urn:ietf:wg:oauth:2.0:oob"
LIFETIME = 5400  # B5
CODE_LIFETIME = 600.0  # B4
NOT_CONNECTED = "App is not connected to this company"  # B16: also for a project that is not permitted

# No other page can show this one in a frame, and so get a click on "Allow".
UNFRAMED = {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{body}</body></html>"""
FORM = """<p>A notebook requests access to Document Management as <strong>{person}</strong>.</p>
<form method="post" action="/oauth/authorize">{inputs}
<button name="approve" value="1">Allow</button> <button name="approve" value="0">Deny</button></form>"""


def bearer(core: Core, request: Request) -> Grant:
    """Return the grant of a request's token; 401 INVALID_TOKEN if there is no valid one (B8)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    grant = core.store.get(Grant, token.strip()) if scheme.lower() == "bearer" else None
    if grant is None or grant.revoked or core.clock.now() >= grant.expires_at:
        raise refuse(401, "INVALID_TOKEN", "The access token is missing, expired or revoked")
    return grant


def find_user(core: Core, user_id: int) -> User:
    """Return a user by id."""
    return next(user for user in core.world.users if user.id == user_id)


def is_permitted(core: Core, user_id: int, project: Project) -> bool:
    """Return False if the service account has no access to a project; users have access to all (B4)."""
    permitted = core.options.permitted_projects
    return permitted is None or user_id != core.world.service_account.id or project.id in permitted


class OAuth:
    """The operations of the login host."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.approver = core.world.users[-5]  # the sample user who approves in the browser

    async def authorize(self, request: Request) -> Response:
        """Return the page with the form, or an error page."""
        params = dict(request.query_params)
        if error := self._authorization_error(params):
            return _page("Invalid authorization request", f"<p>{escape(error)}</p>", 400)
        names = ("response_type", "client_id", "redirect_uri", "state")
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{escape(params[name])}">'
            for name in names
            if name in params
        )
        return _page("Allow access?", FORM.format(person=escape(self.approver.name), inputs=inputs))

    async def approve(self, request: Request) -> Response:
        """Handle the form: redirect with a code, or show the code on a page (B4)."""
        params = await _form(request) or {}
        if error := self._authorization_error(params):
            return _page("Invalid authorization request", f"<p>{escape(error)}</p>", 400)
        state = {"state": params["state"]} if "state" in params else {}
        if params.get("approve") != "1":
            return _redirect(params["redirect_uri"], {"error": "access_denied", **state})
        code = AuthorizationCode(
            key=self.core.ids.token(),
            user_id=self.approver.id,
            redirect_uri=params["redirect_uri"],
            expires_at=self.core.clock.now() + CODE_LIFETIME,
        )
        self.core.store.put(code)
        return _redirect(params["redirect_uri"], {"code": code.key, **state})

    async def token(self, request: Request) -> Response:
        """Return a token for one of the three grants; the body is urlencoded, multipart or JSON (B4)."""
        params = await _form(request)
        if params is None:
            message = "The body cannot be parsed, or one of its values is not a string"
            return _oauth_error(400, "invalid_request", message)
        for name in ("grant_type", "client_id"):
            if not params.get(name):
                return _oauth_error(400, "invalid_request", f"{name} is missing")
        if not self._is_client(params):
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        grants = {
            "client_credentials": self._by_client,
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
        }
        if params["grant_type"] not in grants:
            return _oauth_error(400, "unsupported_grant_type", "The grant type is not one that is offered")
        with self.core.store.lock:
            grant = grants[params["grant_type"]](params)
        if grant is None:
            return _oauth_error(400, "invalid_grant", "The grant is invalid, expired, revoked or used before")
        body = {
            "access_token": grant.key,
            "token_type": "bearer",
            "expires_in": LIFETIME,
            "created_at": grant.created_at,
        }
        shown = body if grant.refresh_token is None else body | {"refresh_token": grant.refresh_token}
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    async def info(self, request: Request) -> Response:
        """Return what is known about the token."""
        grant = bearer(self.core, request)
        return JSONResponse(
            {
                "resource_owner_id": grant.user_id,
                "scopes": [],
                "expires_in_seconds": max(0, int(grant.expires_at - self.core.clock.now())),
                "created_at": grant.created_at,
            }
        )

    async def revoke(self, request: Request) -> Response:
        """Revoke the access and the refresh token together; 200 in any case (B7)."""
        params = await _form(request) or {}
        with self.core.store.lock:
            for grant in self.core.store.rows(Grant):
                if params.get("token") and params["token"] in (grant.key, grant.refresh_token):
                    self.core.store.put(replace(grant, revoked=True))
        return JSONResponse({})

    def _by_client(self, params: Mapping[str, str]) -> Grant | None:
        return self._grant(self.core.world.service_account.id, refreshable=False)

    def _by_code(self, params: Mapping[str, str]) -> Grant | None:
        code = self.core.store.get(AuthorizationCode, params.get("code", ""))
        if code is None or code.used or self.core.clock.now() >= code.expires_at:
            return None
        if params.get("redirect_uri") != code.redirect_uri:
            return None
        self.core.store.put(replace(code, used=True))
        return self._grant(code.user_id, refreshable=True)

    def _by_refresh(self, params: Mapping[str, str]) -> Grant | None:
        """A new pair; the old refresh token becomes invalid immediately (B6)."""
        token = params.get("refresh_token")
        for old in self.core.store.rows(Grant) if token else ():
            if old.refresh_token == token and not old.refreshed and not old.revoked:
                self.core.store.put(replace(old, refreshed=True))
                return self._grant(old.user_id, refreshable=True)
        return None

    def _grant(self, user_id: int, refreshable: bool) -> Grant:
        now = int(self.core.clock.now())
        grant = Grant(
            key=self.core.ids.token(),
            user_id=user_id,
            created_at=now,
            expires_at=now + LIFETIME,
            refresh_token=self.core.ids.token() if refreshable else None,
        )
        self.core.store.put(grant)
        return grant

    def _is_client(self, params: Mapping[str, str]) -> bool:
        world = self.core.world
        known = hmac.compare_digest(params["client_id"].encode(), world.client_id.encode())
        secret = params.get("client_secret", "").encode()
        return hmac.compare_digest(secret, world.client_secret.encode()) and known

    def _authorization_error(self, params: Mapping[str, str]) -> str:
        if params.get("response_type") != "code":
            return "response_type must be code"
        if params.get("client_id") != self.core.world.client_id:
            return "No application has this client_id"
        if not _is_redirect(params.get("redirect_uri", "")):
            return f"redirect_uri must be {OOB} or an address on this machine"
        return ""


def _is_redirect(uri: str) -> bool:
    """True for the URIs that the application is registered with: out of band, or any port of the local machine."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return uri == OOB or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"))


def _redirect(redirect_uri: str, result: dict[str, str]) -> Response:
    if redirect_uri == OOB:
        if "code" not in result:
            return _page("Access denied", "<p>The application has no access.</p>")
        return _page(
            "Your code", f'<p>Paste it: <code id="authorization_code">{escape(result["code"])}</code></p>'
        )
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(result)}", 302)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of any of the three kinds of body (B4); None if it cannot be parsed, or a value is not a string."""
    try:
        if "json" not in request.headers.get("content-type", ""):
            async with request.form() as form:
                return {name: value for name, value in form.items() if isinstance(value, str)}
        body: Any = read_json(await request.body())
    except (ValueError, HTTPException):  # the latter for a malformed multipart body
        return None
    is_text = isinstance(body, dict) and all(isinstance(value, str) for value in body.values())
    return body if is_text else None


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(title=escape(title), body=body), status, headers=UNFRAMED)


def _oauth_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
