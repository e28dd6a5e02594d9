"""Options that change while the simulator runs: from Python, by the control route, by a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.simulator.api_caller import ApiCaller, messages


def shown(caller: ApiCaller) -> Any:
    return caller.send("GET", "/_internal/options").json()


def test_an_option_is_another_from_now_on(caller: ApiCaller) -> None:
    """B61 by the control route, B9 from Python."""
    assert shown(caller)["put_status"] == 200
    answer = caller.send("PATCH", "/_internal/options", json={"put_status": 204, "visible_statuses": ["S0"]})
    assert (answer.json()["put_status"], answer.json()["visible_statuses"]) == (204, ["S0"])
    file = caller.announce(b"abc").json()["data"]
    assert caller.put(file["segments"][0], b"abc").status_code == 204
    caller.sim.switch(page_size=2)
    assert len(caller.data("GET", caller.dm("fields"), per_page=100)) == 2


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"put_status": "204"}, "put_status: input should be a valid integer"),
        ({"ml_seconds": "soon"}, "ml_seconds: input should be a valid number"),
        ({"can_upload": 1}, "can_upload: input should be a valid boolean"),
        ({"page_size": True}, "page_size: input should be a valid integer"),
        ({"status_spelling": 1}, "status_spelling must be a string"),
        ({"status_spelling": "kebab"}, "'snake' or 'camel' or 'both'"),
        ({"visible_statuses": "S2"}, "visible_statuses: input should be a valid array"),
        ({"page_size": 3, "weather": 1}, "unknown name 'weather' in the options"),
        ({"scan_seconds": 1e999}, "JSON"),
        ({"seed": 3}, "fixed when the simulator starts"),
        ([], "object of options"),
    ],
)
def test_what_cannot_be_is_refused_whole(caller: ApiCaller, told: Any, says: str) -> None:
    before = shown(caller)
    answer = caller.send("PATCH", "/_internal/options", content=json.dumps(told))
    assert answer.status_code == 400
    assert says in messages(answer)[0]
    assert shown(caller) == before


def test_python_hears_it_as_well(caller: ApiCaller) -> None:
    with pytest.raises(ValueError, match="unknown name 'weather' in the options"):
        caller.sim.switch(weather=1)


def test_pages_change_their_size_within_a_list(caller: ApiCaller) -> None:
    """B9: as a fault, which also can wait for its moment."""
    caller.sim.add_fault("switched", options={"page_size": 4}, after=1)
    sizes = [
        len(caller.data("GET", caller.dm("fields"), per_page=10, page=1)),
        len(caller.data("GET", caller.dm("fields"), per_page=10, page=2)),
    ]
    assert sizes == [10, 4]


def test_counts_by_operation(caller: ApiCaller) -> None:
    """B14: a PUT is no call."""
    caller.stored(b"abc")
    caller.data("GET", caller.dm("fields"), per_page=100)
    told = caller.send("GET", "/_internal/counts").json()
    assert told["by_operation"] == {"createUpload": 1, "completeUpload": 1, "listFields": 1}
    assert (told["api_calls"], told["storage_puts"]) == (3, 1)
    assert caller.sim.counts.by_operation == told["by_operation"]
    assert caller.send("DELETE", "/_internal/counts").status_code == 204
    assert caller.sim.counts.api_calls == caller.sim.counts.storage_puts == 0


def test_callers_from_elsewhere_drive_nothing(caller: ApiCaller) -> None:
    import asyncio

    import httpx2

    async def ask() -> list[int]:
        transport = httpx2.ASGITransport(caller.sim.app, client=("192.0.2.1", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://sim") as client:
            paths = ("ledger", "faults", "clock", "options", "counts")
            return [(await client.get(f"/_internal/{path}")).status_code for path in paths]

    assert asyncio.run(ask()) == [404] * 5


def test_what_people_do_by_the_control_route(caller: ApiCaller) -> None:
    """B50, B31, B63, B48, B8: for clients that are not written in Python."""

    def do(deed: str, **told: str) -> int:
        return caller.send("POST", f"/_internal/people/{deed}", json=told).status_code

    upload, other = caller.ready("a.txt"), caller.ready("b.txt")
    event = caller.show(upload)["latest_event_id"]
    assert do("touch_upload", id=upload) == 204
    assert caller.show(upload)["latest_event_id"] != event
    assert do("delete_upload", id=other) == 204
    caller.call("GET", caller.dm(f"document_uploads/{other}", "2.1"), None, 404)
    [revision] = caller.submit(upload)["ids"]
    assert do("start_workflow", id=caller.revisions(revision)[0]["document_container_id"]) == 204
    assert (
        caller.submit(caller.ready("a.txt", "P02"), status=422)["details"][0]["reason_code"]
        == "WORKFLOW_CONFLICT"
    )
    assert do("recycle_revision", id=revision) == 204
    assert caller.data("GET", caller.dm("document_revisions"), per_page=100) == []
    assert [do(deed, id="nothing") for deed in ("touch_upload", "start_workflow", "dance")] == [404] * 3
    assert caller.send("POST", "/_internal/people/kill_tokens").status_code == 204
    caller.call("GET", "/rest/v1.0/me", None, 401)
