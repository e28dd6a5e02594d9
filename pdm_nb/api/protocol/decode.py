"""Reads companies, projects, their configuration and file uploads into the model (B10, B17-B22, B53-B60). Pure.

Unknown properties are ignored, missing ones get defaults. An unknown type or variant is kept (B20).
"""

from __future__ import annotations

import re
from typing import Any

from ...model import (
    Field,
    FieldType,
    FileUpload,
    NamingStandard,
    Qualifier,
    Requirement,
    Segment,
    User,
    Value,
)
from .json_text import shown
from .shapes import items, needed, object_, text, url_in, value
from .spelling import Json, plain

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # of a header
HEADER = re.compile(r"[\t -~\x80-\xff]*")  # its value
URL = re.compile(
    r"https?://(?:[\w.~-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!-~]{0,16000})?", re.IGNORECASE | re.ASCII
)


def named(row: Json) -> dict[str, Any]:
    """Return a company or project with an id and a name; a missing name is replaced by the id."""
    id_ = needed(plain(row), "id")
    return {**row, "id": id_, "name": text(row.get("name")) or id_}


def tool(row: Json) -> dict[str, Any]:
    """Return a tool with the caller's level of access (B65)."""
    return {**plain(row), "user_access_level": dict(object_(row.get("user_access_level")))}


# -- configuration
def list_value(row: Json) -> Value:
    """Return an entry of a list of values. It must have an id, since cells are set by it."""
    found = value(plain(row))
    needed(plain(row), "id")
    return found


def field(row: Json) -> Field:
    row = plain(row)
    name, type_ = needed(row, "name"), text(row.get("type"))
    return Field(
        id=needed(row, "id"),
        name=name,
        label=text(row.get("label")) or name,
        type=FieldType.of(type_),
        wire_type=type_,
        description=text(row.get("description")),
        position=text(row.get("position")),
        active=row.get("active") is not False,
        visible=row.get("visible") is not False,
        readonly=row.get("readonly") is True,
        variant=text(row.get("variant")),
        custom_field_definition_id=text(row.get("custom_field_definition_id")) or None,
    )


def requirement(row: Json) -> Requirement:
    row = plain(row)
    standard = row.get("naming_standard")
    return Requirement(
        id=needed(row, "id"),
        required_by_project=_fields(row.get("fields_required_by_project")),
        additional=_fields(row.get("additional_required_fields")),
        qualifiers=tuple(map(_qualifier, items(row.get("rule_qualifiers")))),
        naming_standard=None if standard is None else _standard(plain(standard)),
        allow_duplicate_revisions=row.get("allow_duplicate_revisions") is not False,
        updated_at=text(row.get("updated_at")),
    )


def _standard(row: Json) -> NamingStandard:
    return NamingStandard(needed(row, "id"), text(row.get("name")), _fields(row["fields"]))


def _fields(rows: Any) -> tuple[Field, ...]:
    return tuple(map(field, items(rows)))


def _qualifier(row: Json) -> Qualifier:
    row = plain(row)
    asked = plain(row["field"])
    return Qualifier(
        needed(asked, "id"),
        needed(asked, "name"),
        tuple(map(list_value, items(row["acceptable_values"]))),
        text(asked.get("label")),
    )


def user(row: Json) -> User:
    row = plain(row)
    parts = (text(row.get("first_name")), text(row.get("last_name")))
    name = text(row.get("name")) or " ".join(filter(None, parts))
    return User(needed(row, "id"), name, text(row.get("email_address")))


# -- files
def file_upload(row: Json, *, secure: bool = False) -> FileUpload:
    """Return a file upload. `secure`: its URLs must be encrypted ones."""
    row = plain(row)
    error = object_(row.get("error"))
    parts = (plain(part) for part in items(row.get("segments")) if part is not None)
    return FileUpload(
        id=needed(row, "upload_id"),
        status=text(row.get("status")).lower(),
        segments=tuple(_segment(part, secure=secure) for part in parts if part.get("url")),
        error=shown(text(error.get("message")) or text(error.get("type"))),
        retryable=error.get("retryable") is not False,
    )


def _segment(part: Json, *, secure: bool) -> Segment:
    """Return a segment. No error has its URL or a header, which are secrets."""
    given = part.get("headers")
    headers = {} if given is None else {key: text(one) for key, one in given.items()}  # B55: as they are
    if not all(NAME.fullmatch(key) and HEADER.fullmatch(one) for key, one in headers.items()):
        raise ValueError("a header for storage is not valid")
    return Segment(_storage_url(text(part["url"]), secure), headers, int(part.get("url_expires_at") or 0))


def download_source(found: Any, *, secure: bool = False) -> Segment:
    """Return where storage has a file (B64). `secure`: the URL must be an encrypted one. No error has the URL."""
    return Segment(_storage_url(url_in(found), secure), {})


def _storage_url(url: str, secure: bool) -> str:
    if not URL.fullmatch(url):
        raise ValueError("the URL of storage is not valid")
    if secure and not url[:6].lower() == "https:":
        raise ValueError("the URL of storage is not encrypted, but that of the service is")
    return url
