"""Parameters as they are sent (OpenAPI 3.0.4, section 4.7.12; RFC 6570 where OpenAPI does not define it)."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterable
from urllib.parse import quote

from .operation import Parameter

_UNRESERVED = "-._~"
# With `allowReserved`: what a query may contain, except `&`, `+` and, between items, the comma.
_ITEM_ALLOWED = _UNRESERVED + ":/?@!$()*;="
_ALLOWED = _ITEM_ALLOWED + ","
_TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")

# The most brackets in the name of a pair of the style `deepObject`.
_DEEPEST = 16


def encoded(text: str) -> str:
    """A text in which only unreserved characters are not percent-encoded (RFC 3986, section 2.3)."""
    return quote(text, safe=_UNRESERVED)


def _with_triples(text: str, safe: str) -> str:
    """A text in which allowed characters and percent-encoded triples stay (RFC 6570, section 3.2.3)."""
    return "".join(piece if _TRIPLE.fullmatch(piece) else quote(piece, safe=safe) for piece in _TRIPLE.split(text))


def json_text(value: Any) -> str:
    """A value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plain(value: Any) -> str:
    """A scalar as text; JSON for deeper levels, for which no style is defined."""
    if isinstance(value, str):
        return value
    return "" if value is None else json_text(value)


class _Pairs(list[tuple[str, str]]):
    """The properties of an object."""


_Pieces = str | list[str] | _Pairs


def _pieces(parameter: Parameter, value: Any) -> _Pieces:
    """A value as sent in JSON, split into texts."""
    pieces = _split(parameter, value)
    _check_separable(parameter, pieces)
    return pieces


def _split(parameter: Parameter, value: Any) -> _Pieces:
    if parameter.style == "json":
        if parameter.shape != "array":
            return json_text(value)
        return [json_text(item) for item in (value if isinstance(value, list) else [value])]
    if parameter.style == "deepObject":
        if not isinstance(value, dict):
            raise TypeError(f"`{parameter.name}` must be an object")
        return _Pairs(_deep(parameter, "", value, 0))
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return plain(value)
    if parameter.is_spread and parameter.or_scalar and parameter.name in value:
        raise ValueError(f"a key of `{parameter.name}` is its own name, which is read as its single value")
    pairs = _Pairs()
    for key, item in value.items():
        if isinstance(item, list) and parameter.is_spread:
            pairs.extend((key, plain(inner)) for inner in item)
        elif item is not None:
            pairs.append((key, plain(item)))
    return pairs


def _deep(parameter: Parameter, at: str, value: Any, depth: int) -> Iterable[tuple[str, str]]:
    """The pairs of an object in brackets: `key][inner`, without the first and the last bracket."""
    if depth > _DEEPEST:
        raise ValueError(f"`{parameter.name}` is nested too deep")
    if isinstance(value, dict):
        for key, item in value.items():
            if not key or "[" in key or "]" in key:
                raise ValueError(f"`{parameter.name}`: a key in brackets must not be empty or contain a bracket")
            yield from _deep(parameter, f"{at}][{key}" if at else key, item, depth + 1)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            pairs = list(_deep(parameter, f"{at}][{index}", item, depth + 1))
            if not pairs:
                raise ValueError(f"`{parameter.name}`: an item of a list must not be empty")
            yield from pairs
    elif isinstance(value, list):
        yield from ((at, plain(item)) for item in value)
    elif value is not None:
        yield at, plain(value)


def _check_separable(parameter: Parameter, pieces: _Pieces) -> None:
    """Checks that no item contains the separator, as it would be read as two items."""
    if parameter.style == "simple" and parameter.place == "header":
        separator = ","
    elif parameter.style in ("spaceDelimited", "pipeDelimited") and not parameter.explode:
        separator = " " if parameter.style == "spaceDelimited" else "|"
    else:
        return
    has_items = parameter.or_scalar or not isinstance(pieces, str)
    texts = [pieces] if isinstance(pieces, str) else list(_texts(pieces))
    # With `allowReserved`, a triple is sent as it is, and read as the separator.
    triple = f"%{ord(separator):02X}"
    if has_items and any(separator in text for text in texts):
        raise ValueError(f"`{parameter.name}`: an item contains the separator of the items")
    if parameter.allow_reserved and any(triple in text.upper() for text in texts):
        raise ValueError(f"`{parameter.name}`: an item contains the separator of the items")
    if isinstance(pieces, _Pairs) and parameter.explode and any("=" in key for key, _ in pieces):
        raise ValueError(f"`{parameter.name}`: a key must not contain an equals sign")


def _texts(pieces: list[str] | _Pairs) -> Iterable[str]:
    for piece in pieces:
        yield from (piece,) if isinstance(piece, str) else piece


def _joined(explode: bool, pieces: _Pieces, separator: str, encode: Callable[[str], str]) -> str:
    if isinstance(pieces, str):
        return encode(pieces)
    if isinstance(pieces, _Pairs):
        inner = "=" if explode else separator
        return separator.join(f"{encode(key)}{inner}{encode(text)}" for key, text in pieces)
    return separator.join(encode(item) for item in pieces)


def path_text(parameter: Parameter, value: Any) -> str:
    """A value in the path. It cannot be empty, `.` or `..`, which would change the path."""
    pieces = _pieces(parameter, parameter.codec.encode(value))
    if parameter.style == "matrix":
        text = _matrix(parameter, pieces)
    elif parameter.style == "label":
        separator = "." if parameter.explode else ","
        text = "." + _joined(parameter.explode, pieces, separator, lambda part: encoded(part).replace(".", "%2E"))
    else:
        text = _joined(parameter.explode, pieces, ",", encoded)
    is_dots = parameter.style != "matrix" and isinstance(pieces, str) and pieces in ("", ".", "..")
    if is_dots or text in ("", ".", "..", ";"):
        raise ValueError(f"the path parameter `{parameter.name}` must not be empty, `.` or `..`")
    return text


def _matrix(parameter: Parameter, pieces: _Pieces) -> str:
    name = encoded(parameter.name)
    if isinstance(pieces, _Pairs) and parameter.explode:
        return ";" + _joined(True, pieces, ";", encoded)
    if isinstance(pieces, list) and parameter.explode:
        return "".join(f";{name}={encoded(str(item))}" for item in pieces)
    # RFC 6570, section 3.2.7: no equals sign before an empty value.
    return f";{name}" if pieces == "" else f";{name}=" + _joined(False, pieces, ",", encoded)


def query_pairs(parameter: Parameter, value: Any) -> list[str]:
    """The encoded pairs of a query parameter, or of a field of a form."""
    pieces = _pieces(parameter, parameter.codec.encode(value))
    name = encoded(parameter.name)
    single, item = _value_encoders(parameter)
    if isinstance(pieces, str):
        return [f"{name}={single(pieces)}"]
    if isinstance(pieces, _Pairs) and parameter.style == "deepObject":
        return [f"{name}%5B{encoded(key)}%5D={single(text)}" for key, text in pieces]
    if isinstance(pieces, _Pairs) and parameter.explode:
        return [f"{encoded(key)}={single(text)}" for key, text in pieces]
    if parameter.explode:
        return [f"{name}={single(str(piece))}" for piece in pieces]
    separator = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
    return [f"{name}={_joined(False, pieces, separator, item)}"]


def _value_encoders(parameter: Parameter) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """How a single value and an item of a list are encoded."""
    if not parameter.allow_reserved:
        return encoded, encoded
    if parameter.style == "json":
        # A triple in a JSON text is part of the text.
        return (lambda text: quote(text, safe=_ALLOWED)), encoded
    # A text with a comma would be read as a list, if it can be one.
    single = _ITEM_ALLOWED if parameter.or_scalar else _ALLOWED
    return (lambda text: _with_triples(text, single)), (lambda text: _with_triples(text, _ITEM_ALLOWED))


def cookie_pairs(parameter: Parameter, value: Any) -> list[str]:
    """The pairs of a cookie parameter."""
    return query_pairs(parameter, value)


def header_text(parameter: Parameter, value: Any) -> str:
    """A value in a header field: ASCII without line ends and control characters."""
    what = f"the header parameter `{parameter.name}`"
    return header_value(_header(parameter, value, lambda text: header_value(text, what)), what)


def part_header_text(parameter: Parameter, value: Any) -> str:
    """A value in a header field of a part of a multipart body, which is UTF-8 (RFC 7578, section 5.1)."""
    what = f"the header field `{parameter.name}`"
    return part_header_value(_header(parameter, value, lambda text: part_header_value(text, what)), what)


def _header(parameter: Parameter, value: Any, check: Callable[[str], str]) -> str:
    pieces = _pieces(parameter, parameter.codec.encode(value))
    if parameter.style != "json":
        return _joined(parameter.explode, pieces, ",", check)
    text = _joined(parameter.explode, pieces, ",", str)
    # What a header field cannot have is escaped (RFC 8259, section 7).
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if 32 <= code < 127 else f"\\u{code:04x}" for code in codes)


def header_value(text: str, what: str) -> str:
    """The text, if it can be the value of a header field (RFC 9110, section 5.5)."""
    if not part_header_value(text, what).isascii():
        raise ValueError(f"{what} has characters that a header field cannot have")
    return text


def part_header_value(text: str, what: str) -> str:
    """The text, if it can be the value of a header field of a part."""
    is_control = any((ord(sign) < 32 and sign != "\t") or 127 <= ord(sign) < 160 for sign in text)
    if is_control or text != text.strip(" \t"):
        raise ValueError(f"{what} has characters that a header field cannot have")
    return text


def check_spread(parameter: Parameter, value: Any, taken: set[str]) -> None:
    """Checks that the pairs of an exploded object are not those of other parameters, fixed pairs or API keys."""
    found = parameter.codec.encode(value)
    if not parameter.is_spread or not isinstance(found, dict):
        return
    for key in found:
        if any(key == name or key.startswith(f"{name}[") for name in taken):
            raise ValueError(f"a key of `{parameter.name}` is the name of another parameter or of an API key")
