"""Problematic files in folders: each file that cannot be sent is reported, and the rest continues."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import Batch
from pdm_nb.batch.table import file_inspection
from pdm_nb.batch.transfer import file_parts
from pdm_nb.rules.file_type import file_type_of
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow

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
        (empty, "PDM202", "is empty"),
        (missing, "PDM201", "does not exist"),
        (loop, "PDM201", "does not exist"),
        (os.mkfifo, "PDM201", "is not a file"),
        (device, "PDM201", "is not a file"),
    ],
)
def test_paths_that_are_not_files_are_reported_and_the_rest_continues(
    site: Site, make: Callable[[Path], Any], code: str, told: str
) -> None:
    make(site.folder / "bad")
    table = opened(site, site.folder / "bad").upload().wait()
    assert table["state"].tolist() == ["uploaded", "on hold", "uploaded"]
    assert table.loc[1, "reason"] == code
    assert told in table.loc[1, "message"]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, device, loop, missing])
def test_a_file_that_is_replaced_after_the_check_is_reported_and_blocks_nothing(
    site: Site, make: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = site.folder / "bad"
    bad.write_text("still a file")
    batch = opened(site, bad)
    create = batch.view.project.service.client.create_document_uploads

    async def swapped(*given: Any) -> list[str]:
        bad.unlink()
        make(bad)
        return await create(*given)

    monkeypatch.setattr(batch.view.project.service.client, "create_document_uploads", swapped)
    table = batch.upload().wait(timeout=60)
    assert table["state"].tolist() == ["uploaded", "on hold", "uploaded"], table["message"].tolist()
    assert str(bad) in table.loc[1, "message"]


def test_a_file_without_read_permission_is_reported_and_the_rest_continues(
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
    monkeypatch.setattr(file_parts.os, "open", refused)
    table = batch.upload().wait()
    assert table["state"].tolist() == ["uploaded", "on hold", "uploaded"]
    assert table.loc[1, "reason"] == "FILE_UNREADABLE"
    assert f"{bad} cannot be read (no permission)" in table.loc[1, "message"]


def test_two_paths_to_one_file_are_reported_and_are_two_documents(site: Site) -> None:
    one = site.folder / "one.txt"
    one.write_text("once on the disk")
    (site.folder / "hard.txt").hardlink_to(one)
    (site.folder / "soft.txt").symlink_to(one)
    paths = [one, site.folder / "hard.txt", site.folder / "soft.txt"]
    batch = opened(site, *paths)
    found = batch.check().query("code == 'PDM204'")
    assert found["document"].tolist() == [1, 2, 3]
    assert found["message"].str.contains(f"is the same file as .*{one.parent}").all()
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 5


def test_names_that_other_systems_do_not_take_go_as_they_are(site: Site) -> None:
    paths = [site.folder / "hostile" / name for name in HOSTILE]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(path.name)
    table = opened(site, *paths).upload().wait()
    assert table["state"].tolist() == ["uploaded"] * (len(HOSTILE) + 2), table["message"].tolist()
    assert table["file"].tolist()[1:-1] == HOSTILE
    assert not site.sim.ledger.counts


SOUND = b"%PDF-1.7\nxref\n0 0\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"


def test_check_looks_into_files_once_as_long_as_they_do_not_change(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(
        file_inspection, "file_type_of", lambda read, size: looks.append(size) or file_type_of(read, size)
    )
    files = {"a.pdf": b"<html>sign in</html>", "b.pdf": SOUND[:-9], "c.pdf": SOUND, "d.pdf": b""}
    for name, data in files.items():
        (site.folder / name).write_bytes(data)
    batch = opened(site, *(site.folder / name for name in files))

    def told() -> dict[str, str]:
        found = batch.check().query("code.str.startswith('PDM20')")
        return dict(zip(found["file"], found["code"], strict=True))

    assert not [f for f in batch.findings() if f.code == "PDM205"]  # which opens no file
    assert told() == {"a.pdf": "PDM205", "b.pdf": "PDM207", "d.pdf": "PDM202"}
    assert len(looks) == 5  # all but the empty one
    assert {f.code for f in batch.findings()} >= {"PDM205", "PDM207"}
    told()
    assert len(looks) == 5
    (site.folder / "b.pdf").write_bytes(SOUND)
    assert told() == {"a.pdf": "PDM205", "d.pdf": "PDM202"}
    assert len(looks) == 6
    batch.upload().wait()
    same = {"b.pdf": "PDM208", "c.pdf": "PDM208"}  # they have the same bytes now
    assert told() == same | {"d.pdf": "PDM202"}  # the others are in storage


@pytest.mark.parametrize("make", [missing, loop, device, os.mkfifo, Path.mkdir])
def test_paths_that_are_not_files_are_not_inspected(site: Site, make: Callable[[Path], Any]) -> None:
    bad = site.folder / "bad.pdf"
    bad.write_bytes(SOUND)
    batch = opened(site, bad)
    bad.unlink()
    make(bad)
    assert set(batch.check().query("file == 'bad.pdf'")["code"]) >= {"PDM201"}
    assert not {"PDM205", "PDM207"} & set(batch.check()["code"])
