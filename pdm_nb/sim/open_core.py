"""Builds the core of a simulator: a new one, or one that continues from its data folder.

A world's ids come from its seed, and its credentials too if one was given; otherwise they are random. Records, credentials
that are random, the signing key and the number of starts come from the folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .documents.seed_revisions import seed_revisions
from .documents.seed_uploads import seed_placeholders, seed_uploads
from .runtime.clock import Clock
from .runtime.ids import Ids, moment_of
from .runtime.options import Options
from .runtime.rate_limits import Limits
from .world.persistence import Persistence, read_metadata
from .world.records import Revision, StoredFile, Upload
from .world.scenarios import Scenario
from .world.simulator_core import Core
from .world.store import Store
from .world.world import build_world

DEFAULT_SEED = 1
CREDENTIALS = ("client_id", "client_secret")  # attributes of `World`, saved if they are random


def open_core(options: Options, scenario: Scenario, clock: Clock, folder: Path) -> Core:
    """Return the core of a simulator.

    With `options.data` it is saved in `folder`; ValueError if the folder belongs to another seed or scenario.
    """
    if options.data is None:
        seed = DEFAULT_SEED if options.seed is None else options.seed
        return _core(options, seed, scenario, clock, folder, Store(), _own_credentials(options, {}))
    seed = int(read_metadata(folder).get("seed", DEFAULT_SEED)) if options.seed is None else options.seed
    persistence = Persistence(folder, {"seed": str(seed), "scenario": scenario.identity})
    try:
        saved = persistence.metadata()
        saved |= (own := _own_credentials(options, saved))
        core = _core(options, seed, scenario, clock, folder, Store(persistence), saved)
        starts = str(int(saved.get("starts", 0)) + 1)
        persistence.save_metadata(starts=starts, key=core.key.decode(), **own)
    except BaseException:
        persistence.close()
        raise
    return core


def _core(
    options: Options,
    seed: int,
    scenario: Scenario,
    clock: Clock,
    folder: Path,
    store: Store,
    saved: Mapping[str, str],
) -> Core:
    world = build_world(seed, scenario.template, options.allow_duplicate_revisions)
    if has_own := "client_secret" in saved:
        world = replace(world, client_id=saved["client_id"], client_secret=saved["client_secret"])
    # Every start draws new ids, which sort after the existing ones.
    newest = _newest(store)
    is_repeatable = options.seed is not None and not has_own
    ids = Ids(f"run {seed} {saved.get('starts', '')}".rstrip() if is_repeatable else None, newest)
    key = saved["key"] if "key" in saved else ids.token()
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    # Time does not go back: an earlier simulator with the same data may have been ahead of real time.
    latest = max(float(saved.get("now", 0.0)), moment_of(newest) if newest else 0.0)
    clock.advance(max(0.0, latest - clock.now()) if latest else 0.0)
    core = Core(
        options=options,
        seed=seed,
        clock=clock,
        ids=ids,
        world=world,
        store=store,
        limits=Limits(options.hourly_limit, options.spike_limit, options.limit_headers, seed),
        data=files,
        key=key.encode(),
        control_key=Ids(f"control {seed}" if is_repeatable else None).token(),
    )
    core.restore(saved)
    if "starts" not in saved and not store.rows(Upload):
        core.faults.add(*scenario.faults)
        seed_uploads(core, options.uploads)
        seed_revisions(core, options.revisions)
        seed_placeholders(core, options.placeholders)
    return core


def _own_credentials(options: Options, saved: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials of the data folder, or new ones; {} if those of the seed count.

    A folder that was started with a seed keeps its credentials, since clients may have them.
    """
    if "client_secret" in saved:
        return {name: saved[name] for name in CREDENTIALS}
    if options.seed is not None or "starts" in saved:
        return {}
    source = Ids(None)
    return {"client_id": f"sim-{source.token(24)}", "client_secret": source.token(40)}


def _newest(store: Store) -> str:
    """The latest id, "" if there is none."""
    documents: list[Upload | Revision] = [*store.rows(Upload), *store.rows(Revision)]
    files = (file.key for file in store.rows(StoredFile))
    return max((*files, *(max(one.key, one.event_id) for one in documents)), default="")
