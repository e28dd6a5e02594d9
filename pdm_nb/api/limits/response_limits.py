"""How much is accepted of what comes from the service and from storage. All limits of responses are here.

A response over a limit is an error of its call, which is not sent again: it would be the same. The numbers are several
times what the largest real responses need, and keep the memory below 100 MB for any single response.
"""

from __future__ import annotations

MIB = 1 << 20
OVER_LIMIT = "RESPONSE_LIMIT"  # reason of the error

# -- one response
BYTES = 24 * MIB  # decoded, and as they come; 10,000 segments with presigned URLs need 20 MB (B54)
WIDE_BYTES = 8 * MIB  # the same with characters outside ASCII, which need four times as much memory
SECONDS = 120.0  # from the connection to the last byte
ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
JSON_DEPTH = 100  # levels of arrays and objects
JSON_TOKENS = 600_000  # brackets, colons and commas
MESSAGE = 500  # characters of a message of the service that are shown and stored
DETAILS = 1_000  # errors that one response names
TOKEN = 16_384  # characters of an access or refresh token
WAIT = 7 * 86_400.0  # seconds that `Retry-After` may ask for; more is malformed

# -- a list
ROWS = 200_000
PAGES = 3_000
LIST_BYTES = (
    384 * MIB
)  # of all pages of a list that is kept as a whole; 20,000 uploads with all fields need 250 MiB

# -- storage
STORAGE_BYTES = 65_536  # of a response: it has a code and a message
STORAGE_WAIT = 600.0  # seconds that storage may ask to wait
ETAG = 1_024  # characters
FILE_BYTES = 10_000 * 104_857_600  # of a file that is received, if its size is not known (B54)


def storage_seconds(size: int) -> float:
    """Return the seconds that `size` bytes may take from or to storage, at 16 KiB a second at the least."""
    return 300.0 + size / 16_384
