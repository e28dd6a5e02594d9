"""Which files of a batch may be sent, and that the opened file is the one that was checked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pdm_nb.local_files import AllowedFiles, folder_of


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    return tmp_path / "outside" / "secret.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "inner").mkdir(parents=True)
    (tmp_path / "root" / "inner" / "a.pdf").write_text("a")
    return tmp_path / "root"


def opened(path: Path, allowed: AllowedFiles) -> str:
    file = os.open(path, os.O_RDONLY)
    try:
        return allowed.only(str(path)).reason_if_opened(str(path), file)
    finally:
        os.close(file)


def test_files_and_links_within_the_folder_may_be_sent(root: Path) -> None:
    allowed = AllowedFiles().including(str(root), [])
    (root / "link.pdf").symlink_to("inner/a.pdf")
    for path in (root / "inner" / "a.pdf", root / "link.pdf"):
        assert (allowed.reason(str(path)), opened(path, allowed)) == ("", "")


def test_what_leads_out_of_the_folder_may_not(root: Path, outside: Path) -> None:
    allowed = AllowedFiles().including(str(root), [])
    (root / "link.pdf").symlink_to(outside)
    (root / "folder").symlink_to(outside.parent)
    for path in (root / "link.pdf", root / "folder" / "secret.txt"):
        expected = f"{path} is a link to {outside}, outside of the folder {root} of this batch"
        assert allowed.reason(str(path)).startswith(expected)
        assert opened(path, allowed).startswith(expected)
    assert allowed.reason(str(outside)).startswith(f"{outside} is outside of the folder {root} of this batch")


def test_a_file_elsewhere_may_be_sent_once_it_was_named_and_only_to_where_it_led(
    root: Path, outside: Path
) -> None:
    allowed = AllowedFiles().including(str(root), [str(outside)])
    assert allowed.files == {str(outside): ""}
    assert (allowed.reason(str(outside)), opened(outside, allowed)) == ("", "")
    other = outside.with_name("other.txt")
    other.write_text("other")
    assert allowed.reason(str(other))
    outside.unlink()
    outside.symlink_to(other)
    assert f"{outside} is a link to {other}" in allowed.reason(str(outside))
    assert f"{outside} is a link to {other}" in opened(outside, allowed)
    assert AllowedFiles.parse(allowed.dump()) == allowed


def test_a_named_link_leads_to_its_target(root: Path, outside: Path) -> None:
    link = root / "link.txt"
    link.symlink_to(outside)
    allowed = AllowedFiles().including("", [str(link)])
    assert (allowed.reason(str(link)), opened(link, allowed)) == ("", "")


def test_a_path_that_was_replaced_after_it_was_opened_is_noticed(root: Path) -> None:
    path = root / "inner" / "a.pdf"
    allowed = AllowedFiles().including(str(root), [])
    file = os.open(path, os.O_RDONLY)
    path.unlink()
    assert allowed.reason_if_opened(str(path), file) == f"Replaced while it was opened: {path}"
    path.write_text("another")
    assert allowed.reason_if_opened(str(path), file) == f"Replaced while it was opened: {path}"
    os.close(file)


def test_what_nothing_is_known_of_allows_nothing(outside: Path) -> None:
    told = "is not allowed, since an earlier version wrote this journal without its folder"
    assert told in AllowedFiles().reason(str(outside))
    assert told in opened(outside, AllowedFiles())
    anywhere = AllowedFiles(anywhere=True)
    assert anywhere.reason(str(outside)) == opened(outside, anywhere.only(str(outside))) == ""


def test_an_older_journal_has_the_folder_of_its_source(root: Path, outside: Path) -> None:
    for source in ({"source": str(root)}, {"source": str(outside), "folder": str(root)}):
        allowed = AllowedFiles.of_meta({"source": json.dumps(source)})
        assert allowed.reason(str(root / "a.pdf")) == ""
        assert allowed.reason(str(outside)) != ""
    for meta in (
        {},
        {"source": "null"},
        {"source": json.dumps({"source": str(root)}), "allowed_files": "{}"},
    ):
        assert AllowedFiles.of_meta(meta).reason(str(root / "a.pdf")) != ""


@pytest.mark.parametrize(
    "text", ["[]", "1", '{"folders": 1}', '{"folders": [1]}', '{"files": []}', '{"files": {"a": 1}}', "{"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        AllowedFiles.parse(text)


def test_the_folder_of_a_source(root: Path) -> None:
    for source in (
        root,
        root / "*.pdf",
        root / "**" / "*.pdf",
        root / "x[1]*" / "b.pdf",
        root / "register.csv",
    ):
        assert folder_of(str(source)) == str(root), source
