"""The simulator over a socket, its command, its clocks, and its independence of the client."""

from __future__ import annotations

import ast
import hashlib
import json
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from email.utils import formatdate
from pathlib import Path

import httpx2
import pytest

import pdm_nb.sim
from pdm_nb import sim
from tests.support.contract.contract_checks import check
from tests.support.simulator.server_process import RUN, signed_in

ROOT = Path(pdm_nb.sim.__file__).parent


def test_the_whole_way_over_a_socket(tmp_path: Path) -> None:
    with (
        sim.Simulator(ml_seconds=0.05, data=tmp_path) as simulator,
        signed_in(simulator.ready_line()) as client,
    ):
        place = f"companies/{simulator.company_id}/projects/{simulator.project_id}"
        dm = f"{place}/document_management"
        fields = check(client.get(f"/rest/v2.0/{dm}/fields", params={"per_page": 100})).json()["data"]
        ids = {field["name"]: field["id"] for field in fields}
        values = check(client.get(f"/rest/v2.0/{dm}/fields/type/values", params={"keyword": "report"}))
        status = check(client.get(f"/rest/v2.0/{dm}/fields/status/values")).json()["data"][0]
        body = {"uploads": [{"file_name": "a.pdf", "mime_type": "application/pdf"}]}
        [made] = check(client.post(f"/rest/v2.0/{dm}/document_uploads", json=body)).json()["data"]
        content = b"%PDF-1.4 not one in truth"
        digest = hashlib.sha256(content).hexdigest()
        announced = {
            "file_name": "a.pdf",
            "file_size": len(content),
            "content_type": "application/pdf",
            "uploader_tool_name": "document_management",
            "segments": [{"size": len(content), "sha256": digest}],
        }
        file = check(client.post(f"/rest/v2.1/{place}/uploads", json=announced)).json()["data"]
        [segment] = file["segments"]
        stored = httpx2.put(segment["url"], content=content, headers=segment["headers"])
        etags = {"part_etags": [stored.headers["ETag"].strip('"')]}
        path = f"/rest/v2.1/{place}/uploads/{file['upload_id']}"
        assert check(client.patch(path, json=etags)).json()["data"]["status"] == "available"
        wanted = {"type": values.json()["data"][0]["id"], "status": status["id"], "revision": "A"}
        wanted |= {"description": "Sample", "name": "Ground floor plan"}
        item = {
            "id": made["id"],
            "file_upload_id": file["upload_id"],
            "upload_status": "COMPLETED",
            "fields": [{"id": ids[name], "values": [value]} for name, value in wanted.items()],
        }
        answer = check(client.patch(f"/rest/v2.0/{dm}/document_uploads", json={"update_params": [item]}))
        assert answer.json()["data"]["success"] == [{"id": made["id"]}]
        assert simulator.wait_ml(30)
        shown = check(client.get(f"/rest/v2.1/{dm}/document_uploads/{made['id']}")).json()["data"]
        assert shown["integration_statuses"]["ml"] == "error"  # a PDF in name alone
        sent = {"uploads": [{"id": made["id"], "upload_latest_event_id": shown["latest_event_id"]}]}
        done = check(client.post(f"/rest/v2.1/{dm}/document_revisions", json=sent)).json()["data"]
        assert (len(done["ids"]), done["failures"]) == (1, [])
        download = client.get(
            shown["download_url"]
            .replace("document_uploads", "document_revisions")
            .replace(made["id"], done["ids"][0])
        )
        assert httpx2.get(download.headers["Location"]).content == content
        assert simulator.counts.storage_puts == 1
        assert list((tmp_path / "files").iterdir())


def test_it_listens_on_loopback_alone_and_stops() -> None:
    simulator = sim.Simulator().start()
    assert simulator.start() is simulator
    assert simulator.url.startswith("http://127.0.0.1:")
    assert simulator._http.socket.getsockname()[0] == "127.0.0.1"
    url, data = simulator.url, simulator._core.data
    assert httpx2.get(f"{url}/rest/v1.0/me").status_code == 401
    simulator.stop()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/rest/v1.0/me")
    assert not data.exists()
    with pytest.raises(RuntimeError, match="Create a new one"):
        simulator.start()


def test_two_at_once_and_a_port_that_is_taken() -> None:
    with sim.Simulator() as one, sim.Simulator() as two:
        assert one.url != two.url
        with pytest.raises(OSError, match="is in use"):
            sim.Simulator(port=int(one.url.rpartition(":")[2])).start()


def test_a_put_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with sim.Simulator(data=tmp_path) as simulator, signed_in(simulator.ready_line()) as client:
        size = 8 << 20
        announced = {
            "file_name": "a.bin",
            "file_size": size,
            "content_type": "application/octet-stream",
            "uploader_tool_name": "document_management",
            "segments": [{"size": size, "sha256": "0" * 64}],
        }
        place = f"companies/{simulator.company_id}/projects/{simulator.project_id}"
        file = check(client.post(f"/rest/v2.1/{place}/uploads", json=announced)).json()["data"]
        url = httpx2.URL(file["segments"][0]["url"])
        head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in file["segments"][0]["headers"].items())
        with socket.create_connection((url.host, url.port)) as raw:
            raw.sendall(head.encode() + b"\r\n" + b"x" * (3 << 20))
        assert client.get("/rest/v1.0/me").status_code == 200
    assert list((tmp_path / "files").iterdir()) == []


def test_the_command_prints_one_line_and_ends_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, "--port", "0", "--seed", "3", "--data", str(tmp_path / "d")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            told = json.loads(process.stdout.readline())
            assert set(told) == {
                "url", "client_id", "client_secret", "company_id", "project_id", "control_key",
            }  # fmt: skip
            with signed_in(told) as client:
                assert check(client.get("/rest/v1.0/me")).status_code == 200
            process.send_signal(signal.SIGTERM)
            rest, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, rest, errors) == (0, "", "")


def test_the_command_says_what_it_cannot_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim.main(["--scenario", "sunny"]) == 2
    assert sim.main(["--ml-seconds", "-1"]) == 2
    assert sim.main(["--ml-seconds", "nan"]) == 2
    assert sim.main(["--port", "99999"]) == 2
    assert sim.main(["--data", "/dev/null"]) == 2
    told = capsys.readouterr()
    assert "no-permission" in told.err
    assert "ml_seconds" in told.err
    assert "port must be 0 to 65535" in told.err
    assert "cannot use the data folder /dev/null" in told.err
    assert len(told.err.splitlines()) == 5
    with pytest.raises(TypeError, match="unknown option 'page_sise'"):
        sim.Simulator(page_sise=3)
    assert told.out == ""


def test_it_imports_nothing_of_the_client() -> None:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level <= len(path.relative_to(ROOT).parts), path.name
            wrong = [
                name for name in names if name.startswith("pdm_nb") and not name.startswith("pdm_nb.sim")
            ]
            assert not wrong, path.name


def test_the_real_clock_does_jobs_in_order_and_drains() -> None:
    clock, done, asked = sim.RealClock(), [], threading.Event()
    clock.later(0.0, asked.wait)  # until all have been asked for
    clock.later(0.5, lambda: done.append("second"))
    clock.later(0.0, lambda: done.append(threading.current_thread().name))
    clock.later(0.01, lambda: 1 / 0)  # one broken job does not stop the others
    asked.set()
    assert clock.drain(10)
    assert done == ["simulator-clock", "second"]
    clock.later(3600, lambda: done.append("never"))
    assert clock.drain(0.0) is False
    clock.close()
    assert len(done) == 2


def test_the_manual_clock_stands_still_until_it_is_advanced() -> None:
    clock, done = sim.ManualClock(100.0), []
    clock.later(5, lambda: done.append(clock.now()))
    clock.later(2, lambda: clock.later(1, lambda: done.append(clock.now())))
    assert clock.now() == 100.0
    clock.advance(4.9)
    assert (clock.now(), done) == (104.9, [103.0])
    assert clock.drain(0)
    assert (clock.now(), done) == (105.0, [103.0, 105.0])


def test_the_real_clock_begins_a_job_once_what_it_waits_for_is_done() -> None:
    clock, done, awaited, others = sim.RealClock(), [], Future(), threading.Event()
    clock.later(0.0, lambda: done.append("after"), after=awaited)
    clock.later(0.02, lambda: (done.append("other"), others.set()))
    assert others.wait(60)
    assert clock.drain(0.1) is False
    assert done == ["other"]
    awaited.set_result(None)
    assert clock.drain(10)
    assert done == ["other", "after"]
    clock.later(0.0, lambda: done.append("never"), after=(forgotten := Future()))
    clock.close()
    forgotten.cancel()
    clock.open()
    assert clock.drain(10)
    assert done == ["other", "after"]


def test_the_manual_clock_stands_still_for_what_a_job_waits_for() -> None:
    clock, done, awaited = sim.ManualClock(0.0), [], Future()
    clock.later(1.0, lambda: done.append(clock.now()), after=awaited)
    threading.Timer(0.1, awaited.set_result, [None]).start()
    clock.advance(5)
    assert (done, clock.now()) == ([1.0], 5.0)


@pytest.mark.rule("B3")
def test_ulids_are_well_formed_and_sort_by_the_order_they_were_made() -> None:
    """B3."""
    from pdm_nb.sim.runtime.ids import Ids, is_ulid

    ids = Ids(1)
    made = [ids.ulid(1.0) for _ in range(50)] + [ids.ulid(2.0), ids.ulid(1.5)]
    assert made == sorted(set(made))
    assert all(map(is_ulid, made))
    assert ids.ulid(3.0) != Ids(2).ulid(3.0)


def test_control_names_what_it_cannot_find() -> None:
    simulator = sim.Simulator(clock=sim.ManualClock())
    for act in (
        simulator.delete_upload,
        simulator.touch_upload,
        simulator.recycle_revision,
        simulator.start_workflow,
    ):
        with pytest.raises(KeyError, match="nothing-here"):
            act("nothing-here")
    with pytest.raises(RuntimeError, match="start"):
        _ = simulator.url
    simulator.stop()


@pytest.mark.parametrize("wrong", [{"ml_seconds": -1}, {"spike_limit": 0}, {"access_level": "Boss"}])
def test_options_that_make_no_sense(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        sim.Simulator(**wrong)


@pytest.mark.rule("B8")
def test_killed_tokens() -> None:
    """B8: in mid-run."""
    with sim.Simulator() as simulator, signed_in(simulator.ready_line()) as client:
        assert client.get("/rest/v1.0/me").status_code == 200
        simulator.kill_tokens()
        assert check(client.get("/rest/v1.0/me")).status_code == 401


def test_every_answer_has_its_date_by_the_simulators_clock() -> None:
    """And one alone: the server's own would be the wall's."""
    clock = sim.ManualClock()
    with sim.Simulator(clock=clock) as simulator, signed_in(simulator.ready_line()) as client:
        for path in ("/rest/v1.0/me", "/oauth/authorize", "/storage/none", "/nowhere", "/_internal/clock"):
            clock.advance(40.5)
            dates = client.get(path).headers.get_list("date")
            assert dates == [formatdate(clock.now(), usegmt=True)]
