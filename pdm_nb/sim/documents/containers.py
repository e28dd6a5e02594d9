"""Containers: the revisions of one document in order (B41, B48, B63); and how uploads and revisions change (B31, B69)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from ..runtime.ids import Ids
from ..world.records import Container, Revision, Upload
from ..world.simulator_core import Core
from ..world.world import SEEDED_AT, Project
from . import naming

POSITION_DIGITS = 6


def members(core: Core, container: Container | None) -> Iterator[Revision]:
    """Yield the contents of a container, oldest first, with placeholders but without recycled revisions (B63)."""
    for key in container.revisions if container else ():
        found = core.store.get(Revision, key)
        if found is not None and not found.recycled:
            yield found


def history(core: Core, container: Container | None) -> list[Revision]:
    """Return a container's documents in the order of their versions, without recycled ones and placeholders."""
    return [one for one in members(core, container) if one.placeholder is None]


def is_latest(core: Core, revision: Revision) -> bool:
    """Return True for the revision with the highest `version` in its container (B63)."""
    container = core.store.get(Container, revision.container_key)
    keys = reversed(container.revisions) if container else ()
    found = (core.store.get(Revision, key) for key in keys)
    latest = next((one for one in found if one is not None and not one.recycled), None)
    return latest is not None and latest.key == revision.key


def in_workflow(core: Core, container: Container | None) -> list[Revision]:
    """Return the revisions of a container on which a workflow runs (B48)."""
    return [one for one in members(core, container) if one.workflow_id]


def changed_revision(core: Core, revision: Revision, by: int, **changes: Any) -> Revision:
    """Return a changed revision, with a new event id and a new `updated_at` (B69)."""
    now = core.clock.now()
    return replace(revision, **changes, event_id=core.new_id(), changed_at=now, changed_by=by)


def changed_upload(
    core: Core, project: Project, upload: Upload, **changes: Any
) -> tuple[Upload | Container, ...]:
    """Return the records of a changed upload, the upload first: with a new event id (B31) and its container (B40)."""
    upload = replace(upload, event_id=core.new_id(), **changes)
    if not upload.is_listed:
        return (upload,)
    name = naming.document_name(project, upload.entries, upload.file_name)
    criteria = upload.placed_in or naming.match_criteria(name, upload.mime_type)
    if criteria == upload.criteria:
        return (upload,)
    if not criteria:  # B33: without a name it has no container yet
        return (replace(upload, criteria="", container_id=None),)
    key = f"{project.id}/{criteria}"
    found = core.store.get(Container, key)
    container = found or Container(key, core.new_id(), project.id)
    upload = replace(upload, criteria=criteria, container_id=container.id)
    return (upload,) if found else (upload, container)


def position_of(number: int) -> str:
    """Return a sort key within the container: text that sorts in the order of the numbers (B63)."""
    letters = ""
    for _ in range(POSITION_DIGITS):
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return f"{letters[:3]}.{letters[3:]}."


@cache
def collection_of(project_id: int) -> str:
    """Return the id of the collection that holds a project's documents."""
    return Ids(f"collection {project_id}").ulid(SEEDED_AT)
