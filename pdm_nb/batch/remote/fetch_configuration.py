"""Fetches the configuration of a project: its fields, its rules, and the values of its lists (B17, B20, B21)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from ...api import permissions
from ...api.protocol.requests import Scope
from ...errors import AccessError, NotFoundError
from ...model import Field, User
from ...rules.values.lookup import Lookup
from .configuration import Configuration

if TYPE_CHECKING:
    from ...api.client import Client

PARALLEL = 6  # lists of values that are fetched at the same time

log = logging.getLogger("pdm_nb.project")


class ConfigurationFetcher:
    """Fetches the configuration of one project; its users are fetched once."""

    def __init__(self, client: Client, scope: Scope, name: str) -> None:
        self._client, self._scope, self._name = client, scope, name
        self._users: list[User] | None = None
        self._users_lock = asyncio.Lock()

    async def fetch(self) -> Configuration:
        client, scope = self._client, self._scope
        try:
            fields = {field.id: field for field in await client.list_fields(scope)}
        except (AccessError, NotFoundError) as error:
            if permissions.is_not_connected(error):
                raise
            raise AccessError(
                f"{self._name}: this account has no access to Document Management. Ask a project administrator for "
                "Standard or Admin access to the tool and a permission group, and whether the project is one of the "
                f"permitted projects of the app. {permissions.APP_MANAGEMENT}",
                status=error.status,
                reason=error.reason,
                request_id=error.request_id,
            ) from None
        requirements = await client.list_upload_requirements(scope)
        is_computed = client.memory(scope).reading("name_kind") == "computed"
        if is_computed and all(rule.naming_standard for rule in requirements):
            # The list of fields may not show it (B33). If some rules have no standard, it depends on the document.
            fields = {
                id_: replace(field, variant="computed") if field.name == "name" else field
                for id_, field in fields.items()
            }
        limit = asyncio.Semaphore(PARALLEL)
        found = await asyncio.gather(*(self._lookup(field, limit) for field in fields.values()))
        new = Configuration(fields, requirements, {lookup.field.id: lookup for lookup in found if lookup})
        for notice in (*new.notices, *client.notices.of(scope.project_id)):
            log.warning("%s: %s", self._name, notice)
        return new

    async def _lookup(self, field: Field, limit: asyncio.Semaphore) -> Lookup | None:
        """Fetch the values of a field, by one call (B21); None if it has no list."""
        async with limit:
            if field.is_user:
                return Lookup.of_users(field, await self.list_users())
            if not field.type.is_lookup or field.unknown:
                return None
            # Inactive ones too: findings distinguish a retired value from an unknown one (B21).
            try:
                values = await self._client.list_field_values(self._scope, field.id, inactive=True)
            except NotFoundError:  # it was removed since the fields were listed
                notice = f"The values of {field.label} no longer exist. The field may have been removed."
                self._client.notices.add(f"/projects/{self._scope.project_id}", notice)
                return Lookup(field, ())
            return Lookup(field, values)

    async def list_users(self) -> list[User]:
        async with self._users_lock:  # several fields need them at once; one call is enough
            if self._users is None:
                self._users = await self._client.list_project_users(self._scope)
        return self._users

    def forget_users(self) -> None:
        self._users = None
