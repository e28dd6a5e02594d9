"""Faults on demand, and at random from a seed (the storm): which call, PUT or machine-learning job gets which fault.

How this works: `Faults.take(operation)` returns the fault for one call, or None. Faults that were added come first, in
their order; otherwise the storm draws one with the probability `storm`. This module only selects. The code that calls
`take` applies the fault: the endpoint (`app.py`, with `documents/apply_faults.py`), storage, and processing.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from .contract import operations
from .options import Options
from .parse_config import read, strict

PUT, LEARN = "putSegment", "learn"  # not operations of the API, but they can fail as well
UPDATE, SUBMIT, COMPLETE = "updateDocumentUploads", "createDocumentRevisions", "completeUpload"
SELECTED = "listSelectedUploads"
SIGN_IN = ("authorize", "getToken", "getTokenInfo", "revokeToken")  # fail only if named, never in a storm
UNANSWERED = ("cut_before", "cut_after", "timed_out_before", "timed_out_after")
SIGN_IN_KINDS = (*UNANSWERED, "refused", "server_error")  # B6: a response may be lost here too
WINDOWS = ("spike", "hour")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its effect, the operations it applies to (none: any API call), and its forms in a storm."""

    effect: str
    at: tuple[str, ...] = ()
    storm: tuple[Mapping[str, Any], ...] = ({},)


KINDS = {
    "refused": Kind("the call is refused with `status` and `reason`; nothing is done", storm=()),
    "token_died": Kind("the access token of the call expires (B8)"),
    "throttled": Kind(
        "a rate limit is exceeded: this and all other calls are refused until the reset (B12); `window`, `seconds`, `retry_after`",
        storm=(
            {"window": "spike", "retry_after": 0},
            {"window": "spike", "retry_after": None},
            {"window": "hour", "seconds": 60.0, "retry_after": None},
        ),
    ),
    "limits_changed": Kind(
        "the rate limits change to `hourly` and `spike` (B11)",
        storm=({"spike": 40}, {"spike": 400}, {"spike": 2000}),
    ),
    "server_error": Kind(
        "the call fails with `status`; nothing is done; `html`, `retry_after` (B13, B15)",
        storm=(
            {"status": 500},
            {"status": 502, "html": True},
            {"status": 503, "retry_after": 3},
            {"status": 503, "retry_after": 3, "html": True},
        ),
    ),
    "cut_before": Kind("the connection is closed without a response; nothing is done"),
    "cut_after": Kind("the connection is closed without a response; the work is done"),
    "timed_out_before": Kind(
        "no response until the client disconnects or `seconds` of real time (600) have passed; nothing is done",
        storm=({"seconds": 0.5},),
    ),
    "timed_out_after": Kind(
        "no response until the client disconnects or `seconds` of real time (600) have passed; the work is done",
        storm=({"seconds": 0.5},),
    ),
    "switched": Kind(
        "the options in `options` change, such as the page size (B9) or the spelling of statuses (B34)",
        storm=(
            {"options": {"status_spelling": "camel"}},
            {"options": {"status_spelling": "both"}},
            {"options": {"page_size": 7}},
            {"options": {"page_size": 0}},
        ),
    ),
    "ids_dropped": Kind("an id of the batch is dropped silently (B26)", (UPDATE,)),
    "ids_left_out": Kind(
        "the response omits one of the uploads, as if it were unknown; the work is done (B26)",
        (UPDATE, SELECTED),
    ),
    "verification_broken": Kind("500: storage could not verify the files (B28)", (UPDATE,)),
    "upload_deleted": Kind("another user deletes one of the uploads (B50)", (UPDATE, SELECTED, SUBMIT)),
    "upload_hidden": Kind("one of the uploads is hidden from the caller (B51)", (SELECTED, SUBMIT), ()),
    "upload_changed": Kind("another user changes one of the uploads: CONCURRENCY_CONFLICT (B45)", (SUBMIT,)),
    "unknown_failure": Kind("one of the items fails: UNKNOWN_FAILURE (B45)", (SUBMIT,)),
    "workflow_started": Kind("a workflow starts on the document of one of the uploads (B48)", (SUBMIT,)),
    "file_failed": Kind(
        "the file becomes `failed`, `retryable` or not (B58)",
        (COMPLETE,),
        ({"retryable": True}, {"retryable": False}),
    ),
    "put_cut": Kind("the connection is closed in the middle of the PUT", (PUT,)),
    "put_failed": Kind("storage fails with `status`", (PUT,), ({"status": 500}, {"status": 503})),
    "url_expired": Kind("the URL has already expired (B59)", (PUT,)),
    "bytes_corrupted": Kind("one byte arrives corrupted (B56)", (PUT,)),
    "ml_fails": Kind("machine learning fails on every field (B36)", (LEARN,)),
    "ml_slow": Kind("machine learning takes `seconds` longer (B35)", (LEARN,), ({"seconds": 60.0},)),
    "ml_never_ends": Kind("machine learning stays `in_progress` (B35)", (LEARN,)),
}


def unversioned(operation: str) -> str:
    """The operation without its version: a fault for one version applies to the other as well (B70)."""
    return operation.removesuffix("V20")


# Keep each field on one line: docs/generators/simulator_page.py reads it from the source.
@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault: it happens `times` times, after `after` calls without a fault, to `operation` or any that it applies to.

    `KINDS` lists which of the other fields a kind uses; None means the default of the kind. Seconds are simulated time
    unless stated otherwise. `retry_after` 0 reports the time until the window ends.
    """

    kind: str
    operation: str = ""  # an operationId of the contract, putSegment or learn; "": any that fits the kind
    times: int = 1  # how often it happens
    after: int = 0  # number of calls without a fault before it
    status: int = 500  # for refused, server_error and put_failed: 400 to 599
    reason: str | None = None  # for refused and server_error: the reason code
    html: bool = False  # a gateway's HTML page instead of JSON
    retry_after: int | None = None  # the header, in seconds; 0: until the window ends; null: no header
    window: str = "spike"  # for throttled: spike or hour
    seconds: float | None = None  # for throttled, timed_out_… and ml_slow: how long it lasts
    hourly: int | None = None  # for limits_changed
    spike: int | None = None  # for limits_changed
    retryable: bool = True  # for file_failed: whether the error is retryable
    options: Mapping[str, Any] | None = None  # for switched: names and values

    @property
    def is_unanswered(self) -> bool:
        """True if the call gets no response."""
        return self.kind in UNANSWERED

    @property
    def is_executed(self) -> bool:
        """False if the requested work is not done."""
        return not (self.is_unanswered and self.kind.endswith("_before"))

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}. Use {', '.join(KINDS)}")
        at = KINDS[self.kind].at
        if self.operation and at and self.operation not in at:
            raise ValueError(f"{self.kind} applies to {' or '.join(at)}, not to {self.operation!r}")
        if self.operation in SIGN_IN and self.kind not in SIGN_IN_KINDS:
            raise ValueError(f"{self.operation} accepts only {', '.join(SIGN_IN_KINDS)}, not {self.kind}")
        if (self.kind == "switched") != bool(self.options):
            raise ValueError("options are required for the fault switched, and only allowed there")
        if self.options:
            Options().switched(self.options)
        if self.operation in (PUT, LEARN) and not at:
            raise ValueError(f"{self.kind} applies to API calls, not to {self.operation!r}")
        if self.operation not in _operations():
            raise ValueError(f"{self.operation!r} is not an operation of the contract")
        if self.window not in WINDOWS:
            raise ValueError(f"window must be {' or '.join(WINDOWS)}, not {self.window!r}")
        if not 400 <= self.status <= 599:
            raise ValueError(f"status must be 400 to 599, not {self.status}")
        if self.times < 1 or self.after < 0 or min(self.hourly or 1, self.spike or 1) < 1:
            raise ValueError("times, hourly and spike must be 1 or more, after 0 or more")
        if min(self.seconds or 0, self.retry_after or 0) < 0:
            raise ValueError("seconds and retry_after must be 0 or more")

    def applies_to(self, operation: str) -> bool:
        """True if the fault can happen to an operation."""
        at, names = KINDS[self.kind].at, {operation, unversioned(operation)}
        if self.operation:
            return self.operation in names
        return not names.isdisjoint(at) if at else operation not in (PUT, LEARN, *SIGN_IN)

    @classmethod
    def read(cls, config: Any) -> Fault:
        """Build a fault from a JSON object; ValueError explains what is wrong with it."""
        return read(cls, config, "a fault")


class Faults:
    """The faults still to happen, and the storm: every call, PUT and job gets a fault with the probability `storm`.

    The storm is drawn from the seed separately for each operation, so that calls of one do not change another's faults.
    """

    def __init__(self, storm: float = 0.0, seed: int = 0) -> None:
        self.storm = self._initial_storm = storm
        self._seed = seed
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._given: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()
        self.change_count = 0  # grows with every change
        self.hidden: frozenset[str] = frozenset()  # uploads that a fault has hidden (B51)

    def add(self, *faults: Fault) -> None:
        """Add faults after those that are waiting."""
        with self._lock:
            self._waiting += faults
            self.change_count += 1

    def clear(self) -> None:
        """Remove all waiting faults, end the storm, and show hidden uploads again."""
        with self._lock:
            self._waiting.clear()
            self.storm, self.hidden = 0.0, frozenset()
            self.change_count += 1

    def hide(self, upload_id: str) -> None:
        """Hide an upload from callers (B51)."""
        with self._lock:
            self.hidden |= {upload_id}
            self.change_count += 1

    def state(self) -> dict[str, Any]:
        """Return the state as JSON types, for the data folder."""
        with self._lock:
            return {
                "storm": [self._initial_storm, self.storm],
                "given": dict(self._given),
                "drawn": dict(self._drawn),
                "waiting": [asdict(fault) for fault in self._waiting],
                "hidden": sorted(self.hidden),
            }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a saved `state`. A storm that was ended stays ended, unless the initial value has changed."""
        with self._lock:
            initial, storm = state["storm"]
            self.storm = storm if initial == self._initial_storm else self.storm
            self._given, self._drawn = Counter(state["given"]), Counter(state["drawn"])
            self._waiting = [Fault(**fault) for fault in state["waiting"]]
            self.hidden = frozenset(state["hidden"])

    def view(self) -> dict[str, Any]:
        """Return the response of `/_internal/faults`."""
        with self._lock:
            return {
                "storm": self.storm,
                "given": dict(self._given),
                "waiting": [asdict(fault) for fault in self._waiting],
                "kinds": {name: kind.effect for name, kind in KINDS.items()},
            }

    @property
    def given(self) -> dict[str, int]:
        """How often each kind has happened."""
        with self._lock:
            return dict(self._given)

    def take(self, operation: str) -> Fault | None:
        """Return the fault for this call of an operation, or None."""
        with self._lock:
            fault = self._take_waiting(operation) or self._draw(operation)
            if fault is not None:
                self._given[fault.kind] += 1
                self.change_count += 1
            return fault

    def _take_waiting(self, operation: str) -> Fault | None:
        for place, fault in enumerate(self._waiting):
            if not fault.applies_to(operation):
                continue
            self.change_count += 1
            if fault.after:
                self._waiting[place] = replace(fault, after=fault.after - 1)
                continue
            if fault.times > 1:
                self._waiting[place] = replace(fault, times=fault.times - 1)
            else:
                del self._waiting[place]
            return fault
        return None

    def _draw(self, operation: str) -> Fault | None:
        if self.storm <= 0:
            return None
        self._drawn[operation] += 1
        self.change_count += 1
        # Drawn only from the number of the call, so that a storm continues after a restart.
        chance = random.Random(f"storm {self._seed} {operation} {self._drawn[operation]}")
        if chance.random() >= self.storm:
            return None
        possible = _possible(operation)
        return chance.choice(possible) if possible else None


@cache
def _operations() -> frozenset[str]:
    """The values that `Fault.operation` accepts."""
    return frozenset({"", PUT, LEARN, *(one.id for one in operations())})


@cache
def _possible(operation: str) -> tuple[Fault, ...]:
    """The faults that a storm can draw for an operation."""
    faults = (Fault(kind=name, **form) for name, kind in KINDS.items() for form in kind.storm)
    return tuple(fault for fault in faults if fault.applies_to(operation))
