"""What a batch stores of a register, so that `rescan()` can open it again with the same decisions."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from ..model import Field
from ..rules.values.lookup import Lookup
from .profiles import dumps, loads
from .register import Register
from .register_files import evident_name_template


def stored(register: Register) -> dict[str, Any] | None:
    """Return what `reopened` needs, as JSON; None for a DataFrame."""
    if isinstance(register.source, pd.DataFrame):
        return None
    return {
        "source": os.path.abspath(register.source),
        "folder": os.path.abspath(register._place) if register._place else None,
        "profile": dumps(register.profile),
        "allow": list(register._files.allowed),
        "assigned": dict(register._files.assigned),
    }


def reopened(found: Mapping[str, Any], fields: Sequence[Field], lookups: Mapping[str, Lookup]) -> Register:
    """Open a register again with the decisions that `stored` returned."""
    register = Register(
        found["source"],
        fields,
        lookups,
        folder=found.get("folder"),
        columns=found.get("columns"),
        profile=loads(found["profile"]) if found.get("profile") else None,
        allow=found.get("allow", ()),
    )
    register._files = replace(register._files, assigned=found.get("assigned", {}))
    return register


def name_template(register: Register) -> str | None:
    """Return the template that makes the revisions of one number versions of one document; None if it is not clear."""
    return evident_name_template(register._matching) if register._matching else None


def notice_levels(register: Register) -> dict[str, int]:
    """Return the notices of a register, each with its level of logging."""
    return register._levels
