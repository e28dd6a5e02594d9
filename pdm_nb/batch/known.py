"""What a project has already, by name and format (B40): asked in few calls, kept, and looked up by document.

The caller's uploads are one list; revisions are told where the private list of them is offered (B62), the newest
first and so many pages. The service tells no hash of a file: that a document is the same file as one that was
submitted from another journal cannot be known, only that it would have the same name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath

from ..client import Client
from ..errors import AccessError, InvalidError, NotFoundError, ServiceError
from ..manifest import mime_type
from ..model import Presence, Revision, Upload
from ..protocol.requests import Scope
from ..rules.naming import loose

PAGES = 100  # of the list of revisions, a hundred on each: a project may have a million


@dataclass
class Known:
    """Documents of a project. `told` says what could not be asked, "" where all was; `failed`: for now."""

    rows: list[Presence]
    told: str = ""
    failed: bool = False
    asked: bool = True  # False: nothing was asked yet
    _by_key: dict[tuple[str, str], list[Presence]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_key.setdefault((loose(row.name), row.mime_type), []).append(row)

    @property
    def is_complete(self) -> bool:
        """Return True if all revisions were looked at, so that what is not among them is not there."""
        return self.asked and not self.told and not self.failed

    def without(self, ids: Iterable[str | None]) -> Known:
        """The same without what has one of these ids: what a batch put there itself."""
        own = set(ids) - {None}
        return Known(
            [row for row in self.rows if own.isdisjoint((row.id, row.upload_id))],
            self.told,
            self.failed,
            self.asked,
        )

    def find(self, name: str, mime: str) -> list[Presence]:
        """Documents of that name and format, and those whose name differs only in case or form of accents."""
        return self._by_key.get((loose(name), mime), [])


async def ask(client: Client, scope: Scope, pages: int = PAGES) -> Known:
    """One pass over the uploads, and over the newest revisions: a call for each hundred of them."""
    try:
        uploads = await client.list_document_uploads(scope)
        rows = [row for upload in uploads if (row := of_upload(upload))]
        number = 0
        async for page in _revisions(client, scope, pages):
            rows += [row for revision in page if (row := of_revision(revision))]
            number += 1
    except ServiceError as error:
        return Known([], f"it could not be asked for ({error})", failed=True)
    if number == 0:
        return Known(
            rows, "this service does not offer the list of revisions, so only uploads were looked at"
        )
    if number == pages:
        return Known(rows, f"of the revisions only the newest {pages * 100:,} were looked at")
    return Known(rows)


async def _revisions(client: Client, scope: Scope, pages: int) -> AsyncIterator[list[Revision]]:
    """Pages of the list of revisions; none where it is not offered (B62)."""
    with suppress(AccessError, NotFoundError, InvalidError):
        async for page in client.newest_revisions(scope, pages):
            yield page


def of_upload(upload: Upload) -> Presence | None:
    """What an upload will be matched by; None where it does not tell."""
    texts = {value.name: value.text for value in upload.fields}
    name, _, mime = upload.match_criteria.rpartition("|")
    if not name:
        name, mime = texts.get("name", ""), _format(texts)
    if not name:
        return None
    at = upload.completed_at or ""
    return Presence("upload", upload.id, name, mime, revision=texts.get("revision", ""), at=at)


def of_revision(revision: Revision) -> Presence | None:
    """What a revision is matched by; None where it is recycled, or does not tell (B51)."""
    texts = {value.name: value.text for value in revision.fields}
    name = texts.get("name") or PurePath(texts.get("file_name", "")).stem
    if not name or revision.recycled:
        return None
    return Presence(
        "revision",
        revision.id,
        name,
        _format(texts),
        texts.get("version", ""),
        texts.get("revision", ""),
        texts.get("uploaded_at", ""),
        revision.upload_id,
    )


def _format(texts: dict[str, str]) -> str:
    """The mime type, from the name of the file or else its format."""
    file = texts.get("file_name") or f"file.{texts.get('file_format', '').lstrip('.')}"
    return mime_type(PurePath(file))
