"""Nothing leaves unasked: links, replaced files and changed journals do not send what is outside of a batch's folder."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import Batch
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret.txt").write_text("a secret of this machine")
    return folder / "secret.txt"


def batch_of(site: Site) -> Batch:
    """Two documents of a folder, whose bytes are sent through real sockets."""
    folder = site.folder / "documents"
    folder.mkdir()
    for name in ("first.txt", "last.txt"):
        (folder / name).write_text(name)
    return (
        site.connect(http=None).project("Riverside Tower").batch(folder, journal=site.folder / "batch.sqlite")
    )


def bytes_at_storage(site: Site) -> bytes:
    return b"".join(path.read_bytes() for path in Path(site.sim._core.data).rglob("*") if path.is_file())


def assert_kept(site: Site, batch: Batch, secret: Path, reasons: set[str]) -> None:
    table = batch.upload().wait(timeout=60)
    assert dict(zip(table["file"], table["state"], strict=True))["last.txt"] == "uploaded"
    bad = table[table["state"] != "uploaded"]
    assert len(bad) == 1
    assert set(bad["reason"]) <= reasons
    assert secret.read_bytes() not in bytes_at_storage(site)


def to_file(path: Path, secret: Path) -> None:
    path.unlink()
    path.symlink_to(secret)


def to_folder(path: Path, secret: Path) -> None:
    """The whole folder of the batch becomes a link to another one, with a file of the same name."""
    (secret.parent / path.name).write_bytes(secret.read_bytes())
    (secret.parent / "last.txt").write_text("last.txt")
    path.parent.rename(path.parent.with_name("before"))
    path.parent.symlink_to(secret.parent)


def test_a_file_that_becomes_a_link_after_planning_is_not_sent(site: Site, secret: Path) -> None:
    batch = batch_of(site)
    to_file(site.folder / "documents" / "first.txt", secret)
    found = batch.check().query("code == 'PDM201'")
    assert found["message"].str.contains(f"is a link to {secret}, outside of the folder").all()
    assert_kept(site, batch, secret, {"PDM201"})


def test_a_file_that_becomes_a_link_after_the_check_is_not_sent(
    site: Site, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(site)
    client = batch.view.project.service.client
    create = client.create_document_uploads

    async def swapped(*given: Any) -> list[str]:
        to_file(site.folder / "documents" / "first.txt", secret)
        return await create(*given)

    monkeypatch.setattr(client, "create_document_uploads", swapped)
    assert_kept(site, batch, secret, {"FILE_OUTSIDE"})


@pytest.mark.parametrize("moment", ["hashed", "created"])
def test_a_file_that_becomes_a_link_while_it_is_sent_is_not_sent(
    site: Site, secret: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    batch = batch_of(site)
    client = batch.view.project.service.client
    create = client.create_upload
    path = site.folder / "documents" / "first.txt"
    # As much, at the same time: only inode and path tell them apart.
    secret.write_text("9 letters"[: path.stat().st_size].ljust(path.stat().st_size))
    os.utime(secret, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))

    async def swapped(*given: Any, **spec: Any) -> Any:
        if spec["file_name"] == "first.txt" and not path.is_symlink():
            to_file(path, secret)
        return await create(*given, **spec)

    monkeypatch.setattr(client, "create_upload", swapped)
    assert_kept(site, batch, secret, {"FILE_OUTSIDE", "FILE_CHANGED"})


def changed(journal: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(journal) as db:
        db.execute(statement, values)
    db.close()


@pytest.mark.parametrize(
    "written", ["{path}", "{folder}/../../elsewhere/secret.txt", "{folder}/sub/../../../elsewhere/secret.txt"]
)
def test_a_changed_path_in_a_journal_sends_nothing_else(site: Site, secret: Path, written: str) -> None:
    batch = batch_of(site)
    batch.close()
    path = written.format(path=secret, folder=site.folder / "documents")
    changed(site.folder / "batch.sqlite", "UPDATE document SET path = ? WHERE name = 'first.txt'", path)
    again = site.connect(http=None).project("Riverside Tower").batch(journal=site.folder / "batch.sqlite")
    assert_kept(site, again, secret, {"PDM201"})


@pytest.mark.parametrize("entry", [None, '{"folders": [], "files": {}}', "{}"])
@pytest.mark.parametrize("has_source", [True, False])
def test_a_journal_without_folders_does_not_allow_everything(
    site: Site, secret: Path, entry: str | None, has_source: bool
) -> None:
    """Those of earlier versions have none, and who changes a journal can remove them: its source is the root, if any."""
    batch_of(site).close()
    journal = site.folder / "batch.sqlite"
    changed(journal, "UPDATE document SET path = ? WHERE name = 'first.txt'", str(secret))
    changed(journal, "DELETE FROM meta WHERE key = 'allowed_files'")
    if entry is not None:
        changed(journal, "INSERT INTO meta VALUES ('allowed_files', ?)", entry)
    if not has_source:
        changed(journal, "DELETE FROM meta WHERE key = 'source'")
    project = site.connect(http=None).project("Riverside Tower")
    batch = project.batch(journal=journal)
    if entry is None and has_source:
        assert_kept(site, batch, secret, {"PDM201"})
        return
    table = batch.upload().wait(timeout=60)
    assert set(table["state"]) == {"on hold"}
    assert all(
        "wrote this journal without its folder. Open that folder with this journal" in text
        for text in table["message"]
    )
    assert bytes_at_storage(site) == b""
    assert_kept(site, project.batch(site.folder / "documents", journal=journal), secret, {"PDM201"})


def test_a_file_outside_is_sent_if_it_is_listed_by_name(site: Site, secret: Path) -> None:
    batch = batch_of(site)
    batch.close()
    project = site.connect(http=None).project("Riverside Tower")
    batch = project.batch([secret], journal=site.folder / "batch.sqlite")
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 3


@pytest.mark.parametrize("pattern", ["**/*.txt", "*/*/*/*.txt"])
def test_patterns_with_loops_of_links_end(site: Site, pattern: str) -> None:
    folder = site.folder / "looped"
    for name in ("a", "b", "c"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file.txt").write_text(name)
        for other in ("a", "b", "c"):
            (folder / name / f"to-{other}").symlink_to(folder / other)
    batch = site.project.batch(str(folder / pattern), journal=site.folder / "loop.sqlite")
    assert sorted(set(batch.frame["file"])) == ["file.txt"]
    assert len(batch) <= 12
