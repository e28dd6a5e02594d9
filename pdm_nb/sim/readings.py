"""The readings of the rules: where the service's sources disagree or leave a thing open, what can be chosen, and who says so.

Which one a simulator keeps to is said by `options.py`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


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
    Reading(
        "limit_headers",
        "nearest",
        "B11",
        "the guide: the limit most likely to be exceeded first; the spike window rolls",
    ),
    Reading("limit_headers", "nearest_fixed", "B11", "the same, with a fixed spike window"),
    Reading(
        "limit_headers", "sooner", "B11", "the guide's first edition: the limit whose window ends sooner"
    ),
    Reading(
        "limit_headers",
        "hourly",
        "B11",
        "no source: the hourly limit alone; the spike limit shows only as a 429",
    ),
    Reading("limit_headers", "none", "B11", "no source: no such headers"),
    Reading(
        "limit_headers", "nodes", "B11", "no source: each gateway node reports the calls that it has seen"
    ),
    Reading(
        "limit_headers", "sliding", "B11", "no source: the reset is always now + 10 s, remaining hardly moves"
    ),
    Reading("retry_after", True, "B12", "the guide: a 429 has Retry-After"),
    Reading("retry_after", False, "B12", "seen: X-Rate-Limit-Reset alone"),
    Reading("throttled_headers", True, "B12", "the guide: a 429 has X-Rate-Limit-Reset"),
    Reading("throttled_headers", False, "B12", "no source: a gateway's 429 without any of these headers"),
    Reading("throttled_body", "json", "B12", "an older guide: TOO_MANY_REQUESTS"),
    Reading("throttled_body", "text", "B12", "no source: a gateway's plain text"),
    Reading("throttled_body", "html", "B12", "no source: a gateway's page"),
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
