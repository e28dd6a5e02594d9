"""The lessons of the course in order."""

from __future__ import annotations

from ...errors import InputError
from ..checking.lesson_plan import LessonPlan
from . import (
    editing,
    exploring,
    machine_learning,
    migration,
    naming,
    own_checks,
    permissions,
    register,
    requirements,
    submitting,
    uploading,
    what_happened,
)

PLANS: tuple[LessonPlan, ...] = (
    permissions.PLAN,
    requirements.PLAN,
    naming.PLAN,
    editing.PLAN,
    register.PLAN,
    uploading.PLAN,
    machine_learning.PLAN,
    submitting.PLAN,
    exploring.PLAN,
    what_happened.PLAN,
    own_checks.PLAN,
    migration.PLAN,
)


def find_plan(name: str) -> LessonPlan:
    """Return the lesson with a name, or with the only name that starts with it.

    Raises
    ------
    InputError
        If there is no such lesson, or if several start like that.
    """
    found = [plan for plan in PLANS if plan.name == name] or [
        plan for plan in PLANS if name and plan.name.startswith(name)
    ]
    if len(found) != 1:
        known = ", ".join(plan.name for plan in PLANS)
        raise InputError(f"Unknown lesson {name!r}. Use one of {known}.")
    return found[0]
