"""The commands in a real terminal (a pty of 60 columns), in a log, with -q and -v, and with names that attack."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from pdm_nb.cli.main import main
from pdm_nb.settings.settings_file import settings_path
from pdm_nb.sim import Simulator

PDM_NB = [sys.executable, "-m", "pdm_nb"]
COLUMNS = 60
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
FIELDS = [f"--set={field}" for field in ("type=Other", "revision=P01", "description=A letter")]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(ml_seconds=0.5) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Path:
    ready = simulator.ready_line()
    for name in ("API_URL", "LOGIN_URL"):
        monkeypatch.setenv(f"PDM_NB_{name}", ready["url"])
    for name in ("client_id", "client_secret", "company_id", "project_id"):
        monkeypatch.setenv(f"PDM_NB_{name.upper()}", str(ready[name]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def letters(place: Path, *names: str) -> Path:
    folder = place / "letters"
    folder.mkdir()
    for name in names:
        (folder / name).write_text(f"{name!r} of {place.name}")
    return folder


def in_terminal(*arguments: str, **variables: str) -> tuple[int, str]:
    """Run a command in a terminal of 60 columns; return its exit code and everything that was drawn."""
    env = os.environ | {"TERM": "xterm-256color"} | variables
    env.pop("COLUMNS", None)
    process = pexpect.spawn(
        PDM_NB[0],
        [*PDM_NB[1:], *arguments],
        env=env,
        dimensions=(24, COLUMNS),
        encoding="utf-8",
        timeout=120,
        use_poll=True,
    )
    process.expect(pexpect.EOF)
    process.close()
    return process.exitstatus, process.before


@pytest.mark.slow
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_nothing_wraps_at_60_columns(place: Path, variables: dict[str, str]) -> None:
    letters(place, *(f"letter-{number}.txt" for number in range(40)))
    code, drawn = in_terminal("upload", "letters", *FIELDS, "--set=status=S2", "--submit", **variables)
    lines = re.split(r"[\r\n]+", CODES.sub("", drawn))
    assert code == 0, drawn
    assert [one for one in lines if len(one) > COLUMNS and " " in one.strip()] == []
    assert any(re.match(r"upload +.* \d+/40 documents$", one) for one in lines)
    assert any(re.match(r"machine learning .* \d+/40 documents$", one) for one in lines)
    assert any(one.startswith("40 submitted;") for one in lines)
    colors = re.findall(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", drawn)
    assert bool(colors) == (not variables)


def test_documents_on_hold_are_grouped_with_reasons_in_words(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters(place, *(f"letter-{number}.txt" for number in range(6)))
    command = ["upload", "letters", *FIELDS, "--set=status=Nonsense", "--dry-run"]
    assert main(command) == 1
    printed = capsys.readouterr().out.splitlines()
    start = printed.index("On hold: 6 documents.")
    assert re.fullmatch(r"  .+ \(PDM102\): 6", printed[start + 1])
    assert re.match(r"    'Nonsense' is not in the .+ list", printed[start + 2])
    assert printed[start + 3] == "      letter-0.txt, letter-1.txt, letter-2.txt and 3 more"
    assert printed[start + 4].startswith("6 not uploaded;")
    assert main([*command, "-q"]) == 1
    quiet = capsys.readouterr()
    assert quiet.out == ""
    assert quiet.err.splitlines() == printed[start : start + 4]
    assert main([*command, "-v"]) == 1
    assert "letter-5.txt: not uploaded" in capsys.readouterr().out


def test_a_log_has_plain_lines_and_verbose_has_every_step(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters(place, "one.txt")
    assert main(["upload", "letters", *FIELDS, "--set=status=S2", "-v"]) == 0
    printed = capsys.readouterr()
    assert "one.txt is uploaded" in printed.err
    assert "\x1b" not in printed.out + printed.err
    assert re.search(r"^upload: 1 of 1 documents, .*\d s$", printed.out, re.MULTILINE)
    assert "one.txt: uploaded" in printed.out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not permit such names")
def test_names_that_control_the_terminal_are_shown_escaped(place: Path) -> None:
    letters(place, "\x1b[2Jgone.txt", "plan\u202efdp.txt", "two\nlines.txt")
    command = [*PDM_NB, "upload", "letters", "--set=status=Nonsense", "--dry-run", "-v"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    printed = done.stdout + done.stderr
    assert done.returncode == 1
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", printed) is None
    for shown in ("\\x1b[2Jgone.txt", "plan\\u202efdp.txt", "two\\nlines.txt"):
        assert shown in printed


@pytest.mark.slow
def test_a_console_without_these_letters_shows_them_escaped(place: Path) -> None:
    letters(place, "大きさ.txt")
    command = [*PDM_NB, "upload", "letters", "--set=status=Nonsense", "--dry-run"]
    env = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=env, capture_output=True, encoding="cp1252", timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert "\\u5927\\u304d\\u3055.txt" in done.stdout


def test_an_error_message_is_escaped_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume", "no\x1b[2J\u202ejournal.sqlite"]) == 2
    printed = capsys.readouterr().err
    assert "no\\x1b[2J\\u202ejournal.sqlite" in printed
    assert "\x1b" not in printed


def test_defaults_of_the_settings_file_fill_empty_cells_only(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters(place, "one.txt", "two.txt")
    settings_path().write_text('[tower.defaults]\nstatus = "S2"\ndescription = "From the file"\n')
    assert main(["upload", "letters", *FIELDS, "--settings", "tower", "--dry-run", "--json"]) == 0
    printed = capsys.readouterr()
    assert "Set status to S2 in 2 empty cells, as in the settings 'tower'." in printed.err
    assert "Set description" not in printed.err
    assert json.loads(printed.out)["documents"] == 2


def test_a_secret_in_the_settings_file_stops_every_command(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters(place, "one.txt")
    settings_path().write_text('[tower]\nclient_secret = "my-s3cret"\n')
    assert main(["upload", "letters"]) == 2
    printed = capsys.readouterr().err
    assert "has a secret (client_secret). Remove it from the file" in printed
    assert "my-s3cret" not in printed
