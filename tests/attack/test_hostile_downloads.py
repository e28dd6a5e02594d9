"""Storage that returns other bytes than it should, or none, while files are downloaded. Nothing half is left behind (B64)."""

from __future__ import annotations

import asyncio
import re
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.api.client import TimeSource
from pdm_nb.api.limits import response_limits
from pdm_nb.explore import partial_file
from pdm_nb.explore.download import PROGRESS
from tests.support.hostile.faults import BY_NAME
from tests.support.hostile.server import Exchange, HostileServer
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow
SIGNATURE = re.compile(r"(?:signature|Signature|sig)=([^&\s]+)")


class Relayed:
    """A project with one revision whose file comes through a hostile relay."""

    def __init__(self, site: Site, server: HostileServer, content: bytes) -> None:
        self.site, self.server, self.content = site, server, content
        plain = site.folder / "plain"
        plain.mkdir()
        (plain / "letter-000.txt").write_bytes(content)
        batch = site.batch(plain)
        for field, text in {
            "type": "Other",
            "status": "S2",
            "revision": "P01",
            "description": "A letter",
        }.items():
            batch.set(None, field, text)
        for run in (batch.upload, batch.watch, batch.submit):
            table = run().wait()
        self.id = str(table["revision_id"].iloc[0])
        self.waited: list[float] = []
        service = pdm_nb.connect(
            server.url,
            client_id=site.sim.client_id,
            client_secret=site.sim.client_secret,
            clock=TimeSource(site.clock.now, self._sleep),
        )
        self.project = service.project(site.sim.project_id)
        self.project.revisions()
        self.folder = site.folder / "files"

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.site.clock.advance(seconds)
        await asyncio.sleep(0)

    def strike(self, give: Callable[[Exchange], object], times: int = 1_000_000) -> None:
        self.server.strike("getFile", give, times)

    def download(self) -> pd.Series:
        """Download the file; return its row of the result."""
        table = self.project.download([self.id], self.folder).wait()
        return table.iloc[0]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def assert_nothing_is_left(self) -> None:
        assert self.files() == {}


@pytest.fixture
def content() -> bytes:
    return b"the content of a letter"


@pytest.fixture
def relayed(site: Site, content: bytes) -> Iterator[Relayed]:
    with HostileServer(site.sim.url) as server:
        yield Relayed(site, server, content)


def test_what_cannot_be_the_file_fails_at_once(relayed: Relayed) -> None:
    for kind in ("endless", "html", "deep", "redirect", "s400", "s404", "s410"):
        relayed.server.calls.clear()
        relayed.strike(BY_NAME[kind].give)
        found = relayed.download()
        assert found["state"] == "failed", kind
        assert found["message"].startswith("Storage "), kind
        assert relayed.server.calls["getFile"] == 1, kind
        relayed.assert_nothing_is_left()
    relayed.server.heal()
    assert relayed.download()["state"] == "downloaded"
    assert relayed.files() == {"letter-000.txt": relayed.content}


def test_what_may_pass_is_requested_again_at_a_new_url(relayed: Relayed) -> None:
    for kind in ("reset", "no_http", "s408", "s429", "s500", "s503", "s403"):
        relayed.folder = relayed.site.folder / kind
        relayed.server.calls.clear()
        relayed.strike(BY_NAME[kind].give)
        assert relayed.download()["state"] == "failed", kind
        relayed.assert_nothing_is_left()
        assert relayed.server.calls["getFile"] == relayed.server.calls["downloadRevision"] == 4, kind
        relayed.strike(BY_NAME[kind].give, times=2)
        assert relayed.download()["state"] == "downloaded", kind


def test_the_wait_that_storage_asks_for_is_kept(relayed: Relayed) -> None:
    relayed.strike(lambda ex: ex.respond(503, b"", "Retry-After: 77"), times=1)
    assert relayed.download()["state"] == "downloaded"
    assert 77 in relayed.waited
    relayed.strike(lambda ex: ex.respond(503, b"", "Retry-After: 86400"))
    relayed.folder = relayed.site.folder / "others"
    assert relayed.download()["state"] == "failed"
    assert max(relayed.waited) < 100


def test_no_message_has_a_part_of_the_url(relayed: Relayed) -> None:
    urls: list[str] = []

    def echo(ex: Exchange) -> None:
        urls.append(ex.target)
        ex.respond(404, f"<Error><Code>No</Code><Message>{ex.target} {ex.headers}</Message></Error>".encode())

    relayed.strike(echo)
    found = relayed.download()
    assert found["state"] == "failed"
    (signature,) = SIGNATURE.findall(urls[0])
    assert signature not in found["message"]
    assert "(secret)" in found["message"]


def test_one_byte_at_a_time_ends_in_time(relayed: Relayed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_limits, "storage_seconds", lambda size: 0.5)

    def drip(ex: Exchange) -> bool:
        ex.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not ex.relay.stopping.wait(0.2):
            ex.send(b" ")
        return True

    relayed.strike(drip)
    found = relayed.download()
    assert found["state"] == "failed"
    assert "did not answer in time" in found["message"]
    relayed.assert_nothing_is_left()


class Ranges:
    """Storage that sends at most so many bytes of a file for each request, and continues if it is asked to."""

    def __init__(self, content: bytes, most: int, etag: str = '"v1"') -> None:
        self.content, self.most, self.etag = content, most, etag
        self.asked: list[str] = []

    def __call__(self, ex: Exchange) -> bool:
        asked = ex.headers.get("Range", "")
        self.asked.append(asked)
        start = int(asked[6:-1]) if asked and ex.headers.get("If-Range") == self.etag else 0
        size = len(self.content)
        head = (
            f"HTTP/1.1 {206 if start else 200} OK\r\nContent-Length: {size - start}\r\nETag: {self.etag}\r\n"
        )
        if start:
            head += f"Content-Range: bytes {start}-{size - 1}/{size}\r\n"
        ex.send(f"{head}\r\n".encode() + self.content[start : start + self.most])
        return True  # the connection is cut


class TestLarge:
    @pytest.fixture
    def content(self) -> bytes:
        return bytes(range(256)) * (8 * PROGRESS // 256) + b"end"

    def test_a_file_continues_where_it_was_cut(self, relayed: Relayed, content: bytes) -> None:
        """More often than there are attempts without progress."""
        storage = Ranges(content, PROGRESS + PROGRESS // 2)
        relayed.strike(storage)
        assert relayed.download()["state"] == "downloaded"
        assert relayed.files() == {"letter-000.txt": content}
        assert len(storage.asked) == 6
        assert all(one.startswith("bytes=") for one in storage.asked[1:])

    def test_a_file_that_became_another_one_begins_again(self, relayed: Relayed, content: bytes) -> None:
        other = content[::-1]
        first, second = Ranges(content, PROGRESS), Ranges(other, len(other), '"v2"')
        relayed.strike(lambda ex: (first if not first.asked else second)(ex))
        assert relayed.download()["state"] == "downloaded"
        assert relayed.files() == {"letter-000.txt": other}
        assert second.asked[0].startswith("bytes=")

    def test_other_ranges_than_were_requested_are_not_joined(self, relayed: Relayed, content: bytes) -> None:
        storage = Ranges(content, 3 * PROGRESS)

        def shifted(ex: Exchange) -> bool:
            if "Range" in ex.headers:
                head = (
                    f"HTTP/1.1 206 OK\r\nContent-Length: 3\r\nContent-Range: bytes 0-2/{len(content)}\r\n\r\n"
                )
                ex.send(head.encode() + b"abc")
                return True
            return storage(ex)

        relayed.strike(shifted)
        found = relayed.download()
        assert found["state"] == "failed"
        assert len(storage.asked) <= 4
        relayed.assert_nothing_is_left()

    def test_progress_is_shown_while_a_file_is_written(self, relayed: Relayed, content: bytes) -> None:
        run = relayed.project.download([relayed.id], relayed.folder)
        run.wait()
        assert run.progress.bytes_done == run.progress.bytes_total == len(content)

    def test_a_disk_that_fills_up_stops_before_it_is_full(
        self, relayed: Relayed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = namedtuple("usage", "free")
        free = [partial_file.RESERVE + 100 * PROGRESS]
        monkeypatch.setattr(partial_file.shutil, "disk_usage", lambda path: usage(free[0]))
        monkeypatch.setattr(partial_file, "CHECK_EVERY", PROGRESS)

        def filling(ex: Exchange) -> None:
            free[0] = partial_file.RESERVE  # by another program
            status, headers, body = ex.upstream()
            ex.respond(status, body, *(f"{name}: {text}" for name, text in headers.items()))

        relayed.strike(filling)
        found = relayed.download()
        assert found["state"] == "failed"
        assert "is full. Free space, then run the same call again." in found["message"]
        relayed.assert_nothing_is_left()
        calls = relayed.server.calls["getFile"]
        found = relayed.download()
        assert "do not fit on the disk" in found["message"]
        assert relayed.server.calls["getFile"] == calls


def test_a_file_that_appears_meanwhile_is_not_overwritten(relayed: Relayed) -> None:
    target = relayed.folder / "letter-000.txt"

    def late(ex: Exchange) -> None:
        target.write_bytes(b"x" * len(relayed.content))
        status, headers, body = ex.upstream()
        ex.respond(status, body, *(f"{name}: {text}" for name, text in headers.items()))

    relayed.strike(late)
    assert relayed.download()["state"] == "exists"
    assert relayed.download()["state"] == "exists"  # it has the size of the file, but is another one
    assert relayed.files() == {"letter-000.txt": b"x" * len(relayed.content)}


def test_no_link_leads_out_of_the_folder(relayed: Relayed) -> None:
    outside = relayed.site.folder / "outside"
    outside.mkdir()
    relayed.folder.mkdir()
    (relayed.folder / "Other").symlink_to(outside)
    table = relayed.project.download([relayed.id], relayed.folder, structure="{type}/{status}").wait()
    assert table["state"].tolist() == ["failed"]
    assert "is a link to" in table["message"].iloc[0]
    assert not any(outside.iterdir())


def test_what_an_interrupted_download_left_is_removed_after_a_day(
    relayed: Relayed, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed.folder.mkdir()
    for name in (".pdm_nb-0011.part", "drawing.part"):
        Path(relayed.folder, name).write_bytes(b"half")
    relayed.download()
    assert ".pdm_nb-0011.part" in relayed.files()
    monkeypatch.setattr(partial_file, "STALE", -1.0)
    (relayed.folder / "letter-000.txt").unlink()
    assert relayed.download()["state"] == "downloaded"
    assert relayed.files() == {"drawing.part": b"half", "letter-000.txt": relayed.content}


def test_a_service_that_is_gone_ends_the_run_and_not_each_file(relayed: Relayed) -> None:
    relayed.server.strike("downloadRevision", BY_NAME["reset"].give)
    ids = [relayed.id, *(f"01ARZ3NDEKTSV4RRFFQ69G5F{n:02}" for n in range(30))]
    relayed.project.client.attempts = 2
    table = relayed.project.download(ids, relayed.folder).wait()
    assert set(table["state"]) == {"failed", "not started"}
    assert (table["state"] == "not started").sum() >= 26
    assert table["message"].str.contains("Run the same call again").all()
