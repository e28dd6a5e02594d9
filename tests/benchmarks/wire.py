"""What the upload of bytes costs: `python -m tests.benchmarks.wire --small 1000 --large-gib 4`. One JSON object last.

Small files of 1 MiB and one large file of random bytes go to a loopback server in a process of its own that only
counts (`tests/support/network/storage_sink.py`, which also plays the few API calls): by a batch's `upload()`, by `curl --parallel`, by boto3's
transfer manager; beside it one `sha256sum` of the same bytes. All with the same number of connections, by turns in
one run; `curl` gets the large file cut into the same segments, since it cannot cut one itself. Also: peak memory for
the large file above the base, and the time from `resume()` to the first PUT after a kill at half-way.

What counts are the ratios of the medians. boto3 and `curl` must be there; what is missing is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil

SEGMENT = 104_857_600
MIB = 1 << 20


# -- the bytes
def write_random(path: Path, size: int) -> None:
    with path.open("wb") as file:
        while size:
            block = os.urandom(min(8 * MIB, size))
            file.write(block)
            size -= len(block)


def make_files(folder: Path, small: int, large: int) -> None:
    """`all/` has the files, `cut/` the large one's segments for curl."""
    (folder / "all").mkdir(parents=True)
    (folder / "cut").mkdir()
    (folder / "large").mkdir()
    for number in range(small):
        write_random(folder / "all" / f"small-{number:05}.bin", MIB)
    if not large:
        return
    write_random(folder / "large" / "large.bin", large)
    os.link(folder / "large" / "large.bin", folder / "all" / "large.bin")
    with (folder / "all" / "large.bin").open("rb") as file:
        for number in range(-(-large // SEGMENT)):
            with (folder / "cut" / f"{number:05}.bin").open("wb") as part:
                shutil.copyfileobj(_Limited(file, SEGMENT), part, 8 * MIB)


class _Limited:
    def __init__(self, file: Any, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int) -> bytes:
        block = self.file.read(min(size, self.left))
        self.left -= len(block)
        return bytes(block)


# -- the server
@contextmanager
def sink() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.support.network.storage_sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def ask(url: str, path: str, method: str = "GET") -> Any:
    with urlopen(Request(url + path, method=method)) as answer:
        return json.load(answer)


# -- the others
def curl(url: str, folder: Path, connections: int) -> float:
    files = [*sorted((folder / "all").glob("small-*")), *sorted((folder / "cut").iterdir())]
    config = folder / "curl.cfg"
    lines = []
    for number, file in enumerate(files):
        lines += ["next"] if number else []
        lines += [f'upload-file = "{file}"', f'url = "{url}/storage/curl/{number}"', 'header = "Expect:"']
        lines += ['output = "/dev/null"', "silent"]
    config.write_text("\n".join(lines))
    command = ["curl", "--parallel", "--parallel-max", str(connections), "-K", str(config)]
    return _timed(
        lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    )


def sha256sum(folder: Path) -> float:
    files = sorted((folder / "all").iterdir())
    return _timed(lambda: subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL))


def with_boto3(url: str, folder: Path, connections: int) -> float:
    """In a process of its own, timed inside: importing boto3 does not count."""
    return float(_worker("boto3", url, folder / "all", connections)["seconds"])


def _boto3(url: str, folder: Path, connections: int) -> dict[str, Any]:
    import boto3
    from boto3.s3.transfer import TransferConfig, create_transfer_manager
    from botocore.config import Config

    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    config = Config(max_pool_connections=connections, s3={"addressing_style": "path"})
    s3 = boto3.client("s3", endpoint_url=url, config=config, **keys)
    cut = TransferConfig(
        max_concurrency=connections, multipart_threshold=SEGMENT + 1, multipart_chunksize=SEGMENT
    )

    def send() -> None:
        with create_transfer_manager(s3, cut) as manager:
            sent = [manager.upload(str(file), "bucket", file.name) for file in sorted(folder.iterdir())]
            for one in sent:
                one.result()

    return {"seconds": _timed(send)}


# -- ours
def ours(url: str, folder: Path, connections: int) -> dict[str, Any]:
    return _worker("ours", url, folder, connections)


def _batch(url: str, folder: Path, journal: Path) -> Any:
    import pdm_nb

    service = pdm_nb.connect(url, client_id="c", client_secret="s")
    return service.project("Bench").batch(folder, journal=journal)


def _ours(url: str, folder: Path, connections: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        batch = _batch(url, folder, Path(place) / "batch.sqlite")
        base = psutil.Process().memory_info().rss
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
        seconds = _timed(lambda: _upload(batch, connections))
        facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        peak = int(facts["VmHWM"].split()[0]) * 1024
        states = batch.status()["state"].value_counts().to_dict()
        batch.close()
    return {
        "seconds": seconds,
        "base_mib": base / MIB,
        "above_base_mib": (peak - base) / MIB,
        "states": states,
    }


def _upload(batch: Any, connections: int) -> None:
    batch.upload(connections=connections).wait()


def killed(url: str, folder: Path, connections: int, size: int) -> dict[str, Any]:
    """Kill an upload of the large file half-way, then go on; both in processes of their own."""
    with tempfile.TemporaryDirectory() as place:
        journal = Path(place) / "batch.sqlite"
        ask(url, "/reset", "POST")
        process = _start("begin", url, folder, connections, journal)
        while ask(url, "/counts")["bytes"] < size / 2:
            time.sleep(0.002)
        process.kill()
        process.wait()
        time.sleep(0.2)
        ask(url, "/reset", "POST")
        told = _worker("resume", url, folder, connections, journal)
        counts = ask(url, "/counts")
        return {
            "first_put_after_s": round(counts["first_put"] - told["began"], 3),
            "hashed_again": told["hashed"],
            "sent_again_share": round(counts["bytes"] / size, 2),
            "states": told["states"],
        }


def _begin(url: str, folder: Path, connections: int, journal: Path) -> dict[str, Any]:
    _upload(_batch(url, folder, journal), connections)
    return {}


def _resume(url: str, folder: Path, connections: int, journal: Path) -> dict[str, Any]:
    from pdm_nb.batch.transfer import executors

    whole, hashed = executors.hash_segment, []
    executors.hash_segment = lambda *given: hashed.append(1) or whole(*given)  # type: ignore[func-returns-value]
    import pdm_nb

    batch = pdm_nb.connect(url, client_id="c", client_secret="s").project("Bench").batch(journal=journal)
    began = time.time()
    table = batch.resume(connections=connections).wait()
    return {"began": began, "hashed": len(hashed), "states": table["state"].value_counts().to_dict()}


# -- processes
WORK: dict[str, Callable[..., dict[str, Any]]] = {
    "boto3": _boto3,
    "ours": _ours,
    "begin": _begin,
    "resume": _resume,
}


def _start(what: str, url: str, folder: Path, connections: int, *more: Any) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.wire",
        "--work",
        what,
        url,
        str(folder),
        str(connections),
        *map(str, more),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _worker(what: str, url: str, folder: Path, connections: int, *more: Any) -> dict[str, Any]:
    process = _start(what, url, folder, connections, *more)
    told, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{what} failed")
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    large = int(options.large_gib * (1 << 30))
    make_files(folder, options.small, large)
    subprocess.run(["sha256sum", *(folder / "all").iterdir()], check=True, stdout=subprocess.DEVNULL)  # warm
    n = options.connections
    times: dict[str, list[float]] = {"pdm_nb": [], "curl": [], "sha256sum": [], "boto3": []}
    with sink() as url:
        states = {}
        for _ in range(options.rounds):
            told = ours(url, folder / "all", n)
            states = told["states"]
            times["pdm_nb"].append(told["seconds"])
            times["curl"].append(curl(url, folder, n))
            times["sha256sum"].append(sha256sum(folder))
            if importlib.util.find_spec("boto3"):
                times["boto3"].append(with_boto3(url, folder, n))
        memory = ours(url, folder / "large", n) if large else {}
        again = killed(url, folder / "large", n, large) if large else {}
    seconds = {name: round(statistics.median(taken), 2) for name, taken in times.items() if taken}
    return {
        "small_files": options.small,
        "large_gib": options.large_gib,
        "connections": n,
        "rounds": options.rounds,
        "states": states,
        "seconds": seconds,
        "to_curl_and_sha256sum": round(seconds["pdm_nb"] / (seconds["curl"] + seconds["sha256sum"]), 2),
        "to_curl_alone": round(seconds["pdm_nb"] / seconds["curl"], 2),
        "to_boto3": round(seconds["pdm_nb"] / seconds["boto3"], 2) if "boto3" in seconds else None,
        "large_above_base_mib": round(memory["above_base_mib"], 1) if memory else None,
        "resume": again,
    }


def main() -> None:
    if sys.argv[1:2] == ["--work"]:
        what, url, folder, connections, *more = sys.argv[2:]
        print(json.dumps(WORK[what](url, Path(folder), int(connections), *map(Path, more))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=200)
    parser.add_argument("--large-gib", type=float, default=0.5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options, Path(folder) / "bytes")))


if __name__ == "__main__":
    main()
