"""Files on this computer: what a source contains, what is left out, and the facts that a document takes from its file."""

from .allowed_files import REPLACED, AllowedFiles, folder_of
from .containment import Contained, Folder, contained
from .excluded import APPLICATION_ID, is_journal, reason_to_leave_out
from .facts import document_of, file_fault, inode_of
from .find import FoundFiles, find_files
from .mime_types import MIME_TYPES, mime_type
from .platform_errors import is_in_use, is_too_long, os_reason, too_long

__all__ = [
    "APPLICATION_ID",
    "MIME_TYPES",
    "REPLACED",
    "AllowedFiles",
    "Contained",
    "Folder",
    "FoundFiles",
    "contained",
    "document_of",
    "file_fault",
    "find_files",
    "folder_of",
    "inode_of",
    "is_in_use",
    "is_journal",
    "is_too_long",
    "mime_type",
    "os_reason",
    "reason_to_leave_out",
    "too_long",
]
