"""Each open rule: what the responses show of it, in every reading, and "not seen" if they show nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from pdm_nb.api.permissions import ALL_VISIBLE
from pdm_nb.api.protocol.requests import Scope
from pdm_nb.verify.calls import Verification
from pdm_nb.verify.compare_shapes import compare
from pdm_nb.verify.readings import QUESTIONS, read_all, remember
from pdm_nb.verify.response import ObservedResponses
from tests.support.network.fake_service import UPLOAD, FakeService, field_of, sample

Edit = Callable[[FakeService], object]
SCOPE = Scope("7", "8")


def look(service: FakeService, **more: Any) -> ObservedResponses:
    return asyncio.run(Verification(service.wire.client(), SCOPE, **more).run())


def readings(service: FakeService, **more: Any) -> dict[str, str | None]:
    return {one.name: one.found for one in read_all(look(service, **more))}


def test_the_samples_have_no_difference_and_their_readings() -> None:
    service = FakeService()
    seen = look(service, recycled=True)
    assert [one for response in seen.responses for one in compare(response)] == []
    assert {one.name: one.found for one in read_all(seen)} == {
        "page_size": "honoured",
        "total_header": "always there",
        "link_header": "always there",
        "link_relations": "none",
        "sparse_links": None,
        "limit_headers": "none",
        "forbidden_reason": None,
        "unknown_types": "none",
        "bare_values": "no",
        "reference_codes": "empty, used",
        "name_kind": "plain",
        "computed_name_listed": None,
        "empty_name": None,
        "status_spelling": "snake",
        "description_type": "rich_text",
        "suggestion_spelling": "value_id",
        "reveal_upload_id": "yes",
        "masked_rows": None,
        "revision_list": "offered",
        "recycle_bin": "offered",
        "position_type": "string",
        "download_host": "another host",
        "access_level": "Admin",
        "show_v20": "offered",
        "selected_uploads": "v2.2, 200",
        "selected_revisions": "v2.2, 200",
        "format_type": "lov_entry",
        "placeholders": None,
        "revision_rows": "guide",
        "match_type": "null",
    }


def _computed(row: dict[str, Any]) -> None:
    field_of(row, "name")["variant"] = "computed"


def _other_spelling(service: FakeService, kind: str) -> None:
    def edit(row: dict[str, Any]) -> None:
        snake = row.pop("integration_statuses")
        camel = sample("show_document_upload.other_spelling")["data"]["integrationStatuses"]
        changes: dict[str, Any] = {
            "camel": {"integrationStatuses": camel},
            "both": {"integration_statuses": snake, "integrationStatuses": camel},
            "absent": {},
            "null": {"integration_statuses": None},
            "null inside": {"integration_statuses": {"ml": None, "filename_scraping": None}},
        }
        row |= changes[kind]

    service.change_uploads(edit)


def _rows_of_the_reference(row: dict[str, Any]) -> None:
    row["indexUpdatedAt"] = row.pop("index_updated_at")
    row["match_type"] = {"kind": "EXACT"}
    del row["upload_id"]


def _system_name(row: dict[str, Any]) -> None:
    field_of(row, "name").update(label_source="SYSTEM", values=[{"label": "A-101"}])


CASES: list[tuple[str, Edit, str, str | None]] = [
    ("B16", lambda s: s.refuse("listRevisions", 403), "forbidden_reason", "ACCESS_DENIED"),
    (
        "B16",
        lambda s: s.refuse("listRevisions", 403, {"error": {"details": [{"reason_code": "FORBIDDEN"}]}}),
        "forbidden_reason",
        "FORBIDDEN",
    ),
    ("B16", lambda s: s.refuse("listRevisions", 403, "<html>"), "forbidden_reason", None),
    (
        "B20",
        lambda s: s.change("listFields", lambda rows: rows[0].update(type="boolean")),
        "unknown_types",
        "boolean",
    ),
    (
        "B20",
        lambda s: s.change("listFields", lambda rows: rows[0].update(type="user@example.com")),
        "unknown_types",
        "(masked)",
    ),
    (
        "B20",
        lambda s: s.change("listFields", lambda rows: rows[0].update(type="smith")),
        "unknown_types",
        "(masked)",
    ),
    (
        "B29",
        lambda s: s.change_uploads(
            lambda row: [v.update(code="__") for f in row["fields"] if f["type"] == "reference" for v in f["values"]]
        ),
        "reference_codes",
        "__, empty, used",
    ),
    (
        "B20",
        lambda s: s.change_uploads(
            lambda row: [v.pop("tags", 0) for f in row["fields"] for v in f["values"]]
        ),
        "bare_values",
        "yes",
    ),
    ("B33", lambda s: s.change_uploads(_computed), "name_kind", "computed"),
    (
        "B33",
        lambda s: (
            s.change_uploads(_computed),
            s.change("listFields", lambda rows: rows.remove(next(r for r in rows if r["name"] == "name"))),
        ),
        "computed_name_listed",
        "absent",
    ),
    ("B33", lambda s: s.change_uploads(_computed), "computed_name_listed", "plain"),
    (
        "B33",
        lambda s: s.change("listFields", lambda rows: next(r for r in rows if r["name"] == "name").update(variant="computed")),
        "computed_name_listed",
        "computed",
    ),
    ("B33", lambda s: s.change_uploads(_system_name), "empty_name", "filled"),
    ("B34", lambda s: _other_spelling(s, "camel"), "status_spelling", "camel"),
    ("B34", lambda s: _other_spelling(s, "both"), "status_spelling", "both"),
    ("B72", lambda s: _other_spelling(s, "absent"), "status_spelling", "absent"),
    ("B72", lambda s: _other_spelling(s, "null"), "status_spelling", "null"),
    ("B72", lambda s: _other_spelling(s, "null inside"), "status_spelling", "null"),
    ("B36", lambda s: (s.change_uploads(lambda row: field_of(row, "description").update(type="string")),
                       s.change_revisions(lambda row: field_of(row, "description").update(type="string"))),
     "description_type", "string"),
    ("B37", lambda s: _other_spelling(s, "camel"), "suggestion_spelling", "valueId"),
    ("B37", lambda s: _other_spelling(s, "absent"), "suggestion_spelling", None),
    ("B46", lambda s: s.change_revisions(lambda row: row.pop("upload_id")), "reveal_upload_id", "no"),
    (
        "B51",
        lambda s: s.change_revisions(lambda row: row["permissions"].update(allowed_actions=[])),
        "masked_rows",
        "full",
    ),
    (
        "B51",
        lambda s: s.change_revisions(
            lambda row: [row.pop(key) for key in list(row) if key not in ("id", "fields", "permissions")]
            + [row["permissions"].update(allowed_actions=[])]
        ),
        "masked_rows",
        "bare",
    ),
    ("B62", lambda s: s.refuse("listRevisions", 404), "revision_list", "404"),
    ("B62", lambda s: s.refuse("listRevisions", 403), "revision_list", "403"),
    ("B62", lambda s: s.refuse("listRecycledRevisions", 403), "recycle_bin", "403"),
    ("B63", lambda s: s.change_revisions(lambda row: row.update(position_within_container=1)), "position_type", "integer"),
    ("B64", lambda s: s.change_revisions(lambda row: row.update(download_url="app.example.com/x")), "download_host", "without a scheme"),
    ("B65", lambda s: s.refuse("showPermissions", 403), "access_level", None),
    ("B65", lambda s: s.change("showPermissions", lambda body: body["tools"].clear()), "access_level", "not reported"),
    ("B70", lambda s: s.refuse("showDocumentUploadV20", 404), "show_v20", "404"),
    ("B70", lambda s: s.statuses.update(listSelectedUploads=201), "selected_uploads", "v2.2, 201"),
    ("B73", lambda s: (s.change_uploads(lambda row: field_of(row, "format").update(type="string")),
                       s.change_revisions(lambda row: field_of(row, "format").update(type="string"))),
     "format_type", "string"),
    ("B76", lambda s: s.change_uploads(
        lambda row: field_of(row, "item_content").update(values=[{"id": "Placeholder", "label": "Placeholder"}])),
     "placeholders", "seen"),
    ("B78", lambda s: s.change_revisions(_rows_of_the_reference), "revision_rows", "reference"),
    ("B78", lambda s: s.change_revisions(_rows_of_the_reference), "match_type", "object"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "edit", "name", "expected"), CASES, ids=[f"{c[0]}-{c[2]}-{c[3]}" for c in CASES]
)
def test_each_reading_is_found(rule: str, edit: Edit, name: str, expected: str | None) -> None:
    service = FakeService()
    edit(service)
    assert readings(service, recycled=True)[name] == expected
    assert rule in {"B72", *(one.rule for one in QUESTIONS if one.name == name)}


def test_a_plain_name_is_not_claimed_where_no_document_shows_it() -> None:
    """B33: a naming standard may make the name computed, though the list of fields does not say so."""
    service = FakeService()
    service.change("listDocumentUploads", lambda rows: rows.clear())
    assert readings(service)["name_kind"] is None
    service.change("listUploadRequirements", lambda rows: [row.update(naming_standard=None) for row in rows])
    assert readings(service)["name_kind"] == "plain"


def test_a_document_outside_of_the_standard_shows_nothing_of_its_name() -> None:
    """B17, B33."""
    service = FakeService()
    service.change_uploads(lambda row: field_of(row, "type").update(values=[]))
    assert readings(service)["name_kind"] is None


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_an_empty_project_answers_no_question_wrongly(name: str) -> None:
    """Lists without rows: "not seen", but for what the calls themselves show."""
    service = FakeService()
    for operation, body in service.bodies.items():
        if isinstance(body, list) or isinstance(body.get("data"), list):
            service.bodies[operation] = [] if isinstance(body, list) else {"data": []}
    shown = {"total_header", "link_header", "limit_headers", "revision_list", "access_level"}
    assert (readings(service)[name] is None) == (name not in shown)


def test_malformed_rows_stop_nothing() -> None:
    service = FakeService()
    strange = [
        None,
        7,
        "x",
        {},
        {"id": None, "fields": 3},
        {"fields": [None, {"name": "name", "values": [1]}]},
    ]
    for operation, body in service.bodies.items():
        service.bodies[operation] = (
            {"data": strange} if isinstance(body, dict) and "data" in body else strange
        )
    assert set(readings(service, recycled=True)) == {one.name for one in QUESTIONS}


# -- paging
def test_pages_that_are_smaller_than_asked_for() -> None:
    """B9."""
    service = FakeService()
    answer = service.wire.script

    def small(request: Any) -> Any:
        if "per_page" in request.url.params:
            url = request.url.copy_merge_params(
                {"per_page": str(min(3, int(request.url.params["per_page"])))}
            )
            request.url = url
        return answer(request)

    service.wire.script = small
    assert readings(service)["page_size"] == "at most 3"


def test_headers_of_lists_that_are_missing() -> None:
    """B9."""
    service = FakeService()
    answer = service.wire.script

    def without(request: Any) -> Any:
        response = answer(request)
        for name in ("Total", "Link"):
            response.headers.pop(name, None)
        return response

    service.wire.script = without
    found = readings(service)
    assert found["total_header"] == found["link_header"] == "missing on 12 of 12 lists"
    assert found["page_size"] is None


def test_the_relations_of_link() -> None:
    """B9: the second page may lack `prev`."""
    service = FakeService()
    link = '<https://api.test/x?page=1>; rel="first", <https://api.test/x?page=3>; rel="next"'
    service.headers = lambda number: {"Link": link}
    found = readings(service)
    assert (found["link_relations"], found["sparse_links"]) == ("first, next", "yes")
    link += ', <https://api.test/x?page=1>; rel="prev"'
    assert readings(service)["sparse_links"] == "no"


# -- the calls
def test_the_calls_only_read_and_are_few() -> None:
    """B71."""
    service = FakeService()
    seen = look(service, recycled=True)
    assert len(seen.responses) == len(service.wire.calls) <= 25
    reading = {"selected_uploads", "selected_revisions"}
    assert all(
        call.method == "GET" or call.url.path.rpartition("/")[2] in reading for call in service.wire.calls
    )
    assert all(slept == 1.0 for slept in service.wire.clock.slept)
    assert not any("recycled" in call.url.path for call in _calls(FakeService()))


def _calls(service: FakeService) -> list[Any]:
    look(service)
    return service.wire.calls


def test_a_service_that_refuses_everything_is_reported() -> None:
    service = FakeService()
    for operation in service.bodies:
        service.refuse(operation, 403)
    seen = look(service)
    assert {one.status for one in seen.responses} == {403}
    assert {one.name: one.found for one in read_all(seen)}["revision_list"] == "403"


def test_a_failing_call_is_sent_once() -> None:
    service = FakeService()
    service.refuse("listFields", 500, {})
    look(service)
    assert sum(call.url.path.endswith("/fields") for call in service.wire.calls) == 2  # its two pages


def test_refusals_by_a_limit_end_the_verification_in_time() -> None:
    """B12."""
    service = FakeService()
    service.statuses = dict.fromkeys(service.bodies, 429)
    assert {one.status for one in look(service).responses} == {429}
    assert len(service.wire.calls) == 25


def test_revisions_that_are_named_take_the_place_of_the_list() -> None:
    """B62."""
    service = FakeService()
    service.refuse("listRevisions", 404)
    assert readings(service)["reveal_upload_id"] is None
    assert readings(service, revision_ids=("R1", "R2", "R3", "R4"))["reveal_upload_id"] == "yes"
    (call,) = [c for c in service.wire.calls if c.url.path.endswith("/selected_revisions")]
    assert json.loads(call.content) == {"ids": ["R1", "R2", "R3"]}


def test_an_id_is_quoted_in_a_path() -> None:
    service = FakeService()
    service.change("listDocumentUploads", lambda rows: rows[0].update(id="../../me"))
    answer = service.wire.script
    paths: list[bytes] = []

    def quoted(request: Any) -> Any:
        paths.append(request.url.raw_path)
        if b"%2F" in request.url.raw_path:
            request.url = request.url.copy_with(path=f"/document_uploads/{UPLOAD}")
        return answer(request)

    service.wire.script = quoted
    look(service)
    assert any(path.endswith(b"/document_uploads/..%2F..%2Fme") for path in paths)


def test_what_was_found_is_remembered() -> None:
    """B71."""
    service = FakeService()
    service.refuse("listRevisions", 404)
    client = service.wire.client()
    memory = client.memory(SCOPE)
    memory.note_refusal("listSelectedUploads", 404)
    seen = asyncio.run(Verification(client, SCOPE).run())
    remember(memory, seen, read_all(seen))
    assert memory.reading("name_kind") == "plain"
    assert memory.refusal("listRevisions") == 404
    assert not memory.refused("listSelectedUploads")
    assert memory.reading(ALL_VISIBLE) is None
    assert client.observers == []


@pytest.mark.parametrize("status", [403, 404])
def test_a_project_that_is_closed_as_a_whole_is_not_remembered(status: int) -> None:
    """B4: it may be permitted again tomorrow."""
    service = FakeService()
    for operation in service.bodies:
        service.refuse(operation, status)
    client = service.wire.client()
    seen = asyncio.run(Verification(client, SCOPE).run())
    remember(client.memory(SCOPE), seen, read_all(seen))
    assert not client.memory(SCOPE).refused("listRevisions")


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_the_version_that_is_offered_is_found(gone: int) -> None:
    """B70, B71."""
    service = FakeService()
    answer = service.wire.script

    def older(request: Any) -> Any:
        version = request.url.path.split("/")[2]
        if request.url.path.endswith("/selected_uploads") and version in ("v2.2", "v2.1", "v2.0")[:gone]:
            return httpx2.Response(404, html="<html>Not Found</html>")
        return answer(request)

    service.wire.script = older
    client = service.wire.client()
    seen = asyncio.run(Verification(client, SCOPE).run())
    found = read_all(seen)
    remember(client.memory(SCOPE), seen, found)
    expected = ("v2.1, 200", "v2.0, 200", "404")[gone - 1]
    assert {one.name: one.found for one in found}["selected_uploads"] == expected
    assert client.memory(SCOPE).refused("listSelectedUploads") == (gone == 3)
    version = client.memory(SCOPE).reading("version of listSelectedUploads")
    assert version == ("2.1", "2.0", None)[gone - 1]
