"""Sends a case of schemathesis to a running simulator, checks the response, and counts the results.

Left out of schemathesis's checks, and why:

- `positive_data_acceptance` where a shape cannot say what is valid: ids that must be there, values of a field, segments
  that add up (B54), a batch of at most a hundred (B23). It is held where nothing but `per_page` hangs on words (B9).
- `negative_data_rejection` on `/oauth/revoke`, which answers 200 whatever is sent (B7), and where `filters` hold what is
  no text but cannot be told from it in a query.
- `unsupported_method` on the two paths that take a method which the contract has in words alone: the posted form of
  `/oauth/authorize` (B4), and v2.1 of the list of revisions (B70).
- `use_after_free`, `ensure_resource_availability`: nothing can be deleted (B66), and what was just created is in no
  list until it is completed (B32).
- `object_level_authorization`: who sees what hangs on switches (B51, B65), tested by themselves.
- `max_response_time`: a matter of the machine.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import h11
import requests
from schemathesis import Case, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.support.contract.grounding import Grounding, name_of
from tests.support.simulator.seeded import PATIENCE, Service

SHAPES = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
READING = frozenset(
    {
        *("showMe", "listCompanies", "listProjects", "showPermissions", "listProjectUsers"),
        *("listUploadRequirements", "listFields", "listRecycledUploads", "getTokenInfo"),
    }
)
MORE_METHODS = frozenset({"authorize", "createDocumentRevisions"})
ENOUGH_PROBES = 4  # `ignored_auth` sends each accepted call again without, and with a wrong token


@dataclass
class Judge:
    """Drives one service; `statuses` counts its answers by the status, `answers` by operation and status."""

    service: Service
    statuses: Counter[int] = field(default_factory=Counter)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    probed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.grounding = Grounding(self.service)
        self.session = requests.Session()

    def send(self, case: Case) -> Response:
        """Ground a case, send it, judge the answer."""
        self.grounding.ground(case)
        response = case.call(
            base_url=self.service.sim.url, session=self.session, headers=self.headers, timeout=PATIENCE
        )
        self.judge(case, response)
        return response

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.service.token}"}

    def judge(self, case: Case, response: Response) -> None:
        """Count an answer, and hold it to the contract."""
        name = name_of(case)
        if not _was_http(response):
            return
        self.statuses[response.status_code] += 1
        self.answers[name, response.status_code] += 1
        case.validate_response(
            response,
            checks=self._checks(case, name, response),
            headers=self.headers,
            transport_kwargs={"base_url": self.service.sim.url},
        )

    def _checks(self, case: Case, name: str, response: Response) -> list[Any]:
        held = [*SHAPES, checks.missing_required_header]
        if not _may_fail(name, response):
            held.append(not_a_server_error)
        if name != "revokeToken" and not _has_plain_filters(case):
            held.append(checks.negative_data_rejection)
        if name not in MORE_METHODS:
            held.append(checks.unsupported_method)
        if name in READING and not _is_long(case):
            held.append(checks.positive_data_acceptance)
        if response.status_code < 300 and self.probed[name] < ENOUGH_PROBES:
            self.probed[name] += 1
            held.append(checks.ignored_auth)
        return held

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)


def _was_http(response: Response) -> bool:
    """Whether the request reached the simulator: uvicorn refuses by itself what is no HTTP, such as an empty length."""
    return not (response.status_code == 400 and response.content == b"Invalid HTTP request received.")


def _may_fail(name: str, response: Response) -> bool:
    """B28: an update fails with 500 for a file that is another document's, or for none; it says of which upload."""
    if name != "updateDocumentUploads" or response.status_code != 500:
        return False
    return all(detail.get("source") for detail in response.json()["error"]["details"])


def _has_plain_filters(case: Case) -> bool:
    """Filters are text by the contract; a number or a truth among them is text on the wire as well."""
    query = case.query or {}
    return any(name.startswith("filters[") and isinstance(value, str) for name, value in query.items())


def _is_long(case: Case) -> bool:
    try:
        return int((case.query or {}).get("per_page", 10)) > 100
    except (TypeError, ValueError):
        return False


class Complaints(logging.Handler):
    """What the simulator and its server write down of their own failures."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        # uvicorn answered 400 by itself, for a body that is no HTTP, while the application was at its own answer
        if not isinstance(error, h11.LocalProtocolError):
            self.said.append(self.format(record))


@contextmanager
def no_complaints() -> Iterator[None]:
    """Fails where a bug of the simulator's was written down, whatever was answered."""
    heard = Complaints()
    loggers = [logging.getLogger(name) for name in ("pdm_nb.sim", "uvicorn.error", "asyncio")]
    for logger in loggers:
        logger.addHandler(heard)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(heard)
    assert not heard.said, "\n".join(heard.said[:3])
