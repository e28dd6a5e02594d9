"""The list of revisions and the bin: filters, order, the index, the effect of changes (B62, B63, B69)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.clock import iso
from tests.support.simulator.api_caller import ApiCaller, messages, reasons
from tests.support.simulator.revision_calls import ending, revisions, submitted
from tests.support.simulator.rule_requests import NOBODY

Make = Callable[..., ApiCaller]
FAR = "2999-01-01T00:00:00Z"
BIN = "document_revisions/recycled_revisions"


def found(desk: ApiCaller, place: str = "document_revisions", **filters: str) -> list[str]:
    query = {f"filters[{name}]": text for name, text in filters.items()}
    return desk.data("GET", desk.dm(place), view="ids_only", per_page=5000, **query)


def container(desk: ApiCaller, revision: str) -> str:
    return desk.revisions(revision)[0]["document_container_id"]


# -- filters
@pytest.mark.rule("B62")
def test_b62_one_container_is_a_plain_id_and_several_are_a_json_array(desk: ApiCaller) -> None:
    one, two, three = (submitted(desk, name) for name in ("a.txt", "b.txt", "c.txt"))
    ids = [container(desk, revision) for revision in (one, three)]
    assert found(desk, document_container_id=ids[0]) == [one]
    assert set(found(desk, document_container_ids=json.dumps(ids))) == {one, three}
    assert found(desk, document_container_ids=json.dumps([NOBODY])) == []
    for wrong in (ids[0], "[", "[1]", '{"a": 1}'):
        refused = revisions(desk, 400, **{"filters[document_container_ids]": wrong})
        assert messages(refused) == ["filters.document_container_ids must be a JSON array of strings"]
    assert two not in found(desk, document_container_ids=json.dumps(ids))


@pytest.mark.rule("B51", "B62")
@pytest.mark.parametrize("name", ["id", "ids"])
def test_b62_by_id_what_may_not_be_seen_comes_masked_and_bare_ids_never(desk: ApiCaller, name: str) -> None:
    seen, hidden, other = (submitted(desk, file_name) for file_name in ("a.txt", "b.txt", "c.txt"))
    desk.sim._core.faults.hide(hidden)
    asked = {f"filters[{name}]": json.dumps([seen, hidden, NOBODY])}
    rows = desk.data("GET", desk.dm("document_revisions"), per_page=100, **asked)
    assert [row["id"] for row in rows] == [seen, hidden]
    assert [bool(row["permissions"]["allowed_actions"]) for row in rows] == [True, False]
    assert [("download_url" in row, bool(row["fields"])) for row in rows] == [(True, True), (False, False)]
    assert found(desk, **{name: json.dumps([hidden, NOBODY])}) == [hidden]
    assert found(desk, **{name: seen}) == [seen]
    assert revisions(desk) == [seen, other], "a list without ids leaves it out"
    assert found(desk) == [seen, hidden, other], "bare ids are never masked, on any list"


@pytest.mark.rule("B62", "B69")
@pytest.mark.parametrize("name", ["updated_at", "created_at"])
def test_b62_ranges_need_both_ends(desk: ApiCaller, clock: sim.ManualClock, name: str) -> None:
    begin = clock.now()
    one = submitted(desk, "a.txt")
    clock.advance(60)
    two = submitted(desk, "b.txt")
    assert found(desk, **{name: f"{iso(begin)}...{iso(begin + 60)}"}) == [one], (
        "the upper bound is not included"
    )
    assert found(desk, **{name: f"{iso(begin + 60)}...{FAR}"}) == [two], "the lower bound is"
    for wrong in (f"{iso(begin)}...", f"...{FAR}", iso(begin), f"{iso(begin)}..{FAR}"):
        assert reasons(revisions(desk, 400, **{f"filters[{name}]": wrong})) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B62", "B63")
def test_b62_the_latest_of_each_container(desk: ApiCaller) -> None:
    first, latest = submitted(desk, "a.txt", "P01"), submitted(desk, "a.txt", "P02")
    other = submitted(desk, "b.txt")
    [collection] = desk.revisions(first)[0]["latest_document_collection_ids"]
    both = {"document_collection_id": collection, "document_collection_index_type": "latest_revisions"}
    assert found(desk, **both) == [latest, other]
    desk.sim.reorder_container(container(desk, latest))
    assert found(desk, **both) == [latest, other], "by version, not by position"
    assert set(found(desk, document_collection_id=collection)) == {first, latest, other}
    assert found(desk, **{**both, "document_collection_id": NOBODY}) == []
    desk.sim.recycle_revision(latest)
    assert found(desk, **both) == [first, other], "a recycled version leaves the history"
    refused = revisions(desk, 400, **{"filters[document_collection_index_type]": "all"})
    assert messages(refused) == ["filters.document_collection_index_type must be latest_revisions"]


@pytest.mark.rule("B62")
def test_b62_in_a_workflow_or_not(desk: ApiCaller) -> None:
    running, free = submitted(desk, "a.txt"), submitted(desk, "b.txt")
    desk.sim.start_workflow(container(desk, running))
    assert (found(desk, in_workflow="true"), found(desk, in_workflow="false")) == ([running], [free])
    revisions(desk, 400, **{"filters[in_workflow]": "maybe"})


@pytest.mark.rule("B62")
@pytest.mark.parametrize("name", ["saved_view_id", "saved_view_ids"])
def test_b62_a_saved_view_is_accepted(desk: ApiCaller, name: str) -> None:
    made = submitted(desk, "a.txt")
    assert found(desk, **{name: '["5"]'}) == [made]


@pytest.mark.rule("B62")
@pytest.mark.parametrize("name", ["recycled", "include_recycled"])
@pytest.mark.parametrize("place", ["document_revisions", BIN])
def test_b62_no_filter_brings_recycled_ones_back(desk: ApiCaller, name: str, place: str) -> None:
    refused = desk.call("GET", desk.dm(place), None, 400, **{f"filters[{name}]": "true"})
    assert messages(refused) == [f"filters.{name} is not accepted: use recycled_revisions"]


@pytest.mark.rule("B62")
def test_b62_fields_custom_ones_too_and_several_values(desk: ApiCaller) -> None:
    made = []
    for file_name, scale, areas in (("a.txt", "1:50", []), ("b.txt", "1:100", []), ("c.txt", "1:200", [])):
        upload = desk.ready(file_name)
        field = desk.project.by_name["areas"]
        values = [value.id for value in field.values if value.active][: len(made) + 1]
        desk.update(upload, fields=desk.fields(scale=scale, areas=values or areas))
        made += desk.submit(upload)["ids"]
    third = [value.id for value in desk.project.by_name["areas"].values if value.active][2]
    assert found(desk, scale="1:50") == made[:1]
    assert found(desk, scale=json.dumps(["1:50", "1:200"])) == [made[0], made[2]]
    assert found(desk, scale="[1:50") == [], "a text that is no array is a text"
    assert found(desk, areas=third) == made[2:]
    several = {"filters[scale][]": ["1:50", "1:100"]}
    assert desk.data("GET", desk.dm("document_revisions"), view="ids_only", per_page=9, **several) == made[:2]
    assert found(desk, file_format="txt") == found(desk, file_format="TXT") == made


# -- order
@pytest.mark.rule("B62")
def test_b62_name_and_then_the_newest_first_come_last_in_every_order(
    desk: ApiCaller, clock: sim.ManualClock
) -> None:
    made = {}
    for key, file_name, revision in (
        ("b1", "b.txt", "P01"),
        ("a1", "a.txt", "P01"),
        ("b2", "b.txt", "P02"),
        ("a2", "a.txt", "P02"),
    ):
        made[key] = submitted(desk, file_name, revision)
        clock.advance(1)
    names = {identifier: key for key, identifier in made.items()}

    def order(**query: str) -> list[str]:
        return [names[one] for one in revisions(desk, **query)]

    revision = desk.project.by_name["revision"].id
    assert order() == ["a2", "a1", "b2", "b1"]
    assert order(sort=revision) == ["a1", "b1", "a2", "b2"]
    assert order(sort=f"-{revision}") == ["a2", "b2", "a1", "b1"]
    assert order(sort=f"{revision},-created_at") == ["a1", "b1", "a2", "b2"]
    assert order(sort=f"-{revision},created_at") == ["b2", "a2", "b1", "a1"]
    assert order(sort="file_size,file_format") == order(), "alike, so the appended order decides"
    refused = revisions(desk, 400, sort=f"{revision},colour")
    assert messages(refused)[0].startswith("sort 'colour' is not one of created_at, uploaded_at")
    for wrong in ("recycled_at", "id"):
        revisions(desk, 400, sort=wrong)


@pytest.mark.rule("B62", "B63")
def test_b62_a_container_comes_by_position_unless_it_is_sorted(desk: ApiCaller) -> None:
    ids = [submitted(desk, "a.txt", f"P0{n}") for n in (1, 2, 3)]
    [other] = desk.submit(desk.ready("b.txt"))["ids"]
    place = container(desk, ids[0])
    asked = {"filters[document_container_id]": place}
    assert revisions(desk, **asked) == ids[::-1]
    assert revisions(desk, sort="created_at", **asked) == ids
    desk.sim.reorder_container(place)
    assert revisions(desk, **asked) == ids
    assert [desk.labels(row, "version") for row in desk.revisions(*ids)] == [["1"], ["2"], ["3"]]
    positions = [row["position_within_container"] for row in desk.revisions(*ids)]
    assert positions == sorted(positions, reverse=True)
    both = {"filters[document_container_ids]": json.dumps([place, container(desk, other)])}
    assert revisions(desk, **both) == [other, *ids], "containers descending"


@pytest.mark.rule("B9", "B62")
def test_b62_five_thousand_bare_ids_a_page(desk: ApiCaller) -> None:
    made = [submitted(desk, f"{n}.txt") for n in range(3)]
    path = desk.dm("document_revisions", "2.1")
    assert desk.data("GET", path, view="ids_only", per_page=5000) == made
    assert reasons(desk.call("GET", path, None, 400, view="ids_only", per_page=5001)) == ["INVALID_PROPERTY"]


# -- the index, and what moves a revision
@pytest.mark.rule("B62", "B69", reading="index_seconds=5.0")
def test_b62_the_index_lags_behind_the_bin_too(make: Make, clock: sim.ManualClock) -> None:
    desk = make(index_seconds=5.0)
    made = submitted(desk, "a.txt")
    clock.advance(5)
    desk.sim.recycle_revision(made)
    [stale] = desk.data("GET", desk.dm("document_revisions"), per_page=100)
    assert (stale["id"], stale["recycled"]) == (made, False)
    assert desk.revisions(made) == [], "selected_revisions reads the store"
    clock.advance(5)
    assert revisions(desk) == []


@pytest.mark.rule("B69")
def test_b69_the_bin_and_a_terminated_workflow_move_updated_at_and_a_later_version_does_not(
    desk: ApiCaller, clock: sim.ManualClock
) -> None:
    def moved(begin: float) -> list[str]:
        return found(desk, updated_at=f"{iso(begin)}...{FAR}")

    first = submitted(desk, "a.txt", "P01")
    before = desk.revisions(first)
    clock.advance(60)
    start = clock.now()
    second = submitted(desk, "a.txt", "P02")
    assert moved(start) == [second]
    assert desk.revisions(first) == before, "superseded, and not rewritten"
    desk.sim.start_workflow(container(desk, second))
    clock.advance(60)
    start = clock.now()
    third = desk.ready("a.txt", "P03")
    [third] = desk.submit(third, **ending(desk))["ids"]
    assert moved(start) == [third, second], "its workflow was terminated by the submit"
    [row] = desk.revisions(second)
    status = ending(desk)["terminated_revision_status_id"]
    assert [value["id"] for value in desk.field(row, "status")["values"]] == [status]
    clock.advance(60)
    start = clock.now()
    event = row["latest_event_id"]
    desk.sim.recycle_revision(second)
    assert moved(start) == [], "in the bin alone"
    assert found(desk, BIN, updated_at=f"{iso(start)}...{FAR}") == [second]
    desk.sim.restore_revision(second)
    assert moved(start) == [second]
    assert desk.revisions(second)[0]["latest_event_id"] != event


# -- the bin
@pytest.mark.rule("B62")
def test_b62_the_bin_is_newest_first_and_has_filters_of_its_own(
    desk: ApiCaller, clock: sim.ManualClock
) -> None:
    ids = [submitted(desk, f"{name}.txt") for name in "abc"]
    start = clock.now()
    for revision in (ids[1], ids[2], ids[0]):
        desk.sim.recycle_revision(revision)
        clock.advance(60)

    def order(**query: str) -> list[str]:
        return desk.data("GET", desk.dm(BIN), view="ids_only", per_page=100, **query)

    assert order() == [ids[0], ids[2], ids[1]]
    assert order(sort="recycled_at") == [ids[1], ids[2], ids[0]]
    assert (order(sort="id"), order(sort="-id")) == (ids, ids[::-1])
    assert found(desk, BIN, recycled_at=f"{iso(start)}...{iso(start + 60)}") == [ids[1]]
    for revision in ids[:2]:  # again, in one moment: the greater id comes first
        desk.sim.restore_revision(revision)
        desk.sim.recycle_revision(revision)
    assert order() == [ids[1], ids[0], ids[2]]
    person = str(desk.world.users[-1].id)
    assert len(found(desk, BIN, recycled_by=person)) == len(found(desk, BIN, recycled_reason="Replaced")) == 3
    assert found(desk, BIN, recycled_by="1") == found(desk, BIN, recycled_reason="Other") == []
    rows = desk.data("GET", desk.dm(BIN), per_page=100)
    assert {row["recycled"] for row in rows} == {True}
    assert "view_recycle_bin" in rows[0]["permissions"]["allowed_actions"]


# -- selected_revisions
def selected(desk: ApiCaller, ids: Any, status: int | None = None, version: str = "2.2", **query: Any) -> Any:
    path = desk.dm("document_revisions/selected_revisions", version)
    return desk.call("POST", path, {"ids": ids}, status, **{"per_page": 100, **query})


@pytest.mark.rule("B68")
def test_b68_ids_have_no_maximum_and_are_trimmed(desk: ApiCaller) -> None:
    one, two = submitted(desk, "a.txt"), submitted(desk, "b.txt")
    many = [two, *["not a ULID", ""] * 200, f" {one} ", one, NOBODY]
    response = selected(desk, many)
    assert [row["id"] for row in response.json()["data"]] == [two, one]
    assert response.headers["Total"] == "2"
    assert desk.sim.ledger.clean
    assert selected(desk, ["  ", ""], 200).json()["data"] == []


@pytest.mark.rule("B16", "B68")
def test_b68_what_is_refused(desk: ApiCaller) -> None:
    path = desk.dm("document_revisions/selected_revisions", "2.2")
    missing = desk.call("POST", path, {}, 400, per_page=100)
    assert (reasons(missing), messages(missing)) == (["MISSING_REQUIRED_PROPERTY"], ["ids is missing"])
    assert reasons(selected(desk, [], 400)) == ["INVALID_PROPERTY"]
    refused = selected(desk, [NOBODY, 7], 400)
    assert (reasons(refused), messages(refused)) == (["INVALID_PROPERTY"], ["ids.1 must be a string"])


@pytest.mark.rule("B51", "B68")
def test_b68_bare_ids_are_not_masked_and_the_rest_is_paged(desk: ApiCaller) -> None:
    ids = desk.submit(*(desk.ready(f"{n}.txt") for n in range(12)))["ids"]
    desk.sim._core.faults.hide(ids[0])
    assert selected(desk, ids, view="ids_only").json()["data"] == ids
    rows = selected(desk, ids, per_page=5, page=3).json()["data"]
    assert [row["id"] for row in rows] == ids[10:]
    [masked] = selected(desk, ids[:1]).json()["data"]
    assert (masked["permissions"]["allowed_actions"], "download_url" in masked) == ([], False)
