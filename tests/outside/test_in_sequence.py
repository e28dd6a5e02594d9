"""Sequences of calls, by the state machine of schemathesis over links: from a document to its revision."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, Response

from pdm_nb.sim.world.records import Revision
from tests.support.contract.fuzzed_contract import documented, loaded
from tests.support.contract.grounding import name_of
from tests.support.contract.linking import linked
from tests.support.contract.response_checks import Judge, no_complaints
from tests.support.simulator.seeded import BYTES, PATIENCE, seeded_service

pytestmark = pytest.mark.slow
WALKED = {
    *("createDocumentUploads", "createUpload", "completeUpload", "showUpload", "updateDocumentUploads"),
    *("showDocumentUpload", "listDocumentUploads", "listSelectedUploads", "createDocumentRevisions"),
    *("listSelectedRevisions", "listRevisions"),
}


FIRST = re.compile("RANDOM__POST_.*_document_uploads")  # the rule that makes new documents


class Walks:
    """State machines whose every answer a judge sees. Each walk has a world of its own, the same one at its start."""

    def __init__(self, seed: int, whole: bool, valid: bool = False) -> None:
        """`whole`: the walks begin with new documents. Then, or if `valid`, nothing that they send breaks a shape."""
        self.made: list[Revision] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        with seeded_service() as service:  # whose ids are those of all worlds to come
            document = linked(documented(), service)
        self._base: Any = loaded(document, seed, examples=1, valid=whole or valid).as_state_machine()
        others = [name for name in self._base.root_rules if not FIRST.fullmatch(name)]
        self._no_rules: dict[str, Any] = dict.fromkeys(others if whole else ())

    @property
    def statuses(self) -> dict[str, int]:
        """How often each status was answered."""
        found: Counter[str] = Counter()
        for (_, status), count in sorted(self.answers.items(), key=lambda told: told[0][1]):
            found[str(status)] += count
        return dict(found)

    def run(self, scenarios: int) -> None:
        """Walk so many times, the same ways for the same seed."""
        machine = type("Walk", (Walk, self._base), {"walks": self, **self._no_rules})
        machine.run(
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


class Walk:
    """What is ours of a state machine: its world, the PUT to storage, and the judge."""

    walks: Walks
    recorder: Any

    def setup(self) -> None:
        self._opened = ExitStack()
        self._opened.enter_context(no_complaints())
        self.service = self._opened.enter_context(seeded_service(waiting=3, uploads=12))
        self.judge = Judge(self.service)
        self.etags: dict[str, str] = {}

    def teardown(self) -> None:
        made = self.service.records(Revision)
        self.walks.made += [one for one in made if one.upload_id not in self.service.uploads]
        self.walks.answers += self.judge.answers
        self._opened.close()

    def before_call(self, case: Case) -> None:
        """Steps that no link leads start from what there is; and an ETag is known to storage's answer alone."""
        if not self.recorder.cases[case.id].is_transition_applied:
            self.judge.grounding.ground(case)
        self.judge.grounding.ground_place(case)
        etag = self.etags.get(case.path_parameters.get("upload_id", ""))
        body = case.body if name_of(case) == "completeUpload" and isinstance(case.body, dict) else {}
        if etag and isinstance(body.get("part_etags"), list):  # what breaks its shape stays broken
            body["part_etags"] = [etag]

    def get_call_kwargs(self, case: Case) -> dict[str, Any]:
        return {
            "base_url": self.service.sim.url,
            "headers": self.judge.headers,
            "session": self.judge.session,
            "timeout": PATIENCE,
        }

    def after_call(self, response: Response, case: Case) -> None:
        self.recorder.record_response(case_id=case.id, response=response)
        if name_of(case) == "createUpload" and response.status_code == 201:
            file = response.json()["data"]
            segment = file["segments"][0]
            del segment["headers"]["Content-Length"]  # the announced one, which BYTES need not have
            answer = self.service.put(segment, BYTES)
            if answer.is_success:  # they were the bytes that were announced
                self.etags[file["upload_id"]] = answer.headers["ETag"].strip('"')

    def validate_response(self, response: Response, case: Case, *_: Any, **__: Any) -> None:
        self.judge.judge(case, response)


LONG = pytest.mark.long
Recorder = Callable[[str, Any], None]


@pytest.mark.rule("B44", "B45", "B47")
@pytest.mark.parametrize(("seed", "scenarios"), [(1, 20), pytest.param(2, 130, marks=LONG)])
def test_what_is_submitted_becomes_revisions_whatever_comes_between(
    seed: int, scenarios: int, record_property: Recorder
) -> None:
    walks, valid = Walks(seed, whole=False), Walks(seed, whole=False, valid=True)
    walks.run(scenarios)
    valid.run(max(20, scenarios // 5))  # most submits of the others break a shape
    record_property("statuses", walks.statuses)
    answers = walks.answers + valid.answers
    assert answers["createDocumentRevisions", 201] >= scenarios / 10
    assert answers["createDocumentRevisions", 422] > 0  # submitted again


@pytest.mark.rule("B23", "B32", "B41", "B46", "B47", "B53", "B57")
@pytest.mark.parametrize(("seed", "scenarios"), [(1, 15), pytest.param(2, 130, marks=LONG)])
def test_new_documents_get_their_files_and_become_revisions(
    seed: int, scenarios: int, record_property: Recorder
) -> None:
    walks = Walks(seed, whole=True)
    walks.run(scenarios)
    record_property("statuses", walks.statuses)
    assert {name for name, status in walks.answers if status < 300} == WALKED
    assert len(walks.made) >= scenarios / 4
    assert walks.answers["showDocumentUpload", 404] > 0  # what was consumed
