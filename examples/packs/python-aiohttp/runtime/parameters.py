"""Parameters as they are sent (OpenAPI 3.0.3, section 4.7.12)."""

from __future__ import annotations

import json
from typing import Any, Iterable
from urllib.parse import quote

from .operation import Parameter

_RESERVED = ":/?[]@!$'()*,;"


def encoded(text: str) -> str:
    """A text in which only unreserved characters are not percent-encoded (RFC 3986, section 2.3)."""
    return quote(text, safe="-._~")


def plain(value: Any) -> str:
    """A scalar as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise TypeError("a list or object inside of a parameter has no documented form")
    return str(value)


def path_text(parameter: Parameter, value: Any) -> str:
    """A value in the path. It cannot be empty, `.` or `..`, which would change the path."""
    value = parameter.codec.encode(value)
    if parameter.style == "json":
        return encoded(json.dumps(value))
    if parameter.style == "matrix":
        text = _matrix(parameter, value)
    else:
        separator = "." if parameter.style == "label" and parameter.explode else ","
        text = ("." if parameter.style == "label" else "") + separator.join(_parts(parameter, value))
    if text in ("", ".", "..") or text == ";":
        raise ValueError(f"the path parameter `{parameter.name}` must not be empty, `.` or `..`")
    return text


def _parts(parameter: Parameter, value: Any) -> list[str]:
    if isinstance(value, list):
        return [encoded(plain(item)) for item in value]
    if isinstance(value, dict):
        pairs = [(encoded(name), encoded(plain(item))) for name, item in value.items()]
        if parameter.explode:
            return [f"{name}={item}" for name, item in pairs]
        return [text for pair in pairs for text in pair]
    return [encoded(plain(value))]


def _matrix(parameter: Parameter, value: Any) -> str:
    name = encoded(parameter.name)
    if isinstance(value, dict) and parameter.explode:
        return "".join(f";{encoded(key)}={encoded(plain(item))}" for key, item in value.items())
    if isinstance(value, list) and parameter.explode:
        return "".join(f";{name}={encoded(plain(item))}" for item in value)
    return f";{name}=" + ",".join(_parts(parameter, value))


def query_pairs(parameter: Parameter, value: Any) -> Iterable[str]:
    """The pairs of a query parameter, or of a field of a form."""
    value = parameter.codec.encode(value)
    name = encoded(parameter.name)

    def text(item: Any) -> str:
        if parameter.allow_reserved:
            return quote(plain(item), safe="-._~" + _RESERVED)
        return encoded(plain(item))

    if parameter.style == "json":
        return [f"{name}={encoded(json.dumps(value))}"]
    if parameter.style == "deepObject":
        if not isinstance(value, dict):
            raise TypeError(f"`{parameter.name}` must be an object")
        return [f"{name}%5B{encoded(key)}%5D={text(item)}" for key, item in value.items()]
    if isinstance(value, list):
        if parameter.explode:
            return [f"{name}={text(item)}" for item in value]
        separator = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
        return [f"{name}=" + separator.join(encoded(plain(item)) for item in value)]
    if isinstance(value, dict):
        if parameter.explode:
            return [f"{encoded(key)}={text(item)}" for key, item in value.items()]
        return [f"{name}=" + ",".join(part for key, item in value.items() for part in (encoded(key), text(item)))]
    return [f"{name}={text(value)}"]


def header_text(parameter: Parameter, value: Any) -> str:
    """A value in a header field; it has no line ends or control characters."""
    value = parameter.codec.encode(value)
    if parameter.style == "json":
        text = json.dumps(value)
    elif isinstance(value, list):
        text = ",".join(plain(item) for item in value)
    elif isinstance(value, dict):
        join = "=" if parameter.explode else ","
        text = ",".join(f"{key}{join}{plain(item)}" for key, item in value.items())
    else:
        text = plain(value)
    return header_value(text, f"the header parameter `{parameter.name}`")


def header_value(text: str, what: str) -> str:
    """The text, if it can be the value of a header field (RFC 9110, section 5.5)."""
    if any(ord(sign) < 32 or ord(sign) > 126 for sign in text) or text != text.strip():
        raise ValueError(f"{what} has characters that a header field cannot have")
    return text


def cookie_pairs(parameter: Parameter, value: Any) -> Iterable[str]:
    """The pairs of a cookie parameter."""
    return query_pairs(parameter, value)
