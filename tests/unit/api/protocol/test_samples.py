"""The vendor's sample responses are decoded in each spelling, and no value that the model can hold is lost.

Each text and number of a sample is replaced by a mark of its own: every mark must be found in what was decoded, under
whatever name, except at the places that `NOT_KEPT` lists.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.api.protocol import decode, decode_documents, error_mapping, requests, shapes
from pdm_nb.batch.remote.service_cells import ServiceCells
from pdm_nb.model import Availability, Field, FieldType, LabelSource, Suggestion, Upload, Value
from pdm_nb.rules.values.lookup import Lookup

SAMPLES = Path(__file__).parents[3] / "contract" / "samples"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def each(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda body: [read(row) for row in shapes.rows(body)]


def one(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda body: read(shapes.data(body))


def refusal(body: Any, status: int) -> Any:
    return error_mapping.error_of(requests.show_me(), status, {}, json.dumps(body).encode()).details


READERS: dict[str, Callable[[Any], Any]] = {
    "list_fields": each(decode.field),
    "list_field_values.lov": each(decode.list_value),
    "list_field_values.reference": each(decode.list_value),
    "list_upload_requirements": each(decode.requirement),
    "create_document_uploads": decode_documents.created,
    "update_document_uploads": one(decode_documents.updated),
    "show_document_upload": one(decode_documents.upload),
    "show_document_upload.other_spelling": one(decode_documents.upload),
    "show_document_upload.condensed": one(decode_documents.upload),
    "show_document_upload.walkthrough": one(decode_documents.upload),
    "create_document_revisions": one(decode_documents.submitted),
    "list_document_revisions": each(decode_documents.revision),
    "selected_revisions.masked": each(decode_documents.revision),
    "create_upload": one(decode.file_upload),
    "show_upload": one(decode.file_upload),
    "complete_upload": one(decode.file_upload),
    "error.400": partial(refusal, status=400),
    "error.403": partial(refusal, status=403),
    "error.422.workflow_conflict": partial(refusal, status=422),
    "error.500": partial(refusal, status=500),
}
ELSEWHERE = {
    "token": "tests/unit/api/test_auth.py reads it",
    "list_document_revisions.ids_only": "bare ids: nothing asks for that view",
}
NOT_OURS = "it says nothing that a batch goes by"
TOOL = "the API alone is used: the web tool's files and links are left alone"
NOT_KEPT = {
    "data[].naming_standard.updated_at": "the rule has the time of its last change",
    "data[].rule_qualifiers[].type": "the field has it",
    "data.failed[].code": "every failure is the same: the file could not be verified (B25)",
    "data.failures[].message": "the reason code says it",
    "data.fields[].description": "the list of fields has it",
    "data[].fields[].description": "the list of fields has it",
    "data.integrations.ml_processing.errors[].source": "the field's id is the only sure name (B38)",
    "data.integrations.ml_processing.errors[].message": "for people, and never parsed (B15)",
    "data.integrations.scraping_processing.errors[].source": "the field's id is the only sure name (B38)",
    "data.integrations.scraping_processing.errors[].message": "for people, and never parsed (B15)",
    "data.integrations.ml_processing.success[].source": "the field's label source says it",
    "data.integrations.ml_processing.success[].field_id": "the field's label source says it",
    "data.integrations.scraping_processing.success[].source": "the field's label source says it",
    "data.integrations.scraping_processing.success[].field_id": "the field's label source says it",
    "data.integrations.bim_processing.status": NOT_OURS,
    "data.file_key": NOT_OURS,
    "data.upload_requested_at": NOT_OURS,
    "data.position_within_container": "a sort key, not the version (B63)",
    "data[].position_within_container": "a sort key, not the version (B63)",
    "data.download_url": TOOL,
    "data[].download_url": TOOL,
    "data.permissions.allowed_actions[]": "of an upload it can be ignored (B77)",
    "data[].permissions.allowed_actions[]": "whether there are any is all that counts (B51)",
    "data[].latest_event_id": "a revision is never changed (B66)",
    "data[].latest_document_collection_ids[]": NOT_OURS,
    "data.file_name": "the journal has it",
    "data.sanitized_file_name": NOT_OURS,
    "data.file_size": "the journal has it",
    "data.content_type": "the journal has it",
    "data.upload_expires_at": "a file that is not linked in a day is sent anew (B60)",
    "error.code": "the reason codes of the details are finer",
    "error.message": "the messages of the details are finer",
    "error.details[].existing_revisions_with_workflows[].name": "its id finds it",
    "error.details[].existing_revisions_with_workflows[].revision": "its id finds it",
    "error.details[].existing_revisions_with_workflows[].workflow_instance_id": "its id finds it",
    "error.details[].existing_revisions_with_workflows[].assigned_workflow": "its id finds it",
    "error.details[].existing_revisions_with_workflows[].workflow_current_step": "its id finds it",
    "error.details[].existing_revisions_with_workflows[].status": "its id finds it",
    "error.details[].conflicting_uploads_with_workflow[].id": "the source says it",
    "error.details[].conflicting_uploads_with_workflow[].name": "the journal has it",
    "error.details[].conflicting_uploads_with_workflow[].revision": "the journal has it",
}


def leaves(found: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any] | list[Any], Any]]:
    """(path, holder, key) of each text and number."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found)
    for key, value in pairs:
        here = f"{path}.{key}".lstrip(".") if isinstance(found, dict) else f"{path}[]"
        if isinstance(value, dict | list):
            yield from leaves(value, here)
        elif value is not None and not isinstance(value, bool):
            yield here, found, key


def scalars(found: Any) -> Iterator[str]:
    """Everything that a decoded object holds, as text in small letters."""
    if is_dataclass(found) and not isinstance(found, type):
        for item in fields(found):
            yield from scalars(getattr(found, item.name))
    elif isinstance(found, dict):
        yield from scalars([*found, *found.values()])
    elif isinstance(found, list | tuple | set | frozenset):
        for item in found:
            yield from scalars(item)
    elif found is not None:
        yield str(found).lower()


def marked(body: Any) -> dict[str, str]:
    """Put a mark in the place of each leaf; mark -> path."""
    marks: dict[str, str] = {}
    for number, (path, holder, key) in enumerate(list(leaves(body)), 1):
        numeric = isinstance(holder[key], int | float)  # type: ignore[index]
        mark = 10_000 + number if numeric else f"mark-{number}"
        if path.endswith(".url"):
            mark = f"https://mark-{number}"
        if path.endswith("confidence_score"):
            mark = number / 1000
        holder[key] = mark  # type: ignore[index]
        marks[str(mark)] = path
    return marks


def lost(name: str) -> set[str]:
    body = sample(name)
    marks = marked(body)
    kept = set(scalars(READERS[name](body)))
    return {path for mark, path in marks.items() if mark not in kept}


@pytest.mark.parametrize("name", READERS)
def test_no_value_of_a_sample_is_lost(name: str) -> None:
    assert lost(name) <= set(NOT_KEPT)


def test_what_is_not_kept_is_in_a_sample_and_lost_indeed() -> None:
    assert set(NOT_KEPT) == {path for name in READERS for path in lost(name)}


def test_every_sample_has_a_reader() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(READERS) | set(ELSEWHERE)


@pytest.mark.parametrize(
    ("name", "flag", "changed"),
    [
        ("list_fields", "active", True),
        ("list_fields", "visible", True),
        ("list_fields", "readonly", True),
        ("list_field_values.lov", "active", True),
        ("list_document_revisions", "recycled", True),
        ("list_document_revisions", "file_locked", False),
    ],
)
def test_flags_count(name: str, flag: str, changed: bool) -> None:
    body = sample(name)
    before = READERS[name](body)
    body["data"][0][flag] = not body["data"][0][flag]
    assert (READERS[name](body) != before) is changed


# -- the four forms of one upload
UPLOAD: Upload = READERS["show_document_upload"](sample("show_document_upload"))


def test_the_older_spelling_reads_as_the_newer() -> None:  # B34, B37
    assert (
        READERS["show_document_upload.other_spelling"](sample("show_document_upload.other_spelling"))
        == UPLOAD
    )
    assert (UPLOAD.ml, UPLOAD.scraping, UPLOAD.is_settled) == ("completed", "completed", True)
    assert UPLOAD.match_criteria == "Ground floor plan|application/pdf"


@pytest.mark.parametrize("form", ["condensed", "walkthrough"])
def test_the_shorter_forms_read_as_the_whole(form: str) -> None:  # B72: what they leave out is not known
    short: Upload = READERS[f"show_document_upload.{form}"](sample(f"show_document_upload.{form}"))
    for name in ("id", "latest_event_id", "status", "ml", "scraping", "is_settled"):
        assert getattr(short, name) == getattr(UPLOAD, name)
    type_ = Field("01KGMCFC7JYF90H1ZBCRBNM75G", "type", "Type", FieldType.LOV_ENTRY)
    drawing = Value("01KBYNHQ8WSZWBVRK8YMEHWBZM", "DRW", "Drawing")
    cells = ServiceCells({type_.id: type_}, {type_.id: Lookup(type_, [drawing])})
    whole = cells.values(UPLOAD)
    assert {id_: whole[id_] for id_ in cells.values(short)} == cells.values(short)
    assert cells.values(short)[type_.id].values == (drawing.id,)  # the walk-through gives a label alone


def test_what_machine_learning_and_the_file_name_said() -> None:  # B37
    ml, scraping = LabelSource.ML, LabelSource.FILENAME_SCRAPING
    date = "2026-08-30T00:00:00.000Z"
    assert UPLOAD.suggestions == (
        Suggestion("type", ml, "Drawing", "01KBYNHQ8WSZWBVRK8YMEHWBZM"),
        Suggestion("number", ml, "A-110", "A-110"),
        Suggestion("description", ml, "GROUND FLOOR PLAN", "GROUND FLOOR PLAN"),
        Suggestion("date_authored", ml, date, date),
        Suggestion("number", scraping, "A-101", "A-101"),
    )


def test_what_they_failed_on() -> None:  # B36, B38
    assert UPLOAD.faults == (
        ("01KSSGRK5H698Q3D3178HAN3R5", "LOW_CONFIDENCE"),
        ("01K913ERTZH6YTJHJXC1Z42190", "FILENAME_NOT_CONTAINS_CODE"),
    )


def test_a_flat_upload_has_the_same_texts() -> None:
    body = shapes.data(sample("show_document_upload"))
    assert decode_documents.flat_upload(body)[1] == {value.name: value.text for value in UPLOAD.fields}


# -- single samples
def test_a_code_that_is_empty_or_underscores_is_ignored() -> None:  # B29
    values = READERS["list_field_values.reference"](sample("list_field_values.reference"))
    assert [(value.id, value.code, value.label) for value in values] == [
        ("120701", "", "Block B"),
        ("120702", "", "Block B > Level 2"),
    ]


def test_user_references_are_values_with_an_id() -> None:  # B22
    author = next(value for value in UPLOAD.fields if value.name == "authored_by")
    assert (author.text, author.wire, author.source) == ("Example User", ("8800123",), "SYSTEM")


def test_a_direct_value_is_its_text() -> None:  # B29
    name = next(value for value in UPLOAD.fields if value.name == "name")
    assert name.wire == ("Ground floor plan",)


def test_masked_and_visible_revisions() -> None:  # B51
    (visible,) = READERS["list_document_revisions"](sample("list_document_revisions"))
    (masked,) = READERS["selected_revisions.masked"](sample("selected_revisions.masked"))
    assert (visible.availability, masked.availability) == (Availability.VISIBLE, Availability.MASKED)
    assert (visible.text("version"), visible.text("original_filename")) == ("2", "A-101.pdf")
    assert masked.upload_id is not None


def test_a_row_of_the_reference_reads_as_one_of_the_guide() -> None:
    """B78: `indexUpdatedAt`, no `upload_id`, `match_type` as an object, a `download_url` without a scheme."""
    body = sample("list_document_revisions")
    (guide,) = READERS["list_document_revisions"](body)
    row = body["data"][0]
    row["indexUpdatedAt"] = row.pop("index_updated_at")
    row |= {"match_type": {"name": "EXACT"}, "download_url": "app.example.invalid/download"}
    del row["upload_id"], row["latest_event_id"]
    (reference,) = READERS["list_document_revisions"](body)
    assert reference.upload_id is None
    assert (reference.indexed_at, reference.fields) == (guide.indexed_at, guide.fields)


def test_a_conflict_names_both_sides() -> None:  # B48
    (detail,) = READERS["error.422.workflow_conflict"](sample("error.422.workflow_conflict"))
    assert (detail.reason, detail.source) == ("WORKFLOW_CONFLICT", "01K2BXCF84A50JMVNGE1BF6SME")
    assert detail.revisions == ("01KAF1BF83GASCGP7XJ46JW0GC",)
