"""Downloads: a redirect to a short-lived URL of storage, which accepts no token (B64)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..documents.call import Call, Handler, data, not_found
from ..documents.visibility import is_hidden, is_visible
from ..world.records import Revision, StoredFile, Upload
from ..world.simulator_core import Core
from . import storage

URL_SECONDS = 300
SIGN_IN_PAGE = "<!doctype html><title>Sign in</title><h1>Sign in</h1>"


def download_upload(call: Call) -> Response:
    """Return the file of an upload."""
    upload = call.core.store.get(Upload, call.path("document_upload_id"))
    if upload is None or not upload.is_listed or not is_visible(call, upload):
        raise not_found("This document")
    return _redirect(call, upload.file_id)


def download_revision(call: Call) -> Response:
    """Return the file of a revision that is not recycled; 404 if it is masked (B51) or a placeholder (B76)."""
    return _redirect(call, _revision(call, recycled=False).file_id)


def download_recycled_revision(call: Call) -> Response:
    """Return the file of a recycled revision; here, only to an admin (B62)."""
    revision = _revision(call, recycled=True)
    return _redirect(call, revision.file_id if call.is_admin else None)


HANDLERS: dict[str, Handler] = {
    "downloadRevision": download_revision,
    "downloadRecycledRevision": download_recycled_revision,
}


def _revision(call: Call, recycled: bool) -> Revision:
    revision = call.core.store.get(Revision, call.path("document_revision_id"))
    list_key = (call.project.id, recycled)
    if revision is None or revision.list_key != list_key or is_hidden(call, revision):
        raise not_found("This document")
    return revision


def _redirect(call: Call, file_id: str | None) -> Response:
    """302, or with `no_redirect` the URL as JSON."""
    file = call.core.store.get(StoredFile, file_id or "")
    if file is None:
        raise not_found("This document")
    base = str(call.request.base_url)
    url, expires = storage.signed_url(call.core, base, "GET", f"/storage/{file.key}", URL_SECONDS)
    if call.query.get("no_redirect"):
        return data({"url": url, "url_expires_at": expires})
    return RedirectResponse(url, 302)


class OtherHost:
    """The vendor's other host, to which `download_url` in the guide refers: it needs a sign-in, not a token (B78)."""

    def __init__(self, core: Core) -> None:
        self.core = core

    async def download(self, request: Request) -> Response:
        """Return the sign-in page; record a token that was sent to this host."""
        if "authorization" in request.headers:
            host = urlsplit(str(request.url)).hostname
            message = f"an Authorization header was sent to {host}, which is not the API's own host"
            self.core.ledger.add(self.core.clock.now(), "token_elsewhere", "otherHost", message)
        return HTMLResponse(SIGN_IN_PAGE, 401)
