"""The simulator's responses have the keys, types and nesting of the vendor's samples, path by path."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.pdf_reader.reader import Guess, PdfReading
from tests.support.contract.contract_checks import contract
from tests.support.contract.sample_paths import differences, sample_names

DATED = PdfReading(
    *(Guess("Drawing", 0.97), Guess("A-110", 0.9), Guess("Ground floor plan", 0.9987), Guess("P01", 0.7)),
    Guess("2026-08-30", 0.6),
)
BODY = b"%PDF-1.4 sample"

SCRAPED = [f"{name}_scraping" for name in ("project", "originator", "volume", "location", "type")]
# Of both spellings of an upload.
OF_UPLOADS = {
    "data.document_container_id": ("text beside null", "known once nothing is read any more (B40)"),
    "data.fields[asset_value]": ("new", "a numeric field: the sample has none"),
    **{
        f"data.fields[{name}].confidence_score": (
            "new",
            "ML fills these as well (B36); in the sample it did not",
        )
        for name in ("type", "number", "revision")
    },
}
# What differs on purpose, by sample: the path, in which way, and why.
INTENDED: dict[str, dict[str, tuple[str, str]]] = {
    "show_document_upload": {
        **OF_UPLOADS,
        **{
            f"data.integration_statuses.integration_response.{key}": ("new", "another field of the standard")
            for key in SCRAPED
        },
        "data.upload_completed_at": (
            "null beside text",
            "null before COMPLETED, shown by one reading of B32",
        ),
        "data.upload_url": ("new", "before COMPLETED, in one reading of B32"),
        "data.url_expires_at": ("new", "before COMPLETED, in one reading of B32"),
    },
    "show_document_upload.other_spelling": {
        **OF_UPLOADS,
        **{
            f"data.integrationStatuses.integrationResponse.{key}": ("new", "another field of the standard")
            for key in SCRAPED
        },
    },
    "create_upload": {
        "data.segments[].headers.Content-Type": ("new", "headers are opaque; more have to be copied (B55)"),
        "data.segments[].headers.x-amz-checksum-sha256": ("new", "as above"),
        "data.segments[].headers.x-amz-sdk-checksum-algorithm": ("new", "as above"),
    },
    "show_upload": {
        "data.segments[]": ("new", "the segments that are missing (B59); the sample has none"),
        "data.upload_expires_at": ("new", "until the file is complete, as in the response to its creation"),
        "data.error": ("new", "of a file that failed (B58)"),
    },
}
# Operations without a sample: there is nothing to compare with but the contract, which other tests do.
WITHOUT_SAMPLE = {
    "authorize": "a page for people",
    "downloadRecycledRevision": "a redirect",
    "downloadRevision": "a redirect",
    "getTokenInfo": "no sample",
    "listCompanies": "no sample",
    "listProjectUsers": "no sample",
    "listProjects": "no sample",
    "revokeToken": "no body",
    "showMe": "no sample",
    "showPermissions": "no sample",
}
# Which operations a sample is for; v2.0 and v2.1 of lists and of show have the rows of `show_document_upload`.
SAMPLES_OF = {
    "complete_upload": ("completeUpload",),
    "create_document_revisions": ("createDocumentRevisions", "createDocumentRevisionsV20"),
    "create_document_uploads": ("createDocumentUploads",),
    "create_upload": ("createUpload",),
    "list_document_revisions": ("listRevisions", "listRecycledRevisions"),
    "list_document_revisions.ids_only": ("listRevisions", "listRecycledRevisions"),
    "list_field_values.lov": ("listFieldValues",),
    "list_field_values.reference": ("listFieldValues",),
    "list_fields": ("listFields",),
    "list_upload_requirements": ("listUploadRequirements",),
    "selected_revisions.masked": ("listSelectedRevisions",),
    "show_document_upload": (
        *("showDocumentUpload", "showDocumentUploadV20", "listSelectedUploads"),
        *("listDocumentUploads", "listDocumentUploadsV20", "listRecycledUploads", "listRecycledUploadsV20"),
    ),
    "show_document_upload.other_spelling": ("showDocumentUpload", "showDocumentUploadV20"),
    "show_upload": ("showUpload",),
    "token": ("getToken",),
    "update_document_uploads": ("updateDocumentUploads",),
}
# The first of these are shorter forms of `show_document_upload`, the others what any operation returns.
FOR_NO_OPERATION = (
    *("show_document_upload.condensed", "show_document_upload.walkthrough"),
    *("error.400", "error.403", "error.422.workflow_conflict", "error.500"),
)
# Compared by `test_samples_of_revisions.py`.
ELSEWHERE = (
    *("create_document_revisions", "list_document_revisions", "list_document_revisions.ids_only"),
    *("selected_revisions.masked", "token"),
)


class Caller:
    """A caller of an in-process simulator, who keeps every response's body."""

    def __init__(self, **options: Any) -> None:
        self.clock = sim.ManualClock()
        self.readings = [replace(DATED, date_authored=None), DATED]  # from the last on
        self.simulator = sim.Simulator(clock=self.clock, reader=lambda source: self.readings.pop(), **options)
        self.project = self.simulator._core.world.projects[0]
        self._loop = asyncio.new_event_loop()
        self._http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.simulator.app), base_url="http://sim"
        )
        form = {"client_id": self.simulator.client_id, "client_secret": self.simulator.client_secret}
        told = self.send("POST", "/oauth/token", data={"grant_type": "client_credentials", **form})
        self._headers = {
            "Authorization": f"Bearer {told['access_token']}",
            "Procore-Company-Id": str(self.simulator.company_id),
        }

    def send(self, method: str, url: str, **more: Any) -> Any:
        response = self._loop.run_until_complete(self._http.request(method, url, **more))
        assert response.is_success, response.text
        return response.json() if response.content else None

    def call(self, method: str, path: str, body: Any = None, version: str = "2.0") -> Any:
        """A call below the project; `dm/` stands for Document Management."""
        place = f"companies/{self.simulator.company_id}/projects/{self.project.id}"
        url = f"/rest/v{version}/{place}/{path.replace('dm/', 'document_management/')}"
        return self.send(method, url, json=body, headers=self._headers, params={"per_page": 100})

    def announced(self) -> Any:
        segment = {"size": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
        told = {"file_name": "A-101.pdf", "file_size": len(BODY), "content_type": "application/pdf"}
        body = {**told, "uploader_tool_name": "document_management", "segments": [segment]}
        return self.call("POST", "uploads", body, "2.1")

    def stored(self, file: Any) -> Any:
        [segment] = file["data"]["segments"]
        request = self._http.put(segment["url"], content=BODY, headers=segment["headers"])
        etag = self._loop.run_until_complete(request).headers["ETag"].strip('"')
        path = f"uploads/{file['data']['upload_id']}"
        return self.call("PATCH", path, {"part_etags": [etag]}, "2.1")

    def created(self, *names: str) -> Any:
        uploads = [{"file_name": name, "mime_type": "application/pdf"} for name in names]
        return self.call("POST", "dm/document_uploads", {"uploads": uploads})

    def updated(self, *params: dict[str, Any]) -> Any:
        return self.call("PATCH", "dm/document_uploads", {"update_params": list(params)})

    def uploaded(self, file_name: str, **values: str) -> str:
        """An upload with a file and all that ML and the file name say."""
        [row] = self.created(file_name)["data"]
        file = self.announced()
        self.stored(file)
        fields = [{"id": self.project.by_name[n].id, "values": [text]} for n, text in values.items()]
        named = {"id": row["id"], "file_upload_id": file["data"]["upload_id"], "fields": fields}
        self.updated({**named, "upload_status": "COMPLETED"})
        self.simulator.wait_ml()
        return str(row["id"])

    def close(self) -> None:
        self._loop.run_until_complete(self._http.aclose())
        self._loop.close()
        self.simulator.stop()


def served(name: str) -> Iterator[Any]:
    """The simulator's responses that are compared with a sample, and together have all that it has."""
    options: dict[str, Any] = {"assigned_workflow": "Design review", "show_incomplete": True}
    if name.endswith("other_spelling"):
        options = {"assigned_workflow": "Design review", "status_spelling": "camel"}
    caller = Caller(**options)
    try:
        yield from _responses(caller, name)
    finally:
        caller.close()


def _responses(caller: Caller, name: str) -> Iterator[Any]:
    match name.partition(".")[0]:
        case "list_fields":
            yield caller.call("GET", "dm/fields")
        case "list_field_values":
            fields = (
                ("building", "custom_field_481", "originator")
                if name.endswith("reference")
                else ("type", "status")
            )
            yield from (caller.call("GET", f"dm/fields/{field}/values") for field in fields)
        case "list_upload_requirements":
            yield caller.call("GET", "dm/upload_requirements")
        case "create_document_uploads":
            yield caller.created("a.pdf", "b.pdf")
        case "update_document_uploads":
            one, two = caller.created("a.pdf", "b.pdf")["data"]
            broken = {"id": one["id"], "file_upload_id": "nothing", "upload_status": "COMPLETED"}
            yield caller.updated({"id": two["id"], "file_locked": True}, broken)
        case "show_document_upload":
            yield from _uploads(caller, name)
        case "create_upload":
            yield caller.announced()
        case "complete_upload":
            yield caller.stored(caller.announced())
        case "show_upload":
            yield from _files(caller)


def _uploads(caller: Caller, name: str) -> Iterator[Any]:
    drawing = next(value.id for value in caller.project.by_name["type"].values if value.code == "DR")
    uploads = [
        caller.uploaded("RST-DEM-V1-ZZ-DR-none-0101.pdf", name="Ground floor plan", type=drawing),
        caller.uploaded("scan.pdf", name="Ground floor plan"),
    ]
    for upload in uploads:
        yield caller.call("GET", f"dm/document_uploads/{upload}", version="2.1")
    if not name.endswith("other_spelling"):
        [row] = caller.created("a.pdf")["data"]
        yield caller.call("GET", f"dm/document_uploads/{row['id']}")
        for version in ("2.0", "2.1", "2.2"):
            path = "dm/document_uploads/selected_uploads"
            for one in caller.call("POST", path, {"ids": uploads}, version)["data"]:
                yield {"data": one}


def _files(caller: Caller) -> Iterator[Any]:
    file = caller.announced()
    path = f"uploads/{file['data']['upload_id']}"
    yield caller.call("GET", path, version="2.1")
    caller.stored(file)
    yield caller.call("GET", path, version="2.1")
    caller.simulator.add_fault("file_failed")
    failed = caller.announced()
    caller.stored(failed)
    yield caller.call("GET", f"uploads/{failed['data']['upload_id']}", version="2.1")


COMPARED = [name for name in SAMPLES_OF if name not in ELSEWHERE]


@pytest.mark.parametrize("name", COMPARED)
def test_responses_have_the_shape_of_the_sample(name: str) -> None:
    intended = {path: what for path, (what, _) in INTENDED.get(name, {}).items()}
    assert differences(name, *served(name)) == intended


def test_every_sample_and_every_operation_is_accounted_for() -> None:
    assert set(sample_names()) == {*SAMPLES_OF, *FOR_NO_OPERATION}
    operations = {
        found["operationId"]
        for methods in contract()["paths"].values()
        for method, found in methods.items()
        if method in ("get", "post", "patch", "put", "delete")
    }
    with_sample = {one for ones in SAMPLES_OF.values() for one in ones}
    assert with_sample.isdisjoint(WITHOUT_SAMPLE)
    assert with_sample | set(WITHOUT_SAMPLE) == operations
    assert all(why for table in INTENDED.values() for _, why in table.values())


def test_the_comparison_reads_what_was_served() -> None:
    """A field taken out of a response is found."""
    bodies = list(served("list_fields"))
    kept = [one for one in bodies[0]["data"] if one["name"] != "discipline"]
    assert differences("list_fields", {"data": kept}) == {}, "rows of a plain list share their path"
    broken = json.loads(json.dumps(bodies[0]).replace('"position"', '"place"'))
    assert differences("list_fields", broken) == {"data[].place": "new", "data[].position": "missing"}
