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
from .contract_variants import CHOICES
from .parse_config import read, strict

# Labels of the workflow templates that a project offers (B48, B74).
WORKFLOWS = ("Design review", "Contractor approval")
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
    "placeholders",
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
    limit_headers: str = "nearest"  # B11: what the headers of the limits report
    retry_after: bool = True  # B12: the header may or may not be there
    throttled_headers: bool = True  # B12: off, a 429 has neither the headers of the limits nor Retry-After
    throttled_body: str = "json"  # B12: json, text or html: the gateway writes it
    can_upload: bool = True  # B52: the permission Upload New Files
    can_submit: bool = True  # B52: the permission Submit New Files
    access_level: str = "Admin"  # B65: None, Standard or Admin
    allow_duplicate_revisions: bool = True  # B42: off, rules that forbid a revision value twice do so
    denied_submit: int = 422  # B52: what a submit without the permission returns, 422 or 403
    stale_event_id: str = "failure"  # B45: failure of the item, refused as a whole, or accepted
    reveal_upload_id: bool = True  # B46: revisions carry `upload_id`
    consumed_status: int = 422  # B47: submitting again, 422 or 404
    deleted_status: int = 404  # B50: 404 or 410
    scan_seconds: float = 0.0  # B57: above 0, a malware scan is pending for so long
    complete_status: str = "available"  # B57: the older guide says `complete`
    put_status: int = 200  # B61: 200, 201 or 204
    late_mismatch: bool = False  # B56: a wrong hash turns the file `failed` instead of failing the PUT
    revision_list: bool = True  # B62: off, the list answers `revision_list_status`
    revision_list_status: int = 404  # B62: 404 or 403
    revision_rows: str = "guide"  # B78: spelled as in the guide, or as in the reference
    masked_rows: str = "full"  # B51: full, but for fields and download_url; or bare
    download_host: str = "api"  # B78: download_url on the API's own host, or on another one: app
    visible_statuses: tuple[str, ...] = ()  # B51: codes of `status`; documents of another status are not seen
    status_spelling: str = "snake"  # B34: snake, camel, both beside each other; B72: absent or null
    sparse_links: bool = False  # B9: the first page lacks the link `first`, the second `prev`
    permitted_projects: tuple[int, ...] | None = None  # B4: ids; None permits all to the service account
    unpermitted_projects: str = "refused"  # B4: refused with 403, or hidden from the list as well
    page_size: int = 0  # B9: above 0, no page is larger, whatever was asked for
    storm: float = 0.0  # the chance, 0 to 1, that a call, a PUT or a machine-learning job meets a fault
    workflow_on_submit: bool = False  # B48: each revision enters a workflow as it is submitted
    uploads: int = 0  # how many wait to be submitted in the first project of a new world
    placeholders: int = 0  # B76: how many placeholders the first project of a new world has
    index_seconds: float = 0.0  # B62: how far the list of revisions lags behind
    v1_errors: str = "errors"  # B15: under `errors` or under `message`
    forbidden_reason: str = "ACCESS_DENIED"  # B16: ACCESS_DENIED or FORBIDDEN
    internal_reason: str = "INTERNAL_ERROR"  # B16: INTERNAL_ERROR or INTERNAL_SERVER_ERROR
    malformed_body: str = "INVALID_PROPERTY"  # B16: of create and update, INVALID_PROPERTY or INVALID_BODY
    standard_found: bool = True  # B16: off, create returns 404, as if the naming standard could not be found
    workflow_manager: bool = False  # B48: may end a workflow without being an admin
    workflow_governs_status: str = ""  # B52: setting `status` is refused or overwritten; "": no workflow does
    require_tool_name: bool = True  # B53: the older guide has no uploader_tool_name
    bare_values: bool = False  # B20: values of uploads and revisions lack `active` and `tags`, or `code`
    show_incomplete: bool = False  # B32: show returns uploads that are not COMPLETED
    completes_itself: bool = False  # B32: an upload with a file and all required values becomes COMPLETED
    empty_name: str = "refused"  # B33: without a plain name a submit is refused, or it is filled
    computed_name_listed: str = "computed"  # B33: how the list of fields shows a computed name
    set_computed_name: str = "refused"  # B33: setting a computed name is refused or ignored
    other_type: str = "Other"  # B36: the type of what is neither drawing nor specification; "": none
    failed_score: bool = True  # B36: what ML failed on has the score 0; off, none
    description_type: str = "rich_text"  # B36: rich_text or string
    format_type: str = "lov_entry"  # B73: lov_entry or string
    settable_system_fields: bool = (
        True  # B73: `uploaded_by`, `assigned_workflow` and most `workflow_…` can be set
    )
    assigned_workflow: str = ""  # B74: the workflow that each new upload is assigned to; "": none

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(value := getattr(self, one.name), float) and not math.isfinite(value):
                raise ValueError(f"{one.name} must be a number, not {value}")
        if self.ml_seconds < 0 or self.scan_seconds < 0 or self.index_seconds < 0:
            raise ValueError("ml_seconds, scan_seconds and index_seconds must be 0 or more")
        if self.uploads < 0 or self.placeholders < 0:
            raise ValueError("uploads and placeholders must be 0 or more")
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
