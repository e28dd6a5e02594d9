"""The facts that a document takes from its file."""

from __future__ import annotations

import os
from pathlib import Path

from pdm_nb.local_files import document_of, file_fault


def test_the_document_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "A-101.PDF"
    path.write_bytes(b"12345")
    (tmp_path / "sub").mkdir()
    found = document_of(tmp_path / "sub" / ".." / "A-101.PDF")
    facts = os.stat(path)
    assert (found.path, found.name, found.size, found.mime_type) == (
        str(path),
        "A-101.PDF",
        5,
        "application/pdf",
    )
    assert (found.mtime_ns, found.inode, found.state) == (facts.st_mtime_ns, facts.st_ino, "planned")


def test_a_missing_file_is_a_document_that_the_check_reports(tmp_path: Path) -> None:
    assert document_of(tmp_path / "a.pdf").size == 0
    assert file_fault(tmp_path / "a.pdf").endswith("a.pdf does not exist")
    assert file_fault(tmp_path).endswith("is not a file")
    (tmp_path / "a.pdf").touch()
    assert file_fault(tmp_path / "a.pdf") == ""
