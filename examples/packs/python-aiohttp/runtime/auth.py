"""The credentials of a client: which alternative of an operation is sent, and how.

The first alternative for whose schemes there are credentials is chosen, and only its credentials are sent. If there is
none, the call fails before anything is sent.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from typing import Any, Awaitable, Callable, Mapping
from urllib.parse import urljoin, urlsplit

import aiohttp

from .operation import Access, Scheme, Use
from .parameters import encoded, header_value
from .tokens import ClientCredentials

_TOKEN68 = re.compile(r"[A-Za-z0-9\-._~+/]+=*\Z")
_COOKIE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+\Z")

Credential = Any


class AuthError(Exception):
    """The credentials of the client do not suffice for an operation, or cannot be sent. Nothing was sent."""


class Attachments:
    """The encoded credentials of one alternative."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.query: list[str] = []
        self.cookies: list[str] = []
        self.tokens: list[tuple[ClientCredentials, str]] = []
        self._slots: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        return "Attachments(…)"

    def add(self, scheme: Scheme, value: str) -> None:
        """Adds a value. Two schemes of one place must have the same."""
        if self._slots.setdefault(scheme.slot, value) != value:
            raise AuthError(f"`{scheme.name}` and another scheme are sent in one place, but their values differ")
        if scheme.kind == "apiKey":
            self._add_key(scheme, value)
            return
        word = "Bearer" if scheme.is_bearer else "Basic" if scheme.kind == "basic" else str(scheme.http_scheme)
        self._add_header("Authorization", f"{word} {value}", scheme)

    def _add_key(self, scheme: Scheme, value: str) -> None:
        name = str(scheme.parameter)
        if scheme.place == "query":
            pair = f"{encoded(name)}={encoded(value)}"
            if pair not in self.query:
                self.query.append(pair)
        elif scheme.place == "cookie":
            if not _COOKIE.match(value):
                raise AuthError(f"the credential of `{scheme.name}` has characters that a cookie cannot have")
            if f"{name}={value}" not in self.cookies:
                self.cookies.append(f"{name}={value}")
        else:
            self._add_header(name, value, scheme)

    def _add_header(self, name: str, value: str, scheme: Scheme) -> None:
        try:
            text = header_value(value, f"the credential of `{scheme.name}`")
        except ValueError as error:
            raise AuthError(str(error)) from None
        own = {known.lower(): found for known, found in self.headers.items()}
        if own.get(name.lower(), text) != text:
            raise AuthError(f"`{scheme.name}` and another scheme need the header field `{name}` with different values")
        if name.lower() not in own:
            self.headers[name] = text


class Keyring:
    """The credentials of a client by the name of their scheme."""

    def __init__(self, schemes: tuple[Scheme, ...], credentials: Mapping[str, Credential], base_url: str, is_http_allowed: bool) -> None:
        self._schemes = schemes
        self._credentials = {name: found for name, found in credentials.items() if found is not None}
        self._base_url = base_url
        self._is_http_allowed = is_http_allowed
        unknown = set(self._credentials) - {scheme.name for scheme in schemes}
        if unknown:
            raise ValueError(f"unknown schemes: {', '.join(sorted(unknown))}")

    def __repr__(self) -> str:
        return "Keyring(…)"

    def choose(self, access: Access) -> tuple[Use, ...] | None:
        """The first alternative for which there are credentials; `None` if none are sent."""
        if access.is_public:
            return None
        missing = []
        for alternative in access.alternatives:
            lacking = [self._schemes[use.scheme].name for use in alternative if not self._serving(alternative, use)]
            if alternative and not lacking:
                return alternative
            missing.append(" and ".join(f"`{name}`" for name in lacking))
        if access.allows_anonymous:
            return None
        raise AuthError(f"no credentials; missing {', or '.join(missing)}")

    def _serving(self, alternative: tuple[Use, ...], use: Use) -> list[Scheme]:
        """The schemes with credentials that share their value with this use, including its own."""
        slot = self._schemes[use.scheme].slot
        found = [self._schemes[other.scheme] for other in alternative]
        return [scheme for scheme in found if scheme.slot == slot and scheme.name in self._credentials]

    async def attach(self, alternative: tuple[Use, ...], session: aiohttp.ClientSession) -> Attachments:
        """Encodes the credentials of an alternative."""
        attachments = Attachments()
        for use in alternative:
            scheme = self._schemes[use.scheme]
            if scheme.name in self._credentials:
                # A shared value needs the scopes of all its schemes.
                sharing = [other for other in alternative if self._schemes[other.scheme].slot == scheme.slot]
                scopes = tuple(scope for other in sharing for scope in other.scopes)
                attachments.add(scheme, await self._value(scheme, scopes, session, attachments))
        return attachments

    async def _value(self, scheme: Scheme, scopes: tuple[str, ...], session: aiohttp.ClientSession, attachments: Attachments) -> str:
        credential = self._credentials[scheme.name]
        if scheme.kind == "basic":
            return _login(scheme, credential)
        if isinstance(credential, ClientCredentials):
            if not scheme.is_bearer:
                raise AuthError(f"`{scheme.name}` does not take tokens")
            token = await credential.token(session, self._token_url(scheme, credential), scopes)
            attachments.tokens.append((credential, token))
            credential = token
        elif callable(credential):
            provider: Callable[[tuple[str, ...]], Awaitable[str]] = credential
            credential = await provider(scopes)
        if not isinstance(credential, str) or not credential:
            raise AuthError(f"the credential of `{scheme.name}` must be a text that is not empty")
        if scheme.is_bearer and not _TOKEN68.match(credential):
            raise AuthError(f"the credential of `{scheme.name}` is not a bearer token")
        return credential

    def _token_url(self, scheme: Scheme, credentials: ClientCredentials) -> str:
        url = credentials.token_url or scheme.token_url
        if url is None:
            raise AuthError(f"the document has no token URL for `{scheme.name}`; set `token_url`")
        try:
            return checked_url(urljoin(self._base_url + "/", url), self._is_http_allowed)
        except ValueError as error:
            raise AuthError(f"the token URL of `{scheme.name}`: {error}") from None


def _login(scheme: Scheme, credential: Any) -> str:
    user, password = credential if isinstance(credential, tuple) and len(credential) == 2 else (None, None)
    if not isinstance(user, str) or not isinstance(password, str):
        raise AuthError(f"the credential of `{scheme.name}` must be a user name and a password")
    if ":" in user or any(ord(sign) < 32 or ord(sign) == 127 for sign in user + password):
        raise AuthError(f"the credential of `{scheme.name}` has characters that a login cannot have")
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def checked_url(url: str, is_http_allowed: bool) -> str:
    """The URL without a slash at its end, if credentials may be sent there: over https, or http to this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("expected an https URL with a host")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("the URL must not have a user name, password, query or fragment")
    if parts.scheme == "http" and not is_http_allowed and not _is_loopback(parts.hostname):
        raise ValueError("credentials are sent over https only, or over http to this machine")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
