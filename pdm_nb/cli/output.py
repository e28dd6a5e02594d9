"""What the commands print: the progress of a run, findings, and the summary at the end."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from .. import Batch

INCOMPLETE = ("held", "failed", "gone", "unconfirmed")  # states of documents that were not processed
EXIT_INCOMPLETE = 1
MAX_FINDINGS = 20  # of each kind
LONG_WAIT = 30.0  # seconds


class Job(Protocol):
    """A `Run`, as far as its progress is printed."""

    name: str
    progress: Any

    def on_change(self, callback: Callable[[], object]) -> object: ...

    def wait(self) -> object: ...


def printer(options: argparse.Namespace) -> Callable[[str], None]:
    """Return what prints a line: to stderr with --json, so that the object is alone on stdout."""
    return lambda text: print(text, file=sys.stderr if options.json else sys.stdout, flush=True)


def wait(run: Job, options: argparse.Namespace) -> None:
    """Wait for a run and print its progress."""
    terminal = sys.stderr.isatty()
    run.on_change(_update_line(run) if terminal else log_long_waits(run))
    try:
        run.wait()
    finally:
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    printer(options)(_line(run))


def _update_line(run: Job) -> Callable[[], None]:
    """Return what keeps one line of a terminal up to date."""
    return lambda: print(f"\r\x1b[K{_line(run)}", end="", file=sys.stderr, flush=True)


def log_long_waits(run: Job) -> Callable[[], None]:
    """Return what prints a line for each long wait, once: in a log, such a wait would look like a hang."""
    logged = 0.0

    def log() -> None:
        nonlocal logged
        until = run.progress.waiting_until or 0.0
        if until > logged + LONG_WAIT and until - time.time() >= LONG_WAIT:
            logged = until
            print(_line(run), file=sys.stderr, flush=True)

    return log


def _line(run: Job) -> str:
    done = run.progress
    size = f", {done.bytes_done / 1e6:.1f} of {done.bytes_total / 1e6:.1f} MB" if done.bytes_total else ""
    return (
        f"{run.name}: {done.documents_done} of {done.documents_total} documents{size}, {_calls(done.api_calls)}, "
        f"{done.elapsed:.1f} s{f'; {done.outlook}' if done.outlook else ''}"
    )


def _calls(number: int) -> str:
    return f"{number} API call{'' if number == 1 else 's'}"


def show_findings(batch: Batch, options: argparse.Namespace) -> None:
    """Print errors, then the findings about other documents: duplicates and versions."""
    show = printer(options)
    batch.check()  # also looks for existing documents
    errors = [finding for finding in batch.findings() if finding.severity == "error"]
    for findings in (errors, batch.view.related_findings()):
        for finding in findings[:MAX_FINDINGS]:
            show(f"  {batch.view.document(finding.document).name}: {finding.sentence}")
        if len(findings) > MAX_FINDINGS:
            show(f"  … and {len(findings) - MAX_FINDINGS} more")


def count(batch: Batch, *states: str) -> int:
    """Return the number of documents in these states."""
    return sum(document.state in states for document in batch.view.documents)


def finish(
    batch: Batch,
    started: float,
    options: argparse.Namespace,
    *,
    plan: dict[str, object] | None = None,
    table: bool = True,
) -> int:
    """Print the table (or not) and the summary, or the JSON object; return the exit code."""
    seconds = time.monotonic() - started
    dry = plan is not None
    if options.json:
        summary = _summary(batch, seconds, journal=not dry) | ({"plan": plan} if dry else {})
        print(json.dumps(summary, ensure_ascii=False))
    else:
        rows = (
            batch.status()[["file", "state", "version", "revision_id", "reason"]].astype("string").fillna("")
        )
        if table:
            print(rows.to_string(max_rows=40, max_colwidth=60))
        counts = rows["state"].value_counts()
        print(", ".join(f"{number} {state}" for state, number in counts.items()), end="")
        calls = _calls(batch.view.api_calls)
        print(f"; {calls}, {seconds:.1f} s" + ("" if dry else f"; journal {batch.view.journal_path}"))
    if dry:
        return EXIT_INCOMPLETE if any(one.severity == "error" for one in batch.findings()) else 0
    return EXIT_INCOMPLETE if count(batch, *INCOMPLETE) else 0


def _summary(batch: Batch, seconds: float, *, journal: bool = True) -> dict[str, Any]:
    """Return what `--json` prints."""
    reasons: dict[int, str] = {}
    for finding in batch.findings():
        if finding.severity == "error":
            reasons.setdefault(finding.document, finding.code)
    return {
        "documents": len(batch.view.documents),
        "revisions": count(batch, "submitted"),
        **{state: count(batch, state) for state in INCOMPLETE},
        "api_calls": batch.view.api_calls,
        "storage_puts": batch.view.storage_puts,
        "seconds": round(seconds, 3),
        "journal": str(batch.view.journal_path) if journal else None,
        "rows": [
            {
                "file": document.name,
                "state": document.state,
                "upload_id": document.upload_id,
                "revision_id": document.revision_id,
                "reason": document.reason or reasons.get(document.id, ""),
            }
            for document in batch.view.documents
        ],
    }
