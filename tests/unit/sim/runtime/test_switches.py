"""Contract variants that no other file tests: the page size of B9, the spellings of B34, the visibility of B51, B48 and B65."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import ApiCaller

MASK = {"fields": [], "permissions": {"allowed_actions": []}}


@pytest.mark.rule("B9", reading="page_size=3")
def test_b9_pages_of_another_size_than_was_asked_for(make: Callable[..., ApiCaller]) -> None:
    caller = make(page_size=3)
    total, rows, page = None, [], 1
    while len(rows) != total:
        answer = caller.call("GET", caller.dm("fields"), per_page=100, page=page)
        total, page = int(answer.headers["Total"]), page + 1
        assert answer.headers["Per-Page"] == "3"
        assert len(answer.json()["data"]) <= 3
        rows += answer.json()["data"]
    assert page > 3
    assert [row["id"] for row in rows] == [field.id for field in caller.project.fields]
    assert 'rel="next"' not in answer.headers["Link"]
    with pytest.raises(ValueError, match="page_size"):
        make(page_size=-1)


@pytest.mark.rule("B34", reading="status_spelling='snake'")
@pytest.mark.rule("B34", reading="status_spelling='camel'")
@pytest.mark.rule("B34", reading="status_spelling='both'")
@pytest.mark.parametrize("spelling", ["snake", "camel", "both"])
def test_b34_spellings_of_the_statuses(
    make: Callable[..., ApiCaller], clock: sim.ManualClock, spelling: str
) -> None:
    caller = make(status_spelling=spelling)
    upload = caller.completed()
    clock.advance(60)
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    # Not compared with the contract, which does not have the second spelling.
    shown = caller.send("GET", caller.dm(f"document_uploads/{upload}", "2.1"), headers=headers).json()["data"]
    assert ("integration_statuses" in shown) == (spelling != "camel")
    assert ("integrationStatuses" in shown) == (spelling != "snake")
    if spelling != "camel":
        assert shown["integration_statuses"]["ml"] == "completed"
        assert shown["integration_statuses"]["filename_scraping"] in ("completed", "error")
    if spelling != "snake":
        assert shown["integrationStatuses"]["ML"] == "completed"
        said = shown["integrationStatuses"]["integrationResponse"]["type_ML"]
        assert said["valueName"] == "Drawing"
        assert said["valueId"] in caller.project.by_name["type"].by_id
        assert shown["matchCriteria"] == "plan|application/pdf"


@pytest.mark.rule("B34")
def test_b34_no_other_spelling(make: Callable[..., ApiCaller]) -> None:
    with pytest.raises(ValueError, match="status_spelling"):
        make(status_spelling="kebab")


@pytest.mark.rule("B51", reading="visible_statuses=('S2',)")
def test_b51_uploads_of_another_status_are_not_seen(make: Callable[..., ApiCaller]) -> None:
    caller = make(visible_statuses=("S2",))
    seen, unseen = caller.completed("a.pdf", status="S2"), caller.completed("b.pdf", status="S0")
    empty = caller.completed("c.pdf")  # has no status yet
    listed = caller.data("GET", caller.dm("document_uploads", "2.1"), view="ids_only", per_page=100)
    assert listed == [seen, empty]
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    rows = caller.data("POST", path, {"ids": [unseen, seen]}, per_page=100)
    assert [row["id"] for row in rows] == [seen]
    caller.call("GET", caller.dm(f"document_uploads/{unseen}", "2.1"), None, 404)
    assert caller.update(unseen, file_locked=True).json()["data"] == {"success": [], "failed": []}
    assert caller.submit(unseen, status=422)["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"


@pytest.mark.rule("B51")
def test_b51_an_upload_vanishes_when_its_attributes_change(make: Callable[..., ApiCaller]) -> None:
    caller = make(visible_statuses=("S2",))
    upload = caller.completed("a.pdf", status="S2")
    caller.show(upload)
    assert caller.update(upload, fields=caller.fields(status="S0")).json()["data"]["success"] == [
        {"id": upload}
    ]
    caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), None, 404)


@pytest.mark.rule("B51")
def test_b51_revisions_that_may_not_be_seen_come_with_a_mask(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    from dataclasses import replace

    from pdm_nb.sim.world.records import Entry, Revision

    caller = make(visible_statuses=("S0",))
    seen, unseen = (caller.submit(caller.ready(name))["ids"][0] for name in ("a.txt", "b.txt"))
    field, store = caller.project.by_name["status"], caller.sim._core.store
    was = store.get(Revision, unseen)
    other = next(value.id for value in field.values if value.code == "S2")
    store.put(replace(was, entries={**was.entries, field.id: Entry((other,), "MANUAL")}))
    rows = caller.revisions(seen, unseen)
    assert (rows[1]["id"], MASK.items() <= rows[1].items()) == (unseen, True)
    assert "download_url" in rows[0]
    listed = caller.data("GET", caller.dm("document_revisions"), per_page=100)
    assert [row["id"] for row in listed] == [seen]
    with pytest.raises(ValueError, match="list of codes"):
        make(visible_statuses="S2")


@pytest.mark.rule("B51")
def test_b51_a_masked_revision_cannot_be_downloaded(make: Callable[..., ApiCaller]) -> None:
    caller = make()
    [revision] = caller.submit(caller.ready())["ids"]
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    url = caller.revisions(revision)[0]["download_url"]
    assert caller.send("GET", url, headers=headers).status_code == 302
    caller.sim._core.faults.hide(revision)
    assert caller.send("GET", url, headers=headers).status_code == 404


@pytest.mark.rule("B48")
def test_b48_one_conflict_names_itself_and_its_end_frees_the_rest(caller: ApiCaller) -> None:
    """The details are of each item; the workflow ends with the submit that ends it."""
    [revision] = caller.submit(caller.ready("a.txt", "P01"))["ids"]
    [row] = caller.revisions(revision)
    caller.sim.start_workflow(row["document_container_id"])
    conflicting, free = caller.ready("a.txt", "P02"), caller.ready("b.txt", "P01")
    [detail] = caller.submit(free, conflicting, status=422)["details"]
    assert (detail["source"], detail["reason_code"]) == (conflicting, "WORKFLOW_CONFLICT")
    assert len(caller.submit(free)["ids"]) == 1
    status = caller.project.by_name["status"].values[0].id
    ended = {"termination_reason": "superseded", "terminated_revision_status_id": status}
    assert len(caller.submit(conflicting, **ended)["ids"]) == 1
    assert len(caller.submit(caller.ready("a.txt", "P03"))["ids"]) == 1
