"""A simulator in-process on a manual clock, and a caller that checks every response against the contract."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx2

from pdm_nb import sim
from pdm_nb.sim.pdf_reader.reader import Guess, PdfReading
from tests.support.contract.contract_checks import check

DRAWING = PdfReading(
    Guess("Drawing", 0.97),
    Guess("A-101", 0.9),
    Guess("Ground floor plan", 0.81234),
    Guess("P01", 0.7),
    Guess("2026-03-05", 0.6),
)


class ApiCaller:
    """A caller of one simulator. `call` checks the response; the other methods are short forms of usual calls."""

    def __init__(self, simulator: sim.Simulator) -> None:
        self.sim = simulator
        self.connect()
        self.token = self.sign_in()["access_token"]
        self.world = simulator._core.world
        self.project = self.world.projects[0]
        self.company = simulator.company_id

    def connect(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sim.app), base_url="http://sim")

    def close(self) -> None:
        self.loop.run_until_complete(self.http.aclose())
        self.loop.close()

    def send(self, method: str, url: str, **more: Any) -> httpx2.Response:
        """Send exactly this request."""
        return self.loop.run_until_complete(self.http.request(method, url, **more))

    def sign_in(self, **more: Any) -> dict[str, Any]:
        form = {"client_id": self.sim.client_id, "client_secret": self.sim.client_secret}
        asked = {"grant_type": "client_credentials", **form, **more}
        return check(self.send("POST", "/oauth/token", data=asked)).json()

    def become(self, number: int) -> str:
        """Call as one of the sample people from now on; return their id."""
        person, now = self.world.users[number], int(self.sim.clock.now())
        grant = sim.world.records.Grant(f"token of {person.id}", person.id, now, now + 5400)
        self.sim._core.store.put(grant)
        self.token = grant.key
        return str(person.id)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every API call (B2, B8)."""
        return {"Authorization": f"Bearer {self.token}", "Procore-Company-Id": str(self.company)}

    def call(
        self, method: str, path: str, body: Any = None, status: int | None = None, **query: Any
    ) -> httpx2.Response:
        """Make an API call with token and company; `status` is the expected status, by default any success."""
        response = check(self.send(method, path, json=body, params=query or None, headers=self.headers))
        expected = response.is_success if status is None else response.status_code == status
        assert expected, response.text
        return response

    def dm(self, path: str, version: str = "2.0") -> str:
        place = f"companies/{self.company}/projects/{self.project.id}"
        return f"/rest/v{version}/{place}/document_management/{path}"

    @property
    def files(self) -> str:
        return f"/rest/v2.1/companies/{self.company}/projects/{self.project.id}/uploads"

    def create(self, *names: str, mime: str = "application/pdf") -> list[str]:
        uploads = [{"file_name": name, "mime_type": mime} for name in names]
        return [row["id"] for row in self.data("POST", self.dm("document_uploads"), {"uploads": uploads})]

    def data(self, *args: Any, **more: Any) -> Any:
        return self.call(*args, **more).json()["data"]

    def announce(self, *segments: bytes, status: int = 201, **more: Any) -> httpx2.Response:
        listed = [{"size": len(s), "sha256": hashlib.sha256(s).hexdigest()} for s in segments]
        body = {
            "file_name": "a.pdf",
            "file_size": sum(map(len, segments)),
            "content_type": "application/pdf",
            "uploader_tool_name": "document_management",
            "segments": listed,
        }
        body |= more
        sent = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", self.files, sent, status)

    def put(self, segment: dict[str, Any], content: bytes, **headers: str) -> httpx2.Response:
        return self.send("PUT", segment["url"], content=content, headers={**segment["headers"], **headers})

    def stored(self, content: bytes = b"%PDF-1.7 sample") -> str:
        """Store a file; return its id when it is available."""
        file = self.announce(content).json()["data"]
        etag = self.put(file["segments"][0], content).headers["ETag"].strip('"')
        self.data("PATCH", f"{self.files}/{file['upload_id']}", {"part_etags": [etag]})
        return file["upload_id"]

    def fields(self, **values: str | list[str]) -> list[dict[str, Any]]:
        """Field settings for a request, from names of fields and codes or labels of values."""
        wanted = []
        for name, given in values.items():
            field = self.project.by_name[name]
            listed = [given] if isinstance(given, str) else given
            known = {text: v.id for v in field.values for text in (v.label, v.code)}
            wanted.append({"id": field.id, "values": [known.get(text, text) for text in listed]})
        return wanted

    def update(self, upload: str, status: int = 207, **item: Any) -> httpx2.Response:
        return self.call(
            "PATCH", self.dm("document_uploads"), {"update_params": [{"id": upload, **item}]}, status
        )

    def completed(
        self, file_name: str = "plan.pdf", mime: str = "application/pdf", **fields: str | list[str]
    ) -> str:
        """Create an upload that is COMPLETED; its plain name is the stem of the file name by default (B33)."""
        [upload] = self.create(file_name, mime=mime)
        if not self.project.by_name["name"].is_computed:
            fields = {"name": file_name.rpartition(".")[0], **fields}
        item = {
            "file_upload_id": self.stored(),
            "upload_status": "COMPLETED",
            "fields": self.fields(**fields),
        }
        assert self.update(upload, **item).json()["data"]["success"] == [{"id": upload}]
        return upload

    def ready(self, file_name: str = "notes.txt", revision: str = "P01") -> str:
        """Create a completed upload that satisfies the default rule."""
        values = {"type": "Report", "status": "S0", "revision": revision, "description": "Sample"}
        return self.completed(file_name, "text/plain", **values)

    def show(self, upload: str) -> dict[str, Any]:
        return self.data("GET", self.dm(f"document_uploads/{upload}", "2.1"))

    def field(self, record: dict[str, Any], name: str) -> dict[str, Any]:
        return next(field for field in record["fields"] if field["name"] == name)

    def labels(self, record: dict[str, Any], name: str) -> list[str]:
        return [value["label"] for value in self.field(record, name)["values"]]

    def submit(self, *uploads: str, status: int = 201, **more: Any) -> Any:
        items = [{"id": u, "upload_latest_event_id": self.event(u), **more} for u in uploads]
        answer = self.call("POST", self.dm("document_revisions", "2.1"), {"uploads": items}, status)
        return answer.json().get("data", answer.json().get("error"))

    def event(self, upload: str) -> str:
        from pdm_nb.sim.world.records import Upload

        found = self.sim._core.store.get(Upload, upload)
        return found.event_id if found else upload

    def revisions(self, *ids: str) -> list[dict[str, Any]]:
        path = self.dm("document_revisions/selected_revisions", "2.2")
        return self.data("POST", path, {"ids": list(ids)}, per_page=100)


def reasons(response: httpx2.Response) -> list[str]:
    return [detail["reason_code"] for detail in response.json()["error"]["details"]]


def messages(response: httpx2.Response) -> list[str]:
    return [detail["message"] for detail in response.json()["error"]["details"]]
