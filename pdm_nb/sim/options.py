"""Everything a simulator can be told, in one frozen object, and which readings of the rules that makes a choice of.

What the options do stands in the rooms that read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The settings of one simulator; a named scenario is a set of changes to these.

    Where the service's sources disagree, the switch's default is the reading that `behaviours.md` calls default.
    """

    seed: int = 1
    ml_seconds: float = 8.0
    data: Path | None = None
    hourly_limit: int = 36_000  # B11
    spike_limit: int = 2_000  # B11, per 10 s
    retry_after: bool = True  # B12: the header may or may not be there
    can_upload: bool = True  # B52
    can_submit: bool = True  # B52
    access_level: str = "Admin"  # B65: None, Standard or Admin
    allow_duplicate_revisions: bool = True  # B42
    validate_event_id: bool = True  # B45
    reveal_upload_id: bool = True  # B46
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
        if self.ml_seconds < 0 or self.scan_seconds < 0 or self.index_seconds < 0:
            raise ValueError("ml_seconds, scan_seconds and index_seconds must be 0 or more")
        if self.uploads < 0:
            raise ValueError(f"uploads must be 0 or more, not {self.uploads}")
        if self.hourly_limit < 1 or self.spike_limit < 1:
            raise ValueError("hourly_limit and spike_limit must be 1 or more")
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


class Reading(NamedTuple):
    """One way to read a rule: the option and its value that has the simulator behave so, and who says so."""

    option: str
    value: Any
    rule: str
    source: str

    def __str__(self) -> str:
        return f"{self.option}={self.value!r}"


# Where sources disagree, or leave a thing open: every value that can be chosen, the default first.
READINGS = (
    Reading("page_size", 0, "B9", "the reference: as many rows as were asked for"),
    Reading("page_size", 3, "B9", "no source; pages that are smaller than was asked for"),
    Reading("retry_after", True, "B12", "the guide: a 429 has Retry-After"),
    Reading("retry_after", False, "B12", "seen: X-Rate-Limit-Reset alone"),
    Reading("v1_errors", "errors", "B15", "older endpoints: a list under `errors`"),
    Reading("v1_errors", "message", "B15", "older endpoints: a text under `message`"),
    Reading("forbidden_reason", "FORBIDDEN", "B16", "the reference"),
    Reading("forbidden_reason", "ACCESS_DENIED", "B16", "the reference, of other endpoints"),
    Reading("internal_reason", "INTERNAL_SERVER_ERROR", "B16", "the reference"),
    Reading("internal_reason", "INTERNAL_ERROR", "B16", "the reference, of other endpoints"),
    Reading("status_spelling", "snake", "B34", "the reference: `integration_statuses.ml`"),
    Reading("status_spelling", "camel", "B34", "the guide: `integrationStatuses.ML`"),
    Reading("status_spelling", "both", "B34", "examples with one beside the other"),
    Reading("validate_event_id", True, "B45", "the guide: an old event id is a conflict"),
    Reading("validate_event_id", False, "B45", "the reference: no longer validated"),
    Reading("reveal_upload_id", True, "B46", "the newer guide: revisions carry `upload_id`"),
    Reading("reveal_upload_id", False, "B46", "the reference: they do not"),
    Reading("consumed_status", 422, "B47", "the reference"),
    Reading("consumed_status", 404, "B47", "some sources"),
    Reading("workflow_manager", False, "B48", "an admin may end a workflow, a Standard user may not"),
    Reading("workflow_manager", True, "B48", "nor need a workflow manager be an admin"),
    Reading("deleted_status", 404, "B50", "the reference"),
    Reading("deleted_status", 410, "B50", "the reference, beside 404"),
    Reading("visible_statuses", (), "B51", "a project that hides nothing"),
    Reading("visible_statuses", ("S2",), "B51", "a project that shows documents of some statuses alone"),
    Reading("workflow_governs_status", "", "B52", "a project whose `status` is free"),
    Reading("workflow_governs_status", "refused", "B52", "setting it is refused"),
    Reading("workflow_governs_status", "overwritten", "B52", "setting it is overwritten"),
    Reading("require_tool_name", True, "B53", "the reference"),
    Reading("require_tool_name", False, "B53", "the older guide"),
    Reading("late_mismatch", False, "B56", "wrong bytes fail the PUT"),
    Reading("late_mismatch", True, "B56", "wrong bytes turn the file `failed`"),
    Reading("scan_seconds", 0.0, "B57", "the reference: `available` at once"),
    Reading("scan_seconds", 5.0, "B57", "the reference: `scanning` while a scan is pending"),
    Reading("complete_status", "available", "B57", "the reference"),
    Reading("complete_status", "complete", "B57", "the older guide"),
    Reading("put_status", 200, "B61", "most gateways"),
    Reading("put_status", 201, "B61", "some gateways"),
    Reading("put_status", 204, "B61", "some gateways"),
    Reading("revision_list", True, "B62", "environments that have the list"),
    Reading("revision_list", False, "B62", "environments that have not"),
    Reading("revision_list_status", 404, "B62", "it is not there"),
    Reading("revision_list_status", 403, "B62", "it is not open to the caller"),
    Reading("index_seconds", 0.0, "B62", "an index that is up to date"),
    Reading("index_seconds", 5.0, "B62", "an index that lags behind"),
)
OPEN = ("page_size", "visible_statuses", "scan_seconds", "index_seconds")  # any other value will do as well
CHOICES: dict[str, tuple[Any, ...]] = {"access_level": ("None", "Standard", "Admin")} | {
    name: tuple(one.value for one in READINGS if one.option == name)
    for name in dict.fromkeys(one.option for one in READINGS)
    if name not in OPEN
}
