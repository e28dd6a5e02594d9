"""The ledger: errors of clients, counted by kind, so that a test can assert that a run was clean.

Handlers mark a refusal with a kind from `KINDS`, and the endpoint in `app.py` records it here. What the service accepts
silently (such as a list without `per_page`) is recorded as well.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "storage_authorization": "an Authorization header was sent to storage (B55)",
    "storage_header_dropped": "a PUT to storage lacked or changed a header of its segment (B55)",
    "storage_header_added": "a PUT to storage had a header that its segment does not list (B55)",
    "wrong_hash": "the bytes of a PUT do not have the announced SHA-256 (B56)",
    "missing_company": "a call had no Procore-Company-Id header (B2)",
    "tool_name": "uploader_tool_name was missing or not document_management (B53)",
    "part_bounds": "the size of a segment, or the number of segments, was out of bounds (B54)",
    "etag_quoted": "an ETag was reported with its quotes (B55)",
    "etag_order": "ETags were reported in the wrong order (B55)",
    "etag_wrong": "an ETag was reported that storage never returned (B55)",
    "label_for_id": "a look-up field was set to a label or code instead of a value id (B29)",
    "file_linked_twice": "a file was linked to a second upload (B28, B60)",
    "file_not_available": "an upload was completed before its file was available (B57)",
    "no_file": "an upload was completed without a file (B28)",
    "missing_event_id": "a submit had no upload_latest_event_id (B45)",
    "batch_too_long": "a batch was longer than documented (B23)",
    "called_while_throttled": "a call was made before the reset that a 429 had reported (B12)",
    "unknown_endpoint": "a path or method was called that is not in the contract (B71)",
    "retired_endpoint": "a deprecated version of a path was called (B70, B71)",
    "token_elsewhere": "an Authorization header was sent to another host than the API's own (B64, B78)",
    "no_per_page": "a list was requested without per_page, which returns ten rows (B9)",
}
KEPT = 1000  # entries; the counts include all of them


@dataclass(frozen=True, slots=True)
class ClientError:
    """One error of a client: time (Unix seconds), kind (a key of `KINDS`), operation and message."""

    at: float
    kind: str
    operation: str
    message: str


class ClientErrors:
    """The ledger: counts client errors by kind and keeps the latest 1000. Thread-safe.

    Attributes
    ----------
    counts : dict of str to int
        Number of errors by kind; empty after a clean run.
    clean : bool
        True if no error was counted.
    change_count : int
        Grows with every change.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._entries: deque[ClientError] = deque(maxlen=KEPT)
        self.change_count = 0

    def __repr__(self) -> str:
        return f"<ClientErrors {self.counts or 'clean'}>"

    def add(self, at: float, kind: str, operation: str, message: str = "") -> None:
        """Record an error; KeyError if `kind` is not in `KINDS`."""
        if kind not in KINDS:
            raise KeyError(f"unknown kind of client error {kind!r}")
        entry = ClientError(at, kind, operation, message or KINDS[kind])
        with self._lock:
            self._counts[kind] += 1
            self._entries.append(entry)
            self.change_count += 1

    @property
    def counts(self) -> dict[str, int]:
        """Number of errors by kind; empty after a clean run."""
        with self._lock:
            return dict(self._counts)

    @property
    def clean(self) -> bool:
        """True if no error was counted."""
        return not self.counts

    def last(self, count: int = 100) -> list[ClientError]:
        """Return the latest errors, oldest first.

        Parameters
        ----------
        count : int
            The largest number of errors to return; at most 1000 are kept.

        Returns
        -------
        list of ClientError
        """
        with self._lock:
            return list(self._entries)[-count:] if count > 0 else []

    def clear(self) -> None:
        """Delete all entries and counts."""
        with self._lock:
            self._counts.clear()
            self._entries.clear()
            self.change_count += 1

    def state(self) -> dict[str, Any]:
        """Return the state as JSON types, for the data folder."""
        return {"counts": self.counts, "slips": [asdict(entry) for entry in self.last(KEPT)]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a saved `state`."""
        with self._lock:
            self._counts = Counter(state["counts"])
            self._entries.extend(ClientError(**entry) for entry in state["slips"])

    def view(self, count: int = 100) -> dict[str, Any]:
        """Return the response of `/_internal/ledger`."""
        counts = self.counts
        return {
            "clean": not counts,
            "counts": counts,
            "entries": [asdict(entry) for entry in self.last(count)],
        }
