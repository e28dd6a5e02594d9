"""`pdm-nb migrate`: a whole migration without a screen, from a profile to the evidence.

    register ─► fixes ─► plan ─► upload ─► watch ─► pilot ─► submit ─► read back ─► evidence, held list

Each step is one of `Batch`, so what this command does can be continued in a notebook, and the other way round.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from .. import Batch
from ..errors import InputError
from ..registers.profiles import Migration
from .output import EXIT_INCOMPLETE, count, finish, printer, show_findings, wait
from .sign_in import open_project
from .terminal.escape import visible, visible_lines
from .terminal.reasons import INCOMPLETE

Show = Callable[[str], None]


def migrate(options: argparse.Namespace) -> int:
    """Run the migration that a profile describes."""
    started = time.monotonic()
    work = Migration.read(options.profile)
    _check_before(work, options)
    show = _with_log(printer(options), work.profile.with_suffix(".log"))
    project = open_project(options, work.project)
    show(f"Project: {project.name}")
    register = project.register(work.register, profile=work.profile, folder=work.folder)
    if register.questions:
        asked = "\n".join(f"  {question}" for question in register.questions)
        raise InputError(
            f"{work.register.name} has open questions. Decide them in {work.profile.name}, or in a notebook:\n{asked}"
        )
    if work.journal.exists():
        _check_not_started(project.batch(journal=work.journal), work, options)
    batch = register.batch(work.journal, work.name_template)
    try:
        return _run(batch, work, options, show, started)
    finally:
        batch.close()


def _check_before(work: Migration, options: argparse.Namespace) -> None:
    """Raise `InputError` for what would stop the migration later."""
    if options.dry_run:
        return
    if options.resume and not work.journal.exists():
        raise InputError(f"{work.journal} does not exist, so nothing can be resumed. Start without --resume.")
    if not options.yes and not sys.stdin.isatty():
        raise InputError(
            "Submitting needs a yes, and there is no terminal to ask. Add --yes, or --dry-run to see the plan first."
        )


def _check_not_started(batch: Batch, work: Migration, options: argparse.Namespace) -> None:
    """Raise `InputError` if documents were sent before, and nobody said that this is to be continued."""
    if not options.resume and any(document.upload_id for document in batch.view.documents):
        batch.close()
        raise InputError(
            f"{work.journal.name} has documents that were sent, so this migration was started before. Add --resume to "
            f"continue it, or name another journal in {work.profile.name}."
        )


def _with_log(show: Show, path: Path) -> Show:
    """Return what prints a line and adds it to the log, with the time."""

    def both(text: str) -> None:
        show(text)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {visible_lines(text)}\n")

    return both


def _run(batch: Batch, work: Migration, options: argparse.Namespace, show: Show, started: float) -> int:
    for path in options.held:
        _take_over(batch, path, show)
    _prepare(batch, work, options, show)
    plan = batch.plan()
    show(f"Wrote {plan.save(work.result('plan.html')).name}: plan {plan.hash[:12]}")
    show(repr(plan))
    if options.dry_run:
        return finish(batch, started, options, plan=plan.summary())
    if ready := _left(plan.counts):
        _ask(f"Upload {ready} documents to {batch.view.project.name} and submit them as revisions?", options)
    _send(batch, options, show, pilot=work.pilot if ready else 0)
    different = _prove(batch, work, options, show)
    return finish(batch, started, options) or (EXIT_INCOMPLETE if different else 0)


def _take_over(batch: Batch, path: Path, show: Show) -> None:
    """Set the cells that were changed in a held list; cells that were emptied or edited since stay as they are."""
    changes = batch.file_changes(path)
    wanted = changes[changes["what"] == "changed"]
    batch.set_cells(wanted)
    show(f"{path.name}: {len(wanted)} changed cells taken over")
    for file, field, what in (
        changes[changes["what"] != "changed"][["file", "field", "what"]].fillna("").to_numpy().tolist()
    ):
        show(f"  {', '.join(filter(None, (visible(file), field)))}: {what}, left as it is")


def _prepare(batch: Batch, work: Migration, options: argparse.Namespace, show: Show) -> None:
    """Apply fixes, and show what is wrong."""
    if work.apply_fixes and len(fixed := batch.apply_fixes()):
        show(f"Applied {len(fixed)} fixes that have one meaning.")
    show_findings(batch, options)


def _ask(question: str, options: argparse.Namespace) -> None:
    if options.yes:
        return
    print(f"{visible(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise InputError("Stopped: nothing more was sent. The journal keeps everything; --resume continues.")


def _send(batch: Batch, options: argparse.Namespace, show: Show, *, pilot: int) -> None:
    """Take the pilot all the way, then upload, wait for and submit the others."""
    batch.view.set_goal("submit")
    show(f"Journal: {batch.view.journal_path}")
    given = {"plan": options.plan} if options.plan else {}
    if pilot:
        run = batch.submit(pilot=pilot, **given)
        wait(run, options)
        shown = run.wait()[["file", "revision_id", "version", "read_back", "differences"]]
        show(f"Pilot:\n{shown.fillna('').to_string(index=False)}")
        if not options.yes and _left(batch.plan().counts):
            _ask("Upload and submit the others?", options)
    wait(batch.upload(**given), options)
    wait(batch.watch(), options)
    if count(batch, "settled", "submitting", "unconfirmed"):
        wait(batch.submit(**given), options)


def _left(counts: Mapping[str, int]) -> int:
    """Return how many documents of a plan are still to be submitted, and not on hold."""
    return counts.get("new", 0) + counts.get("new version", 0)


def _prove(batch: Batch, work: Migration, options: argparse.Namespace, show: Show) -> int:
    """Read everything back and write the evidence; return the number of differences."""
    evidence = batch.evidence
    if count(batch, "submitted"):
        wait(evidence.reconcile(), options)
    differences = evidence.differences
    for name in ("evidence.xlsx", "evidence.html"):
        show(f"Wrote {evidence.save(work.result(name)).name}")
    if held := count(batch, *INCOMPLETE):
        path = batch.report(_unused(work.result("held.xlsx")), on_hold=True)
        show(
            f"Wrote {path.name}: {held} documents need attention. When it comes back: --resume --held {path.name}"
        )
    show(f"Read back: {len(differences)} differences")
    return len(differences)


def _unused(path: Path) -> Path:
    """Return a path that does not exist yet: people may be working in the earlier lists."""
    number = 2
    found = path
    while found.exists():
        found = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return found
