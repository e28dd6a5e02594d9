"""The parts that everything above shares: options, clock, ids, world, store, limits, faults, counts and client errors."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..runtime.call_counts import Counts
from ..runtime.client_errors import ClientErrors
from ..runtime.clock import Clock
from ..runtime.faults import Faults
from ..runtime.ids import Ids
from ..runtime.options import Options
from ..runtime.rate_limits import Limits
from .store import Store
from .world import World

log = logging.getLogger("pdm_nb.sim")


@dataclass(slots=True)
class Core:
    """The shared parts. `data` is the folder for files."""

    options: Options
    clock: Clock
    ids: Ids
    world: World
    store: Store
    limits: Limits
    data: Path
    key: bytes = field(repr=False)
    faults: Faults = field(init=False)
    counts: Counts = field(default_factory=Counts)
    ledger: ClientErrors = field(default_factory=ClientErrors)
    switched: dict[str, list[Any]] = field(
        default_factory=dict
    )  # options changed meanwhile: what was given, what is
    _kept: dict[str, int] = field(default_factory=dict, repr=False)  # which editions the data folder has

    def __post_init__(self) -> None:
        self.faults = Faults(self.options.storm, self.options.seed)

    def new_id(self) -> str:
        return self.ids.ulid(self.clock.now())

    def switch(self, **options: Any) -> None:
        """Have some options be others from now on; ValueError for one that cannot be changed, or not to that."""
        before = self.options
        self.options = before.switched(options)
        self.limits.reading = self.options.limit_headers
        for name in options:
            self.switched.setdefault(name, [getattr(before, name), None])[1] = getattr(self.options, name)

    def keep(self) -> None:
        """Have what is counted, changed or waiting outlast a restart, where there is a data folder."""
        if not self.store.outlasts:
            return
        now = {"limits": self.limits.state(), "counts": self.counts.state(), "switched": self.switched}
        told = {name: json.dumps(state) for name, state in now.items()} | {"now": repr(self.clock.now())}
        for name, part in (("faults", self.faults), ("ledger", self.ledger)):
            if self._kept.get(name) != part.edition:
                self._kept[name] = part.edition
                told[name] = json.dumps(part.state())
        try:
            self.store.remember(**told)
        except sqlite3.Error as error:  # a full disk must not make a call fail that only reads
            log.warning("the counts could not be kept: %s", error)

    def restore(self, kept: Mapping[str, str]) -> None:
        """Go on with what an earlier simulator on the same data kept."""
        for name in ("limits", "counts", "faults", "ledger"):
            if name in kept:
                getattr(self, name).restore(json.loads(kept[name]))
        given = json.loads(json.dumps(self.options.view()))
        for name, (was, is_now) in json.loads(kept.get("switched", "{}")).items():
            if given.get(name) == was:  # unless another one is asked for now
                self.switch(**{name: is_now})
