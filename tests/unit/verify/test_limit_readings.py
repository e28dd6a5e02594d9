"""Which reading of the rate-limit headers a service follows, as far as its responses show it (B11)."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate

import pytest

from pdm_nb.verify.limits import ENOUGH, reading
from pdm_nb.verify.response import Response

NOW = 1_800_000_000.0
Headers = dict[str, str]


def headers(limit: int, remaining: int, reset: float) -> Headers:
    told = {"limit": limit, "remaining": remaining, "reset": int(reset)}
    return {f"x-rate-limit-{name}": str(value) for name, value in told.items()}


def rolling(second: int) -> Headers:
    """(a): what is used falls out ten seconds later."""
    return headers(25, 25 - min(second + 1, 10), NOW + max(10, second + 1))


def fixed(second: int) -> Headers:
    """(b), (c): all is free again at the reset."""
    return headers(25, 24 - second % 10, NOW + 10 * (second // 10 + 1))


def hourly(second: int) -> Headers:
    """(d)."""
    return headers(3600, 3599 - second, NOW + 3000)


def nodes(second: int) -> Headers:
    """(f): each gateway counts for itself."""
    return headers(25, (20, 11, 23, 9)[second % 4], NOW + 9 + second)


def fixed_nodes(second: int) -> Headers:
    """(f): three gateways with fixed windows, of which one has seen the call."""
    node, turn = (second * 7) % 3, second // 3
    return headers(25, 24 - turn % 3 - node, NOW + 10 * (second // 10 + 1))


def sliding(second: int) -> Headers:
    """(g)."""
    return headers(25, 24 - second % 2, NOW + second + 10)


def seen(told: Callable[[int], Headers], seconds: int = 17, step: int = 1) -> list[Response]:
    return [
        Response("listFields", 200, headers=told(second), at=NOW + second)
        for second in range(0, seconds * step, step)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (rolling, "nearest"),
        (fixed, "nearest_fixed"),
        (hourly, "hourly"),
        (lambda _: {}, "none"),
        (nodes, "nodes"),
        (fixed_nodes, "nodes"),
        (sliding, "sliding"),
        (lambda second: hourly(second) if second > 8 else rolling(second), "mixed"),
        (lambda _: {"x-rate-limit-limit": "25"}, "none"),
        (lambda _: headers(25, 24, 17), "none"),  # a reset long past says nothing
    ],
)
def test_each_reading_of_the_headers(told: Callable[[int], Headers], expected: str) -> None:
    assert reading(seen(told)) == expected


@pytest.mark.parametrize("told", [rolling, fixed, sliding])
def test_windows_are_not_distinguished_before_one_has_passed(told: Callable[[int], Headers]) -> None:
    responses = [Response("listFields", 200, headers=told(0), at=NOW) for _ in range(17)]
    assert reading(responses) == "spike"


def test_few_responses_say_nothing() -> None:
    assert reading(seen(hourly, ENOUGH - 1)) is None


def test_the_services_own_clock_counts() -> None:
    """B12: a machine whose clock is two hours off sees the same."""
    responses = [
        Response(
            one.operation,
            200,
            headers=one.headers | {"date": formatdate(one.at, usegmt=True)},
            at=one.at - 7200,
        )
        for one in seen(rolling)
    ]
    assert reading(responses) == "nearest"
