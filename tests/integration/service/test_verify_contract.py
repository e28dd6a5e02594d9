"""`project.verify_contract()` and `pdm-nb verify` against the simulator: they detect its contract variants (B9–B78)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.cli.main import main
from pdm_nb.errors import ConnectionFailed, InputError
from pdm_nb.verify.calls import MOST
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow


def readings(report: Any) -> dict[str, str]:
    return dict(zip(report.readings["name"], report.readings["found"], strict=True))


def with_revisions(site: Site, count: int = 2) -> Site:
    """A project with uploads and revisions."""
    assert set(site.ready(count).submit().wait()["state"]) == {"submitted"}
    return site


def test_the_simulator_is_read_by_few_calls(make_site: Callable[..., Site]) -> None:
    """B71: calls that only read, and no more than the report says."""
    site = with_revisions(make_site(uploads=30))
    site.sim.counts.clear()
    report = site.project.verify_contract(recycled=True)
    assert report.calls == sum(site.sim.counts.by_operation.values()) <= MOST
    assert not {
        name for name in site.sim.counts.by_operation if name.startswith(("create", "update", "complete"))
    }
    found = readings(report)
    assert (found["revision_list"], found["reveal_upload_id"], found["page_size"]) == (
        "offered",
        "yes",
        "honoured",
    )
    assert found["selected_uploads"] == found["selected_revisions"] == "v2.2, 200"
    assert found["forbidden_reason"] == "not seen"


@pytest.mark.parametrize(
    ("options", "name", "expected"),
    [
        ({"page_size": 3}, "page_size", "at most 3"),
        ({"limit_headers": "hourly"}, "limit_headers", "hourly"),
        ({"bare_values": True}, "bare_values", "yes"),
        ({"description_type": "string"}, "description_type", "string"),
        ({"format_type": "string"}, "format_type", "string"),
        ({"status_spelling": "absent"}, "status_spelling", "absent"),
        ({"status_spelling": "null"}, "status_spelling", "null"),
        ({"sparse_links": True}, "sparse_links", "yes"),
        ({"revision_rows": "reference"}, "revision_rows", "reference"),
        ({"download_host": "app"}, "download_host", "another host"),
        ({"access_level": "Standard"}, "access_level", "Standard"),
        ({"status_spelling": "camel"}, "status_spelling", "camel"),
        ({"status_spelling": "both"}, "status_spelling", "both"),
        ({"reveal_upload_id": False}, "reveal_upload_id", "no"),
        ({"revision_list": False}, "revision_list", "404"),
        ({"revision_list": False, "revision_list_status": 403}, "revision_list", "403"),
        (
            {"revision_list": False, "revision_list_status": 403, "forbidden_reason": "ACCESS_DENIED"},
            "forbidden_reason",
            "ACCESS_DENIED",
        ),
        (
            {"revision_list": False, "revision_list_status": 403, "forbidden_reason": "FORBIDDEN"},
            "forbidden_reason",
            "FORBIDDEN",
        ),
    ],
    ids=str,
)
@pytest.mark.slow
def test_the_variant_is_found_and_the_double_follows_it(
    make_site: Callable[..., Site], tmp_path: Path, options: dict[str, Any], name: str, expected: str
) -> None:
    site = with_revisions(make_site(uploads=12, **options))
    assert readings(site.project.verify_contract())[name] == expected
    assert site.project.memory.reading(name) == expected
    double = make_site(scenario=site.project.save_scenario(tmp_path / "double.json"), seed=9, uploads=12)
    double.folder = tmp_path / "double"
    double.folder.mkdir()
    told = json.loads((tmp_path / "double.json").read_text("utf-8"))["options"]
    assert {key: told.get(key) for key in options} == options
    assert readings(with_revisions(double).project.verify_contract())[name] == expected


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", ["nearest", "nearest_fixed", "sooner", "hourly", "none", "nodes", "sliding"])
@pytest.mark.slow
def test_the_reading_of_the_limits_is_found(make_site: Callable[..., Site], kind: str, seed: int) -> None:
    """B11: what ends sooner differs from the fixed spike window only when the hour is nearly over."""
    site = make_site(limit_headers=kind, hourly_limit=3600, spike_limit=25, seed=seed)
    found = readings(site.project.verify_contract(pause=1.5))["limit_headers"]
    assert found == ("nearest_fixed" if kind == "sooner" else kind)


@pytest.mark.parametrize("listed", ["computed", "plain", "absent"])
def test_a_computed_name_is_found_and_the_double_has_one(
    make_site: Callable[..., Site], tmp_path: Path, listed: str
) -> None:
    """B33."""
    site = make_site(scenario="iso19650", computed_name_listed=listed, uploads=12)
    for number in range(2):
        found = readings(site.project.verify_contract())
        assert (found["name_kind"], found["computed_name_listed"]) == ("computed", listed)
        path = site.project.save_scenario(tmp_path / f"{number}.json")
        site = make_site(scenario=path, seed=9, uploads=12)


def test_a_name_that_the_service_fills_is_found(make_site: Callable[..., Site]) -> None:
    """B33."""
    site = make_site(empty_name="filled")
    batch = site.plain(2)
    batch.set(None, "name", "")
    batch.upload().wait()
    site.project.verify_contract()
    assert site.project.memory.reading("empty_name") == "filled"


@pytest.mark.parametrize("kind", ["full", "bare"])
def test_masked_rows_are_found(make_site: Callable[..., Site], kind: str) -> None:
    """B51: revisions that this account may not see, asked for by id."""
    site = with_revisions(make_site(masked_rows=kind))
    ids = list(site.project.revisions()["id"])
    site.sim.switch(visible_statuses=["CR"])
    report = site.project.verify_contract(revision_ids=ids)
    assert readings(report)["masked_rows"] == kind
    known = dict(site.project.permissions()[["right", "known"]].to_numpy())
    assert known["See all documents"] == "no"


def test_what_was_refused_is_not_asked_again(make_site: Callable[..., Site]) -> None:
    """B71."""
    site = make_site(revision_list=False)
    site.project.verify_contract()
    site.plain(1).check()
    assert site.sim.counts.by_operation["listRevisions"] == 1
    site.sim.switch(revision_list=True)
    site.project.verify_contract()  # it was asked for, so it asks
    assert len(site.project.revisions()) == 0


def test_a_refresh_keeps_what_was_verified(make_site: Callable[..., Site]) -> None:
    """B71: it forgets what was refused, so that it is asked again."""
    site = make_site(revision_list=False, page_size=3)
    report = site.project.verify_contract()
    assert site.project.memory.refused("listRevisions")
    site.project.refresh()
    assert not site.project.memory.refused("listRevisions")
    found = site.project.memory.readings()
    assert found == {name: one for name, one in readings(report).items() if one != "not seen"} | {
        name: one for name, one in found.items() if name.startswith("version of ")
    }
    assert found["page_size"] == "at most 3"
    site.sim.switch(page_size=5)
    site.project.verify_contract()
    assert site.project.memory.reading("page_size") == "at most 5"


def test_the_report_has_nothing_of_the_project(make_site: Callable[..., Site]) -> None:
    """It can be sent to others: no id, name, address, URL or token."""
    site = with_revisions(make_site(uploads=5))
    report = site.project.verify_contract(recycled=True)
    shown = "\n".join([str(report), repr(report), report._repr_html_(), json.dumps(report.summary())])
    project = site.project
    secret = {
        site.sim.url,
        site.sim.client_id,
        site.sim.client_secret,
        site.service.company,
        site.service.user,
        project.id,
        project.name,
        str(site.sim.company_id),
        "letter-",
        *project.users()["name"],
        *project.users()["email"],
        *project.fields()["id"],
        *project.uploads()["id"],
        *project.revisions()["id"],
        *project.values("status")["id"],
    }
    assert [text for text in secret if text and text in shown] == []
    assert "another address" in shown


def test_the_frames_have_stable_columns(site: Site) -> None:
    report = site.project.verify_contract()
    assert list(report.differences.columns) == [
        "operation", "path", "kind", "contract", "found", "count", "of",
    ]  # fmt: skip
    assert list(report.readings.columns) == ["rule", "name", "question", "found"]
    assert list(report.responses.columns) == ["operation", "status", "rows"]
    assert f"{report.calls} calls of at most {MOST}" in repr(report)
    assert "<table" in report._repr_html_()


def test_the_report_is_written(site: Site, tmp_path: Path) -> None:
    report = site.project.verify_contract()
    told = json.loads(report.write(tmp_path / "report.json").read_text("utf-8"))
    assert told == report.summary()
    assert report.write(tmp_path / "report.txt").read_text("utf-8") == f"{report}\n"
    with pytest.raises(InputError, match="nowhere does not exist"):
        report.write(tmp_path / "nowhere" / "report.txt")


def test_the_command_line(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "LOGIN_URL": site.sim.url,
        "API_URL": site.sim.url,
        "CLIENT_ID": site.sim.client_id,
        "CLIENT_SECRET": site.sim.client_secret,
        "COMPANY_ID": str(site.sim.company_id),
        "PROJECT_ID": str(site.sim.project_id),
    }.items():
        monkeypatch.setenv(f"PDM_NB_{name}", value)
    output = tmp_path / "report.json"
    assert main(["verify", "--json", "--pause", "0", "-o", str(output)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == json.loads(output.read_text("utf-8"))
    assert f"Wrote {output}" in printed.err
    assert main(["verify", "--pause", "0", "--recycled"]) == 0
    assert "no values of the responses" in capsys.readouterr().out
    assert main(["verify", "--pause", "0", "-o", os.fspath(tmp_path / "no" / "x.txt")]) == 2
    with pytest.raises(SystemExit):
        main(["verify", "--pause", "-1"])


def test_a_name_that_is_known_to_be_computed_cannot_be_set(make_site: Callable[..., Site]) -> None:
    """B33: the list of fields need not show it, a verification did."""
    site = make_site(scenario="iso19650", computed_name_listed="plain")
    site.project.memory.note_reading("name_kind", "computed")
    name = site.project.fields().set_index("name").loc["name"]
    assert (name["variant"], bool(name["settable"])) == ("computed", False)


def test_a_name_that_is_known_to_be_computed_is_not_filled_in(make_site: Callable[..., Site]) -> None:
    """B33: the list of fields need not show it, a verification did."""
    site = make_site(scenario="iso19650", computed_name_listed="plain", uploads=12)
    site.project.verify_contract()
    batch = site.batch(site.documents(3))
    assert not any(batch.view.cell(document.id, "name").text for document in batch.view.documents)


@pytest.mark.parametrize("options", [{"access_level": "None"}, {"permitted_projects": []}], ids=str)
def test_a_project_that_is_closed_is_reported(
    make_site: Callable[..., Site], options: dict[str, Any]
) -> None:
    """B4, B65: each refusal is a line, none is remembered."""
    site = make_site()
    site.sim.switch(**options)
    report = site.project.verify_contract(recycled=True)
    assert "Refused: " in repr(report)
    assert "listFields (40" in repr(report)
    assert not site.project.memory.refused("listRevisions")


def test_a_connection_that_fails_ends_the_verification(site: Site) -> None:
    site.wire.cut("/fields", "GET", times=9)
    with pytest.raises(ConnectionFailed):
        site.project.verify_contract()
    assert site.service.client.observers == []
