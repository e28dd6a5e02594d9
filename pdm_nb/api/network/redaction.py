"""Replaces known secrets in what comes from outside, before it is shown, logged or stored.

A service, or a gateway in front of it, may repeat what it was sent in its refusals. Secrets are also found as JSON, HTML
and URLs write them.
"""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import httpx2

SHORTEST = 8  # characters: shorter texts are in every response
REPLACED = "(secret)"


class Redaction:
    """The secrets of one sign-in, old tokens included."""

    def __init__(self) -> None:
        self._needles: dict[bytes, None] = {}

    def __repr__(self) -> str:
        return f"<Redaction of {len(self._needles)} texts>"

    def add(self, *secrets: str | None) -> None:
        """From now on, replace these texts too."""
        for secret in secrets:
            if secret is not None and len(secret) >= SHORTEST:
                as_json = json.dumps(secret)[1:-1]
                for text in (
                    secret, as_json, as_json.replace("/", "\\/"), html.escape(secret), quote(secret, safe=""),
                    quote_plus(secret), json.dumps(secret, ensure_ascii=False)[1:-1],
                ):  # fmt: skip
                    self._needles[text.encode(errors="replace")] = None

    def of_bytes(self, data: bytes) -> bytes:
        """Return the bytes without secrets."""
        for needle in tuple(self._needles):
            if needle in data:
                data = data.replace(needle, REPLACED.encode())
        return data

    def of_text(self, text: str) -> str:
        """Return the text without secrets."""
        return self.of_bytes(text.encode(errors="surrogatepass")).decode(errors="surrogatepass")

    def of_response(self, response: httpx2.Response) -> httpx2.Response:
        """Return the response without secrets; the same one if it has none."""
        body = self.of_bytes(response.content)
        headers = [(name, self.of_bytes(text)) for name, text in response.headers.raw]
        if body is response.content and headers == response.headers.raw:
            return response
        return httpx2.Response(response.status_code, headers=headers, content=body)
