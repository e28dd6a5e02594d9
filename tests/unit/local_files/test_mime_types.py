"""The MIME type of a file is the same on every system."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import pytest

from pdm_nb.local_files import MIME_TYPES, document_of, mime_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.zip", "application/zip"), ("a.csv", "text/csv"), ("a.pdf", "application/pdf"), ("a.dwg", "image/vnd.dwg"),
        ("a.dxf", "image/vnd.dxf"), ("a.ifc", "application/x-step"), ("a.rvt", "application/octet-stream"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("A.PDF", "application/pdf"), ("a.strange9", "application/octet-stream"), ("pdf", "application/octet-stream"),
    ],
)  # fmt: skip
def test_the_type_does_not_depend_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """The registry of Windows may map .zip and .csv to other types."""
    suffix = Path(name).suffix.lower()
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_args, **_more: ("application/x-elsewhere", None))
    monkeypatch.setattr(mimetypes, "types_map", {suffix: "application/x-elsewhere"})
    mimetypes.add_type("application/x-elsewhere", suffix or ".x")
    assert mime_type(Path(name)) == kind
    (tmp_path / name).touch()
    assert document_of(tmp_path / name).mime_type == kind


def test_the_table_has_the_formats_of_construction() -> None:
    assert len(MIME_TYPES) >= 80
    assert {".nwd", ".nwc", ".dgn", ".skp", ".ifczip", ".rfa", ".dwfx", ".xlsb", ".mpp", ".msg"} <= set(
        MIME_TYPES
    )
    assert all(suffix == suffix.lower() and "/" in kind for suffix, kind in MIME_TYPES.items())
