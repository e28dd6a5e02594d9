"""The ledger: what a careless client did wrong, counted by kind, so that a test can assert that a run was clean.

Refusing is for the rooms; they mark the refusal with a kind from `KINDS`, and the door writes it down here.
What the service lets pass in silence (a list without `per_page`) is written down as well.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "storage_authorization": "an Authorization header went to storage (B55)",
    "storage_header_dropped": "a header that a segment came with was dropped or changed in its PUT (B55)",
    "storage_header_added": "a PUT to storage had a header that its segment did not come with (B55)",
    "wrong_hash": "the bytes of a PUT do not have the SHA-256 that was announced (B56)",
    "missing_company": "a call had no Procore-Company-Id (B2)",
    "tool_name": "uploader_tool_name was missing, or not document_management (B53)",
    "part_bounds": "a segment or the number of segments was out of bounds (B54)",
    "etag_quoted": "an ETag came back with its quotes (B55)",
    "etag_order": "ETags came back in the wrong order (B55)",
    "etag_wrong": "an ETag came back that storage never gave (B55)",
    "label_for_id": "a look-up field was set to a label or code in the place of a value id (B29)",
    "file_linked_twice": "a file was linked to a second upload (B28, B60)",
    "file_not_available": "an upload was completed before its file was available (B57)",
    "no_file": "an upload was completed without a file (B28)",
    "missing_event_id": "a submit had no upload_latest_event_id (B45)",
    "batch_too_long": "a batch was longer than documented (B23)",
    "called_while_throttled": "a call came before the reset that a 429 had told (B12)",
    "unknown_endpoint": "a path or method was called that the contract does not have (B71)",
    "retired_endpoint": "a deprecated version of a path was called (B70, B71)",
    "token_elsewhere": "an Authorization header went to another host than the API's own (B64, B78)",
    "no_per_page": "a list was asked for without per_page, and has ten rows (B9)",
}
KEPT = 1000  # entries; the counts know of all


@dataclass(frozen=True, slots=True)
class ClientError:
    """One thing that a client did wrong: when (Unix seconds), which kind of `KINDS`, in which operation."""

    at: float
    kind: str
    operation: str
    message: str


class ClientErrors:
    """Counts slips by kind and keeps the latest. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._slips: deque[ClientError] = deque(maxlen=KEPT)
        self.edition = 0  # another one with each change

    def __repr__(self) -> str:
        return f"<Ledger {self.counts or 'clean'}>"

    def add(self, at: float, kind: str, operation: str, message: str = "") -> None:
        """Write a slip down; KeyError where `KINDS` has no such kind."""
        if kind not in KINDS:
            raise KeyError(f"{kind!r} is no kind of slip")
        slip = ClientError(at, kind, operation, message or KINDS[kind])
        with self._lock:
            self._counts[kind] += 1
            self._slips.append(slip)
            self.edition += 1

    @property
    def counts(self) -> dict[str, int]:
        """How often each kind happened; empty where the run was clean."""
        with self._lock:
            return dict(self._counts)

    @property
    def clean(self) -> bool:
        return not self.counts

    def last(self, count: int = 100) -> list[ClientError]:
        """The latest slips, the oldest of them first."""
        with self._lock:
            return list(self._slips)[-count:] if count > 0 else []

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()
            self._slips.clear()
            self.edition += 1

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it."""
        return {"counts": self.counts, "slips": [asdict(slip) for slip in self.last(KEPT)]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        with self._lock:
            self._counts = Counter(state["counts"])
            self._slips.extend(ClientError(**slip) for slip in state["slips"])

    def view(self, count: int = 100) -> dict[str, Any]:
        """As `/_internal/ledger` answers it."""
        counts = self.counts
        return {"clean": not counts, "counts": counts, "entries": [asdict(slip) for slip in self.last(count)]}
