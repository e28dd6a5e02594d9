"""Rejected operations are remembered for a day, per service and project; a damaged file is harmless (B71)."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.api.service_memory import DAY, MOST_BYTES, MOST_ENTRIES, Memories, ServiceMemory
from pdm_nb.file_writing.whole_file import whole_file
from pdm_nb.local_files.cache_folder import cache_folder

NOW = 1_000_000.0


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_refusal_is_known_to_the_next_process_for_a_day(tmp_path: Path, clock: Clock) -> None:
    """B71."""
    path = tmp_path / "deep" / "memory.json"
    memory = ServiceMemory(path, clock)
    assert not memory.refused("listRevisions")
    memory.note_refusal("listRevisions", 404)
    memory.note_reading("name_kind", "computed")
    clock.time += DAY - 1
    again = ServiceMemory(path, clock)
    assert (again.refused("listRevisions"), again.refusal("listRevisions")) == (True, 404)
    assert again.readings() == {"name_kind": "computed"}
    clock.time += 1
    assert not again.refused("listRevisions")
    assert again.reading("name_kind") is None
    assert not ServiceMemory(path, clock).refused("listRevisions")


@pytest.mark.parametrize("status", [None, 401, 408, 429, 500, 502, 503])
def test_a_temporary_error_is_not_a_refusal(clock: Clock, status: int | None) -> None:
    memory = ServiceMemory(None, clock)
    memory.note_refusal("listRevisions", status)
    assert not memory.refused("listRevisions")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"refused": 7, "readings": []}',
        b'{"refused": {"listRevisions": 404}, "readings": {"name_kind": [1]}}',
        b'{"refused": {"listRevisions": ["soon", 404]}, "readings": {"name_kind": [1000000.0, 7]}}',
        b'{"refused": {"listRevisions": [NaN, 404]}}',
        b'{"refused": {"listRevisions": [9e99, 404]}}',
        b"[" * 100_000,
        b'{"refused": {"listRevisions": [1000000.0, 404]}}' + b" " * MOST_BYTES,
    ],
)
def test_a_malformed_file_counts_as_empty_and_is_replaced(
    tmp_path: Path, clock: Clock, content: bytes
) -> None:
    path = tmp_path / "memory.json"
    path.write_bytes(content)
    memory = ServiceMemory(path, clock)
    assert not memory.refused("listRevisions")
    assert memory.readings() == {}
    memory.note_refusal("listRevisions", 403)
    assert ServiceMemory(path, clock).refusal("listRevisions") == 403


def test_two_processes_keep_what_both_saw(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memory.json"
    one, other = ServiceMemory(path, clock), ServiceMemory(path, clock)
    one.note_refusal("listRevisions", 404)
    other.note_refusal("listSelectedUploads", 404)
    both = ServiceMemory(path, clock)
    assert both.refused("listRevisions")
    assert both.refused("listSelectedUploads")


def test_an_operation_that_succeeds_again_is_no_longer_refused(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memory.json"
    memory = ServiceMemory(path, clock)
    memory.note_refusal("listRevisions", 404)
    memory.clear_refusal("listRevisions")
    assert not memory.refused("listRevisions")
    assert not ServiceMemory(path, clock).refused("listRevisions")


def test_what_calls_showed_is_forgotten_and_what_was_verified_stays(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memory.json"
    memory = ServiceMemory(path, clock)
    memory.note_refusal("listRevisions", 404)
    memory.note_reading("right_upload", "no")
    memory.note_reading("limit_headers", "hourly", verified=True)
    ServiceMemory(path, clock).note_refusal("listSelectedUploads", 404)
    memory.forget_learned()
    for one in (memory, ServiceMemory(path, clock)):
        assert not one.refused("listRevisions")
        assert not one.refused("listSelectedUploads")
        assert one.readings() == {"limit_headers": "hourly"}


def test_the_latest_reading_counts(tmp_path: Path, clock: Clock) -> None:
    memory = ServiceMemory(tmp_path / "memory.json", clock)
    memory.note_reading("name_kind", "plain", verified=True)
    clock.time += 1
    memory.note_reading("name_kind", "computed")
    assert memory.reading("name_kind") == "computed"
    clock.time += 1
    memory.note_reading("name_kind", "absent", verified=True)
    assert memory.readings() == {"name_kind": "absent"}


def test_two_threads_keep_what_both_saw(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread notes a refusal while another is about to replace the file."""
    path = tmp_path / "memory.json"
    memory = ServiceMemory(path, clock)
    other = threading.Thread(target=memory.note_refusal, args=("listSelectedUploads", 404))

    def slow(*given: Any, **options: Any) -> Any:
        if other.ident is None:
            other.start()
            other.join(0.3)  # it ends only if nothing keeps it from the file meanwhile
        return whole_file(*given, **options)

    monkeypatch.setattr("pdm_nb.api.service_memory.whole_file", slow)
    memory.note_refusal("listRevisions", 404)
    other.join()
    kept = ServiceMemory(path, clock)
    assert kept.refused("listRevisions")
    assert kept.refused("listSelectedUploads")


def test_the_same_observation_is_written_once(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memory.json"
    memory = ServiceMemory(path, clock)
    memory.note_reading("right_upload", "yes")
    before = path.stat().st_mtime_ns, path.stat().st_ino
    memory.note_reading("right_upload", "yes")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_file_is_bounded_whatever_is_noted(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memory.json"
    memory = ServiceMemory(path, clock)
    for number in range(MOST_ENTRIES + 20):
        clock.time += 1
        memory.note_reading(f"reading-{number}", "x" * 10_000)
    assert path.stat().st_size < MOST_BYTES
    assert len(memory.readings()) == MOST_ENTRIES
    assert memory.reading("reading-0") is None  # the oldest goes first
    assert [file.name for file in tmp_path.iterdir()] == ["memory.json"]


def test_a_file_in_place_of_the_folder_does_no_harm(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    memory = ServiceMemory(tmp_path / "file" / "memory.json", clock)
    memory.note_refusal("listRevisions", 404)
    assert memory.refused("listRevisions")


def test_services_applications_and_projects_are_kept_apart(tmp_path: Path, clock: Clock) -> None:
    Memories(tmp_path, "https://api.test", "client", clock).of("7", "8").note_refusal("listRevisions", 404)
    assert Memories(tmp_path, "https://api.test", "client", clock).of("7", "8").refused("listRevisions")
    for url, client, company, project in (
        ("https://other.test", "client", "7", "8"),
        ("https://api.test", "other", "7", "8"),
        ("https://api.test", "client", "78", ""),
        ("https://api.test", "client", "7", "9"),
    ):
        memory = Memories(tmp_path, url, client, clock).of(company, project)
        assert not memory.refused("listRevisions")


def test_the_file_names_nobody(tmp_path: Path, clock: Clock) -> None:
    memories = Memories(tmp_path, "https://api.test", "the-client", clock)
    memories.of("7654321", "8765432").note_refusal("listRevisions", 404)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    shown = f"{file} {file.read_text()}"
    assert not any(text in shown for text in ("api.test", "the-client", "7654321", "8765432"))
    assert set(json.loads(file.read_text())) == {"refused", "readings", "verified"}
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_folder_nothing_is_written(tmp_path: Path, clock: Clock, cache_folder: Path) -> None:
    memory = Memories(None, "https://api.test", "client", clock).of("7", "8")
    memory.note_refusal("listRevisions", 404)
    assert memory.refused("listRevisions")
    assert list(cache_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"PDM_NB_CACHE_DIR": "/else"}, "/else"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/pdm_nb"),
        ("linux", {}, "~/.cache/pdm_nb"),
        ("darwin", {}, "~/Library/Caches/pdm_nb"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/pdm_nb"),
    ],
)
def test_the_cache_folder_is_the_platforms_own(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
) -> None:
    for name in ("PDM_NB_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert cache_folder() == Path(expected).expanduser()
