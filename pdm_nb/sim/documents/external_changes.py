"""What people and the service's own machinery do meanwhile, on demand: deletions, the bin, workflows, dead tokens.

Each is a function over the shared parts and the id it is about; KeyError where nothing has that id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ..world.core import Core
from ..world.records import Container, Grant, Revision, Upload
from .containers import history, revised
from .documents import changed

T = TypeVar("T")

RECYCLED_REASON = "Replaced"


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
    person = core.world.users[-1].id
    more = {"recycled_at": core.clock.now(), "recycled_by": person, "recycled_reason": RECYCLED_REASON}
    core.store.put(revised(core, _found(core, Revision, key), person, **more))


def restore_revision(core: Core, key: str) -> None:
    """A person takes a revision out of the bin (B62, B69)."""
    more = {"recycled_at": None, "recycled_by": None, "recycled_reason": ""}
    core.store.put(revised(core, _found(core, Revision, key), core.world.users[-1].id, **more))


def start_workflow(core: Core, key: str) -> None:
    """A workflow begins on the latest revision of a container (B48); the id is the container's."""
    found = history(core, _container(core, key))
    if not found:
        raise KeyError(f"the container {key} has no revision")
    core.store.put(revised(core, found[-1], core.world.users[-1].id, workflow_id=core.new_id()))


def reorder_container(core: Core, key: str) -> None:
    """A person turns the order within a container round (B63): `version` stays; the id is the container's."""
    found = history(core, _container(core, key))
    positions = [one.position for one in reversed(found)]
    person = core.world.users[-1].id
    moved = (
        revised(core, one, person, position=position) for one, position in zip(found, positions, strict=True)
    )
    core.store.put(*moved)


def kill_tokens(core: Core, key: str = "") -> None:
    """All access tokens die at once; refresh tokens live on (B8). Takes no id."""
    now = int(core.clock.now())
    core.store.put(*(replace(grant, expires_at=now) for grant in core.store.rows(Grant)))


def _container(core: Core, key: str) -> Container:
    found = next((one for one in core.store.rows(Container) if one.id == key), None)
    if found is None:
        raise KeyError(f"no container has the id {key}")
    return found


def _found(core: Core, kind: type[T], key: str) -> T:
    record = core.store.get(kind, key)
    if record is None:
        raise KeyError(f"no {kind.__name__.lower()} has the id {key}")
    return record


DEEDS: dict[str, Callable[[Core, str], None]] = {
    deed.__name__: deed
    for deed in (
        *(delete_upload, touch_upload, recycle_revision, restore_revision),
        *(start_workflow, reorder_container, kill_tokens),
    )
}
