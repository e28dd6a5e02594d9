"""Short ways to call the document uploads of the API."""

from __future__ import annotations

from typing import Any

from tests.support.simulator.api_caller import ApiCaller

NAMED = {
    "project": "RST",
    "originator": "DEM",
    "volume": "V1",
    "location": "ZZ",
    "type": "DR",
    "discipline": "A",
    "number": "0101",
}


def create(caller: ApiCaller, uploads: list[Any], status: int) -> Any:
    return caller.call("POST", caller.dm("document_uploads"), {"uploads": uploads}, status)


def update(caller: ApiCaller, params: list[Any], status: int = 207, **more: Any) -> Any:
    return caller.call("PATCH", caller.dm("document_uploads"), {"update_params": params, **more}, status)


def listed(caller: ApiCaller, **query: Any) -> list[str]:
    return caller.data("GET", caller.dm("document_uploads", "2.1"), view="ids_only", per_page=5000, **query)


def values(caller: ApiCaller, name: str, *given: str) -> dict[str, Any]:
    return {"id": caller.project.by_name[name].id, "values": list(given)}
