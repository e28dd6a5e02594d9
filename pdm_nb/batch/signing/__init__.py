"""Plans that people sign: what a plan promises, its file, and whether a batch still is what was planned."""

from .plan_content import (
    DONE,
    NEW,
    VERSION,
    DocumentContent,
    PlanContent,
    check,
    content_of,
    document_content,
    hash_of,
    planned_ids,
)
from .plan_file import find_plan, save_plan

__all__ = [
    "DONE", "NEW", "VERSION", "DocumentContent", "PlanContent", "check", "content_of", "document_content", "find_plan",
    "hash_of", "planned_ids", "save_plan",
]  # fmt: skip
