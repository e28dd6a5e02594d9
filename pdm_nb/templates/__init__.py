"""Templates: spreadsheets for a project that people fill in, with a row per file."""

from .project_template import template_of

__all__ = ["template_of"]
