"""A simulator with a data folder keeps its complete state from one process to the next."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

import pdm_nb
from pdm_nb import sim
from pdm_nb.sim.world import records
from pdm_nb.sim.world.persistence import FILE_NAME, KINDS, Persistence, decode, encode
from pdm_nb.sim.world.store import Store
from tests.support.contract.contract_checks import check
from tests.support.simulator.api_caller import DRAWING, ApiCaller
from tests.support.simulator.server_process import RUN

pytestmark = pytest.mark.slow


@pytest.fixture
def again(tmp_path: Path, clock: sim.ManualClock) -> Iterator[Callable[..., ApiCaller]]:
    """Ends the caller before, and makes one on the same folder: as another process would."""
    callers: list[ApiCaller] = []

    def close() -> None:
        for caller in callers:
            caller.close()
            caller.sim.stop()
        callers.clear()

    def build(**options: Any) -> ApiCaller:
        close()
        made = {"clock": clock, "data": tmp_path, "reader": lambda source: DRAWING, **options}
        callers.append(ApiCaller(sim.Simulator(**made)))
        return callers[-1]

    yield build
    close()


def rows(caller: ApiCaller) -> dict[str, list[Any]]:
    return {name: list(caller.sim._core.store.rows(kind)) for name, kind in KINDS.items()}


def test_everything_is_as_it_was(again: Callable[..., ApiCaller]) -> None:
    caller = again()
    upload, submitted, deleted = caller.ready("one.txt"), caller.ready("two.txt"), caller.ready("three.txt")
    [revision] = caller.submit(submitted)["ids"]
    caller.sim.delete_upload(deleted)
    caller.sim.start_workflow(caller.revisions(revision)[0]["document_container_id"])
    pending = caller.announce(b"not all is here").json()["data"]
    seen, before, token = caller.show(upload), rows(caller), caller.token
    told = (caller.sim.client_id, caller.sim.client_secret, caller.sim.company_id, caller.sim.project_id)
    caller = again()
    after = rows(caller)
    assert {name: after[name][: len(kept)] for name, kept in before.items()} == before
    assert (
        caller.sim.client_id,
        caller.sim.client_secret,
        caller.sim.company_id,
        caller.sim.project_id,
    ) == told
    caller.token = token  # the token lives on
    assert caller.show(upload) == seen
    assert caller.revisions(revision)[0]["upload_id"] == submitted
    assert [row["id"] for row in caller.data("GET", caller.dm("document_uploads", "2.1"))] == [upload]
    # The signing key is the same: a URL that was handed out still takes the bytes.
    assert caller.put(pending["segments"][0], b"not all is here").status_code == 200
    assert (
        caller.submit(caller.ready("two.txt"), status=422)["details"][0]["reason_code"] == "WORKFLOW_CONFLICT"
    )


@pytest.mark.rule("B3")
def test_new_ids_follow_the_earlier_ones(again: Callable[..., ApiCaller]) -> None:
    """B3: also where the clock stands still, and three times over."""
    seen: list[str] = []
    tokens: set[str] = set()
    for _ in range(4):
        caller = again()
        seen += [*caller.create("a.pdf", "b.pdf"), caller.announce(b"x").json()["data"]["upload_id"]]
        tokens.add(caller.token)
    assert seen == sorted(set(seen))
    assert len(tokens) == 4


@pytest.mark.rule("B34", "B57")
def test_work_that_was_pending_is_done(again: Callable[..., ApiCaller]) -> None:
    """B34, B57: ML, scraping and scans that the end of the process interrupted."""
    caller = again(scan_seconds=5.0)
    file = caller.stored()
    caller.sim._core.clock.advance(5)
    [upload] = caller.create("RST-DEM-V1-ZZ-DR-A-0101.pdf")
    caller.update(upload, file_upload_id=file, upload_status="COMPLETED")
    scanned = caller.stored(b"another")
    assert caller.show(upload)["integration_statuses"]["ml"] == "in_progress"
    caller = again(scan_seconds=5.0)
    assert caller.show(upload)["integration_statuses"]["filename_scraping"] == "in_progress"
    assert caller.data("GET", f"{caller.files}/{scanned}")["status"] == "scanning"
    caller.sim.wait_ml()
    assert caller.show(upload)["integration_statuses"]["ml"] == "completed"
    assert caller.labels(caller.show(upload), "description") == ["Ground floor plan"]
    assert caller.data("GET", f"{caller.files}/{scanned}")["status"] == "available"


@pytest.mark.rule("B60")
def test_a_day_that_passes_between_two_starts(
    again: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    """B60: what nobody linked is deleted, whoever was there when it came."""
    caller = again()
    caller.stored()
    assert len(list(caller.sim._core.data.iterdir())) == 1
    clock.advance(24 * 3600)
    caller = again()
    caller.announce(b"x")
    assert list(caller.sim._core.data.iterdir()) == []


@pytest.mark.parametrize(
    ("other", "told"),
    [({"seed": 2}, "with seed 1, not 2"), ({"scenario": "slow-ml"}, "with scenario default, not slow-ml")],
)
def test_a_folder_of_another_world_is_refused(
    again: Callable[..., ApiCaller], other: dict, told: str
) -> None:
    folder = again().sim.options.data
    with pytest.raises(ValueError, match=told):
        again(**other)
    assert sim.main(["--data", str(folder), "--seed", "2"]) == 2
    assert again().create("a.pdf")  # and it is as it was


def test_a_folder_in_use_is_refused(again: Callable[..., ApiCaller]) -> None:
    caller = again()
    with pytest.raises(ValueError, match="in use by another simulator"):
        sim.Simulator(data=caller.sim.options.data)
    assert caller.create("a.pdf")


def test_limits_counts_faults_switches_and_client_errors_are_kept(
    again: Callable[..., ApiCaller], clock: sim.ManualClock
) -> None:
    """B11: what is used up stays so; and what waits to go wrong still does."""
    caller = again(hourly_limit=8, storm=0.0)
    caller.sim.add_fault("limits_changed", spike=4)
    caller.sim.add_fault("server_error", status=503, operation="listFields", after=1, times=2)
    caller.sim.switch(page_size=3, visible_statuses=("S0",))
    caller.sim._core.faults.hide("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    caller.call("GET", "/rest/v1.0/me")
    caller.call("GET", caller.dm("fields"))  # without per_page: a slip; and spared by the fault
    parts = [caller.sim._core.limits, caller.sim._core.counts, caller.sim._core.faults, caller.sim.ledger]
    before = [part.state() for part in parts]
    assert all(before)

    caller = again(hourly_limit=8, storm=0.0)
    core = caller.sim._core
    assert [part.state() for part in (core.limits, core.counts, core.faults, caller.sim.ledger)] == before
    assert (core.options.page_size, core.options.visible_statuses) == (3, ("S0",))
    assert caller.sim.ledger.counts == {"no_per_page": 1}
    caller.call("GET", caller.dm("fields"), None, 503, per_page=3)
    caller.call("GET", caller.dm("fields"), None, 503, per_page=3)
    caller.call("GET", caller.dm("fields"), None, 429, per_page=3)  # the fifth within the spike limit of 4
    clock.advance(10)
    for _ in range(3):  # refused calls count as well
        caller.call("GET", caller.dm("fields"), per_page=3)
    caller.call("GET", caller.dm("fields"), None, 429, per_page=3)  # the ninth of the hour


def test_what_is_asked_for_now_goes_before_what_was_switched(again: Callable[..., ApiCaller]) -> None:
    caller = again(page_size=5, spike_limit=100)
    caller.sim.switch(page_size=3)
    caller.sim.add_fault("limits_changed", spike=4)
    caller.call("GET", "/rest/v1.0/me")
    assert again(page_size=5, spike_limit=100).sim.options.page_size == 5
    assert again(page_size=5, spike_limit=100).sim._core.options.page_size == 3
    other = again(page_size=7, spike_limit=200).sim._core
    assert (other.options.page_size, other.limits.spike.limit) == (7, 200)


def test_a_storm_continues_after_a_restart(again: Callable[..., ApiCaller]) -> None:
    def blow(caller: ApiCaller, calls: int) -> list[str]:
        faults = caller.sim._core.faults
        return [trouble.kind if (trouble := faults.take("showMe")) else "" for _ in range(calls)]

    whole = blow(again(storm=0.3, seed=3, data=None), 60)
    parts = blow(again(storm=0.3, seed=3), 30)
    assert parts + blow(again(storm=0.3, seed=3), 30) == whole
    caller = again(storm=0.3, seed=3)
    caller.sim.clear_faults()
    assert again(storm=0.3, seed=3).sim._core.faults.storm == 0


def test_advanced_time_is_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    """B12: and a limit that was over is over still."""
    first = sim.Simulator(data=tmp_path, clock=sim.RealClock())
    caller = ApiCaller(first)
    caller.sim.add_fault("throttled", window="spike")
    caller.call("GET", "/rest/v1.0/me", None, 429)
    caller.send("POST", "/_internal/clock", json={"advance": 4000})
    now = first.clock.now()
    caller.close()
    first.stop()
    caller = ApiCaller(sim.Simulator(data=tmp_path, clock=sim.RealClock()))
    assert 0 <= caller.sim.clock.now() - now < 60
    caller.call("GET", "/rest/v1.0/me")
    caller.close()
    caller.sim.stop()


def test_the_command_continues_with_the_seed_and_scenario_of_its_folder(tmp_path: Path) -> None:
    first = sim.Simulator(data=tmp_path, seed=5, scenario="us-ncs")
    id_ = first.project_id
    first.stop()
    command = [sys.executable, "-c", RUN, "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            assert json.loads(server.stdout.readline())["project_id"] == id_
        finally:
            server.terminate()
            server.wait(60)


def test_time_does_not_go_back_from_one_start_to_the_next(tmp_path: Path) -> None:
    """An earlier one was ahead of the wall's clock; what it made is not from the future now."""
    first = sim.Simulator(data=tmp_path, clock=sim.RealClock())
    caller = ApiCaller(first)
    first.advance(100_000)
    caller.token = caller.sign_in()["access_token"]
    made = caller.create("a.pdf")[0]
    caller.close()
    first.stop()
    second = sim.Simulator(data=tmp_path)
    upload = second._core.store.get(records.Upload, made)
    assert upload is not None
    assert second.clock.now() >= upload.requested_at - 1
    second.stop()


def test_a_folder_of_another_release_is_refused(tmp_path: Path) -> None:
    """Its records name values by ids that the world does not have any more."""
    sim.Simulator(data=tmp_path).stop()
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        database.execute("UPDATE about SET text = '1' WHERE name = 'format'")
    database.close()
    with pytest.raises(ValueError, match="was written by another release of the simulator") as caught:
        sim.Simulator(data=tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("wrong", ["row", "kind", "file"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, wrong: str) -> None:
    sim.Simulator(data=tmp_path).stop()
    path = tmp_path / FILE_NAME
    if wrong == "file":
        path.write_bytes(b"no database" * 1000)
    else:
        kind = "Upload" if wrong == "row" else "Nothing"
        with sqlite3.connect(path) as database:
            database.execute("INSERT INTO record (kind, key, body) VALUES (?, 'x', '{\"key\": 1}')", [kind])
        database.close()
    with pytest.raises(ValueError, match=r"cannot read .* as the state of a simulator"):
        sim.Simulator(data=tmp_path)


def test_what_cannot_be_written_has_not_happened(again: Callable[..., ApiCaller]) -> None:
    """A full disk: a 500 of the contract's shape, nothing half done, and the next call is served."""
    caller = again()
    database = caller.sim._core.store._persistence._database
    [pages] = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    body = {"uploads": [{"file_name": "a" * 200 + ".pdf", "mime_type": "application/pdf"}] * 100}
    before = rows(caller)
    caller.call("POST", caller.dm("document_uploads"), body, 500)
    assert rows(caller) == before
    database.execute("PRAGMA max_page_count = 1000000")
    caller.call("POST", caller.dm("document_uploads"), body, 201)


def test_every_record_comes_back_as_it_went() -> None:
    parts = (records.Part(3, "ab", "cd", True, "x.0", True), records.Part(4, "ef"))
    file = records.StoredFile("k", 1, 2, "n\n\u2028é", 7, "t", "d", 1.5, parts, {"a": [1, {"b": None}]})
    outcome = records.Outcome(("f",), (("f", "LOW_CONFIDENCE", "why"),))
    entries = {"f": records.Entry(("v", "w"), "ML", 0.5), "g": records.Entry()}
    upload = records.Upload("u", 1, 2, "a", "m", 1.0, "e", entries=entries, ml_outcome=outcome)
    placeholder = records.Placeholder(7, 2.5)
    revision = records.Revision(
        *("r", 1, "c", "k", "u", "f", "a", "m", 2, 3, 1.0, "e", 1.0),
        **{"entries": entries, "recycled_at": 4.0, "placeholder": placeholder},
    )
    for record in (file, upload, records.Container("c", "i", 1, ("r",), 3), revision):
        assert decode(type(record), encode(record)) == record
    assert set(json.loads(encode(records.Container("c", "i", 1)))) == {"key", "id", "project_id"}


def test_an_unknown_record_is_not_saved_and_the_order_is_kept(tmp_path: Path) -> None:
    persistence = Persistence(tmp_path, {"seed": "1"})
    store = Store(persistence)
    one, two = (records.Container(key, "i", 1) for key in "ba")
    store.put(one, two)
    store.put(records.Container("b", "i", 1, last_version=2))
    with pytest.raises(TypeError, match="Guess"):
        store.put(two, type("Guess", (), {"key": "x"})())
    store.close()
    kept = Store(Persistence(tmp_path, {"seed": "1"}))
    assert [(c.key, c.last_version) for c in kept.rows(records.Container)] == [("b", 2), ("a", 0)]
    kept.close()


def lasting(line: dict[str, Any]) -> dict[str, Any]:
    """What of the ready line is the same after a restart: all but the key of the control routes, which every start changes."""
    return {name: value for name, value in line.items() if name != "control_key"}


def test_the_same_simulator_starts_again_where_it_was(tmp_path: Path) -> None:
    simulator = sim.Simulator(data=tmp_path, ml_seconds=0.01).start()
    url, told = simulator.url, simulator.ready_line()
    form = {"grant_type": "client_credentials", **{k: told[k] for k in ("client_id", "client_secret")}}
    token = check(httpx2.post(f"{url}/oauth/token", data=form)).json()["access_token"]
    simulator.stop()
    with simulator:
        assert lasting(simulator.ready_line()) == lasting(told)
        headers = {"Authorization": f"Bearer {token}"}
        assert check(httpx2.get(f"{url}/rest/v1.0/me", headers=headers)).status_code == 200
        done: list[int] = []
        simulator.clock.later(0.0, lambda: done.append(1))
        assert simulator.wait_ml(10)
        assert done


@contextmanager
def command(data: Path, port: int = 0) -> Iterator[tuple[dict, subprocess.Popen]]:
    """`pdm-nb sim` as a process of its own."""
    line = [sys.executable, "-c", RUN, "--port", str(port), "--data", str(data), "--ml-seconds", "0.3"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_journal_is_resumed_at_a_simulator_that_was_started_again(
    tmp_path: Path, ending: signal.Signals
) -> None:
    """The client uploads, the service goes and comes back, and the client goes on as if nothing had been."""
    (tmp_path / "letters").mkdir()
    for number in range(3):
        (tmp_path / "letters" / f"letter-{number}.txt").write_text(f"letter {number}")
    with command(tmp_path / "data") as (told, process):
        service = pdm_nb.connect(
            told["url"], client_id=told["client_id"], client_secret=told["client_secret"]
        )
        batch = service.project("Riverside Tower").batch(tmp_path / "letters", journal=tmp_path / "j.sqlite")
        for field, value in {"type": "Other", "status": "S2", "revision": "P01", "description": "A"}.items():
            assert batch.set(None, field, value).findings == []
        batch.upload().wait()
        batch.close()
        process.send_signal(ending)
        process.wait(60)
    with command(tmp_path / "data", int(told["url"].rpartition(":")[2])) as (told_again, _):
        assert lasting(told_again) == lasting(told)
        batch = service.project("Riverside Tower").batch(journal=tmp_path / "j.sqlite")
        batch.watch().wait()
        assert set(batch.frame["state"]) == {"ready"}
        table = batch.submit().wait()
        assert set(table["state"]) == {"submitted"}
        assert set(service.project("Riverside Tower").revisions()["upload_id"]) == set(table["upload_id"])
        batch.close()


def test_a_list_has_its_records_in_the_order_of_ids(again: Callable[..., ApiCaller]) -> None:
    """What is completed late still stands where it was made; what is submitted or deleted stands there no more."""
    caller = again()
    file = caller.stored()
    early = caller.create("early.txt", mime="text/plain")[0]
    others = [caller.ready(f"{n}.txt") for n in range(4)]
    caller.update(early, file_upload_id=file, upload_status="COMPLETED")
    caller.sim.delete_upload(others[0])
    caller.submit(others[1])
    for _ in range(2):
        rows = caller.data("GET", caller.dm("document_uploads", "2.1"))
        assert [row["id"] for row in rows] == [early, *others[2:]]
        caller = again()


def test_answers_do_not_wait_for_the_wire() -> None:
    """The event loop sends small answers at once where it knows the socket for TCP."""
    import socket

    with sim.Simulator() as simulator:
        assert simulator._http.socket.proto == socket.IPPROTO_TCP
