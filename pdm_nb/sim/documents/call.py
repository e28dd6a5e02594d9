"""One admitted request (`Call`), and the responses that every handler builds from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..runtime.faults import Fault
from ..runtime.responses import Page, refuse
from ..world.core import Core
from ..world.world import Project, User


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
