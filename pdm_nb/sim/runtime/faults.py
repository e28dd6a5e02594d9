"""Faults on demand and at random from a seed: which call, PUT or machine-learning job gets which mishap.

`KINDS` is the one table of them. Only chooses; what a fault does stands at the seams that ask `take`: the door
(`app.py`, with `mishaps.py`), storage, and processing.
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

PUT, LEARN = "putSegment", "learn"  # what is no operation of the API, but can go wrong as well
UPDATE, SUBMIT, COMPLETE = "updateDocumentUploads", "createDocumentRevisions", "completeUpload"
SELECTED = "listSelectedUploads"
SIGNING = ("authorize", "getToken", "getTokenInfo", "revokeToken")  # fail where they are named, in no storm
UNANSWERED = ("cut_before", "cut_after", "timed_out_before", "timed_out_after")
SIGNING_KINDS = (*UNANSWERED, "refused", "server_error")  # B6: an answer may be lost here too
WINDOWS = ("spike", "hour")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: what happens, where it can (no name: any call of the API), and what a storm makes of it."""

    what: str
    at: tuple[str, ...] = ()
    storm: tuple[Mapping[str, Any], ...] = ({},)


KINDS = {
    "refused": Kind("the call is refused with `status` and `reason`, nothing is done", storm=()),
    "token_died": Kind("the access token of the call dies, in mid-run (B8)"),
    "throttled": Kind(
        "a limit is reached: refused, and so is all else until the reset (B12); `window`, `seconds`, `retry_after`",
        storm=(
            {"window": "spike", "retry_after": 0},
            {"window": "spike", "retry_after": None},
            {"window": "hour", "seconds": 60.0, "retry_after": None},
        ),
    ),
    "limits_changed": Kind(
        "the limits are others from now on, `hourly` and `spike` (B11)",
        storm=({"spike": 40}, {"spike": 400}, {"spike": 2000}),
    ),
    "server_error": Kind(
        "the call fails with `status`, nothing is done; `html`, `retry_after` (B13, B15)",
        storm=(
            {"status": 500},
            {"status": 502, "html": True},
            {"status": 503, "retry_after": 3},
            {"status": 503, "retry_after": 3, "html": True},
        ),
    ),
    "cut_before": Kind("the connection is closed without an answer, nothing is done"),
    "cut_after": Kind("the connection is closed without an answer, the work is done"),
    "timed_out_before": Kind(
        "no answer comes until the caller hangs up, or `seconds` of the wall's clock have passed (600); nothing is done",
        storm=({"seconds": 0.5},),
    ),
    "timed_out_after": Kind(
        "no answer comes until the caller hangs up, or `seconds` of the wall's clock have passed (600); the work is done",
        storm=({"seconds": 0.5},),
    ),
    "switched": Kind(
        "the options in `options` are others from now on: pages of another size (B9), another spelling (B34) …",
        storm=(
            {"options": {"status_spelling": "camel"}},
            {"options": {"status_spelling": "both"}},
            {"options": {"page_size": 7}},
            {"options": {"page_size": 0}},
        ),
    ),
    "ids_dropped": Kind("an id of the batch is dropped in silence (B26)", (UPDATE,)),
    "ids_left_out": Kind(
        "the response leaves one of the uploads out, as if it were unknown; the work is done (B26)",
        (UPDATE, SELECTED),
    ),
    "verification_broken": Kind("500, storage could not be asked about the files (B28)", (UPDATE,)),
    "upload_deleted": Kind("a person deletes one of the uploads (B50)", (UPDATE, SELECTED, SUBMIT)),
    "upload_hidden": Kind(
        "one of the uploads is taken from the caller's sight (B51)", (SELECTED, SUBMIT), ()
    ),
    "upload_changed": Kind("a person changes one of the uploads: CONCURRENCY_CONFLICT (B45)", (SUBMIT,)),
    "unknown_failure": Kind("one of the items fails by itself: UNKNOWN_FAILURE (B45)", (SUBMIT,)),
    "workflow_started": Kind("a workflow starts on the document of one of the uploads (B48)", (SUBMIT,)),
    "file_failed": Kind(
        "the file ends `failed`, `retryable` or not (B58)",
        (COMPLETE,),
        ({"retryable": True}, {"retryable": False}),
    ),
    "put_cut": Kind("the connection is closed in the middle of the PUT", (PUT,)),
    "put_failed": Kind("storage fails with `status`", (PUT,), ({"status": 500}, {"status": 503})),
    "url_expired": Kind("the URL has expired already (B59)", (PUT,)),
    "bytes_corrupted": Kind("a byte arrives as another one (B56)", (PUT,)),
    "ml_fails": Kind("machine learning fails on every field (B36)", (LEARN,)),
    "ml_slow": Kind("machine learning takes `seconds` longer (B35)", (LEARN,), ({"seconds": 60.0},)),
    "ml_never_ends": Kind("machine learning stays `in_progress` (B35)", (LEARN,)),
}


def unversioned(operation: str) -> str:
    """The operation that v2.0 of it does the same as: what befalls the one befalls the other (B70)."""
    return operation.removesuffix("V20")


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault to be given: `times` times, after `after` calls that are spared; to `operation`, or to any it can strike.

    What the rest is for stands with the kinds; None leaves it to the kind. Seconds are the simulator's clock's where nothing else is
    said. `retry_after` 0
    tells how long the window has still to go.
    """

    kind: str
    operation: str = ""  # an operationId of the contract, putSegment or learn; "": any that it can strike
    times: int = 1  # how often
    after: int = 0  # so many calls are spared first
    status: int = 500  # of refused, server_error and put_failed: 400 to 599
    reason: str | None = None  # the reason code of refused and server_error
    html: bool = False  # a gateway's page in the place of JSON
    retry_after: int | None = None  # the header, in seconds; 0: as long as the window lasts; null: none
    window: str = "spike"  # of throttled: spike or hour
    seconds: float | None = None  # how long throttled, timed_out_… or ml_slow last
    hourly: int | None = None  # of limits_changed
    spike: int | None = None  # of limits_changed
    retryable: bool = True  # what the error of file_failed says
    options: Mapping[str, Any] | None = None  # of switched: names and values

    @property
    def is_unanswered(self) -> bool:
        return self.kind in UNANSWERED

    @property
    def spares_the_work(self) -> bool:
        """False where nothing is done of what was asked for."""
        return not (self.is_unanswered and self.kind.endswith("_before"))

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(KINDS)}")
        at = KINDS[self.kind].at
        if self.operation and at and self.operation not in at:
            raise ValueError(f"{self.kind} strikes {' or '.join(at)}, not {self.operation!r}")
        if self.operation in SIGNING and self.kind not in SIGNING_KINDS:
            raise ValueError(f"{self.operation} can have {', '.join(SIGNING_KINDS)}, not {self.kind}")
        if (self.kind == "switched") != bool(self.options):
            raise ValueError("options are what a fault of the kind switched has, and needs")
        if self.options:
            Options().switched(self.options)
        if self.operation in (PUT, LEARN) and not at:
            raise ValueError(f"{self.kind} strikes calls of the API, not {self.operation!r}")
        if self.operation not in _operations():
            raise ValueError(f"{self.operation!r} is no operation of the contract")
        if self.window not in WINDOWS:
            raise ValueError(f"window must be {' or '.join(WINDOWS)}, not {self.window!r}")
        if not 400 <= self.status <= 599:
            raise ValueError(f"status must be 400 to 599, not {self.status}")
        if self.times < 1 or self.after < 0 or min(self.hourly or 1, self.spike or 1) < 1:
            raise ValueError("times, hourly and spike must be 1 or more, after 0 or more")
        if min(self.seconds or 0, self.retry_after or 0) < 0:
            raise ValueError("seconds and retry_after must be 0 or more")

    def strikes(self, operation: str) -> bool:
        """True where an operation is one that it is for."""
        at, names = KINDS[self.kind].at, {operation, unversioned(operation)}
        if self.operation:
            return self.operation in names
        return not names.isdisjoint(at) if at else operation not in (PUT, LEARN, *SIGNING)

    @classmethod
    def read(cls, told: Any) -> Fault:
        """From a JSON object; ValueError with what is wrong with it."""
        return read(cls, told, "a fault")


class Faults:
    """The faults still to be given; and a storm: each call, PUT and job gets one with the chance `storm` (0 to 1).

    The storm is drawn from the seed for every operation apart, so what one meets does not hang on the others.
    """

    def __init__(self, storm: float = 0.0, seed: int = 0) -> None:
        self.storm = self._blew = storm
        self._seed = seed
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._given: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()
        self.edition = 0  # another one with each change
        self.hidden: frozenset[str] = frozenset()  # uploads that were taken from sight (B51)

    def add(self, *troubles: Fault) -> None:
        """Give these as well, in this order."""
        with self._lock:
            self._waiting += troubles
            self.edition += 1

    def clear(self) -> None:
        """Give none any more, and end the storm. What was hidden is seen again."""
        with self._lock:
            self._waiting.clear()
            self.storm, self.hidden = 0.0, frozenset()
            self.edition += 1

    def hide(self, upload_id: str) -> None:
        with self._lock:
            self.hidden |= {upload_id}
            self.edition += 1

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it."""
        with self._lock:
            return {
                "storm": [self._blew, self.storm],
                "given": dict(self._given),
                "drawn": dict(self._drawn),
                "waiting": [asdict(trouble) for trouble in self._waiting],
                "hidden": sorted(self.hidden),
            }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`. A storm that was ended stays so, unless another one is asked for now."""
        with self._lock:
            blew, storm = state["storm"]
            self.storm = storm if blew == self._blew else self.storm
            self._given, self._drawn = Counter(state["given"]), Counter(state["drawn"])
            self._waiting = [Fault(**told) for told in state["waiting"]]
            self.hidden = frozenset(state["hidden"])

    def view(self) -> dict[str, Any]:
        """As `/_internal/faults` answers it."""
        with self._lock:
            return {
                "storm": self.storm,
                "given": dict(self._given),
                "waiting": [asdict(trouble) for trouble in self._waiting],
                "kinds": {name: kind.what for name, kind in KINDS.items()},
            }

    @property
    def given(self) -> dict[str, int]:
        """How often each kind was given."""
        with self._lock:
            return dict(self._given)

    def take(self, operation: str) -> Fault | None:
        """What befalls this call of an operation, or None."""
        with self._lock:
            trouble = self._waiting_for(operation) or self._blow(operation)
            if trouble is not None:
                self._given[trouble.kind] += 1
                self.edition += 1
            return trouble

    def _waiting_for(self, operation: str) -> Fault | None:
        for place, trouble in enumerate(self._waiting):
            if not trouble.strikes(operation):
                continue
            self.edition += 1
            if trouble.after:
                self._waiting[place] = replace(trouble, after=trouble.after - 1)
                continue
            if trouble.times > 1:
                self._waiting[place] = replace(trouble, times=trouble.times - 1)
            else:
                del self._waiting[place]
            return trouble
        return None

    def _blow(self, operation: str) -> Fault | None:
        if self.storm <= 0:
            return None
        self._drawn[operation] += 1
        self.edition += 1
        # From the number of the call alone: so that a storm goes on after a restart, and is the same for each operation.
        chance = random.Random(f"storm {self._seed} {operation} {self._drawn[operation]}")
        if chance.random() >= self.storm:
            return None
        possible = _possible(operation)
        return chance.choice(possible) if possible else None


@cache
def _operations() -> frozenset[str]:
    """What a fault can be for; "" is whatever it can strike."""
    return frozenset({"", PUT, LEARN, *(one.id for one in operations())})


@cache
def _possible(operation: str) -> tuple[Fault, ...]:
    """What a storm can bring to an operation."""
    troubles = (Fault(kind=name, **more) for name, kind in KINDS.items() for more in kind.storm)
    return tuple(trouble for trouble in troubles if trouble.strikes(operation))
