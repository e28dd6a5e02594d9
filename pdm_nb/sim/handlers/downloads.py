"""Downloads: a redirect to a short-lived address of storage, which takes no token (B64)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..documents.call import Call, Handler, data, not_found
from ..documents.documents import in_sight, visible
from ..world.core import Core
from ..world.records import Revision, StoredFile, Upload
from . import storage

SECONDS = 300
SIGN_IN = "<!doctype html><title>Sign in</title><h1>Sign in</h1>"


def download_upload(call: Call) -> Response:
    upload = call.core.store.get(Upload, call.path("document_upload_id"))
    if upload is None or not upload.is_listed or not visible(call, upload):
        raise not_found("This document")
    return _leading_to(call, upload.file_id)


def download_revision(call: Call) -> Response:
    """A revision that is in no bin; a masked one is not there (B51), a placeholder has no file (B76)."""
    return _leading_to(call, _revision(call, recycled=False).file_id)


def download_recycled_revision(call: Call) -> Response:
    """A revision in the bin, for who may view it: here, an admin (B62)."""
    revision = _revision(call, recycled=True)
    return _leading_to(call, revision.file_id if call.is_admin else None)


HANDLERS: dict[str, Handler] = {
    "downloadRevision": download_revision,
    "downloadRecycledRevision": download_recycled_revision,
}


def _revision(call: Call, recycled: bool) -> Revision:
    revision = call.core.store.get(Revision, call.path("document_revision_id"))
    shelf = (call.project.id, recycled)
    if revision is None or revision.shelf != shelf or not in_sight(call, revision):
        raise not_found("This document")
    return revision


def _leading_to(call: Call, file_id: str | None) -> Response:
    """302, or with `no_redirect` the address as JSON."""
    file = call.core.store.get(StoredFile, file_id or "")
    if file is None:
        raise not_found("This document")
    base = str(call.request.base_url)
    url, expires = storage.signed_url(call.core, base, "GET", f"/storage/{file.key}", SECONDS)
    if call.query.get("no_redirect"):
        return data({"url": url, "url_expires_at": expires})
    return RedirectResponse(url, 302)


class OtherHost:
    """The vendor's other host, where the guide's `download_url` leads: people sign in there, and no token is taken (B78)."""

    def __init__(self, core: Core) -> None:
        self.core = core

    async def download(self, request: Request) -> Response:
        """The page to sign in on; a token that comes along has left the API's own host."""
        if "authorization" in request.headers:
            host = urlsplit(str(request.url)).hostname
            message = f"an Authorization header went to {host}, which is not the API's own host"
            self.core.ledger.add(self.core.clock.now(), "token_elsewhere", "otherHost", message)
        return HTMLResponse(SIGN_IN, 401)
