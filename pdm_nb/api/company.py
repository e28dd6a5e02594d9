"""What a project needs of the connection to its company, as a protocol that `Service` fulfils."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .client import Client


class CompanyConnection(Protocol):
    """A signed-in connection to one company."""

    client: Client
    company: str
    user: str

    @property
    def environment(self) -> str:
        """The name of the environment, such as "sandbox"."""

    def _project_rows(self) -> list[dict[str, Any]]: ...
