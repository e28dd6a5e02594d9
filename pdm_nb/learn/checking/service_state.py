"""What the simulator has, read over HTTP without the client: uploads, revisions, rules, options, counts.

A check must not rely on the client that the learner uses, nor on variables of the notebook. So this module makes its own
few calls, with a token of its own, as any other client would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

PAGE = 100


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """An upload or a revision at the service.

    `document["status"]` returns the codes of a list, or the text of another field; "" if it is empty.
    """

    id: str
    container: str
    values: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, str]
    scores: Mapping[str, float]

    def __getitem__(self, field: str) -> str:
        return ", ".join(self.values.get(field, ()))

    def label(self, field: str) -> str:
        """The text that people see in a field; "" if it is empty."""
        return ", ".join(self.labels.get(field, ()))

    @property
    def file(self) -> str:
        """The name of the file."""
        return self["original_filename"]

    @property
    def version(self) -> int:
        """The version of a revision; 0 for an upload."""
        return int(self["version"] or 0)


@dataclass(frozen=True, slots=True)
class UploadRule:
    """A rule of the project: the fields that it requires, and the labels that each qualifying field must have."""

    required: tuple[str, ...]
    standard: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]

    def applies(self, document: ServiceDocument) -> bool:
        """Whether all qualifiers match."""
        return all(document.label(field) in labels for field, labels in self.when.items())


class ServiceState:
    """Read and change what a simulator has.

    Parameters
    ----------
    ready : mapping
        The line that the simulator prints when it is ready: its address and credentials.
    """

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self._ready = ready
        self._token = ""

    def uploads(self) -> list[ServiceDocument]:
        """The uploads that are complete and not submitted, by file name."""
        return self._documents("v2.1", "document_uploads")

    def revisions(self) -> list[ServiceDocument]:
        """The revisions, by file name and version."""
        return self._documents("v2.0", "document_revisions")

    def rules(self) -> list[UploadRule]:
        """The rules of the project; those with the most qualifiers come first (B17)."""
        rules = [_rule(one) for one in self._list("v2.0", "upload_requirements")]
        return sorted(rules, key=lambda rule: -len(rule.when))

    def required(self, document: ServiceDocument) -> tuple[str, ...]:
        """The fields that a document needs, by the rule that applies to it (B17, B18)."""
        return next(rule.required + rule.standard for rule in self.rules() if rule.applies(document))

    def values(self, field: str) -> list[dict[str, Any]]:
        """The values of a list, also inactive ones."""
        return self._list("v2.0", f"fields/{field}/values", include_inactive="true")

    def options(self) -> dict[str, Any]:
        """The options of the simulator."""
        return dict(self._control("GET", "options").json())

    def counts(self) -> dict[str, int]:
        """How often each operation was called."""
        return dict(self._control("GET", "counts").json()["by_operation"])

    def switch(self, **options: Any) -> None:
        """Change options of the simulator."""
        self._control("PATCH", "options", json=options)

    def add_fault(self, **fault: Any) -> None:
        """Make calls, files or machine learning fail."""
        self._control("POST", "faults", json=[fault])

    def external_change(self, change: str, id: str) -> None:
        """Change something as another user would."""
        self._control("POST", f"people/{change}", json={"id": id})

    def _documents(self, version: str, path: str) -> list[ServiceDocument]:
        found = [_document(one) for one in self._list(version, path)]
        return sorted(found, key=lambda one: (one.file, one.version, one.id))

    def _list(self, version: str, path: str, **query: str) -> list[dict[str, Any]]:
        company, project = self._ready["company_id"], self._ready["project_id"]
        url = f"/rest/{version}/companies/{company}/projects/{project}/document_management/{path}"
        rows: list[dict[str, Any]] = []
        with self._client() as client:
            headers = {"Authorization": f"Bearer {self._access_token(client)}"}
            headers["Procore-Company-Id"] = str(company)
            while True:
                page = {"page": len(rows) // PAGE + 1, "per_page": PAGE}
                response = client.get(url, params={**query, **page}, headers=headers).raise_for_status()
                rows += response.json()["data"]
                if len(rows) >= int(response.headers["Total"]):
                    return rows

    def _access_token(self, client: httpx2.Client) -> str:
        if not self._token:
            names = ("client_id", "client_secret")
            form = {"grant_type": "client_credentials", **{name: self._ready[name] for name in names}}
            self._token = client.post("/oauth/token", data=form).raise_for_status().json()["access_token"]
        return self._token

    def _control(self, method: str, path: str, **body: Any) -> httpx2.Response:
        with self._client() as client:
            headers = {"X-Control-Key": str(self._ready.get("control_key", ""))}
            url = f"/_internal/{path}"
            return client.request(method, url, headers=headers, **body).raise_for_status()

    def _client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self._ready["url"], trust_env=False, timeout=60)


def _document(row: Mapping[str, Any]) -> ServiceDocument:
    fields = {one["name"]: one for one in row["fields"]}
    return ServiceDocument(
        row["id"],
        row.get("document_container_id") or "",
        {name: tuple(v.get("code") or v["label"] for v in one["values"]) for name, one in fields.items()},
        {name: tuple(v["label"] for v in one["values"]) for name, one in fields.items()},
        {name: one.get("label_source") or "" for name, one in fields.items()},
        {name: one["confidence_score"] for name, one in fields.items() if "confidence_score" in one},
    )


def _rule(row: Mapping[str, Any]) -> UploadRule:
    required = (*row["fields_required_by_project"], *row["additional_required_fields"])
    return UploadRule(
        tuple(one["name"] for one in required),
        tuple(one["name"] for one in (row["naming_standard"] or {}).get("fields", ())),
        {
            one["field"]["name"]: tuple(value["label"] for value in one["acceptable_values"])
            for one in row["rule_qualifiers"]
        },
    )
