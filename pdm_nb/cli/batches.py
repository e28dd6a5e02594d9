"""`pdm-nb demo`, `upload`, `resume` and `report`: the commands that work on a batch."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .. import Batch, journals
from ..errors import InputError
from ..settings.settings_file import NamedSettings, read_settings
from .output import EXIT_INCOMPLETE, count, finish, printer, show_findings, wait
from .sign_in import open_project, open_service
from .terminal.escape import visible

MAX_LISTED = 20  # documents that a list names


def demo(options: argparse.Namespace) -> int:
    """Upload and submit sample documents to the simulator."""
    from ..demo import prepare

    started, show = time.monotonic(), printer(options)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="pdm_nb-demo-"))
    work = prepare(
        folder, documents=options.documents, seed=options.seed, ml_seconds=options.ml_seconds, say=show
    )
    work.run(lambda run: wait(run, options))
    finish(work.batch, started, options)
    show("Next: pdm-nb learn opens the course, pdm-nb lab the notebooks. Both have a simulator.")
    return 0 if count(work.batch, "submitted") == options.documents else EXIT_INCOMPLETE


def upload(options: argparse.Namespace) -> int:
    """Upload documents, and submit them if asked to."""
    started = time.monotonic()
    fields = [_field(text) for text in options.set]
    settings = read_settings(options.settings)
    project = open_project(options)
    project.revision_source.keeps_file = not options.dry_run
    show = printer(options)
    with tempfile.TemporaryDirectory() as scratch:
        journal = Path(scratch, "dry-run.sqlite") if options.dry_run else options.journal
        source = options.source[0] if len(options.source) == 1 else options.source
        names = ("profile", "sheet", "header", "policy")
        given = {name: value for name in names if (value := getattr(options, name)) is not None}
        batch = project.batch(source, journal=journal, **given)
        for field, value in fields:
            batch.set(batch.view.editable, field, value)
        _set_defaults(batch, settings, show)
        if template := options.name_template or settings.get("name_template"):
            batch.view.set_name_template(template)
        if named := batch.view.named_by_template():
            show(named)
        waiting = options.new_only and _leave_out_existing(batch, options)
        show_findings(batch, options)
        if options.dry_run:
            plan = batch.plan()
            show(repr(plan))
            code = finish(batch, started, options, plan=plan.summary())
            batch.close()
            return code
        batch.view.set_goal("submit" if options.submit else "upload")
        show(f"Journal: {visible(str(batch.view.journal_path))}")
        wait(batch.upload(), options)
        if options.submit:
            wait(batch.watch(), options)
            wait(batch.submit(), options)
        return finish(batch, started, options) or (EXIT_INCOMPLETE if waiting and options.submit else 0)


def _set_defaults(batch: Batch, settings: NamedSettings, show: Callable[[str], None]) -> None:
    """Set the defaults of the settings file in empty cells."""
    for field, value in settings.defaults.items():
        empty = [id_ for id_ in batch.view.editable if not batch.view.cell(id_, field).text]
        if empty:
            batch.set(empty, field, value)
            show(f"Set {field} to {value} in {len(empty)} empty cells, as in the settings {settings.name!r}.")


def _field(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign or not field.strip():
        raise InputError(f"--set takes FIELD=VALUE, not {text!r}.")
    return field.strip(), value.strip()


def _leave_out_existing(batch: Batch, options: argparse.Namespace) -> bool:
    """Leave out existing documents; return True if some of them were uploaded and never submitted."""
    existing = batch.existing()
    if batch.view.not_compared and not options.even_if_unknown:
        raise InputError(
            f"--new-only cannot list all existing documents: {batch.view.not_compared}. Add --even-if-unknown to skip only those "
            "that were found. Others may then be uploaded a second time."
        )
    show = printer(options)
    next_versions = []
    for id_, (file, old) in zip(existing.index, existing[["file", "revision"]].to_numpy(), strict=True):
        new = batch.view.cell(int(id_), "revision").text
        if new and old and new != old:
            next_versions.append(id_)
            show(f"  {visible(file)} exists with revision {old}. {new} becomes its next version.")
    skipped = existing.drop(index=next_versions)
    show(
        "1 existing document skipped." if len(skipped) == 1 else f"{len(skipped)} existing documents skipped."
    )
    for file, kind, id_ in skipped[["file", "kind", "id"]].head(MAX_LISTED).itertuples(index=False):
        show(f"  {visible(file)}: {kind} {id_}{', never submitted' if kind == 'upload' else ''}")
    if len(skipped) > MAX_LISTED:
        show(f"  … and {len(skipped) - MAX_LISTED} more")
    batch.exclude(skipped.index.tolist())
    return bool((skipped["kind"] == "upload").any())


def resume(options: argparse.Namespace) -> int:
    """Continue with a journal."""
    started = time.monotonic()
    company_id, project_id = journals.project_of(options.journal)
    service = open_service(options, company_id=company_id)
    batch = service.project(project_id).batch(journal=options.journal)
    if options.retry:
        batch.retry()
    names = ("terminate_workflows", "termination_reason", "terminated_revision_status")
    termination = {name: value for name in names if (value := getattr(options, name)) is not None}
    if termination:
        wait(batch.submit(**termination), options)
    else:
        wait(batch.resume(until="submit" if options.submit else None), options)
    return finish(batch, started, options)


def report(options: argparse.Namespace) -> int:
    """Write the report of a journal."""
    path, documents = journals.report(options.journal, options.output)
    text = f"Wrote {path}: {documents} document{'' if documents == 1 else 's'}."
    if options.json:
        print(json.dumps({"report": str(path)}))
    else:
        printer(options)(visible(text))
    return 0
