"""Operations and security schemes as data: the same tables for the client and the server."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Scheme:
    """A security scheme. `kind` is `apiKey`, `basic`, `bearer`, `oauth2`, `openIdConnect` or `http`."""

    name: str
    kind: str
    place: str | None = None
    parameter: str | None = None
    http_scheme: str | None = None
    token_url: str | None = None

    @property
    def is_bearer(self) -> bool:
        """Whether the credential is sent as a bearer token (RFC 6750)."""
        return self.kind in ("bearer", "oauth2", "openIdConnect")

    @property
    def slot(self) -> tuple[str, str]:
        """Where the credential is sent. Schemes with the same slot share one value."""
        if self.kind == "apiKey":
            name = str(self.parameter)
            return str(self.place), name.lower() if self.place == "header" else name
        word = "bearer" if self.is_bearer else "basic" if self.kind == "basic" else str(self.http_scheme).lower()
        return "authorization", word


@dataclasses.dataclass(frozen=True)
class Use:
    """A scheme in an alternative, with the scopes that the alternative requires."""

    scheme: int
    scopes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Access:
    """Who may call an operation: one of the alternatives, all uses of it together."""

    is_public: bool
    allows_anonymous: bool
    alternatives: tuple[tuple[Use, ...], ...]


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A parameter, as it is sent. `shape` is `scalar`, `array` or `object`."""

    name: str
    place: str
    style: str
    explode: bool
    allow_reserved: bool
    required: bool
    codec: Any
    shape: str = "scalar"
    or_scalar: bool = False

    @property
    def is_spread(self) -> bool:
        """Whether its properties are separate pairs next to those of other parameters."""
        return self.shape == "object" and self.explode and self.style == "form"


@dataclasses.dataclass(frozen=True)
class PartRule:
    """What the document says about a part of a multipart body."""

    name: str
    media_types: str | None = None
    headers: tuple[Parameter, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The media types that it may have; empty if any."""
        return () if self.media_types is None else tuple(one.strip() for one in self.media_types.split(","))

    @property
    def sent_as(self) -> str | None:
        """The first of them that is not a range."""
        return next((one for one in self.allowed if "*" not in one), None)


@dataclasses.dataclass(frozen=True)
class Content:
    """A media type with the type of its value. `encoding` is `json`, `form`, `multipart`, `text` or `bytes`.

    `media_type` is the one that is sent, and `named` the one of the document, which may be a range. `fields` are the properties
    of a form that have a style, and `parts` those of a multipart body that the document describes.
    """

    media_type: str
    encoding: str
    codec: Any
    named: str = ""
    fields: tuple[Parameter, ...] = ()
    parts: tuple[PartRule, ...] = ()


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation. `segments` are texts as sent, and indices of parameters. `bodies` are the media types of its body."""

    id: str
    method: str
    segments: tuple[str | int, ...]
    query: tuple[tuple[str, str], ...]
    access: Access
    parameters: tuple[Parameter, ...]
    bodies: tuple[Content, ...]
    body_required: bool
    responses: dict[str, tuple[Content, ...]]

    @property
    def template(self) -> str:
        """The path with `{}` for each parameter."""
        return "".join("{}" if isinstance(segment, int) else segment for segment in self.segments)

    @property
    def accept(self) -> str:
        """The media types of all responses."""
        found = [content.named or content.media_type for contents in self.responses.values() for content in contents]
        return ", ".join(dict.fromkeys(found))

    def contents(self, status: int) -> tuple[Content, ...]:
        """The documented media types of a response: by code, by range, or the default."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return ()
