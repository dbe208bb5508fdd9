"""Access tokens by client credentials (RFC 6749, section 4.4): requested once for all waiting calls, kept until shortly
before they expire, and renewed once after a 401."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
from aiohttp import hdrs

# The largest response of a token endpoint.
_LARGEST = 1 << 20
# How long before it expires a token is renewed, in seconds.
_EARLY = 30.0


class TokenError(Exception):
    """A token endpoint gave no token. The message has no credential."""


class ClientCredentials:
    """The credentials of a client for an OAuth 2 scheme. `token_url` replaces that of the document."""

    def __init__(self, client_id: str, client_secret: str, *, token_url: str | None = None) -> None:
        self._id = client_id
        self._secret = client_secret
        self.token_url = token_url
        self._tokens: dict[tuple[str, tuple[str, ...]], tuple[str, float]] = {}
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return "ClientCredentials(…)"

    async def token(self, session: aiohttp.ClientSession, url: str, scopes: tuple[str, ...]) -> str:
        """A token with these scopes, from this URL."""
        scopes = tuple(sorted(set(scopes)))
        async with self._lock:
            kept = self._tokens.get((url, scopes))
            if kept is not None and time.monotonic() < kept[1]:
                return kept[0]
            token, lifetime = await self._request(session, url, scopes)
            self._tokens[url, scopes] = (token, time.monotonic() + max(lifetime - _EARLY, 0.0))
            return token

    def refused(self, token: str) -> None:
        """Forgets a token that a server refused."""
        self._tokens = {key: kept for key, kept in self._tokens.items() if kept[0] != token}

    async def _request(self, session: aiohttp.ClientSession, url: str, scopes: tuple[str, ...]) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"}
        if scopes:
            form["scope"] = " ".join(scopes)
        # RFC 6749, section 2.3.1: both parts are encoded like a form before they become a login.
        login = aiohttp.BasicAuth(quote_plus(self._id), quote_plus(self._secret))
        headers = {
            hdrs.AUTHORIZATION: login.encode(),
            hdrs.ACCEPT: "application/json",
            hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded",
        }
        try:
            async with session.post(url, data=urlencode(form), headers=headers, allow_redirects=False) as response:
                body = await response.content.read(_LARGEST + 1)
                while len(body) <= _LARGEST and (more := await response.content.read(_LARGEST)):
                    body += more
                return _read(response.status, body)
        except aiohttp.ClientError as error:
            raise TokenError(f"the token endpoint cannot be reached: {type(error).__name__}") from None


def _read(status: int, body: bytes) -> tuple[str, float]:
    if len(body) > _LARGEST:
        raise TokenError("the response of the token endpoint is too large")
    try:
        value: Any = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict) or status != 200:
        code = value.get("error") if isinstance(value, dict) else None
        known = code if isinstance(code, str) and code.isascii() and code.replace("_", "").isalpha() else "no reason"
        raise TokenError(f"the token endpoint answered {status}: {known[:40]}")
    token, kind, lifetime = value.get("access_token"), value.get("token_type"), value.get("expires_in", 0)
    if not isinstance(token, str) or not token or not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenError("the token endpoint gave no bearer token")
    is_number = isinstance(lifetime, (int, float)) and not isinstance(lifetime, bool)
    # Without a lifetime, the token is used for waiting calls only.
    return token, float(lifetime) if is_number else 0.0
