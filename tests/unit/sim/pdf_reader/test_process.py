"""The process that reads PDFs: it may hang, crash or be killed, and leaves nothing open."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.pdf_reader.process import ReadingProcess
from pdm_nb.sim.pdf_reader.queue import InProcessReader, ReadingQueue
from pdm_nb.sim.pdf_reader.reader import Guess, PdfReading
from pdm_nb.sim.world.records import Upload
from tests.support.simulator.api_caller import DRAWING, ApiCaller
from tests.support.simulator.malformed_pdfs import page, sound, stream

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks for processes in /proc"),
]
OTHER = PdfReading(type=Guess("Other", 0.9))
# Does what the file says.
SCRIPTED = """
import ctypes, json, os, resource, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for line in sys.stdin:
    said = open(json.loads(line)[0]).read()
    if "hang" in said: time.sleep(3600)
    if "crash" in said: ctypes.string_at(0)
    if "exit" in said: sys.exit(3)
    if "babble" in said: print("Reading ...", end="", flush=True); sys.exit()
    told = {"value": "Other", "confidence": 0.9}
    if "long" in said: told["value"] *= 1000
    if "unsure" in said: told["confidence"] = float("nan")
    print(json.dumps({"reading": {"type": told, "number": None}}), flush=True)
    if "faint" in said: sys.exit()
"""


class ScriptedProcess(ReadingProcess):
    """Gives up at once what hangs, and nothing else however slow the machine is."""

    def read(self, parts: Sequence[Path]) -> PdfReading | None:
        self._seconds = 0.5 if b"hang" in parts[0].read_bytes() else 60.0
        return super().read(parts)


OTHERS: set[int] = set()  # children that other tests of this process have left


def children() -> set[int]:
    """This process's children, zombies among them, that were not there when the test began."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found.update(map(int, (thread / "children").read_text().split()))
    return found - OTHERS


def files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def until(true: Callable[[], Any], seconds: float = 60.0) -> Any:
    give_up = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < give_up:
        time.sleep(0.01)
    return found


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    OTHERS.clear()
    OTHERS.update(children())
    before = files()
    yield
    assert children() == set()
    assert files() <= before


@pytest.fixture
def scripted() -> Iterator[ReadingProcess]:
    reader = ScriptedProcess([sys.executable, "-c", SCRIPTED])
    yield reader
    reader.stop()


@pytest.fixture
def say(tmp_path: Path) -> Callable[[str], list[Path]]:
    def write(text: str) -> list[Path]:
        path = tmp_path / f"{text or 'nothing'}.pdf"
        path.write_text(text)
        return [path]

    return write


@pytest.fixture
def hanging(tmp_path: Path) -> list[Path]:
    """A PDF in two parts that makes the shipped process hang: pipes that nobody writes to."""
    parts = [tmp_path / "pipe0", tmp_path / "pipe1"]
    for part in parts:
        os.mkfifo(part)
    return parts


# --- one document's trouble is its own


@pytest.mark.parametrize("trouble", ["hang", "crash", "exit", "babble"])
def test_the_document_is_unreadable_and_the_next_one_is_not(
    scripted: ReadingProcess, say: Callable[[str], list[Path]], trouble: str
) -> None:
    assert scripted.read(say("")) == OTHER
    begun = time.monotonic()
    assert scripted.read(say(trouble)) is None
    assert time.monotonic() - begun < 30
    assert children() == set()  # killed and waited for
    assert scripted.read(say("")) == OTHER


def test_a_process_that_dies_between_two_documents_costs_neither(
    scripted: ReadingProcess, say: Callable[[str], list[Path]]
) -> None:
    for _ in range(3):
        assert scripted.read(say("faint")) == OTHER
        [worker] = children()
        assert until(lambda worker=worker: "Z" in Path(f"/proc/{worker}/stat").read_text().split())


@pytest.mark.parametrize("oddity", ["long", "unsure"])
def test_what_no_title_block_says_is_left_out(
    scripted: ReadingProcess, say: Callable[[str], list[Path]], oddity: str
) -> None:
    assert scripted.read(say(oddity)) == PdfReading()


def test_a_process_that_does_not_start_is_reported(say: Callable[[str], list[Path]], caplog: Any) -> None:
    assert ReadingProcess(["/nowhere/python"]).read(say("")) is None
    assert "cannot start the process" in caplog.text


def test_the_shipped_process_reads_as_the_reader_does(tmp_path: Path) -> None:
    from pdm_nb.sim.pdf_reader.reader import read_pdf

    content, parts = sound(), [tmp_path / "0", tmp_path / "1"]
    for part, half in zip(parts, (content[:400], content[400:]), strict=True):
        part.write_bytes(half)
    (tmp_path / "whole").write_bytes(content)
    reader = ReadingProcess()
    assert reader.read(parts) == reader.read([tmp_path / "whole"]) == read_pdf(content)
    assert reader.read([tmp_path / "nothing"]) in (None, PdfReading())
    [worker] = children()
    assert os.getpgid(worker) != os.getpgid(0)  # an interrupted kernel interrupts all of its group
    assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, 0)
    reader.stop()


def test_the_shipped_process_hangs_and_crashes(tmp_path: Path, hanging: list[Path]) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(sound())
    bad.write_bytes(page(stream(b"/X Do /X Do")))  # a form in itself
    reader = ReadingProcess()
    for trouble, seconds in ((hanging, 0.5), ([bad], 60.0)):
        reader._seconds = seconds
        assert reader.read(trouble) is None
        reader._seconds = 60.0
        told = reader.read([good])
        assert told is not None
        assert told.number is not None
    reader.stop()


def test_it_starts_without_the_client_and_the_server() -> None:
    code = (
        "import runpy, sys, pathlib\n"
        "worker = runpy.run_path(sys.argv[1])\n"
        "worker['_load']()\n"
        "print([name for name in ('pandas', 'starlette', 'pdm_nb.sim.server') if name in sys.modules])"
    )
    from pdm_nb.sim.pdf_reader.process import WORKER

    told = subprocess.run([sys.executable, "-P", "-c", code, str(WORKER)], capture_output=True, text=True)
    assert (told.stdout.strip(), told.stderr) == ("[]", "")


# --- it ends with whoever asked


OWNER = """
import sys, threading, time
from pathlib import Path
from pdm_nb.sim.pdf_reader.process import ReadingProcess
reader = ReadingProcess()
threading.Thread(target=reader.read, args=([Path(p) for p in sys.argv[1:]],), daemon=True).start()
while reader._process is None: time.sleep(0.01)
time.sleep(0.5)
print(reader._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("busy", [True, False])
def test_it_ends_when_its_owner_is_killed(tmp_path: Path, hanging: list[Path], busy: bool) -> None:
    asked = hanging if busy else [tmp_path / "nothing.pdf"]
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, *map(str, asked)], stdout=subprocess.PIPE, text=True
    ) as owner:
        worker = int(owner.stdout.readline())
        os.kill(worker, 0)
        owner.kill()
    assert until(lambda: _is_gone(worker))


def _is_gone(process: int) -> bool:
    """Dead; whoever inherited it may not have noticed yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_program_may_end_while_pdfs_wait(hanging: list[Path]) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from pdm_nb.sim.pdf_reader.process import ReadingProcess\n"
        "from pdm_nb.sim.pdf_reader.queue import ReadingQueue\n"
        "queue = ReadingQueue(ReadingProcess())\n"
        "for _ in range(10): queue.submit(lambda: [Path(p) for p in sys.argv[1:]])\n"
        "time.sleep(0.5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, hanging)], timeout=60, stderr=subprocess.PIPE
    )
    assert (done.returncode, done.stderr) == (0, b"")


# --- the queue


def test_closing_gives_up_what_is_read_and_cancels_what_waits(
    hanging: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pdm_nb.sim.pdf_reader.queue.CLOSE_SECONDS", 60.0)
    queue = ReadingQueue(ReadingProcess())
    futures = [queue.submit(lambda: hanging) for _ in range(3)]
    assert until(children)
    begun = time.monotonic()
    queue.close()
    assert time.monotonic() - begun < 10
    futures.append(queue.submit(lambda: hanging))  # a call that comes while everything is being stopped
    assert [future.cancelled() for future in futures] == [True] * 4


def test_what_finds_no_files_or_fails_is_unreadable(tmp_path: Path) -> None:
    queue = ReadingQueue(InProcessReader(lambda source: DRAWING))
    futures = [queue.submit(lambda: []), queue.submit(lambda: 1 / 0), queue.submit(lambda: [tmp_path])]
    assert [future.result(60) for future in futures] == [None, None, DRAWING]
    queue.close()


def test_a_reader_with_nothing_to_do_rests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pdm_nb.sim.pdf_reader.queue.IDLE_SECONDS", 0.2)
    queue = ReadingQueue(ReadingProcess())
    for _ in range(2):
        queue.submit(lambda: [tmp_path / "nothing.pdf"]).result(60)
        assert until(lambda: not children())
    queue.close()


# --- the simulator


def completed(caller: ApiCaller, content: bytes) -> str:
    [upload] = caller.create("scan.pdf")
    caller.update(upload, file_upload_id=caller.stored(content), upload_status="COMPLETED")
    return upload


def ml(caller: ApiCaller, upload: str) -> str:
    return caller.show(upload)["integration_statuses"]["ml"]


@pytest.mark.rule("B36")
@pytest.mark.parametrize("trouble", [b"hang", b"crash"])
def test_b36_reading_that_hangs_or_dies_fails_one_document(
    make: Callable[..., ApiCaller], scripted: ReadingProcess, trouble: bytes
) -> None:
    caller = make(clock=sim.RealClock(), ml_seconds=0.05, reader=scripted)
    bad, good = completed(caller, trouble), completed(caller, b"good")
    assert caller.sim.wait_ml(60)
    assert (ml(caller, bad), ml(caller, good)) == ("error", "completed")
    failed = caller.field(caller.show(bad), "type")
    assert (failed["values"], failed["label_source"], failed["confidence_score"]) == ([], "ML_FAILED", 0)


def test_a_reading_that_hangs_holds_up_no_other_job(make: Callable[..., ApiCaller]) -> None:
    """B38 and B57 go on: the clock does not wait for the reader."""
    reader = ReadingProcess([sys.executable, "-c", SCRIPTED], seconds=60)
    caller = make(clock=sim.RealClock(), ml_seconds=0.05, scan_seconds=0.05, reader=reader)
    upload = caller.create("RST-DEM-V1-ZZ-DR-A-0101.pdf")[0]
    file = caller.stored(b"hang")
    available = lambda: caller.data("GET", f"{caller.files}/{file}")["status"] == "available"  # noqa: E731
    assert until(available)
    caller.update(upload, file_upload_id=file, upload_status="COMPLETED")
    time.sleep(0.2)  # its ML is due by now
    assert until(lambda: caller.show(upload)["integration_statuses"]["filename_scraping"] == "completed")
    later = caller.stored(b"good")
    assert until(lambda: caller.data("GET", f"{caller.files}/{later}")["status"] == "available")
    assert ml(caller, upload) == "in_progress"
    assert caller.sim.wait_ml(0.1) is False


def test_stop_does_not_wait_for_a_reading(tmp_path: Path) -> None:
    reader = ReadingProcess([sys.executable, "-c", SCRIPTED], seconds=60)
    simulator = sim.Simulator(data=tmp_path, ml_seconds=0.05, reader=reader)
    caller = ApiCaller(simulator)
    upload = completed(caller, b"hang")
    assert until(children)
    caller.close()
    begun = time.monotonic()
    simulator.stop()
    assert time.monotonic() - begun < 30
    # Given up is not failed: a simulator that goes on reads it again.
    kept = sim.Simulator(data=tmp_path, ml_seconds=0.05, reader=lambda source: DRAWING)
    assert kept.wait_ml(60)
    found = kept._core.store.get(Upload, upload)
    assert found is not None
    assert found.ml == "completed"
    kept.stop()


def test_a_deleted_upload_is_not_read(make: Callable[..., ApiCaller]) -> None:
    """B50."""
    seen: list[Any] = []
    go = threading.Event()

    def reader(source: Any) -> Any:
        seen.append(source)
        go.wait(60)
        return DRAWING

    caller = make(reader=reader)
    kept, deleted = caller.completed("a.pdf"), caller.completed("b.pdf")
    caller.sim.delete_upload(deleted)
    go.set()
    caller.sim.wait_ml()
    assert len(seen) == 1
    assert ml(caller, kept) == "completed"


def test_ml_that_never_ends_reads_nothing(make: Callable[..., ApiCaller]) -> None:
    seen: list[Any] = []
    caller = make(reader=lambda source: seen.append(source) or DRAWING)
    caller.sim.add_fault("ml_never_ends")
    never, next_one = caller.completed("a.pdf"), caller.completed("b.pdf")
    caller.sim.wait_ml()
    assert (ml(caller, never), ml(caller, next_one), len(seen)) == ("in_progress", "completed", 1)


def test_simulators_come_and_go_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sound())
    for number in range(10):
        simulator = sim.Simulator().start()
        if number % 2:
            queue = simulator._processing._queue
            assert queue.submit(lambda: [tmp_path / "a.pdf"]).result(60) is not None
        assert len(children()) == number % 2  # none before the first PDF
        simulator.stop()
    assert children() == set()
