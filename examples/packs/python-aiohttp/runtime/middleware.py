"""Authenticates the requests of an aiohttp server by the security requirements of the document.

A request reaches its handler only if its route is an operation of the document and an alternative of that operation is met.
Everything else is refused: routes that the document does not have, credentials that are malformed, doubled, unverified or
without the required scopes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import dataclasses
import re
from typing import Any, Awaitable, Callable, Mapping
from urllib.parse import unquote_to_bytes, urlsplit

from aiohttp import hdrs, web

from .operation import Access, Operation, Scheme, Use

# How long a verifier may take, in seconds.
_TIMEOUT = 10.0
_TOKEN68 = re.compile(r"[A-Za-z0-9\-._~+/]+=*\Z")
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Schemes whose credentials browsers store and send by themselves.
_SENT_BY_BROWSERS = {
    "basic", "concealed", "digest", "hoba", "mutual", "negotiate", "ntlm", "privatetoken", "scram-sha-1", "scram-sha-256",
}  # fmt: skip

PRINCIPALS = "keystub.principals"


class Invalid(Exception):
    """Raised by a verifier: the credential is invalid. The reason is sent to the caller, so it must be a fixed text."""

    def __init__(self, reason: str = "invalid") -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(Exception):
    """Raised by a verifier: the credential cannot be checked at present."""


@dataclasses.dataclass(frozen=True)
class Granted:
    """What a verifier returns for a valid credential: who presented it, and the scopes that it carries."""

    principal: Any
    scopes: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Login:
    """A user name and a password (RFC 7617)."""

    user: str
    password: str = dataclasses.field(repr=False)


Verifier = Callable[[Any], Awaitable[Granted]]


class _Malformed(Exception):
    """The credential does not have the syntax of its scheme, or occurs more than once."""


@dataclasses.dataclass(frozen=True)
class _Outcome:
    """What is known about a scheme: `absent`, `malformed`, `invalid`, `unavailable` or `granted`."""

    state: str
    reason: str = ""
    granted: Granted | None = None


def principals(request: web.Request) -> dict[str, Any]:
    """Who made the request, by the scheme of each credential of the alternative that was met; empty if nobody is known."""
    return dict(request[PRINCIPALS])


class Authentication:
    """A middleware: `web.Application(middlewares=[Authentication(…)])`."""

    __middleware_version__ = 1

    def __init__(
        self,
        schemes: tuple[Scheme, ...],
        operations: tuple[Operation, ...],
        verifiers: Mapping[str, Verifier],
        *,
        base_path: str = "",
        trusted_origins: tuple[str, ...] = (),
    ) -> None:
        missing = [scheme.name for scheme in schemes if not callable(verifiers.get(scheme.name))]
        if missing:
            raise ValueError(f"no verifier for {', '.join(missing)}")
        unknown = set(verifiers) - {scheme.name for scheme in schemes}
        if unknown:
            raise ValueError(f"unknown schemes: {', '.join(sorted(unknown))}")
        self._schemes = schemes
        self._verifiers = dict(verifiers)
        self._trusted_origins = trusted_origins
        self._operations: dict[tuple[str, str], list[Operation]] = {}
        for operation in operations:
            template = _normal(base_path.rstrip("/") + operation.template)
            self._operations.setdefault((operation.method, template), []).append(operation)

    async def __call__(self, request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]) -> Any:
        operation = self._operation(request)
        if operation is None:
            return _refusal(404, "Not Found")
        if operation.access.is_public:
            request[PRINCIPALS] = {}
            return await handler(request)
        outcomes = await self._outcomes(operation, request)
        decision = self._decide(operation.access, outcomes)
        if isinstance(decision, web.Response):
            return decision
        request[PRINCIPALS] = {
            self._schemes[use.scheme].name: outcomes[use.scheme].granted.principal for use in decision  # type: ignore[union-attr]
        }
        return await handler(request)

    def _operation(self, request: web.Request) -> Operation | None:
        """The operation of the route that aiohttp found, so that both agree on what is called."""
        resource = request.match_info.route.resource
        if resource is None:
            return None
        template = _normal(resource.canonical)
        # A parameter of an operation is one segment of the path.
        if request.rel_url.raw_path.count("/") != template.count("/"):
            return None
        method = request.method
        found = self._operations.get((method, template))
        if method == hdrs.METH_HEAD:
            # aiohttp may respond to HEAD with the handler of GET, which then needs the access of GET.
            handler = request.match_info.route.handler
            is_get = any(route.method == hdrs.METH_GET and route.handler is handler for route in resource)
            if is_get or found is None:
                found = self._operations.get((hdrs.METH_GET, template))
        return _by_query(found or [], _pairs(request))

    async def _outcomes(self, operation: Operation, request: web.Request) -> dict[int, _Outcome]:
        outcomes: dict[int, _Outcome] = {}
        for alternative in operation.access.alternatives:
            for use in alternative:
                if use.scheme not in outcomes:
                    outcomes[use.scheme] = await self._outcome(operation, self._schemes[use.scheme], request)
        return outcomes

    async def _outcome(self, operation: Operation, scheme: Scheme, request: web.Request) -> _Outcome:
        try:
            credential = _presented(scheme, request)
            if credential is None:
                return _Outcome("absent")
            if _is_sent_by_browsers(scheme, request) and self._is_forged(request):
                return _Outcome("invalid", "cross-site request")
            if scheme.is_bearer and self._has_token_in_query(operation, request):
                raise _Malformed
        except _Malformed:
            return _Outcome("malformed")
        try:
            granted = await asyncio.wait_for(self._verifiers[scheme.name](credential), _TIMEOUT)
        except Invalid as error:
            return _Outcome("invalid", error.reason)
        except (Unavailable, asyncio.TimeoutError):
            return _Outcome("unavailable")
        if not isinstance(granted, Granted):
            raise TypeError(f"the verifier of `{scheme.name}` must return Granted or raise Invalid or Unavailable")
        return _Outcome("granted", granted=granted)

    def _decide(self, access: Access, outcomes: dict[int, _Outcome]) -> tuple[Use, ...] | web.Response:
        """The first alternative that is met with its scopes, or the refusal."""

        def is_granted(use: Use) -> bool:
            return outcomes[use.scheme].granted is not None

        def is_covered(use: Use) -> bool:
            granted = outcomes[use.scheme].granted
            return granted is not None and set(use.scopes) <= set(granted.scopes)

        for alternative in access.alternatives:
            if alternative and all(is_covered(use) for use in alternative):
                return alternative
        states = {outcome.state for outcome in outcomes.values()}
        if access.allows_anonymous and states <= {"absent"}:
            return ()
        lacks_scopes = any(alternative and all(map(is_granted, alternative)) for alternative in access.alternatives)
        if "unavailable" in states:
            return _refusal(503, "Service Unavailable")
        status = 400 if "malformed" in states else 403 if lacks_scopes else 401
        title = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden"}[status]
        return _refusal(status, title, self._challenges(status, access, outcomes))

    def _challenges(self, status: int, access: Access, outcomes: dict[int, _Outcome]) -> list[str]:
        found: list[str] = []
        for alternative in access.alternatives:
            for use in alternative:
                challenge = _challenge(status, self._schemes[use.scheme], use, outcomes[use.scheme])
                if challenge is not None and challenge not in found:
                    found.append(challenge)
        return found

    def _is_forged(self, request: web.Request) -> bool:
        """Whether a page of another site may have made the browser send the request with its credentials."""
        if request.method in _SAFE:
            return False
        origins = request.headers.getall(hdrs.ORIGIN, [])
        if len(origins) == 1 and origins[0] in self._trusted_origins:
            return False
        sites = request.headers.getall("Sec-Fetch-Site", [])
        if sites:
            return any(site not in ("same-origin", "none") for site in sites)
        try:
            return any(urlsplit(origin).netloc.lower() != request.host.lower() for origin in origins)
        except ValueError:
            return True

    def _has_token_in_query(self, operation: Operation, request: web.Request) -> bool:
        """Whether a second bearer token is in the query (RFC 6750, section 2.3)."""
        declared = any(parameter.place == "query" and parameter.name == "access_token" for parameter in operation.parameters)
        keys = {self._schemes[use.scheme] for alternative in operation.access.alternatives for use in alternative}
        declared = declared or any(key.place == "query" and key.parameter == "access_token" for key in keys)
        return not declared and any(name == "access_token" for name, _ in _pairs(request))


def _normal(template: str) -> str:
    """A path whose parameters have no names."""
    return re.sub(r"\{[^{}]*\}", "{}", template)


def _pairs(request: web.Request) -> list[tuple[str, str]]:
    """The pairs of the query. One that is not UTF-8 has a name that no operation has."""
    pairs = []
    for pair in request.rel_url.raw_query_string.split("&"):
        name, _, value = pair.partition("=")
        try:
            pairs.append((_decoded(name), _decoded(value)))
        except UnicodeDecodeError:
            pairs.append((_decoded_or_raw(name), "\0"))
    return pairs


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode()


def _decoded_or_raw(text: str) -> str:
    try:
        return _decoded(text)
    except UnicodeDecodeError:
        return "\0"


def _by_query(operations: list[Operation], pairs: list[tuple[str, str]]) -> Operation | None:
    """The operation with the most fixed pairs that the query has; none if there is not exactly one."""
    fitting = [operation for operation in operations if all(pair in pairs for pair in operation.query)]
    most = max((len(operation.query) for operation in fitting), default=0)
    best = [operation for operation in fitting if len(operation.query) == most]
    return best[0] if len(best) == 1 else None


def _presented(scheme: Scheme, request: web.Request) -> Any:
    """The credential in the place of a scheme; none if there is none."""
    if scheme.kind != "apiKey":
        word = "Bearer" if scheme.is_bearer else "Basic" if scheme.kind == "basic" else str(scheme.http_scheme)
        value = _authorization(request, word)
        if value is None:
            return None
        if scheme.kind == "basic":
            return _login(value)
        if not value or scheme.is_bearer and not _TOKEN68.match(value):
            raise _Malformed
        return value
    name = str(scheme.parameter)
    if scheme.place == "header":
        found = [value.strip(" \t") for value in request.headers.getall(name, [])]
    elif scheme.place == "query":
        found = [value for own, value in _pairs(request) if own == name]
    else:
        found = _cookies(request, name)
    if not found:
        return None
    if len(found) > 1 or not found[0] or found[0] == "\0":
        raise _Malformed
    return found[0]


def _cookies(request: web.Request, name: str) -> list[str]:
    pairs = [pair.strip(" \t") for header in request.headers.getall(hdrs.COOKIE, []) for pair in header.split(";")]
    return [value for own, _, value in (pair.partition("=") for pair in pairs) if own == name]


def _authorization(request: web.Request, word: str) -> str | None:
    """What is after the name of the scheme in `Authorization`; none if it has another scheme."""
    found = request.headers.getall(hdrs.AUTHORIZATION, [])
    if not found:
        return None
    if len(found) > 1:
        raise _Malformed
    name, _, value = found[0].strip(" \t").partition(" ")
    return value.lstrip(" ") if name.lower() == word.lower() else None


def _login(value: str) -> Login:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _Malformed from None
    user, colon, password = text.partition(":")
    if not colon or any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text):
        raise _Malformed
    return Login(user, password)


def _is_sent_by_browsers(scheme: Scheme, request: web.Request) -> bool:
    if scheme.kind == "basic" or scheme.place == "cookie":
        return True
    if scheme.kind == "http":
        return str(scheme.http_scheme).lower() in _SENT_BY_BROWSERS
    if scheme.place == "header" and str(scheme.parameter).lower() == "cookie":
        return True
    if scheme.place == "header" and str(scheme.parameter).lower() == "authorization":
        words = [value.split(" ")[0].lower() for value in request.headers.getall(hdrs.AUTHORIZATION, [])]
        return any(word in _SENT_BY_BROWSERS for word in words)
    return False


def _challenge(status: int, scheme: Scheme, use: Use, outcome: _Outcome) -> str | None:
    """The challenge of a scheme (RFC 9110, section 11.6.1). Only bearer challenges express other statuses than 401."""
    if scheme.is_bearer:
        parameters = _bearer_challenge(status, use, outcome)
        return None if parameters is None else _written("Bearer", {"realm": "api", **parameters})
    if status != 401:
        return None
    if scheme.kind == "basic":
        return _written("Basic", {"realm": "api", "charset": "UTF-8"})
    if scheme.kind == "apiKey":
        return _written("ApiKey", {"realm": "api", "in": str(scheme.place), "name": str(scheme.parameter)})
    word = str(scheme.http_scheme)
    return word if word.lower() in ("negotiate", "ntlm") else _written(word, {"realm": "api"})


def _bearer_challenge(status: int, use: Use, outcome: _Outcome) -> dict[str, str] | None:
    """RFC 6750, section 3.1."""
    scope = {"scope": " ".join(use.scopes)} if use.scopes else {}
    if status == 400:
        return {"error": "invalid_request"} if outcome.state == "malformed" else None
    if status == 403:
        lacks_scope = outcome.granted is not None and not set(use.scopes) <= set(outcome.granted.scopes)
        return {"error": "insufficient_scope", "scope": " ".join(use.scopes)} if lacks_scope else None
    if outcome.state == "invalid":
        return {"error": "invalid_token", "error_description": outcome.reason}
    return scope


def _written(word: str, parameters: dict[str, str]) -> str:
    def quoted(text: str) -> str:
        visible = "".join(sign for sign in text if 32 <= ord(sign) < 127)
        return '"' + visible.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return f"{word} " + ", ".join(f"{name}={quoted(value)}" for name, value in parameters.items())


def _refusal(status: int, title: str, challenges: list[str] | None = None) -> web.Response:
    """A problem (RFC 9457)."""
    response = web.json_response(
        {"title": title, "status": status}, status=status, content_type="application/problem+json"
    )
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    for challenge in challenges or []:
        response.headers.add(hdrs.WWW_AUTHENTICATE, challenge)
    return response
