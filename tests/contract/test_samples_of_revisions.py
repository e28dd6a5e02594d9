"""Revisions, errors and tokens have the keys, types and nesting of the vendor's samples, path by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.contract.sample_paths import differences, sample
from tests.support.simulator.api_caller import DRAWING, ApiCaller

UNKNOWN_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PLACEHOLDER = "a placeholder has it, and the sample has none (B76)"
# What differs on purpose, by sample: the path, in which way, and why.
INTENDED: dict[str, dict[str, tuple[str, str]]] = {
    "list_document_revisions": {
        "data[].download_url": ("null beside text", "a placeholder has no file (B76)"),
        "data[].document_placeholder_id": ("text beside null", PLACEHOLDER),
        "data[].match_type": ("text beside null", PLACEHOLDER),
        "data[].fields[asset_value]": ("new", "a numeric field: the sample has none"),
    },
    "selected_revisions.masked": {},
    "list_document_revisions.ids_only": {},
    "create_document_revisions": {},
    "error.400": {},
    "error.403": {},
    "error.422.workflow_conflict": {},
    "error.500": {},
    "token": {},
}


@pytest.fixture
def caller() -> Iterator[ApiCaller]:
    simulator = sim.Simulator(clock=sim.ManualClock(), reader=lambda source: DRAWING, scenario="placeholders")
    caller = ApiCaller(simulator)
    yield caller
    caller.close()
    simulator.stop()


def submitted(caller: ApiCaller, file_name: str = "a.txt", revision: str = "P01") -> str:
    [made] = caller.submit(caller.ready(file_name, revision))["ids"]
    return made


def rows(caller: ApiCaller) -> Any:
    """Revisions with every field that can have a value, one in a workflow, and placeholders, one of which was filled."""
    drawing = {"type": "Drawing", "number": "0101", "revision": "P01", "status": "S0", "discipline": "A"}
    drawing |= {"project": "RST", "originator": "DEM", "volume": "V1", "location": "ZZ"}
    drawing |= {"description": "Ground floor", "date_authored": "2026-01-31T00:00:00Z"}
    caller.submit(caller.completed("a.pdf", **drawing))
    [row] = caller.revisions(submitted(caller, "b.txt"))
    caller.sim.start_workflow(row["document_container_id"])
    values = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}
    caller.submit(caller.completed("Awaited document 01.pdf", "application/pdf", **values))
    return caller.call("GET", caller.dm("document_revisions"), per_page=100).json()


def ids_only(caller: ApiCaller) -> Any:
    submitted(caller)
    return caller.call("GET", caller.dm("document_revisions"), view="ids_only", per_page=100).json()


def masked(caller: ApiCaller) -> Any:
    revision = submitted(caller)
    caller.sim._core.faults.hide(revision)
    return {"data": caller.revisions(revision)}


def created(caller: ApiCaller) -> Any:
    stale, fresh = caller.ready("a.txt"), caller.ready("b.txt")
    items = [{"id": one, "upload_latest_event_id": caller.event(one)} for one in (stale, fresh)]
    caller.sim.touch_upload(stale)
    return caller.call("POST", caller.dm("document_revisions", "2.1"), {"uploads": items}, 201).json()


def malformed(caller: ApiCaller) -> Any:
    return caller.call(
        "POST", caller.dm("document_uploads"), {"uploads": [{"file_name": 1, "mime_type": "a/b"}]}, 400
    ).json()


def forbidden(caller: ApiCaller) -> Any:
    caller.sim.switch(can_upload=False)
    body = {"uploads": [{"file_name": "a.pdf", "mime_type": "application/pdf"}]}
    return caller.call("POST", caller.dm("document_uploads"), body, 403).json()


def conflict(caller: ApiCaller) -> Any:
    [row] = caller.revisions(submitted(caller))
    caller.sim.start_workflow(row["document_container_id"])
    upload = caller.ready("a.txt", "P02")
    items = [{"id": upload, "upload_latest_event_id": caller.event(upload)}]
    return caller.call("POST", caller.dm("document_revisions", "2.1"), {"uploads": items}, 422).json()


def broken(caller: ApiCaller) -> Any:
    caller.sim.add_fault("server_error", operation="listFields")
    return caller.call("GET", caller.dm("fields"), None, 500).json()


SERVED: dict[str, Callable[[ApiCaller], Any]] = {
    "list_document_revisions": rows,
    "list_document_revisions.ids_only": ids_only,
    "selected_revisions.masked": masked,
    "create_document_revisions": created,
    "error.400": malformed,
    "error.403": forbidden,
    "error.422.workflow_conflict": conflict,
    "error.500": broken,
    "token": lambda caller: caller.sign_in(),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_response_is_as_its_sample(caller: ApiCaller, name: str) -> None:
    intended = {path: way for path, (way, _) in INTENDED[name].items()}
    assert differences(name, SERVED[name](caller)) == intended


@pytest.mark.parametrize("name", ["error.400", "error.403", "error.422.workflow_conflict", "error.500"])
def test_the_codes_of_an_error_are_those_of_its_sample(caller: ApiCaller, name: str) -> None:
    served, wanted = SERVED[name](caller)["error"], sample(name)["error"]
    assert served["code"] == wanted["code"]
    assert served["message"] == wanted["message"]
    assert served["details"][0]["reason_code"] == wanted["details"][0]["reason_code"]


def test_the_type_of_a_token_is_that_of_the_sample(caller: ApiCaller) -> None:
    served, wanted = caller.sign_in(), sample("token")
    assert (served["token_type"], served["expires_in"]) == (wanted["token_type"], wanted["expires_in"])


@pytest.mark.parametrize("name", ["list_document_revisions", "selected_revisions.masked"])
def test_the_keys_of_a_row_come_in_the_order_of_the_sample(caller: ApiCaller, name: str) -> None:
    """Nothing depends on the order; a person who compares the two does."""
    [wanted] = sample(name)["data"]
    for row in SERVED[name](caller)["data"]:
        assert [key for key in wanted if key in row] == list(row)
