"""What Windows answers differently, simulated: its errors, names, paths, locks and file numbers."""

from __future__ import annotations

import errno
import getpass
import ntpath
import os
import socket
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pdm_nb
from pdm_nb.batch.journal import change_log, journal_copy
from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.batch.table import row_selection
from pdm_nb.batch.transfer import send_file
from pdm_nb.batch.transfer.file_parts import Fingerprint
from pdm_nb.document_preview import preview_faults
from pdm_nb.errors import InputError, JournalError
from pdm_nb.file_writing import whole_file
from pdm_nb.local_files import AllowedFiles, allowed_files, containment, document_of, excluded, file_fault
from pdm_nb.local_files.facts import MOST
from pdm_nb.local_files.platform_errors import is_in_use, os_reason
from pdm_nb.local_files.safe_name import safe_name
from pdm_nb.registers.reading import read_workbook
from pdm_nb.sim.http_server import HttpServer
from tests.support.builders import document

MINE = Identity("https://api.test", "7", "42", "Riverside Tower")
WINDOWS_PATHS = SimpleNamespace(
    path=ntpath, sep="\\", fspath=os.fspath, PathLike=os.PathLike, scandir=os.scandir
)


def windows_error(number: int, winerror: int, file: str = "") -> OSError:
    """An error as Windows raises it."""
    error = OSError(number, "The process cannot access the file", file or None)
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
    return error


# -- errors
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (windows_error(errno.EACCES, 32), "another program has it open"),
        (windows_error(errno.EACCES, 33), "another program has it open"),
        (windows_error(errno.EACCES, 5), "no permission"),
        (windows_error(errno.ENOENT, 206), "its path is too long"),
        (windows_error(errno.EINVAL, 123), "its name is not allowed on Windows"),
        (OSError(errno.ENAMETOOLONG, "File name too long"), "its path is too long"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError(), "OSError"),
    ],
)
def test_an_error_becomes_words(error: OSError, reason: str) -> None:
    assert os_reason(error) == reason
    assert is_in_use(error) == (reason == "another program has it open")


def test_a_file_that_another_program_has_open_is_reported_with_what_to_do() -> None:
    error = windows_error(errno.EACCES, 32, "C:\\Drawings\\A-101.dwg")
    assert send_file._message(error) == (
        "C:\\Drawings\\A-101.dwg cannot be read (another program has it open). Close it there and upload again."
    )


def test_a_register_that_is_open_in_a_spreadsheet_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Any:
        raise windows_error(errno.EACCES, 32)

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InputError, match=r"another program has it open\)\. Close it there"):
        read_workbook(tmp_path / "register.xlsx")


def test_a_path_that_is_too_long_is_not_reported_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/drawings/" + "x" * 250 + "/A-101.dwg"
    assert file_fault(path).endswith("does not exist")
    monkeypatch.setattr(os, "name", "nt")
    fault = file_fault(path)
    assert fault.startswith(f"{path} has {len(path)} characters, and Windows opens at most 259")
    assert "\n" not in fault


def test_a_time_before_1970_is_left_out_of_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: float) -> Any:
        raise OSError(errno.EINVAL, "Invalid argument")

    (tmp_path / "model.rvt").write_bytes(b"something else")
    monkeypatch.setattr(preview_faults, "datetime", SimpleNamespace(fromtimestamp=refused))
    assert preview_faults.why_not_shown(str(tmp_path / "model.rvt")).startswith(
        "model.rvt (RVT, 14 bytes) has no preview"
    )


def test_an_account_without_a_name_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_module() -> str:
        raise ImportError("No module named 'pwd'")

    monkeypatch.setattr(getpass, "getuser", no_module)
    assert change_log.account.__wrapped__() == ""  # without what was remembered


def test_a_file_that_is_read_for_a_moment_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a token store that another process reads, or what a virus scanner looks at."""
    real, refusals = os.replace, [5, 32]

    def replace(draft: Path, target: Path) -> None:
        if refusals:
            error = PermissionError(errno.EACCES, "Access is denied")
            error.winerror = refusals.pop()  # type: ignore[attr-defined,unused-ignore]
            raise error
        real(draft, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(PermissionError), whole_file.whole_file(tmp_path / "a.json") as draft:
        draft.write_text("new")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(whole_file.sys, "platform", "win32")
    monkeypatch.setattr(whole_file.time, "sleep", lambda _: None)
    refusals[:] = [5, 32]
    with whole_file.whole_file(tmp_path / "a.json") as draft:
        draft.write_text("new")
    assert (tmp_path / "a.json").read_text() == "new"


# -- numbers of files
@pytest.mark.parametrize("number", [1 << 63, (1 << 64) - 1, (1 << 127) + 5])
def test_a_file_number_of_more_than_63_bits_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7")
    real = os.stat(file)
    facts = SimpleNamespace(
        st_ino=number,
        **{n: getattr(real, n) for n in ("st_mode", "st_size", "st_mtime_ns", "st_dev")},
    )
    monkeypatch.setattr(Path, "stat", lambda self, **_: facts)
    found = document_of(file)
    monkeypatch.undo()
    assert 0 <= found.inode <= MOST
    journal = Journal.open(tmp_path / "batch.sqlite", MINE)
    journal.add([found])
    assert journal.documents[0].inode == number & MOST
    journal.close()
    monkeypatch.setattr(os, "stat", lambda *_: facts)
    assert Fingerprint.of(str(file)).matches(Fingerprint.recorded(found))


def test_a_file_without_a_number_is_no_open_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    facts: Any = SimpleNamespace(st_dev=3, st_ino=0)
    excluded.opened(facts)
    assert not excluded.is_open_here(facts)
    excluded.closed(facts)
    assert not excluded.is_open_here(facts)


def test_an_opened_file_has_another_number_than_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network drives: the numbers of two opened files are compared instead."""
    (tmp_path / "a.pdf").write_bytes(b"a")
    (tmp_path / "b.pdf").write_bytes(b"b")
    path, allowed = str(tmp_path / "a.pdf"), AllowedFiles((str(tmp_path),))
    monkeypatch.setattr(allowed_files.os.path, "samestat", lambda *_: False)
    file, other = os.open(path, os.O_RDONLY), os.open(tmp_path / "b.pdf", os.O_RDONLY)
    try:
        assert allowed.reason_if_opened(path, file).startswith("Replaced")
        monkeypatch.setattr(os, "name", "nt")
        assert allowed.reason_if_opened(path, file) == ""
        assert allowed.reason_if_opened(path, other).startswith("Replaced")
    finally:
        os.close(file)
        os.close(other)


# -- paths and names
@pytest.mark.parametrize(
    ("path", "outside"),
    [
        ("A-101.pdf", False), ("sub\\A-101.pdf", False), ("sub/A-101.pdf", False), ("sub\\..\\A-101.pdf", False),
        ("C:\\Projects\\Tower\\A-101.pdf", False), ("..\\secret.pdf", True), ("../secret.pdf", True),
        ("C:\\Windows\\win.ini", True), ("D:\\A-101.pdf", True), ("\\\\server\\share\\A-101.pdf", True),
        ("\\Windows\\win.ini", True), ("A-101.pdf:hidden", True), ("A-101.pdf::$DATA", True),
        ("\\\\?\\C:\\Windows\\win.ini", True), ("\\\\.\\PhysicalDrive0", True),
    ],
)  # fmt: skip
def test_paths_of_windows_that_lead_out(monkeypatch: pytest.MonkeyPatch, path: str, outside: bool) -> None:
    monkeypatch.setattr(containment, "os", WINDOWS_PATHS)
    folder = containment.Folder("C:\\Projects\\Tower")
    assert folder.contained(path).outside == outside
    assert bool(folder.reason(path)) == outside


def test_another_case_of_a_drive_is_the_same_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "os", WINDOWS_PATHS)
    monkeypatch.setattr(ntpath, "samefile", lambda one, other: one.lower() == other.lower())
    assert not containment.Folder("c:\\projects\\tower").contained("C:\\Projects\\Tower\\A-101.pdf").outside
    assert containment.Folder("c:\\projects\\tower").contained("C:\\Projects\\Tower 2\\A-101.pdf").outside


def test_rows_are_named_with_slashes_or_backslashes(monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["C:\\Tower\\old\\A-101.pdf", "C:\\Tower\\new\\A-101.pdf"]
    documents = {number: document(id=number, path=path) for number, path in enumerate(files)}
    journal: Any = SimpleNamespace(documents=documents, followed=set())
    monkeypatch.setattr(row_selection, "os", WINDOWS_PATHS)
    assert row_selection.select_in_order(journal, ["new/A-101.pdf", "old\\a-101.PDF"]) == [1, 0]


@pytest.mark.parametrize(
    "name",
    ["NUL", "nul.txt", "NUL .txt", "COM¹.pdf", "LPT³", "conin$", "CONOUT$.log", "aux.tar.gz", "COM0"],
)
def test_no_download_has_a_reserved_name(name: str) -> None:
    assert safe_name(name).startswith("_")


@pytest.mark.parametrize("name", ["COM10.pdf", "nullable.pdf", "CONTRACT.pdf", "auxiliary", "com.pdf"])
def test_names_that_only_look_reserved_stay(name: str) -> None:
    assert safe_name(name) == name


# -- locks and sockets
class FakeLocking:
    """The module `msvcrt`: which bytes were locked."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self, refuses: bool) -> None:
        self.refuses, self.calls = refuses, []  # type: ignore[var-annotated]

    def locking(self, file: int, mode: int, count: int) -> None:
        self.calls.append((mode, os.lseek(file, 0, os.SEEK_CUR), count))
        if self.refuses and mode == self.LK_NBLCK:
            raise PermissionError(errno.EACCES, "Permission denied")


def test_a_journal_that_is_open_elsewhere_is_recognized_by_its_locked_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal.open(tmp_path / "batch.sqlite", MINE).close()
    monkeypatch.setattr(journal_copy, "fcntl", None)
    for refuses in (True, False):
        fake = FakeLocking(refuses)
        monkeypatch.setattr(journal_copy, "msvcrt", fake)
        if refuses:
            with (
                pytest.raises(JournalError, match="is open in another kernel or program"),
                journal_copy.read_only(tmp_path / "batch.sqlite"),
            ):
                pass
        else:
            with journal_copy.read_only(tmp_path / "batch.sqlite") as copy:
                assert copy.is_file()
        modes = [FakeLocking.LK_NBLCK] if refuses else [FakeLocking.LK_NBLCK, FakeLocking.LK_UNLCK]
        assert fake.calls == [(mode, 0x4000_0002, 510) for mode in modes]


def test_a_port_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, the option of other systems would let two simulators listen on one port."""
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)  # stands for it
    listening = HttpServer(0)._bind()
    try:
        assert not listening.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    finally:
        listening.close()


# -- the whole
WITHOUT = r"""
import builtins, os, signal, socket
blocked = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
real = builtins.__import__
def imported(name, globals=None, *more, **kinds):
    if name in blocked and str((globals or {}).get("__name__", "")).startswith("pdm_nb"):
        raise ImportError(f"No module named {name!r}")
    return real(name, globals, *more, **kinds)
builtins.__import__ = imported
for module, names in (
    (os, "O_NONBLOCK O_CLOEXEC O_NOFOLLOW O_DIRECTORY preadv pread pwrite sched_getaffinity getuid geteuid getgid "
         "fork killpg setsid chown mkfifo nice sync fchmod lchown getpgid getloadavg"),
    (signal, "SIGKILL SIGHUP SIGALRM SIGUSR1 alarm setitimer"),
    (socket, "SO_REUSEPORT"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


@pytest.mark.slow
def test_the_main_job_needs_nothing_that_windows_lacks(tmp_path: Path) -> None:
    """From a folder to revisions, with the modules, flags and functions taken away that only POSIX has."""
    script = WITHOUT + (
        "from pdm_nb.cli.main import main\n"
        f"raise SystemExit(main(['demo', '--documents', '5', '--json', '--folder', {str(tmp_path / 'd')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "USERNAME": "analyst"},  # as Windows sets it
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert '"revisions": 5' in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1252", "cp932"])
def test_a_console_of_few_characters_is_no_error(tmp_path: Path, encoding: str) -> None:
    name = "Übersicht → 一层 Ł ∅.pdf"
    done = subprocess.run(
        [sys.executable, "-m", "pdm_nb", "upload", name],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PDM_NB_ENVIRONMENT": "sim"},
        capture_output=True,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    shown = done.stderr.decode(encoding)
    assert done.returncode == 2, shown
    assert "bersicht" in shown
    assert "does not exist" in shown
    assert "Traceback" not in shown


# -- texts, times and processes
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_end_of_a_line_makes_no_difference(tmp_path: Path, end: bytes) -> None:
    lines = [b"File;Title", b'A-101.pdf;"Ground, floor"', b"A-102.pdf;First floor", b""]
    (tmp_path / "register.csv").write_bytes(end.join(lines))
    [sheet] = read_workbook(tmp_path / "register.csv").sheets
    assert list(sheet.rows.values()) == [
        ["File", "Title"], ["A-101.pdf", "Ground, floor"], ["A-102.pdf", "First floor"],
    ]  # fmt: skip


def test_time_zones_come_with_the_installation() -> None:
    """In a Python without the zones of the system, as on Windows."""
    script = "from pdm_nb.batch.table.batch_table import _zone; print(_zone('Europe/Berlin'))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "Europe/Berlin", done.stderr
    assert any("tzdata" in text for text in requires("pandas") or ()), "which installs it on Windows"


def test_no_process_is_forked() -> None:
    root = Path(pdm_nb.__file__).parent
    found = [
        f"{path.relative_to(root)}: {word}"
        for path in root.rglob("*.py")
        for word in ("multiprocessing", "os.fork", "ProcessPoolExecutor", "preexec_fn")
        if word in path.read_text("utf-8")
    ]
    assert found == []
