"""What a batch needs of its project, as a protocol that `Project` fulfils: so batches do not depend on `Project`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from ..api.protocol.requests import Scope
from ..api.service_memory import ServiceMemory
from .journal.journal import Journal
from .remote.configuration import Configuration
from .remote.existing_documents import ExistingDocuments

if TYPE_CHECKING:
    from ..api.client import Client


class ProjectBackend(Protocol):
    """The project that the documents of a batch are uploaded to."""

    id: str
    name: str
    scope: Scope

    @property
    def client(self) -> Client: ...

    @property
    def configuration(self) -> Configuration:
        """Fields, rules and values; fetched when they are needed."""

    @property
    def memory(self) -> ServiceMemory:
        """What the service refused and which readings it follows (B71)."""

    @property
    def access(self) -> str:
        """The caller's level in Document Management, "" if it is not known (B65)."""

    @property
    def notices(self) -> list[str]:
        """What was unusual in responses of the project, one sentence each."""

    def refresh(self) -> None:
        """Forget the configuration and the existing documents."""

    def forget_configuration(self) -> None:
        """Forget the configuration only, so that it is fetched again; what the service refused stays known."""

    async def fetch_existing(self, *, refresh: bool = False) -> ExistingDocuments:
        """Return the documents that the project already has."""

    def forget_existing(self) -> None:
        """Forget the existing documents."""


def store_configuration(backend: ProjectBackend, journal: Journal) -> None:
    """Store the configuration in a journal, so that it need not be fetched when the journal is opened next."""
    names = {field.id: field.name for field in backend.configuration.fields.values()}
    present = set(names.values())
    removed = {id_: name for id_, name in journal.fields.items() if name not in present}
    names = removed | names  # also of fields that were removed since
    journal.set_meta("fields", json.dumps(names))
    journal.set_meta("configuration", backend.client.response_cache.dump(backend.id))
