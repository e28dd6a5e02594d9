"""A client written from the vendor's walk-through alone: eight steps from a token to a submitted document, then reading it.

It imports nothing of the package. The walk-through leaves out the company header and `uploader_tool_name`; a refusal
that asks for one of them is noted, and from then on it is sent, as a developer would do who reads the message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

T = TypeVar("T")

SECONDS_BEFORE_POLLING, SECONDS_BETWEEN, SECONDS_AT_MOST = 5.0, 5.0, 180.0
FILE_NAME, CONTENT_TYPE = "A101-Floor-Plan.pdf", "application/pdf"
TEXTS = {"name": "Ground floor plan", "revision": "P01"}  # what step 6 sets; other texts are made up
TIMESTAMP = "2026-08-30T00:00:00Z"


@dataclass(frozen=True)
class Refusal:
    """A response of 400 or more: the step it came in, the status, and the messages of its details."""

    step: str
    status: int
    messages: tuple[str, ...]


class RefusedError(Exception):
    """A call was refused; the last of `refusals` says why."""


@dataclass
class Walkthrough:
    """One walk through the guide with one document.

    Parameters
    ----------
    http : httpx2.Client
        At the address of the service; it follows no redirects by itself.
    client_id, client_secret : str
        The service account's credentials.
    company_id, project_id : int
        Where the document goes.
    sleep : callable
        Waits for a number of seconds.
    submit_version : str
        Of the call that submits: `2.0` as the guide has it, or `2.1`.
    """

    http: httpx2.Client
    client_id: str
    client_secret: str = field(repr=False)
    company_id: int
    project_id: int
    sleep: Callable[[float], object]
    submit_version: str = "2.0"
    refusals: list[Refusal] = field(default_factory=list)
    sends_company: bool = False
    sends_tool_name: bool = False
    _token: str = field(default="", repr=False)

    def run(self, content: bytes) -> dict[str, Any]:
        """Walk all steps; the row of the revision that came of it."""
        self._token = self._step("token", self._get_token)
        rules = self._step("1", lambda: self._list("upload_requirements"))
        fields = self._step("2", lambda: self._list("fields"))
        settings = self._settings(rules, {row["name"]: row for row in fields})
        upload = self._step("4", self._create)
        file = self._step("5", lambda: self._send_file(content))
        self._step("6", lambda: self._update(upload, file, settings))
        event = self._step("7", lambda: self._wait(upload))
        revision = self._step("8", lambda: self._submit(upload, event))
        return self._step("read", lambda: self._read(revision))

    def _step(self, name: str, work: Callable[[], T]) -> T:
        """Do a step; once more if it was refused for something that the walk-through leaves out."""
        self._name = name
        try:
            return work()
        except RefusedError:
            asked = " ".join(self.refusals[-1].messages)
            if "Procore-Company-Id" in asked and not self.sends_company:
                self.sends_company = True
            elif "uploader_tool_name" in asked and not self.sends_tool_name:
                self.sends_tool_name = True
            else:
                raise
            return self._step(name, work)

    def _call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if self.sends_company and self._token:
            headers["Procore-Company-Id"] = str(self.company_id)
        response = self.http.request(method, path, headers=headers, **more)
        if response.status_code >= 400:
            details = response.json().get("error", {}).get("details", [])
            messages = tuple(detail["message"] for detail in details)
            self.refusals.append(Refusal(self._name, response.status_code, messages))
            raise RefusedError
        return response

    def _documents(self, path: str, version: str = "2.0") -> str:
        place = f"companies/{self.company_id}/projects/{self.project_id}"
        return f"/rest/v{version}/{place}/document_management/{path}"

    def _get_token(self) -> str:
        form = {"client_id": self.client_id, "client_secret": self.client_secret}
        body = self._call("POST", "/oauth/token", data={"grant_type": "client_credentials", **form}).json()
        assert body["token_type"] == "bearer"
        return str(body["access_token"])

    def _list(self, path: str) -> list[dict[str, Any]]:
        """All pages of a list, following `next` alone."""
        rows: list[dict[str, Any]] = []
        url: str | None = self._documents(path)
        while url:
            response = self._call("GET", url)
            rows += response.json()["data"]
            url = response.links.get("next", {}).get("url")
        return rows

    def _settings(
        self, rules: list[dict[str, Any]], fields: dict[str, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Step 3 and the rule that applies to a drawing: a value for every field that it requires."""
        drawing = self._value("type", "Drawing")
        rule = max(
            (rule for rule in rules if _applies(rule, drawing)), key=lambda rule: len(rule["rule_qualifiers"])
        )
        standard = (rule["naming_standard"] or {}).get("fields", [])
        required = [*rule["fields_required_by_project"], *rule["additional_required_fields"], *standard]
        settings = {"type": [drawing]}
        for name in (row["name"] for row in required):
            if name not in settings:
                settings[name] = [self._choice(fields[name])]
        return [{"id": fields[name]["id"], "values": values} for name, values in settings.items()]

    def _choice(self, row: dict[str, Any]) -> str:
        """What a field is set to: a value of its list, or the literal."""
        if row["type"] in ("lov_entry", "lov_entries", "reference"):
            return self._value(row["name"])
        return TIMESTAMP if row["type"] == "timestamp" else TEXTS.get(row["name"], "101")

    def _value(self, name: str, label: str = "") -> str:
        """The id of an active value of a field, of this label if one is given."""
        rows = self._step("3", lambda: self._list(f"fields/{name}/values"))
        return next(str(row["id"]) for row in rows if row["active"] and label in ("", row["label"]))

    def _create(self) -> str:
        body = {"uploads": [{"file_name": FILE_NAME, "mime_type": CONTENT_TYPE}]}
        response = self._call("POST", self._documents("document_uploads"), json=body)
        assert response.status_code == 201
        [row] = response.json()["data"]
        return str(row["id"])

    def _send_file(self, content: bytes) -> str:
        """The unified file upload: announce, PUT each segment as it is told, complete."""
        digest = hashlib.sha256(content).hexdigest()
        body: dict[str, Any] = {
            **{"file_name": FILE_NAME, "file_size": len(content), "content_type": CONTENT_TYPE},
            **{"sha256": digest, "segments": [{"size": len(content), "sha256": digest}]},
        }
        if self.sends_tool_name:
            body["uploader_tool_name"] = "document_management"
        files = f"/rest/v2.1/companies/{self.company_id}/projects/{self.project_id}/uploads"
        file = self._call("POST", files, json=body).json()["data"]
        [segment] = file["segments"]
        stored = self.http.put(segment["url"], content=content, headers=segment["headers"])
        assert stored.is_success, stored.text
        etags = {"part_etags": [stored.headers["ETag"].strip('"')]}
        completed = self._call("PATCH", f"{files}/{file['upload_id']}", json=etags).json()["data"]
        while completed["status"] != "available":
            self.sleep(SECONDS_BETWEEN)
            completed = self._call("GET", f"{files}/{file['upload_id']}").json()["data"]
        return str(file["upload_id"])

    def _update(self, upload: str, file: str, settings: list[dict[str, Any]]) -> None:
        item = {"id": upload, "file_upload_id": file, "upload_status": "COMPLETED", "fields": settings}
        response = self._call("PATCH", self._documents("document_uploads"), json={"update_params": [item]})
        assert response.status_code == 207
        assert response.json()["data"] == {"success": [{"id": upload}], "failed": []}

    def _wait(self, upload: str) -> str:
        """Poll show until nothing is in progress any more; the event id that the submit needs."""
        waited = SECONDS_BEFORE_POLLING
        self.sleep(SECONDS_BEFORE_POLLING)
        while True:
            row = self._call("GET", self._documents(f"document_uploads/{upload}")).json()["data"]
            statuses = row.get("integration_statuses") or row.get("integrationStatuses") or {}
            if "in_progress" not in statuses.values() or waited >= SECONDS_AT_MOST:
                return str(row["latest_event_id"])
            self.sleep(SECONDS_BETWEEN)
            waited += SECONDS_BETWEEN

    def _submit(self, upload: str, event: str) -> str:
        body = {"uploads": [{"id": upload, "upload_latest_event_id": event}]}
        path = self._documents("document_revisions", self.submit_version)
        response = self._call("POST", path, json=body)
        assert response.status_code == 201
        told = response.json()["data"]
        assert told["failures"] == []
        return str(told["ids"][0])

    def _read(self, revision: str) -> dict[str, Any]:
        """Fetch the row by its id, find it in its container's history, and download its bytes."""
        path = self._documents("document_revisions/selected_revisions")
        [row] = self._call("POST", path, json={"ids": [revision]}).json()["data"]
        asked = {"filters[document_container_id]": row["document_container_id"]}
        listed = self._call("GET", self._documents("document_revisions"), params=asked).json()["data"]
        assert [one["id"] for one in listed] == [revision]
        assert self._call("GET", row["download_url"]).status_code == 302
        return dict(row)

    def download(self, revision: str) -> bytes:
        """The bytes of a revision: the token goes to the service, not along the redirect."""
        self._name = "download"
        path = self._documents(f"document_revisions/{revision}/download")
        return self.http.get(self._call("GET", path).headers["Location"]).content


def _applies(rule: dict[str, Any], drawing: str) -> bool:
    """Whether all qualifiers of a rule match a drawing."""
    return all(
        qualifier["field"]["name"] == "type"
        and drawing in [value["id"] for value in qualifier["acceptable_values"]]
        for qualifier in rule["rule_qualifiers"]
    )
