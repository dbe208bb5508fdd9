"""Bodies of requests: JSON, forms, multipart forms, texts and bytes."""

from __future__ import annotations

import dataclasses
import re
import secrets
from typing import Any

from .codecs import UNSET, File, Part
from .media import fit, is_json
from .operation import Content, PartRule
from .parameters import encoded, json_text, part_header_text, part_header_value, plain, query_pairs


@dataclasses.dataclass(frozen=True)
class Body:
    """The encoded body of a request."""

    media_type: str
    data: bytes


def encode(content: Content, value: Any) -> Body:
    """Encodes a body.

    Raises `TypeError` or `ValueError` if the value cannot be sent.
    """
    if content.encoding == "text":
        if not isinstance(value, str):
            raise TypeError(f"expected a text for {content.media_type}, found {type(value).__name__}")
        return Body(content.media_type, value.encode())
    if content.encoding == "bytes":
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise TypeError(f"expected bytes for {content.media_type}, found {type(value).__name__}")
        return Body(content.media_type, bytes(value))
    found = content.codec.encode(value)
    if content.encoding == "json":
        return Body(content.media_type, json_text(found).encode())
    if not isinstance(found, dict):
        raise TypeError(f"expected an object for {content.media_type}")
    return _form(content, found) if content.encoding == "form" else _multipart(content, found)


def _form(content: Content, value: dict[str, Any]) -> Body:
    """A form: a pair for each property, or for each item of a list; others in the style of their `encoding`."""
    fields = {field.name: field for field in content.fields}
    pairs: list[str] = []
    for name, found in value.items():
        if found is None or found is UNSET:
            continue
        if name in fields:
            pairs.extend(query_pairs(fields[name], found))
        else:
            pairs.extend(f"{encoded(name)}={encoded(plain(item))}" for item in _items(found))
    return Body(content.media_type, "&".join(pairs).encode())


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclasses.dataclass(frozen=True)
class _Piece:
    """A part of a multipart body."""

    name: str
    filename: str | None
    media_type: str | None
    lines: str
    content: bytes

    def head(self) -> str:
        disposition = f'form-data; name="{_quoted(self.name)}"'
        if self.filename is not None:
            disposition += f'; filename="{_quoted(self.filename)}"'
        kind = "" if self.media_type is None else f"Content-Type: {self.media_type}\r\n"
        return f"Content-Disposition: {disposition}\r\n{kind}{self.lines}\r\n"


def _multipart(content: Content, value: dict[str, Any]) -> Body:
    rules = {rule.name: rule for rule in content.parts}
    pieces = [
        _piece(rules.get(name, PartRule(name)), item)
        for name, found in value.items()
        if found is not None and found is not UNSET
        for item in _parts(found)
    ]
    # 128 random bits: no part can contain it, except by chance.
    boundary = f"part-{secrets.token_hex(16)}"
    data = bytearray()
    for piece in pieces:
        data += f"--{boundary}\r\n{piece.head()}".encode() + piece.content + b"\r\n"
    data += f"--{boundary}--\r\n".encode()
    return Body(f"multipart/form-data; boundary={boundary}", bytes(data))


def _parts(found: Any) -> list[Any]:
    """The items of a list are parts with one name; those of the list within a part have its header fields."""
    if isinstance(found, Part) and isinstance(found.content, list):
        return [Part(item, found.headers) for item in found.content]
    return _items(found)


def _piece(rule: PartRule, item: Any) -> _Piece:
    lines = ""
    if isinstance(item, Part):
        lines = _lines(rule, item.headers)
        item = item.content
    elif any(field.required for field in rule.headers):
        raise TypeError(f"the part `{rule.name}` needs its header fields: use `Part`")
    if isinstance(item, File):
        return _file(rule, item, lines)
    kind = rule.sent_as
    if isinstance(item, str) and not (kind is not None and is_json(kind)):
        return _Piece(rule.name, None, kind, lines, item.encode())
    if kind is None and isinstance(item, (dict, list)):
        kind = "application/json"
    return _Piece(rule.name, None, kind, lines, json_text(item).encode())


def _file(rule: PartRule, file: File, lines: str) -> _Piece:
    kind = file.media_type or rule.sent_as or "application/octet-stream"
    allowed = rule.allowed
    if allowed and not any(fit(kind, named) > 0 for named in allowed):
        raise ValueError(f"part `{rule.name}`: set the media type of its file to one of {', '.join(allowed)}")
    part_header_value(kind, f"the media type of the part `{rule.name}`")
    return _Piece(rule.name, rule.name if file.filename is None else file.filename, kind, lines, file.content)


def _lines(rule: PartRule, headers: Any) -> str:
    fields = [field for field in rule.headers if headers.get(field.name) is not None]
    return "".join(f"{field.name}: {part_header_text(field, headers[field.name])}\r\n" for field in fields)


_ENCODED = re.compile(r"%(?=(?:25)*(?:22|0[Dd]|0[Aa]))")


def _quoted(text: str) -> str:
    """Quotes and line ends are encoded as browsers do (HTML, multipart/form-data encoding algorithm); so is the percent sign
    of what looks encoded already."""
    text = _ENCODED.sub("%25", text)
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
