"""Builds the core of a simulator: a new one, or one that continues from its data folder.

A world's ids and secrets come from its seed. Records, the signing key and the number of starts come from the folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .documents.seed_revisions import seed_revisions
from .documents.seed_uploads import seed_placeholders, seed_uploads
from .runtime.clock import Clock
from .runtime.ids import Ids, moment_of
from .runtime.options import Options
from .runtime.rate_limits import Limits
from .world.persistence import Persistence
from .world.records import Revision, StoredFile, Upload
from .world.scenarios import Scenario
from .world.simulator_core import Core
from .world.store import Store
from .world.world import build_world


def open_core(options: Options, scenario: Scenario, clock: Clock, folder: Path) -> Core:
    """Return the core of a simulator.

    With `options.data` it is saved in `folder`; ValueError if the folder belongs to another seed or scenario.
    """
    if options.data is None:
        return _core(options, scenario, clock, folder, Store(), {})
    about = {"seed": str(options.seed), "scenario": scenario.identity}
    persistence = Persistence(folder, about)
    try:
        saved = persistence.metadata()
        core = _core(options, scenario, clock, folder, Store(persistence), saved)
        persistence.save_metadata(starts=str(int(saved.get("starts", 0)) + 1), key=core.key.decode())
    except BaseException:
        persistence.close()
        raise
    return core


def _core(
    options: Options, scenario: Scenario, clock: Clock, folder: Path, store: Store, saved: Mapping[str, str]
) -> Core:
    # Every start draws new ids, which sort after the existing ones.
    newest = _newest(store)
    ids = Ids(f"run {options.seed} {saved.get('starts', '')}".rstrip(), newest)
    key = saved["key"] if "key" in saved else ids.token()
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    # Time does not go back: an earlier simulator with the same data may have been ahead of real time.
    latest = max(float(saved.get("now", 0.0)), moment_of(newest) if newest else 0.0)
    clock.advance(max(0.0, latest - clock.now()) if latest else 0.0)
    core = Core(
        options=options,
        clock=clock,
        ids=ids,
        world=build_world(options.seed, scenario.template, options.allow_duplicate_revisions),
        store=store,
        limits=Limits(options.hourly_limit, options.spike_limit, options.limit_headers, options.seed),
        data=files,
        key=key.encode(),
    )
    core.restore(saved)
    if "starts" not in saved and not store.rows(Upload):
        core.faults.add(*scenario.faults)
        seed_uploads(core, options.uploads)
        seed_revisions(core, options.revisions)
        seed_placeholders(core, options.placeholders)
    return core


def _newest(store: Store) -> str:
    """The latest id, "" if there is none."""
    documents: list[Upload | Revision] = [*store.rows(Upload), *store.rows(Revision)]
    files = (file.key for file in store.rows(StoredFile))
    return max((*files, *(max(one.key, one.event_id) for one in documents)), default="")
