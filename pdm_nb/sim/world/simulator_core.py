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
    """The shared parts. `data` is the folder for files, `key` signs the URLs of storage, `seed` is the company's."""

    options: Options
    seed: int
    clock: Clock
    ids: Ids
    world: World
    store: Store
    limits: Limits
    data: Path
    key: bytes = field(repr=False)
    control_key: str = field(repr=False)
    faults: Faults = field(init=False)
    counts: Counts = field(default_factory=Counts)
    ledger: ClientErrors = field(default_factory=ClientErrors)
    # Options changed since the start: [initial value, present value].
    switched: dict[str, list[Any]] = field(default_factory=dict)
    # The change counts of what the data folder holds, so that unchanged parts are not written again.
    _saved: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.options.storm, self.seed)

    def new_id(self) -> str:
        """Return a new ULID."""
        return self.ids.ulid(self.clock.now())

    def switch(self, **options: Any) -> None:
        """Change some options; ValueError if one is unknown, fixed or has a wrong value."""
        before = self.options
        self.options = before.switched(options)
        self.limits.variant = self.options.limit_headers
        for name in options:
            self.switched.setdefault(name, [getattr(before, name), None])[1] = getattr(self.options, name)

    def save(self) -> None:
        """Save counts, limits, faults and changed options, if there is a data folder."""
        if not self.store.is_persistent:
            return
        parts = {"limits": self.limits.state(), "counts": self.counts.state(), "switched": self.switched}
        texts = {name: json.dumps(state) for name, state in parts.items()} | {"now": repr(self.clock.now())}
        for name, part in (("faults", self.faults), ("ledger", self.ledger)):
            if self._saved.get(name) != part.change_count:
                self._saved[name] = part.change_count
                texts[name] = json.dumps(part.state())
        try:
            self.store.save_metadata(**texts)
        except sqlite3.Error as error:  # a full disk must not make a call fail that only reads
            log.warning("The counts could not be saved: %s", error)

    def restore(self, saved: Mapping[str, str]) -> None:
        """Continue from what an earlier simulator saved in the same data folder."""
        for name in ("limits", "counts", "faults", "ledger"):
            if name in saved:
                getattr(self, name).restore(json.loads(saved[name]))
        given = json.loads(json.dumps(self.options.view()))
        for name, (initial, present) in json.loads(saved.get("switched", "{}")).items():
            if given.get(name) == initial:  # a different initial value now takes precedence
                self.switch(**{name: present})
