"""What every room of the simulator shares: options, clock, ids, world, store; and `Call`, one admitted request."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .runtime.call_counts import Counts
from .runtime.client_errors import ClientErrors
from .runtime.clock import Clock
from .runtime.faults import Fault, Faults
from .runtime.ids import Ids
from .runtime.options import Options
from .runtime.rate_limits import Limits
from .runtime.responses import Page, refuse
from .world.store import Store
from .world.world import Project, User, World

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
        if not self.store.is_persistent:
            return
        now = {"limits": self.limits.state(), "counts": self.counts.state(), "switched": self.switched}
        told = {name: json.dumps(state) for name, state in now.items()} | {"now": repr(self.clock.now())}
        for name, part in (("faults", self.faults), ("ledger", self.ledger)):
            if self._kept.get(name) != part.edition:
                self._kept[name] = part.edition
                told[name] = json.dumps(part.state())
        try:
            self.store.save_metadata(**told)
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


@dataclass(slots=True)
class Call:
    """One request that was let in: who calls, about which project, with which query and body."""

    core: Core
    request: Request
    query: dict[str, Any]
    body: Any
    user: User
    found: Project | None
    operation: str
    trouble: Fault | None = None  # the fault that befalls what it is about
    failing: set[str] = field(default_factory=set)  # uploads whose submit fails by itself (B45)
    left_out: set[str] = field(default_factory=set)  # uploads that the response leaves out (B26)

    @property
    def project(self) -> Project:
        assert self.found is not None
        return self.found

    @property
    def base(self) -> str:
        """The service's address as this caller wrote it, up to the version: what download links start from."""
        return f"{str(self.request.base_url).rstrip('/')}/rest"

    @property
    def is_admin(self) -> bool:
        return self.core.options.access_level == "Admin"

    def slipped(self, kind: str, message: str) -> None:
        """Have the ledger write down what the caller did wrong though the call is not refused."""
        self.core.ledger.add(self.core.clock.now(), kind, self.operation, message)

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def listing(self, rows: Sequence[Any], view: Callable[[Any], Any], status: int = 200) -> Response:
        """One page of a v2 list; bare ids with `view=ids_only` (B9, B10)."""
        page = Page.of(self.query, self.core.options)
        cut = page.cut(rows)
        shown = [row.key for row in cut] if page.ids_only else [view(row) for row in cut]
        return data(shown, status, page.headers(self.request, len(rows)))

    def bare_list(self, rows: Sequence[Any]) -> Response:
        """One page of a v1 list (B10)."""
        page = Page.of(self.query, self.core.options)
        return JSONResponse(list(page.cut(rows)), headers=page.headers(self.request, len(rows)))


Handler = Callable[[Call], Response]


def data(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A v2 answer: `{"data": …}`."""
    return JSONResponse({"data": content}, status, headers)


def not_found(what: str) -> Exception:
    return refuse(404, "NOT_FOUND", f"{what} is not there, or not for this caller to see")
