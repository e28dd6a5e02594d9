"""A simple client by the vendor's guide: one document after the other, one call at a time.

The benchmarks `demo.py` and `calls.py` compare this package with it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx2

from pdm_nb.sim import Simulator

POLL_SECONDS = 5.0  # simulator time between polls of a document's machine learning (B35)


class Plain:
    """A client of one simulator; `speed` is that of the simulator's clock."""

    def __init__(self, simulator: Simulator, speed: float = 1.0) -> None:
        self.pause = POLL_SECONDS / speed
        self.http = httpx2.Client(base_url=simulator.url)
        self.form = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        self.http.headers["Procore-Company-Id"] = str(simulator.company_id)
        self.sign_in()
        self.root = f"companies/{simulator.company_id}/projects/{simulator.project_id}"

    def sign_in(self) -> None:
        token = self.http.post("/oauth/token", data={"grant_type": "client_credentials", **self.form}).json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def ask(self, method: str, version: str, path: str, body: Any = None) -> Any:
        url = f"/rest/v{version}/{self.root}/{path}"
        answer = self.http.request(method, url, json=body)
        if answer.status_code == 401:  # B5: a token lives an hour and a half
            self.sign_in()
            answer = self.http.request(method, url, json=body)
        answer.raise_for_status()
        return answer.json()["data"]

    def fields(self) -> list[dict[str, Any]]:
        """The required fields of a document of the default project but its name, with values."""
        self.ids = ids = {
            field["name"]: field["id"]
            for field in self.ask("GET", "2.0", "document_management/fields?per_page=100")
        }
        found = [self._value(ids, "type", "OT"), self._value(ids, "status", "S2")]
        return found + [{"id": ids[name], "values": ["P01"]} for name in ("revision", "description")]

    def _value(self, ids: dict[str, str], name: str, code: str) -> dict[str, Any]:
        values = self.ask("GET", "2.0", f"document_management/fields/{name}/values?per_page=100")
        return {"id": ids[name], "values": [next(value["id"] for value in values if value["code"] == code)]}

    def documents(self, paths: Iterable[Path]) -> int:
        """Bring all to revisions; answers how many."""
        fields = self.fields()
        return sum(self.document(path, fields) for path in paths)

    def document(self, path: Path, fields: list[dict[str, Any]]) -> int:
        uploads = "document_management/document_uploads"
        record = {"file_name": path.name, "mime_type": "application/pdf"}
        upload = self.ask("POST", "2.0", uploads, {"uploads": [record]})[0]["id"]
        file = self.send(path)
        fields = [*fields, {"id": self.ids["name"], "values": [path.stem]}]
        update = {"id": upload, "file_upload_id": file, "upload_status": "COMPLETED", "fields": fields}
        self.ask("PATCH", "2.0", uploads, {"update_params": [update]})
        time.sleep(self.pause)
        while (shown := self.ask("GET", "2.1", f"{uploads}/{upload}"))["integration_statuses"][
            "ml"
        ] == "in_progress":
            time.sleep(self.pause)
        item = {"id": upload, "upload_latest_event_id": shown["latest_event_id"]}
        self.ask("POST", "2.1", "document_management/document_revisions", {"uploads": [item]})
        return 1

    def send(self, path: Path) -> str:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        body = {
            "file_name": path.name,
            "file_size": len(content),
            "content_type": "application/pdf",
            "sha256": digest,
            "uploader_tool_name": "document_management",
            "segments": [{"size": len(content), "sha256": digest}],
        }
        file = self.ask("POST", "2.1", "uploads", body)
        segment = file["segments"][0]
        answer = httpx2.put(segment["url"], headers=segment["headers"], content=content)
        etags = {"part_etags": [answer.headers["etag"].strip('"')]}
        self.ask("PATCH", "2.1", f"uploads/{file['upload_id']}", etags)
        return str(file["upload_id"])


def pdfs(samples: Iterable[Any], count: int) -> list[Path]:
    """The first so many PDFs of sample documents."""
    return [sample.path for sample in samples if sample.path.suffix == ".pdf"][:count]
