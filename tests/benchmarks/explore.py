"""Exploring a large project: `python -m tests.benchmarks.explore`. Prints one JSON object last.

`read`: so many revisions (100,000) of so many fields (45), which a server in a process of its own sends as pages over
HTTP, come into the local store and from there into the frame of `project.revisions()`. `ours_s` is the processor time of
this process for all of it; `orjson_s` is what orjson needs to parse the same bytes, `frame_s` what `project.uploads()`
needs to make a frame of as many rows that are parsed already (today's cost per frame row), and `allowed_s` is twice the
first plus the second. `peak_gb` is the most memory that this process had.

`parser`: what the two other costs are, in a process without other objects; before the reading and after it, since a shared
machine is not always as fast.

`refresh`: the calls of an update after so many revisions (1,000) changed, and after as many were moved to the recycle bin.

`audit` and `reconcile`: see `explore_audit`.

The parts run each in a process of its own; `--part` runs one.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson

import pdm_nb
from pdm_nb import frames
from pdm_nb.api.protocol import decode_documents
from pdm_nb.project import Project
from tests.benchmarks import explore_audit
from tests.benchmarks import frames as uploads
from tests.support.revision_server import page

PARTS = ("parser", "read", "parser", "refresh", "audit", "reconcile")
SAMPLE = 5000  # rows by which the parser and today's frame are measured


@contextmanager
def server(count: int, width: int) -> Iterator[str]:
    """A server with so many revisions; yields its address."""
    command = [sys.executable, "-m", "tests.support.revision_server", str(count), str(width)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def project_at(url: str, folder: Path) -> Project:
    os.environ["PDM_NB_CACHE_DIR"] = str(folder)
    os.chdir(folder)
    service = pdm_nb.connect(url, client_id="benchmark", client_secret="benchmark", company_id="1")
    return service.project("2")


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measured_parser(count: int, width: int) -> float:
    """Return the processor seconds that orjson needs for the rows, page by page: a sample, as often as there are such."""
    few = min(count, SAMPLE)
    pages = [page(range(start, min(start + 100, few)), width) for start in range(0, few, 100)]

    def parse() -> None:
        for one in pages:
            orjson.loads(one)

    return sum(seconds(parse) for _ in range(count // few))


def measured_frame(count: int, width: int) -> float:
    """Return the processor seconds for the frames of as many uploads: a sample, as often as there are such."""
    shown = uploads.fields(width)
    rows = uploads.parsed(uploads.pages(shown, min(count, SAMPLE)))

    def frame() -> None:
        frames.uploads(map(decode_documents.flat_upload, rows), shown)

    return sum(seconds(frame) for _ in range(count // len(rows)))


def read(count: int, width: int) -> dict[str, Any]:
    with server(count, width) as url, tempfile.TemporaryDirectory() as folder:
        project = project_at(url, Path(folder))
        table: Any = None

        def look() -> None:
            nonlocal table
            table = project.revisions()

        begun = time.perf_counter()
        ours = seconds(look)
        wall = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        assert len(table) == count
        assert table["availability"].eq("visible").all()
        assert len([name for name in table if name not in ("id", "note")]) >= width
        size = sum(path.stat().st_size for path in Path(folder, "pdm_nb-journals").iterdir())
        again = seconds(look)
        calls = project.client.calls.total()
    return {
        "revisions": count, "fields": width, "calls": calls, "ours_s": ours, "wall_s": wall, "peak_gb": peak, "store_mb": size / 1e6, "frame_from_store_s": again,
    }  # fmt: skip


def refresh(count: int, width: int, changed: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with server(count, width) as url, tempfile.TemporaryDirectory() as folder:
        project = project_at(url, Path(folder))
        project.revisions()
        for what in ("change", "recycle"):
            httpx2.post(f"{url}/_internal/{what}", params={"count": changed}).raise_for_status()
            project.refresh()
            project.configuration  # noqa: B018 - whose calls do not count
            before = project.client.calls.total()
            table = project.revisions()
            found[f"calls_after_{what}"] = project.client.calls.total() - before
            if what == "change":
                assert (table["description"] == "changed").sum() == changed
            else:
                assert len(table) == count - changed
    return {"revisions": count, "changed": changed, **found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--revisions", type=int, default=100_000)
    parser.add_argument("--fields", type=int, default=45)
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--part", choices=sorted(set(PARTS)))
    options = parser.parse_args()
    if options.part is None:
        arguments = [f"--{name}={getattr(options, name)}" for name in ("revisions", "fields", "changed")]
        command = [sys.executable, "-m", "tests.benchmarks.explore", *arguments, "--part"]
        results: dict[str, Any] = {}
        before_and_after: list[dict[str, float]] = []
        for part in PARTS:
            done = subprocess.run([*command, part], stdout=subprocess.PIPE, text=True, check=True)
            result = json.loads(done.stdout.splitlines()[-1])
            print(f"  {part}: {result}", file=sys.stderr, flush=True)
            if part == "parser":
                before_and_after.append(result)
            else:
                results[part] = result
        costs = {name: sum(one[name] for one in before_and_after) / 2 for name in before_and_after[0]}
        allowed = 2 * costs["orjson_s"] + costs["frame_s"]
        results["read"] |= {
            **costs,
            "allowed_s": allowed,
            "share_of_allowed": results["read"]["ours_s"] / allowed,
        }
        print(json.dumps(results))
    elif options.part == "parser":
        costs = {
            "orjson_s": measured_parser(options.revisions, options.fields),
            "frame_s": measured_frame(options.revisions, options.fields),
        }
        print(json.dumps(costs))
    elif options.part == "read":
        print(json.dumps(read(options.revisions, options.fields)))
    elif options.part == "audit":
        print(json.dumps(explore_audit.audit(options.revisions, options.fields)))
    elif options.part == "reconcile":
        print(json.dumps(explore_audit.reconcile(options.revisions, options.fields)))
    else:
        print(json.dumps(refresh(options.revisions, options.fields, options.changed)))


if __name__ == "__main__":
    main()
