"""`pdm-nb migrate`: a whole migration without a screen, from a profile to the evidence.

    register ─► fixes ─► plan ─► upload ─► watch ─► pilot ─► submit ─► read back ─► evidence, held list

Each step is one of `Batch`, so what this command does can be continued in a notebook, and the other way round.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import Batch, connect
from ..errors import InputError
from ..migration import Migration
from .output import EXIT_INCOMPLETE, INCOMPLETE, count, finish, printer, show_findings, wait

Show = Callable[[str], None]
DESCRIPTION = """\
Opens the register that the profile names, applies fixes that have one meaning, writes the plan, uploads, waits for
machine learning, submits a pilot and compares it with what was intended, submits the others, reads everything back, and
writes the evidence. Documents with errors are on hold, and written to a held list for whoever knows the answers. The
results are files next to the profile: -plan.html, -evidence.xlsx, -evidence.html, -held.xlsx and .log.
"""
EXAMPLES = """\
examples:
  pdm-nb map register.xlsx --folder drawings -o acme.toml   propose a profile
  pdm-nb migrate acme.toml --dry-run                        write the plan, send nothing
  pdm-nb migrate acme.toml                                  asks before it submits
  pdm-nb migrate acme.toml --yes --plan acme-plan.html      at night, as it was signed
  pdm-nb migrate acme.toml --yes --resume                   continue after a crash, or with a corrected register

exit codes:
  0 all documents are revisions, and equal to what was intended
  1 some documents are on hold, failed, deleted, unconfirmed or different
  2 nothing was sent; a message explains why
"""


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    found = commands.add_parser(
        "migrate",
        parents=[common],
        help="run a whole migration that a profile describes",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("profile", type=Path, metavar="PROFILE", help="a profile (.toml) with a table [migration]")
    found.add_argument("--dry-run", action="store_true", help="check and write the plan; send and keep nothing")
    found.add_argument("--resume", action="store_true", help="continue with the journal of an earlier run")
    found.add_argument("--yes", action="store_true", help="do not ask; the pilot must still be as intended")
    found.add_argument("--plan", metavar="FILE|HASH", help="submit only what this plan has")
    found.set_defaults(run=_migrate)


def _migrate(options: argparse.Namespace) -> int:
    started = time.monotonic()
    work = Migration.read(options.profile)
    _check_before(work, options)
    show = _with_log(printer(options), work.profile.with_suffix(".log"))
    project = connect().project(work.project) if work.project else connect().project()
    show(f"Project: {project.name}")
    register = project.register(work.register, profile=work.profile, folder=work.folder)
    if register.questions:
        asked = "\n".join(f"  {question}" for question in register.questions)
        raise InputError(
            f"{work.register.name} has open questions. Decide them in {work.profile.name}, or in a notebook:\n{asked}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        journal = Path(scratch, "dry-run.sqlite") if options.dry_run else work.journal
        batch = register.batch(journal, work.name_template)
        try:
            return _run(batch, work, options, show, started)
        finally:
            batch.close()


def _check_before(work: Migration, options: argparse.Namespace) -> None:
    """Raise `InputError` for what would stop the migration later."""
    if options.dry_run:
        return
    if work.journal.exists() and not options.resume:
        raise InputError(
            f"{work.journal.name} exists, so this migration was started before. Add --resume to continue it, or name "
            f"another journal in {work.profile.name}."
        )
    if options.resume and not work.journal.exists():
        raise InputError(f"There is no journal {work.journal} to resume. Start without --resume.")
    if not options.yes and not sys.stdin.isatty():
        raise InputError(
            "Submitting needs a yes, and there is no terminal to ask. Add --yes, or --dry-run to see the plan first."
        )


def _with_log(show: Show, path: Path) -> Show:
    """Return what prints a line and adds it to the log, with the time."""

    def both(text: str) -> None:
        show(text)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {text}\n")

    return both


def _run(batch: Batch, work: Migration, options: argparse.Namespace, show: Show, started: float) -> int:
    _prepare(batch, work, options, show)
    plan = batch.plan()
    show(f"Wrote {plan.save(work.result('plan.html')).name}: plan {plan.hash[:12]}")
    show(repr(plan))
    if options.dry_run:
        return finish(batch, started, options, plan=plan.summary())
    ready = sum(number for what, number in plan.counts.items() if what not in ("on hold", "skipped", "submitted"))
    _ask(f"Upload {ready} documents to {batch.view.project.name} and submit them as revisions?", options)
    _send(batch, work, options, show)
    different = _prove(batch, work, options, show)
    return finish(batch, started, options) or (EXIT_INCOMPLETE if different else 0)


def _prepare(batch: Batch, work: Migration, options: argparse.Namespace, show: Show) -> None:
    """Apply fixes, and show what is wrong."""
    if work.apply_fixes and len(fixed := batch.apply_fixes()):
        show(f"Applied {len(fixed)} fixes that have one meaning.")
    show_findings(batch, options)


def _ask(question: str, options: argparse.Namespace) -> None:
    if options.yes:
        return
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise InputError("Stopped: nothing more was sent. The journal keeps everything; --resume continues.")


def _send(batch: Batch, work: Migration, options: argparse.Namespace, show: Show) -> None:
    """Upload, wait, submit the pilot and the others."""
    batch.view.set_goal("submit")
    show(f"Journal: {batch.view.journal_path}")
    given = {"plan": options.plan} if options.plan else {}
    if options.resume:
        wait(batch.resume(), options)
    wait(batch.upload(**given), options)
    wait(batch.watch(), options)
    if not count(batch, "settled"):
        return
    if work.pilot and not count(batch, "submitted"):
        run = batch.submit(pilot=work.pilot, **given)
        wait(run, options)
        for notice in run.notices:
            show(notice)
        _ask("Submit the others?", options)
    wait(batch.submit(**given), options)


def _prove(batch: Batch, work: Migration, options: argparse.Namespace, show: Show) -> int:
    """Read everything back and write the evidence; return the number of differences."""
    evidence = batch.evidence
    if count(batch, "submitted"):
        wait(evidence.reconcile(), options)
    differences = evidence.differences
    for name in ("evidence.xlsx", "evidence.html"):
        show(f"Wrote {evidence.save(work.result(name)).name}")
    if held := count(batch, *INCOMPLETE):
        path = batch.report(work.result("held.xlsx"), on_hold=True)
        show(f"Wrote {Path(path).name}: {held} documents need attention")
    show(f"Read back: {len(differences)} differences")
    return len(differences)
