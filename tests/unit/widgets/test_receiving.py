"""Files from the browser: their names, their limits, and that no file is overwritten or left half written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.errors import InputError, PdmError
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.workbench.imports import received_files
from pdm_nb.widgets.workbench.imports.received_files import MOST_BYTES, ReceivedFiles
from tests.support.panels import FakeProject, do

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def files(tmp_path: Path) -> ReceivedFiles:
    return ReceivedFiles(tmp_path / "in", now=lambda: 0.0)


def send(files: ReceivedFiles, name: str, data: bytes = b"abc") -> Path:
    key = files.begin(name, len(data))
    files.add(key, 0, data)
    return files.finish(key)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("A-101.pdf", "A-101.pdf"), ("old/A-101.pdf", "old/A-101.pdf"), ("../../etc/passwd", "etc/passwd"),
        ("C:\\temp\\con.pdf", "C_/temp/_con.pdf"), ("/abs/x.pdf", "abs/x.pdf"), ("a\x00b<.pdf", "a_b_.pdf"),
    ],
)  # fmt: skip
def test_names_are_safe_and_stay_in_the_folder(files: ReceivedFiles, name: str, place: str) -> None:
    target = send(files, name)
    assert files.folder is not None
    assert target.relative_to(files.folder).as_posix() == place
    assert target.read_bytes() == b"abc"


def test_a_file_that_exists_is_not_overwritten(files: ReceivedFiles) -> None:
    target = send(files, "a.pdf", b"first")
    with pytest.raises(InputError, match=r"a\.pdf exists already, so it was not replaced"):
        files.begin("a.pdf", 3)
    key = files.begin("b.pdf", 3)
    files.add(key, 0, b"abc")
    target.with_name("b.pdf").write_bytes(b"in the meantime")
    with pytest.raises(InputError, match=r"b\.pdf exists already"):
        files.finish(key)
    assert sorted(one.name for one in target.parent.iterdir()) == ["a.pdf", "b.pdf"]
    assert (target.read_bytes(), target.with_name("b.pdf").read_bytes()) == (b"first", b"in the meantime")


def test_limits_are_refused_with_a_sentence(files: ReceivedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"big\.pdf has 500 MB, and the browser can send at most 500 MB"):
        files.begin("big.pdf", MOST_BYTES + 1)
    with pytest.raises(InputError, match="cannot be the name of a file"):
        files.begin("../..", 3)
    monkeypatch.setattr(received_files, "MOST_FILES", 1)
    send(files, "a.pdf")
    with pytest.raises(InputError, match="at most 1 files at once"):
        files.begin("b.pdf", 3)
    monkeypatch.setattr(received_files, "MOST_FILES", 9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=r"has no room for c\.pdf"):
        files.begin("c.pdf", 3)


def test_a_file_that_did_not_arrive_completely_leaves_nothing(files: ReceivedFiles) -> None:
    for step in (lambda key: files.add(key, 1, b"b"), lambda key: files.add(key, 0, b"abcd"), files.finish):
        key = files.begin("a.pdf", 3)
        with pytest.raises(InputError, match="did not arrive completely"):
            step(key)
        with pytest.raises(InputError, match="was cancelled"):
            files.add(key, 0, b"a")
    files.cancel(files.begin("a.pdf", 3))
    folder = files.folder
    files.begin("b.pdf", 3)
    files.close()
    assert folder is not None
    assert not folder.exists()


def test_what_was_dropped_is_read_and_a_register_among_it_is_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Workbench()
    assert bench._page["receiving"]["limit"] == "500 MB"
    with pytest.raises(PdmError, match="select a project first"):
        do(bench, "receiving.begin", file="a.pdf", size=1)
    bench.open_project(FakeProject())
    do(bench, "receiving.read")  # nothing has arrived
    assert bench._page["importing"]["files"] is None
    replies: list[dict[str, Any]] = []
    bench.send = replies.append  # type: ignore[method-assign,assignment]
    key = do(bench, "receiving.begin", file="a.pdf", size=3)
    message = {"name": "receiving.add", "action": "1", "arguments": {"key": key, "offset": 0}}
    bench._do({**message, "arguments": {**message["arguments"], "data": b"abc"}})  # type: ignore[dict-item]
    assert replies[-1]["result"] == 3
    assert do(bench, "receiving.finish", key=key).endswith("a.pdf")
    do(bench, "receiving.read")
    assert bench._page["importing"]["files"]["count"] == 1
    source = bench._page["importing"]["source"]
    assert source.startswith("pdm_nb-files/")
    bench.importing.forget()
    assert not bench.receiving._files.folder
