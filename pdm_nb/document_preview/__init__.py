"""Opens documents in a separate process (extra `preview`): images of their pages, and what is inside PDFs."""

from .inspect_pdfs import inspect_pdfs
from .page_image import PageImage
from .page_preview import PagePreview, shared_preview
from .page_request import PageRequest
from .worker_process import is_installed

__all__ = ["PageImage", "PagePreview", "PageRequest", "inspect_pdfs", "is_installed", "shared_preview"]
