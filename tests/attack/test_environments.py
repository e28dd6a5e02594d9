"""What the processes that are started get to see of the environment: no secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdm_nb.cli.main import main
from pdm_nb.document_preview.worker_process import WorkerProcess
from pdm_nb.sim.pdf_reader.process import ReadingProcess

SECRET = "do-not-pass-on"
SECRETS = dict.fromkeys(("PDM_NB_CLIENT_SECRET", "PDM_NB_CLIENT_ID", "PDM_NB_TOKEN_STORE", "PDM_NB_API_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_CONNECTION_STRING", "GOOGLE_APPLICATION_CREDENTIALS", "GITHUB_TOKEN", "GH_PAT", "NPM_AUTH", "PGPASSWORD", "MYSQL_PWD", "OPENAI_API_KEY", "SSH_KEY", "SSH_AUTH_SOCK", "db_password"), SECRET) | {"https_proxy": f"http://me:{SECRET}@proxy.example:8080", "DATABASE_URL": f"postgres://me:{SECRET}@db/x"}  # fmt: skip
HARMLESS = {
    "PWD": "/",
    "LANG": "C.UTF-8",
    "JUPYTER_TOKEN": "mine",
    "XAUTHORITY": "/x",
    "no_proxy": "localhost",
}
SHOW = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SECRETS, **HARMLESS}.items():
        monkeypatch.setenv(name, value)


def test_the_process_that_draws_pages_gets_none(tmp_path: Path) -> None:
    worker = WorkerProcess((sys.executable, "-c", SHOW, str(tmp_path / "seen.json")))
    worker._process.wait(60)
    worker.stop()
    assert SECRET not in (tmp_path / "seen.json").read_text()


def test_the_process_that_reads_pdfs_gets_none(tmp_path: Path) -> None:
    """That of the simulator, which reads files of whoever sends them."""
    process = ReadingProcess((sys.executable, "-c", SHOW, str(tmp_path / "seen.json")))
    assert process.read([tmp_path / "none.pdf"]) is None
    process.stop()
    assert SECRET not in (tmp_path / "seen.json").read_text()


def test_jupyterlab_gets_none_and_the_user_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = tmp_path / "seen.json"
    lab = tmp_path / "jupyter-lab"
    lab.write_text(f"#!{sys.executable}\n{SHOW.replace('sys.argv[1]', repr(str(seen)))}\n")
    lab.chmod(0o700)
    monkeypatch.setattr("shutil.which", lambda name, **_: str(lab))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main(["lab", "--folder", str(tmp_path / "notebooks")]) == 0
    passed = json.loads(seen.read_text())
    assert SECRET not in seen.read_text()
    assert {name: passed[name] for name in HARMLESS} == HARMLESS
    assert passed["PDM_NB_ENVIRONMENT"] == "sim"
    told = capsys.readouterr().err
    assert SECRET not in told
    assert all(name in told for name in SECRETS)


@pytest.mark.slow
def test_the_notebooks_of_the_lab_connect_without_typing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what JupyterLab gets, `connect()` finds the simulator, whose credentials nobody typed."""
    lab = tmp_path / "jupyter-lab"
    code = "import pdm_nb; print(pdm_nb.connect().project('Riverside Tower').name)"
    lab.write_text(f"#!{sys.executable}\n{code}\n")
    lab.chmod(0o700)
    root = Path(__file__).parents[2]
    run = (
        "import shutil, sys; from pdm_nb.cli.main import main; shutil.which = lambda *_, **__: sys.argv.pop(); "
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", run, "lab", "--folder", str(tmp_path / "notebooks"), str(lab)]
    told = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, "Riverside Tower\n"), told.stderr
