"""What is known of a file before anybody fills in a template: by name, naming standard and existing documents."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from pdm_nb.batch.remote.existing_documents import ExistingDocuments
from pdm_nb.model import ExistingDocument, FieldValue, Value
from pdm_nb.rules.values.lookup import Lookup
from pdm_nb.templates.prefill import Prefill, Prefilled, copied, described
from tests.support.forms import BY_NAME, configuration
from tests.support.register_fields import LOOKUPS

PDF = "application/pdf"


def known_of(file: str, *existing: ExistingDocument, size: int = 10) -> Prefilled:
    return Prefill(configuration(), ExistingDocuments(list(existing))).of(
        PurePath("drawings", file), lambda: size
    )


@pytest.mark.parametrize(
    ("file", "texts"),
    [
        ("A-0007.pdf", {"discipline": "Architect", "number": "0007", "name": "A-0007"}),
        (
            "A-0007_P02.pdf",
            {"discipline": "Architect", "number": "0007", "name": "A-0007", "revision": "P02"},
        ),
        ("Site plan Rev B.pdf", {"name": "Site plan", "revision": "B"}),
        ("Column_C01.pdf", {"name": "Column", "revision": "C01"}),
        ("notes.txt", {"name": "notes"}),
        ("A1B2-0001.pdf", {"number": "0001", "name": "A1B2-0001"}),
    ],
)
def test_the_name_is_read_by_the_naming_standard_without_its_revision(
    file: str, texts: dict[str, str]
) -> None:
    assert known_of(file) == Prefilled(texts, None)


def test_fields_that_cannot_be_set_are_left_out() -> None:
    known = configuration(without=["name", "discipline"])
    assert Prefill(known, ExistingDocuments([])).of(PurePath("A-0007_P02.pdf"), lambda: 1).texts == {
        "number": "0007",
        "revision": "P02",
    }


def test_a_document_that_exists_is_found_by_its_name_or_its_file() -> None:
    by_name = ExistingDocument("revision", "r-1", "A-0007", PDF, "2", "P01")
    by_file = ExistingDocument("revision", "r-2", "Old name", PDF, file_name="B.pdf", file_size=10)
    assert known_of("A-0007_P02.pdf", by_name, by_file).existing == by_name
    found = known_of("B.pdf", by_name, by_file)
    assert (found.existing, found.texts["name"]) == (by_file, "Old name")
    assert known_of("B.pdf", by_file, size=11).existing is None
    assert known_of("A-0007_P02.dwg", by_name).existing is None


def test_a_document_is_described_in_words() -> None:
    one = ExistingDocument("revision", "r-1", "A-0007", PDF, "2", "P01", "2026-01-02T10:00:00Z")
    assert described(one) == "A-0007: version 2, revision P01, 2026-01-02"
    assert described(ExistingDocument("upload", "u-1", "A-0007", PDF)) == "A-0007: an upload"
    assert described(None) == ""


def test_values_of_the_version_before_are_copied_except_those_of_one_version() -> None:
    def value(name: str, *values: Value) -> FieldValue:
        item = BY_NAME[name]
        return FieldValue(item.id, name, item.type, item.label, values)

    status = LOOKUPS["status"].values[0]
    values = (
        value("status", status),
        value("type", Value("gone", "X", "Gone")),
        value("scale", Value("", "", "1:50")),
        value("revision", Value("", "", "P01")),
        value("workflow_state", Value("", "", "open")),
        value("trades", *LOOKUPS["trades"].values[:2]),
    )
    trades: Lookup = LOOKUPS["trades"]
    assert copied(configuration(), values) == {
        "status": status.label,
        "scale": "1:50",
        "trades": "; ".join(one.label for one in trades.values[:2]),
    }
