"""The variants of the contract: if sources disagree or leave something open, each possible behavior and its source.

`Options` selects the variant that a simulator implements.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class ContractVariant(NamedTuple):
    """One possible behavior under a rule: the option and value that select it, and the source that documents it."""

    option: str
    value: Any
    rule: str
    source: str

    def __str__(self) -> str:
        return f"{self.option}={self.value!r}"


# Every value of an option, the default first.
VARIANTS = (
    ContractVariant("permitted_projects", None, "B4", "an account with access to the whole company"),
    ContractVariant("permitted_projects", (), "B4", "an account whose permitted projects must be set again"),
    ContractVariant(
        "unpermitted_projects", "refused", "B4", "the guide: a project that is not permitted returns 403"
    ),
    ContractVariant("unpermitted_projects", "hidden", "B4", "the guide: it is not listed"),
    ContractVariant("sparse_links", False, "B9", "the reference: `first` and `prev` if there are such pages"),
    ContractVariant("sparse_links", True, "B9", "the pagination guide's samples: they may be missing"),
    ContractVariant("page_size", 0, "B9", "the reference: as many rows as requested"),
    ContractVariant("page_size", 3, "B9", "no source: pages that are smaller than requested"),
    ContractVariant(
        "limit_headers",
        "nearest",
        "B11",
        "the guide: the limit most likely to be exceeded first; rolling spike window",
    ),
    ContractVariant("limit_headers", "nearest_fixed", "B11", "the same with a fixed spike window"),
    ContractVariant(
        "limit_headers", "sooner", "B11", "the guide's first edition: the limit whose window ends sooner"
    ),
    ContractVariant(
        "limit_headers",
        "hourly",
        "B11",
        "no source: only the hourly limit; the spike limit shows only as a 429",
    ),
    ContractVariant("limit_headers", "none", "B11", "no source: no such headers"),
    ContractVariant(
        "limit_headers", "nodes", "B11", "no source: each gateway node reports only the calls it received"
    ),
    ContractVariant(
        "limit_headers",
        "sliding",
        "B11",
        "no source: the reset is always now + 10 s, `remaining` hardly changes",
    ),
    ContractVariant("retry_after", True, "B12", "the guide: a 429 has Retry-After"),
    ContractVariant("retry_after", False, "B12", "observed: only X-Rate-Limit-Reset"),
    ContractVariant("throttled_headers", True, "B12", "the guide: a 429 has X-Rate-Limit-Reset"),
    ContractVariant(
        "throttled_headers", False, "B12", "no source: a gateway's 429 without any of these headers"
    ),
    ContractVariant("throttled_body", "json", "B12", "an older guide: TOO_MANY_REQUESTS"),
    ContractVariant("throttled_body", "text", "B12", "no source: a gateway's plain text"),
    ContractVariant("throttled_body", "html", "B12", "no source: a gateway's HTML page"),
    ContractVariant("v1_errors", "errors", "B15", "older endpoints: a list named `errors`"),
    ContractVariant("v1_errors", "message", "B15", "older endpoints: a string named `message`"),
    ContractVariant("forbidden_reason", "ACCESS_DENIED", "B16", "the guide of August 2026"),
    ContractVariant("forbidden_reason", "FORBIDDEN", "B16", "older responses"),
    ContractVariant("internal_reason", "INTERNAL_ERROR", "B16", "the guide of August 2026"),
    ContractVariant("internal_reason", "INTERNAL_SERVER_ERROR", "B16", "older responses"),
    ContractVariant("malformed_body", "INVALID_PROPERTY", "B16", "the guide, for every endpoint"),
    ContractVariant("malformed_body", "INVALID_BODY", "B16", "the reference, for create and update"),
    ContractVariant(
        "standard_found", True, "B16", "a project whose naming standard exists, or that has none"
    ),
    ContractVariant("standard_found", False, "B16", "the reference: 404, naming standard not found"),
    ContractVariant(
        "bare_values",
        False,
        "B20",
        "the samples: list values with `active` and `tags`, references with `code`",
    ),
    ContractVariant("bare_values", True, "B20", "the reference: none of these is required in a response"),
    ContractVariant("show_incomplete", False, "B32", "the guide: 404 until COMPLETED"),
    ContractVariant(
        "show_incomplete", True, "B32", "the reference: 200, with `upload_url` and `url_expires_at`"
    ),
    ContractVariant("completes_itself", False, "B32", "the guide: the caller sets COMPLETED"),
    ContractVariant(
        "completes_itself",
        True,
        "B32",
        "the newer guide: it may become COMPLETED once all required fields are filled",
    ),
    ContractVariant(
        "empty_name",
        "refused",
        "B33",
        "no source: the submit is refused, as for any required field without a value",
    ),
    ContractVariant("empty_name", "filled", "B33", "no source: the service fills it from the file name"),
    ContractVariant(
        "computed_name_listed", "computed", "B33", "the list of fields shows the same variant as uploads"
    ),
    ContractVariant(
        "computed_name_listed", "plain", "B33", "the list of fields shows the name without a variant"
    ),
    ContractVariant("computed_name_listed", "absent", "B33", "the list of fields does not contain the name"),
    ContractVariant("set_computed_name", "refused", "B33", "no source: setting it is refused"),
    ContractVariant("set_computed_name", "ignored", "B33", "no source: setting it is ignored"),
    ContractVariant("status_spelling", "snake", "B34", "the reference: `integration_statuses.ml`"),
    ContractVariant("status_spelling", "camel", "B34", "the guide: `integrationStatuses.ML`"),
    ContractVariant("status_spelling", "both", "B34", "examples that contain both spellings"),
    ContractVariant(
        "other_type",
        "Other",
        "B36",
        "the guide: a document that is neither drawing nor specification is Other",
    ),
    ContractVariant("other_type", "", "B36", "the support pages: such a document has no type"),
    ContractVariant(
        "failed_score", True, "B36", "the metadata page's sample: a failed field has the score 0"
    ),
    ContractVariant(
        "failed_score", False, "B36", "the metadata page's text: only values from ML have a score"
    ),
    ContractVariant("description_type", "rich_text", "B36", "the vendor's sample"),
    ContractVariant("description_type", "string", "B36", "the vendor's table"),
    ContractVariant("stale_event_id", "failure", "B45", "the guide: only the item fails"),
    ContractVariant("stale_event_id", "accepted", "B45", "the reference: no longer validated"),
    ContractVariant("stale_event_id", "refused", "B45", "another source: 422 for the whole request"),
    ContractVariant("reveal_upload_id", True, "B46", "the newer guide: revisions have `upload_id`"),
    ContractVariant("reveal_upload_id", False, "B46", "the reference: they do not have it"),
    ContractVariant("consumed_status", 422, "B47", "the reference"),
    ContractVariant("consumed_status", 404, "B47", "some sources"),
    ContractVariant(
        "workflow_manager", False, "B48", "an admin may terminate a workflow, a Standard user may not"
    ),
    ContractVariant("workflow_manager", True, "B48", "a workflow manager may do so without being an admin"),
    ContractVariant("deleted_status", 404, "B50", "the reference"),
    ContractVariant("deleted_status", 410, "B50", "the reference, as an alternative to 404"),
    ContractVariant("visible_statuses", (), "B51", "a project that hides no documents"),
    ContractVariant(
        "visible_statuses", ("S2",), "B51", "a project that shows only documents with certain statuses"
    ),
    ContractVariant("masked_rows", "full", "B51", "the sample: everything except fields and download_url"),
    ContractVariant("masked_rows", "bare", "B51", "not documented: only id, fields and permissions"),
    ContractVariant("denied_submit", 422, "B52", "the guide: 422 PERMISSION_DENIED"),
    ContractVariant("denied_submit", 403, "B52", "the reference"),
    ContractVariant("workflow_governs_status", "", "B52", "a project in which anybody may set `status`"),
    ContractVariant("workflow_governs_status", "refused", "B52", "setting it is refused"),
    ContractVariant("workflow_governs_status", "overwritten", "B52", "setting it is overwritten"),
    ContractVariant("require_tool_name", True, "B53", "the reference"),
    ContractVariant("require_tool_name", False, "B53", "the older guide"),
    ContractVariant("late_mismatch", False, "B56", "wrong bytes fail the PUT"),
    ContractVariant("late_mismatch", True, "B56", "wrong bytes make the file `failed`"),
    ContractVariant("scan_seconds", 0.0, "B57", "the reference: `available` immediately"),
    ContractVariant("scan_seconds", 5.0, "B57", "the reference: `scanning` while a scan is pending"),
    ContractVariant("complete_status", "available", "B57", "the reference"),
    ContractVariant("complete_status", "complete", "B57", "the older guide"),
    ContractVariant("put_status", 200, "B61", "most gateways"),
    ContractVariant("put_status", 201, "B61", "some gateways"),
    ContractVariant("put_status", 204, "B61", "some gateways"),
    ContractVariant("revision_list", True, "B62", "environments that have the list"),
    ContractVariant("revision_list", False, "B62", "environments without the list"),
    ContractVariant("revision_list_status", 404, "B62", "the list is not found"),
    ContractVariant("revision_list_status", 403, "B62", "the caller has no access"),
    ContractVariant("index_seconds", 0.0, "B62", "an index that is up to date"),
    ContractVariant("index_seconds", 5.0, "B62", "an index that lags behind"),
    ContractVariant("status_spelling", "absent", "B72", "no source: the statuses are missing"),
    ContractVariant("status_spelling", "null", "B72", "no source: the statuses are null"),
    ContractVariant("format_type", "lov_entry", "B73", "the vendor's sample: label PDF, code = MIME type"),
    ContractVariant("format_type", "string", "B73", "the vendor's table"),
    ContractVariant("settable_system_fields", True, "B73", "the newer version of the table"),
    ContractVariant("settable_system_fields", False, "B73", "the older version of the table"),
    ContractVariant("assigned_workflow", "", "B74", "a project without a default workflow"),
    ContractVariant(
        "assigned_workflow", "Design review", "B74", "a project with a default workflow, which uploads show"
    ),
    ContractVariant("placeholders", 0, "B76", "a project without placeholders"),
    ContractVariant("placeholders", 3, "B76", "a project with placeholders"),
    ContractVariant("revision_rows", "guide", "B78", "the revisions guide"),
    ContractVariant(
        "revision_rows", "reference", "B78", "the reference's v2.0 and v2.1 of selected_revisions"
    ),
    ContractVariant("download_host", "api", "B78", "the reference: the API's own host"),
    ContractVariant("download_host", "app", "B78", "the guide's sample: another host of the vendor"),
)
# Options that take other values as well.
OPEN = (
    *("page_size", "visible_statuses", "scan_seconds", "index_seconds"),
    *("permitted_projects", "placeholders", "assigned_workflow"),
)
CHOICES: dict[str, tuple[Any, ...]] = {"access_level": ("None", "Standard", "Admin")} | {
    name: tuple(one.value for one in VARIANTS if one.option == name)
    for name in dict.fromkeys(one.option for one in VARIANTS)
    if name not in OPEN
}
