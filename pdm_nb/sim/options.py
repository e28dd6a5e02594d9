"""Everything a simulator can be told, in one frozen object, and which readings of the rules that makes a choice of.

What the options do stands in the rooms that read them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .clock import FASTEST
from .readings import CHOICES
from .told import read, strict

# What a world is built by: it cannot change while the simulator runs.
FIXED = (
    "seed",
    "speed",
    "data",
    "hourly_limit",
    "spike_limit",
    "allow_duplicate_revisions",
    "storm",
    "uploads",
)


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The settings of one simulator; a named scenario is a set of changes to these.

    Where the service's sources disagree, the switch's default is the reading that `behaviours.md` calls default.
    """

    seed: int = 1  # the same seed gives the same company, ids and secrets
    speed: float = 1.0  # how fast the clock runs; 0: it is driven by hand
    ml_seconds: float = 8.0  # B35: how long machine learning takes after completion, in the clock's seconds
    data: Path | None = None  # the folder that outlasts it
    hourly_limit: int = 36_000  # B11: calls in an hour
    spike_limit: int = 2_000  # B11: calls in 10 seconds
    limit_headers: str = "nearest"  # B11: what the headers of the limits report; see `limits.py`
    retry_after: bool = True  # B12: the header may or may not be there
    throttled_headers: bool = True  # B12: off, a 429 has neither the headers of the limits nor Retry-After
    throttled_body: str = "json"  # B12: json, text or html: the gateway writes it
    can_upload: bool = True  # B52: the permission Upload New Files
    can_submit: bool = True  # B52: the permission Submit New Files
    access_level: str = "Admin"  # B65: None, Standard or Admin
    allow_duplicate_revisions: bool = True  # B42: off, rules that forbid a revision value twice do so
    validate_event_id: bool = True  # B45: an old event id is a conflict
    reveal_upload_id: bool = True  # B46: revisions carry `upload_id`
    consumed_status: int = 422  # B47: submitting again, 422 or 404
    deleted_status: int = 404  # B50: 404 or 410
    scan_seconds: float = 0.0  # B57: above 0, a malware scan is pending for so long
    complete_status: str = "available"  # B57: the older guide says `complete`
    put_status: int = 200  # B61: 200, 201 or 204
    late_mismatch: bool = False  # B56: a wrong hash turns the file `failed` instead of failing the PUT
    revision_list: bool = True  # B62: off, the list answers `revision_list_status`
    revision_list_status: int = 404  # B62: 404 or 403
    visible_statuses: tuple[str, ...] = ()  # B51: codes of `status`; documents of another status are not seen
    status_spelling: str = "snake"  # B34: snake, camel, or both beside each other
    page_size: int = 0  # B9: above 0, no page is larger, whatever was asked for
    storm: float = 0.0  # the chance, 0 to 1, that a call, a PUT or a machine-learning job meets a fault
    workflow_on_submit: bool = False  # B48: each revision enters a workflow as it is submitted
    uploads: int = 0  # how many wait to be submitted in the first project of a new world
    index_seconds: float = 0.0  # B62: how far the list of revisions lags behind
    v1_errors: str = "errors"  # B15: under `errors` or under `message`
    forbidden_reason: str = "FORBIDDEN"  # B16: FORBIDDEN or ACCESS_DENIED
    internal_reason: str = "INTERNAL_SERVER_ERROR"  # B16: INTERNAL_SERVER_ERROR or INTERNAL_ERROR
    workflow_manager: bool = False  # B48: may end a workflow without being an admin
    workflow_governs_status: str = ""  # B52: setting `status` is refused or overwritten; "": no workflow does
    require_tool_name: bool = True  # B53: the older guide has no uploader_tool_name

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(value := getattr(self, one.name), float) and not math.isfinite(value):
                raise ValueError(f"{one.name} must be a number, not {value}")
        if self.ml_seconds < 0 or self.scan_seconds < 0 or self.index_seconds < 0:
            raise ValueError("ml_seconds, scan_seconds and index_seconds must be 0 or more")
        if self.uploads < 0:
            raise ValueError(f"uploads must be 0 or more, not {self.uploads}")
        if self.hourly_limit < 1 or self.spike_limit < 1:
            raise ValueError("hourly_limit and spike_limit must be 1 or more")
        if not 0 <= self.speed <= FASTEST:
            raise ValueError(f"speed must be 0 to {FASTEST:g}, not {self.speed}")
        if not 0 <= self.storm <= 1:
            raise ValueError(f"storm must be 0 to 1, not {self.storm}")
        if self.page_size < 0:
            raise ValueError(f"page_size must be 0 or more, not {self.page_size}")
        if isinstance(self.visible_statuses, str):
            raise ValueError("visible_statuses must be a list of codes, not a text")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                told = " or ".join(map(repr, allowed))
                raise ValueError(f"{name} must be {told}, not {getattr(self, name)!r}")

    def switched(self, changes: Mapping[str, Any]) -> Options:
        """These options with some changed, as a running simulator allows; ValueError with what is wrong."""
        for name in changes:
            if name in FIXED:
                raise ValueError(
                    f"{name} is settled when a simulator starts: it cannot be changed while it runs"
                )
        wanted = read(Options, changes, "the options")
        return replace(self, **{name: getattr(wanted, name) for name in changes})

    def view(self) -> dict[str, Any]:
        """The options that can be changed while a simulator runs, with their values."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in FIXED}
