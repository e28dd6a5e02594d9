"""Calls that follow from one another, by schemathesis's state machine over links: from a document to its revision."""

from __future__ import annotations

from typing import Any

import pytest
from agreement import documented, loaded
from grounding import name_of
from hypothesis import HealthCheck, Phase, settings
from judging import Judge, no_complaints
from linking import linked
from schemathesis import Case, Response
from schemathesis.specs.openapi.stateful import OpenAPIStateMachine
from seeded import BYTES, Service, seeded_service

from pdm_nb.sim.records import Revision

WALKED = (
    *("createDocumentUploads", "createUpload", "completeUpload", "showUpload", "updateDocumentUploads"),
    *("showDocumentUpload", "listDocumentUploads", "listSelectedUploads", "createDocumentRevisions"),
    *("listSelectedRevisions", "listRevisions"),
)


def machine_of(judge: Judge, seed: int, whole: bool) -> type[OpenAPIStateMachine]:
    """A state machine whose every answer the judge sees; `whole`: its walks begin with new documents, and are valid."""
    service = judge.service
    base: Any = loaded(linked(documented(), service), seed, examples=1, valid=whole).as_state_machine()
    others = [name for name in base.root_rules if whole and not name.endswith("_document_uploads")]
    etags: dict[str, str] = {}

    class Machine(base):
        def before_call(self, case: Case) -> None:
            """Steps that no link leads start from what there is; and an ETag is known to storage's answer alone."""
            if not self.recorder.cases[case.id].is_transition_applied:
                judge.grounding.ground(case)
            judge.grounding.ground_place(case)
            etag = etags.get(case.path_parameters.get("upload_id", ""))
            if name_of(case) == "completeUpload" and isinstance(case.body, dict) and etag:
                case.body = {"part_etags": [etag]}

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": service.sim.url, "headers": judge.headers, "session": judge.session}

        def after_call(self, response: Response, case: Case) -> None:
            super().after_call(response, case)
            if name_of(case) == "createUpload" and response.status_code == 201:
                etags.update(stored(service, response.json()["data"]))

        def validate_response(self, response: Response, case: Case, *_: Any, **__: Any) -> None:
            judge.judge(case, response)

    for name in others:
        setattr(Machine, name, None)  # as if it were no rule
    return Machine


def stored(service: Service, file: dict[str, Any]) -> dict[str, str]:
    """PUT the bytes of a file of one segment, where they are the ones that were announced: its ETag by its id."""
    answer = service.put(file["segments"][0], BYTES)
    return {file["upload_id"]: answer.headers["ETag"].strip('"')} if answer.is_success else {}


def walk(judge: Judge, seed: int, scenarios: int, whole: bool) -> None:
    """Walk so many scenarios, the same ones for a seed."""
    machine_of(judge, seed, whole).run(
        settings=settings(
            max_examples=scenarios,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )


LONG = pytest.mark.long


@pytest.mark.parametrize(("seed", "scenarios"), [(1, 40), pytest.param(2, 400, marks=LONG)])
def test_what_is_submitted_becomes_revisions_whatever_comes_between(seed: int, scenarios: int) -> None:
    with no_complaints(), seeded_service() as service:
        judge, before = Judge(service), len(service.records(Revision))
        walk(judge, seed, scenarios, whole=False)
        assert {name for name, status in judge.answers if status < 300} >= set(WALKED)
        assert len(service.records(Revision)) - before >= scenarios / 4
        assert judge.answers["createDocumentRevisions", 422] > 0  # B47: submitted again
        assert judge.answers["showDocumentUpload", 404] > 0


@pytest.mark.parametrize(("seed", "scenarios"), [(1, 40), pytest.param(2, 250, marks=LONG)])
def test_new_documents_get_their_files_and_become_revisions(seed: int, scenarios: int) -> None:
    with no_complaints(), seeded_service() as service:
        judge = Judge(service)
        walk(judge, seed, scenarios, whole=True)
        made = [
            revision for revision in service.records(Revision) if revision.upload_id not in service.uploads
        ]
        assert len(made) >= scenarios / 20, dict(judge.answers)
