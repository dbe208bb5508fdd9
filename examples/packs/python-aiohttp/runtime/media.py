"""Media types of messages (RFC 9110, section 8.3.1), compared with those that the document lists."""

from __future__ import annotations

import email.message
from typing import Iterable


def essence(media_type: str) -> str:
    """A media type in lower case and without parameters; empty if there is none."""
    return media_type.split(";")[0].strip().lower()


def parameters(media_type: str) -> dict[str, str]:
    """The parameters, with names in lower case and values without quotes."""
    message = email.message.Message()
    message["Content-Type"] = media_type.replace("\r", " ").replace("\n", " ")
    found = message.get_params(failobj=[], unquote=True)
    return {name.lower(): value for name, value in found[1:] if isinstance(value, str)}


def is_json(media_type: str) -> bool:
    """Whether this is a JSON media type."""
    found = essence(media_type)
    return found in ("application/json", "text/json") or found.endswith("+json")


_BYTES = "application/octet-stream"
# The fit of equal media types without a parameter that the document lists.
_INCOMPLETE = 6


def fit(came: str, named: str) -> int:
    """How well a media type matches one that the document lists; 0 if it does not.

    An equal media type matches best, then the narrowest range (RFC 9110, section 12.5.1), then another JSON media type, then
    bytes. A media type with another value for a listed parameter does not match.
    """
    own, listed = essence(came), essence(named)
    kind, _, sub = listed.partition("/")
    own_kind, _, own_sub = own.partition("/")
    if own == listed:
        return _fit_of_parameters(came, named)
    if kind == own_kind and sub.startswith("*+") and own_sub.endswith(sub[1:]):
        return 5
    if kind == own_kind and sub == "*":
        return 4
    if kind == "*":
        return 3
    if is_json(own) and is_json(listed):
        return 2
    is_bytes = own == _BYTES and not is_json(listed) and kind not in ("text", "multipart")
    return 1 if listed == _BYTES or is_bytes else 0


def _fit_of_parameters(came: str, named: str) -> int:
    own, is_complete, count = parameters(came), True, 0
    for name, value in parameters(named).items():
        # These belong to the message, not to the type of its content.
        if name in ("boundary", "charset", "q"):
            continue
        if name not in own:
            is_complete = False
        elif own[name].lower() != value.lower():
            return 0
        else:
            count += 1
    return _INCOMPLETE + 1 + min(count, 8) if is_complete else _INCOMPLETE


def choose(came: str, named: Iterable[str]) -> int | None:
    """The index of the best match; none also if the media type lacks the parameters by which the listed ones differ."""
    fits = [fit(came, one) for one in named]
    best = max(fits, default=0)
    if best == 0 or best == _INCOMPLETE and fits.count(best) > 1:
        return None
    return fits.index(best)


def decoded(content: bytes, media_type: str) -> str:
    """A text in the charset of its media type. Default: UTF-8."""
    charset = parameters(media_type).get("charset", "utf-8").lower()
    if charset in ("utf-8", "utf8", "us-ascii", "ascii"):
        return content.decode("utf-8")
    if charset in ("iso-8859-1", "iso8859-1", "latin1"):
        return content.decode("latin-1")
    raise ValueError("the charset of the text is not supported; expected utf-8 or iso-8859-1")
