"""Damaged and foreign journals: each is refused in one sentence, and reading one does not change it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pdm_nb import journals
from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.errors import JournalError
from pdm_nb.model import Cell
from tests.support.builders import document

pytestmark = pytest.mark.slow
MINE = Identity("https://api.test", "7", "42", "Riverside Tower")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "batch.sqlite"
    journal = Journal.open(file, MINE)
    journal.add([document("a.pdf"), document("b.pdf")])
    journal.set_cells([(0, "f-type", Cell("Drawing", ("v-1",), "MANUAL"))])
    journal.close()
    return file


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


DEEP = "[" * 200_000
CHANGES = {
    "state": "UPDATE document SET state = 'submitted!'",
    "size as text": "UPDATE document SET size = 'large'",
    "negative size": "UPDATE document SET size = -1",
    "path as bytes": "UPDATE document SET path = x'00ff' WHERE id = 0",
    "path with null": "UPDATE document SET path = 'a' || char(0) || 'b' WHERE id = 0",
    "long path": "UPDATE document SET path = hex(zeroblob(40000)) WHERE id = 0",
    "long message": "UPDATE document SET message = hex(zeroblob(2000000))",
    "a version of itself": "UPDATE document SET follows = id WHERE id = 1",
    "versions in a circle": "UPDATE document SET follows = 1 - id",
    "a version of nothing": "UPDATE document SET follows = -7 WHERE id = 0",
    "layer": "UPDATE cell SET layer = 'other'",
    "value": "UPDATE cell SET value = '{\"a\": 1}'",
    "values": "UPDATE cell SET value = '[1, null]'",
    "no JSON": "UPDATE cell SET value = '[1'",
    "deep JSON": f"UPDATE cell SET value = '{DEEP}'",
    "confidence": "UPDATE cell SET confidence = 9e999",
    "cell of nothing": "UPDATE cell SET document = 99",
    "part": "INSERT INTO part VALUES (0, -1, 'x', 3, 4)",
    "part of nothing": "INSERT INTO part VALUES (99, 0, 1, 'ab', NULL)",
    "time": "INSERT INTO event (at, document, event, state, reason) VALUES (9e999, 0, 'hold', 'held', '')",
    "time as text": "INSERT INTO event (at, document, event, state, reason) VALUES ('now', 0, 'hold', 'held', '')",
    "event": "INSERT INTO event (at, document, event, state, reason) VALUES (1, 0, 'party', 'held', '')",
    "excluded": "INSERT INTO left_out VALUES ('a', 'yesterday')",
    "fields": "INSERT OR REPLACE INTO meta VALUES ('fields', '[]')",
    "deep fields": f"INSERT OR REPLACE INTO meta VALUES ('fields', '{DEEP}')",
    "configuration": "INSERT OR REPLACE INTO meta VALUES ('configuration', 'NaN')",
    "source": "INSERT OR REPLACE INTO meta VALUES ('source', '7')",
    "allowed files": "INSERT OR REPLACE INTO meta VALUES ('allowed_files', '{\"folders\": [7]}')",
    "source without a path": "INSERT OR REPLACE INTO meta VALUES ('source', '{}')",
    "order": "INSERT OR REPLACE INTO meta VALUES ('order of versions', '[[[1]]]')",
    "cache": "INSERT OR REPLACE INTO meta VALUES ('configuration', '{\"a\": [1]}')",
    "version as bytes": "UPDATE meta SET value = x'32' WHERE key = 'version'",
    "version of many digits": "UPDATE meta SET value = hex(zeroblob(9000)) || '1' WHERE key = 'version'",
    "project as number": "UPDATE meta SET value = x'00' WHERE key = 'project_id'",
    "trigger": "CREATE TRIGGER t AFTER UPDATE ON document BEGIN DELETE FROM cell; END",
    "view": "CREATE VIEW v AS SELECT * FROM document",
    "view as table": "DROP TABLE part",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_journal_is_refused_in_a_sentence_and_stays_as_it_is(path: Path, what: str) -> None:
    change(path, CHANGES[what])
    if what == "view as table":
        change(
            path,
            "CREATE VIEW part AS SELECT id AS document, 0 AS number, 1 AS size, '' AS sha256, '' AS etag FROM document",
        )
    before = path.read_bytes()
    with pytest.raises(JournalError) as told:
        Journal.open(path, MINE)
    message = str(told.value)
    assert message.startswith(f"{path} ")
    assert message.endswith((".", ")"))
    assert len(message) < 400
    assert b"document" in before
    with pytest.raises(JournalError, match=r"batch\.sqlite"):
        journals.project_of(path)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:16384] = os.urandom(12288)
    path.write_bytes(data)


def a_text(path: Path) -> None:
    path.write_text("This is a text.\n" * 1000)


def a_browser(path: Path) -> None:
    path.unlink()
    change(path, "CREATE TABLE cookies (host TEXT, value TEXT)", "INSERT INTO cookies VALUES ('a', 'b')")


def enormous(path: Path) -> None:
    os.truncate(path, 5 << 30)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("make", [truncated, overwritten, a_text, a_browser, enormous, a_folder, a_pipe])
def test_a_file_that_is_no_journal_is_refused_in_a_sentence(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    for opening in (lambda: Journal.open(path), lambda: journals.project_of(path)):
        with pytest.raises(JournalError, match=r"batch\.sqlite") as told:
            opening()
        assert len(str(told.value)) < 400


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_only_the_user_can_read_a_journal(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        journal = Journal.open(tmp_path / "new.sqlite", MINE)
        journal.add([document("a.pdf")])
        journal.save_as(tmp_path / "copy.sqlite")
        files = sorted(tmp_path.iterdir())
        assert len(files) == 3  # the file, what SQLite keeps next to it, and the copy
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        journal.close()
        os.chmod(tmp_path / "new.sqlite", 0o644)
        Journal.open(tmp_path / "new.sqlite").close()
        assert stat.S_IMODE((tmp_path / "new.sqlite").stat().st_mode) == 0o600
    finally:
        os.umask(old)


def test_a_report_leaves_the_journal_as_it_is(path: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())
    assert journals.report(path, tmp_path / "out" / "report.csv")[1] == 2
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before


def test_a_report_can_be_written_of_a_file_that_cannot(path: Path, tmp_path: Path) -> None:
    """Also after a kill, when the last steps are in the write-ahead log only."""
    code = (
        "import os, sys\nfrom pdm_nb.batch.journal.journal import Journal\nfrom tests.support.builders import document\n"
        "Journal.open(sys.argv[1]).add([document('c.pdf')])\nos._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], timeout=60, check=False)
    os.chmod(path, 0o400)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    (tmp_path / "out").mkdir()
    assert journals.report(path, tmp_path / "out" / "report.csv")[1] == 3
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_a_journal_that_is_open_elsewhere_says_where(path: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pdm_nb.batch.journal.journal import Journal\n"
        "journal = Journal.open(sys.argv[1])\nprint('open', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        for opening in (lambda: Journal.open(path), lambda: journals.report(path, tmp_path / "x.csv")):
            with pytest.raises(JournalError) as told:
                opening()
            assert f"{path} is open in another kernel or program: process {other.pid} of " in str(told.value)
            assert ", since 20" in str(told.value)
            assert "Close the batch there first" in str(told.value)
        assert other.stdin is not None
        other.stdin.close()
        other.wait(60)
    Journal.open(path).close()
