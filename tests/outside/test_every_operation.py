"""Every operation of the contract with arbitrary input: by schemathesis, against the running simulator.

Each operation has its own world, the same each time. The cases are examples, the bounds of the contract, and fuzzing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from schemathesis import BaseSchema, Case

from tests.support.contract.fuzzed_contract import documented, loaded, operations
from tests.support.contract.response_checks import Judge, no_complaints
from tests.support.simulator.seeded import seeded_service

pytestmark = pytest.mark.slow
SHORT, DEEP = 40, 600
contract = loaded(documented(), seed=1, examples=SHORT)
deeper = loaded(documented(), seed=2, examples=DEEP, bounds=False)


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """A judge of one operation, which must have accepted some of what it was sent, or nothing was tested."""
    uploads = 60 if request.node.get_closest_marker("long") is None else 600  # a submit consumes them
    with no_complaints(), seeded_service(uploads=uploads) as service:
        judge = Judge(service)
        yield judge
        counted = {str(status): count for status, count in sorted(judge.statuses.items())}
        request.node.user_properties.append(("statuses", counted))
        assert judge.accepted, f"nothing was accepted: {counted}"


def driven(schema: BaseSchema, name: str) -> Callable[..., None]:
    """A test of one operation. By its own name: schemathesis's ids are all one to xdist, which would run the first."""

    @schema.include(operation_id=name).parametrize()
    def drive(case: Case, judge: Judge) -> None:
        judge.send(case)

    return drive


for _, operation in operations(contract.raw_schema):
    name = operation["operationId"]
    globals()[f"test_{name}"] = driven(contract, name)
    globals()[f"test_{name}_in_the_long_run"] = pytest.mark.long(driven(deeper, name))
