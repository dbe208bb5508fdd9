"""Sends the calls of a client: one request, or two if a token was refused. Redirects and cookies of servers are ignored."""

from __future__ import annotations

import json
import ssl
from typing import Any, Mapping
from urllib.parse import urlencode

import aiohttp
import yarl
from aiohttp import hdrs

from .auth import Attachments, AuthError, Credential, Keyring, checked_url
from .codecs import UNSET, DecodeError, File
from .operation import Content, Operation, Scheme
from .parameters import cookie_pairs, header_text, path_text, plain, query_pairs

# The largest response that is read, in bytes.
_LARGEST = 64 << 20


class ApiError(Exception):
    """A response that is not a success. `body` is the decoded body if the document describes it, else bytes."""

    def __init__(self, operation: str, status: int, headers: Mapping[str, str], body: Any) -> None:
        super().__init__(f"`{operation}` was answered with status {status}")
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

    async def call(self, operation: Operation, values: tuple[Any, ...], body: Any = None) -> Any:
        """Calls an operation with the values of its parameters, in their order."""
        # First, so that nothing is sent and no token is requested for a call that is invalid.
        request = _Request(operation, values, body)
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
        response = await session.request(
            request.operation.method, url, headers=request.headers(attachments), data=request.data(), allow_redirects=False
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

    def __init__(self, operation: Operation, values: tuple[Any, ...], body: Any) -> None:
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
            elif parameter.place == "path":
                texts[index] = path_text(parameter, value)
            elif parameter.place == "query":
                self._query.extend(query_pairs(parameter, value))
            elif parameter.place == "header":
                self._headers[parameter.name] = header_text(parameter, value)
            else:
                self._cookies.extend(cookie_pairs(parameter, value))
        self._path = "".join(texts[segment] if isinstance(segment, int) else segment for segment in operation.segments)
        self._query[:0] = [urlencode([pair]) for pair in operation.query]
        if body is None and operation.body_required:
            raise TypeError("the body is required")
        self.data()

    def target(self, attachments: Attachments) -> str:
        query = "&".join(self._query + attachments.query)
        return f"{self._path}?{query}" if query else self._path

    def headers(self, attachments: Attachments) -> dict[str, str]:
        headers = {**self._headers}
        content = self.operation.body
        if self._body is not None and content is not None and content.encoding != "multipart":
            headers[hdrs.CONTENT_TYPE] = content.media_type
        cookies = self._cookies + attachments.cookies
        if cookies:
            headers[hdrs.COOKIE] = "; ".join(cookies)
        taken = {name.lower() for name in headers}
        for name, value in attachments.headers.items():
            if name.lower() in taken:
                raise AuthError(f"a parameter and a credential need the header field `{name}`")
            headers[name] = value
        return headers

    def data(self) -> Any:
        content = self.operation.body
        if self._body is None:
            return None
        if content is None:
            raise TypeError(f"`{self.operation.id}` has no body")
        if content.encoding == "text":
            return str(self._body).encode()
        if content.encoding == "bytes":
            return bytes(self._body)
        value = content.codec.encode(self._body)
        if content.encoding == "json":
            return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        return _form(value) if content.encoding == "form" else _multipart(value)


def _form(value: dict[str, Any]) -> bytes:
    pairs = [(name, item) for name, found in value.items() for item in (found if isinstance(found, list) else [found])]
    return urlencode([(name, plain(item)) for name, item in pairs]).encode()


def _multipart(value: dict[str, Any]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, found in value.items():
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, File):
                form.add_field(name, item.content, filename=item.filename, content_type=item.media_type)
            elif isinstance(item, dict):
                form.add_field(name, json.dumps(item, allow_nan=False), content_type="application/json")
            else:
                form.add_field(name, plain(item))
    return form


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
    found = headers.get(hdrs.CONTENT_TYPE, "").split(";")[0].strip().lower()
    own = next((form for form in documented if form.media_type.split(";")[0].lower() == found), documented[0])
    if own.encoding == "bytes":
        return content
    try:
        text = content.decode()
        value = json.loads(text) if own.encoding == "json" else text
    except ValueError:
        raise DecodeError("the body of the response does not have its media type") from None
    return own.codec.decode(value, "body") if own.encoding == "json" else value
