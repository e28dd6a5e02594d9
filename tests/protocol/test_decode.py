"""Decoding: sample answers from `answers/`, with what real ones have beside the contract: extras, nulls, spellings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.model import FieldType, Value
from pdm_nb.protocol import decode

ANSWERS = Path(__file__).parent / "answers"


def answer(name: str) -> Any:
    return json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    return [pytest.param(body, id=case) for case, body in answer(name).items()]


def test_both_wrappings_are_taken_off() -> None:  # B10
    assert decode.data({"data": [1]}) == decode.data([1]) == [1]
    assert decode.data({"tools": []}) == {"tools": []}


@pytest.mark.parametrize(
    ("headers", "rows", "found", "last"),
    [
        ({"total": "250"}, 100, 100, False),
        ({"total": "250"}, 250, 50, True),
        ({"total": "0"}, 0, 0, True),
        ({"total": "250"}, 150, 0, True),  # rows went while we turned pages
        ({}, 100, 100, False),  # swallowed on the way: never cut short
        ({}, 100, 0, True),
        ({"total": "many"}, 100, 100, False),
    ],
)
def test_where_a_list_ends(headers: dict[str, str], rows: int, found: int, last: bool) -> None:  # B9
    assert decode.is_last(headers, rows, found) is last


# -- uploads
def test_an_upload_with_all_its_parts() -> None:
    upload = decode.upload(decode.data(answer("upload")))
    assert (upload.id, upload.latest_event_id) == ("01HZXA0000000000000000000A", "01HZXA0000000000000000000E")
    assert (upload.status, upload.ml, upload.scraping) == ("COMPLETED", "completed", "in_progress")
    assert (upload.match_criteria, upload.container_id) == ("A-101|application/pdf", None)
    assert upload.completed_at == "2026-11-02T10:00:00Z"
    assert not upload.is_settled


def test_field_values_with_source_and_confidence() -> None:  # B36, B39
    type_, revision, number, trades = decode.upload(decode.data(answer("upload"))).fields
    assert (type_.text, type_.wire, type_.source, type_.confidence) == ("Drawing", ("v-DRAW",), "ML", 0.91)
    assert (revision.values, revision.source, revision.confidence) == ((), "ML_FAILED", 0)
    assert (number.wire, number.confidence) == (("A-101",), None)  # a literal has no id: B29
    assert (trades.text, trades.wire) == ("", ())


def test_what_ml_and_scraping_said_in_every_form() -> None:  # B37
    assert decode.upload(decode.data(answer("upload"))).suggestions == {
        "type_ml": "Drawing",
        "number_ml": "A-102",
        "trades_ml": "Steel; Glass",
        "date_authored_ml": "2026-03-01",
        "number_scraping": "A-101",
    }


def test_what_ml_and_scraping_failed_on() -> None:  # B36, B38
    assert decode.upload(decode.data(answer("upload"))).faults == (
        ("f-revision", "LOW_CONFIDENCE"),
        ("f-level", "FILENAME_NOT_CONTAINS_CODE"),
    )


@pytest.mark.parametrize("statuses", cases("upload_statuses"))
def test_every_spelling_of_the_statuses_is_read(statuses: dict[str, Any]) -> None:  # B34
    upload = decode.upload({"id": "U1"} | statuses)
    assert (upload.ml, upload.scraping) == ("completed", "in_progress")


def test_a_bare_upload_is_read() -> None:
    upload = decode.upload({"id": "U1", "fields": None, "integrations": None, "integration_statuses": None})
    assert (upload.fields, upload.ml, upload.latest_event_id, upload.faults) == ((), "", "", ())


# -- submits
SUBMITS = {
    "all well": (["R1", "R2"], {}),
    "one failed": (["R1"], {"U2": "CONCURRENCY_CONFLICT"}),
    "the older form alone": (["R1"], {"U2": "UNKNOWN_FAILURE"}),
    "both forms": ([], {"U2": "CONCURRENCY_CONFLICT", "U3": "UNKNOWN_FAILURE"}),
    "nulls": ([], {}),
    "no wrapping": (["R1"], {}),
}


@pytest.mark.parametrize("case", SUBMITS)
def test_every_form_of_a_submits_answer_is_read(case: str) -> None:  # B45
    assert decode.submitted(decode.data(answer("submits")[case])) == SUBMITS[case]


def test_every_submit_answer_is_tested() -> None:
    assert set(answer("submits")) == set(SUBMITS)


def test_what_an_update_did() -> None:  # B25, B26
    body = {"success": [{"id": "U1", "at": 1}], "failed": [{"id": "U2", "code": 500, "message": None}]}
    assert decode.updated(body) == ({"U1"}, {"U2": ""})
    assert decode.updated({"success": None, "failed": None}) == (set(), {})


# -- configuration
def test_requirements() -> None:  # B17-B20
    default, drawings = map(decode.requirement, decode.data(answer("requirements")))
    assert default.is_default
    assert (default.naming_standard, default.additional) == (None, ())
    assert not default.required_by_project[0].is_settable  # B33
    assert (drawings.is_default, drawings.allow_duplicate_revisions) == (False, False)
    assert drawings.naming_standard is not None
    assert (drawings.naming_standard.id, drawings.naming_standard.name) == ("12", "House style")
    assert [field.name for field in drawings.naming_standard.fields] == ["originator"]
    (qualifier,) = drawings.qualifiers
    assert (qualifier.field_id, [value.label for value in qualifier.values]) == (
        "f-type",
        ["Drawing", "Sketch"],
    )


def test_a_field_that_is_custom_and_cannot_be_set() -> None:  # B20
    (field,) = decode.requirement(decode.data(answer("requirements"))[1]).additional
    assert (field.active, field.visible, field.readonly, field.is_custom) == (False, False, True, True)
    assert not field.is_settable
    assert (field.label, field.description, field.position) == ("level", "", "b")


def test_a_field_is_settable_unless_told_otherwise() -> None:
    field = decode.field(
        {"id": 5, "name": "n", "label": "N", "type": "numeric", "readonly": None, "active": None}
    )
    assert (field.id, field.type, field.is_settable, field.is_custom) == ("5", FieldType.NUMERIC, True, False)


def test_values_keep_zeros_and_become_strings() -> None:  # B3, B21
    assert [decode.value(row) for row in decode.data(answer("values"))] == [
        Value("v-1", "007", "Level 7", True, ("upper", "roof")),
        Value("2", "", "Level 8", False, ()),
    ]


def test_users_with_ids_beyond_32_bits() -> None:  # B3, B22
    first, second = map(decode.user, decode.data(answer("users")))
    assert (first.id, first.name, first.email) == (
        "9007199254740993",
        "Sample Architect",
        "architect@example.com",
    )
    assert (second.name, second.email) == ("Sample", "")


# -- revisions
def test_revisions_with_and_without_their_upload() -> None:  # B46, B51, B63
    first, masked, bare = map(decode.revision, decode.data(answer("revisions")))
    assert (first.upload_id, first.container_id, first.text("version")) == ("U1", "C1", "3")
    assert (first.masked, first.recycled) == (False, False)
    assert (masked.masked, masked.upload_id) == (True, None)
    assert (bare.masked, bare.recycled, bare.container_id, bare.fields) == (False, True, "", ())


# -- files
def test_segments_are_taken_whole_and_shown_to_nobody() -> None:  # B55
    file = decode.file_upload(decode.data(answer("files")["ready"]))
    assert [part.url for part in file.segments] == [
        f"https://storage.example/{n}?sig=SECRET" for n in ("one", "two")
    ]
    assert [part.headers for part in file.segments] == [
        {"x-amz-checksum-sha256": "abc", "Content-Length": "5"},
        {},
    ]
    assert (file.error, file.retryable, file.segments[0].expires_at) == ("", True, 1790000000)
    assert "SECRET" not in repr(file)
    assert "abc" not in repr(file)


@pytest.mark.parametrize(
    ("case", "status", "error", "retryable", "segments"),
    [
        ("completed", "complete", "", True, 0),
        ("half stored", "receiving", "", True, 1),
        ("infected", "failed", "a virus", False, 0),
        ("mishap", "failed", "checksum", True, 0),
    ],
)
def test_file_statuses(
    case: str, status: str, error: str, retryable: bool, segments: int
) -> None:  # B57, B58
    file = decode.file_upload(decode.data(answer("files")[case]))
    assert (file.status, file.error, file.retryable, len(file.segments)) == (
        status,
        error,
        retryable,
        segments,
    )
