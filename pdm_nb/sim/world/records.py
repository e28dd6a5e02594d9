"""The records of the store: frozen dataclasses with a `key`.

To change a record, put a new one with the same key, so that readers see either the old or the new record. The names of
the classes and attributes are part of the format of the data folder (`persistence.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """The value of one field of an upload or revision: value ids for lists, otherwise the text (B29)."""

    values: tuple[str, ...] = ()
    source: str = "NONE"
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ML or scraping reported (B36, B38): ids of fields that were read; field id, reason code and message."""

    success: tuple[str, ...] = ()
    errors: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A document upload. `gone` is "submitted" or "deleted" if it no longer exists (B47, B50)."""

    key: str
    project_id: int
    owner: int
    file_name: str
    mime_type: str
    requested_at: float
    event_id: str
    file_locked: bool = False
    expected_container_id: str | None = None
    placed_in: str = ""  # the criteria of the container that the caller assigned it to (B75)
    status: str = "INCOMPLETE"
    file_id: str | None = None
    verified_file: str | None = None  # the file that was in storage when COMPLETED was set (B44)
    completed_at: float | None = None
    entries: Mapping[str, Entry] = field(default_factory=dict)
    ml: str = "not_applicable"
    scraping: str = "not_applicable"
    ml_outcome: Outcome = Outcome()
    scraping_outcome: Outcome = Outcome()
    opinions: Mapping[str, str] = field(
        default_factory=dict
    )  # integration_response (B37): value ids or texts
    container_id: str | None = None
    criteria: str = ""
    gone: str = ""
    revision_id: str | None = None

    @property
    def is_listed(self) -> bool:
        """True if lists and show return it (B32, B47, B50)."""
        return self.status == "COMPLETED" and not self.gone

    @property
    def in_bin(self) -> bool:
        """True if a person deleted it (B50). The bin does not list uploads that were never completed (B23)."""
        return self.gone == "deleted" and self.status == "COMPLETED"

    @property
    def list_key(self) -> tuple[int, str] | None:
        """The list of its project that shows it: "listed", or "deleted" for the bin."""
        if self.is_listed:
            return self.project_id, "listed"
        return (self.project_id, self.gone) if self.in_bin else None


@dataclass(frozen=True, slots=True)
class Container:
    """All revisions of one document (B40, B41). The key is project and criteria; `id` is the id in responses."""

    key: str
    id: str
    project_id: int
    revisions: tuple[str, ...] = ()
    last_version: int = 0


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a placeholder adds to a revision: who has to provide the document, and by when (B76)."""

    assignee: int
    due_at: float


@dataclass(frozen=True, slots=True)
class Revision:
    """A submitted document (B49), or a placeholder for one (B76).

    `changed_at` and `recycled_at` are None until the revision is changed or recycled; `position` is the sort key within
    the container (B63); `workflow_id` is the running workflow, "" if there is none (B48).
    """

    key: str
    project_id: int
    container_id: str
    container_key: str
    upload_id: str
    file_id: str
    file_name: str
    mime_type: str
    owner: int
    version: int
    created_at: float
    event_id: str
    completed_at: float
    file_locked: bool = False
    entries: Mapping[str, Entry] = field(default_factory=dict)
    changed_at: float | None = None
    changed_by: int | None = None
    position: str = ""
    workflow_id: str = ""
    recycled_at: float | None = None
    recycled_by: int | None = None
    recycled_reason: str = ""
    placeholder: Placeholder | None = None
    filled_by: str | None = None  # of a placeholder: the revision that replaced it
    placeholder_id: str | None = None  # the placeholder that it replaced (B76)
    match_type: str | None = None

    @property
    def updated_at(self) -> float:
        """When it was last changed (B69): by recycling or by its workflow, not by a later version."""
        return self.created_at if self.changed_at is None else self.changed_at

    @property
    def recycled(self) -> bool:
        return self.recycled_at is not None

    @property
    def list_key(self) -> tuple[int, bool] | None:
        """The list of its project that shows it: revisions, or the bin if the flag is true (B62)."""
        return None if self.filled_by else (self.project_id, self.recycled)


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a file: its announced size and hash, and the ETag once it is stored (B53, B55)."""

    size: int
    sha256: str
    etag: str | None = None
    reported: bool = False  # the client has sent its ETag in a PATCH (B57)
    path: str | None = None
    broken: bool = False  # B56, later reading


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A unified file upload (B53–B60)."""

    key: str
    project_id: int
    owner: int
    name: str
    size: int
    content_type: str
    tool: str
    created_at: float
    parts: tuple[Part, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    status: str = "ready"
    error: Mapping[str, Any] | None = None
    linked_to: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A signed-in user: an access token and, for people, its refresh token (B5, B6)."""

    key: str  # the access token
    user_id: int
    created_at: int
    expires_at: int
    refresh_token: str | None = None
    refreshed: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code that a person approved; valid once and for ten minutes (B4)."""

    key: str
    user_id: int
    redirect_uri: str
    expires_at: float
    used: bool = False
