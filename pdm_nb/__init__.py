"""pdm_nb: a notebook toolkit for Procore Document Management.

Sign in with `connect`, see what a project asks for, edit a `batch` of documents in a grid, upload, watch
machine learning, submit revisions. See the README and the notebooks.
"""

from . import aio, errors
from .batch.batch import Batch
from .service import Project, Service, connect

__all__ = ["Batch", "Project", "Service", "aio", "connect", "errors"]
__version__ = "0.1.0"
