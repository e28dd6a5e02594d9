"""What people and the service's own machinery do meanwhile, on demand: deletions, edits, workflows, dead tokens.

Each is a function over the shared parts and the id it is about; KeyError where nothing has that id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from .core import Core
from .documents import changed
from .records import Container, Grant, Revision, Upload

T = TypeVar("T")


def delete_upload(core: Core, key: str) -> None:
    """A person deletes an upload (B50)."""
    core.store.put(replace(_found(core, Upload, key), gone="deleted"))


def touch_upload(core: Core, key: str) -> None:
    """Somebody changes an upload: it gets a new event id (B31, B45)."""
    upload = _found(core, Upload, key)
    project = next(one for one in core.world.projects if one.id == upload.project_id)
    core.store.put(*changed(core, project, upload))


def recycle_revision(core: Core, key: str) -> None:
    """A person moves a revision to the bin (B62, B63)."""
    core.store.put(replace(_found(core, Revision, key), recycled=True))


def start_workflow(core: Core, key: str) -> None:
    """A workflow begins on the latest revision of a container (B48); the id is the container's."""
    found = next((one for one in core.store.rows(Container) if one.id == key), None)
    if found is None:
        raise KeyError(f"no container has the id {key}")
    core.store.put(replace(found, in_workflow=True))


def kill_tokens(core: Core, key: str = "") -> None:
    """All access tokens die at once; refresh tokens live on (B8). Takes no id."""
    now = int(core.clock.now())
    core.store.put(*(replace(grant, expires_at=now) for grant in core.store.rows(Grant)))


def _found(core: Core, kind: type[T], key: str) -> T:
    record = core.store.get(kind, key)
    if record is None:
        raise KeyError(f"no {kind.__name__.lower()} has the id {key}")
    return record


DEEDS: dict[str, Callable[[Core, str], None]] = {
    deed.__name__: deed
    for deed in (delete_upload, touch_upload, recycle_revision, start_workflow, kill_tokens)
}
