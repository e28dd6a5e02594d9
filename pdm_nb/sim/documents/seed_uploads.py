"""The initial documents of a world: uploads that are ready to be submitted, and placeholders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ..runtime.clock import iso
from ..world.records import Container, Entry, Part, Placeholder, Revision, StoredFile, Upload
from ..world.simulator_core import Core
from ..world.world import SEEDED_AT, Field, Project
from . import naming
from .containers import changed_upload, position_of

BODY = b"%PDF-1.4\n% A document that was there before.\n"
BODY_NAME = "seeded.pdf"
DAY = 86_400.0
SECONDS_APART = 60.0  # from one upload to the next
LISTS = ("type", "status", "discipline")


def seed_uploads(core: Core, count: int) -> None:
    """Add `count` uploads to the first project in one step. They share one small file on disk."""
    if not count:
        return
    (core.data / BODY_NAME).write_bytes(BODY)
    core.store.put(*_records(core, core.world.projects[0], count))


def seed_placeholders(core: Core, count: int) -> None:
    """Add `count` placeholders for PDFs to the first project: revisions without a file (B76)."""
    project, user_id = core.world.projects[0], core.world.service_account.id
    for number in range(1, count + 1):
        file_name = f"Awaited document {number:02}.pdf"
        name = project.by_name["name"]
        named = {} if name.is_computed else {name.id: Entry((naming.stem(file_name),), "MANUAL")}
        criteria = naming.match_criteria(naming.document_name(project, named, file_name), "application/pdf")
        row = Revision(
            key=core.new_id(),
            project_id=project.id,
            container_id=core.new_id(),
            container_key=f"{project.id}/{criteria}",
            upload_id="",
            file_id="",
            file_name=file_name,
            mime_type="application/pdf",
            owner=user_id,
            version=0,
            created_at=core.clock.now(),
            event_id=core.new_id(),
            completed_at=core.clock.now(),
            position=position_of(0),
            entries=named,
            placeholder=Placeholder(user_id, core.clock.now() + number * DAY),
        )
        core.store.put(row, Container(row.container_key, row.container_id, project.id, (row.key,)))


def _records(core: Core, project: Project, count: int) -> Iterator[Any]:
    part = Part(len(BODY), hashlib.sha256(BODY).hexdigest(), "0" * 32, reported=True, path=BODY_NAME)
    owner = core.world.service_account.id
    lists = [project.by_name[name] for name in LISTS if name in project.by_name]
    active = {one.name: values for one in lists if (values := [v for v in one.values if v.active])}
    for number in range(count):
        at = min(SEEDED_AT + number * SECONDS_APART, core.clock.now())
        key, file_name = core.new_id(), f"document-{number:05}.pdf"
        file = StoredFile(
            key=core.new_id(),
            project_id=project.id,
            owner=owner,
            name=file_name,
            size=part.size,
            content_type="application/pdf",
            tool="document_management",
            created_at=at,
            parts=(part,),
            status="available",
            linked_to=key,
        )
        selected = {name: values[number % len(values)].id for name, values in active.items()}
        upload = Upload(
            key=key,
            project_id=project.id,
            owner=owner,
            file_name=file_name,
            mime_type="application/pdf",
            requested_at=at,
            completed_at=at,
            event_id="",
            status="COMPLETED",
            file_id=file.key,
            entries=_entries(project, selected, number, owner),
            ml="completed",
        )
        yield file
        yield from changed_upload(core, project, upload)


def _entries(project: Project, selected: dict[str, str], number: int, owner: int) -> dict[str, Entry]:
    """All required values of a document, some of them as if read by machine learning."""
    read = {"number": (f"{number:05}", 0.9), "description": (f"Document {number}", 0.8)}
    read["revision"] = (f"P{number % 20 + 1:02}", 0.7)
    if not project.by_name["name"].is_computed:
        selected = {**selected, "name": f"Document {number:05}"}  # B33
    named = {name: Entry((value,), "MANUAL") for name, value in selected.items()}
    named |= {name: Entry((text,), "ML", sure) for name, (text, sure) in read.items()}
    named["authored_by"] = Entry((str(owner),))
    entries = {project.by_name[name].id: entry for name, entry in named.items() if name in project.by_name}
    rule = naming.rule_for(project, entries)
    for field in naming.missing_fields(project, rule, entries):
        entries[field.id] = Entry((_any_value(field),), "MANUAL")
    return entries


def _any_value(field: Field) -> str:
    if field.is_lookup:
        return next(value.id for value in field.values if value.active)
    return iso(SEEDED_AT) if field.type == "timestamp" else "1"
