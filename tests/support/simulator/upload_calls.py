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


def create(desk: ApiCaller, uploads: list[Any], status: int) -> Any:
    return desk.call("POST", desk.dm("document_uploads"), {"uploads": uploads}, status)


def update(desk: ApiCaller, params: list[Any], status: int = 207, **more: Any) -> Any:
    return desk.call("PATCH", desk.dm("document_uploads"), {"update_params": params, **more}, status)


def listed(desk: ApiCaller, **query: Any) -> list[str]:
    return desk.data("GET", desk.dm("document_uploads", "2.1"), view="ids_only", per_page=5000, **query)


def values(desk: ApiCaller, name: str, *given: str) -> dict[str, Any]:
    return {"id": desk.project.by_name[name].id, "values": list(given)}
