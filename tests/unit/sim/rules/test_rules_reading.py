"""Values that machine learning and file names fill in, for every order of events (B34–B39)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.documents.processing import learned, scraped
from pdm_nb.sim.world.records import Entry, Upload
from tests.support.simulator.api_caller import DRAWING, ApiCaller, Guess, PdfReading
from tests.support.simulator.upload_calls import update

Make = Callable[..., ApiCaller]
NAMED = "RST-DEM-V1-ZZ-DR-A-0101.pdf"
SETTLED = {"in_progress", "completed", "error", "not_applicable"}


def number(caller: ApiCaller, upload: str) -> tuple[str, list[str]]:
    shown = caller.show(upload)
    return caller.field(shown, "number")["label_source"], caller.labels(shown, "number")


@pytest.mark.rule("B34")
def test_b34_both_statuses_take_all_four_values(make: Make, clock: sim.ManualClock) -> None:
    seen: dict[str, set[str]] = {"ml": set(), "filename_scraping": set()}
    caller = make(reader=lambda source: None if b"broken" in source.read_bytes() else DRAWING)
    uploads = [caller.completed(NAMED), caller.completed("scan.pdf"), caller.completed("a.txt", "text/plain")]
    [broken] = caller.create("b.pdf")
    caller.update(broken, file_upload_id=caller.stored(b"broken"), upload_status="COMPLETED")
    other = caller.world.projects[1]
    for _ in range(3):
        for upload in (*uploads, broken):
            for name, told in caller.show(upload)["integration_statuses"].items():
                if name in seen:
                    seen[name].add(told)
        clock.advance(8)
    caller.project = other
    seen["filename_scraping"].add(
        caller.show(caller.completed(NAMED))["integration_statuses"]["filename_scraping"]
    )
    assert seen == {"ml": SETTLED, "filename_scraping": SETTLED}


@pytest.mark.rule("B35")
@pytest.mark.parametrize(
    ("mime", "read"), [("application/pdf", True), ("image/png", False), ("text/plain", False)]
)
def test_b35_only_pdfs_are_read_whatever_they_are_called(caller: ApiCaller, mime: str, read: bool) -> None:
    upload = caller.completed("scan.pdf", mime)
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert shown["integration_statuses"]["ml"] == ("completed" if read else "not_applicable")
    assert (caller.field(shown, "description")["label_source"] == "ML") is read


@pytest.mark.rule("B36")
def test_b36_scores_are_between_0_and_1_and_of_ml_alone(caller: ApiCaller) -> None:
    upload = caller.completed(NAMED, scale="1:50")
    caller.sim.wait_ml()
    for field in caller.show(upload)["fields"]:
        assert ("confidence_score" in field) == (field["label_source"] in ("ML", "ML_FAILED"))
        assert 0 <= field.get("confidence_score", 0) <= 1


@pytest.mark.rule("B36", "B37")
def test_b36_every_field_fails_at_once(make: Make) -> None:
    caller = make(reader=lambda source: PdfReading(type=Guess("Drawing", 0.9)))
    upload = caller.completed("scan.pdf", number="X-1")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    for name in ("description", "revision", "date_authored"):
        field = caller.field(shown, name)
        assert (field["values"], field["label_source"], field["confidence_score"]) == ([], "ML_FAILED", 0)
    assert number(caller, upload) == ("MANUAL", ["X-1"]), "a failure takes nothing away"
    errors = shown["integrations"]["ml_processing"]["errors"]
    assert len(errors) == 4
    assert {error["reason_code"] for error in errors} == {"LOW_CONFIDENCE"}
    assert "number_ml" not in shown["integration_statuses"]["integration_response"]


@pytest.mark.rule("B37")
@pytest.mark.parametrize("moment", ["before", "while both run", "between", "after"])
def test_b37_the_caller_has_the_last_word_whenever_it_comes(
    caller: ApiCaller, clock: sim.ManualClock, moment: str
) -> None:
    given = {"number": "X-9"} if moment == "before" else {}
    upload = caller.completed(NAMED, **given)
    for due, seconds in (("while both run", 0), ("between", 4), ("after", 60)):
        clock.advance(seconds)
        if due == moment:
            caller.update(upload, fields=caller.fields(number="X-9"))
    clock.advance(60)
    assert number(caller, upload) == ("MANUAL", ["X-9"])
    told = caller.show(upload)["integration_statuses"]["integration_response"]
    said = [told[key] for key in ("number_ml", "number_scraping")]
    assert said == [{"value_id": text, "value_name": text} for text in ("A-101", "0101")]


@pytest.mark.rule("B37")
@pytest.mark.parametrize("first", ["ml", "scraping"])
@pytest.mark.parametrize(
    ("name", "reading", "manual", "expected"),
    [
        (NAMED, DRAWING, None, ("FILENAME_SCRAPING", ("0101",))),
        (NAMED, None, None, ("FILENAME_SCRAPING", ("0101",))),
        ("scan.pdf", DRAWING, None, ("ML", ("A-101",))),
        ("scan.pdf", PdfReading(type=Guess("Drawing", 0.9)), None, ("ML_FAILED", ())),
        ("scan.pdf", PdfReading(type=Guess("Other", 0.9)), None, ("SCRAPING_FAILED", ())),
        (NAMED, DRAWING, "X-9", ("MANUAL", ("X-9",))),
        ("scan.pdf", PdfReading(type=Guess("Drawing", 0.9)), "X-9", ("MANUAL", ("X-9",))),
    ],
)
def test_b37_precedence_in_either_order(
    caller: ApiCaller,
    first: str,
    name: str,
    reading: Any,
    manual: str | None,
    expected: tuple[str, tuple[str, ...]],
) -> None:
    field = caller.project.by_name["number"].id
    upload = Upload("u", caller.project.id, 1, name, "application/pdf", 0.0, "e")
    if manual:
        upload = replace(upload, entries={field: Entry((manual,), "MANUAL")})
    for step in ("ml", "scraping") if first == "ml" else ("scraping", "ml"):
        if step == "ml":
            changes = learned(caller.project, upload, reading, caller.sim._core.options)
        else:
            changes = scraped(caller.project, upload)
        upload = replace(upload, **changes)
    assert (upload.entries[field].source, upload.entries[field].values) == expected


@pytest.mark.rule("B30", "B37")
def test_b37_a_field_that_the_caller_emptied_can_be_filled(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed(NAMED, number="X-9")
    caller.update(upload, fields=caller.fields(number=[]))
    clock.advance(60)
    assert number(caller, upload) == ("FILENAME_SCRAPING", ["0101"])
    params = [{"id": upload, "fields": caller.fields(number="Y-1")}]
    update(caller, params, only_update_empty_fields=True)
    assert number(caller, upload) == ("FILENAME_SCRAPING", ["0101"])
    update(caller, params)
    assert number(caller, upload) == ("MANUAL", ["Y-1"])


@pytest.mark.rule("B38")
@pytest.mark.parametrize(
    ("name", "failed"),
    [
        (NAMED, []),
        ("RST-XXX-V1-ZZ-DR-A-0101.pdf", ["originator"]),
        ("rst-DEM-V1-ZZ-DR-A-0101.pdf", ["project"]),
        ("RST-DEM-V1-ZZ-DR-A.pdf", ["number"]),
        (
            "RST_DEM_V1_ZZ_DR_A_0101.pdf",
            ["project", "originator", "volume", "location", "type", "discipline", "number"],
        ),
    ],
)
def test_b38_what_each_segment_of_a_name_gives(
    caller: ApiCaller, clock: sim.ManualClock, name: str, failed: list[str]
) -> None:
    upload = caller.completed(name)
    clock.advance(1)
    shown = caller.show(upload)
    told = {field: caller.field(shown, field)["label_source"] for field in caller.project.naming}
    # The project has its default; what a file name lacks does not take it away (B24).
    assert {field for field, source in told.items() if source != "FILENAME_SCRAPING"} == set(failed)
    assert {told[name] for name in failed} <= {
        "SYSTEM" if name == "project" else "SCRAPING_FAILED" for name in failed
    }
    assert caller.labels(shown, "project") == ["Riverside Tower"]
    outcome = shown["integrations"]["scraping_processing"]
    assert [caller.project.by_id[error["field_id"]].name for error in outcome["errors"]] == failed
    assert {error["reason_code"] for error in outcome["errors"]} <= {"FILENAME_NOT_CONTAINS_CODE"}
    assert len(outcome["success"]) == len(caller.project.naming) - len(failed)


@pytest.mark.rule("B39")
def test_b39_every_label_source_can_be_met(make: Make) -> None:
    caller = make(reader=lambda source: replace(DRAWING, date_authored=None))
    upload = caller.completed("RST-none-V1.pdf", scale="1:50")
    match = {"id": caller.project.by_name["notes"].id, "values": ["x"], "label_source": "CONTAINER_MATCH"}
    caller.update(upload, fields=[match])
    caller.sim.wait_ml()
    met = {field["label_source"] for field in caller.show(upload)["fields"]}
    assert met == {
        *("MANUAL", "NONE", "FILENAME_SCRAPING", "SCRAPING_FAILED"),
        *("ML", "ML_FAILED", "SYSTEM", "CONTAINER_MATCH"),
    }  # fmt: skip
