"""Puts the shared parts together: a new core, or one that goes on from its data folder.

Ids, secrets and the signing key of a world come from its seed; what was made since, the key, and how often the
simulator was started come from the folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .documents.seed_uploads import seed_placeholders, seed_uploads
from .runtime.clock import Clock
from .runtime.ids import Ids, moment_of
from .runtime.options import Options
from .runtime.rate_limits import Limits
from .world.core import Core
from .world.persistence import Persistence
from .world.records import Revision, StoredFile, Upload
from .world.scenarios import Scenario
from .world.store import Store
from .world.world import build_world


def open_core(options: Options, scenario: Scenario, clock: Clock, folder: Path) -> Core:
    """The core of a simulator. With `options.data`, `folder` remembers it: ValueError where it belongs to another."""
    if options.data is None:
        return _core(options, scenario, clock, folder, Store(), {})
    about = {"seed": str(options.seed), "scenario": scenario.world}
    persistence = Persistence(folder, about)
    try:
        kept = persistence.about()
        core = _core(options, scenario, clock, folder, Store(persistence), kept)
        persistence.remember(starts=str(int(kept.get("starts", 0)) + 1), key=core.key.decode())
    except BaseException:
        persistence.close()
        raise
    return core


def _core(
    options: Options, scenario: Scenario, clock: Clock, folder: Path, store: Store, kept: Mapping[str, str]
) -> Core:
    # Another start draws other ids, and behind those that are there.
    newest = _newest(store)
    ids = Ids(f"run {options.seed} {kept.get('starts', '')}".rstrip(), newest)
    key = kept["key"] if "key" in kept else ids.token()
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    # Time does not go back: an earlier simulator on the same data may have been ahead of the wall's clock.
    latest = max(float(kept.get("now", 0.0)), moment_of(newest) if newest else 0.0)
    clock.advance(max(0.0, latest - clock.now()) if latest else 0.0)
    core = Core(
        options=options,
        clock=clock,
        ids=ids,
        world=build_world(options.seed, scenario.plan, options.allow_duplicate_revisions),
        store=store,
        limits=Limits(options.hourly_limit, options.spike_limit, options.limit_headers, options.seed),
        data=files,
        key=key.encode(),
    )
    core.restore(kept)
    if "starts" not in kept and not store.rows(Upload):
        core.faults.add(*scenario.faults)
        seed_uploads(core, options.uploads)
        seed_placeholders(core, options.placeholders)
    return core


def _newest(store: Store) -> str:
    """The last id that was given, "" before the first."""
    documents: list[Upload | Revision] = [*store.rows(Upload), *store.rows(Revision)]
    files = (file.key for file in store.rows(StoredFile))
    return max((*files, *(max(one.key, one.event_id) for one in documents)), default="")
