"""The folder for what can be computed or asked again: `PDM_NB_CACHE_DIR`, or the platform's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for cached files, which may not exist yet."""
    if given := os.environ.get("PDM_NB_CACHE_DIR"):
        return Path(given).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "pdm_nb"
