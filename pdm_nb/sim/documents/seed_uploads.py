"""What is there before anybody came: uploads that wait to be submitted, and placeholders that wait for a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ..runtime.clock import iso
from ..world.core import Core
from ..world.records import Container, Entry, Part, Placeholder, Revision, StoredFile, Upload
from ..world.world import BORN, Field, Project
from . import naming
from .containers import position_of
from .documents import changed

BODY = b"%PDF-1.4\n% A document that was there before.\n"
BODY_NAME = "seeded.pdf"
DAY = 86_400.0
APART = 60.0  # seconds from one upload to the next
LISTS = ("type", "status", "discipline")


def seed_uploads(core: Core, count: int) -> None:
    """Put this many uploads into the first project, in one step. They share one small file on the disk."""
    if not count:
        return
    (core.data / BODY_NAME).write_bytes(BODY)
    core.store.put(*_records(core, core.world.projects[0], count))


def seed_placeholders(core: Core, count: int) -> None:
    """Put this many placeholders into the first project: revision rows without a file, each awaited as a PDF (B76)."""
    project, person = core.world.projects[0], core.world.service_account.id
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
            owner=person,
            version=0,
            created_at=core.clock.now(),
            event_id=core.new_id(),
            completed_at=core.clock.now(),
            position=position_of(0),
            entries=named,
            placeholder=Placeholder(person, core.clock.now() + number * DAY),
        )
        core.store.put(row, Container(row.container_key, row.container_id, project.id, (row.key,)))


def _records(core: Core, project: Project, count: int) -> Iterator[Any]:
    part = Part(len(BODY), hashlib.sha256(BODY).hexdigest(), "0" * 32, reported=True, path=BODY_NAME)
    owner = core.world.service_account.id
    lists = [project.by_name[name] for name in LISTS if name in project.by_name]
    active = {one.name: values for one in lists if (values := [v for v in one.values if v.active])}
    for number in range(count):
        at = min(BORN + number * APART, core.clock.now())
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
        chosen = {name: values[number % len(values)].id for name, values in active.items()}
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
            entries=_entries(project, chosen, number, owner),
            ml="completed",
        )
        yield file
        yield from changed(core, project, upload)


def _entries(project: Project, chosen: dict[str, str], number: int, owner: int) -> dict[str, Entry]:
    """All that the document's rule asks for, part of it as machine learning would have read it."""
    read = {"number": (f"{number:05}", 0.9), "description": (f"Document {number}", 0.8)}
    read["revision"] = (f"P{number % 20 + 1:02}", 0.7)
    if not project.by_name["name"].is_computed:
        chosen = {**chosen, "name": f"Document {number:05}"}  # B33
    told = {name: Entry((value,), "MANUAL") for name, value in chosen.items()}
    told |= {name: Entry((text,), "ML", sure) for name, (text, sure) in read.items()}
    told["authored_by"] = Entry((str(owner),))
    entries = {project.by_name[name].id: entry for name, entry in told.items() if name in project.by_name}
    rule = naming.rule_for(project, entries)
    for field in naming.missing_fields(project, rule, entries):
        entries[field.id] = Entry((_any_value(field),), "MANUAL")
    return entries


def _any_value(field: Field) -> str:
    if field.is_lookup:
        return next(value.id for value in field.values if value.active)
    return iso(BORN) if field.type == "timestamp" else "1"
