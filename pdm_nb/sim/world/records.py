"""What the simulator remembers, as frozen records with a `key`: the rows of the store.

A change is a new record put in the old one's place, so whoever reads sees a record whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """What one field of an upload or revision holds: value ids for look-ups, else the literal (B29)."""

    values: tuple[str, ...] = ()
    source: str = "NONE"
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ML or scraping told about each field (B36, B38): field ids; field id, reason code and message."""

    success: tuple[str, ...] = ()
    errors: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A document upload. `gone` says why it is no longer one: "submitted" or "deleted" (B47, B50)."""

    key: str
    project_id: int
    owner: int
    file_name: str
    mime_type: str
    requested_at: float
    event_id: str
    file_locked: bool = False
    expected_container_id: str | None = None
    placed_in: str = ""  # the criteria of the container that the caller put it into (B75)
    status: str = "INCOMPLETE"
    file_id: str | None = None
    verified_file: str | None = None  # the one that was in storage when COMPLETED was set (B44)
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
        """True where lists and show know it (B32, B47, B50)."""
        return self.status == "COMPLETED" and not self.gone

    @property
    def in_bin(self) -> bool:
        """True where a person deleted it (B50). What was never completed is in no list, the bin's neither (B23)."""
        return self.gone == "deleted" and self.status == "COMPLETED"

    @property
    def shelf(self) -> tuple[int, str] | None:
        """The list of its project that it is in: "listed", or the bin's "deleted"."""
        if self.is_listed:
            return self.project_id, "listed"
        return (self.project_id, self.gone) if self.in_bin else None


@dataclass(frozen=True, slots=True)
class Container:
    """All revisions of one document (B40, B41). The key is project and criteria; `id` is what is shown."""

    key: str
    id: str
    project_id: int
    revisions: tuple[str, ...] = ()
    last_version: int = 0


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a placeholder adds to a revision row: who is to provide the document, and by when (B76)."""

    assignee: int
    due_at: float


@dataclass(frozen=True, slots=True)
class Revision:
    """A submitted document (B49), or a placeholder for one (B76).

    `changed_at` and `recycled_at` are None until it is changed or recycled; `position` is the sort key within the
    container (B63); `workflow_id` is the instance of the workflow that runs on it, "" without one (B48).
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
    filled_by: str | None = None  # of a placeholder: the revision that took its place
    placeholder_id: str | None = None  # the placeholder that it took the place of (B76)
    match_type: str | None = None

    @property
    def updated_at(self) -> float:
        """When it was last changed (B69): by its bin or its workflow, never by a later version."""
        return self.created_at if self.changed_at is None else self.changed_at

    @property
    def recycled(self) -> bool:
        return self.recycled_at is not None

    @property
    def shelf(self) -> tuple[int, bool] | None:
        """The list of its project that it is in: the revisions, or the bin (B62)."""
        return None if self.filled_by else (self.project_id, self.recycled)


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a file: what was announced, and the ETag once the bytes are stored (B53, B55)."""

    size: int
    sha256: str
    etag: str | None = None
    reported: bool = False  # its ETag has come back in a PATCH (B57)
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
    """A signed-in caller: an access token and, for people, the refresh token that goes with it (B5, B6)."""

    key: str  # the access token
    user_id: int
    created_at: int
    expires_at: int
    refresh_token: str | None = None
    refreshed: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code that a person approved: single use, ten minutes (B4)."""

    key: str
    user_id: int
    redirect_uri: str
    expires_at: float
    used: bool = False
