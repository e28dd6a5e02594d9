"""Short ways to call the document revisions of the API."""

from __future__ import annotations

from typing import Any

from tests.support.simulator.api_caller import ApiCaller

FILE_NAME = "original_filename"
ENDING = {"termination_reason": "superseded"}


def post(caller: ApiCaller, items: list[Any], status: int, version: str = "2.1") -> Any:
    return caller.call("POST", caller.dm("document_revisions", version), {"uploads": items}, status)


def item(caller: ApiCaller, upload: str, **more: str) -> dict[str, str]:
    return {"id": upload, "upload_latest_event_id": caller.event(upload), **more}


def versions(caller: ApiCaller, *ids: str) -> list[str]:
    return [caller.labels(row, "version")[0] for row in caller.revisions(*ids)]


def revisions(caller: ApiCaller, status: int | None = None, **query: Any) -> Any:
    answer = caller.call("GET", caller.dm("document_revisions"), None, status, **query)
    return [row["id"] for row in answer.json()["data"]] if answer.is_success else answer


def status_id(caller: ApiCaller, active: bool = True) -> str:
    return next(value.id for value in caller.project.by_name["status"].values if value.active is active)


def ending(caller: ApiCaller) -> dict[str, str]:
    return {**ENDING, "terminated_revision_status_id": status_id(caller)}


def submitted(caller: ApiCaller, file_name: str, revision: str = "P01") -> str:
    [made] = caller.submit(caller.ready(file_name, revision))["ids"]
    return made
