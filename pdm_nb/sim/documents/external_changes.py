"""Changes that other users or the service make, on demand: deletions, the recycle bin, workflows, expired tokens.

Each is a function of the core and an id; KeyError if nothing has that id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ..world.records import Container, Grant, Revision, Upload
from ..world.simulator_core import Core
from .containers import changed_revision, changed_upload, history

T = TypeVar("T")

RECYCLED_REASON = "Replaced"


def delete_upload(core: Core, key: str) -> None:
    """Delete an upload, as a user would (B50)."""
    core.store.put(replace(_find(core, Upload, key), gone="deleted"))


def touch_upload(core: Core, key: str) -> None:
    """Change an upload: it gets a new event id (B31, B45)."""
    upload = _find(core, Upload, key)
    project = next(one for one in core.world.projects if one.id == upload.project_id)
    core.store.put(*changed_upload(core, project, upload))


def recycle_revision(core: Core, key: str) -> None:
    """Move a revision to the recycle bin, as a user would (B62, B63)."""
    user = core.world.users[-1].id
    changes = {"recycled_at": core.clock.now(), "recycled_by": user, "recycled_reason": RECYCLED_REASON}
    core.store.put(changed_revision(core, _find(core, Revision, key), user, **changes))


def restore_revision(core: Core, key: str) -> None:
    """Restore a revision from the recycle bin, as a user would (B62, B69)."""
    changes = {"recycled_at": None, "recycled_by": None, "recycled_reason": ""}
    core.store.put(changed_revision(core, _find(core, Revision, key), core.world.users[-1].id, **changes))


def start_workflow(core: Core, key: str) -> None:
    """Start a workflow on the latest revision of a container (B48); the id is the container's."""
    revisions = history(core, _find_container(core, key))
    if not revisions:
        raise KeyError(f"container {key} has no revision")
    core.store.put(changed_revision(core, revisions[-1], core.world.users[-1].id, workflow_id=core.new_id()))


def reorder_container(core: Core, key: str) -> None:
    """Reverse the order within a container; `version` does not change (B63). The id is the container's."""
    revisions = history(core, _find_container(core, key))
    positions = [one.position for one in reversed(revisions)]
    user = core.world.users[-1].id
    moved = (
        changed_revision(core, one, user, position=position)
        for one, position in zip(revisions, positions, strict=True)
    )
    core.store.put(*moved)


def kill_tokens(core: Core, key: str = "") -> None:
    """Expire all access tokens; refresh tokens stay valid (B8). Needs no id."""
    now = int(core.clock.now())
    core.store.put(*(replace(grant, expires_at=now) for grant in core.store.rows(Grant)))


def _find_container(core: Core, key: str) -> Container:
    container = next((one for one in core.store.rows(Container) if one.id == key), None)
    if container is None:
        raise KeyError(f"no container has the id {key}")
    return container


def _find(core: Core, kind: type[T], key: str) -> T:
    record = core.store.get(kind, key)
    if record is None:
        raise KeyError(f"no {kind.__name__.lower()} has the id {key}")
    return record


CHANGES: dict[str, Callable[[Core, str], None]] = {
    change.__name__: change
    for change in (
        *(delete_upload, touch_upload, recycle_revision, restore_revision),
        *(start_workflow, reorder_container, kill_tokens),
    )
}
