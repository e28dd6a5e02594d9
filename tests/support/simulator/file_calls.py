"""Short ways to call the file uploads of the API."""

from __future__ import annotations

from typing import Any

from tests.support.simulator.api_caller import ApiCaller

SMALLEST = 5_242_881
BODY = b"%PDF-1.7 sample"


def announced(caller: ApiCaller, *segments: bytes, **more: Any) -> dict[str, Any]:
    return caller.announce(*(segments or (BODY,)), **more).json()["data"]


def patch(caller: ApiCaller, file: dict[str, Any], etags: list[str | None], status: int | None = None) -> Any:
    answer = caller.call("PATCH", f"{caller.files}/{file['upload_id']}", {"part_etags": etags}, status)
    return answer.json()["data"] if answer.is_success else answer


def show(caller: ApiCaller, file: dict[str, Any], **query: Any) -> dict[str, Any]:
    return caller.data("GET", f"{caller.files}/{file['upload_id']}", **query)


def etag_of(caller: ApiCaller, segment: dict[str, Any], content: bytes = BODY) -> str:
    answer = caller.put(segment, content)
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"].strip('"')
