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

ROOT = Path(__file__).parents[4]
Make = Callable[..., ApiCaller]


def rules(desk: ApiCaller) -> list[dict[str, Any]]:
    return desk.data("GET", desk.dm("upload_requirements"), per_page=100)


def fields(desk: ApiCaller) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in desk.data("GET", desk.dm("fields"), per_page=100)}


def values(desk: ApiCaller, field: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while not found or len(found) % 100 == 0:
        page = len(found) // 100 + 1
        rows = desk.data("GET", desk.dm(f"fields/{field}/values"), per_page=100, page=page, **query)
        if not rows:
            break
        found += rows
    return found


def refused(desk: ApiCaller, *uploads: str, **more: Any) -> tuple[list[str], list[str]]:
    items = [{"id": key, "upload_latest_event_id": desk.event(key), **more} for key in uploads]
    answer = desk.call("POST", desk.dm("document_revisions", "2.1"), {"uploads": items}, 422)
    return reasons(answer), messages(answer)


def test_the_page_is_the_scenarios_own() -> None:
    assert (ROOT / "docs" / "scenarios.md").read_text("utf-8") == page()
    assert all(f"\n## {name}\n" in page() for name in sim.SCENARIOS)


def test_an_unknown_name_is_reported_with_all_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim.main(["--scenario", "nonsense"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in sim.SCENARIOS)


@pytest.mark.parametrize("name", sorted(set(sim.SCENARIOS) - {"large"}))
def test_every_configuration_keeps_to_the_contract(make: Make, name: str) -> None:
    desk = make(scenario=name, storm=0.0)
    assert sum(not rule["rule_qualifiers"] for rule in rules(desk)) == 1  # B17: one default
    known = fields(desk)
    for field in known.values():
        if field["type"].startswith("lov"):
            assert values(desk, field["name"], include_inactive=True)
    for rule in rules(desk):
        assert {field["name"] for field in rule["additional_required_fields"]} <= known.keys()


def test_default(make: Make) -> None:
    desk = make()
    assert [bool(rule["naming_standard"]) for rule in rules(desk)] == [False, True, False]
    assert desk.submit(desk.ready())["failures"] == []


@pytest.mark.rule("B18", "B33", "B67")
def test_iso19650(make: Make) -> None:
    """B18, B33, B67: a report, too, is named by the standard, and is not taken without its codes."""
    desk = make(scenario="iso19650")
    assert all(rule["naming_standard"] for rule in rules(desk))
    told, why = refused(desk, desk.ready("report.txt"))
    assert told == ["INVALID_INPUT"]
    assert "originator" in why[0]
    codes = {"project": "RST", "originator": "DEM", "volume": "V1", "location": "ZZ", "discipline": "A"}
    upload = desk.completed(
        "report.txt", "text/plain", **codes, type="RP", number="0101", status="S2", revision="P01",
        description="Report",
    )  # fmt: skip
    assert desk.labels(desk.show(upload), "name") == ["RST-DEM-V1-ZZ-RP-A-0101"]
    assert len(desk.submit(upload)["ids"]) == 1


@pytest.mark.rule("B38", "B67")
def test_us_ncs(make: Make) -> None:
    """B38, B67: discipline and number are read from the sheet's name."""
    desk = make(scenario="us-ncs")
    known = fields(desk)
    assert "originator" not in known
    assert {"A", "AD", "S", "FX", "T"} <= {value["code"] for value in values(desk, "discipline")}
    upload = desk.completed("S-201.pdf", type="Drawing", status="IFC", revision="1", description="Framing")
    desk.sim.wait_ml()
    shown = desk.show(upload)
    assert desk.labels(shown, "discipline") == ["Structural"]
    assert desk.labels(shown, "name") == ["S-201"]
    assert shown["match_criteria"] == "S-201|application/pdf"
    assert len(desk.submit(upload)["ids"]) == 1


@pytest.mark.rule("B17", "B20", "B21", "B29", "B42")
def test_messy(make: Make) -> None:
    """B17, B20, B21, B29, B42."""
    desk = make(scenario="messy")
    conditional = [rule for rule in rules(desk) if rule["rule_qualifiers"]]
    assert sorted(len(rule["rule_qualifiers"]) for rule in conditional) == [1, 1, 2]
    assert not any(rule["allow_duplicate_revisions"] for rule in rules(desk))
    known = fields(desk)
    assert known["old_package"]["active"] is False
    assert known["client_approval"]["readonly"] is True
    assert "custom_field_definition_id" in known["package"]
    every = values(desk, "originator", include_inactive=True)
    idle = [value for value in every if not value["active"]]
    assert len(idle) >= len(every) // 4
    [upload] = desk.create("a.pdf")
    setting = [{"id": known["originator"]["id"], "values": [idle[0]["id"]]}]
    assert "inactive" in messages(desk.update(upload, 400, fields=setting))[0]
    # Two rules match a structural drawing; the one with more qualifiers asks for more.
    drawing = desk.completed("d.txt", "text/plain", type="DR", discipline="S")
    assert "package" in refused(desk, drawing)[1][0]
    desk.submit(desk.ready("notes.txt"))
    assert refused(desk, desk.ready("notes.txt"))[0] == ["DUPLICATE_REVISION"]
    assert len(desk.submit(desk.ready("notes.txt", "P02"))["ids"]) == 1


@pytest.mark.rule("B52", "B65")
def test_no_permission(make: Make) -> None:
    """B52, B65."""
    desk = make(scenario="no-permission")
    body = {"uploads": [{"file_name": "a.pdf", "mime_type": "application/pdf"}]}
    assert reasons(desk.call("POST", desk.dm("document_uploads"), body, 403)) == ["ACCESS_DENIED"]
    item = {"id": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "upload_latest_event_id": "01HZZZZZZZZZZZZZZZZZZZZZZZ"}
    answer = desk.call("POST", desk.dm("document_revisions", "2.1"), {"uploads": [item]}, 422)
    assert reasons(answer) == ["PERMISSION_DENIED"]


@pytest.mark.rule("B48")
def test_workflow_conflicts(make: Make) -> None:
    """B48: the second revision of a document, and the way out."""
    desk = make(scenario="workflow-conflicts")
    desk.submit(desk.ready())
    second = desk.ready(revision="P02")
    assert refused(desk, second)[0] == ["WORKFLOW_CONFLICT"]
    ending = {
        "termination_reason": "Superseded",
        "terminated_revision_status_id": desk.project.by_name["status"].values[0].id,
    }
    assert len(desk.submit(second, **ending)["ids"]) == 1
    assert refused(desk, desk.ready(revision="P03"))[0] == ["WORKFLOW_CONFLICT"]  # it has one of its own
    rightless = make(scenario="workflow-conflicts", access_level="Standard")
    rightless.submit(rightless.ready())
    ending["terminated_revision_status_id"] = rightless.project.by_name["status"].values[0].id
    told, _ = refused(rightless, rightless.ready(revision="P02"), **ending)
    assert told == ["WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION"]


@pytest.mark.rule("B35")
def test_slow_ml(make: Make, clock: sim.ManualClock) -> None:
    """B35: not through after 29 seconds, through after 33."""
    desk = make(scenario="slow-ml")
    upload = desk.completed()
    clock.advance(29)
    assert desk.show(upload)["integration_statuses"]["ml"] == "in_progress"
    clock.advance(4)
    assert desk.show(upload)["integration_statuses"]["ml"] == "completed"


def through_the_storm(desk: ApiCaller, clock: sim.ManualClock, calls: int) -> list[int]:
    """Get the fields this often, as a patient client does; the statuses on the way, 0 where no answer came."""
    seen, got = [], 0
    while got < calls:
        headers = {"Authorization": f"Bearer {desk.token}", "Procore-Company-Id": str(desk.company)}
        try:
            answer = desk.send("GET", desk.dm("fields"), headers=headers)
            if "html" not in answer.headers["Content-Type"]:  # B15: a gateway's
                check(answer)
            seen.append(answer.status_code)
        except OSError:
            seen.append(0)
        if seen[-1] == 200:
            got += 1
        elif seen[-1] == 401:
            desk.token = desk.sign_in()["access_token"]
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
    desk = make(scenario="tight-limits")
    for _ in range(25):
        answer = desk.call("GET", "/rest/v1.0/me")
        assert answer.headers["X-Rate-Limit-Limit"] == "25"
    answer = desk.call("GET", "/rest/v1.0/me", status=429)
    assert reasons(answer) == ["TOO_MANY_REQUESTS"]
    clock.advance(10)
    desk.call("GET", "/rest/v1.0/me")


def test_large(make: Make) -> None:
    desk = make(scenario="large", data=None)
    assert len(fields(desk)) == 45
    assert len(values(desk, "originator", include_inactive=True)) == 500
    answer = desk.call("GET", desk.dm("document_uploads", "2.1"), per_page=100, page=200)
    assert answer.headers["Total"] == "20000"
    rows = answer.json()["data"]
    assert len({row["id"] for row in rows}) == 100
    assert len(desk.submit(*(row["id"] for row in rows))["ids"]) == 100
    kept = desk.data("GET", desk.dm("document_uploads", "2.1"))[0]
    headers = {"Authorization": f"Bearer {desk.token}", "Procore-Company-Id": str(desk.company)}
    away = desk.send("GET", kept["download_url"], headers=headers)
    assert away.status_code == 302
    assert desk.send("GET", away.headers["Location"]).content.startswith(b"%PDF")


def test_what_is_seeded_is_seeded_once(tmp_path: Path) -> None:
    for _ in range(2):
        simulator = sim.Simulator(uploads=20, data=tmp_path, clock=sim.ManualClock())
        desk = ApiCaller(simulator)
        assert desk.call("GET", desk.dm("document_uploads", "2.1")).headers["Total"] == "20"
        desk.close()
        simulator.stop()
    with pytest.raises(ValueError, match="uploads"):
        sim.Simulator(uploads=-1)
