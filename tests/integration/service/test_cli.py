"""The command line from a user's point of view: real processes and exit codes, with its own simulator."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
import pytest

from pdm_nb.cli.main import main
from pdm_nb.sim import Simulator
from pdm_nb.sim.samples import write_samples

PDM_NB = [sys.executable, "-m", "pdm_nb"]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the simulator keeps the files it was sent."""
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="module")
def service(storage: Path) -> Iterator[dict[str, Any]]:
    """`pdm-nb sim` as a process, and what it printed when it was ready."""
    command = [*PDM_NB, "sim", "--port", "0", "--ml-seconds", "1", "--data", str(storage)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.fixture
def environment(service: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    return environment_of(service)


def environment_of(service: dict[str, Any]) -> dict[str, str]:
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("PDM_NB_") or key in ("PDM_NB_CACHE_DIR", "PDM_NB_SETTINGS_FILE")
    }
    return clean | {
        "PDM_NB_LOGIN_URL": service["url"],
        "PDM_NB_API_URL": service["url"],
        "PDM_NB_CLIENT_ID": service["client_id"],
        "PDM_NB_CLIENT_SECRET": service["client_secret"],
        "PDM_NB_COMPANY_ID": str(service["company_id"]),
        "PDM_NB_PROJECT_ID": str(service["project_id"]),
    }


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(3):
        (folder / f"letter-{number}.txt").write_text(f"letter {number} of {tmp_path.name}")
    return folder


SETTINGS = [
    "--set",
    "type=Other",
    "--set",
    "status=S2",
    "--set",
    "revision=P01",
    "--set",
    "description=A letter",
]


def pdm_nb(*arguments: object, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [*PDM_NB, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


def last(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def test_sim_listens_on_loopback_alone_and_asks_for_a_token(service: dict[str, Any]) -> None:
    assert set(service) == {
        "url", "client_id", "client_secret", "company_id", "project_id", "control_key",
    }  # fmt: skip
    assert service["url"].startswith("http://127.0.0.1:")
    assert httpx2.get(f"{service['url']}/rest/v1.0/me").status_code == 401


@pytest.mark.slow
def test_demo_makes_a_revision_of_every_document(tmp_path: Path) -> None:
    done = pdm_nb(
        "demo",
        "--documents",
        15,
        "--ml-seconds",
        1,
        "--json",
        "--folder",
        tmp_path / "demo",
        cwd=tmp_path,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    told = last(done.stdout)
    assert {key: told[key] for key in ("documents", "revisions", "held", "failed", "gone", "unconfirmed")} == {
        "documents": 15, "revisions": 15, "held": 0, "failed": 0, "gone": 0, "unconfirmed": 0,
    }  # fmt: skip
    assert told["api_calls"] > 30
    assert told["storage_puts"] == 15
    assert set(told["rows"][0]) == {"file", "state", "upload_id", "revision_id", "reason", "message"}
    assert Path(told["journal"]).is_file()


def test_demo_prints_a_table_and_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--documents", "4", "--ml-seconds", "0.5", "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "4 submitted" in printed
    assert "the check finds" in printed
    assert "Next: pdm-nb learn" in printed


def test_upload_and_submit_a_folder(letters: Path, environment: dict[str, str]) -> None:
    done = pdm_nb("upload", letters, *SETTINGS, "--submit", "--json", cwd=letters.parent, env=environment)
    assert done.returncode == 0, done.stderr
    told = last(done.stdout)
    assert told["revisions"] == 3
    assert Path(letters.parent, told["journal"]).is_file()
    assert environment["PDM_NB_CLIENT_SECRET"] not in done.stdout + done.stderr


def test_the_same_command_again_sends_nothing(
    letters: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    command = ["upload", letters, *SETTINGS, "--submit", "--json"]
    first = last(pdm_nb(*command, cwd=tmp_path, env=environment).stdout)
    again = pdm_nb(*command, cwd=tmp_path, env=environment)
    assert again.returncode == 0, again.stderr
    assert last(again.stdout)["rows"] == first["rows"]
    assert last(again.stdout)["storage_puts"] == 0


@pytest.mark.slow
def test_upload_without_submit_then_resume(
    letters: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    journal = tmp_path / "j.sqlite"
    first = last(
        pdm_nb(
            "upload", letters, *SETTINGS, "--journal", journal, "--json", cwd=tmp_path, env=environment
        ).stdout
    )
    assert first["revisions"] == 0
    assert {row["state"] for row in first["rows"]} == {"completed"}
    then = last(pdm_nb("resume", journal, "--submit", "--json", cwd=tmp_path, env=environment).stdout)
    assert then["revisions"] == 3
    assert then["storage_puts"] == 0


def test_dry_run_sends_and_keeps_nothing(letters: Path, environment: dict[str, str], tmp_path: Path) -> None:
    done = pdm_nb(
        "upload", letters, "--set", "status=Nonsense", "--dry-run", "--json", cwd=tmp_path, env=environment
    )
    told = last(done.stdout)
    assert done.returncode == 1
    assert {row["state"] for row in told["rows"]} == {"planned"}
    assert {row["reason"] for row in told["rows"]} == {"PDM102"}
    assert told["plan"]["documents"] == {"on hold": 3}
    assert told["plan"]["calls"] == []
    assert "on hold at the upload: 3 × PDM102" in done.stderr
    assert told["storage_puts"] == 0
    assert told["journal"] is None
    assert not (tmp_path / "pdm_nb-journals").exists()


def test_upload_of_a_manifest(letters: Path, environment: dict[str, str], tmp_path: Path) -> None:
    manifest = letters.parent / "register.csv"
    manifest.write_text(
        "File name,Document Type,Status,Rev,Title\nletters/letter-0.txt,OT,S2,P01,First letter\n"
    )
    done = pdm_nb("upload", manifest, "--submit", "--json", cwd=tmp_path, env=environment)
    assert last(done.stdout)["revisions"] == 1, done.stderr


def test_upload_of_a_register_with_decisions(
    letters: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """The sheet, the row of the headings, what two rows of a file become, and what a profile has."""
    book = letters.parent / "register.xlsx"
    rows = [["x", "y"], ["PDF", "Foo"], ["letter-0", "First"], ["letter-0", "Second"]]
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame([["Prepared by", "the office"]]).to_excel(writer, sheet_name="Cover", index=False)
        pd.DataFrame(rows).to_excel(writer, sheet_name="Letters", index=False, header=False)
    command = ["upload", book, "--dry-run", "--json", "--sheet", "Letters", "--header", "2"]
    asked = pdm_nb(*command, cwd=tmp_path, env=environment)
    assert asked.returncode == 2
    assert "register.xlsx has 1 open question" in asked.stderr
    profile = tmp_path / "p.toml"
    profile.write_text(
        'version = 1\n[columns]\n"PDF" = "file"\n"Foo" = "description"\n[files]\nconfirmed = ["suffix", "folder"]\n'
    )
    done = pdm_nb(*command, "--profile", profile, "--policy", "join", cwd=tmp_path, env=environment)
    assert [row["file"] for row in last(done.stdout)["rows"]] == ["letter-0.txt"], done.stderr


@pytest.mark.slow
def test_a_workflow_is_ended_where_it_is_said(letters: Path, tmp_path: Path) -> None:
    """B48."""
    with Simulator(scenario="workflow-conflicts", ml_seconds=1) as simulator:
        environment = environment_of(simulator.ready_line())
        for journal, code in (("1.sqlite", 0), ("2.sqlite", 1)):
            command = ["upload", letters, *SETTINGS, "--journal", journal, "--submit"]
            done = pdm_nb(*command, cwd=tmp_path, env=environment)
            assert done.returncode == code, done.stderr
        assert "On hold: 3 documents." in done.stdout
        assert "WORKFLOW_CONFLICT: 3" in done.stdout
        half = ("resume", "2.sqlite", "--terminate-workflows", "letter-0*")
        told = pdm_nb(*half, cwd=tmp_path, env=environment)
        assert (told.returncode, "together" in told.stderr) == (2, True)
        rest = ("--termination-reason", "superseded", "--terminated-revision-status", "S2", "--json")
        told = last(pdm_nb(*half, *rest, cwd=tmp_path, env=environment).stdout)
        assert {row["file"]: row["state"] for row in told["rows"]}["letter-0.txt"] == "submitted"
        assert told["held"] == told["documents"] - 1


@pytest.mark.slow
def test_killed_in_the_middle_and_resumed(environment: dict[str, str], storage: Path, tmp_path: Path) -> None:
    """`kill -9`, then `resume`: every document becomes one revision, and stored files are not sent again."""
    write_samples(tmp_path / "documents", 120, 11)
    journal = tmp_path / "killed.sqlite"
    command = [*PDM_NB, "upload", str(tmp_path / "documents"), "--journal", str(journal), "--submit"]
    before = len(list(storage.rglob("*")))
    with subprocess.Popen(
        [*command, "--set", "status=S2"], env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as process:
        _until(lambda: len(list(storage.rglob("*"))) >= before + 20, process)
        process.kill()
    stored = _parts_stored(journal)
    assert 0 < stored < 120
    told = last(pdm_nb("resume", journal, "--json", cwd=tmp_path, env=environment).stdout)
    assert told["documents"] == 120
    assert told["storage_puts"] <= 120 - stored
    assert {row["state"] for row in told["rows"]} <= {"submitted", "held"}  # held: what ML could not fill in
    revisions = [row["revision_id"] for row in told["rows"] if row["revision_id"]]
    assert len(revisions) == len(set(revisions)) == told["revisions"] > 0


def _parts_stored(journal: Path) -> int:
    """How many parts the dead process's journal knows to be stored; read from a copy."""
    for suffix in ("", "-wal"):
        shutil.copy(f"{journal}{suffix}", f"{journal}.look{suffix}")
    with closing(sqlite3.connect(f"{journal}.look")) as db:
        return int(db.execute("SELECT count(*) FROM part WHERE etag IS NOT NULL").fetchone()[0])


def _until(condition: Any, process: subprocess.Popen[Any]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, "the upload ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.01)


def test_report_needs_no_connection(letters: Path, environment: dict[str, str], tmp_path: Path) -> None:
    journal = tmp_path / "j.sqlite"
    pdm_nb("upload", letters, *SETTINGS, "--journal", journal, cwd=tmp_path, env=environment)
    nothing = {key: value for key, value in environment.items() if not key.startswith("PDM_NB_")}
    done = pdm_nb("report", journal, "-o", tmp_path / "audit.xlsx", cwd=tmp_path, env=nothing)
    assert done.returncode == 0, done.stderr
    table = pd.read_excel(tmp_path / "audit.xlsx", sheet_name="documents")
    assert table["state"].tolist() == ["uploaded"] * 3
    assert table["description"].tolist() == ["A letter"] * 3


@pytest.mark.parametrize(
    ("arguments", "changed", "told"),
    [
        (["upload", "no-such-folder"], {}, "no-such-folder does not exist"),
        (["upload", "letters", "--set", "status"], {}, "--set takes FIELD=VALUE"),
        (["upload", "letters", "--set", "statos=S2"], {}, "Unknown field 'statos'"),
        (["upload", "letters"], {"PDM_NB_CLIENT_SECRET": "wrong"}, "PDM_NB_CLIENT_SECRET"),
        (["upload", "letters"], {"PDM_NB_PROJECT_ID": "17"}, "Unknown project '17'"),
        (["upload", "letters"], {"PDM_NB_COMPANY_ID": "17"}, "Unknown company '17'"),
        (["upload", "letters"], {"PDM_NB_API_URL": "http://127.0.0.1:9"}, "cannot be reached"),
        (["resume", "none.sqlite"], {}, "no journal at none.sqlite"),
        (["resume", "letters/letter-0.txt"], {}, "not a journal of pdm_nb"),
        (["report", "none.sqlite", "-o", "x.xlsx"], {}, "no journal at none.sqlite"),
        pytest.param(
            ["samples", "new", "--standard", "din"],
            {},
            "unknown standard 'din': use iso19650 or us-ncs",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ["samples", "letters"], {}, "letters is not empty. Use a new folder", marks=pytest.mark.slow
        ),
        pytest.param(["samples", "letters/letter-0.txt"], {}, "cannot be written to", marks=pytest.mark.slow),
        (["samples", "new", "--count", "0"], {}, "--count: at least 1"),
    ],
)
def test_bad_input_gets_a_sentence_and_no_traceback(
    letters: Path, environment: dict[str, str], arguments: list[str], changed: dict[str, str], told: str
) -> None:
    done = pdm_nb(*arguments, cwd=letters.parent, env=environment | changed)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (letters.parent / "none.sqlite").exists()


@pytest.mark.slow
def test_samples_and_their_register_go_with_a_scenario(tmp_path: Path) -> None:
    options = ("--standard", "us-ncs", "--awkward", "--register", "--count", 15)
    told = last(
        pdm_nb("samples", "new/sheets", *options, "--json", cwd=tmp_path, env=dict(os.environ)).stdout
    )
    files = [path for path in (tmp_path / "new" / "sheets").rglob("*") if path.is_file()]
    assert told["documents"] == sum(told["kinds"].values()) == len(files) > 15
    assert told["kinds"]["large"] == 1
    assert Path(told["register"]) == tmp_path / "new" / "sheets-register.csv"
    with Simulator(scenario=told["scenario"]) as simulator:
        environment = environment_of(simulator.ready_line())
        checked = pdm_nb("upload", told["register"], "--dry-run", "--json", cwd=tmp_path, env=environment)
    reasons = Counter(row["reason"] for row in last(checked.stdout)["rows"])
    assert checked.returncode == 1, "the register has faults, and one file has no bytes"
    assert reasons[""] > 20
    assert reasons["PDM202"] == 1


def test_samples_say_in_a_few_lines_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["samples", str(tmp_path / "new"), "--count", "3"]) == 0
    printed = capsys.readouterr().out
    assert "Wrote 3 documents" in printed
    assert "pdm-nb sim --scenario iso19650" in printed
    assert len(printed.splitlines()) == 2


def test_debug_shows_where(letters: Path, environment: dict[str, str]) -> None:
    done = pdm_nb("--debug", "upload", "no-such-folder", cwd=letters.parent, env=environment)
    assert "Traceback" in done.stderr


def test_a_journal_in_use_is_refused(letters: Path, environment: dict[str, str], tmp_path: Path) -> None:
    from pdm_nb.batch.journal.journal import Identity, Journal

    journal = Journal.open(tmp_path / "busy.sqlite", Identity("http://127.0.0.1:1", "1", "2", "Some project"))
    done = pdm_nb("report", tmp_path / "busy.sqlite", "-o", "x.csv", cwd=tmp_path, env=environment)
    journal.close()
    assert done.returncode == 2
    assert "another kernel" in done.stderr


@pytest.mark.slow
def test_lab_serves_the_notebooks_with_a_simulator_ready(tmp_path: Path) -> None:
    """Options that are not ours go to JupyterLab; the kernels find the simulator by PDM_NB_SIM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {
        name: str(tmp_path / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=t",
        "--folder",
        "work",
        "--demo",
    ]
    with subprocess.Popen(
        [*PDM_NB, "lab", *options], cwd=tmp_path, env=os.environ | folders, stderr=subprocess.PIPE, text=True
    ) as lab:
        assert lab.stderr is not None
        assert "The simulator is ready at http://127.0.0.1:" in lab.stderr.readline()
        threading.Thread(target=lab.stderr.read, daemon=True).start()
        _until(lambda: _answers(port), lab)
        assert {path.name for path in (tmp_path / "work").iterdir()} >= {
            "01-quickstart.ipynb",
            "02-widgets.ipynb",
            "presentation.ipynb",
        }
        start = httpx2.get(f"http://127.0.0.1:{port}/?token=t", follow_redirects=False).headers["location"]
        assert start.partition("?")[0] == "/lab/tree/presentation.ipynb"
        lab.send_signal(signal.SIGTERM)
        lab.wait(60)


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/api/status?token=t").status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.slow
def test_a_second_journal_over_the_same_folder_sends_nothing(
    letters: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """B40: what was submitted from one journal is recognized from another."""
    command = ["upload", letters, *SETTINGS, "--submit", "--json"]
    first = pdm_nb(*command, "--journal", "1.sqlite", cwd=tmp_path, env=environment)
    assert last(first.stdout)["revisions"] == 3, first.stderr
    plan = pdm_nb(*command[:-2], "--dry-run", "--json", cwd=tmp_path, env=environment)
    assert last(plan.stdout)["plan"]["documents"] == {"new version": 3}
    again = pdm_nb(*command, "--new-only", "--journal", "2.sqlite", cwd=tmp_path, env=environment)
    assert again.returncode == 0, again.stderr
    assert "3 existing documents skipped." in again.stderr
    told = last(again.stdout)
    assert (told["documents"], told["revisions"], told["storage_puts"]) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_new_only_sends_nothing_if_not_all_can_be_looked_at(
    letters: Path, tmp_path: Path, dry: list[str]
) -> None:
    """B62: without the list of revisions nobody knows what was submitted."""
    command = ["upload", letters, *SETTINGS, "--submit", "--new-only"]
    with Simulator(revision_list=False, ml_seconds=1) as simulator:
        environment = environment_of(simulator.ready_line())
        refused = pdm_nb(*command, *dry, cwd=tmp_path, env=environment)
        assert refused.returncode == 2
        assert "does not offer the list of revisions" in refused.stderr
        assert "--even-if-unknown" in refused.stderr
        assert simulator.counts.by_operation.get("createDocumentUploads", 0) == 0
        done = pdm_nb(*command, *dry, "--even-if-unknown", "--json", cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
        assert "0 existing documents skipped." in done.stderr
        assert last(done.stdout)["revisions"] == (0 if dry else 3)


@pytest.mark.slow
def test_new_only_leaves_out_what_is_there_under_another_name(
    letters: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """B33, B73: the second journal has the names of the files."""
    (scan := letters / "scan001.txt").write_text(f"scanned in {tmp_path.name}")
    named = ["upload", scan, *SETTINGS, "--set", "name=Ground floor plan", "--submit", "--json"]
    first = pdm_nb(*named, "--journal", "1.sqlite", cwd=tmp_path, env=environment)
    assert last(first.stdout)["revisions"] == 1, first.stderr
    again = ["upload", scan, *SETTINGS, "--submit", "--json", "--new-only", "--journal", "2.sqlite"]
    done = pdm_nb(*again, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert "1 existing document skipped." in done.stderr
    assert last(done.stdout)["storage_puts"] == 0


@pytest.mark.slow
def test_new_only_takes_another_revision_as_the_next_version(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """B41: P02 of a document that is there as P01."""
    (first := tmp_path / "again.txt").write_text("a letter that comes again")
    pdm_nb("upload", first, *SETTINGS, "--journal", "1.sqlite", "--submit", cwd=tmp_path, env=environment)
    again = ["upload", first, *SETTINGS, "--set", "revision=P02", "--submit", "--json", "--new-only"]
    done = pdm_nb(*again, "--journal", "2.sqlite", cwd=tmp_path, env=environment)
    assert f"{first.name} exists with revision P01. P02 becomes its next version." in done.stderr
    assert last(done.stdout)["revisions"] == 1, done.stderr


@pytest.mark.slow
def test_new_only_names_what_was_uploaded_and_never_submitted(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """It is left out, and the exit code says that it is not where it was to be brought."""
    (first := tmp_path / "waiting.txt").write_text("a letter that waits")
    pdm_nb("upload", first, *SETTINGS, "--journal", "1.sqlite", cwd=tmp_path, env=environment)
    again = ["upload", first, *SETTINGS, "--submit", "--new-only", "--journal", "2.sqlite"]
    done = pdm_nb(*again, cwd=tmp_path, env=environment)
    assert done.returncode == 1, done.stderr
    assert f"{first.name}: upload " in done.stdout
    assert "never submitted" in done.stdout
