"""`pdm-nb learn`: the notebooks are copied and never overwritten, the progress is kept, lessons are reset."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from pdm_nb.cli.main import main
from pdm_nb.errors import InputError
from pdm_nb.learn import NotYet, show_progress, start_lesson
from pdm_nb.learn.course_folder import CourseFolder
from tests.support.course import COURSE, lesson_names


def learn(*options: str, folder: Path) -> int:
    return main(["learn", "--folder", str(folder), *options])


def test_the_list_shows_lessons_and_progress(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CourseFolder(course).mark_solved("04-editing", 2)
    assert learn("--list", folder=course) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown[:-1]] == lesson_names()
    assert shown[3].endswith(".x.")
    assert shown[-1].startswith("1 of 28 exercises are solved. Next: Sign in, and get permissions")


def test_the_progress_is_shown_as_a_table_with_links(course: Path) -> None:
    CourseFolder(course).mark_solved("01-permissions", 1)
    shown = show_progress()._repr_html_()
    assert '<a href="01-permissions.ipynb">Sign in, and get permissions</a>' in shown
    assert "✓ Get the access that the job needs<br>○ Upload, and ask for what is refused" in shown


def test_a_reset_keeps_the_own_notebook_and_forgets_the_lesson(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = CourseFolder(course)
    assert learn("--reset", "all", folder=course) == 0  # copies the notebooks
    own = course / "04-editing.ipynb"
    own.write_text("mine", "utf-8")
    for lesson in ("04-editing", "05-register"):
        folder.mark_solved(lesson, 1)
        folder.work(lesson).mkdir(parents=True)

    assert learn("--reset", "04", folder=course) == 0
    assert "Your version of the notebook is" in capsys.readouterr().out
    assert own.read_bytes() == (COURSE / "04-editing.ipynb").read_bytes()
    assert (course / "04-editing (my version 1).ipynb").read_text("utf-8") == "mine"
    assert list(folder.solved()) == ["05-register"]
    assert not folder.work("04-editing").exists()
    assert folder.work("05-register").exists()


def test_an_unknown_lesson_is_refused(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn("--reset", "99", folder=course) == 2
    assert "Unknown lesson '99'. Use one of 01-permissions" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_reported(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "file").write_text("", "utf-8")
    assert learn("--reset", "01", folder=course / "file") == 2
    assert "Use another folder: --folder" in capsys.readouterr().err


def test_a_lesson_continues_and_restarts(course: Path) -> None:
    """With the same data at the same address, as after a restart of the kernel; `restart` forgets them."""
    from pdm_nb.learn import lesson as lessons

    lesson = start_lesson("01")
    lesson.play("ask for Standard access")
    assert "Right. This account has the level Standard" in repr(lesson.check(1))
    address = lesson._simulator.url
    lesson.stop()
    lessons._running.clear()

    lesson = start_lesson("01-permissions")
    assert lesson._simulator.url == address
    assert lesson.check(1)
    assert Path.cwd() == lesson.folder

    lesson = start_lesson("01", restart=True)
    with pytest.raises(NotYet, match="Your level is still None"):
        lesson.check(1)
    assert show_progress().lessons[0].solved == (False, False)


def test_a_check_is_shown_without_a_traceback(course: Path) -> None:
    lesson = start_lesson("01")
    with pytest.raises(NotYet) as missing:
        lesson.check(1)
    [shown] = missing.value._render_traceback_()
    assert shown.startswith("Not yet: Your level is still None.")


def test_unknown_exercises_and_events_are_named(course: Path) -> None:
    lesson = start_lesson("01")
    with pytest.raises(InputError, match="the exercises 1 to 2"):
        lesson.check(3)
    with pytest.raises(InputError, match="In this lesson can happen: ask for Standard access"):
        lesson.play("ask for money")


@pytest.mark.slow
def test_a_lesson_that_is_open_elsewhere_is_refused(course: Path) -> None:
    start_lesson("01")
    code = "from pdm_nb.learn import start_lesson; start_lesson('01')"
    done = subprocess.run([sys.executable, "-c", code], cwd=course, capture_output=True, text=True)
    assert "This lesson is open in another notebook" in done.stderr


@pytest.mark.slow
def test_learn_opens_jupyterlab_at_the_start_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=t"]
    command = [sys.executable, "-m", "pdm_nb", "learn", "--folder", "mine", *options]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as lab:
        assert lab.stderr is not None
        assert f"The course is in {tmp_path / 'mine'}." in lab.stderr.readline()
        threading.Thread(target=lab.stderr.read, daemon=True).start()
        try:
            _wait_for(port, lab)
            url = f"http://127.0.0.1:{port}"
            start = httpx2.get(f"{url}/?token=t", follow_redirects=False).headers["location"]
            assert start.partition("?")[0] == "/lab/tree/00-start-here.ipynb"
            listed = httpx2.get(f"{url}/api/contents?token=t").json()["content"]
        finally:
            lab.send_signal(signal.SIGTERM)
            lab.wait(60)
    names = {one["name"] for one in listed}
    assert {"00-start-here.ipynb", "12-migration.ipynb", "solutions"} <= names
    assert json.loads((tmp_path / "mine" / "12-migration.ipynb").read_text("utf-8"))["cells"]


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until the server responds; at most two minutes."""
    for _ in range(1200):
        assert process.poll() is None
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/api/status?token=t").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start")
