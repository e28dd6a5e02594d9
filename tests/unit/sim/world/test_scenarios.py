"""Each named scenario shows what it is for; every response is checked against the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.world.scenarios import page
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import ApiCaller, messages, reasons

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
Make = Callable[..., ApiCaller]


def rules(caller: ApiCaller) -> list[dict[str, Any]]:
    return caller.data("GET", caller.dm("upload_requirements"), per_page=100)


def fields(caller: ApiCaller) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in caller.data("GET", caller.dm("fields"), per_page=100)}


def values(caller: ApiCaller, field: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while not found or len(found) % 100 == 0:
        page = len(found) // 100 + 1
        rows = caller.data("GET", caller.dm(f"fields/{field}/values"), per_page=100, page=page, **query)
        if not rows:
            break
        found += rows
    return found


def refused(caller: ApiCaller, *uploads: str, **more: Any) -> tuple[list[str], list[str]]:
    items = [{"id": key, "upload_latest_event_id": caller.event(key), **more} for key in uploads]
    answer = caller.call("POST", caller.dm("document_revisions", "2.1"), {"uploads": items}, 422)
    return reasons(answer), messages(answer)


def test_the_page_is_the_scenarios_own() -> None:
    assert (ROOT / "docs" / "reference" / "scenarios.md").read_text("utf-8") == page()
    assert all(f"\n## {name}\n" in page() for name in sim.SCENARIOS)


def test_an_unknown_name_is_reported_with_all_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim.main(["--scenario", "nonsense"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in sim.SCENARIOS)


@pytest.mark.parametrize("name", sorted(set(sim.SCENARIOS) - {"large"}))
def test_every_configuration_keeps_to_the_contract(make: Make, name: str) -> None:
    caller = make(scenario=name, storm=0.0)
    assert sum(not rule["rule_qualifiers"] for rule in rules(caller)) == 1  # B17: one default
    known = fields(caller)
    for field in known.values():
        if field["type"].startswith("lov"):
            assert values(caller, field["name"], include_inactive=True)
    for rule in rules(caller):
        assert {field["name"] for field in rule["additional_required_fields"]} <= known.keys()


def test_default(make: Make) -> None:
    caller = make()
    assert [bool(rule["naming_standard"]) for rule in rules(caller)] == [False, True, False]
    assert caller.submit(caller.ready())["failures"] == []


@pytest.mark.rule("B18", "B33", "B67")
def test_iso19650(make: Make) -> None:
    """B18, B33, B67: a report, too, is named by the standard, and is not taken without its codes."""
    caller = make(scenario="iso19650")
    assert all(rule["naming_standard"] for rule in rules(caller))
    told, why = refused(caller, caller.ready("report.txt"))
    assert told == ["INVALID_INPUT"]
    assert "originator" in why[0]
    codes = {"project": "RST", "originator": "DEM", "volume": "V1", "location": "ZZ", "discipline": "A"}
    upload = caller.completed(
        "report.txt", "text/plain", **codes, type="RP", number="0101", status="S2", revision="P01",
        description="Report",
    )  # fmt: skip
    assert caller.labels(caller.show(upload), "name") == ["RST-DEM-V1-ZZ-RP-A-0101"]
    assert len(caller.submit(upload)["ids"]) == 1


@pytest.mark.rule("B38", "B67")
def test_us_ncs(make: Make) -> None:
    """B38, B67: discipline and number are read from the sheet's name."""
    caller = make(scenario="us-ncs")
    known = fields(caller)
    assert "originator" not in known
    assert {"A", "AD", "S", "FX", "T"} <= {value["code"] for value in values(caller, "discipline")}
    upload = caller.completed("S-201.pdf", type="Drawing", status="IFC", revision="1", description="Framing")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert caller.labels(shown, "discipline") == ["Structural"]
    assert caller.labels(shown, "name") == ["S-201"]
    assert shown["match_criteria"] == "S-201|application/pdf"
    assert len(caller.submit(upload)["ids"]) == 1


@pytest.mark.rule("B17", "B20", "B21", "B29", "B42")
def test_messy(make: Make) -> None:
    """B17, B20, B21, B29, B42."""
    caller = make(scenario="messy")
    conditional = [rule for rule in rules(caller) if rule["rule_qualifiers"]]
    assert sorted(len(rule["rule_qualifiers"]) for rule in conditional) == [1, 1, 2]
    assert not any(rule["allow_duplicate_revisions"] for rule in rules(caller))
    known = fields(caller)
    assert known["old_package"]["active"] is False
    assert known["client_approval"]["readonly"] is True
    assert "custom_field_definition_id" in known["package"]
    every = values(caller, "originator", include_inactive=True)
    idle = [value for value in every if not value["active"]]
    assert len(idle) >= len(every) // 4
    [upload] = caller.create("a.pdf")
    setting = [{"id": known["originator"]["id"], "values": [idle[0]["id"]]}]
    assert "inactive" in messages(caller.update(upload, 400, fields=setting))[0]
    # Two rules match a structural drawing; the one with more qualifiers asks for more.
    drawing = caller.completed("d.txt", "text/plain", type="DR", discipline="S")
    assert "package" in refused(caller, drawing)[1][0]
    caller.submit(caller.ready("notes.txt"))
    assert refused(caller, caller.ready("notes.txt"))[0] == ["DUPLICATE_REVISION"]
    assert len(caller.submit(caller.ready("notes.txt", "P02"))["ids"]) == 1


@pytest.mark.rule("B52", "B65")
def test_no_permission(make: Make) -> None:
    """B52, B65."""
    caller = make(scenario="no-permission")
    body = {"uploads": [{"file_name": "a.pdf", "mime_type": "application/pdf"}]}
    assert reasons(caller.call("POST", caller.dm("document_uploads"), body, 403)) == ["ACCESS_DENIED"]
    item = {"id": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "upload_latest_event_id": "01HZZZZZZZZZZZZZZZZZZZZZZZ"}
    answer = caller.call("POST", caller.dm("document_revisions", "2.1"), {"uploads": [item]}, 422)
    assert reasons(answer) == ["PERMISSION_DENIED"]


@pytest.mark.rule("B48")
def test_workflow_conflicts(make: Make) -> None:
    """B48: the second revision of a document, and the way out."""
    caller = make(scenario="workflow-conflicts")
    caller.submit(caller.ready())
    second = caller.ready(revision="P02")
    assert refused(caller, second)[0] == ["WORKFLOW_CONFLICT"]
    ending = {
        "termination_reason": "Superseded",
        "terminated_revision_status_id": caller.project.by_name["status"].values[0].id,
    }
    assert len(caller.submit(second, **ending)["ids"]) == 1
    assert refused(caller, caller.ready(revision="P03"))[0] == ["WORKFLOW_CONFLICT"]  # it has one of its own
    rightless = make(scenario="workflow-conflicts", access_level="Standard")
    rightless.submit(rightless.ready())
    ending["terminated_revision_status_id"] = rightless.project.by_name["status"].values[0].id
    told, _ = refused(rightless, rightless.ready(revision="P02"), **ending)
    assert told == ["WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"]


@pytest.mark.rule("B35")
def test_slow_ml(make: Make, clock: sim.ManualClock) -> None:
    """B35: not through after 29 seconds, through after 33."""
    caller = make(scenario="slow-ml")
    upload = caller.completed()
    clock.advance(29)
    assert caller.show(upload)["integration_statuses"]["ml"] == "in_progress"
    clock.advance(4)
    assert caller.show(upload)["integration_statuses"]["ml"] == "completed"


def through_the_storm(caller: ApiCaller, clock: sim.ManualClock, calls: int) -> list[int]:
    """Get the fields this often, as a patient client does; the statuses on the way, 0 where no answer came."""
    seen, got = [], 0
    while got < calls:
        headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
        try:
            answer = caller.send("GET", caller.dm("fields"), headers=headers)
            if "html" not in answer.headers["Content-Type"]:  # B15: a gateway's
                check(answer)
            seen.append(answer.status_code)
        except OSError:
            seen.append(0)
        if seen[-1] == 200:
            got += 1
        elif seen[-1] == 401:
            caller.token = caller.sign_in()["access_token"]
        elif seen[-1] == 429:
            clock.advance(60)
    return seen


@pytest.mark.rule("B8", "B12", "B13")
def test_stormy(make: Make, clock: sim.ManualClock) -> None:
    """B8, B12, B13: by chance, the same for the same seed; whoever tries again gets through."""
    seen = through_the_storm(make(scenario="stormy"), clock, 400)
    assert len(set(seen)) >= 4  # not always the same fault
    assert 5 <= sum(status != 200 for status in seen) <= 80
    again = through_the_storm(make(scenario="stormy"), clock, 100)
    assert again == seen[: len(again)]
    other = through_the_storm(make(scenario="stormy", seed=2), clock, 100)
    assert other != seen[: len(other)]
    assert set(through_the_storm(make(), clock, 100)) == {200}


@pytest.mark.rule("B11", "B12")
def test_tight_limits(make: Make, clock: sim.ManualClock) -> None:
    """B11, B12."""
    caller = make(scenario="tight-limits")
    for _ in range(25):
        answer = caller.call("GET", "/rest/v1.0/me")
        assert answer.headers["X-Rate-Limit-Limit"] == "25"
    answer = caller.call("GET", "/rest/v1.0/me", status=429)
    assert reasons(answer) == ["TOO_MANY_REQUESTS"]
    clock.advance(10)
    caller.call("GET", "/rest/v1.0/me")


def test_large(make: Make) -> None:
    caller = make(scenario="large", data=None)
    assert len(fields(caller)) == 45
    assert len(values(caller, "originator", include_inactive=True)) == 500
    answer = caller.call("GET", caller.dm("document_uploads", "2.1"), per_page=100, page=200)
    assert answer.headers["Total"] == "20000"
    rows = answer.json()["data"]
    assert len({row["id"] for row in rows}) == 100
    assert len(caller.submit(*(row["id"] for row in rows))["ids"]) == 100
    kept = caller.data("GET", caller.dm("document_uploads", "2.1"))[0]
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    away = caller.send("GET", kept["download_url"], headers=headers)
    assert away.status_code == 302
    assert caller.send("GET", away.headers["Location"]).content.startswith(b"%PDF")


def test_what_is_seeded_is_seeded_once(tmp_path: Path) -> None:
    for _ in range(2):
        simulator = sim.Simulator(uploads=20, data=tmp_path, clock=sim.ManualClock())
        caller = ApiCaller(simulator)
        assert caller.call("GET", caller.dm("document_uploads", "2.1")).headers["Total"] == "20"
        caller.close()
        simulator.stop()
    with pytest.raises(ValueError, match="uploads"):
        sim.Simulator(uploads=-1)
