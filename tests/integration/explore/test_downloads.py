"""Downloads: each file completely or not at all, never over an existing one, and no token beyond the service."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pdm_nb
from pdm_nb.api.client import TimeSource
from pdm_nb.errors import InputError
from pdm_nb.explore.partial_file import PartialFile
from tests.support.simulator.many_revisions import fill
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow

Make = Callable[..., Site]


def submitted(site: Site, count: int = 3) -> list[str]:
    return [str(id_) for id_ in site.ready(count).submit().wait()["revision_id"]]


def files(folder: Path) -> dict[str, str]:
    """What is below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_files_are_downloaded_with_their_hash(site: Site) -> None:
    """B64."""
    submitted(site)
    folder = site.folder / "files"
    table = site.project.download(site.project.revisions(), folder, structure="{type}").wait()
    assert set(table["state"]) == {"downloaded"}
    assert files(folder) == {f"Other/letter-{n:03}.txt": f"letter {n}" for n in range(3)}
    for path, digest in zip(table["path"], table["sha256"], strict=True):
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
    again = site.project.download(site.project.revisions(), folder, structure="{type}").wait()
    assert set(again["state"]) == {"present"}
    assert again["sha256"].tolist() == table["sha256"].tolist()


@pytest.mark.parametrize("host", ["api", "app"])
def test_the_token_stays_with_the_service(make_site: Make, host: str) -> None:
    """B64, B78: whatever host `download_url` has."""
    site = make_site(download_host=host)
    submitted(site, 1)
    site.project.download(site.project.revisions(), site.folder / "files").wait()
    storage = [
        request
        for request in site.wire.requests
        if "/storage/" in request.url.path and request.method == "GET"
    ]
    assert storage
    assert not any("authorization" in request.headers for request in storage)
    assert site.sim.ledger.clean


def test_a_redirect_is_taken_too(site: Site) -> None:
    """B64: the parameter `no_redirect` may be unknown to an environment."""
    submitted(site, 1)
    send = site.wire.handle_async_request

    async def without(request: Any) -> Any:
        if "no_redirect" in str(request.url):
            request.url = request.url.copy_remove_param("no_redirect")
        return await send(request)

    site.wire.handle_async_request = without  # type: ignore[method-assign]
    table = site.project.download(site.project.revisions(), site.folder / "files").wait()
    assert table["state"].tolist() == ["downloaded"]


def test_the_default_connections_download_as_well(site: Site) -> None:
    ids = submitted(site, 2)
    service = pdm_nb.connect(
        site.sim.url,
        client_id=site.sim.client_id,
        client_secret=site.sim.client_secret,
        clock=TimeSource(site.clock.now),
    )
    table = service.project(site.sim.project_id).download(ids, site.folder / "files").wait()
    assert set(table["state"]) == {"downloaded"}
    assert len(files(site.folder / "files")) == 2
    service.close()


def test_no_file_is_overwritten(site: Site) -> None:
    submitted(site, 2)
    folder = site.folder / "files"
    folder.mkdir()
    (folder / "letter-000.txt").write_text("mine")
    table = site.project.download(site.project.revisions(), folder).wait().set_index("name")
    assert table["state"].to_dict() == {"letter-000": "exists", "letter-001": "downloaded"}
    assert "was not overwritten" in table.loc["letter-000", "message"]
    assert files(folder) == {"letter-000.txt": "mine", "letter-001.txt": "letter 1"}


def test_the_same_file_is_taken_by_a_local_store_that_does_not_know_it(site: Site) -> None:
    ids = submitted(site, 2)
    folder = site.folder / "files"
    site.project.download(ids, folder).wait()
    (folder / "letter-001.txt").write_text("letter 9")  # the size of the file, but not its content
    store = site.project.revision_source.store
    for id_, file in zip(ids, ("letter-000.txt", "letter-001.txt"), strict=True):
        store.forget_download(id_, str(folder / file))
    table = site.project.download(ids, folder).wait().set_index("name")
    assert table["state"].to_dict() == {"letter-000": "present", "letter-001": "exists"}
    assert files(folder) == {"letter-000.txt": "letter 0", "letter-001.txt": "letter 9"}


def test_two_revisions_of_one_name_get_their_versions(site: Site) -> None:
    """B41."""
    submitted(site, 1)
    (site.folder / "plain" / "letter-000.txt").write_text("second")
    batch = site.project.batch(site.folder / "plain", journal=site.folder / "batch.sqlite")
    (new,) = batch.add_new_versions()
    batch.set(new, "revision", "P02")
    for run in (batch.upload, batch.watch, batch.submit):
        run().wait()
    site.project.download(site.project.revisions(), site.folder / "files").wait()
    assert files(site.folder / "files") == {"letter-000_v1.txt": "letter 0", "letter-000_v2.txt": "second"}


def test_names_follow_a_template_and_stay_in_the_folder(site: Site) -> None:
    batch = site.ready(1)
    batch.set(None, "description", "../../etc: a/b?")
    batch.submit().wait()
    folder = site.folder / "files"
    project = site.project
    project.download(
        project.revisions(), folder, name_template="{revision} {description}", structure="{discipline}"
    ).wait()
    [path] = files(folder)
    assert path.startswith("none/P01 ")
    assert ".." not in path.split("/")[1].split(" ")[0]
    assert path.endswith(".txt")
    with pytest.raises(InputError, match=r"Unknown field \{disc\}"):
        project.download(project.revisions(), folder, structure="{disc}")
    with pytest.raises(InputError, match="brace without a field"):
        project.download(project.revisions(), folder, name_template="{number")
    with pytest.raises(InputError, match="is a file, not a folder"):
        project.download(project.revisions(), site.folder / "batch.sqlite")


def test_a_full_disk_stops_the_run_and_leaves_no_half_file(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(site, 12)
    table = site.project.revisions()
    written: list[bytes] = []
    write = PartialFile.write

    def limited(partial: PartialFile, block: bytes) -> None:
        if len(written) >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(block)
        write(partial, block)

    monkeypatch.setattr(PartialFile, "write", limited)
    result = site.project.download(table, site.folder / "files").wait()
    states = result["state"].value_counts().to_dict()
    assert states["downloaded"] == 3
    assert states["not started"] > 0
    assert result["message"].str.contains("disk of .* is full. Free space").any()
    assert len(files(site.folder / "files")) == 3
    monkeypatch.undo()
    result = site.project.download(table, site.folder / "files").wait()
    assert result["state"].value_counts().to_dict() == {"downloaded": 9, "present": 3}


def test_a_broken_connection_is_tried_again(site: Site) -> None:
    submitted(site, 1)
    table = site.project.revisions()
    fails = [2]
    send = site.wire.handle_async_request

    async def broken(request: Any) -> Any:
        import httpx2

        if "/storage/" in request.url.path and fails[0]:
            fails[0] -= 1
            raise httpx2.ReadError("broken", request=request)
        return await send(request)

    site.wire.handle_async_request = broken  # type: ignore[method-assign]
    result = site.project.download(table, site.folder / "files").wait()
    assert result["state"].tolist() == ["downloaded"]


def test_what_may_not_be_downloaded_is_reported(make_site: Make) -> None:
    """B51, B76."""
    site = make_site(scenario="placeholders")
    ids = submitted(site, 1)
    site.sim._core.faults.hide(ids[0])
    table = site.project.download(site.project.revisions(), site.folder / "files").wait()
    assert sorted(table["state"]) == ["no file", "no file", "no file", "not permitted"]
    assert not (site.folder / "files").exists()


def test_recycled_revisions_are_downloaded_from_the_bin(site: Site) -> None:
    ids = submitted(site, 1)
    site.project.revisions()
    site.sim.recycle_revision(ids[0])
    site.clock.advance(1000)
    table = site.project.download(site.project.revisions(recycled=True), site.folder / "files").wait()
    assert table["state"].tolist() == ["downloaded"]
    assert site.calls("downloadRecycledRevision") == 1


def test_progress_is_reported(site: Site) -> None:
    run = site.project.download(fill(site, 5), site.folder / "files")
    assert set(run.wait()["state"]) == {"downloaded"}
    assert (run.progress.documents_done, run.progress.documents_total) == (5, 5)
    assert run.progress.bytes_done == run.progress.bytes_total > 0
    assert run.progress.api_calls >= 5
