"""The settings of a simulator (`Options`), their validation, and which of them can change while it runs.

The code that reads an option implements it. `contract_variants` lists the values with their sources.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .clock import FASTEST
from .contract_variants import CHOICES
from .parse_config import read, strict

# Labels of the workflow templates that a project offers (B48, B74).
WORKFLOWS = ("Design review", "Contractor approval")
# What the world is built from: these cannot change while the simulator runs.
FIXED = (
    "seed",
    "speed",
    "data",
    "hourly_limit",
    "spike_limit",
    "allow_duplicate_revisions",
    "storm",
    "uploads",
    "revisions",
    "placeholders",
)


# Keep each option on one line: docs/generators/simulator_page.py reads it from the source.
@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The settings of one simulator. A named scenario is a set of changes to the defaults.

    If the sources about the service disagree, the default is the one that the contract's rules call default.
    """

    seed: int | None = None  # the same seed gives the same company, ids and secrets; None: random secrets
    speed: float = 1.0  # how fast the clock runs, 1 is real time; 0: only `advance` moves it
    ml_seconds: float = 8.0  # B35: how long machine learning takes after completion, in simulated seconds
    data: Path | None = None  # folder for files and state, kept after a stop; None: a temporary folder
    hourly_limit: int = 36_000  # B11: calls per hour
    spike_limit: int = 2_000  # B11: calls per 10 seconds
    limit_headers: str = "nearest"  # B11: which limit the X-Rate-Limit headers report
    retry_after: bool = True  # B12: whether a 429 has the header Retry-After
    throttled_headers: bool = True  # B12: if False, a 429 has neither X-Rate-Limit headers nor Retry-After
    throttled_body: str = "json"  # B12: body of a 429: json, or a gateway's text or html
    can_upload: bool = True  # B52: the permission Upload New Files
    can_submit: bool = True  # B52: the permission Submit New Files
    access_level: str = "Admin"  # B65: None, Standard or Admin
    allow_duplicate_revisions: bool = True  # B42: if False, rules can forbid the same revision value twice
    denied_submit: int = 422  # B52: status of a submit without the permission, 422 or 403
    stale_event_id: str = "failure"  # B45: failure of the item, refused (the whole request), or accepted
    reveal_upload_id: bool = True  # B46: revisions have `upload_id`
    consumed_status: int = 422  # B47: status when an upload is submitted again, 422 or 404
    deleted_status: int = 404  # B50: status when a deleted upload is shown, 404 or 410
    scan_seconds: float = 0.0  # B57: how long a malware scan takes; 0: no scan
    complete_status: str = "available"  # B57: status of a completed file; the older guide has `complete`
    put_status: int = 200  # B61: status of a successful PUT: 200, 201 or 204
    late_mismatch: bool = False  # B56: a wrong hash makes the file `failed` later, instead of failing the PUT
    revision_list: bool = True  # B62: if False, the list of revisions returns `revision_list_status`
    revision_list_status: int = 404  # B62: 404 or 403
    revision_rows: str = "guide"  # B78: spelling of revisions: guide or reference
    masked_rows: str = "full"  # B51: masked rows: full (without fields and download_url) or bare
    download_host: str = "api"  # B78: host of download_url: the API's own (api) or another one (app)
    visible_statuses: tuple[str, ...] = ()  # B51: codes of `status`; other documents are hidden; (): show all
    status_spelling: str = "snake"  # B34: snake, camel or both; B72: absent or null
    sparse_links: bool = False  # B9: the first page has no link `first`, the second no link `prev`
    permitted_projects: tuple[int, ...] | None = None  # B4: ids the service account may use; None: all
    unpermitted_projects: str = "refused"  # B4: refused (403), or hidden from the list of projects as well
    page_size: int = 0  # B9: largest page, whatever per_page asks for; 0: no such limit
    storm: float = 0.0  # probability, 0 to 1, that a call, a PUT or a machine-learning job gets a fault
    workflow_on_submit: bool = False  # B48: each submitted revision enters a workflow
    uploads: int = 0  # how many uploads are ready to be submitted in the first project of a new world
    revisions: int = 0  # of how many documents the first project of a new world has revisions
    placeholders: int = 0  # B76: how many placeholders the first project of a new world has
    index_seconds: float = 0.0  # B62: how many seconds the list of revisions lags behind
    v1_errors: str = "errors"  # B15: key of v1 error bodies: errors or message
    forbidden_reason: str = "ACCESS_DENIED"  # B16: ACCESS_DENIED or FORBIDDEN
    internal_reason: str = "INTERNAL_ERROR"  # B16: INTERNAL_ERROR or INTERNAL_SERVER_ERROR
    malformed_body: str = "INVALID_PROPERTY"  # B16: for create and update, INVALID_PROPERTY or INVALID_BODY
    standard_found: bool = True  # B16: if False, create returns 404: naming standard not found
    workflow_manager: bool = False  # B48: the caller may terminate workflows without being an admin
    workflow_governs_status: str = ""  # B52: setting `status` is refused or overwritten; "": allowed
    require_tool_name: bool = True  # B53: uploader_tool_name is required; not in the older guide
    bare_values: bool = False  # B20: values in uploads and revisions lack `active` and `tags`, or `code`
    show_incomplete: bool = False  # B32: show returns uploads that are not COMPLETED
    completes_itself: bool = False  # B32: an upload with a file and all required values becomes COMPLETED
    empty_name: str = "refused"  # B33: a submit without a plain name is refused, or the name is filled
    computed_name_listed: str = "computed"  # B33: the name in the list of fields: computed, plain or absent
    set_computed_name: str = "refused"  # B33: setting a computed name is refused or ignored
    other_type: str = "Other"  # B36: type of documents that are no drawing or specification; "": no type
    failed_score: bool = True  # B36: fields that ML failed on have the score 0; if False, no score
    description_type: str = "rich_text"  # B36: rich_text or string
    format_type: str = "lov_entry"  # B73: lov_entry or string
    settable_system_fields: bool = True  # B73: `uploaded_by`, `assigned_workflow`, `workflow_…` can be set
    assigned_workflow: str = ""  # B74: the workflow that each new upload is assigned to; "": none

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(value := getattr(self, one.name), float) and not math.isfinite(value):
                raise ValueError(f"{one.name} must be a finite number, not {value}")
        if self.ml_seconds < 0 or self.scan_seconds < 0 or self.index_seconds < 0:
            raise ValueError("ml_seconds, scan_seconds and index_seconds must be 0 or more")
        if min(self.uploads, self.revisions, self.placeholders) < 0:
            raise ValueError("uploads, revisions and placeholders must be 0 or more")
        if self.hourly_limit < 1 or self.spike_limit < 1:
            raise ValueError("hourly_limit and spike_limit must be 1 or more")
        if not 0 <= self.speed <= FASTEST:
            raise ValueError(f"speed must be 0 to {FASTEST:g}, not {self.speed}")
        if not 0 <= self.storm <= 1:
            raise ValueError(f"storm must be 0 to 1, not {self.storm}")
        if self.page_size < 0:
            raise ValueError(f"page_size must be 0 or more, not {self.page_size}")
        if self.assigned_workflow not in ("", *WORKFLOWS):
            known = ", ".join(WORKFLOWS)
            raise ValueError(f"assigned_workflow must be one of {known}, not {self.assigned_workflow!r}")
        if isinstance(self.visible_statuses, str):
            raise ValueError("visible_statuses must be a list of codes, not a string")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                choices = " or ".join(map(repr, allowed))
                raise ValueError(f"{name} must be {choices}, not {getattr(self, name)!r}")

    def switched(self, changes: Mapping[str, Any]) -> Options:
        """Return a copy with some options changed; ValueError if one is unknown, fixed or has a wrong value."""
        for name in changes:
            if name in FIXED:
                raise ValueError(f"{name} is fixed when the simulator starts. Restart it with another {name}")
        wanted = read(Options, changes, "the options")
        return replace(self, **{name: getattr(wanted, name) for name in changes})

    def view(self) -> dict[str, Any]:
        """Return the options that can change while the simulator runs, with their values."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in FIXED}
