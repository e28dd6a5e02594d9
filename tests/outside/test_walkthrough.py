"""The steps of the vendor's walk-through against the simulator over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import DRAWING
from tests.support.simulator.walkthrough import Refusal, RefusedError, Walkthrough

BYTES = b"%PDF-1.7 a floor plan"
OMITTED = [
    Refusal("1", 400, ("Missing Procore-Company-Id header!",)),
    Refusal("5", 400, ("uploader_tool_name is missing",)),
]


@contextmanager
def walking(submit_version: str = "2.0", **options: Any) -> Iterator[tuple[sim.Simulator, Walkthrough]]:
    """A walk at a simulator on a socket, whose clock moves as the walk waits."""
    clock = sim.ManualClock()
    with (
        sim.Simulator(clock=clock, reader=lambda source: DRAWING, **options) as simulator,
        httpx2.Client(base_url=simulator.url, follow_redirects=False, timeout=120) as http,
    ):
        told = simulator.ready_line()
        del told["url"], told["control_key"]
        yield simulator, Walkthrough(http, **told, sleep=simulator.advance, submit_version=submit_version)


def labels(row: dict[str, Any], name: str) -> list[str]:
    return [value["label"] for field in row["fields"] if field["name"] == name for value in field["values"]]


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_only_what_the_walkthrough_omits_is_refused(version: str) -> None:
    with walking(version) as (simulator, walk):
        row = walk.run(BYTES)
        assert walk.refusals == OMITTED
        assert simulator.counts.refused == {"listUploadRequirements 400": 1, "createUpload 400": 1}
        assert simulator.ledger.counts.keys() == {
            *("missing_company", "tool_name"),
            *("no_per_page", "retired_endpoint"),  # what the service lets pass
        }
        assert walk.download(row["id"]) == BYTES


def test_with_both_added_all_goes_through() -> None:
    with walking() as (_, walk):
        walk.sends_company = walk.sends_tool_name = True
        row = walk.run(BYTES)
        assert walk.refusals == []
        assert row["upload_id"]
        assert labels(row, "version") == ["1"]
        assert labels(row, "name") == ["Ground floor plan"]


@pytest.mark.parametrize(
    "options",
    [
        {"status_spelling": "camel"},
        {"ml_seconds": 30.0},
        {"scan_seconds": 3.0},
        {"complete_status": "complete"},
        {"sparse_links": True},
    ],
    ids=str,
)
def test_other_readings_refuse_nothing_more(options: dict[str, Any]) -> None:
    with walking(**options) as (_, walk):
        assert labels(walk.run(BYTES), "version") == ["1"]
        assert walk.refusals == OMITTED


def test_an_account_without_the_right_to_submit_is_refused_once_more() -> None:
    """Shows that a refusal which nothing can be added for ends the walk."""
    with walking(can_submit=False) as (_, walk):
        with pytest.raises(RefusedError):
            walk.run(BYTES)
        assert walk.refusals[:2] == OMITTED
        assert [(one.step, one.status) for one in walk.refusals[2:]] == [("8", 422)]
