"""Frames: the same columns and dtypes for any content, also when they are empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pdm_nb import frames
from pdm_nb.model import ExistingDocument, FieldValue, Finding, Severity, Upload, User, Value
from tests.support.builders import field, rule, value

TYPE = field("type", "lov_entry")
DATE = field("date_authored", "timestamp")
SHOWN = [TYPE, DATE]


def held(name: str, type_: str, *labels: str) -> FieldValue:
    return FieldValue(
        f"f-{name}", name, type_, name, tuple(Value("", "", label) for label in labels), "MANUAL"
    )


UPLOAD = Upload(
    "U1", "E1", "COMPLETED", "completed", "in_progress",
    (held("type", "lov_entry", "Drawing"), held("date_authored", "timestamp", "2026-03-31T00:00:00Z")),
    match_criteria="a|b", container_id=None, completed_at="2026-11-02T10:00:00.5Z",
)  # fmt: skip
BARE = Upload("U2", "", "INCOMPLETE", "", "", completed_at=None)
UPLOADS = [(one, {value.name: value.text for value in one.fields}) for one in (UPLOAD, BARE)]
FINDING = Finding("PDM101", Severity.ERROR, 0, "type", "Type is empty", "set it")
TOOL = {"name": "document_management", "friendly_name": "Documents", "user_access_level": {"name": "Admin"}}
RULE = rule("r", project=(TYPE,), standard=(DATE,), when={"type": ("DRAW",)})
NAMES = {0: "a.pdf"}

# Frame, rows of it, the same columns expected with and without rows.
FRAMES: dict[str, tuple[Callable[[Any], pd.DataFrame], list[Any]]] = {
    "fields": (frames.fields, [TYPE, replace(DATE, custom_field_definition_id="c")]),
    "values": (frames.values, [value("A"), value("B", active=False, tags=("x", "y"))]),
    "requirements": (frames.requirements, [RULE, rule("default", project=(TYPE,))]),
    "users": (frames.users, [User("1", "Sample Architect", "architect@example.com"), User("2", "Sample")]),
    "tools": (frames.tools, [TOOL, {"id": 2, "name": "rfis", "user_access_level": None}]),
    "permissions": (
        frames.permissions,
        [("See the project", "yes", "it is listed", ""), ("Upload", "no", "refused", "Ask for it.")],
    ),
    "known": (
        frames.existing,
        [
            ExistingDocument("upload", "U1", "A-101", "application/pdf"),
            ExistingDocument(
                "revision", "R1", "A-101", "", "2", "P01", "2026-11-02T10:00:00Z", "U1", "A-101.pdf", 7
            ),
        ],
    ),
    "named": (frames.named, [{"id": 5, "name": "A", "is_active": False}, {"id": 6, "name": "B"}]),
    "uploads": (lambda rows: frames.uploads(rows, SHOWN), UPLOADS),
    "findings": (
        lambda rows: frames.findings(rows, NAMES),
        [FINDING, replace(FINDING, field=None, proposal="x")],
    ),
}


@pytest.mark.parametrize("name", FRAMES)
def test_columns_and_dtypes_are_the_same_with_and_without_rows(name: str) -> None:
    make, rows = FRAMES[name]
    full, empty = make(rows), make([])
    assert len(full) >= 1
    assert len(empty) == 0
    assert dict(full.dtypes.astype(str)) == dict(empty.dtypes.astype(str))
    assert list(full.columns) == list(empty.columns)
    assert "object" not in set(map(str, full.dtypes))


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_of_one_row_is_as_one_of_many(name: str) -> None:
    make, rows = FRAMES[name]
    for row in rows:
        assert dict(make([row]).dtypes.astype(str)) == dict(make(rows).dtypes.astype(str))


def test_ids_stay_text() -> None:  # B3
    found = frames.named([{"id": 9007199254740993, "name": "A"}])
    assert found.id[0] == "9007199254740993"


def test_uploads_show_text_dates_and_moments() -> None:
    found = frames.uploads(UPLOADS, SHOWN)
    assert found.loc[0, "type"] == "Drawing"
    assert found.loc[0, "date_authored"] == pd.Timestamp("2026-03-31", tz="UTC")
    assert found.loc[0, "completed_at"] == pd.Timestamp("2026-11-02T10:00:00.5Z")
    assert pd.isna(found.loc[1, "completed_at"])
    assert pd.isna(found.loc[0, "container_id"])
    assert found.loc[1, "type"] == ""


def test_an_invalid_time_is_missing_and_not_an_error() -> None:
    assert pd.isna(frames.uploads([(replace(UPLOAD, completed_at="soon"), {})], []).completed_at[0])


def test_requirements_have_a_row_for_each_rule_and_field() -> None:  # B17, B18
    found = frames.requirements([RULE, rule("default", project=(TYPE,))])
    assert list(zip(found.rule, found.field, found.source, strict=True)) == [
        ("r", "type", "project"),
        ("r", "date_authored", "naming standard"),
        ("default", "type", "project"),
    ]
    assert list(found.is_default) == [False, False, True]
    assert list(found.qualifies) == ["type is DRAW", "type is DRAW", "any document"]
    assert list(found.naming_standard) == ["Standard", "Standard", ""]


def test_findings_name_the_file() -> None:
    found = frames.findings([FINDING], NAMES)
    assert (found.file[0], found.severity[0], found.document[0]) == ("a.pdf", "error", 0)
    assert pd.isna(found.proposal[0])
