"""One admitted request (`Call`), and the responses that every handler builds from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..runtime.faults import Fault
from ..runtime.responses import Page, refuse
from ..world.simulator_core import Core
from ..world.world import Project, User


@dataclass(slots=True)
class Call:
    """An admitted request: the caller, the project, the query and the body."""

    core: Core
    request: Request
    query: dict[str, Any]
    body: Any
    user: User
    found: Project | None
    operation: str
    fault: Fault | None = None  # a fault of the documents or files in the request
    failing: set[str] = field(default_factory=set)  # uploads whose submit fails individually (B45)
    left_out: set[str] = field(default_factory=set)  # uploads that the response omits (B26)

    @property
    def project(self) -> Project:
        """The project; only for operations whose path or query contains one."""
        assert self.found is not None
        return self.found

    @property
    def base(self) -> str:
        """The address of the API as this client wrote it, up to the version: the start of download links."""
        return f"{str(self.request.base_url).rstrip('/')}/rest"

    @property
    def is_admin(self) -> bool:
        """True if the caller's access level is Admin."""
        return self.core.options.access_level == "Admin"

    def record_client_error(self, kind: str, message: str) -> None:
        """Record an error of the client in the ledger, although the call is not refused."""
        self.core.ledger.add(self.core.clock.now(), kind, self.operation, message)

    def path(self, name: str) -> str:
        """Return a path parameter."""
        return str(self.request.path_params[name])

    def listing(self, rows: Sequence[Any], view: Callable[[Any], Any], status: int = 200) -> Response:
        """Return one page of a v2 list; only ids with `view=ids_only` (B9, B10)."""
        page = Page.of(self.query, self.core.options)
        rows_of_page = page.cut(rows)
        shown = [row.key if page.ids_only else view(row) for row in rows_of_page]
        return data(shown, status, page.headers(self.request, len(rows)))

    def bare_list(self, rows: Sequence[Any]) -> Response:
        """Return one page of a v1 list (B10)."""
        page = Page.of(self.query, self.core.options)
        return JSONResponse(list(page.cut(rows)), headers=page.headers(self.request, len(rows)))


Handler = Callable[[Call], Response]


def data(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a v2 response: `{"data": …}`."""
    return JSONResponse({"data": content}, status, headers)


def not_found(what: str) -> Exception:
    """Return the 404 for something that does not exist or is hidden from the caller."""
    return refuse(404, "NOT_FOUND", f"{what} is not there, or not for this caller to see")
