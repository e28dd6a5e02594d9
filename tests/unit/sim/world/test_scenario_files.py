"""Scenarios from files: custom projects, options and faults; and invalid files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdm_nb import sim
from pdm_nb.sim.world.scenarios import SCENARIOS, find_scenario
from tests.support.simulator.api_caller import ApiCaller
from tests.support.simulator.server_process import RUN, signed_in

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[4] / "docs" / "reference" / "scenario.yaml"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(told: Any, name: str = "own.yaml") -> Path:
        path = tmp_path / name
        path.write_text(told if isinstance(told, str) else yaml.safe_dump(told), "utf-8")
        return path

    return write


def example() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
    return told


def test_the_example_is_a_project_of_its_own(make: Callable[..., ApiCaller]) -> None:
    caller = make(scenario=EXAMPLE)
    assert caller.sim.options.spike_limit == 60
    fields = caller.data("GET", caller.dm("fields"), per_page=100)
    assert [field["name"] for field in fields][-2:] == ["authored_by", "berth"]
    values = caller.data("GET", caller.dm("fields/berth/values"), per_page=100)
    assert [(value["code"], value["label"]) for value in values] == [("01", "North"), ("02", "South")]
    plain, drawings = caller.data("GET", caller.dm("upload_requirements"), per_page=100)
    assert plain["rule_qualifiers"] == []
    assert [one["label"] for one in drawings["rule_qualifiers"][0]["acceptable_values"]] == ["Drawing"]
    assert [one["name"] for one in drawings["naming_standard"]["fields"]] == ["berth", "type", "number"]
    waiting = caller.send("GET", "/_internal/faults").json()["waiting"]
    assert [fault["kind"] for fault in waiting][1:3] == ["server_error", "upload_deleted"]


def test_the_whole_way_in_a_project_of_its_own(
    make: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    """Scraping by its standard (B38), machine learning, submit."""
    caller = make(scenario=EXAMPLE)
    caller.sim.clear_faults()
    upload = caller.completed("02-DR-0007.pdf", status="S0", revision="P01")
    clock.advance(60)
    shown = caller.show(upload)
    assert [caller.labels(shown, name) for name in ("berth", "type", "number")] == [
        ["South"],
        ["Drawing"],
        ["0007"],
    ]
    assert shown["match_criteria"] == "02-DR-0007|application/pdf"
    [revision] = caller.submit(upload)["ids"]
    assert caller.labels(caller.revisions(revision)[0], "version") == ["1"]


def test_options_and_faults_alone_go_over_what_it_is_based_on(
    make: Callable[..., ApiCaller], write: Callable[..., Path]
) -> None:
    path = write(
        {"based_on": "messy", "options": {"visible_statuses": ["S0"]}, "faults": [{"kind": "token_died"}]}
    )
    caller = make(scenario=path, page_size=4)
    assert caller.sim.options.allow_duplicate_revisions is False
    assert (caller.sim.options.visible_statuses, caller.sim.options.page_size) == (("S0",), 4)
    assert "packages_touched" in caller.project.by_name
    caller.call("GET", "/rest/v1.0/me", None, 401)


def test_json_is_read_as_well(write: Callable[..., Path]) -> None:
    path = write(json.dumps({"based_on": "us-ncs"}), "own.json")
    assert find_scenario(path).template is SCENARIOS["us-ncs"].template


def test_an_empty_file_is_the_default(write: Callable[..., Path]) -> None:
    assert find_scenario(write("")).template is SCENARIOS["default"].template


def changed(**project: Any) -> dict[str, Any]:
    told = example()
    told["project"] |= project
    return told


FIELDS = example()["project"]["fields"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("{", "is invalid"),
        ("[]", "the scenario must be an object"),
        ({"weather": "rain"}, "unknown name 'weather' in the scenario. Use name, purpose"),
        ({"based_on": "rain"}, "based_on: unknown scenario 'rain', use default"),
        ({"options": {"page_sise": 1}}, "unknown name 'page_sise' in the options"),
        ({"options": {"page_size": "7"}}, "page_size: input should be a valid integer"),
        ({"options": {"storm": 2}}, "storm must be 0 to 1"),
        ({"options": {"seed": 2}}, "options.seed cannot be set in a file"),
        ({"faults": [{"kind": "rain"}]}, "faults.0: unknown fault 'rain'. Use refused"),
        ({"faults": [{"kind": "put_cut", "tmes": 2}]}, "faults.0.tmes"),
        ({"faults": [{"kind": "put_cut", "operation": "showMe"}]}, "faults.0: put_cut applies to putSegment"),
        (changed(fields=[]), "needs the field name"),
        (changed(fields=FIELDS[1:]), "needs the field name"),
        (changed(fields=[*FIELDS, FIELDS[0]]), "two fields with the same name"),
        (changed(fields=[*FIELDS, {"name": "a", "label": "A", "type": " "}]), "a without a type"),
        (changed(fields=[*FIELDS, {"name": "a", "label": "A"}]), "type is missing"),
        (
            changed(fields=[{**FIELDS[0], "values": [{"code": 1, "label": "One"}]}]),
            "code must be a string: put 1 in quotes",
        ),
        (changed(rules=[]), "needs a first rule"),
        (changed(rules=[{"additional": [], "when": {"type": ["Drawing"]}}]), "needs a first rule"),
        (changed(rules=[{"additional": ["weather"]}]), "with the unknown field weather"),
        (changed(rules=[{"additional": []}, {"additional": [], "when": {"type": ["Rain"]}}]), "type 'Rain'"),
        (changed(naming=["weather"]), "with the unknown field weather"),
        ("story: 2026-01-31", "cannot be written as JSON"),
    ],
)
def test_a_file_that_is_not_right(write: Callable[..., Path], told: Any, says: str) -> None:
    path = write(told)
    with pytest.raises(ValueError, match=r"own\.yaml") as caught:
        sim.Simulator(scenario=path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.yaml", "rain"])
def test_a_scenario_that_is_not_there(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        sim.Simulator(scenario=name)


def test_another_project_is_another_world(
    make: Callable[..., ApiCaller], write: Callable[..., Path], tmp_path: Path
) -> None:
    """A data folder does not go on with a project that has other fields."""
    told = example()
    path = write(told)
    sim.Simulator(scenario=path, data=tmp_path / "data").stop()
    sim.Simulator(scenario=path, data=tmp_path / "data").stop()
    told["project"]["fields"].append({"name": "more", "label": "More", "type": "string"})
    write(told)
    with pytest.raises(ValueError, match="an earlier version of the scenario harbour-friday"):
        sim.Simulator(scenario=path, data=tmp_path / "data")


def test_the_command_takes_a_file_and_a_speed() -> None:
    command = [sys.executable, "-c", RUN, "--scenario", str(EXAMPLE), "--speed", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            told = json.loads(server.stdout.readline())
            with signed_in(told) as client:
                url = f"/rest/v1.0/projects?company_id={told['company_id']}&per_page=100"
                assert client.get(url).json()[0]["name"] == "Harbour Extension"
                assert client.post("/_internal/clock", json={"advance": 60}).json()["speed"] == 0
        finally:
            server.terminate()
            server.wait(60)


def test_the_command_says_in_a_sentence_what_is_wrong(write: Callable[..., Path]) -> None:
    command = [sys.executable, "-c", RUN, "--scenario", str(write({"weather": "rain"}))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pdm-nb sim: the scenario file")
    assert len(done.stderr.splitlines()) == 1
