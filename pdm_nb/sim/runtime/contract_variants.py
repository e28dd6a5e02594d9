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
    Reading("permitted_projects", None, "B4", "an account that is connected to the whole company"),
    Reading("permitted_projects", (), "B4", "an account whose permitted projects have to be set again"),
    Reading(
        "unpermitted_projects", "refused", "B4", "the guide: a project that is not permitted returns 403"
    ),
    Reading("unpermitted_projects", "hidden", "B4", "the guide: it is not listed"),
    Reading("sparse_links", False, "B9", "the reference: `first` and `prev` where there are any"),
    Reading("sparse_links", True, "B9", "the pagination guide's samples: they may be missing"),
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
    Reading("forbidden_reason", "ACCESS_DENIED", "B16", "the guide of August 2026"),
    Reading("forbidden_reason", "FORBIDDEN", "B16", "older responses"),
    Reading("internal_reason", "INTERNAL_ERROR", "B16", "the guide of August 2026"),
    Reading("internal_reason", "INTERNAL_SERVER_ERROR", "B16", "older responses"),
    Reading("malformed_body", "INVALID_PROPERTY", "B16", "the guide, of every endpoint"),
    Reading("malformed_body", "INVALID_BODY", "B16", "the reference, of create and update"),
    Reading("standard_found", True, "B16", "a project whose naming standard is there, or that has none"),
    Reading("standard_found", False, "B16", "the reference: 404, the naming standard cannot be found"),
    Reading(
        "bare_values",
        False,
        "B20",
        "the samples: list values with `active` and `tags`, references with `code`",
    ),
    Reading("bare_values", True, "B20", "the reference: none of these is required in a response"),
    Reading("show_incomplete", False, "B32", "the guide: 404 until COMPLETED"),
    Reading("show_incomplete", True, "B32", "the reference: 200, with `upload_url` and `url_expires_at`"),
    Reading("completes_itself", False, "B32", "the guide: the caller sets COMPLETED"),
    Reading(
        "completes_itself", True, "B32", "the newer guide: it may turn so once all required fields are filled"
    ),
    Reading("empty_name", "refused", "B33", "no source; a required field without a value refuses the submit"),
    Reading("empty_name", "filled", "B33", "no source; the service fills it from the file name"),
    Reading(
        "computed_name_listed", "computed", "B33", "the list of fields has the variant that uploads have"
    ),
    Reading("computed_name_listed", "plain", "B33", "the list of fields has it without a variant"),
    Reading("computed_name_listed", "absent", "B33", "the list of fields does not have it"),
    Reading("set_computed_name", "refused", "B33", "no source; setting it is refused"),
    Reading("set_computed_name", "ignored", "B33", "no source; setting it is ignored"),
    Reading("status_spelling", "snake", "B34", "the reference: `integration_statuses.ml`"),
    Reading("status_spelling", "camel", "B34", "the guide: `integrationStatuses.ML`"),
    Reading("status_spelling", "both", "B34", "examples with one beside the other"),
    Reading("other_type", "Other", "B36", "the guide: what is neither drawing nor specification is Other"),
    Reading("other_type", "", "B36", "the support pages: it has no type"),
    Reading("failed_score", True, "B36", "the metadata page's sample: a failed field has the score 0"),
    Reading("failed_score", False, "B36", "the metadata page's text: ML's values alone have a score"),
    Reading("description_type", "rich_text", "B36", "the vendor's sample"),
    Reading("description_type", "string", "B36", "the vendor's table"),
    Reading("stale_event_id", "failure", "B45", "the guide: a failure of the item"),
    Reading("stale_event_id", "accepted", "B45", "the reference: no longer validated"),
    Reading("stale_event_id", "refused", "B45", "a third source: 422 for the whole request"),
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
    Reading("masked_rows", "full", "B51", "the sample: all but fields and download_url"),
    Reading("masked_rows", "bare", "B51", "not documented; id, fields and permissions alone"),
    Reading("denied_submit", 422, "B52", "the guide: 422 PERMISSION_DENIED"),
    Reading("denied_submit", 403, "B52", "the reference"),
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
    Reading("status_spelling", "absent", "B72", "no source; the statuses are missing"),
    Reading("status_spelling", "null", "B72", "no source; the statuses are null"),
    Reading("format_type", "lov_entry", "B73", "the vendor's sample: label PDF, code = MIME type"),
    Reading("format_type", "string", "B73", "the vendor's table"),
    Reading("settable_system_fields", True, "B73", "the table's newer edition"),
    Reading("settable_system_fields", False, "B73", "the table's older edition"),
    Reading("assigned_workflow", "", "B74", "a project without a default workflow"),
    Reading("assigned_workflow", "Design review", "B74", "a project whose default workflow uploads show"),
    Reading("placeholders", 0, "B76", "a project without placeholders"),
    Reading("placeholders", 3, "B76", "a project that waits for documents"),
    Reading("revision_rows", "guide", "B78", "the revisions guide"),
    Reading("revision_rows", "reference", "B78", "the reference's v2.0 and v2.1 of selected_revisions"),
    Reading("download_host", "api", "B78", "the reference: the API's own host"),
    Reading("download_host", "app", "B78", "the guide's sample: another host of the vendor's"),
)
# Any other value will do as well.
OPEN = (
    *("page_size", "visible_statuses", "scan_seconds", "index_seconds"),
    *("permitted_projects", "placeholders", "assigned_workflow"),
)
CHOICES: dict[str, tuple[Any, ...]] = {"access_level": ("None", "Standard", "Admin")} | {
    name: tuple(one.value for one in READINGS if one.option == name)
    for name in dict.fromkeys(one.option for one in READINGS)
    if name not in OPEN
}
