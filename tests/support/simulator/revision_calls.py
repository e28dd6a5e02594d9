"""Short ways to call the document revisions of the API."""

from __future__ import annotations

from typing import Any

from tests.support.simulator.api_caller import ApiCaller

FILE_NAME = "original_filename"
ENDING = {"termination_reason": "superseded"}


def post(desk: ApiCaller, items: list[Any], status: int, version: str = "2.1") -> Any:
    return desk.call("POST", desk.dm("document_revisions", version), {"uploads": items}, status)


def item(desk: ApiCaller, upload: str, **more: str) -> dict[str, str]:
    return {"id": upload, "upload_latest_event_id": desk.event(upload), **more}


def versions(desk: ApiCaller, *ids: str) -> list[str]:
    return [desk.labels(row, "version")[0] for row in desk.revisions(*ids)]


def revisions(desk: ApiCaller, status: int | None = None, **query: Any) -> Any:
    answer = desk.call("GET", desk.dm("document_revisions"), None, status, **query)
    return [row["id"] for row in answer.json()["data"]] if answer.is_success else answer


def status_id(desk: ApiCaller, active: bool = True) -> str:
    return next(value.id for value in desk.project.by_name["status"].values if value.active is active)


def ending(desk: ApiCaller) -> dict[str, str]:
    return {**ENDING, "terminated_revision_status_id": status_id(desk)}


def submitted(desk: ApiCaller, file_name: str, revision: str = "P01") -> str:
    [made] = desk.submit(desk.ready(file_name, revision))["ids"]
    return made
