"""Machine learning and filename scraping (B32–B38)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.samples import write_samples
from tests.support.simulator.api_caller import DRAWING, ApiCaller, Guess, PdfReading

NAMED = "RST-DEM-V1-ZZ-DR-A-0101.pdf"


def statuses(caller: ApiCaller, upload: str) -> tuple[str, str]:
    told = caller.show(upload)["integration_statuses"]
    return told["ml"], told["filename_scraping"]


@pytest.mark.rule("B32", "B34")
def test_b32_and_b34_completion_starts_both(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed(NAMED)
    assert statuses(caller, upload) == ("in_progress", "in_progress")
    clock.advance(1)
    assert statuses(caller, upload) == ("in_progress", "completed")
    clock.advance(6.9)
    assert statuses(caller, upload) == ("in_progress", "completed")
    clock.advance(1)
    assert statuses(caller, upload) == ("completed", "completed")


@pytest.mark.rule("B34")
def test_b34_a_project_without_a_standard_is_not_scraped(caller: ApiCaller) -> None:
    caller.project = caller.world.projects[1]
    assert statuses(caller, caller.completed(NAMED)) == ("in_progress", "not_applicable")


@pytest.mark.rule("B35")
def test_b35_ml_is_for_pdfs_alone(caller: ApiCaller) -> None:
    assert statuses(caller, caller.completed("a.png", "image/png"))[0] == "not_applicable"


@pytest.mark.rule("B35")
def test_b35_documents_do_not_finish_in_one_instant(caller: ApiCaller, clock: sim.ManualClock) -> None:
    uploads = [caller.completed(f"{n}.pdf") for n in range(6)]
    seen = set()
    for _ in range(40):
        clock.advance(0.25)
        seen.add(sum(statuses(caller, upload)[0] == "completed" for upload in uploads))
    assert {0, 6} < seen


@pytest.mark.rule("B35")
def test_b35_the_slow_scenario(make: Callable[..., ApiCaller], clock: sim.ManualClock) -> None:
    caller = make(scenario="slow-ml")
    upload = caller.completed()
    clock.advance(29.9)
    assert statuses(caller, upload)[0] == "in_progress"
    clock.advance(4)
    assert statuses(caller, upload)[0] == "completed"


@pytest.mark.rule("B36")
def test_b36_what_ml_fills(caller: ApiCaller) -> None:
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    told = {
        name: (caller.labels(shown, name), caller.field(shown, name)["confidence_score"])
        for name in ("type", "description", "number", "revision", "date_authored")
    }
    assert told == {
        "type": (["Drawing"], 0.97),
        "description": (["Ground floor plan"], 0.812),
        "number": (["A-101"], 0.9),
        "revision": (["P01"], 0.7),
        "date_authored": (["2026-03-05T00:00:00Z"], 0.6),
    }
    assert {caller.field(shown, name)["label_source"] for name in told} == {"ML"}
    outcome = shown["integrations"]["ml_processing"]
    assert len(outcome["success"]) == 5
    assert outcome["errors"] == []


@pytest.mark.rule("B36")
def test_b36_a_field_it_failed_on(make: Callable[..., ApiCaller]) -> None:
    partial = PdfReading(type=Guess("Drawing", 0.9), number=Guess("A-1", 0.5), revision=Guess("P-01/x", 0.9))
    caller = make(reader=lambda source: partial)
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    failed = {"description", "date_authored", "revision"}  # the revision has special characters
    for name in failed:
        field = caller.field(shown, name)
        assert (field["values"], field["label_source"], field["confidence_score"]) == ([], "ML_FAILED", 0)
    errors = shown["integrations"]["ml_processing"]["errors"]
    assert {caller.project.by_id[error["field_id"]].name for error in errors} == failed
    assert {error["source"] for error in errors} == failed, "the names of the fields (B38)"
    assert {error["reason_code"] for error in errors} == {"LOW_CONFIDENCE"}


@pytest.mark.rule("B36")
@pytest.mark.parametrize("kind", ["Specification", "Other"])
def test_b36_only_drawings_get_more_than_their_type(make: Callable[..., ApiCaller], kind: str) -> None:
    caller = make(reader=lambda source: PdfReading(Guess(kind, 0.9), Guess("7", 0.9), Guess("x", 0.9)))
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert caller.labels(shown, "type") == [kind]
    assert caller.field(shown, "description")["label_source"] == "NONE"


@pytest.mark.rule("B36")
def test_b36_a_pdf_that_cannot_be_read_holds_up_nobody(make: Callable[..., ApiCaller]) -> None:
    def reader(source: Any) -> PdfReading:
        if "first" in order.pop(0):
            raise RuntimeError("broken")
        return DRAWING

    order = ["first", "second"]
    caller = make(reader=reader)
    broken, sound = caller.completed("a.pdf"), caller.completed("b.pdf")
    caller.sim.wait_ml()
    assert statuses(caller, broken)[0] == "error"
    assert caller.field(caller.show(broken), "type")["label_source"] == "ML_FAILED"
    assert statuses(caller, sound)[0] == "completed"


@pytest.mark.rule("B37")
def test_b37_manual_is_never_overwritten_and_ml_is_still_reported(
    caller: ApiCaller, clock: sim.ManualClock
) -> None:
    upload = caller.completed(NAMED, number="X-9", type="Report")
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert caller.labels(shown, "number") == ["X-9"]
    assert caller.labels(shown, "type") == ["Report"]
    assert caller.field(shown, "number")["label_source"] == "MANUAL"
    drawing = next(value.id for value in caller.project.by_name["type"].values if value.code == "DR")
    told = shown["integration_statuses"]["integration_response"]
    assert {key: said for key, said in told.items() if key in ("type_scraping", "number_scraping")} == {
        "type_scraping": {"value_id": drawing, "value_name": "Drawing"},
        "number_scraping": {"value_id": "0101", "value_name": "0101"},
    }
    assert {key: said for key, said in told.items() if key.endswith("_ml")} == {
        "type_ml": {"value_id": drawing, "value_name": "Drawing"},
        "number_ml": {"value_id": "A-101", "value_name": "A-101"},
        "description_ml": {"value_id": "Ground floor plan", "value_name": "Ground floor plan"},
        "date_authored_ml": {"value_id": "2026-03-05T00:00:00Z", "value_name": "2026-03-05T00:00:00Z"},
    }
    assert {said["value_name"] for said in told.values()} >= {"Riverside Tower", "Architect", "Tower"}


@pytest.mark.rule("B37")
@pytest.mark.parametrize("ml_seconds", [0.0, 8.0])
def test_b37_scraping_goes_before_ml_whichever_ends_first(
    make: Callable[..., ApiCaller], ml_seconds: float
) -> None:
    caller = make(ml_seconds=ml_seconds)
    upload = caller.completed(NAMED)
    caller.sim.wait_ml()
    shown = caller.show(upload)
    assert caller.labels(shown, "number") == ["0101"]
    assert caller.field(shown, "number")["label_source"] == "FILENAME_SCRAPING"
    assert caller.field(shown, "description")["label_source"] == "ML"


@pytest.mark.rule("B37")
def test_b37_precedence_does_not_hang_on_the_order_of_arrival(caller: ApiCaller) -> None:
    from pdm_nb.sim.documents.processing import learned, scraped
    from pdm_nb.sim.world.records import Upload

    upload = Upload("u", caller.project.id, 1, NAMED, "application/pdf", 0.0, "e")
    field = caller.project.by_name["number"].id
    from dataclasses import replace

    ml_first = replace(upload, **learned(caller.project, upload, DRAWING, caller.sim._core.options))
    assert ml_first.entries[field].source == "ML"
    both = replace(ml_first, **scraped(caller.project, ml_first))
    assert (both.entries[field].source, both.entries[field].values) == ("FILENAME_SCRAPING", ("0101",))
    # A name that says nothing takes nothing away from what ML found.
    silent = replace(ml_first, file_name="scan.pdf")
    assert scraped(caller.project, silent)["entries"][field].source == "ML"


@pytest.mark.rule("B38")
def test_b38_values_by_exact_code(make: Callable[..., ApiCaller], clock: sim.ManualClock) -> None:
    caller = make(scenario="iso19650")
    upload = caller.completed(NAMED)
    clock.advance(1)
    shown = caller.show(upload)
    codes = {}
    for name in caller.project.naming:
        field = caller.field(shown, name)
        assert field["label_source"] == "FILENAME_SCRAPING"
        codes[name] = field["values"][0].get("code", field["values"][0]["label"])
    assert "-".join(codes.values()) == NAMED.removesuffix(".pdf")
    assert shown["match_criteria"] == f"{NAMED.removesuffix('.pdf')}|application/pdf"  # B33


@pytest.mark.rule("B38")
def test_b38_what_the_name_does_not_say(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed("RST-dem-V1-ZZ-DR-A-0101.pdf")
    other = caller.completed("Floor plan final.pdf")
    clock.advance(1)
    shown = caller.show(upload)
    assert caller.field(shown, "originator")["label_source"] == "SCRAPING_FAILED"  # codes are exact
    [error] = shown["integrations"]["scraping_processing"]["errors"]
    assert error["reason_code"] == "FILENAME_NOT_CONTAINS_CODE"
    assert error["field_id"] == caller.project.by_name["originator"].id
    assert error["source"] == "Originator", "the field's label"
    assert "Number" in [one["source"] for one in shown["integrations"]["scraping_processing"]["success"]]
    nothing = caller.show(other)
    assert nothing["integration_statuses"]["filename_scraping"] == "error"
    assert len(nothing["integrations"]["scraping_processing"]["errors"]) == 7


@pytest.mark.rule("B38")
def test_b38_inactive_codes_are_not_recognised(caller: ApiCaller, clock: sim.ManualClock) -> None:
    code = next(value.code for value in caller.project.by_name["originator"].values if not value.active)
    upload = caller.completed(f"RST-{code}-V1-ZZ-DR-A-0101.pdf")
    clock.advance(1)
    assert caller.field(caller.show(upload), "originator")["label_source"] == "SCRAPING_FAILED"


@pytest.mark.rule("B47", "B50")
def test_jobs_leave_consumed_and_deleted_uploads_alone(caller: ApiCaller) -> None:
    """B47, B50: what is gone stays gone."""
    ready = {"type": "Report", "status": "S0", "revision": "1", "description": "x", "name": "a"}
    submitted, deleted = caller.completed("a.pdf", **ready), caller.completed("b.pdf")
    [revision] = caller.submit(submitted)["ids"]
    caller.sim.delete_upload(deleted)
    caller.sim.wait_ml()
    for upload in (submitted, deleted):
        caller.call("GET", caller.dm(f"document_uploads/{upload}", "2.1"), status=404)
    [row] = caller.revisions(revision)
    assert caller.field(row, "number")["values"] == []


@pytest.mark.rule("B36")
def test_ml_reads_the_sample_documents(make: Callable[..., ApiCaller], tmp_path: Path) -> None:
    """From real PDFs on disk to the fields, with the reader that is shipped."""
    caller = make(reader=None)
    samples = [
        s for s in write_samples(tmp_path / "samples", 12, 3) if s.kind in ("drawing", "specification")
    ]
    uploads = []
    for sample in samples:
        content = sample.path.read_bytes()
        [upload] = caller.create(sample.path.name, mime=sample.mime_type)
        caller.update(upload, file_upload_id=caller.stored(content), upload_status="COMPLETED")
        uploads.append(upload)
    caller.sim.wait_ml()
    told = [caller.show(upload)["integration_statuses"]["integration_response"] for upload in uploads]
    right = sum(
        answer["type_ml"]["value_name"] == sample.type
        for answer, sample in zip(told, samples, strict=True)
        if "type_ml" in answer
    )
    assert len(samples) >= 6
    assert right >= len(samples) - 1
