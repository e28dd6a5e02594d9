"""Files as folders have them: each that cannot be sent is told by itself, and the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sites import Site

from pdm_nb import Batch
from pdm_nb.batch import transfer

HOSTILE = ["CON.pdf", "a:b?c*.txt", "ends in a dot.", " blanks ", "<>|.txt", "üñí—文.txt", "x" * 251 + ".txt"]


def opened(site: Site, *paths: Path) -> Batch:
    """A batch of these files and of two that nothing ails, whose bytes go by sockets of their own."""
    for name in ("first.txt", "last.txt"):
        (site.folder / name).write_text(name)
    project = site.connect(http=None).project("Riverside Tower")
    listed = [site.folder / "first.txt", *paths, site.folder / "last.txt"]
    return project.batch(listed, journal=site.folder / "bad.sqlite")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def missing(path: Path) -> None:
    pass


def loop(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "code", "told"),
    [
        (empty, "PDM202", "has no bytes"),
        (missing, "PDM201", "does not exist"),
        (loop, "PDM201", "does not exist"),
        (Path.mkdir, "PDM201", "is no file"),
        (os.mkfifo, "PDM201", "is no file"),
        (device, "PDM201", "is no file"),
    ],
)
def test_what_is_no_file_to_send_is_told_and_the_rest_goes_on(
    site: Site, make: Callable[[Path], Any], code: str, told: str
) -> None:
    make(site.folder / "bad")
    table = opened(site, site.folder / "bad").upload().wait()
    assert table["state"].tolist() == ["completed", "held", "completed"]
    assert table.loc[1, "reason"] == code
    assert told in table.loc[1, "message"]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, device, loop, missing])
def test_what_takes_a_files_place_after_it_was_checked_is_told_and_hangs_nobody(
    site: Site, make: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = site.folder / "bad"
    bad.write_text("still a file")
    batch = opened(site, bad)
    create = batch.project.service.client.create_document_uploads

    async def swapped(*given: Any) -> list[str]:
        bad.unlink()
        make(bad)
        return await create(*given)

    monkeypatch.setattr(batch.project.service.client, "create_document_uploads", swapped)
    table = batch.upload().wait(timeout=30)
    assert table["state"].tolist() == ["completed", "held", "completed"], table["message"].tolist()
    assert str(bad) in table.loc[1, "message"]


def test_a_file_that_may_not_be_read_is_told_and_the_rest_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = site.folder / "bad"
    bad.write_text("another's")
    real = os.open

    def refused(path: Any, *given: Any, **more: Any) -> int:  # the tests may be run by one who may read all
        if str(path) == str(bad):
            raise PermissionError(13, "Permission denied", str(bad))
        return real(path, *given, **more)

    batch = opened(site, bad)
    monkeypatch.setattr(transfer.os, "open", refused)
    table = batch.upload().wait()
    assert table["state"].tolist() == ["completed", "held", "completed"]
    assert table.loc[1, "reason"] == "FILE_UNREADABLE"
    assert f"{bad} cannot be read (Permission denied)" in table.loc[1, "message"]


def test_two_paths_to_one_file_are_told_and_are_two_documents(site: Site) -> None:
    one = site.folder / "one.txt"
    one.write_text("once on the disk")
    (site.folder / "hard.txt").hardlink_to(one)
    (site.folder / "soft.txt").symlink_to(one)
    paths = [one, site.folder / "hard.txt", site.folder / "soft.txt"]
    batch = opened(site, *paths)
    found = batch.check().query("code == 'PDM204'")
    assert found["document"].tolist() == [1, 2, 3]
    assert found["message"].str.contains(f"is the same file as .*{one.parent}").all()
    assert batch.upload().wait()["state"].tolist() == ["completed"] * 5


def test_names_that_other_systems_do_not_take_go_as_they_are(site: Site) -> None:
    paths = [site.folder / "hostile" / name for name in HOSTILE]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(path.name)
    table = opened(site, *paths).upload().wait()
    assert table["state"].tolist() == ["completed"] * (len(HOSTILE) + 2), table["message"].tolist()
    assert table["file"].tolist()[1:-1] == HOSTILE
    assert not site.sim.ledger.counts
