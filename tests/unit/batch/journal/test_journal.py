"""The journal: it keeps its content after a kill, and belongs to one process at a time and to one project."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.api.protocol.requests import Scope
from pdm_nb.batch.execution.context import Context
from pdm_nb.batch.journal.cells import SUGGESTION
from pdm_nb.batch.journal.journal import UNANSWERED, Identity, Journal, Step, StoredPart
from pdm_nb.batch.journal.migrations import VERSION
from pdm_nb.batch.journal.states import Event
from pdm_nb.batch.pipeline.upload import upload
from pdm_nb.errors import JournalError, StateError
from pdm_nb.local_files import document_of
from pdm_nb.model import Cell
from tests.support.builders import document
from tests.support.network.fake_wire import CLIENT_SECRET, Answer, Wire

MINE = Identity("https://api.test", "7", "42", "Riverside Tower")
DRAWING = Cell("Drawing", ("v-DRAW",), "MANUAL")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "batch.pdm"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path, MINE)
    opened.add([document("a.pdf"), document("b.pdf")])
    yield opened
    opened.close()


def again(journal: Journal) -> Journal:
    journal.close()
    return Journal.open(journal.path, MINE)


# -- what is written
def test_a_document_keeps_all_its_facts(journal: Journal) -> None:
    facts = {
        "upload_id": "U1",
        "event_id": "E1",
        "sha256": "ab",
        "mtime_ns": 2**62,
        "inode": 2**62,
        "ml": "completed",
    }
    journal.note(
        [Step(0, Event.RECORDED, facts), Step(0, Event.STARTED), Step(1, Event.HOLD, {"reason": "X"})]
    )
    before = dict(journal.documents)
    assert before[0].state == "transferring"
    opened = again(journal)
    assert opened.documents == before
    assert [row[1:] for row in opened.events()] == [
        (0, "recorded", "created", ""),
        (0, "started", "transferring", ""),
        (1, "hold", "held", "X"),
    ]
    opened.close()


def test_an_event_clears_the_reason_of_the_one_before(journal: Journal) -> None:
    journal.note([Step(0, Event.HOLD, {"reason": "X", "message": "fix it"})])
    journal.note([Step(0, Event.REPLAN)])
    assert (journal.documents[0].reason, journal.documents[0].message) == ("", "")


def test_an_illegal_event_writes_nothing_of_its_transaction(journal: Journal) -> None:
    before = dict(journal.documents)
    with pytest.raises(StateError):
        journal.note([Step(0, Event.RECORDED, {"upload_id": "U1"}), Step(1, Event.ACCEPTED)])
    assert journal.documents == before
    assert journal.events() == []
    opened = again(journal)
    assert opened.documents == before
    opened.close()


def test_a_file_is_added_once(journal: Journal) -> None:
    assert journal.add([document("b.pdf"), document("c.pdf"), document("c.pdf")]) == [2]
    assert [one.name for one in journal.documents.values()] == ["a.pdf", "b.pdf", "c.pdf"]


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    values=st.none() | st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3),
    confidence=st.none() | st.floats(0, 1),
)
def test_cells_come_back_as_they_were(text: str, values: list[str] | None, confidence: float | None) -> None:
    cell = Cell(text, None if values is None else tuple(values), "ML", confidence)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder) / "j", MINE)
        journal.add([document()])
        journal.set_cells([(0, "f", cell)])
        journal.record_cells([(0, "f", cell)], SUGGESTION)
        journal = again(journal)
        assert journal.analyst_cell(0, "f") == journal.suggested_cell(0, "f") == cell
        journal.close()


def test_documents_come_with_the_cells_of_their_register_or_not_at_all(journal: Journal) -> None:
    """A document that is known is not read again: a kill between the two would lose its cells."""
    new = document("c.pdf")
    bad = Cell(object(), ("v-DRAW",), "MANUAL")  # type: ignore[arg-type]
    with pytest.raises(JournalError):
        journal.add([new], {new.path: [("f-type", bad)]})
    assert len(journal.documents) == len(again(journal).documents) == 2
    opened = Journal.open(journal.path.with_name("other.pdm"), MINE)
    assert opened.add([new], {new.path: [("f-type", DRAWING)]}) == [0]
    assert opened.unsent(0) == [("f-type", DRAWING)]
    opened = again(opened)
    assert opened.unsent(0) == [("f-type", DRAWING)]


@pytest.mark.parametrize("state", ["submitting", "submitted"])
def test_what_is_being_submitted_cannot_be_edited(journal: Journal, state: str) -> None:
    """The state at the moment of writing counts: the work goes on in another thread."""
    for event in (Event.RECORDED, Event.STARTED, Event.STORED, Event.LINKED, Event.SETTLED, Event.INTENDED):
        journal.note([Step(0, event)])
    if state == "submitted":
        journal.note([Step(0, Event.ACCEPTED)])
    with pytest.raises(StateError, match=f"a.pdf is {state}"):
        journal.set_cells([(1, "f-type", DRAWING), (0, "f-type", DRAWING)])
    assert (journal.unsent(0), journal.unsent(1)) == ([], [])


def test_a_submit_without_a_response_is_remembered_until_the_restart(journal: Journal) -> None:
    """B66."""
    for event in (Event.RECORDED, Event.STARTED, Event.STORED, Event.LINKED, Event.SETTLED, Event.INTENDED):
        journal.note([Step(0, event)])
    assert not journal.is_unanswered(0)
    journal.note([Step(0, Event.RETURNED, {"reason": UNANSWERED}), Step(0, Event.HOLD, {"reason": "X"})])
    assert (journal.is_unanswered(0), journal.is_unanswered(1)) == (True, False)
    opened = again(journal)
    assert opened.is_unanswered(0)
    opened.note([Step(0, Event.REPLAN, opened.forget_upload(0))])
    assert not opened.is_unanswered(0)


def test_a_view_that_fails_does_not_stop_the_work(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[frozenset[int]] = []

    def fail(ids: frozenset[int]) -> None:
        raise ValueError("no")

    journal.on_change(fail)
    journal.on_change(heard.append)
    journal.note([Step(0, Event.HOLD)])
    assert heard == [{0}]
    assert "A callback failed" in caplog.text


def test_what_the_analyst_set_counts_until_the_service_has_it(journal: Journal) -> None:
    theirs = Cell("Specification", ("v-SPEC",), "ML", 0.9)
    journal.record_cells([(0, "f-type", theirs)])
    assert journal.cell(0, "f-type") == theirs
    journal.set_cells([(0, "f-type", DRAWING)])
    assert journal.cell(0, "f-type") == DRAWING
    assert journal.unsent(0) == [("f-type", DRAWING)]
    journal.mark_sent([(0, "f-type", DRAWING)])
    assert journal.unsent(0) == []
    assert journal.cell(0, "f-type") == DRAWING
    opened = again(journal)
    assert (opened.unsent(0), opened.cell(0, "f-type")) == ([], DRAWING)
    opened.close()


def test_a_cell_edited_while_it_was_sent_stays_unsent(journal: Journal) -> None:
    journal.set_cells([(0, "f-type", DRAWING)])
    newer = Cell("Other", ("v-OTHER",), "MANUAL")
    journal.set_cells([(0, "f-type", newer)])
    journal.mark_sent([(0, "f-type", DRAWING)])
    assert journal.unsent(0) == [("f-type", newer)]


def test_parts_keep_their_order_and_etags(journal: Journal) -> None:
    journal.set_parts(0, [StoredPart(1, 5, "b"), StoredPart(0, 9, "a")])
    journal.store_part(0, 1, "etag")
    opened = again(journal)
    assert opened.parts(0) == [StoredPart(0, 9, "a"), StoredPart(1, 5, "b", "etag")]
    assert opened.parts(1) == []
    opened.close()


def test_a_restarted_document_sends_its_cells_again(journal: Journal) -> None:
    journal.set_cells([(0, "f-type", DRAWING)])
    journal.mark_sent([(0, "f-type", DRAWING)])
    journal.set_parts(0, [StoredPart(0, 9, "a", "etag")])
    journal.note([Step(0, Event.FAIL)])
    journal.note([Step(0, Event.REPLAN, journal.forget_upload(0))])
    opened = again(journal)
    assert opened.unsent(0) == [("f-type", DRAWING)]
    assert (opened.service_cell(0, "f-type"), opened.parts(0), opened.documents[0].state) == (
        None,
        [],
        "planned",
    )
    opened.close()


def test_views_hear_of_every_change_until_they_end_it(journal: Journal) -> None:
    heard: list[frozenset[int]] = []
    stop = journal.on_change(heard.append)
    journal.note([Step(0, Event.RECORDED), Step(1, Event.RECORDED)])
    journal.set_cells([(1, "f", DRAWING)])
    journal.record_cells([(1, "g", DRAWING)])
    journal.record_cells([(1, "g", DRAWING)])  # no news
    journal.progress(0, 5)
    stop()
    journal.progress(0, 6)
    assert heard == [{0, 1}, {1}, {1}, {0}]


# -- who may open it
def test_another_projects_journal_is_refused_and_left_alone(journal: Journal) -> None:
    journal.close()
    for other in (
        Identity("https://api.test", "7", "43", "Hillside"),
        Identity("https://api.test", "8", "42"),
        Identity("https://elsewhere.test", "7", "42"),
    ):
        with pytest.raises(JournalError, match=r"journal of project Riverside Tower at https://api\.test"):
            Journal.open(journal.path, other)
    opened = Journal.open(journal.path)  # without a project: to resume, or to report
    assert opened.identity == MINE
    opened.close()


def test_the_journal_of_a_simulator_that_ended_with_its_kernel_says_how_to_have_one_that_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "batch.sqlite"
    Journal.open(path, Identity("http://127.0.0.1:40001", "7", "42")).close()
    with pytest.raises(JournalError, match="pdm-nb sim start one that stays"):
        Journal.open(path, Identity("http://127.0.0.1:40002", "7", "42"))
    with pytest.raises(JournalError, match=r"connect to that project\.$"):
        Journal.open(path, Identity("http://127.0.0.1:40001", "7", "43"))


def test_a_journal_that_is_not_there_is_not_made_up(path: Path) -> None:
    with pytest.raises(JournalError, match="There is no journal at"):
        Journal.open(path)
    assert not path.exists()


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        "import sys\nfrom pdm_nb.batch.journal.journal import *\n" + code,
        *map(str, arguments),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


OPEN = "j = Journal.open(sys.argv[1], Identity('https://api.test', '7', '42', 'Riverside Tower'))\n"


def test_a_second_process_is_refused_until_the_first_lets_go(journal: Journal) -> None:
    refused = "try:\n    Journal.open(sys.argv[1])\nexcept Exception as e: print(type(e).__name__, e)\n"
    told = python(refused, journal.path).communicate(timeout=60)[0]
    assert told.startswith("JournalError")
    assert f"open in another kernel or program: process {os.getpid()}" in told
    assert "Close the batch there first" in told
    journal.close()
    assert python(OPEN + "print(len(j.documents))", journal.path).communicate(timeout=60)[0] == "2\n"


def test_a_refused_opening_does_not_keep_the_journal(journal: Journal) -> None:
    journal.close()
    with pytest.raises(JournalError) as kept:  # notebooks keep the last error
        Journal.open(journal.path, Identity("https://api.test", "7", "43"))
    Journal.open(journal.path, MINE).close()
    assert kept.value


def test_what_was_written_survives_a_kill(journal: Journal) -> None:
    journal.close()
    code = (
        OPEN
        + (
            "from pdm_nb.model import Cell\n"
            "j.set_cells([(0, 'f-type', Cell('Drawing', ('v-DRAW',), 'MANUAL'))])\n"
            "j.note([Step(0, Event.RECORDED, {'upload_id': 'U1'})])\n"
            "j.set_parts(0, [StoredPart(0, 9, 'a')])\n"
            "j._file.db.execute('BEGIN'); j._file.db.execute(\"UPDATE document SET state = 'submitted'\")\n"  # never ended
            "print('written', flush=True); sys.stdin.read()"
        )
    )
    with python(code, journal.path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    opened = Journal.open(journal.path, MINE)
    assert (opened.documents[0].state, opened.documents[0].upload_id) == ("created", "U1")
    assert opened.documents[1].state == "planned"
    assert (opened.unsent(0), opened.parts(0)) == ([("f-type", DRAWING)], [StoredPart(0, 9, "a")])
    opened.close()


# -- files that cannot be used
@pytest.mark.parametrize("identity", [MINE, None])
@pytest.mark.parametrize(
    "content", [b"", b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096]
)
def test_a_file_that_is_not_a_journal_is_rejected_and_not_changed(
    path: Path, content: bytes, identity: Identity | None
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    if not content and identity:
        return Journal.open(path, identity).close()  # an empty file becomes one
    with pytest.raises(JournalError, match=r"batch\.pdm is not a journal"):
        Journal.open(path, identity)
    assert path.read_bytes() == content
    return None


@pytest.mark.parametrize(
    "table",
    [
        "CREATE TABLE nbsign (id INTEGER)",
        "CREATE TABLE meta (key TEXT, value TEXT)",
        "CREATE TABLE meta (a, b, c)",
    ],
)
def test_another_programs_database_is_refused_and_left_alone(path: Path, table: str) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute(table)
    db.close()
    before = path.read_bytes()
    for identity in (MINE, None):
        with pytest.raises(JournalError, match="is not a journal of pdm_nb"):
            Journal.open(path, identity)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == [path]


def test_a_damaged_journal_is_reported(journal: Journal) -> None:
    journal.add([document(f"{number}.pdf") for number in range(500)])
    journal.close()
    content = bytearray(journal.path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    journal.path.write_bytes(content)
    with pytest.raises(JournalError, match=r"damaged|not a journal"):
        Journal.open(journal.path, MINE)


def test_a_newer_versions_journal_is_refused_and_left_alone(journal: Journal) -> None:
    journal.set_meta("version", str(VERSION + 1))
    journal.close()
    before = journal.path.read_bytes()
    with pytest.raises(JournalError, match=r"newer version of pdm_nb\. Update"):
        Journal.open(journal.path, MINE)
    assert journal.path.read_bytes() == before


@pytest.mark.parametrize("place", ["a folder itself", "below a file"])
def test_an_unwritable_path_is_reported(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path if place == "a folder itself" else tmp_path / "file" / "batch.pdm"
    with pytest.raises(JournalError, match=r"cannot be written\. Use"):
        Journal.open(path, MINE)


def test_a_readonly_journal_is_reported(journal: Journal) -> None:
    journal.close()
    folder = Path(tempfile.mkdtemp())  # others may look into it, as not into a test's own
    try:
        shutil.copy(journal.path, folder / "batch.pdm")
        (folder / "batch.pdm").chmod(0o444)
        folder.chmod(0o555)
        code = (
            "import os\n"
            "if os.getuid() == 0: os.setuid(65534)\n"  # root may write everywhere
            "try:\n    Journal.open(sys.argv[1])\nexcept Exception as e: print(type(e).__name__, e)\n"
        )
        told = python(code, folder / "batch.pdm").communicate(timeout=60)[0]
        assert told.startswith("JournalError")
        assert "cannot be written. Use" in told
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_closed_journal_says_so(journal: Journal) -> None:
    journal.close()
    with pytest.raises(JournalError, match=r"is closed\. Open the batch again"):
        journal.set_cells([(0, "f", DRAWING)])


# -- what must not be in it
def test_no_secret_and_no_presigned_url_gets_into_the_file(journal: Journal, tmp_path: Path) -> None:
    """An upload whose storage fails in several ways: the messages that are kept name no URL and no token."""
    url = "https://storage.test/one?X-Signature=PRESIGNED"
    part = {"url": url, "url_expires_at": 1, "headers": {"x-key": "PRESIGNED"}}
    ready = {"data": {"upload_id": "F1", "status": "ready", "segments": [part]}}
    created = {"data": [{"id": f"U{number}"} for number in range(3)]}
    put_fails: list[Answer] = [httpx2.Response(503), httpx2.ConnectError(url), httpx2.Response(400)]
    fails = iter(put_fails * 9)

    def answer(request: httpx2.Request) -> Answer:
        if request.method == "PUT":
            return next(fails)
        return httpx2.Response(200, json=created if "document_uploads" in request.url.path else ready)

    wire = Wire()
    wire.script = answer
    client = wire.client()
    for name in "xyz":
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    ids = journal.add([document_of(tmp_path / name) for name in "xyz"])
    context = Context(client, Scope("7", "42"), journal, lambda **figures: None, parallel=1)
    asyncio.run(upload(context, ids))
    assert {journal.documents[id_].state for id_ in ids} <= {"held", "failed"}
    content = b"".join(file.read_bytes() for file in journal.path.parent.iterdir())
    assert b"U2" in content  # it is not that nothing was written
    for secret in (CLIENT_SECRET, "access-1", "refresh-1", "PRESIGNED", "storage.test/one"):
        assert secret.encode() not in content
