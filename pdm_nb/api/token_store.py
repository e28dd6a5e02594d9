"""A file that keeps sign-ins, for who wants one to outlive its process and several processes to share it (B6).

The one place of ours that writes secrets down, and only where it was asked to: mode 0600, replaced as a whole,
locked while one process renews. When to renew is `auth.py`'s; this knows nothing of the service.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..errors import SettingsError
from .auth import Credentials, Secret, Token
from .environments import Environment

log = logging.getLogger("pdm_nb")
LOOK_EVERY = 0.05  # seconds between two tries to get the lock
PATIENCE = 120.0  # seconds: longer than any answer of the login host is waited for
OTHERS = 0o077  # of a file's mode: what group and others may


class TokenStore:
    """One sign-in's entry in such a file."""

    def __init__(
        self, path: str | os.PathLike[str], environment: Environment, credentials: Credentials
    ) -> None:
        self.path = Path(os.path.realpath(Path(path).expanduser()))
        self._key = f"{environment.api_url} {credentials.client_id} {credentials.redirect_uri}"

    def __repr__(self) -> str:
        return f"<TokenStore {self.path}>"

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the file: no other process renews meanwhile. Tried again and again, so that waiting can be cancelled."""
        lock = FileLock(f"{self.path}.lock", mode=0o600, thread_local=False)
        end = time.monotonic() + PATIENCE
        while not self._takes(lock):
            if time.monotonic() > end:
                raise SettingsError(
                    f"The token store {self.path} is held by another process that does not let go: end it, or name "
                    "another file in PDM_NB_TOKEN_STORE."
                )
            await asyncio.sleep(LOOK_EVERY)
        try:
            yield
        finally:
            lock.release()

    def _takes(self, lock: FileLock) -> bool:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise self._useless(error) from None
        return True

    # -- the entry
    def load(self) -> Token | None:
        """What is kept of this sign-in. Raises `SettingsError` for a file that others can read, or that is none of ours."""
        self._check_private()
        found = self._entries()
        if found is None:
            raise SettingsError(
                f"{self.path} is damaged or no token store: delete it and sign in again, or name another file in "
                "PDM_NB_TOKEN_STORE."
            )
        return found.get(self._key)

    def save(self, token: Token) -> None:
        """Keep a token. Where that fails it is logged: the sign-in lives on in this process."""
        self._change(token)

    def forget(self) -> None:
        self._change(None)

    def _change(self, token: Token | None) -> None:
        try:
            found = self._entries()
            if found is not None:  # damaged since it was read: `load` will say so
                self._replace({**found, self._key: token})
        except SettingsError as error:
            log.warning("%s", error)
        except OSError as error:
            log.warning("%s", self._useless(error))

    def _check_private(self) -> None:
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._useless(error) from None
        if os.name == "posix" and mode & OTHERS:
            raise SettingsError(
                f"Others can read the token store {self.path}: chmod 600 it, and sign in anew if somebody may have."
            )

    def _entries(self) -> dict[str, Token] | None:
        """All entries by key, None where the file is none of ours. No variable holds the file's text."""
        try:
            return {key: _token_of(row) for key, row in json.loads(self.path.read_bytes() or b"{}").items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._useless(error) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _replace(self, entries: dict[str, Token | None]) -> None:
        """Write the file anew and put it in the place of the old one: it is never seen half written."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")  # mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                json.dump({key: _row_of(token) for key, token in entries.items() if token}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _useless(self, error: Exception) -> SettingsError:
        told = getattr(error, "strerror", None) or type(error).__name__
        return SettingsError(
            f"The token store {self.path} cannot be used ({told}): put it right, or name another file in "
            "PDM_NB_TOKEN_STORE."
        )


def _row_of(token: Token) -> dict[str, Any]:
    return {
        "access_token": token.access.reveal(),
        "refresh_token": token.refresh.reveal() if token.refresh else None,
        "expires_at": token.expires_at,
        "early": token.early,
        "sign_in": token.sign_in,
    }


def _token_of(row: dict[str, Any]) -> Token:
    refresh = row["refresh_token"]
    return Token(
        Secret(str(row["access_token"])),
        Secret(str(refresh)) if refresh else None,
        float(row["expires_at"]),
        float(row["early"]),
        str(row["sign_in"]),
    )
