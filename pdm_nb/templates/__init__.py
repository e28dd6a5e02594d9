"""Templates: spreadsheets for a project that people fill in, with a row per file."""

from .form_columns import columns_of, fingerprint
from .project_template import template_of

__all__ = ["columns_of", "fingerprint", "template_of"]
