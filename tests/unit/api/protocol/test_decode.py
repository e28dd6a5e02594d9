"""Decoding of responses beyond the samples: extra keys, nulls, older spellings and malformed parts, from `answers/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.api.protocol import decode, decode_documents, shapes
from pdm_nb.errors import ServerError
from pdm_nb.model import Availability, FieldType, Upload, Value

ANSWERS = Path(__file__).parent / "answers"


def answer(name: str) -> Any:
    return json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    return [pytest.param(body, id=case) for case, body in answer(name).items()]


def test_both_wrappings_are_taken_off() -> None:  # B10
    assert shapes.data({"data": [1]}) == shapes.data([1]) == [1]
    assert shapes.data({"tools": []}) == {"tools": []}


# -- uploads
@pytest.mark.parametrize("statuses", cases("upload_statuses"))
def test_every_spelling_of_the_statuses_is_read(statuses: dict[str, Any]) -> None:  # B34
    upload = decode_documents.upload({"id": "U1"} | statuses)
    assert (upload.ml, upload.scraping) == ("completed", "in_progress")


@pytest.mark.parametrize(
    ("ml", "scraping", "settled", "known"),
    [
        ("completed", "not_applicable", True, True),
        ("error", "completed", True, True),
        ("in_progress", "completed", False, True),
        ("COMPLETED", "completed", True, True),
        (None, "completed", False, False),
        (None, None, False, False),
        ("queued", "completed", False, False),
    ],
)
def test_only_a_status_that_says_so_has_ended(
    ml: str | None, scraping: str | None, settled: bool, known: bool
) -> None:
    """B34, B72: a missing, null or unknown status is neither finished nor at work."""
    upload = decode_documents.upload(
        {"id": "U1", "integration_statuses": {"ml": ml, "filename_scraping": scraping}}
    )
    assert (upload.is_settled, upload.is_reading_known) == (settled, known)


@pytest.mark.parametrize("statuses", [{}, {"integration_statuses": None}, {"integrationStatuses": {}}])
def test_an_upload_without_statuses_is_not_settled(statuses: dict[str, Any]) -> None:  # B72
    upload = decode_documents.upload({"id": "U1", **statuses})
    assert (upload.ml, upload.scraping, upload.is_settled) == ("", "", False)


def test_a_bare_upload_is_read() -> None:
    bare = {"id": "U1", "fields": None, "integrations": None, "integration_statuses": None}
    assert decode_documents.upload(bare) == Upload("U1", "", "", "", "")


SAID = {
    "type_ml": {"value_id": "v1", "value_name": "Drawing"},
    "type_ML": {"valueId": "v1", "valueName": "Drawing"},
    "typeMl": {"valueId": "v1", "valueName": "Drawing"},
    "type_scraping": {"value_id": "v1", "value_name": "Drawing"},
    "type_filename_scraping": {"value_id": "v1", "value_name": "Drawing"},
}


@pytest.mark.parametrize("key", SAID)
def test_a_suggestion_is_read_in_every_spelling(key: str) -> None:  # B37
    statuses = {"integration_response": {key: SAID[key]}}
    (said,) = decode_documents.upload({"id": "U1", "integration_statuses": statuses}).suggestions
    source = "FILENAME_SCRAPING" if "scraping" in key else "ML"
    assert (said.field, said.source, said.text, said.value) == ("type", source, "Drawing", "v1")


def test_a_suggestion_for_a_field_with_capitals_keeps_its_name() -> None:  # B29: names are opaque
    row = {
        "id": "U1",
        "fields": [{"id": "f1", "name": "siteZone", "values": []}],
        "integration_statuses": {
            "integration_response": {"siteZone_ml": {"value_id": "z", "value_name": "Z"}}
        },
    }
    assert decode_documents.upload(row).suggestions[0].field == "siteZone"


@pytest.mark.parametrize("said", ["Drawing", 7, None, [], {}, {"value_id": None, "value_name": ""}])
def test_a_suggestion_of_another_shape_is_passed_over(
    said: Any,
) -> None:  # B37: bare text is nobody's reading
    row = {"id": "U1", "integration_statuses": {"ml": "completed", "integration_response": {"type_ml": said}}}
    assert (decode_documents.upload(row).suggestions, decode_documents.upload(row).ml) == ((), "completed")


@pytest.mark.parametrize(
    ("given", "score"),
    [
        (0.91, 0.91),
        (0, 0.0),
        ("0.91", 0.91),
        (None, None),
        ("high", None),
        (True, None),
        ("nan", None),
        ([], None),
    ],
)
def test_a_confidence_score_is_a_number_or_not_known(given: Any, score: float | None) -> None:  # B36
    value = decode_documents.field_value({"id": "f", "name": "n", "confidence_score": given})
    assert value.confidence == score


def test_a_field_value_without_label_source_and_type_is_read() -> None:
    value = decode_documents.field_value({"id": "f", "name": "n", "values": [{"label": "x"}]})
    assert (value.source, value.type, value.label, value.wire) == ("", "", "n", ("x",))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([True], "true"),
        ([{"label": False}], "false"),
        ([{"label": {"a": 1}}], '{"a": 1}'),
        ([None, "x"], "x"),
    ],
)
def test_the_value_of_a_type_that_nobody_knows_is_text(given: Any, text: str) -> None:  # B20
    row = {"id": "f", "name": "n", "type": "boolean", "values": given}
    assert decode_documents.field_value(row).text == text
    assert decode_documents.flat_upload({"id": "U1", "fields": [row]})[1] == {"n": text}


@pytest.mark.parametrize(
    "row",
    [
        "U1", None, [], {}, {"id": None}, {"id": {"a": 1}}, {"id": "U1", "fields": "none"}, {"id": "U1", "fields": [5]},
        {"id": "U1", "fields": [{"id": "f", "name": "n", "values": "x"}]}, {"id": "U1", "integration_statuses": "no"},
    ],
)  # fmt: skip
def test_a_malformed_upload_is_refused_in_words(row: Any) -> None:
    with (
        pytest.raises(ServerError, match="Unexpected response format from listX") as told,
        shapes.reading("listX"),
    ):
        decode_documents.upload(row)
    assert told.value.reason == "ANSWER_SHAPE"


def test_rows_are_read_one_by_one_and_a_malformed_one_is_reported() -> None:
    reader = shapes.ShapeReader("listSelectedUploads", decode_documents.upload)
    read = [reader(row) for row in ({"id": "U1"}, {"id": "U2", "fields": 5}, {"fields": []}, {"id": "U3"})]
    assert [one.id for one in reader.readable(read)] == ["U1", "U3"]
    assert list(reader.faults) == [
        "Row 'U2' in the list of selected uploads is malformed and was skipped: a list was expected, not a number.",
        "A row in the list of selected uploads is malformed and was skipped: 'id' is missing.",
    ]


def test_a_list_of_which_no_row_can_be_read_is_another_one() -> None:
    reader = shapes.ShapeReader("listFields", decode.field)
    with pytest.raises(ServerError, match="'id' is missing"):
        reader.readable([reader({"name": "x"})])


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
    assert decode_documents.submitted(shapes.data(answer("submits")[case])) == SUBMITS[case]


def test_every_submit_answer_is_tested() -> None:
    assert set(answer("submits")) == set(SUBMITS)


def test_what_an_update_did() -> None:  # B25, B26
    body = {"success": [{"id": "U1", "at": 1}], "failed": [{"id": "U2", "code": 500, "message": None}]}
    assert decode_documents.updated(body) == ({"U1"}, {"U2": ""})
    assert decode_documents.updated({"success": None, "failed": None}) == (set(), {})


# -- configuration
def test_requirements() -> None:  # B17-B20
    default, drawings = map(decode.requirement, shapes.data(answer("requirements")))
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
    (field,) = decode.requirement(shapes.data(answer("requirements"))[1]).additional
    assert (field.active, field.visible, field.readonly, field.is_custom) == (False, False, True, True)
    assert not field.is_settable
    assert (field.label, field.description, field.position) == ("level", "", "b")


def test_a_field_is_settable_by_default() -> None:
    field = decode.field(
        {"id": 5, "name": "n", "label": "N", "type": "numeric", "readonly": None, "active": None}
    )
    assert (field.id, field.type, field.is_settable, field.is_custom) == ("5", FieldType.NUMERIC, True, False)


def test_values_keep_zeros_and_become_strings() -> None:  # B3, B21
    assert [decode.list_value(row) for row in shapes.data(answer("values"))] == [
        Value("v-1", "007", "Level 7", True, ("upper", "roof")),
        Value("2", "", "Level 8", False, ()),
    ]


def test_users_with_ids_beyond_32_bits() -> None:  # B3, B22
    first, second = map(decode.user, shapes.data(answer("users")))
    assert (first.id, first.name, first.email) == (
        "9007199254740993",
        "Sample Architect",
        "architect@example.com",
    )
    assert (second.name, second.email) == ("Sample", "")


# -- revisions
def test_revisions_with_and_without_their_upload() -> None:  # B46, B51, B63
    first, masked, bare = map(decode_documents.revision, shapes.data(answer("revisions")))
    assert (first.upload_id, first.container_id, first.text("version")) == ("U1", "C1", "3")
    assert (first.availability, first.indexed_at) == (Availability.VISIBLE, "2026-11-02T10:00:00Z")
    assert (masked.availability, masked.upload_id) == (Availability.MASKED, None)
    assert (bare.availability, bare.container_id, bare.fields) == (Availability.RECYCLED, "", ())


# -- files
def test_segments_are_taken_whole_and_shown_to_nobody() -> None:  # B55
    file = decode.file_upload(shapes.data(answer("files")["ready"]))
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
    file = decode.file_upload(shapes.data(answer("files")[case]))
    assert (file.status, file.error, file.retryable, len(file.segments)) == (
        status,
        error,
        retryable,
        segments,
    )


@pytest.mark.parametrize(
    "found", [{"url": "https://storage/x?sig=1"}, {"any": "https://storage/x?sig=1", "expires_at": 5}]
)
def test_where_a_file_is_comes_under_any_key(found: Any) -> None:  # B64
    source = decode.download_source(found, secure=True)
    assert source.url == "https://storage/x?sig=1"
    assert "sig" not in repr(source)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://storage/x?sig=s3cret", "not encrypted"), ("https://[::1/x?sig=s3cret", "not valid"),
        ("https://a b/x?sig=s3cret", "not valid"), ("https://user:s3cret@storage/x", "not valid"),
        ("file:///etc/passwd?sig=s3cret", "no URL"), ("https://storage/" + "s3cret" * 5000, "not valid"),
    ],
)  # fmt: skip
def test_no_other_address_is_taken_and_no_message_has_it(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as raised:
        decode.download_source({"url": url}, secure=True)
    assert "s3cret" not in str(raised.value)
