"""Sends the calls of a client: one request, or two if a token was refused. Redirects and cookies of servers are ignored."""

from __future__ import annotations

import json
import ssl
from typing import Any, Mapping

import aiohttp
import yarl
from aiohttp import hdrs

from .auth import Attachments, AuthError, Credential, Keyring, checked_url
from .bodies import Body, encode
from .codecs import UNSET, DecodeError, Object, Ref
from .media import choose, decoded
from .operation import Content, Operation, Parameter, Scheme
from .parameters import check_spread, cookie_pairs, encoded, header_text, path_text, query_pairs

# The largest response that is read, in bytes.
_LARGEST = 64 << 20


class ApiError(Exception):
    """A response that is not a success. `body` is the decoded body if the document describes it, else bytes."""

    def __init__(self, operation: str, status: int, headers: Mapping[str, str], body: Any) -> None:
        super().__init__(f"`{operation}` failed with status {status}")
        self.operation = operation
        self.status = status
        self.headers = headers
        self.body = body


class Core:
    """The base URL, the credentials and the connections of a client."""

    def __init__(
        self,
        schemes: tuple[Scheme, ...],
        base_url: str,
        credentials: Mapping[str, Credential],
        *,
        allow_http: bool,
        timeout: float,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._base_url = checked_url(base_url, allow_http)
        self._keyring = Keyring(schemes, credentials, self._base_url, allow_http)
        self._keys = tuple((str(scheme.place), str(scheme.parameter)) for scheme in schemes if scheme.kind == "apiKey")
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"Core({self._base_url!r})"

    async def open(self) -> aiohttp.ClientSession:
        """The session. It has no cookie jar, no proxies of the environment and no `.netrc`."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(ssl=self._tls if self._tls is not None else True)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=self._timeout, trust_env=False
            )
        return self._session

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, operation: Operation, values: tuple[Any, ...], body: Any = None, media_type: str | None = None) -> Any:
        """Calls an operation with the values of its parameters, in their order. The default is the first media type."""
        # First, so that nothing is sent and no token is requested for a call that is invalid.
        request = _Request(operation, values, self._keys, _body(operation, body, media_type))
        alternative = self._keyring.choose(operation.access)
        session = await self.open()
        attachments = Attachments() if alternative is None else await self._keyring.attach(alternative, session)
        status, headers, content = await self._send(session, request, attachments)
        if status == 401 and alternative is not None and attachments.tokens:
            for credentials, token in attachments.tokens:
                credentials.refused(token)
            attachments = await self._keyring.attach(alternative, session)
            status, headers, content = await self._send(session, request, attachments)
        return _result(operation, status, headers, content)

    async def _send(self, session: aiohttp.ClientSession, request: _Request, attachments: Attachments) -> tuple[int, Any, bytes]:
        url = yarl.URL(self._base_url + request.target(attachments), encoded=True)
        # aiohttp would send a media type without a body.
        response = await session.request(
            request.operation.method,
            url,
            headers=request.headers(attachments),
            data=request.data(),
            allow_redirects=False,
            skip_auto_headers=(hdrs.CONTENT_TYPE,),
        )
        async with response:
            content = bytearray()
            async for part in response.content.iter_chunked(1 << 16):
                content += part
                if len(content) > _LARGEST:
                    raise DecodeError(f"the response is larger than {_LARGEST} bytes")
            return response.status, response.headers, bytes(content)


class _Request:
    """A call without its credentials."""

    def __init__(
        self, operation: Operation, values: tuple[Any, ...], keys: tuple[tuple[str, str], ...], body: Body | None
    ) -> None:
        self.operation = operation
        self._query: list[str] = []
        self._cookies: list[str] = []
        self._headers: dict[str, str] = {}
        self._body = body
        texts = {}
        for index, (parameter, value) in enumerate(zip(operation.parameters, values, strict=True)):
            if value is None or value is UNSET:
                if parameter.required:
                    raise TypeError(f"`{parameter.name}` is required")
                continue
            if parameter.is_spread:
                check_spread(parameter, value, _taken(operation, parameter, keys))
            if parameter.place == "path":
                texts[index] = path_text(parameter, value)
            elif parameter.place == "query":
                self._query.extend(query_pairs(parameter, value))
            elif parameter.place == "header":
                self._headers[parameter.name] = header_text(parameter, value)
            else:
                self._cookies.extend(cookie_pairs(parameter, value))
        self._path = "".join(texts[segment] if isinstance(segment, int) else segment for segment in operation.segments)
        self._query[:0] = [f"{encoded(name)}={encoded(value)}" for name, value in operation.query]

    def target(self, attachments: Attachments) -> str:
        query = "&".join(self._query + attachments.query)
        return f"{self._path}?{query}" if query else self._path

    def headers(self, attachments: Attachments) -> dict[str, str]:
        headers = {**self._headers}
        if self.operation.accept:
            headers[hdrs.ACCEPT] = self.operation.accept
        if self._body is not None:
            headers[hdrs.CONTENT_TYPE] = self._body.media_type
        cookies = self._cookies + attachments.cookies
        if cookies:
            headers[hdrs.COOKIE] = "; ".join(cookies)
        taken = {name.lower() for name in headers}
        for name, value in attachments.headers.items():
            if name.lower() in taken:
                raise AuthError(f"a parameter and a credential need the header field `{name}`")
            headers[name] = value
        return headers

    def data(self) -> bytes | None:
        return None if self._body is None else self._body.data


def _taken(operation: Operation, parameter: Parameter, keys: tuple[tuple[str, str], ...]) -> set[str]:
    """The names whose pairs do not belong to an exploded object: those of other parameters, fixed pairs and API keys."""
    own = _properties(parameter)
    others = (other for other in operation.parameters if other.place == parameter.place and other is not parameter)
    taken = {name for other in others for name in (_properties(other) if other.is_spread else (other.name,))}
    if parameter.place == "query":
        taken.update(name for name, _ in operation.query)
    taken.difference_update(own)
    taken.update(name for place, name in keys if place == parameter.place)
    return taken


def _properties(parameter: Parameter) -> tuple[str, ...]:
    codec = parameter.codec
    while isinstance(codec, Ref):
        codec = codec.target()
    return codec.names if isinstance(codec, Object) else ()


def _body(operation: Operation, value: Any, media_type: str | None) -> Body | None:
    """The encoded body."""
    if value is None:
        if operation.body_required:
            raise TypeError("the body is required")
        return None
    if not operation.bodies:
        raise TypeError(f"`{operation.id}` has no body")
    names = [content.media_type for content in operation.bodies]
    if media_type is not None and media_type not in names:
        raise ValueError(f"`{operation.id}` does not take {media_type}; expected one of {', '.join(names)}")
    return encode(operation.bodies[0 if media_type is None else names.index(media_type)], value)


def _result(operation: Operation, status: int, headers: Any, content: bytes) -> Any:
    documented = operation.contents(status)
    if 200 <= status < 300:
        return _decoded(documented, headers, content)
    try:
        body = _decoded(documented, headers, content)
    except DecodeError:
        body = content
    raise ApiError(operation.id, status, headers, body)


def _decoded(documented: tuple[Content, ...], headers: Any, content: bytes) -> Any:
    if not documented or not content:
        return content or None
    came = headers.get(hdrs.CONTENT_TYPE, "")
    names = [form.named or form.media_type for form in documented]
    index = choose(came, names) if came else 0
    if index is None:
        raise DecodeError("the media type of the response is not one of its documented ones")
    own = documented[index]
    if own.encoding not in ("json", "text"):
        return content
    try:
        text = decoded(content, came)
        value = json.loads(text) if own.encoding == "json" else text
    except ValueError:
        raise DecodeError("the body of the response does not have its media type") from None
    return own.codec.decode(value, "body") if own.encoding == "json" else value
