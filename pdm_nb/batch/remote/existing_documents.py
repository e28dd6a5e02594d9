"""Finds documents that a project already has, by name and format (B40, B73).

The caller's uploads are one list. Revisions come from the local store, which others bring up to date. The service
reports no hash of a file, so it is not known whether two documents are the same file. The same file name and size make
it probable; they also find a document that has another name in the project.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from ...api.protocol.requests import Scope
from ...errors import ServiceError
from ...local_files import mime_type
from ...model import ExistingDocument, Revision, Upload
from ...rules.naming_standard import loose

if TYPE_CHECKING:
    from ...api.client import Client

UNKNOWN_FORMAT = "application/octet-stream"


@dataclass
class ExistingDocuments:
    """Documents of a project.

    `unread` describes what could not be read, "" if everything was; `failed` is true if it may succeed later.
    """

    rows: list[ExistingDocument]
    unread: str = ""
    failed: bool = False
    asked: bool = True  # False: nothing was fetched yet
    _by_key: dict[tuple[str, str], list[ExistingDocument]] = field(
        init=False, repr=False, default_factory=dict
    )
    _by_file: dict[tuple[str, int], list[ExistingDocument]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_key.setdefault((loose(row.name), row.mime_type), []).append(row)
            if row.file_name and row.file_size is not None:
                self._by_file.setdefault((row.file_name, row.file_size), []).append(row)

    @property
    def is_complete(self) -> bool:
        """True if all revisions were read, so that a document that is not among them does not exist."""
        return self.asked and not self.unread and not self.failed

    def without(self, ids: Iterable[str | None]) -> ExistingDocuments:
        """Return the same without documents of these ids, such as those that a batch uploaded itself."""
        own = set(ids) - {None}
        return ExistingDocuments(
            [row for row in self.rows if own.isdisjoint((row.id, row.upload_id))],
            self.unread,
            self.failed,
            self.asked,
        )

    def find(self, name: str, mime: str) -> list[ExistingDocument]:
        """Return documents of that name and format; also those whose name differs only in case or accents.

        A document without a reported format is taken to have the same format.
        """
        return [*self._by_key.get((loose(name), mime), ()), *self._by_key.get((loose(name), ""), ())]

    def find_file(self, file_name: str, size: int, mime: str) -> list[ExistingDocument]:
        """Return documents of that format whose file has this name and size, whatever the document is called (B73)."""
        return [row for row in self._by_file.get((file_name, size), ()) if row.mime_type in (mime, "")]


@dataclass(frozen=True, slots=True)
class KnownRevisions:
    """The revisions of a project as far as they are known.

    `missing` describes what could not be read, one clause each; `failed` is true if it may succeed later; `hidden` is how
    many the account may not see (B51).
    """

    rows: Iterable[Revision] = ()
    missing: tuple[str, ...] = ()
    failed: bool = False
    hidden: int = 0


async def fetch_existing(
    client: Client, scope: Scope, revisions: Callable[[], Awaitable[KnownRevisions]]
) -> ExistingDocuments:
    """Read the uploads, then what `revisions` returns: the local store of revisions, brought up to date."""
    by_file = client.memory(scope).reading("empty_name") == "filled"
    try:
        uploads = await client.list_document_uploads(scope)
    except ServiceError as error:
        return ExistingDocuments([], f"the list of uploads could not be read ({error})", failed=True)
    known = await revisions()
    rows = [row for upload in uploads if (row := of_upload(upload, by_file=by_file))]
    rows += [row for revision in known.rows if (row := of_revision(revision, by_file=by_file))]
    missing = list(known.missing)
    if known.hidden:
        missing.append(f"{_count(known.hidden, 'revision is', 'revisions are')} hidden from this account")
    return ExistingDocuments(rows, "; ".join(missing), known.failed)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def of_upload(upload: Upload, *, by_file: bool = False) -> ExistingDocument | None:
    """Return what an upload is matched by: its `match_criteria`, else name and format. None if it has neither."""
    texts = {value.name: value.text for value in upload.fields}
    name, _, mime = upload.match_criteria.rpartition("|")
    if not name:
        name, mime = _name(texts, by_file), _format(upload, texts)
    if not name:
        return None
    at = texts.get("uploaded_at") or upload.completed_at or texts.get("created_at", "")
    return ExistingDocument(
        "upload",
        upload.id,
        name,
        mime,
        revision=texts.get("revision", ""),
        at=at,
        file_name=texts.get("original_filename", ""),
        file_size=_size(texts),
    )


def of_revision(revision: Revision, *, by_file: bool = False) -> ExistingDocument | None:
    """Return what a revision is matched by. None if it is recycled, a placeholder (B76) or hidden (B51)."""
    texts = {value.name: value.text for value in revision.fields}
    name = _name(texts, by_file)
    if not name or revision.recycled or texts.get("item_content") == "Placeholder":
        return None
    return ExistingDocument(
        "revision",
        revision.id,
        name,
        _format(revision, texts),
        texts.get("version", ""),
        texts.get("revision", ""),
        texts.get("uploaded_at") or texts.get("updated_at") or texts.get("created_at", ""),
        revision.upload_id,
        texts.get("original_filename", ""),
        _size(texts),
    )


def _name(texts: dict[str, str], by_file: bool) -> str:
    """Return the document's name; the stem of its file only if the service uses it for an empty name (B33)."""
    return texts.get("name") or (PurePath(texts.get("original_filename", "")).stem if by_file else "")


def _format(document: Upload | Revision, texts: dict[str, str]) -> str:
    """Return the MIME type, from `format` in its spellings (B73), else from the file name; "" if it is not known."""
    reported = next((value for value in document.fields if value.name == "format"), None)
    spellings = (
        text for value in (reported.values if reported else ()) for text in (value.code, value.label)
    )
    return format_of(spellings, texts.get("original_filename", ""))


def format_of(spellings: Iterable[str], file_name: str) -> str:
    """Return the MIME type for the spellings of a format, else for a file name; "" if it is not known (B73)."""
    for text in spellings:
        if "/" in text:
            return text.strip().lower()
        guess = mime_type(PurePath(f"file.{text.strip().lstrip('.').lower()}"))
        if text and guess != UNKNOWN_FORMAT:
            return guess
    return mime_type(PurePath(file_name)) if PurePath(file_name).suffix else ""


def _size(texts: dict[str, str]) -> int | None:
    text = texts.get("file_size", "")
    return int(text) if text.isascii() and text.isdigit() else None
