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
from tests.support.simulator.rule_requests import UNKNOWN_ID

Make = Callable[..., ApiCaller]
FAR = "2999-01-01T00:00:00Z"
BIN = "document_revisions/recycled_revisions"


def found(caller: ApiCaller, place: str = "document_revisions", **filters: str) -> list[str]:
    query = {f"filters[{name}]": text for name, text in filters.items()}
    return caller.data("GET", caller.dm(place), view="ids_only", per_page=5000, **query)


def container(caller: ApiCaller, revision: str) -> str:
    return caller.revisions(revision)[0]["document_container_id"]


# -- filters
@pytest.mark.rule("B62")
def test_b62_one_container_is_a_plain_id_and_several_are_a_json_array(caller: ApiCaller) -> None:
    one, two, three = (submitted(caller, name) for name in ("a.txt", "b.txt", "c.txt"))
    ids = [container(caller, revision) for revision in (one, three)]
    assert found(caller, document_container_id=ids[0]) == [one]
    assert set(found(caller, document_container_ids=json.dumps(ids))) == {one, three}
    assert found(caller, document_container_ids=json.dumps([UNKNOWN_ID])) == []
    for wrong in (ids[0], "[", "[1]", '{"a": 1}'):
        refused = revisions(caller, 400, **{"filters[document_container_ids]": wrong})
        assert messages(refused) == ["filters.document_container_ids must be a JSON array of strings"]
    assert two not in found(caller, document_container_ids=json.dumps(ids))


@pytest.mark.rule("B51", "B62")
@pytest.mark.parametrize("name", ["id", "ids"])
def test_b62_by_id_what_may_not_be_seen_comes_masked_and_bare_ids_never(caller: ApiCaller, name: str) -> None:
    seen, hidden, other = (submitted(caller, file_name) for file_name in ("a.txt", "b.txt", "c.txt"))
    caller.sim._core.faults.hide(hidden)
    asked = {f"filters[{name}]": json.dumps([seen, hidden, UNKNOWN_ID])}
    rows = caller.data("GET", caller.dm("document_revisions"), per_page=100, **asked)
    assert [row["id"] for row in rows] == [seen, hidden]
    assert [bool(row["permissions"]["allowed_actions"]) for row in rows] == [True, False]
    assert [("download_url" in row, bool(row["fields"])) for row in rows] == [(True, True), (False, False)]
    assert found(caller, **{name: json.dumps([hidden, UNKNOWN_ID])}) == [hidden]
    assert found(caller, **{name: seen}) == [seen]
    assert revisions(caller) == [seen, other], "a list without ids leaves it out"
    assert found(caller) == [seen, hidden, other], "bare ids are never masked, on any list"


@pytest.mark.rule("B62", "B69")
@pytest.mark.parametrize("name", ["updated_at", "created_at"])
def test_b62_ranges_need_both_ends(caller: ApiCaller, clock: sim.ManualClock, name: str) -> None:
    begin = clock.now()
    one = submitted(caller, "a.txt")
    clock.advance(60)
    two = submitted(caller, "b.txt")
    assert found(caller, **{name: f"{iso(begin)}...{iso(begin + 60)}"}) == [one], (
        "the upper bound is not included"
    )
    assert found(caller, **{name: f"{iso(begin + 60)}...{FAR}"}) == [two], "the lower bound is"
    for wrong in (f"{iso(begin)}...", f"...{FAR}", iso(begin), f"{iso(begin)}..{FAR}"):
        assert reasons(revisions(caller, 400, **{f"filters[{name}]": wrong})) == ["INVALID_PROPERTY"]


@pytest.mark.rule("B62", "B63")
def test_b62_the_latest_of_each_container(caller: ApiCaller) -> None:
    first, latest = submitted(caller, "a.txt", "P01"), submitted(caller, "a.txt", "P02")
    other = submitted(caller, "b.txt")
    [collection] = caller.revisions(first)[0]["latest_document_collection_ids"]
    both = {"document_collection_id": collection, "document_collection_index_type": "latest_revisions"}
    assert found(caller, **both) == [latest, other]
    caller.sim.reorder_container(container(caller, latest))
    assert found(caller, **both) == [latest, other], "by version, not by position"
    assert set(found(caller, document_collection_id=collection)) == {first, latest, other}
    assert found(caller, **{**both, "document_collection_id": UNKNOWN_ID}) == []
    caller.sim.recycle_revision(latest)
    assert found(caller, **both) == [first, other], "a recycled version leaves the history"
    refused = revisions(caller, 400, **{"filters[document_collection_index_type]": "all"})
    assert messages(refused) == ["filters.document_collection_index_type must be latest_revisions"]


@pytest.mark.rule("B62")
def test_b62_in_a_workflow_or_not(caller: ApiCaller) -> None:
    running, free = submitted(caller, "a.txt"), submitted(caller, "b.txt")
    caller.sim.start_workflow(container(caller, running))
    assert (found(caller, in_workflow="true"), found(caller, in_workflow="false")) == ([running], [free])
    revisions(caller, 400, **{"filters[in_workflow]": "maybe"})


@pytest.mark.rule("B62")
@pytest.mark.parametrize("name", ["saved_view_id", "saved_view_ids"])
def test_b62_a_saved_view_is_accepted(caller: ApiCaller, name: str) -> None:
    made = submitted(caller, "a.txt")
    assert found(caller, **{name: '["5"]'}) == [made]


@pytest.mark.rule("B62")
@pytest.mark.parametrize("name", ["recycled", "include_recycled"])
@pytest.mark.parametrize("place", ["document_revisions", BIN])
def test_b62_no_filter_brings_recycled_ones_back(caller: ApiCaller, name: str, place: str) -> None:
    refused = caller.call("GET", caller.dm(place), None, 400, **{f"filters[{name}]": "true"})
    assert messages(refused) == [f"filters.{name} is not accepted: use recycled_revisions"]


@pytest.mark.rule("B62")
def test_b62_fields_custom_ones_too_and_several_values(caller: ApiCaller) -> None:
    made = []
    for file_name, scale, areas in (("a.txt", "1:50", []), ("b.txt", "1:100", []), ("c.txt", "1:200", [])):
        upload = caller.ready(file_name)
        field = caller.project.by_name["areas"]
        values = [value.id for value in field.values if value.active][: len(made) + 1]
        caller.update(upload, fields=caller.fields(scale=scale, areas=values or areas))
        made += caller.submit(upload)["ids"]
    third = [value.id for value in caller.project.by_name["areas"].values if value.active][2]
    assert found(caller, scale="1:50") == made[:1]
    assert found(caller, scale=json.dumps(["1:50", "1:200"])) == [made[0], made[2]]
    assert found(caller, scale="[1:50") == [], "a text that is no array is a text"
    assert found(caller, areas=third) == made[2:]
    several = {"filters[scale][]": ["1:50", "1:100"]}
    assert (
        caller.data("GET", caller.dm("document_revisions"), view="ids_only", per_page=9, **several)
        == made[:2]
    )
    assert found(caller, file_format="txt") == found(caller, file_format="TXT") == made


# -- order
@pytest.mark.rule("B62")
def test_b62_name_and_then_the_newest_first_come_last_in_every_order(
    caller: ApiCaller, clock: sim.ManualClock
) -> None:
    made = {}
    for key, file_name, revision in (
        ("b1", "b.txt", "P01"),
        ("a1", "a.txt", "P01"),
        ("b2", "b.txt", "P02"),
        ("a2", "a.txt", "P02"),
    ):
        made[key] = submitted(caller, file_name, revision)
        clock.advance(1)
    names = {identifier: key for key, identifier in made.items()}

    def order(**query: str) -> list[str]:
        return [names[one] for one in revisions(caller, **query)]

    revision = caller.project.by_name["revision"].id
    assert order() == ["a2", "a1", "b2", "b1"]
    assert order(sort=revision) == ["a1", "b1", "a2", "b2"]
    assert order(sort=f"-{revision}") == ["a2", "b2", "a1", "b1"]
    assert order(sort=f"{revision},-created_at") == ["a1", "b1", "a2", "b2"]
    assert order(sort=f"-{revision},created_at") == ["b2", "a2", "b1", "a1"]
    assert order(sort="file_size,file_format") == order(), "alike, so the appended order decides"
    refused = revisions(caller, 400, sort=f"{revision},colour")
    assert messages(refused)[0].startswith("sort 'colour' is not one of created_at, uploaded_at")
    for wrong in ("recycled_at", "id"):
        revisions(caller, 400, sort=wrong)


@pytest.mark.rule("B62", "B63")
def test_b62_a_container_comes_by_position_unless_it_is_sorted(caller: ApiCaller) -> None:
    ids = [submitted(caller, "a.txt", f"P0{n}") for n in (1, 2, 3)]
    [other] = caller.submit(caller.ready("b.txt"))["ids"]
    place = container(caller, ids[0])
    asked = {"filters[document_container_id]": place}
    assert revisions(caller, **asked) == ids[::-1]
    assert revisions(caller, sort="created_at", **asked) == ids
    caller.sim.reorder_container(place)
    assert revisions(caller, **asked) == ids
    assert [caller.labels(row, "version") for row in caller.revisions(*ids)] == [["1"], ["2"], ["3"]]
    positions = [row["position_within_container"] for row in caller.revisions(*ids)]
    assert positions == sorted(positions, reverse=True)
    both = {"filters[document_container_ids]": json.dumps([place, container(caller, other)])}
    assert revisions(caller, **both) == [other, *ids], "containers descending"


@pytest.mark.rule("B9", "B62")
def test_b62_five_thousand_bare_ids_a_page(caller: ApiCaller) -> None:
    made = [submitted(caller, f"{n}.txt") for n in range(3)]
    path = caller.dm("document_revisions", "2.1")
    assert caller.data("GET", path, view="ids_only", per_page=5000) == made
    assert reasons(caller.call("GET", path, None, 400, view="ids_only", per_page=5001)) == [
        "INVALID_PROPERTY"
    ]


# -- the index, and what moves a revision
@pytest.mark.rule("B62", "B69", reading="index_seconds=5.0")
def test_b62_the_index_lags_behind_the_bin_too(make: Make, clock: sim.ManualClock) -> None:
    caller = make(index_seconds=5.0)
    made = submitted(caller, "a.txt")
    clock.advance(5)
    caller.sim.recycle_revision(made)
    [stale] = caller.data("GET", caller.dm("document_revisions"), per_page=100)
    assert (stale["id"], stale["recycled"]) == (made, False)
    assert caller.revisions(made) == [], "selected_revisions reads the store"
    clock.advance(5)
    assert revisions(caller) == []


@pytest.mark.rule("B69")
def test_b69_the_bin_and_a_terminated_workflow_move_updated_at_and_a_later_version_does_not(
    caller: ApiCaller, clock: sim.ManualClock
) -> None:
    def moved(begin: float) -> list[str]:
        return found(caller, updated_at=f"{iso(begin)}...{FAR}")

    first = submitted(caller, "a.txt", "P01")
    before = caller.revisions(first)
    clock.advance(60)
    start = clock.now()
    second = submitted(caller, "a.txt", "P02")
    assert moved(start) == [second]
    assert caller.revisions(first) == before, "superseded, and not rewritten"
    caller.sim.start_workflow(container(caller, second))
    clock.advance(60)
    start = clock.now()
    third = caller.ready("a.txt", "P03")
    [third] = caller.submit(third, **ending(caller))["ids"]
    assert moved(start) == [third, second], "its workflow was terminated by the submit"
    [row] = caller.revisions(second)
    status = ending(caller)["terminated_revision_status_id"]
    assert [value["id"] for value in caller.field(row, "status")["values"]] == [status]
    clock.advance(60)
    start = clock.now()
    event = row["latest_event_id"]
    caller.sim.recycle_revision(second)
    assert moved(start) == [], "in the bin alone"
    assert found(caller, BIN, updated_at=f"{iso(start)}...{FAR}") == [second]
    caller.sim.restore_revision(second)
    assert moved(start) == [second]
    assert caller.revisions(second)[0]["latest_event_id"] != event


# -- the bin
@pytest.mark.rule("B62")
def test_b62_the_bin_is_newest_first_and_has_filters_of_its_own(
    caller: ApiCaller, clock: sim.ManualClock
) -> None:
    ids = [submitted(caller, f"{name}.txt") for name in "abc"]
    start = clock.now()
    for revision in (ids[1], ids[2], ids[0]):
        caller.sim.recycle_revision(revision)
        clock.advance(60)

    def order(**query: str) -> list[str]:
        return caller.data("GET", caller.dm(BIN), view="ids_only", per_page=100, **query)

    assert order() == [ids[0], ids[2], ids[1]]
    assert order(sort="recycled_at") == [ids[1], ids[2], ids[0]]
    assert (order(sort="id"), order(sort="-id")) == (ids, ids[::-1])
    assert found(caller, BIN, recycled_at=f"{iso(start)}...{iso(start + 60)}") == [ids[1]]
    for revision in ids[:2]:  # again, in one moment: the greater id comes first
        caller.sim.restore_revision(revision)
        caller.sim.recycle_revision(revision)
    assert order() == [ids[1], ids[0], ids[2]]
    person = str(caller.world.users[-1].id)
    assert (
        len(found(caller, BIN, recycled_by=person))
        == len(found(caller, BIN, recycled_reason="Replaced"))
        == 3
    )
    assert found(caller, BIN, recycled_by="1") == found(caller, BIN, recycled_reason="Other") == []
    rows = caller.data("GET", caller.dm(BIN), per_page=100)
    assert {row["recycled"] for row in rows} == {True}
    assert "view_recycle_bin" in rows[0]["permissions"]["allowed_actions"]


# -- selected_revisions
def selected(
    caller: ApiCaller, ids: Any, status: int | None = None, version: str = "2.2", **query: Any
) -> Any:
    path = caller.dm("document_revisions/selected_revisions", version)
    return caller.call("POST", path, {"ids": ids}, status, **{"per_page": 100, **query})


@pytest.mark.rule("B68")
def test_b68_ids_have_no_maximum_and_are_trimmed(caller: ApiCaller) -> None:
    one, two = submitted(caller, "a.txt"), submitted(caller, "b.txt")
    many = [two, *["not a ULID", ""] * 200, f" {one} ", one, UNKNOWN_ID]
    response = selected(caller, many)
    assert [row["id"] for row in response.json()["data"]] == [two, one]
    assert response.headers["Total"] == "2"
    assert caller.sim.ledger.clean
    assert selected(caller, ["  ", ""], 200).json()["data"] == []


@pytest.mark.rule("B16", "B68")
def test_b68_what_is_refused(caller: ApiCaller) -> None:
    path = caller.dm("document_revisions/selected_revisions", "2.2")
    missing = caller.call("POST", path, {}, 400, per_page=100)
    assert (reasons(missing), messages(missing)) == (["MISSING_REQUIRED_PROPERTY"], ["ids is missing"])
    assert reasons(selected(caller, [], 400)) == ["INVALID_PROPERTY"]
    refused = selected(caller, [UNKNOWN_ID, 7], 400)
    assert (reasons(refused), messages(refused)) == (["INVALID_PROPERTY"], ["ids.1 must be a string"])


@pytest.mark.rule("B51", "B68")
def test_b68_bare_ids_are_not_masked_and_the_rest_is_paged(caller: ApiCaller) -> None:
    ids = caller.submit(*(caller.ready(f"{n}.txt") for n in range(12)))["ids"]
    caller.sim._core.faults.hide(ids[0])
    assert selected(caller, ids, view="ids_only").json()["data"] == ids
    rows = selected(caller, ids, per_page=5, page=3).json()["data"]
    assert [row["id"] for row in rows] == ids[10:]
    [masked] = selected(caller, ids[:1]).json()["data"]
    assert (masked["permissions"]["allowed_actions"], "download_url" in masked) == ([], False)
