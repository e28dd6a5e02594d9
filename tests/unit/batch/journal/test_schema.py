"""Older versions of journals, copies, deleted journals, full disks: all are reported, and nothing is lost."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pdm_nb.batch.journal import schema
from pdm_nb.batch.journal.journal import Identity, Journal, Step, StoredPart
from pdm_nb.batch.journal.migrations import MIGRATIONS, VERSION
from pdm_nb.batch.journal.schema import SCHEMA
from pdm_nb.batch.journal.states import Event
from pdm_nb.errors import JournalError
from pdm_nb.model import Cell
from tests.support.builders import document

MINE = Identity("https://api.test", "7", "42", "Riverside Tower")
FIXTURES = Path(__file__).parent / "journals"
DRAWING = Cell("Drawing", ("v-DR",), "MANUAL")
FULL = 512 << 10


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A journal as version 1 wrote it."""
    return Path(shutil.copy(FIXTURES / "version-1.journal", tmp_path / "batch.sqlite"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "batch.sqlite"


# -- versions
def test_a_journal_of_version_1_opens_with_all_it_had(old: Path) -> None:
    journal = Journal.open(old, MINE)
    assert [d.state for d in journal.documents.values()] == ["submitted", "settled", "held", "planned"]
    assert {d.follows for d in journal.documents.values()} == {None}
    assert (journal.documents[0].revision_id, journal.documents[0].sha256) == ("R0", "ab")
    assert (journal.cell(0, "f-type"), journal.suggested_cell(0, "f-type")) == (
        DRAWING,
        Cell("Drawing", ("v-DR",), "ML", 0.9),
    )
    assert journal.unsent(1) == [("f-revision", Cell("P01", ("P01",), "MANUAL"))]
    assert journal.register_cell(0, "f-type") == Cell("Drawing", None, "register")
    assert journal.parts(0) == [StoredPart(0, 1000, "ab", "etag")]
    assert (journal.is_unanswered(1), journal.is_unanswered(0)) == (True, False)
    assert len(journal.events()) == 15
    assert (journal.meta["version"], journal.meta["until"], journal.left_out) == (
        str(VERSION),
        "submit",
        set(),
    )
    journal.close()


def test_what_was_migrated_is_like_a_new_one(old: Path, path: Path, tmp_path: Path) -> None:
    def shape(file: Path) -> set[tuple[str, ...]]:
        Journal.open(file, MINE).close()
        with sqlite3.connect(file) as db:
            rows = [(table, str(row[1:])) for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
                    for row in db.execute(f"PRAGMA table_info({table})")]  # fmt: skip
            indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
        db.close()
        return {*rows, *indexes}

    assert shape(old) == shape(tmp_path / "new.sqlite")


def test_a_copy_of_the_journal_is_kept_before_a_migration(old: Path) -> None:
    before = (FIXTURES / "version-1.journal").read_bytes()
    Journal.open(old, MINE).close()
    kept = old.with_name("batch.sqlite.version-1")
    with sqlite3.connect(kept) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() == ("1",)
        assert db.execute("SELECT count(*) FROM document").fetchone() == (4,)
    db.close()
    assert len(kept.read_bytes()) == len(before)
    assert sorted(file.name for file in old.parent.iterdir()) == ["batch.sqlite", "batch.sqlite.version-1"]


def test_a_migration_happens_whole_or_not_at_all(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        MIGRATIONS, 1, MIGRATIONS[1] + ";CREATE TABLE document (id INTEGER)"
    )  # fails at its very end
    with pytest.raises(JournalError, match="already exists"):
        Journal.open(old, MINE)
    monkeypatch.undo()
    with sqlite3.connect(old) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() == ("1",)
        assert "UNIQUE" in db.execute("SELECT sql FROM sqlite_master WHERE name = 'document'").fetchone()[0]
    db.close()
    journal = Journal.open(old, MINE)
    assert len(journal.documents) == 4
    journal.close()


def test_a_killed_migration_restarts(old: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pdm_nb.batch.journal import schema\n"
        "from pdm_nb.batch.journal.journal import Journal\n"
        "def run(db, script, meta):\n"
        "    db.execute('BEGIN')\n"
        "    for one in filter(str.strip, script.split(';')): db.execute(one)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "schema._run = run\n"
        "Journal.open(sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(old)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    journal = Journal.open(old, MINE)
    assert (len(journal.documents), journal.documents[0].revision_id) == (4, "R0")
    journal.close()


def test_a_journal_of_another_project_is_not_migrated_by_report(old: Path) -> None:
    """Whoever opens it without a project (a report, a resume) gets it up to date all the same."""
    journal = Journal.open(old)
    assert journal.meta["version"] == str(VERSION)
    journal.close()


def test_every_version_has_its_step_and_its_fixture() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))
    assert sorted(file.name for file in FIXTURES.iterdir()) == [
        f"version-{one}.journal" for one in MIGRATIONS
    ]
    assert "follows" in SCHEMA


# -- versions of a file
def test_a_path_has_a_row_for_each_version_and_each_is_followed_once(path: Path) -> None:
    journal = Journal.open(path, MINE)
    assert journal.add([document()]) == [0]
    assert journal.add([document(follows=0), document(follows=0), document()]) == [1]
    assert journal.add([document(follows=0)]) == []
    assert journal.add([document(follows=1)]) == [2]
    assert (journal.current("/drawings/A-101.pdf"), journal.followed) == (journal.documents[2], {0: 1, 1: 2})
    journal.remove([2])
    assert journal.current("/drawings/A-101.pdf") == journal.documents[1]
    journal.close()
    journal = Journal.open(path, MINE)
    assert (journal.current("/drawings/A-101.pdf"), journal.followed) == (journal.documents[1], {0: 1})
    assert journal.add([document(follows=1)]) == [2]
    journal.close()


def test_what_was_left_out_is_remembered_until_it_is_taken_back(path: Path) -> None:
    journal = Journal.open(path, MINE)
    journal.add([document("a.pdf"), document("b.pdf")])
    journal.remove([0], for_good=True)
    journal.remove([1])
    journal.close()
    journal = Journal.open(path, MINE)
    assert (journal.left_out, journal.documents) == ({"/drawings/a.pdf"}, {})
    journal.restore_paths(["/drawings/a.pdf"])
    journal.close()
    journal = Journal.open(path, MINE)
    assert journal.left_out == set()
    journal.close()


# -- files that go away, or are two
def test_a_journal_deleted_while_open_is_reported_and_can_be_saved_elsewhere(path: Path) -> None:
    journal = Journal.open(path, MINE)
    journal.add([document()])
    path.unlink()
    with pytest.raises(JournalError, match="deleted, moved or replaced while it was open"):
        journal.note([Step(0, Event.RECORDED)])
    assert journal.documents[0].state == "planned"
    saved = journal.save_as(path.with_name("saved.sqlite"))
    with pytest.raises(JournalError, match="already exists"):
        journal.save_as(saved)
    journal.close()
    again = Journal.open(saved, MINE)
    assert len(again.documents) == 1
    again.close()


def test_a_journal_replaced_while_open_is_reported(path: Path) -> None:
    journal = Journal.open(path, MINE)
    journal.add([document()])
    path.rename(path.with_name("away.sqlite"))
    Journal.open(path, MINE).close()
    with pytest.raises(JournalError, match="replaced while it was open"):
        journal.set_cells([(0, "f-type", DRAWING)])
    journal.close()


def test_a_copy_that_was_taken_while_in_use_says_of_what(path: Path) -> None:
    journal = Journal.open(path, MINE)
    journal.add([document()])
    copy = path.with_name("copy.sqlite")
    shutil.copy(path, copy)
    shutil.copy(f"{path}-wal", f"{copy}-wal")
    journal.add([document("b.pdf")])
    copied = Journal.open(copy, MINE)
    assert f"{copy} is a copy of {path}, which still exists" in copied.notice
    assert len(copied.documents) == 1
    copied.close()
    assert Journal.open(copy, MINE).notice == ""  # told once: it is a journal of its own now
    journal.close()


def test_a_moved_journal_is_not_a_copy(path: Path) -> None:
    Journal.open(path, MINE).close()
    moved = path.rename(path.with_name("moved.sqlite"))
    journal = Journal.open(moved, MINE)
    assert journal.notice == ""
    journal.close()


def test_a_truncated_copy_is_reported_as_damaged(path: Path) -> None:
    journal = Journal.open(path, MINE)
    journal.add([document(f"{number}.pdf") for number in range(500)])
    journal.close()
    content = bytearray(path.read_bytes())
    page = len(content) // 2 // 4096 * 4096
    content[page : page + 4096] = os.urandom(4096)
    torn = path.with_name("torn.sqlite")
    torn.write_bytes(content)
    with pytest.raises(JournalError, match="damaged"):
        Journal.open(torn, MINE)


def test_a_full_disk_ends_what_is_written_and_loses_nothing(path: Path) -> None:
    """A process that may write files of so many bytes and no more, as the operating system has it."""
    code = (
        "import sys\n"
        "from pdm_nb.batch.journal.journal import *\n"
        "from pdm_nb.model import Document\n"
        "j = Journal.open(sys.argv[1], Identity('https://api.test', '7', '42', 'Riverside Tower'))\n"
        "done = 0\n"
        "try:\n"
        "    while True:\n"
        "        j.add([Document(0, f'/d/{done}', 'n' * 500, 1, 'a/b')])\n"
        "        done += 1\n"
        "except Exception as error: print(done, len(j.documents), type(error).__name__, error)\n"
        "print(j.documents[done - 1].path, len(j.parts(0)))\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))

    command = [sys.executable, "-c", code, str(path)]
    told = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=60, check=True)
    first, second = told.stdout.splitlines()
    done, held, kind, words = first.split(" ", 3)
    assert (done, kind) == (held, "JournalError")
    assert "free space" in words.lower()
    assert second == f"/d/{int(done) - 1} 0"  # what is read is still answered
    journal = Journal.open(path, MINE)  # where there is room
    assert len(journal.documents) == int(done)
    assert journal.add([document()]) == [int(done)]
    journal.close()


def test_no_room_for_the_copy_leaves_an_old_journal_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    code = (
        "import sys\n"
        "from pdm_nb.batch.journal.journal import *\n"
        "try: Journal.open(sys.argv[1])\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    command = [sys.executable, "-c", code, str(old)]
    told = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.startswith("JournalError")
    with sqlite3.connect(f"file:{old}?immutable=1", uri=True) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() == ("1",)
    db.close()
    assert len(old.read_bytes()) == len(before)


def test_sqlite_errors_are_reported_as_sentences(path: Path) -> None:
    for said, word in (("disk I/O error", "free space"), ("database or disk is full", "is full. Free")):
        assert word in str(schema.journal_error(path, sqlite3.OperationalError(said)))


def test_a_journal_of_version_2_opens_with_all_it_had(tmp_path: Path) -> None:
    path = Path(shutil.copy(FIXTURES / "version-2.journal", tmp_path / "batch.sqlite"))
    journal = Journal.open(path, MINE)
    assert [(d.state, d.follows, d.container_id) for d in journal.documents.values()] == [
        ("submitted", None, None), ("planned", None, None), ("planned", 0, None),
    ]  # fmt: skip
    assert journal.documents[0].revision_id == "R0"
    assert journal.left_out == {"/drawings/A-102.pdf"}
    assert (journal.log.origins(), journal.log.readback(), journal.log.decisions()) == ({}, [], [])
    journal.set_cells([(1, "f-revision", Cell("P02", ("P02",), "MANUAL"))])
    assert journal.log.changes()[3:] == (["P01"], ["P02"])
    journal.close()
