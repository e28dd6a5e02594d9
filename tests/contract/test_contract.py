"""The simulator serves every operation of the contract, in the agreed version."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from pdm_nb import sim
from tests.support.contract.contract_checks import contract, faults

AGREED = Path(__file__).parents[3] / "shared" / "contract" / "openapi.yaml"


def test_the_packaged_contract_is_the_agreed_one() -> None:
    if not AGREED.exists():
        pytest.skip(f"{AGREED} is not on this machine")
    assert files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8") == AGREED.read_text("utf-8")


def test_every_operation_has_a_route() -> None:
    simulator = sim.Simulator(clock=sim.ManualClock())
    served = {(route.path, method) for route in simulator.app.routes for method in route.methods}
    wanted = {
        (path, method.upper())
        for path, methods in contract()["paths"].items()
        for method in methods
        if method in ("get", "post", "patch", "put", "delete")
    }
    simulator.stop()
    assert len(wanted) == 31
    assert {(p.replace(":int", ""), m) for p, m in served} >= wanted


def test_the_check_finds_what_is_wrong() -> None:
    """A check that passes everything proves nothing."""
    import httpx2

    path = "http://sim/rest/v2.0/companies/1/projects/2/document_management/fields"
    request = httpx2.Request("GET", path)
    good = {"data": [{"id": "1", "name": "a", "label": "A", "type": "string"}]}
    headers = {"Total": "1", "Link": ""}
    assert faults(httpx2.Response(200, json=good, headers=headers, request=request)) == []
    assert "Total" in faults(httpx2.Response(200, json=good, request=request))[0]
    bad = {"data": [{"id": 1, "name": "a", "label": "A", "type": "string"}]}
    assert "data[0].id" in faults(httpx2.Response(200, json=bad, headers=headers, request=request))[0]
    assert faults(httpx2.Response(204, request=request)) != []
    assert faults(httpx2.Response(404, json={"nothing": 1}, request=request)) != []
