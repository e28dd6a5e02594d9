"""Puts many revisions into a simulator, without the calls of an upload for each."""

from __future__ import annotations

from pdm_nb.sim.documents.seed_uploads import BODY, BODY_NAME, _records
from pdm_nb.sim.world.records import Container, Revision, StoredFile, Upload
from tests.support.simulator.sim_site import Site


def fill(site: Site, count: int, start: int = 0) -> list[str]:
    """Add so many revisions to the first project; return their ids, the oldest first."""
    core = site.sim._core
    project = core.world.projects[0]
    (core.data / BODY_NAME).write_bytes(BODY)
    made: list[Revision] = []
    for record in _records(core, project, count):
        if isinstance(record, StoredFile):
            core.store.put(record)
        if not isinstance(record, Upload):
            continue
        number = start + len(made)
        key = core.new_id()
        made.append(
            Revision(
                key=key, project_id=project.id, container_id=core.new_id(), container_key=f"{project.id}/{number}",
                upload_id=record.key, file_id=record.file_id or "", file_name=record.file_name,
                mime_type=record.mime_type, owner=record.owner, version=1, created_at=core.clock.now(),
                event_id=core.new_id(), completed_at=core.clock.now(), position="aaa.aaa.", entries=record.entries,
            )
        )  # fmt: skip
        container = Container(f"{project.id}/{number}", made[-1].container_id, project.id, (key,), 1)
        core.store.put(made[-1], container)
    return [one.key for one in made]
