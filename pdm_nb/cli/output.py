"""What the commands print: lines, findings, and the summary at the end. How it looks is in `terminal/`.

Normally people see what was done, and why documents were set aside. `-q` leaves only the latter, `-v` adds every step
and every document.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import Batch
from .terminal.escape import visible
from .terminal.lines import write
from .terminal.progress_bar import Job, calls, line, show_progress
from .terminal.reasons import INCOMPLETE, reasons

EXIT_INCOMPLETE = 1
MAX_FINDINGS = 20  # of each kind


def printer(options: argparse.Namespace) -> Callable[[str], None]:
    """Return what prints a line: to stderr with --json, so that the object is alone on stdout; nothing with -q."""
    if options.quiet:
        return lambda text: None
    return lambda text: write(text, sys.stderr if options.json else sys.stdout)


class LogToTerminal(logging.Handler):
    """Prints records on stderr, safely."""

    def emit(self, record: logging.LogRecord) -> None:
        write(self.format(record), sys.stderr)


@contextmanager
def log_to_terminal(options: argparse.Namespace) -> Iterator[None]:
    """Print the log meanwhile: warnings; with -v every step of every document, with -q errors only."""
    log, handler = logging.getLogger("pdm_nb"), LogToTerminal()
    before = log.level
    level = logging.DEBUG if options.verbose else logging.ERROR if options.quiet else logging.WARNING
    log.addHandler(handler)
    log.setLevel(level)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)


def wait(run: Job, options: argparse.Namespace) -> None:
    """Wait for a run, show its progress, and print a line at the end."""
    if options.quiet:
        run.wait()
        return
    show_progress(run)
    printer(options)(line(run))


def show_findings(batch: Batch, options: argparse.Namespace) -> None:
    """Print errors, then the findings about other documents: duplicates and versions."""
    show = printer(options)
    batch.check()  # also looks for existing documents
    errors = [finding for finding in batch.findings() if finding.severity == "error"]
    most = None if options.verbose else MAX_FINDINGS
    for findings in (errors, batch.view.related_findings()):
        for finding in findings[:most]:
            show(f"  {visible(batch.view.document(finding.document).name)}: {visible(finding.sentence)}")
        if most is not None and len(findings) > most:
            show(f"  … and {len(findings) - most} more (-v lists all)")


def count(batch: Batch, *states: str) -> int:
    """Return the number of documents in these states."""
    return sum(document.state in states for document in batch.view.documents)


def finish(
    batch: Batch, started: float, options: argparse.Namespace, *, plan: dict[str, object] | None = None
) -> int:
    """Print the summary and the documents that were set aside, or the JSON object; return the exit code."""
    seconds = time.monotonic() - started
    dry = plan is not None
    if options.json:
        summary = _summary(batch, seconds, journal=not dry) | ({"plan": plan} if dry else {})
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _print_summary(batch, seconds, options, dry=dry)
    if dry:
        return EXIT_INCOMPLETE if any(one.severity == "error" for one in batch.findings()) else 0
    return EXIT_INCOMPLETE if count(batch, *INCOMPLETE) else 0


def _print_summary(batch: Batch, seconds: float, options: argparse.Namespace, *, dry: bool) -> None:
    show = printer(options)
    rows = batch.status()
    if options.verbose:
        for file, state, revision_id in rows[["file", "state", "revision_id"]].fillna("").to_numpy().tolist():
            show(f"  {visible(file)}: {state}{f', revision {revision_id}' if revision_id else ''}")
    for text in reasons(batch, dry=dry, every=options.verbose):
        write(text, sys.stderr if options.quiet else sys.stdout)
    counts = ", ".join(f"{number} {state}" for state, number in Counter(rows["state"]).most_common())
    journal = "" if dry else f"; journal {visible(str(batch.view.journal_path))}"
    show(f"{counts or 'no documents'}; {calls(batch.view.api_calls)}, {seconds:.1f} s{journal}")


def _summary(batch: Batch, seconds: float, *, journal: bool = True) -> dict[str, Any]:
    """Return what `--json` prints."""
    codes: dict[int, str] = {}
    sentences: dict[int, str] = {}
    for finding in batch.findings():
        if finding.severity == "error":
            codes.setdefault(finding.document, finding.code)
            sentences.setdefault(finding.document, finding.sentence)
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
                "reason": document.reason or codes.get(document.id, ""),
                "message": document.message or sentences.get(document.id, ""),
            }
            for document in batch.view.documents
        ],
    }
