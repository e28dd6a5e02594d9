"""Rules of reading revisions, of permissions and of names that no other file tests (B51, B62–B65, B67)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.clock import iso
from pdm_nb.sim.world.codes import riverside
from tests.support.simulator.api_caller import ApiCaller, reasons
from tests.support.simulator.revision_calls import FILE_NAME, revisions
from tests.support.simulator.rule_requests import UNKNOWN_ID, ask
from tests.support.simulator.upload_calls import listed

Make = Callable[..., ApiCaller]


@pytest.mark.rule("B51", reading="visible_statuses=()")
def test_b51_nothing_is_hidden_where_nothing_limits_it(caller: ApiCaller) -> None:
    upload = caller.completed("a.txt", "text/plain", status="S3")
    assert listed(caller) == [upload]
    [row] = caller.revisions(*caller.submit(caller.ready())["ids"])
    assert row["permissions"]["allowed_actions"]
    assert row["download_url"]


@pytest.mark.rule("B51", reading="visible_statuses=('S2',)")
def test_b51_a_masked_revision_is_there_by_id_and_in_no_list(make: Make) -> None:
    caller = make(visible_statuses=("S2",))
    upload = caller.completed(
        "a.txt", "text/plain", type="Report", status="S2", revision="P01", description="Sample"
    )
    [revision] = caller.submit(upload)["ids"]
    assert revisions(caller) == [revision]
    caller.sim._core.faults.hide(revision)
    assert revisions(caller) == []
    [row] = caller.revisions(revision, UNKNOWN_ID)
    assert (row["id"], row["fields"], row["permissions"]) == (revision, [], {"allowed_actions": []})
    assert "download_url" not in row


# -- reading revisions
@pytest.mark.rule("B62", reading="revision_list=False")
@pytest.mark.rule("B62", reading="revision_list_status=404")
@pytest.mark.rule("B62", reading="revision_list_status=403")
@pytest.mark.parametrize("status", [404, 403])
def test_b62_the_list_may_be_missing_or_closed(make: Make, status: int) -> None:
    caller = make(revision_list=False, revision_list_status=status)
    ids = caller.submit(caller.ready())["ids"]
    refused = revisions(caller, status)
    assert reasons(refused) == [{404: "NOT_FOUND", 403: "ACCESS_DENIED"}[status]]
    assert [row["id"] for row in caller.revisions(*ids)] == ids, "by id they can be had"
    with pytest.raises(ValueError, match="revision_list_status"):
        make(revision_list_status=500)


@pytest.mark.rule("B62")
def test_b62_the_bin_needs_its_right(make: Make) -> None:
    for level, status in (("Standard", 403), ("Admin", 200)):
        caller = make(access_level=level)
        [revision] = caller.submit(caller.ready())["ids"]
        [row] = caller.revisions(revision)
        caller.sim.recycle_revision(revision)
        told = caller.call("GET", caller.dm("document_revisions/recycled_revisions"), None, status)
        if status == 403:
            assert reasons(told) == ["ACCESS_DENIED"]
        assert revisions(caller) == caller.revisions(revision) == [], "it is in the bin alone"
        assert caller.send("GET", row["download_url"], headers=caller.headers).status_code == 404
        path = caller.dm(f"document_revisions/recycled_revisions/{revision}/download")
        away = caller.send("GET", path, headers=caller.headers)
        assert away.status_code == (302 if status == 200 else 404)


@pytest.mark.rule("B62")
@pytest.mark.parametrize("place", ["document_revisions", "document_revisions/recycled_revisions"])
def test_b62_every_filter_in_both_lists(caller: ApiCaller, clock: sim.ManualClock, place: str) -> None:
    made, begin = [], clock.now()
    for name, code, user in (("a.txt", "P01", 2), ("b.csv", "P02", 3)):
        upload = caller.ready(name, code)
        caller.update(
            upload, fields=caller.fields(authored_by=str(caller.world.users[user].id), status=f"S{user}")
        )
        made += caller.submit(upload)["ids"]
        [row] = caller.revisions(made[-1])
        if "recycled" in place:
            caller.sim.recycle_revision(made[-1])
        clock.advance(60)
    container = row["document_container_id"]

    def found(**filters: str) -> list[str]:
        query = {f"filters[{name}]": text for name, text in filters.items()}
        return sorted(caller.data("GET", caller.dm(place), view="ids_only", per_page=100, **query))

    both, second = made, made[1:]
    status = next(value.id for value in caller.project.by_name["status"].values if value.code == "S3")
    assert found() == both
    assert found(document_container_id=container) == second
    assert found(revision="P02") == found(status=status) == found(name="b") == second
    assert found(authored_by=str(caller.world.users[3].id)) == found(**{FILE_NAME: "b.csv"}) == second
    assert found(version="1") == both
    assert found(revision="P02", name="a") == found(document_container_id=UNKNOWN_ID) == []
    assert found(updated_at=f"{iso(begin)}...{iso(begin + 60)}") == made[:1], (
        "the lower bound in, the upper not"
    )
    assert found(updated_at=f"{iso(begin + 60)}...{iso(begin + 60.001)}") == second
    assert found(updated_at=f"{iso(begin + 0.001)}...{iso(begin + 61)}") == second


@pytest.mark.rule("B16", "B62")
@pytest.mark.parametrize("wrong", ["updated_at", "colour"])
@pytest.mark.parametrize(
    "text", ["...", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z...", "...2026-01-01T00:00:00Z", "a...b"]
)
def test_b62_a_filter_that_makes_no_sense_is_refused_before_there_is_anything(
    caller: ApiCaller, wrong: str, text: str
) -> None:
    for place in ("document_revisions", "document_revisions/recycled_revisions"):
        refused = caller.call("GET", caller.dm(place), None, 400, **{f"filters[{wrong}]": text})
        assert reasons(refused) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B62")
@pytest.mark.parametrize(
    "sort", ["created_at", "uploaded_at", "file_size", "file_format", "revision", "asset_value"]
)
def test_b62_every_order_both_ways(caller: ApiCaller, clock: sim.ManualClock, sort: str) -> None:
    made = []
    for name, code, size, value in (
        ("a.txt", "P1", 30, "9"),
        ("b.csv", "P2", 20, "10"),
        ("c.zip", "P3", 10, "100"),
    ):
        upload = caller.ready(name, code)
        changes = {"file_upload_id": caller.stored(b"x" * size), "upload_status": "COMPLETED"}
        caller.update(upload, **changes, fields=caller.fields(asset_value=value))
        made += caller.submit(upload)["ids"]
        clock.advance(1)
    field = caller.project.by_name.get(sort)
    expected = {"file_size": made[::-1], "file_format": [made[1], made[0], made[2]]}.get(sort, made)
    asked = field.id if field else sort
    assert revisions(caller, sort=asked) == expected
    assert revisions(caller, sort=f"-{asked}") == expected[::-1]


@pytest.mark.rule("B62", reading="index_seconds=5.0")
@pytest.mark.rule("B62", reading="index_seconds=0.0")
@pytest.mark.parametrize("lag", [0.0, 5.0])
def test_b62_how_far_the_index_lags(make: Make, clock: sim.ManualClock, lag: float) -> None:
    caller = make(index_seconds=lag)
    ids = caller.submit(caller.ready())["ids"]
    assert revisions(caller) == ([] if lag else ids)
    assert caller.revisions(*ids)[0]["index_updated_at"] == iso(clock.now() + lag)
    clock.advance(lag)
    assert revisions(caller) == ids


@pytest.mark.rule("B63")
def test_b63_the_version_is_a_field_that_the_system_sets(caller: ApiCaller) -> None:
    ids = [caller.submit(caller.ready("a.txt", f"P0{n}"))["ids"][0] for n in (1, 2)]
    for row, version in zip(caller.revisions(*ids), "12", strict=True):
        assert caller.labels(row, "version") == [version]
        assert "label_source" not in caller.field(row, "version")
        assert row["position_within_container"] != version
        assert "version" not in row


@pytest.mark.rule("B64")
def test_b64_the_redirect_is_short_lived_and_takes_no_token(
    caller: ApiCaller, clock: sim.ManualClock
) -> None:
    upload = caller.ready()
    url = caller.show(upload)["download_url"]
    [row] = caller.revisions(*caller.submit(caller.ready("b.txt"))["ids"])
    token = {"Authorization": f"Bearer {caller.token}"}
    for one in (url, row["download_url"]):
        assert caller.send("GET", one).status_code in (400, 401), "the vendor's own host wants it"
        away = caller.send("GET", one, headers={**token, "Procore-Company-Id": str(caller.company)})
        assert away.status_code == 302
        caller.sim.ledger.clear()
        assert caller.send("GET", away.headers["Location"], headers=token).status_code == 400
        assert caller.sim.ledger.counts == {"storage_authorization": 1}
        assert caller.send("GET", away.headers["Location"]).status_code == 200
        clock.advance(300)
        assert caller.send("GET", away.headers["Location"]).status_code == 403


# -- permissions before work
@pytest.mark.rule("B65")
@pytest.mark.parametrize("level", ["None", "Standard", "Admin"])
def test_b65_the_level_is_shown_and_the_groups_are_not(make: Make, level: str) -> None:
    told = [
        ask(make(access_level=level, can_upload=able, can_submit=able), "showPermissions").json()["tools"]
        for able in (True, False)
    ]
    assert told[0] == told[1]
    [tool] = [tool for tool in told[0] if tool["name"] == "document_management"]
    assert tool["user_access_level"]["name"] == level


@pytest.mark.rule("B65")
def test_b65_uploads_of_others_are_hidden_from_users_who_are_not_admins(make: Make) -> None:
    caller = make(access_level="Standard")
    theirs = caller.ready("theirs.txt")
    caller.become(3)
    mine = caller.ready("mine.txt")
    assert listed(caller) == [mine]
    caller.call("GET", caller.dm(f"document_uploads/{theirs}", "2.1"), None, 404)
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    assert [row["id"] for row in caller.data("POST", path, {"ids": [theirs, mine]})] == [mine]
    assert caller.submit(theirs, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"
    caller.sim.delete_upload(theirs)
    assert caller.data("GET", caller.dm("document_uploads/recycled_uploads", "2.1")) == []


# -- naming
@pytest.mark.rule("B67")
def test_b67_iso_19650_codes(make: Make, clock: sim.ManualClock) -> None:
    caller = make(scenario="iso19650")
    rules = caller.data("GET", caller.dm("upload_requirements"), per_page=100)
    standards = {rule["naming_standard"]["id"] for rule in rules}
    assert len(standards) == 1, "one a project"
    order = [field["name"] for field in rules[0]["naming_standard"]["fields"]]
    assert order == ["project", "originator", "volume", "location", "type", "discipline", "number"]
    statuses = {code.code for code in riverside.STATUSES if code.active}
    assert {*(f"S{n}" for n in range(8)), "A1", "CR"} <= statuses
    upload = caller.completed("RST-DEM-ZZ-XX-DR-A-401.pdf", status="S2", revision="C01")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert caller.labels(shown, "name") == ["RST-DEM-ZZ-XX-DR-A-401"]
    assert [caller.labels(shown, name)[0].split()[0] for name in ("volume", "location")] == ["Several", "No"]
    assert len(caller.submit(upload)["ids"]) == 1


@pytest.mark.rule("B67")
@pytest.mark.parametrize(
    ("sheet", "found"),
    [("A-101", True), ("AD-101", True), ("M-902", True), ("A_101", False), ("a-101", False)],
)
def test_b67_us_sheets_by_exact_code_and_hyphen(make: Make, sheet: str, found: bool) -> None:
    caller = make(scenario="us-ncs")
    values = {v.code for v in caller.project.by_name["discipline"].values}
    assert set("GCLSAIFPMET") <= values
    upload = caller.completed(f"{sheet}.pdf", type="Drawing")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert (caller.field(shown, "discipline")["label_source"] == "FILENAME_SCRAPING") is found
    if found:
        assert caller.labels(shown, "name") == [sheet]
        assert re.fullmatch(r"\d{3}", caller.labels(shown, "number")[0])
