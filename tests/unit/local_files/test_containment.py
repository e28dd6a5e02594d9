"""Paths that lead out of a folder: by '..', as absolute paths, by links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdm_nb.local_files import Folder, contained


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "sub").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    for path in ("root/a.pdf", "root/sub/b.pdf", "outside/secret.pdf"):
        (tmp_path / path).touch()
    (tmp_path / "root" / "link.pdf").symlink_to(tmp_path / "outside" / "secret.pdf")
    (tmp_path / "root" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "inner.pdf").symlink_to("sub/b.pdf")
    (tmp_path / "root" / "other").symlink_to("sub")
    return tmp_path / "root"


@pytest.mark.parametrize(
    "path",
    [
        "a.pdf",
        "sub/b.pdf",
        "sub\\b.pdf",
        "./sub/../a.pdf",
        "missing.pdf",
        "inner.pdf",
        "other/b.pdf",
        "..a.pdf",
    ],
)
def test_what_stays_inside(root: Path, path: str) -> None:
    assert not contained(path, root).outside
    assert Folder(root).reason(path) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../outside/secret.pdf", "leads out of the folder"),
        ("..\\outside\\secret.pdf", "leads out of the folder"),
        ("sub/../../outside/secret.pdf", "leads out of the folder"),
        ("/etc/passwd", "is an absolute path outside the folder"),
        ("C:\\Projects\\a.pdf", "is an absolute path of another computer"),
        ("link.pdf", "is a link to"),
        ("folder/secret.pdf", "is a link to"),
        ("a\0.pdf", "contains a null character"),
    ],
)
def test_what_leads_out_is_reported(root: Path, path: str, why: str) -> None:
    found = contained(path, root)
    assert found.outside
    assert why in found.reason
    assert Folder(root).reason(path) == found.reason


def test_an_absolute_path_below_the_folder_is_inside(root: Path) -> None:
    assert not contained(root / "a.pdf", root).outside
    assert Folder(root).relative(str(root / "sub" / "b.pdf")) == os.path.join("sub", "b.pdf")
    assert contained(f"{root}-other/a.pdf", root).outside  # not just the same first letters


def test_a_folder_that_is_itself_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mounted").symlink_to(root)
    assert not contained("a.pdf", tmp_path / "mounted").outside
    assert not contained(root / "a.pdf", tmp_path / "mounted").outside
    assert contained("link.pdf", tmp_path / "mounted").outside


def test_without_a_folder_only_the_text_counts() -> None:
    assert [bool(Folder(None).reason(path)) for path in ("a.pdf", "../a.pdf", "/a.pdf")] == [
        False,
        True,
        True,
    ]


def test_where_a_path_leads(root: Path) -> None:
    found = contained("link.pdf", root)
    assert (found.path, found.exists) == (os.path.realpath(root.parent / "outside" / "secret.pdf"), True)
    assert not contained("../outside/missing.pdf", root).exists
