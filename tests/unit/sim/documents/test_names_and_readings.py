"""Contract variants of uploads: names, fields, defaults, completion, statuses (B20–B40, B72–B75)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.world.records import Container, Upload
from pdm_nb.sim.world.system_fields import SETTABLE, SYSTEM_FIELDS
from tests.support.simulator.api_caller import DRAWING, ApiCaller, Guess, PdfReading, messages, reasons
from tests.support.simulator.upload_calls import listed, update, values

Make = Callable[..., ApiCaller]
REPORT = {"type": "Report", "status": "S0", "revision": "P01", "description": "Sample"}


def raw(caller: ApiCaller, path: str, method: str = "GET", **more: Any) -> httpx2.Response:
    """A call whose response is not compared with the contract, for readings that the contract does not have."""
    return caller.send(method, path, headers=caller.headers, **more)


def shown(caller: ApiCaller, upload: str) -> dict[str, Any]:
    return raw(caller, caller.dm(f"document_uploads/{upload}")).json()["data"]


def fields_of(caller: ApiCaller, **query: Any) -> dict[str, dict[str, Any]]:
    rows = caller.data("GET", caller.dm("fields"), per_page=100, **query)
    return {row["name"]: row for row in rows}


# -- lists of fields and values (B20, B21)
@pytest.mark.rule("B20")
def test_b20_a_field_of_an_unknown_type_or_variant_cannot_be_set(make: Make) -> None:
    caller = make(scenario="unknown-fields")
    fields = fields_of(caller)
    assert fields["for_construction"]["type"] == "boolean"
    assert fields["risk"]["variant"] == "weighted"
    upload = caller.completed("a.txt", "text/plain", **REPORT)
    held = caller.field(caller.show(upload), "for_construction")
    assert (held["values"], held["label_source"]) == ([{"label": "false"}], "SYSTEM")
    for name, value in (("for_construction", "true"), ("risk", fields["risk"]["id"])):
        refused = caller.update(upload, 400, fields=[values(caller, name, value)])
        assert f"is the field {name}, whose type cannot be set" in messages(refused)[0]
    assert len(caller.submit(upload)["ids"]) == 1, "nothing else depends on them"


@pytest.mark.rule("B20")
def test_b20_filters_of_the_list_of_fields(caller: ApiCaller) -> None:
    fields = fields_of(caller)
    active = fields_of(caller, **{"filters[active]": "true"})
    assert set(fields) - set(active) == {"legacy_code"}
    assert set(fields_of(caller, **{"filters[active]": "false"})) == {"legacy_code"}
    affecting = fields_of(caller, **{"filters[can_affect_permissions]": "true", "filters[active]": "true"})
    assert set(affecting) == {"type", "status", "discipline"}
    assert fields_of(caller, **{"filters[color]": "blue"}) == fields, "any other is ignored"
    caller.call("GET", caller.dm("fields"), None, 400, **{"filters[active]": "maybe"})


@pytest.mark.rule("B20")
def test_b20_every_list_accepts_a_locale(caller: ApiCaller) -> None:
    for path in ("fields", "upload_requirements", "fields/type/values", "document_uploads"):
        caller.call("GET", caller.dm(path), per_page=100, locale="fr-FR")


@pytest.mark.rule("B20", reading="bare_values=False")
@pytest.mark.rule("B20", reading="bare_values=True")
@pytest.mark.parametrize("bare", [False, True])
def test_b20_what_a_value_has_in_a_response(make: Make, bare: bool) -> None:
    caller = make(bare_values=bare)
    record = caller.show(caller.completed("a.txt", "text/plain", type="Report", location="Roof"))
    entry, format_, place = (
        set(caller.field(record, name)["values"][0]) for name in ("type", "format", "location")
    )
    assert entry == format_ == ({"id", "code", "label"} | (set() if bare else {"active", "tags"}))
    assert place == {"id", "label"} | (set() if bare else {"code"})


@pytest.mark.rule("B21")
def test_b21_the_newer_parameters_are_accepted(caller: ApiCaller) -> None:
    path = caller.dm("fields/originator/values")
    usual = caller.data("GET", path, per_page=100)
    for name in ("include_all", "include_readonly"):
        assert caller.data("GET", path, per_page=100, **{name: "true"}) == usual
        caller.call("GET", path, None, 400, **{name: "maybe"})
    for name in ("document_collection_id", "upload_collection_id"):
        assert caller.data("GET", path, per_page=100, **{name: "7"}) == usual


# -- defaults and references (B24, B26, B29)
@pytest.mark.rule("B24")
def test_b24_defaults_come_from_the_system_and_can_be_set(caller: ApiCaller) -> None:
    upload = caller.completed("a.txt", "text/plain")
    record, account = caller.show(upload), str(caller.world.service_account.id)
    for name in ("authored_by", "uploaded_by", "originator", "project"):
        assert caller.field(record, name)["label_source"] == "SYSTEM"
    for name in ("authored_by", "uploaded_by"):
        assert caller.field(record, name)["values"][0]["id"] == account
    assert caller.labels(record, "project") == ["Riverside Tower"]
    assert caller.labels(record, "originator") == []
    other = str(caller.world.users[2].id)
    uploader = {"id": caller.field(record, "uploaded_by")["id"], "values": [other]}
    given = caller.fields(authored_by=other, originator="DEM", project="RST")
    caller.update(upload, fields=[*given, uploader])
    record = caller.show(upload)
    for name in ("authored_by", "uploaded_by", "originator", "project"):
        assert caller.field(record, name)["label_source"] == "MANUAL"
    assert caller.field(record, "uploaded_by")["values"][0]["id"] == other


@pytest.mark.rule("B26")
def test_b26_an_id_can_be_left_out_of_a_response_once(caller: ApiCaller) -> None:
    one, two = caller.completed("a.txt", "text/plain"), caller.completed("b.txt", "text/plain")
    params = [{"id": key, "fields": caller.fields(scale="1:7")} for key in (one, two)]
    caller.sim.add_fault("ids_left_out", operation="updateDocumentUploads")
    assert update(caller, params).json()["data"] == {"success": [{"id": two}], "failed": []}
    assert caller.labels(caller.show(one), "scale") == ["1:7"], "the work was done"
    assert len(update(caller, params).json()["data"]["success"]) == 2
    caller.sim.add_fault("ids_left_out", operation="listSelectedUploads")
    path = caller.dm("document_uploads/selected_uploads", "2.2")
    found = [caller.data("POST", path, {"ids": [one, two]}, per_page=100) for _ in range(2)]
    assert [[row["id"] for row in rows] for rows in found] == [[two], [one, two]]


@pytest.mark.rule("B29")
@pytest.mark.parametrize("name", ["location", "originator", "project_stage", "custom_field_481", "building"])
def test_b29_one_value_for_a_reference_whose_ids_are_numbers(caller: ApiCaller, name: str) -> None:
    listed_values = caller.data("GET", caller.dm(f"fields/{name}/values"), per_page=100)
    ids = [value["id"] for value in listed_values]
    assert all(one.isdigit() for one in ids)
    assert len(set(ids)) == len(ids)
    [upload] = caller.create("a.pdf")
    caller.update(upload, fields=[values(caller, name, ids[0])])
    assert reasons(caller.update(upload, 400, fields=[values(caller, name, *ids[:2])])) == [
        "INVALID_PROPERTY"
    ]


@pytest.mark.rule("B29")
def test_b29_an_empty_code_identifies_nothing(caller: ApiCaller) -> None:
    codes = {value["code"] for value in caller.data("GET", caller.dm("fields/building/values"), per_page=100)}
    assert codes == {"", "__"}
    assert caller.project.by_name["building"].by_code == {}


# -- completion (B32)
@pytest.mark.rule("B32", reading="show_incomplete=False")
@pytest.mark.rule("B32", reading="show_incomplete=True")
@pytest.mark.parametrize("is_shown", [False, True])
def test_b32_what_show_returns_before_completion(make: Make, is_shown: bool) -> None:
    caller = make(show_incomplete=is_shown)
    [upload] = caller.create("a.pdf")
    answer = caller.call("GET", caller.dm(f"document_uploads/{upload}"), None, 200 if is_shown else 404)
    if is_shown:
        told = answer.json()["data"]
        assert (told["upload_status"], told["upload_completed_at"]) == ("INCOMPLETE", None)
        assert told["upload_url"].startswith("http")
        assert told["url_expires_at"] > caller.sim.clock.now()
    assert listed(caller) == []
    caller.update(upload, file_upload_id=caller.stored(), upload_status="COMPLETED")
    assert "upload_url" not in caller.show(upload)


@pytest.mark.rule("B32", reading="completes_itself=True")
@pytest.mark.rule("B32", reading="completes_itself=False")
@pytest.mark.parametrize("by_itself", [False, True])
def test_b32_an_upload_may_complete_itself(make: Make, clock: sim.ManualClock, by_itself: bool) -> None:
    caller = make(completes_itself=by_itself)
    [upload] = caller.create("a.pdf")
    caller.update(upload, fields=caller.fields(name="Plan", **REPORT))
    assert listed(caller) == [], "there is no file yet"
    caller.update(upload, file_upload_id=caller.stored())
    assert listed(caller) == ([upload] if by_itself else [])
    caller.update(upload, upload_status="COMPLETED")
    clock.advance(60)
    assert caller.show(upload)["integration_statuses"]["ml"] == "completed"


@pytest.mark.rule("B32", reading="completes_itself=True")
def test_b32_not_before_all_required_fields_are_filled(make: Make) -> None:
    caller = make(completes_itself=True)
    [upload] = caller.create("a.txt", mime="text/plain")
    caller.update(upload, file_upload_id=caller.stored(), fields=caller.fields(**REPORT))
    assert listed(caller) == []
    caller.update(upload, fields=caller.fields(name="Plan"))
    assert listed(caller) == [upload]


# -- names (B33, B40)
@pytest.mark.rule("B33", "B40")
def test_b33_a_plain_name_is_a_field_and_makes_the_document(caller: ApiCaller) -> None:
    assert "variant" not in fields_of(caller)["name"]
    one = caller.completed("a.txt", "text/plain", **REPORT, name="Ground floor plan")
    two = caller.completed("b.txt", "text/plain", **REPORT | {"revision": "P02"}, name="Ground floor plan")
    first, second = caller.show(one), caller.show(two)
    name = caller.field(first, "name")
    assert (name["values"], name["label_source"]) == ([{"label": "Ground floor plan"}], "MANUAL")
    assert "variant" not in name
    assert first["match_criteria"] == "Ground floor plan|text/plain"
    assert caller.revisions(*caller.submit(one)["ids"], *caller.submit(two)["ids"])[1]["fields"]
    container = caller.sim._core.store.get(Container, f"{caller.project.id}/Ground floor plan|text/plain")
    assert len(container.revisions) == 2, "two files of one name are two versions of one document"
    assert second["match_criteria"] == first["match_criteria"]


@pytest.mark.rule("B33", reading="empty_name='refused'")
def test_b33_without_a_name_a_submit_is_refused(caller: ApiCaller) -> None:
    upload = caller.completed("Site plan.txt", "text/plain", **REPORT, name=[])
    record = caller.show(upload)
    assert (caller.labels(record, "name"), record["match_criteria"]) == ([], "")
    assert record["document_container_id"] is None
    [detail] = caller.submit(upload, status=422)["details"]
    assert (detail["reason_code"], "name" in detail["message"]) == ("INVALID_INPUT", True)
    caller.update(upload, fields=caller.fields(name="Site plan"))
    caller.sim.wait_ml()
    assert caller.show(upload)["document_container_id"] is not None
    caller.update(upload, fields=caller.fields(name=[]))
    assert caller.show(upload)["document_container_id"] is None
    assert caller.submit(upload, status=422)["details"][0]["reason_code"] == "INVALID_INPUT"


@pytest.mark.rule("B33", reading="empty_name='filled'")
def test_b33_or_it_is_filled_from_the_file_name(make: Make) -> None:
    caller = make(empty_name="filled")
    upload = caller.completed("Site plan.txt", "text/plain", **REPORT, name=[])
    name = caller.field(caller.show(upload), "name")
    assert (name["values"], name["label_source"]) == ([{"label": "Site plan"}], "SYSTEM")
    given = caller.completed("Site plan.txt", "text/plain", **REPORT, name="Other")
    assert caller.field(caller.show(given), "name")["label_source"] == "MANUAL"
    assert len(caller.submit(upload)["ids"]) == 1


@pytest.mark.rule("B33", reading="computed_name_listed='computed'")
@pytest.mark.rule("B33", reading="computed_name_listed='plain'")
@pytest.mark.rule("B33", reading="computed_name_listed='absent'")
@pytest.mark.parametrize("how", ["computed", "plain", "absent"])
def test_b33_a_computed_name_in_the_list_of_fields(make: Make, how: str) -> None:
    caller = make(scenario="iso19650", computed_name_listed=how)
    fields = fields_of(caller)
    assert ("name" in fields) == (how != "absent")
    if how != "absent":
        assert fields["name"].get("variant") == ("computed" if how == "computed" else None)
        assert fields["name"]["readonly"] is False
    record = caller.show(caller.completed("a.pdf"))
    assert caller.field(record, "name")["variant"] == "computed", "so an upload has it, whatever is listed"
    required = caller.data("GET", caller.dm("upload_requirements"), per_page=100)[0][
        "fields_required_by_project"
    ]
    assert "name" in [field["name"] for field in required]


@pytest.mark.rule("B33", reading="set_computed_name='refused'")
@pytest.mark.rule("B33", reading="set_computed_name='ignored'")
@pytest.mark.parametrize("how", ["refused", "ignored"])
def test_b33_setting_a_computed_name(make: Make, how: str) -> None:
    caller = make(scenario="us-ncs", set_computed_name=how)
    upload = caller.completed("a.pdf", type="Drawing", discipline="A", number="101")
    answer = caller.update(upload, 400 if how == "refused" else 207, fields=[values(caller, "name", "Mine")])
    if how == "refused":
        assert messages(answer) == ["update_params.0.fields.0.id is the readonly field name"]
    assert caller.labels(caller.show(upload), "name") == ["A-101"]


@pytest.mark.rule("B33")
@pytest.mark.parametrize(
    ("scenario", "computed"),
    [("default", False), ("messy", False), ("large", False), ("iso19650", True), ("us-ncs", True)],
)
def test_b33_which_projects_compute_the_name(make: Make, scenario: str, computed: bool) -> None:
    assert make(scenario=scenario, uploads=0).project.by_name["name"].is_computed is computed


# -- machine learning (B36)
@pytest.mark.rule("B36", reading="other_type='Other'")
@pytest.mark.rule("B36", reading="other_type=''")
@pytest.mark.parametrize("other", ["Other", ""])
def test_b36_the_type_of_what_is_neither(make: Make, other: str) -> None:
    caller = make(other_type=other, reader=lambda source: PdfReading(Guess("Other", 0.8)))
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    record = caller.show(upload)
    assert caller.labels(record, "type") == ([other] if other else [])
    said = record["integration_statuses"]["integration_response"]
    assert ("type_ml" in said) == bool(other)


@pytest.mark.rule("B36", reading="failed_score=True")
@pytest.mark.rule("B36", reading="failed_score=False")
@pytest.mark.parametrize("score", [True, False])
def test_b36_the_score_of_a_failed_field(make: Make, score: bool) -> None:
    caller = make(failed_score=score, reader=lambda source: PdfReading(Guess("Drawing", 0.8)))
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    failed = caller.field(caller.show(upload), "description")
    assert (failed["label_source"], failed.get("confidence_score")) == ("ML_FAILED", 0 if score else None)


@pytest.mark.rule("B36", reading="description_type='rich_text'")
@pytest.mark.rule("B36", reading="description_type='string'")
@pytest.mark.parametrize("kind", ["rich_text", "string"])
def test_b36_the_type_of_the_description(make: Make, kind: str) -> None:
    caller = make(description_type=kind)
    upload = caller.completed("scan.pdf")
    caller.sim.wait_ml()
    assert fields_of(caller)["description"]["type"] == kind
    held = caller.field(caller.show(upload), "description")
    assert (held["type"], held["values"]) == (kind, [{"label": "Ground floor plan"}])
    default = caller.data("GET", caller.dm("upload_requirements"))[0]
    assert [field["type"] for field in default["additional_required_fields"]] == [kind]


@pytest.mark.rule("B37")
def test_b37_what_was_proposed_is_reported_for_several_fields(caller: ApiCaller) -> None:
    upload = caller.completed("RST-DEM-V1-ZZ-DR-A-0101.pdf", type="Report", number="9")
    caller.sim.wait_ml()
    said = caller.show(upload)["integration_statuses"]["integration_response"]
    assert said["type_ml"]["value_name"] == said["type_scraping"]["value_name"] == "Drawing"
    assert said["originator_scraping"]["value_id"] in caller.project.by_name["originator"].by_id
    assert {name for name in said if name.endswith("_ml")} == {
        *("type_ml", "number_ml", "description_ml", "date_authored_ml")
    }
    assert DRAWING.number is not None
    assert said["number_ml"]["value_name"] == DRAWING.number.value


# -- statuses that are not there (B72)
@pytest.mark.rule("B72", reading="status_spelling='absent'")
@pytest.mark.rule("B72", reading="status_spelling='null'")
@pytest.mark.parametrize("spelling", ["absent", "null"])
def test_b72_statuses_may_be_missing_or_null(make: Make, spelling: str) -> None:
    caller = make(status_spelling=spelling)
    upload = caller.completed()
    caller.sim.wait_ml()
    record = shown(caller, upload)
    assert ("integration_statuses" in record) == (spelling == "null")
    assert record.get("integration_statuses") is None
    assert "integrationStatuses" not in record
    assert record["upload_status"] == "COMPLETED"
    assert caller.labels(record, "description") == ["Ground floor plan"], "ML did its work all the same"


# -- system fields (B73)
@pytest.mark.rule("B73")
def test_b73_system_fields_by_the_vendors_names(caller: ApiCaller, clock: sim.ManualClock) -> None:
    upload = caller.completed("A-101.pdf", status="S0", revision="P01", type="Report", description="x")
    clock.advance(90)
    caller.update(upload, fields=caller.fields(scale="1:7"))
    record = caller.show(upload)
    held = {name: caller.labels(record, name) for name in SYSTEM_FIELDS}
    assert held["original_filename"] == ["A-101.pdf"]
    assert held["format"] == ["PDF"]
    assert held["file_size"] == [str(len(b"%PDF-1.7 sample"))]
    assert held["uploaded_at"] == [record["upload_completed_at"]]
    assert held["created_at"] == [record["upload_requested_at"]]
    assert held["updated_at"] > held["uploaded_at"]
    assert held["version"] == []
    assert held["item_content"] == ["Document"]
    assert held["in_active_workflow"] == held["submitted_into_drawings"] == ["No"]
    assert {name for name, labels in held.items() if labels} == {
        *("original_filename", "format", "file_size", "created_at", "updated_at", "uploaded_at"),
        *("uploaded_by", "updated_by", "item_content", "in_active_workflow", "submitted_into_drawings"),
    }
    [revision] = caller.submit(upload)["ids"]
    [row] = caller.revisions(revision)
    assert caller.labels(row, "version") == ["1"]
    assert caller.labels(row, "original_filename") == ["A-101.pdf"]
    assert caller.field(row, "format")["values"] == caller.field(record, "format")["values"]


@pytest.mark.rule("B73", reading="format_type='lov_entry'")
@pytest.mark.rule("B73", reading="format_type='string'")
@pytest.mark.parametrize("kind", ["lov_entry", "string"])
def test_b73_the_type_of_the_format(make: Make, kind: str) -> None:
    caller = make(format_type=kind)
    field = caller.field(caller.show(caller.completed("A-101.pdf")), "format")
    [value] = field["values"]
    assert (field["type"], value["label"]) == (kind, "PDF")
    if kind == "string":
        assert set(value) == {"label"}
    else:
        assert (value["code"], value["tags"]) == ("application/pdf", ["document-service:extension.pdf"])


@pytest.mark.rule("B73", reading="settable_system_fields=True")
@pytest.mark.rule("B73", reading="settable_system_fields=False")
@pytest.mark.parametrize("settable", [True, False])
def test_b73_which_system_fields_can_be_set(make: Make, settable: bool) -> None:
    caller = make(settable_system_fields=settable)
    upload = caller.completed("a.txt", "text/plain")
    for name in SYSTEM_FIELDS:
        item = {"id": caller.field(caller.show(upload), name)["id"], "values": []}
        caller.update(upload, 207 if settable and name in SETTABLE else 400, fields=[item])
    assert not set(SYSTEM_FIELDS) & set(fields_of(caller)), "none is in the list of fields, in either"


# -- workflows (B74)
@pytest.mark.rule("B74", reading="assigned_workflow='Design review'")
@pytest.mark.rule("B74", reading="assigned_workflow=''")
@pytest.mark.parametrize("workflow", ["", "Design review"])
def test_b74_the_workflow_that_an_upload_is_assigned_to(make: Make, workflow: str) -> None:
    caller = make(assigned_workflow=workflow)
    field = caller.field(caller.show(caller.completed("a.txt", "text/plain")), "assigned_workflow")
    assert [value["label"] for value in field["values"]] == ([workflow] if workflow else [])
    assert field["label_source"] == ("SYSTEM" if workflow else "NONE")
    assert field["variant"] == "procore_workflow_template_preset"
    with pytest.raises(ValueError, match="assigned_workflow must be one of Design review"):
        make(assigned_workflow="Lunch")


@pytest.mark.rule("B74")
def test_b74_a_revision_shows_whether_it_is_in_a_workflow(make: Make) -> None:
    caller = make(scenario="workflow-conflicts")
    upload = caller.ready("a.txt")
    assert caller.labels(caller.show(upload), "assigned_workflow") == ["Design review"]
    assert caller.labels(caller.show(upload), "in_active_workflow") == ["No"]
    [row] = caller.revisions(*caller.submit(upload)["ids"])
    assert caller.labels(row, "in_active_workflow") == ["Yes"]


# -- containers by hand (B75)
@pytest.mark.rule("B75", "B39")
def test_b75_an_upload_is_put_into_a_container_by_hand(caller: ApiCaller) -> None:
    first = caller.completed("a.txt", "text/plain", **REPORT, name="Site plan", scale="1:50")
    caller.sim.wait_ml()
    container = caller.show(first)["document_container_id"]
    [revision] = caller.submit(first)["ids"]
    other = caller.completed("b.txt", "text/plain", name="Plan of the site", revision="P02")
    caller.update(other, document_container_id=container)
    caller.sim.wait_ml()
    record = caller.show(other)
    assert record["document_container_id"] == container
    assert record["match_criteria"] == "Site plan|text/plain"
    sources = {
        name: caller.field(record, name)["label_source"] for name in ("name", "revision", "scale", "type")
    }
    assert sources == {
        **{"name": "MANUAL", "revision": "MANUAL"},
        **{"scale": "CONTAINER_MATCH", "type": "CONTAINER_MATCH"},
    }
    assert caller.labels(record, "scale") == ["1:50"]
    [newer] = caller.submit(other)["ids"]
    rows = caller.revisions(revision, newer)
    assert [caller.labels(row, "version") for row in rows] == [["1"], ["2"]]


@pytest.mark.rule("B40", "B75")
def test_b75_another_name_moves_it_out_again(caller: ApiCaller) -> None:
    first = caller.completed("a.txt", "text/plain", **REPORT, name="Site plan")
    caller.sim.wait_ml()
    container = caller.show(first)["document_container_id"]
    other = caller.completed("b.txt", "text/plain", name="Plan")
    caller.update(other, document_container_id=container)
    caller.update(other, fields=caller.fields(scale="1:7"))
    caller.sim.wait_ml()
    assert caller.show(other)["document_container_id"] == container, "not what the name is made of"
    caller.update(other, fields=caller.fields(name="Section"))
    assert caller.show(other)["match_criteria"] == "Section|text/plain"
    refused = caller.update(other, 400, document_container_id="nothing")
    assert messages(refused) == ["update_params.0.document_container_id names no container of this project"]
    assert caller.sim._core.store.get(Upload, other).placed_in == ""


@pytest.mark.rule("B75")
def test_b75_one_update_for_all_uploads_takes_one_item(caller: ApiCaller) -> None:
    one, two = caller.completed("a.txt", "text/plain"), caller.completed("b.txt", "text/plain")
    update(caller, [{"id": one, "fields": caller.fields(scale="1:7")}], update_all_document_uploads=True)
    assert [caller.labels(caller.show(u), "scale") for u in (one, two)] == [["1:7"], ["1:7"]]
    update(caller, [{"id": one}, {"id": two}], 400, update_all_document_uploads=True)
