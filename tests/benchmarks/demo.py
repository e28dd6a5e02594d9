"""The main job's figures: `python tests/benchmarks/demo.py --documents 200`. Prints one JSON object last.

API calls per document, seconds and peak memory of `pdm-nb demo`, a process of its own; beside it, in the same
run, a plain client that follows the vendor's guide step by step, one document at a time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from pdm_nb.sim import Simulator, write_samples

ML_SECONDS = 4.0


def ours(documents: int) -> dict[str, Any]:
    """`pdm-nb demo` as a process; the memory is that of client, simulator and sample documents together."""
    command = [sys.executable, "-m", "pdm_nb.cli", "demo", "--json", "--documents", str(documents)]
    done = subprocess.run(
        [*command, "--ml-seconds", str(ML_SECONDS)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "documents": documents,
        "revisions": told["revisions"],
        "api_calls_per_document": round(told["api_calls"] / documents, 3),
        "seconds_per_document": round(told["seconds"] / documents, 3),
        "seconds": told["seconds"],
        "peak_memory_mib": round(peak, 1),
    }


class Plain:
    """What people write after reading the guide: one document after the other, every answer waited for."""

    def __init__(self, simulator: Simulator) -> None:
        self.calls = 0
        self.http = httpx.Client(base_url=simulator.url)
        form = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
        token = self.http.post("/oauth/token", data={"grant_type": "client_credentials", **form}).json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"
        self.http.headers["Procore-Company-Id"] = str(simulator.company_id)
        self.root = f"companies/{simulator.company_id}/projects/{simulator.project_id}"

    def ask(self, method: str, version: str, path: str, body: Any = None) -> Any:
        self.calls += 1
        answer = self.http.request(method, f"/rest/v{version}/{self.root}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()["data"]

    def document(self, path: Path, fields: list[dict[str, Any]]) -> None:
        uploads = "document_management/document_uploads"
        record = {"file_name": path.name, "mime_type": "application/pdf"}
        upload = self.ask("POST", "2.0", uploads, {"uploads": [record]})[0]["id"]
        file = self.send(path)
        update = {"id": upload, "file_upload_id": file, "upload_status": "COMPLETED", "fields": fields}
        self.ask("PATCH", "2.0", uploads, {"update_params": [update]})
        time.sleep(5)  # B35
        while (shown := self.ask("GET", "2.1", f"{uploads}/{upload}"))["integration_statuses"][
            "ml"
        ] == "in_progress":
            time.sleep(5)
        event = shown["latest_event_id"]
        item = {"id": upload, "upload_latest_event_id": event}
        self.ask("POST", "2.1", "document_management/document_revisions", {"uploads": [item]})

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
        answer = httpx.put(segment["url"], headers=segment["headers"], content=content)
        etags = {"part_etags": [answer.headers["etag"].strip('"')]}
        self.ask("PATCH", "2.1", f"uploads/{file['upload_id']}", etags)
        return str(file["upload_id"])


def plain(documents: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, Simulator(ml_seconds=ML_SECONDS) as simulator:
        samples = write_samples(Path(folder), documents * 3, 7)
        client = Plain(simulator)
        page = {
            field["name"]: field["id"]
            for field in client.ask("GET", "2.0", "document_management/fields?per_page=100")
        }
        fields = [_value(client, page, "type", "OT"), _value(client, page, "status", "S2")]
        fields += [{"id": page[name], "values": ["P01"]} for name in ("revision", "description")]
        client.calls, begun = 0, time.monotonic()
        for sample in [sample for sample in samples if sample.path.suffix == ".pdf"][:documents]:
            client.document(sample.path, fields)
        seconds = time.monotonic() - begun
    return {
        "documents": documents,
        "api_calls_per_document": round(client.calls / documents, 3),
        "seconds_per_document": round(seconds / documents, 3),
    }


def _value(client: Plain, ids: dict[str, str], name: str, code: str) -> dict[str, Any]:
    values = client.ask("GET", "2.0", f"document_management/fields/{name}/values?per_page=100")
    return {"id": ids[name], "values": [next(value["id"] for value in values if value["code"] == code)]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--plain", type=int, default=8, help="documents for the plain client (8)")
    options = parser.parse_args()
    with_ours = ours(options.documents)
    print(json.dumps({"pdm_nb": with_ours, "plain_client": plain(options.plain)}))


if __name__ == "__main__":
    main()
