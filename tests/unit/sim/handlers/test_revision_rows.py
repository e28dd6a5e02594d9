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


def raw(desk: ApiCaller, revision: str) -> dict[str, Any]:
    """A row that is not held against the contract: the reference's spelling is not in it."""
    path = desk.dm("document_revisions/selected_revisions", "2.2")
    response = desk.send("POST", path, json={"ids": [revision]}, params={"per_page": 9}, headers=desk.headers)
    [row] = response.json()["data"]
    return row


@pytest.mark.rule("B78", reading="revision_rows='guide'")
@pytest.mark.rule("B78", reading="revision_rows='reference'")
def test_b78_two_spellings_of_a_row(make: Make) -> None:
    guide, reference = make(), make(revision_rows="reference")
    [one, other] = (raw(desk, submitted(desk, "a.txt")) for desk in (guide, reference))
    assert set(one) - set(other) == {"index_updated_at", "upload_id", "latest_event_id"}
    assert set(other) - set(one) == {"indexUpdatedAt", "download_filename"}
    assert other["download_filename"] == "a.txt"
    assert urlsplit(one["download_url"]).scheme == "http"
    assert other["download_url"].startswith("sim/rest/v2.0/companies/")


@pytest.mark.rule("B46", "B78")
@pytest.mark.parametrize("spelling", ["guide", "reference"])
def test_b46_neither_spelling_has_the_upload_where_it_is_not_revealed(make: Make, spelling: str) -> None:
    desk = make(revision_rows=spelling, reveal_upload_id=False)
    assert "upload_id" not in raw(desk, submitted(desk, "a.txt"))


@pytest.mark.rule("B51", reading="masked_rows='full'")
@pytest.mark.rule("B51", reading="masked_rows='bare'")
@pytest.mark.parametrize("masked", ["full", "bare"])
def test_b51_what_else_a_masked_row_has(make: Make, masked: str) -> None:
    desk = make(masked_rows=masked)
    revision = submitted(desk, "a.txt")
    whole = raw(desk, revision)
    desk.sim._core.faults.hide(revision)
    row = raw(desk, revision)
    assert (row["fields"], row["permissions"]) == ([], {"allowed_actions": []})
    expected = set(whole) - {"download_url"} if masked == "full" else {"id", "fields", "permissions"}
    assert set(row) == expected


@pytest.mark.rule("B64", "B78", reading="download_host='app'")
@pytest.mark.rule("B64", "B78", reading="download_host='api'")
@pytest.mark.parametrize("host", ["api", "app"])
def test_b78_a_download_url_may_be_on_another_host(make: Make, host: str) -> None:
    desk = make(download_host=host)
    revision = submitted(desk, "a.txt")
    url = desk.revisions(revision)[0]["download_url"]
    assert (urlsplit(url).hostname == "sim") == (host == "api")
    if host == "api":
        assert desk.send("GET", url, headers=desk.headers).status_code == 302
        return
    assert urlsplit(url).path.startswith("/rest/v1.0/companies/")
    assert desk.send("GET", url).status_code == 401
    assert desk.sim.ledger.clean
    assert desk.send("GET", url, headers=desk.headers).status_code == 401, "no token is taken there"
    assert desk.sim.ledger.counts == {"token_elsewhere": 1}
    path = desk.dm(f"document_revisions/{revision}/download", "2.1")
    assert desk.send("GET", path, headers=desk.headers).status_code == 302, "the API's own address works"


@pytest.mark.rule("B78")
def test_b78_the_other_host_of_a_served_simulator_is_this_machine(make: Make) -> None:
    from pdm_nb.sim.handlers.revision_rows import other_host

    assert other_host("http://127.0.0.1:8765/rest") == "http://localhost:8765/rest"
    assert other_host("http://localhost:8765/rest") == "http://127.0.0.1:8765/rest"
    assert other_host("http://sim/rest") == "http://app.sim/rest"


@pytest.mark.rule("B64", "B70")
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_b64_without_a_redirect_the_address_comes_as_json(desk: ApiCaller, version: str) -> None:
    revision = submitted(desk, "a.txt")
    path = desk.dm(f"document_revisions/{revision}/download", version)
    told = desk.call("GET", path, None, 200, no_redirect="true").json()["data"]
    [url] = [value for value in told.values() if str(value).startswith("http")]
    assert desk.send("GET", url).content == b"%PDF-1.7 sample"
    for text in ("false", None):
        query = {} if text is None else {"no_redirect": text}
        response = desk.send("GET", path, params=query, headers=desk.headers)
        assert response.status_code == 302


@pytest.mark.rule("B62", "B64")
def test_b64_the_bin_has_a_download_of_its_own(desk: ApiCaller) -> None:
    revision = submitted(desk, "a.txt")
    bin_path = desk.dm(f"document_revisions/recycled_revisions/{revision}/download")
    assert desk.send("GET", bin_path, headers=desk.headers).status_code == 404, "it is in no bin"
    desk.sim.recycle_revision(revision)
    [row] = desk.data("GET", desk.dm("document_revisions/recycled_revisions"), per_page=9)
    assert urlsplit(row["download_url"]).path == bin_path
    assert desk.send("GET", row["download_url"], headers=desk.headers).status_code == 302
    assert "url" in desk.data("GET", bin_path, no_redirect="true")


@pytest.mark.rule("B48", "B69", "B73")
def test_b73_what_the_service_fills_of_a_revision(desk: ApiCaller, clock: sim.ManualClock) -> None:
    revision = submitted(desk, "a.txt")
    [row] = desk.revisions(revision)
    made = iso(clock.now())
    assert desk.labels(row, "created_at") == desk.labels(row, "updated_at") == [made]
    assert (desk.labels(row, "item_content"), desk.labels(row, "in_active_workflow")) == (
        ["Document"],
        ["No"],
    )
    assert desk.labels(row, "original_filename") == ["a.txt"]
    clock.advance(60)
    desk.sim.start_workflow(row["document_container_id"])
    [row] = desk.revisions(revision)
    assert desk.labels(row, "in_active_workflow") == ["Yes"]
    assert desk.labels(row, "assigned_workflow") == ["Design review"]
    assert desk.labels(row, "workflow_current_step") == ["Under review"]
    assert (desk.labels(row, "created_at"), desk.labels(row, "updated_at")) == ([made], [iso(clock.now())])
    assert row["index_updated_at"] == iso(clock.now())
    assert desk.labels(row, "updated_by") == [desk.world.users[-1].name]
    clock.advance(60)
    desk.sim.recycle_revision(revision)
    [row] = desk.data("GET", desk.dm("document_revisions/recycled_revisions"), per_page=9)
    assert desk.labels(row, "recycled_at") == desk.labels(row, "updated_at") == [iso(clock.now())]
    assert desk.labels(row, "recycled_by") == [desk.world.users[-1].name]
    assert desk.labels(row, "recycled_reason") == ["Replaced"]


@pytest.mark.rule("B62", "B73")
def test_b73_system_fields_filter_and_sort(desk: ApiCaller) -> None:
    small, large = desk.ready("a.txt"), desk.ready("b.csv")
    desk.update(large, file_upload_id=desk.stored(b"x" * 1000), upload_status="COMPLETED")
    ids = desk.submit(small, large)["ids"]
    for name, text in (("original_filename", "b.csv"), ("file_size", "1000"), ("format", "CSV")):
        assert revisions(desk, **{f"filters[{name}]": text}) == ids[1:]
    assert revisions(desk, **{"filters[item_content]": "Document"}) == ids
    assert revisions(desk, **{"filters[in_active_workflow]": "Yes"}) == []
    size = desk.project.system_by_name["file_size"].id
    assert (revisions(desk, sort=size), revisions(desk, sort=f"-{size}")) == (ids, ids[::-1])


@pytest.mark.rule("B77")
@pytest.mark.parametrize("level", ["Standard", "Admin"])
def test_b77_actions_are_of_the_documented_ones(make: Make, level: str) -> None:
    desk = make(access_level=level)
    [row] = desk.revisions(submitted(desk, "a.txt"))
    actions = row["permissions"]["allowed_actions"]
    assert {"view", "download"} <= set(actions) <= ACTIONS
    assert ("edit_metadata" in actions) == (level == "Admin")


# -- placeholders
@pytest.mark.rule("B76", reading="placeholders=0")
@pytest.mark.rule("B76", reading="placeholders=3")
def test_b76_placeholders_are_rows_without_a_file(make: Make) -> None:
    assert revisions(make()) == []
    desk = make(scenario="placeholders")
    rows = desk.data("GET", desk.dm("document_revisions"), per_page=100)
    assert len(rows) == 3
    made = submitted(desk, "a.txt")
    assert desk.data("GET", desk.dm("document_revisions"), exclude_placeholders="true", view="ids_only") == [
        made
    ]
    for row in rows:
        assert (row["download_url"], "upload_id" in row) == (None, False)
        assert "download" not in row["permissions"]["allowed_actions"]
        assert desk.labels(row, "item_content") == ["Placeholder"]
        assert desk.labels(row, "placeholder_assignee") == [desk.world.service_account.name]
        assert len(desk.labels(row, "placeholder_due_date")) == len(desk.labels(row, "name")) == 1
        assert not any(desk.labels(row, name) for name in ("original_filename", "file_size", "version"))
        path = desk.dm(f"document_revisions/{row['id']}/download")
        assert desk.send("GET", path, headers=desk.headers).status_code == 404
    assert [row["id"] for row in desk.revisions(rows[0]["id"])] == [rows[0]["id"]]


def awaited(desk: ApiCaller) -> str:
    """An upload of the first placeholder's name and format, ready to be submitted."""
    values = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}
    return desk.completed("Awaited document 01.pdf", "application/pdf", **values)


@pytest.mark.rule("B76", "B78")
@pytest.mark.parametrize("spelling", ["guide", "reference"])
def test_b76_a_document_takes_the_place_of_its_placeholder(make: Make, spelling: str) -> None:
    desk = make(scenario="placeholders", revision_rows=spelling)
    path = desk.dm("document_revisions")
    before = desk.send("GET", path, params={"per_page": 9}, headers=desk.headers).json()["data"]
    [revision] = desk.submit(awaited(desk))["ids"]
    row = raw(desk, revision)
    assert row["match_type"] == ("EXACT" if spelling == "guide" else {"value": "EXACT"})
    [placeholder] = [old for old in before if old["id"] == row["document_placeholder_id"]]
    assert placeholder["document_container_id"] == row["document_container_id"]
    assert desk.labels(row, "version") == ["1"]
    after = desk.send("GET", path, params={"per_page": 9}, headers=desk.headers).json()["data"]
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
def test_b70_every_version_of_a_path_and_no_other(desk: ApiCaller, path: str) -> None:
    method, *served = SERVED[path]
    place = path.format(upload=desk.ready())
    for version in ("2.0", "2.1", "2.2"):
        response = desk.send(method, desk.dm(place, version), params={"per_page": 9}, headers=desk.headers)
        expected = 200 if version in served else (404, 405)
        assert response.status_code in (expected if isinstance(expected, tuple) else (expected,)), version


@pytest.mark.rule("B70", "B71")
@pytest.mark.parametrize("path", SELECTED)
@pytest.mark.parametrize(("version", "status"), [("2.0", 201), ("2.1", 201), ("2.2", 200)])
def test_b70_older_versions_of_selected_are_deprecated_and_return_201(
    desk: ApiCaller, path: str, version: str, status: int
) -> None:
    made = desk.ready("a.txt") if "uploads" in path else submitted(desk, "a.txt")
    desk.sim.ledger.clear()
    rows = desk.call("POST", desk.dm(path, version), {"ids": [made]}, status, per_page=9).json()["data"]
    assert [row["id"] for row in rows] == [made]
    assert desk.sim.ledger.counts == ({} if version == "2.2" else {"retired_endpoint": 1})


@pytest.mark.rule("B45", "B70")
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_b70_submit_has_two_versions(desk: ApiCaller, version: str) -> None:
    upload = desk.ready()
    items = [{"id": upload, "upload_latest_event_id": desk.event(upload)}]
    told = desk.call("POST", desk.dm("document_revisions", version), {"uploads": items}, 201).json()["data"]
    assert ("failureIds" in told) == (version == "2.0")


@pytest.mark.rule("B45", "B70")
def test_b70_what_befalls_a_submit_befalls_both_versions(desk: ApiCaller) -> None:
    upload = desk.ready()
    items = [{"id": upload, "upload_latest_event_id": desk.event(upload)}]
    for version in ("2.0", "2.1"):
        desk.sim.add_fault("unknown_failure")
        told = desk.call("POST", desk.dm("document_revisions", version), {"uploads": items}, 201).json()[
            "data"
        ]
        assert [failure["reason_code"] for failure in told["failures"]] == ["UNKNOWN_FAILURE"]
        desk.sim.fail_next("showDocumentUpload", 500)
        desk.call("GET", desk.dm(f"document_uploads/{upload}", version), None, 500)


@pytest.mark.rule("B71")
def test_b71_refusals_are_counted_by_operation_and_status(desk: ApiCaller) -> None:
    """What the vendor's page on an app's health would show."""
    desk.call("GET", desk.dm("fields"), None, 400, page="x")
    desk.call("GET", desk.dm("fields"), None, 400, page="x")
    desk.send("GET", desk.dm("documents"), headers=desk.headers)
    desk.call("GET", desk.dm("fields"), per_page=9)
    assert desk.sim.counts.refused == {"listFields 400": 2, "unknown 404": 1}
    assert desk.send("GET", "/_internal/counts").json()["refused"] == desk.sim.counts.refused
    desk.sim.counts.clear()
    assert desk.sim.counts.refused == {}


def test_every_operation_of_revisions_is_tried_here() -> None:
    """The sample of paths above covers the contract's."""
    paths = {EVERY[name].path.partition("document_management/")[2] for name in API}
    reading = {path for path in paths if path.startswith(("document_revisions", "document_uploads"))}
    known = {path.replace("{upload}", "{document_upload_id}") for path in (*SERVED, *SELECTED)}
    assert reading - known == {
        "document_revisions/{document_revision_id}/download",
        "document_revisions/recycled_revisions/{document_revision_id}/download",
    }
