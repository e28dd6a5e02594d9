"""Existing documents are read by the vendor's field names, in each spelling of the samples (B40, B46, B51, B73, B76)."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.api.protocol import decode_documents
from pdm_nb.batch.remote.existing_documents import ExistingDocuments, of_revision, of_upload
from pdm_nb.model import ExistingDocument

SAMPLES = Path(__file__).parents[3] / "contract" / "samples"
PDF = "application/pdf"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["data"]


def revision_row() -> dict[str, Any]:
    row: dict[str, Any] = copy.deepcopy(sample("list_document_revisions")[0])
    return row


def set_field(row: dict[str, Any], name: str, *values: dict[str, Any], type_: str = "string") -> None:
    """Replace a field of a row; without values, take it out."""
    fields = [one for one in row["fields"] if one["name"] != name]
    if values:
        fields.append({"id": f"f-{name}", "name": name, "type": type_, "label": name, "values": list(values)})
    row["fields"] = fields


def of(row: dict[str, Any], **more: Any) -> ExistingDocument | None:
    return of_revision(decode_documents.revision(row), **more)


def test_the_sample_revision_is_read_by_the_vendors_names() -> None:
    """B40, B46, B73."""
    found = of(revision_row())
    assert found is not None
    assert (found.name, found.mime_type, found.version) == ("Ground floor plan", PDF, "2")
    assert (found.file_name, found.file_size) == ("A-101.pdf", 405475)
    assert (found.revision, found.upload_id) == ("P01", "01K2BXCF84A50JMVNGE1BF6SME")
    assert found.at.startswith("2026-09-14T20:10:30")


@pytest.mark.parametrize(
    "spelling",
    ["show_document_upload", "show_document_upload.other_spelling"],
)
def test_the_sample_upload_is_read_in_both_spellings(spelling: str) -> None:
    found = of_upload(decode_documents.upload(sample(spelling)))
    assert found is not None
    assert (found.name, found.mime_type) == ("Ground floor plan", PDF)
    assert (found.file_name, found.file_size) == ("A-101.pdf", 405475)


def test_an_upload_without_a_name_matches_nothing() -> None:
    assert of_upload(decode_documents.upload(sample("show_document_upload.condensed"))) is None


def test_match_criteria_goes_before_the_fields() -> None:
    """B40."""
    row = copy.deepcopy(sample("show_document_upload"))
    row["match_criteria"] = "RVT|SP-I-17|image/png"
    found = of_upload(decode_documents.upload(row))
    assert found is not None
    assert (found.name, found.mime_type) == ("RVT|SP-I-17", "image/png")


@pytest.mark.parametrize(
    "value",
    [
        {"code": PDF, "label": "PDF"},
        {"label": "PDF"},
        {"label": "pdf"},
        {"label": ".pdf"},
        {"label": PDF},
        {"label": "APPLICATION/PDF"},
        {"code": "__", "label": "PDF"},
        {"code": "", "label": "Portable document"},  # then the file name counts
    ],
)
def test_each_spelling_of_the_format_is_the_mime_type(value: dict[str, str]) -> None:
    """B73."""
    row = revision_row()
    set_field(row, "format", value)
    found = of(row)
    assert found is not None
    assert found.mime_type == PDF


def test_a_document_without_a_format_counts_as_of_the_same_format() -> None:
    row = revision_row()
    set_field(row, "format")
    set_field(row, "original_filename")
    found = of(row)
    assert found is not None
    assert (found.mime_type, found.file_name) == ("", "")
    known = ExistingDocuments([found])
    assert known.find("Ground floor plan", PDF) == known.find("ground floor plan", "image/png") == [found]
    assert known.find("Other", PDF) == []


def test_another_format_is_another_document() -> None:
    found = of(revision_row())
    assert found is not None
    assert ExistingDocuments([found]).find("Ground floor plan", PDF) == [found]
    assert ExistingDocuments([found]).find("Ground floor plan", "image/png") == []


def test_the_file_name_is_the_name_only_where_the_service_takes_it() -> None:
    """B33."""
    row = revision_row()
    set_field(row, "name")
    assert of(row) is None
    found = of(row, by_file=True)
    assert found is not None
    assert found.name == "A-101"


def test_what_is_masked_recycled_or_a_placeholder_matches_nothing() -> None:
    """B51, B62, B76."""
    assert of(sample("selected_revisions.masked")[0]) is None
    row = revision_row()
    row["recycled"] = True
    assert of(row) is None
    row = revision_row()
    set_field(row, "item_content", {"id": "Placeholder", "label": "Placeholder"}, type_="lov_entry")
    assert of(row) is None


@pytest.mark.parametrize("size", ["", "405 kB", "4e5", "²", "-1"])
def test_a_size_that_is_not_a_number_is_unknown(size: str) -> None:
    row = revision_row()
    set_field(row, "file_size", {"label": size})
    found = of(row)
    assert found is not None
    assert found.file_size is None


def test_a_document_is_found_by_its_file_whatever_it_is_called() -> None:
    """B33, B73."""
    found = of(revision_row())
    assert found is not None
    known = ExistingDocuments([found])
    assert known.find("A-101", PDF) == []
    assert known.find_file("A-101.pdf", 405475, PDF) == [found]
    for other in (("a-101.pdf", 405475, PDF), ("A-101.pdf", 405474, PDF), ("A-101.pdf", 405475, "image/png")):
        assert known.find_file(*other) == []
    assert known.without([found.id]).find_file("A-101.pdf", 405475, PDF) == []


@pytest.mark.parametrize("missing", ["original_filename", "file_size"])
def test_a_document_without_file_name_or_size_is_not_found_by_its_file(missing: str) -> None:
    row = revision_row()
    set_field(row, missing)
    found = of(row)
    assert found is not None
    assert ExistingDocuments([found]).find_file(found.file_name, found.file_size or 0, PDF) == []
