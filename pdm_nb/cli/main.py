"""`pdm-nb`: the command line, for scripts and for looking from outside. Every command is the public API's."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..batch.batch import Batch
from ..batch.journal.journal import Journal
from ..batch.journal.states import EDITABLE, State
from ..batch.plan import Plan
from ..batch.report import write_report
from ..errors import InputError, PdmError
from ..project import Project
from ..rules.checks.duplicates import DUPLICATES
from ..rules.checks.versions import VERSIONS
from ..runs.run import Run
from ..service import connect
from .simulator import add_commands as add_simulator
from .simulator import positive, serve
from .verify import add_command as add_verify

ASIDE = (State.HELD, State.FAILED, State.GONE, State.UNCONFIRMED)
SHOWN = 20  # documents that a list names
LONG_WAIT = 30.0  # seconds
EXIT_ASIDE, EXIT_REFUSED, EXIT_BROKEN, EXIT_STOPPED = 1, 2, 70, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; answers the exit code: 0 all well, 1 documents were set aside, 2 it could not be done."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["sim"]:
        return serve(arguments[1:])  # has its own options and needs nothing of ours
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        return int(options.run(options))
    except PdmError as error:
        if options.debug:
            raise
        print(f"pdm-nb: {error}", file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print("\npdm-nb: stopped; what was done is in the journal.", file=sys.stderr)
        return EXIT_STOPPED
    except Exception as error:
        if options.debug:
            raise
        print(f"pdm-nb: unexpected {type(error).__name__}: {error} (--debug shows where)", file=sys.stderr)
        return EXIT_BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pdm-nb",
        description="Procore Document Management from the command line. Settings: PDM_NB_ENVIRONMENT (production, "
        "sandbox, monthly, federal, sim) or PDM_NB_LOGIN_URL and PDM_NB_API_URL; PDM_NB_CLIENT_ID, PDM_NB_CLIENT_SECRET, "
        "PDM_NB_COMPANY_ID, PDM_NB_PROJECT_ID, PDM_NB_TOKEN_STORE.",
    )
    parser.add_argument("--version", action="version", version=f"pdm-nb {version('pdm_nb')}")
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object last")
    common.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)

    demo = commands.add_parser(
        "demo", parents=[common], help="the main job from end to end, against the simulator"
    )
    demo.add_argument("--documents", type=positive, default=25, help="how many sample documents (25)")
    demo.add_argument("--seed", type=int, default=7, help="another seed writes other documents (7)")
    demo.add_argument("--ml-seconds", type=float, default=4.0, help="how long machine learning takes (4)")
    demo.add_argument("--folder", type=Path, help="where to write documents and journal (a temporary folder)")
    demo.set_defaults(run=_demo)

    upload = commands.add_parser("upload", parents=[common], help="upload a folder, files or a manifest")
    upload.add_argument(
        "source", nargs="+", metavar="PATH|MANIFEST", help="a folder, files, a pattern, or a .csv or .xlsx"
    )
    upload.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="set a field of all documents"
    )
    upload.add_argument(
        "--name-template",
        metavar="TEMPLATE",
        help="names of documents that have none: {stem} is the file name, {number} a field ({stem})",
    )
    upload.add_argument("--journal", type=Path, help="the file that remembers (one in pdm_nb-journals)")
    upload.add_argument(
        "--dry-run", action="store_true", help="check, and tell the plan; nothing is sent, nothing is kept"
    )
    upload.add_argument(
        "--submit", action="store_true", help="wait for machine learning, then make revisions"
    )
    upload.add_argument(
        "--new-only",
        action="store_true",
        help="leave out what is there already, by name and format or as a file",
    )
    upload.add_argument(
        "--even-if-unknown",
        action="store_true",
        help="with --new-only: continue if not all that is there can be looked at; what was not seen is uploaded again",
    )
    upload.set_defaults(run=_upload)

    resume = commands.add_parser("resume", parents=[common], help="go on with a journal where it was stopped")
    resume.add_argument("journal", type=Path)
    resume.add_argument("--submit", action="store_true", help="also submit, if it was begun without")
    resume.add_argument("--retry", action="store_true", help="begin anew what failed or is gone")
    end = resume.add_argument_group("to end workflows that hold documents (WORKFLOW_CONFLICT), for good")
    end.add_argument(
        "--terminate-workflows",
        action="append",
        metavar="PATTERN",
        help="submit these files, which ends theirs",
    )
    end.add_argument("--termination-reason", metavar="TEXT", help="why they end")
    end.add_argument(
        "--terminated-revision-status", metavar="STATUS", help="of the revisions that were in them"
    )
    resume.set_defaults(run=_resume)

    report = commands.add_parser(
        "report", parents=[common], help="write what came of a journal; needs no connection"
    )
    report.add_argument("journal", type=Path)
    report.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".xlsx or .csv")
    report.set_defaults(run=_report)

    add_verify(commands, common)

    add_simulator(commands, common)
    return parser


# -- commands
def _demo(options: argparse.Namespace) -> int:
    from ..demo import prepare

    say = _say(options)
    begun = time.monotonic()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="pdm_nb-demo-"))
    demo = prepare(
        folder, documents=options.documents, seed=options.seed, ml_seconds=options.ml_seconds, say=say
    )
    demo.run(lambda run: _wait(run, options))
    _finish(demo.batch, begun, options)
    return 0 if _count(demo.batch, State.SUBMITTED) == options.documents else EXIT_ASIDE


def _upload(options: argparse.Namespace) -> int:
    begun = time.monotonic()
    settings = [_setting(text) for text in options.set]
    project = connect().project()
    with tempfile.TemporaryDirectory() as scratch:
        journal = Path(scratch, "dry-run.sqlite") if options.dry_run else options.journal
        source = options.source[0] if len(options.source) == 1 else options.source
        batch = project.batch(source, journal=journal)
        editable = [document.id for document in batch.documents if document.state in EDITABLE]
        for field, value in settings:
            batch.set(editable, field, value)
        if options.name_template is not None:
            batch.set_name_template(options.name_template)
        if names := batch.named_by_template():
            _say(options)(names)
        waiting = options.new_only and _leave_out_known(batch, options)
        _show_findings(batch, options)
        if options.dry_run:
            plan = batch.plan()
            _say(options)(repr(plan))
            code = _finish(batch, begun, options, plan=plan)
            batch.close()
            return code
        batch.journal.set_meta("until", "submit" if options.submit else "upload")
        _say(options)(f"Journal: {batch.journal_path}")
        _wait(batch.upload(), options)
        if options.submit:
            _wait(batch.watch(), options)
            _wait(batch.submit(), options)
        return _finish(batch, begun, options) or (EXIT_ASIDE if waiting and options.submit else 0)


def _leave_out_known(batch: Batch, options: argparse.Namespace) -> bool:
    """Leave out what is there already; return True if some of it was uploaded and never submitted."""
    known = batch.known()
    if batch.unknown and not options.even_if_unknown:
        raise InputError(
            f"--new-only cannot know all that is there already: {batch.unknown}. Add --even-if-unknown to leave out "
            "only what was found: other documents may then be uploaded a second time."
        )
    say = _say(options)
    next_ones = []
    for id_, (file, old) in zip(known.index, known[["file", "revision"]].to_numpy(), strict=True):
        mine = batch.cell(int(id_), "revision").text
        if mine and old and mine != old:
            next_ones.append(id_)
            say(f"  {file} is there with the revision {old}: {mine} becomes its next version")
    left = known.drop(index=next_ones)
    these = (
        f"{len(left)} documents are there already and were"
        if len(left) != 1
        else "1 document is there already and was"
    )
    say(f"{these} left out")
    for file, kind, id_ in left[["file", "kind", "id"]].head(SHOWN).itertuples(index=False):
        say(f"  {file}: {kind} {id_}{', never submitted' if kind == 'upload' else ''}")
    if len(left) > SHOWN:
        say(f"  … and {len(left) - SHOWN} more")
    batch.leave_out(left.index.tolist())
    return bool((left["kind"] == "upload").any())


def _resume(options: argparse.Namespace) -> int:
    begun = time.monotonic()
    batch = _open(options.journal)
    if options.retry:
        batch.retry()
    names = ("terminate_workflows", "termination_reason", "terminated_revision_status")
    ending = {name: value for name in names if (value := getattr(options, name)) is not None}
    if ending:
        _wait(batch.submit(**ending), options)
    else:
        _wait(batch.resume(until="submit" if options.submit else None), options)
    return _finish(batch, begun, options)


def _open(path: Path) -> Batch:
    """The batch of a journal, at the company and project that the journal names."""
    journal = Journal.open(path)
    identity = journal.identity
    journal.close()
    project: Project = connect(company_id=identity.company_id).project(identity.project_id)
    return project.batch(journal=path)


def _report(options: argparse.Namespace) -> int:
    journal = Journal.open(options.journal)
    path = write_report(journal, options.output)
    told = f"Wrote {path}: {len(journal.documents)} documents"
    journal.close()
    print(json.dumps({"report": str(path)}) if options.json else told)
    return 0


# -- telling
def _say(options: argparse.Namespace) -> Any:
    """Prints for people; with --json to stderr, so that the object stands alone."""
    return lambda text: print(text, file=sys.stderr if options.json else sys.stdout, flush=True)


def _setting(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign or not field.strip():
        raise InputError(f"--set takes FIELD=VALUE, not {text!r}.")
    return field.strip(), value.strip()


def _wait(run: Run[Any], options: argparse.Namespace) -> None:
    say = _say(options)
    terminal = sys.stderr.isatty()
    run.on_change(_liner(run) if terminal else _teller(run))
    try:
        run.wait()
    finally:
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    say(_line(run))


def _liner(run: Run[Any]) -> Callable[[], None]:
    """Keeps one line up to date."""
    return lambda: print(f"\r\x1b[K{_line(run)}", end="", file=sys.stderr, flush=True)


def _teller(run: Run[Any]) -> Callable[[], None]:
    """Where lines stay: tells of each long wait once, so that nobody takes it for a hang."""
    told = 0.0

    def tell() -> None:
        nonlocal told
        until = run.progress.waiting_until or 0.0
        if until > told + LONG_WAIT and until - time.time() >= LONG_WAIT:
            told = until
            print(_line(run), file=sys.stderr, flush=True)

    return tell


def _line(run: Run[Any]) -> str:
    done = run.progress
    size = f", {done.bytes_done / 1e6:.1f} of {done.bytes_total / 1e6:.1f} MB" if done.bytes_total else ""
    return (
        f"{run.name}: {done.documents_done} of {done.documents_total} documents{size}, {done.api_calls} API calls, "
        f"{done.elapsed:.1f} s{f'; {done.outlook}' if done.outlook else ''}"
    )


def _show_findings(batch: Batch, options: argparse.Namespace) -> None:
    say = _say(options)
    batch.check()  # asks what is there already
    findings = batch.findings()
    beside = {code for check in (*DUPLICATES, *VERSIONS) for code in check.codes}
    for shown in (
        [finding for finding in findings if finding.severity == "error"],
        [finding for finding in findings if finding.code in beside],
    ):
        for finding in shown[:20]:
            say(f"  {batch.document(finding.document).name}: {finding.sentence}")
        if len(shown) > 20:
            say(f"  … and {len(shown) - 20} more")


def _count(batch: Batch, *states: State) -> int:
    return sum(document.state in states for document in batch.documents)


def _finish(batch: Batch, begun: float, options: argparse.Namespace, *, plan: Plan | None = None) -> int:
    """Print the table and the summary, or the JSON object; the exit code."""
    seconds = time.monotonic() - begun
    dry = plan is not None
    if options.json:
        told = summary(batch, seconds, journal=not dry) | ({"plan": plan.summary()} if plan else {})
        print(json.dumps(told, ensure_ascii=False))
    else:
        table = batch.status()[["file", "state", "version", "revision_id", "reason"]].fillna("")
        print(table.to_string(max_rows=40, max_colwidth=60))
        counts = table["state"].value_counts()
        print(", ".join(f"{count} {state}" for state, count in counts.items()), end="")
        calls = batch.project.client.calls.total()
        print(f"; {calls} API calls, {seconds:.1f} s" + ("" if dry else f"; journal {batch.journal_path}"))
    if dry:
        return EXIT_ASIDE if any(finding.severity == "error" for finding in batch.findings()) else 0
    return EXIT_ASIDE if _count(batch, *ASIDE) else 0


def summary(batch: Batch, seconds: float, *, journal: bool = True) -> dict[str, Any]:
    """What `--json` prints."""
    client = batch.project.client
    reasons: dict[int, str] = {}
    for finding in batch.findings():
        if finding.severity == "error":
            reasons.setdefault(finding.document, finding.code)
    return {
        "documents": len(batch.documents),
        "revisions": _count(batch, State.SUBMITTED),
        **{state.value: _count(batch, state) for state in ASIDE},
        "api_calls": client.calls.total(),
        "storage_puts": client.storage_puts,
        "seconds": round(seconds, 3),
        "journal": str(batch.journal_path) if journal else None,
        "rows": [
            {
                "file": document.name,
                "state": document.state,
                "upload_id": document.upload_id,
                "revision_id": document.revision_id,
                "reason": document.reason or reasons.get(document.id, ""),
            }
            for document in batch.documents
        ],
    }
