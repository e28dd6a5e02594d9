"""The rows of revisions in responses, their downloads and placeholders (B46, B51, B64, B76–B78)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.clock import iso
from tests.support.simulator.api_caller import ApiCaller
from tests.support.simulator.revision_calls import revisions, submitted
from tests.support.simulator.rule_requests import API, EVERY

Make = Callable[..., ApiCaller]
ACTIONS = {
    *("view", "view_change_history", "view_recycle_bin", "edit_markup", "edit_public_layers"),
    *("move_to_recycle_bin", "download", "edit_metadata", "edit_shared_markup"),
}


def raw(caller: ApiCaller, revision: str) -> dict[str, Any]:
    """A row that is not held against the contract: the reference's spelling is not in it."""
    path = caller.dm("document_revisions/selected_revisions", "2.2")
    response = caller.send(
        "POST", path, json={"ids": [revision]}, params={"per_page": 9}, headers=caller.headers
    )
    [row] = response.json()["data"]
    return row


@pytest.mark.rule("B78", reading="revision_rows='guide'")
@pytest.mark.rule("B78", reading="revision_rows='reference'")
def test_b78_two_spellings_of_a_row(make: Make) -> None:
    guide, reference = make(), make(revision_rows="reference")
    [one, other] = (raw(caller, submitted(caller, "a.txt")) for caller in (guide, reference))
    assert set(one) - set(other) == {"index_updated_at", "upload_id", "latest_event_id"}
    assert set(other) - set(one) == {"indexUpdatedAt", "download_filename"}
    assert other["download_filename"] == "a.txt"
    assert urlsplit(one["download_url"]).scheme == "http"
    assert other["download_url"].startswith("sim/rest/v2.0/companies/")


@pytest.mark.rule("B46", "B78")
@pytest.mark.parametrize("spelling", ["guide", "reference"])
def test_b46_neither_spelling_has_the_upload_where_it_is_not_revealed(make: Make, spelling: str) -> None:
    caller = make(revision_rows=spelling, reveal_upload_id=False)
    assert "upload_id" not in raw(caller, submitted(caller, "a.txt"))


@pytest.mark.rule("B51", reading="masked_rows='full'")
@pytest.mark.rule("B51", reading="masked_rows='bare'")
@pytest.mark.parametrize("masked", ["full", "bare"])
def test_b51_what_else_a_masked_row_has(make: Make, masked: str) -> None:
    caller = make(masked_rows=masked)
    revision = submitted(caller, "a.txt")
    whole = raw(caller, revision)
    caller.sim._core.faults.hide(revision)
    row = raw(caller, revision)
    assert (row["fields"], row["permissions"]) == ([], {"allowed_actions": []})
    expected = set(whole) - {"download_url"} if masked == "full" else {"id", "fields", "permissions"}
    assert set(row) == expected


@pytest.mark.rule("B64", "B78", reading="download_host='app'")
@pytest.mark.rule("B64", "B78", reading="download_host='api'")
@pytest.mark.parametrize("host", ["api", "app"])
def test_b78_a_download_url_may_be_on_another_host(make: Make, host: str) -> None:
    caller = make(download_host=host)
    revision = submitted(caller, "a.txt")
    url = caller.revisions(revision)[0]["download_url"]
    assert (urlsplit(url).hostname == "sim") == (host == "api")
    if host == "api":
        assert caller.send("GET", url, headers=caller.headers).status_code == 302
        return
    assert urlsplit(url).path.startswith("/rest/v1.0/companies/")
    assert caller.send("GET", url).status_code == 401
    assert caller.sim.ledger.clean
    assert caller.send("GET", url, headers=caller.headers).status_code == 401, "no token is taken there"
    assert caller.sim.ledger.counts == {"token_elsewhere": 1}
    path = caller.dm(f"document_revisions/{revision}/download", "2.1")
    assert caller.send("GET", path, headers=caller.headers).status_code == 302, "the API's own address works"


@pytest.mark.rule("B78")
def test_b78_the_other_host_of_a_served_simulator_is_this_machine(make: Make) -> None:
    from pdm_nb.sim.handlers.revision_rows import other_host

    assert other_host("http://127.0.0.1:8765/rest") == "http://localhost:8765/rest"
    assert other_host("http://localhost:8765/rest") == "http://127.0.0.1:8765/rest"
    assert other_host("http://sim/rest") == "http://app.sim/rest"


@pytest.mark.rule("B64", "B70")
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_b64_without_a_redirect_the_address_comes_as_json(caller: ApiCaller, version: str) -> None:
    revision = submitted(caller, "a.txt")
    path = caller.dm(f"document_revisions/{revision}/download", version)
    told = caller.call("GET", path, None, 200, no_redirect="true").json()["data"]
    [url] = [value for value in told.values() if str(value).startswith("http")]
    assert caller.send("GET", url).content == b"%PDF-1.7 sample"
    for text in ("false", None):
        query = {} if text is None else {"no_redirect": text}
        response = caller.send("GET", path, params=query, headers=caller.headers)
        assert response.status_code == 302


@pytest.mark.rule("B62", "B64")
def test_b64_the_bin_has_a_download_of_its_own(caller: ApiCaller) -> None:
    revision = submitted(caller, "a.txt")
    bin_path = caller.dm(f"document_revisions/recycled_revisions/{revision}/download")
    assert caller.send("GET", bin_path, headers=caller.headers).status_code == 404, "it is in no bin"
    caller.sim.recycle_revision(revision)
    [row] = caller.data("GET", caller.dm("document_revisions/recycled_revisions"), per_page=9)
    assert urlsplit(row["download_url"]).path == bin_path
    assert caller.send("GET", row["download_url"], headers=caller.headers).status_code == 302
    assert "url" in caller.data("GET", bin_path, no_redirect="true")


@pytest.mark.rule("B48", "B69", "B73")
def test_b73_what_the_service_fills_of_a_revision(caller: ApiCaller, clock: sim.ManualClock) -> None:
    revision = submitted(caller, "a.txt")
    [row] = caller.revisions(revision)
    made = iso(clock.now())
    assert caller.labels(row, "created_at") == caller.labels(row, "updated_at") == [made]
    assert (caller.labels(row, "item_content"), caller.labels(row, "in_active_workflow")) == (
        ["Document"],
        ["No"],
    )
    assert caller.labels(row, "original_filename") == ["a.txt"]
    clock.advance(60)
    caller.sim.start_workflow(row["document_container_id"])
    [row] = caller.revisions(revision)
    assert caller.labels(row, "in_active_workflow") == ["Yes"]
    assert caller.labels(row, "assigned_workflow") == ["Design review"]
    assert caller.labels(row, "workflow_current_step") == ["Under review"]
    assert (caller.labels(row, "created_at"), caller.labels(row, "updated_at")) == (
        [made],
        [iso(clock.now())],
    )
    assert row["index_updated_at"] == iso(clock.now())
    assert caller.labels(row, "updated_by") == [caller.world.users[-1].name]
    clock.advance(60)
    caller.sim.recycle_revision(revision)
    [row] = caller.data("GET", caller.dm("document_revisions/recycled_revisions"), per_page=9)
    assert caller.labels(row, "recycled_at") == caller.labels(row, "updated_at") == [iso(clock.now())]
    assert caller.labels(row, "recycled_by") == [caller.world.users[-1].name]
    assert caller.labels(row, "recycled_reason") == ["Replaced"]


@pytest.mark.rule("B62", "B73")
def test_b73_system_fields_filter_and_sort(caller: ApiCaller) -> None:
    small, large = caller.ready("a.txt"), caller.ready("b.csv")
    caller.update(large, file_upload_id=caller.stored(b"x" * 1000), upload_status="COMPLETED")
    ids = caller.submit(small, large)["ids"]
    for name, text in (("original_filename", "b.csv"), ("file_size", "1000"), ("format", "CSV")):
        assert revisions(caller, **{f"filters[{name}]": text}) == ids[1:]
    assert revisions(caller, **{"filters[item_content]": "Document"}) == ids
    assert revisions(caller, **{"filters[in_active_workflow]": "Yes"}) == []
    size = caller.project.system_by_name["file_size"].id
    assert (revisions(caller, sort=size), revisions(caller, sort=f"-{size}")) == (ids, ids[::-1])


@pytest.mark.rule("B77")
@pytest.mark.parametrize("level", ["Standard", "Admin"])
def test_b77_actions_are_of_the_documented_ones(make: Make, level: str) -> None:
    caller = make(access_level=level)
    [row] = caller.revisions(submitted(caller, "a.txt"))
    actions = row["permissions"]["allowed_actions"]
    assert {"view", "download"} <= set(actions) <= ACTIONS
    assert ("edit_metadata" in actions) == (level == "Admin")


# -- placeholders
@pytest.mark.rule("B76", reading="placeholders=0")
@pytest.mark.rule("B76", reading="placeholders=3")
def test_b76_placeholders_are_rows_without_a_file(make: Make) -> None:
    assert revisions(make()) == []
    caller = make(scenario="placeholders")
    rows = caller.data("GET", caller.dm("document_revisions"), per_page=100)
    assert len(rows) == 3
    made = submitted(caller, "a.txt")
    assert caller.data(
        "GET", caller.dm("document_revisions"), exclude_placeholders="true", view="ids_only"
    ) == [made]
    for row in rows:
        assert (row["download_url"], "upload_id" in row) == (None, False)
        assert "download" not in row["permissions"]["allowed_actions"]
        assert caller.labels(row, "item_content") == ["Placeholder"]
        assert caller.labels(row, "placeholder_assignee") == [caller.world.service_account.name]
        assert len(caller.labels(row, "placeholder_due_date")) == len(caller.labels(row, "name")) == 1
        assert not any(caller.labels(row, name) for name in ("original_filename", "file_size", "version"))
        path = caller.dm(f"document_revisions/{row['id']}/download")
        assert caller.send("GET", path, headers=caller.headers).status_code == 404
    assert [row["id"] for row in caller.revisions(rows[0]["id"])] == [rows[0]["id"]]


def awaited(caller: ApiCaller) -> str:
    """An upload of the first placeholder's name and format, ready to be submitted."""
    values = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}
    return caller.completed("Awaited document 01.pdf", "application/pdf", **values)


@pytest.mark.rule("B76", "B78")
@pytest.mark.parametrize("spelling", ["guide", "reference"])
def test_b76_a_document_takes_the_place_of_its_placeholder(make: Make, spelling: str) -> None:
    caller = make(scenario="placeholders", revision_rows=spelling)
    path = caller.dm("document_revisions")
    before = caller.send("GET", path, params={"per_page": 9}, headers=caller.headers).json()["data"]
    [revision] = caller.submit(awaited(caller))["ids"]
    row = raw(caller, revision)
    assert row["match_type"] == ("EXACT" if spelling == "guide" else {"value": "EXACT"})
    [placeholder] = [old for old in before if old["id"] == row["document_placeholder_id"]]
    assert placeholder["document_container_id"] == row["document_container_id"]
    assert caller.labels(row, "version") == ["1"]
    after = caller.send("GET", path, params={"per_page": 9}, headers=caller.headers).json()["data"]
    assert {one["id"] for one in after} == {one["id"] for one in before} - {placeholder["id"]} | {revision}


# -- versions of paths
SERVED = {
    "upload_requirements": ("GET", "2.0"),
    "fields": ("GET", "2.0"),
    "fields/type/values": ("GET", "2.0"),
    "document_uploads": ("GET", "2.0", "2.1"),
    "document_uploads/{upload}": ("GET", "2.0", "2.1"),
    "document_uploads/recycled_uploads": ("GET", "2.0", "2.1"),
    "document_revisions": ("GET", "2.0", "2.1"),
    "document_revisions/recycled_revisions": ("GET", "2.0"),
}
SELECTED = ("document_uploads/selected_uploads", "document_revisions/selected_revisions")


@pytest.mark.rule("B70")
@pytest.mark.parametrize("path", SERVED)
def test_b70_every_version_of_a_path_and_no_other(caller: ApiCaller, path: str) -> None:
    method, *served = SERVED[path]
    place = path.format(upload=caller.ready())
    for version in ("2.0", "2.1", "2.2"):
        response = caller.send(
            method, caller.dm(place, version), params={"per_page": 9}, headers=caller.headers
        )
        expected = 200 if version in served else (404, 405)
        assert response.status_code in (expected if isinstance(expected, tuple) else (expected,)), version


@pytest.mark.rule("B70", "B71")
@pytest.mark.parametrize("path", SELECTED)
@pytest.mark.parametrize(("version", "status"), [("2.0", 201), ("2.1", 201), ("2.2", 200)])
def test_b70_older_versions_of_selected_are_deprecated_and_return_201(
    caller: ApiCaller, path: str, version: str, status: int
) -> None:
    made = caller.ready("a.txt") if "uploads" in path else submitted(caller, "a.txt")
    caller.sim.ledger.clear()
    rows = caller.call("POST", caller.dm(path, version), {"ids": [made]}, status, per_page=9).json()["data"]
    assert [row["id"] for row in rows] == [made]
    assert caller.sim.ledger.counts == ({} if version == "2.2" else {"retired_endpoint": 1})


@pytest.mark.rule("B45", "B70")
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_b70_submit_has_two_versions(caller: ApiCaller, version: str) -> None:
    upload = caller.ready()
    items = [{"id": upload, "upload_latest_event_id": caller.event(upload)}]
    told = caller.call("POST", caller.dm("document_revisions", version), {"uploads": items}, 201).json()[
        "data"
    ]
    assert ("failureIds" in told) == (version == "2.0")


@pytest.mark.rule("B45", "B70")
def test_b70_what_befalls_a_submit_befalls_both_versions(caller: ApiCaller) -> None:
    upload = caller.ready()
    items = [{"id": upload, "upload_latest_event_id": caller.event(upload)}]
    for version in ("2.0", "2.1"):
        caller.sim.add_fault("unknown_failure")
        told = caller.call("POST", caller.dm("document_revisions", version), {"uploads": items}, 201).json()[
            "data"
        ]
        assert [failure["reason_code"] for failure in told["failures"]] == ["UNKNOWN_FAILURE"]
        caller.sim.fail_next("showDocumentUpload", 500)
        caller.call("GET", caller.dm(f"document_uploads/{upload}", version), None, 500)


@pytest.mark.rule("B71")
def test_b71_refusals_are_counted_by_operation_and_status(caller: ApiCaller) -> None:
    """What the vendor's page on an app's health would show."""
    caller.call("GET", caller.dm("fields"), None, 400, page="x")
    caller.call("GET", caller.dm("fields"), None, 400, page="x")
    caller.send("GET", caller.dm("documents"), headers=caller.headers)
    caller.call("GET", caller.dm("fields"), per_page=9)
    assert caller.sim.counts.refused == {"listFields 400": 2, "unknown 404": 1}
    assert caller.send("GET", "/_internal/counts").json()["refused"] == caller.sim.counts.refused
    caller.sim.counts.clear()
    assert caller.sim.counts.refused == {}


def test_every_operation_of_revisions_is_tried_here() -> None:
    """The sample of paths above covers the contract's."""
    paths = {EVERY[name].path.partition("document_management/")[2] for name in API}
    reading = {path for path in paths if path.startswith(("document_revisions", "document_uploads"))}
    known = {path.replace("{upload}", "{document_upload_id}") for path in (*SERVED, *SELECTED)}
    assert reading - known == {
        "document_revisions/{document_revision_id}/download",
        "document_revisions/recycled_revisions/{document_revision_id}/download",
    }
