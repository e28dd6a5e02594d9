"""Responses against the contract, path by path: differences are found, and values are not shown."""

from __future__ import annotations

import copy
import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.verify.compare_shapes import MISSING, NEW, OTHER_TYPE, Difference, compare, describe
from pdm_nb.verify.packaged_contract import contract
from pdm_nb.verify.response import Response
from tests.support.contract.contract_shapes import OPERATIONS, SAMPLES_OF, TARGET, packed
from tests.support.network.fake_service import sample

UPLOAD = "showDocumentUpload"


def found(operation: str, body: Any) -> list[tuple[str, str]]:
    return [(one.path, one.kind) for one in compare(Response(operation, 200, body))]


def upload(**changes: Any) -> Any:
    body = sample("show_document_upload")
    body["data"] |= changes
    return body


def test_the_packaged_shapes_are_what_the_script_makes() -> None:
    """`python -m tests.support.contract.contract_shapes` writes them."""
    assert TARGET.read_text("utf-8") == packed()
    assert contract()["operations"].keys() == OPERATIONS.keys()


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (operation, name)
        for operation, (where, shape) in OPERATIONS.items()
        for name in SAMPLES_OF.get(shape, ())
        if where.endswith("[]")
    ],
)
def test_no_sample_differs_from_the_contract(operation: str, name: str) -> None:
    payload = sample(name)["data"]
    body = {"data": payload if isinstance(payload, list) else [payload]}
    assert compare(Response(operation, 200, body)) == []


def test_a_refused_call_and_an_unknown_operation_are_not_compared() -> None:
    assert compare(Response(UPLOAD, 403, sample("error.403"))) == []
    assert compare(Response("createUpload", 201, {"data": {}})) == []


def test_what_is_new_is_found_at_any_depth() -> None:
    body = upload(due_date="2026-09-14", review={"state": "open"})
    body["data"]["fields"][3]["values"][0]["color"] = "red"
    assert found(UPLOAD, body) == [
        ("data.due_date", NEW),
        ("data.fields[].values[].color", NEW),
        ("data.review", NEW),
    ]


def test_what_is_missing_is_found_with_its_count() -> None:
    body = upload()
    for one in body["data"]["fields"][:3]:
        del one["values"]
    (difference,) = compare(Response(UPLOAD, 200, body))
    assert (difference.path, difference.kind) == ("data.fields[].values", MISSING)
    assert (difference.count, difference.of) == (3, len(body["data"]["fields"]))
    assert difference.contract == "array, required"


@pytest.mark.parametrize("value", [7, None, True, ["a"], {"a": 1}])
def test_another_type_is_found(value: Any) -> None:
    assert found(UPLOAD, upload(position_within_container=value)) == [
        ("data.position_within_container", OTHER_TYPE)
    ]


def test_null_and_integers_are_not_a_difference() -> None:
    body = upload(document_container_id=None)
    body["data"]["fields"][5]["confidence_score"] = 1
    assert found(UPLOAD, body) == []


def test_a_value_that_is_not_in_the_list_is_new() -> None:
    body = upload(upload_status="ARCHIVED")
    body["data"]["fields"][0]["label_source"] = "AI_AGENT"
    assert found(UPLOAD, body) == [("data.fields[].label_source", NEW), ("data.upload_status", NEW)]
    assert "ARCHIVED" not in str(compare(Response(UPLOAD, 200, body)))


def test_missing_statuses_are_another_type_where_they_are_null() -> None:
    """B72: what is missing as a whole is optional in the contract."""
    assert found(UPLOAD, upload(integration_statuses=None)) == [("data.integration_statuses", OTHER_TYPE)]
    body = upload()
    del body["data"]["integration_statuses"]
    assert found(UPLOAD, body) == []


def test_the_rows_of_revisions_in_the_reference_are_not_a_difference() -> None:
    """B78."""
    body = sample("list_document_revisions")
    for row in body["data"]:
        row["indexUpdatedAt"] = row.pop("index_updated_at")
        row["match_type"] = {"kind": "EXACT"}
        del row["upload_id"]
        del row["latest_event_id"]
    assert found("listSelectedRevisions", body) == []


@pytest.mark.parametrize(
    ("operation", "body", "path"),
    [
        (UPLOAD, {"id": "x"}, "data"),
        (UPLOAD, {"data": []}, "data"),
        (UPLOAD, None, "data"),
        ("listFields", {"data": {}}, "data"),
        ("listFields", [], "data"),
        ("listCompanies", {"data": []}, "(body)"),
        ("showMe", [], "(body)"),
    ],
)
def test_another_wrapping_is_one_difference(operation: str, body: Any, path: str) -> None:
    """B10."""
    assert [one[0] for one in found(operation, body)] == [path]


@pytest.mark.parametrize(
    "key",
    [
        "01K2BXCF84A50JMVNGE1BF6SME",
        "user@example.com",
        "https://storage.example.com/a?sig=1",
        "Example User",
        "Riverside",
        "8800123",
        "custom_field_481",
        "smith",
        "harbour_tower",
        "harbourTower",
        "HARBOUR_TOWER",
        "jane_smith_id",
        "label_of_harbour",
        "documentsmith",
        "a" * 41,
        "",
    ],
)
def test_a_name_that_may_be_a_value_is_masked(key: str) -> None:
    body = upload(**{key: 1})
    (difference,) = compare(Response(UPLOAD, 200, body))
    assert difference.path == f"data.<unknown key of {len(key)} characters>"


@pytest.mark.parametrize(
    "key",
    [
        "revision_label",
        "revisionLabel",
        "REVISION_LABEL",
        "due_date",
        "file_size",
        "workflowStatus",
        "locked_by",
        "created_at",
        "thumbnail_urls",
        "address2",
        "permitted_action",
    ],
)
def test_a_new_property_is_shown(key: str) -> None:
    """Its words are the contract's, or common in interfaces."""
    assert found(UPLOAD, upload(**{key: 1})) == [(f"data.{key}", NEW)]


def test_an_object_with_very_many_keys_is_data() -> None:
    body = upload()
    body["data"]["integrations"]["ml_processing"] |= {"k" + letter + other: 1 for letter in "abcdefgh" for other in string.ascii_lowercase}  # fmt: skip
    assert {one.path for one in compare(Response(UPLOAD, 200, body))} == {
        "data.integrations.ml_processing.<unknown key of 3 characters>"
    }


TEXTS = st.text(min_size=4, max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(OPERATIONS)), JSON)
def test_no_body_is_too_strange(operation: str, body: Any) -> None:
    """Whatever comes is compared, and no text of it is in the differences."""
    for payload in (body, {"data": body}, {"data": [body]}, [body]):
        for one in compare(Response(operation, 200, payload)):
            assert isinstance(one, Difference)
            assert len(one.path) < 200


@given(TEXTS)
def test_a_description_has_the_length_alone(text: str) -> None:
    assert describe(text) == f"string of {len(text)} characters"


def test_nothing_of_a_values_text_is_in_the_differences() -> None:
    """Each text of a sample is put where the contract has another type."""
    body = sample("show_document_upload")
    texts = [text for text in _texts(body) if len(text) > 3]
    changed = copy.deepcopy(body)
    changed["data"]["file_locked"] = texts
    changed["data"]["permissions"] = {text: text for text in texts[:20]}
    changed["data"]["latest_event_id"] = {"value": texts}
    told = json.dumps([one.__dict__ if hasattr(one, "__dict__") else repr(one) for one in compare(Response(UPLOAD, 200, changed))])  # fmt: skip
    for text in texts:
        if any(letter.isdigit() or letter in " @:/" for letter in text):
            assert text not in told


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for row in rows for text in _texts(row)]


def test_the_shapes_need_no_simulator() -> None:
    assert Path(TARGET).parent.name == "verify"
    assert Path(TARGET).stat().st_size < 30_000
