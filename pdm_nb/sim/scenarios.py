"""The named scenarios: each a set of changes to the default options. The seeded world is `world.py`'s."""

from __future__ import annotations

from typing import Any

SCENARIOS: dict[str, dict[str, Any]] = {
    "default": {},
    # A Standard user in no permission group: create answers 403, submit 422 (B52).
    "no-permission": {"can_upload": False, "can_submit": False, "access_level": "Standard"},
    # The slow end of what the service calls usual (B35).
    "slow-ml": {"ml_seconds": 30.0},
}


def scenario(name: str) -> dict[str, Any]:
    """The option changes of a scenario; a ValueError that lists the names where there is none of that name."""
    if name not in SCENARIOS:
        raise ValueError(f"no scenario is called {name!r}; there are {', '.join(SCENARIOS)}")
    return dict(SCENARIOS[name])
