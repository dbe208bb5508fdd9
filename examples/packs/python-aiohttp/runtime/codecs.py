"""From JSON to values of the generated types, and back."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import enum
import uuid
from typing import Any, Callable, Generic, TypeVar


class DecodeError(ValueError):
    """A value does not have its documented type. The message has the place, not the value."""


class Unset(enum.Enum):
    """The type of `UNSET`: a property that is absent, where `None` means `null`."""

    UNSET = "UNSET"


UNSET = Unset.UNSET


class Codec:
    """Any JSON value."""

    def decode(self, value: Any, at: str) -> Any:
        return value

    def encode(self, value: Any) -> Any:
        return value

    def fits(self, value: Any) -> bool:
        """Whether a value of Python may have this type; of generated classes, whether it has."""
        return True


@dataclasses.dataclass(frozen=True)
class Scalar(Codec):
    """A JSON type without conversion."""

    kinds: tuple[type, ...]
    name: str

    def decode(self, value: Any, at: str) -> Any:
        is_bool = isinstance(value, bool)
        if is_bool and bool not in self.kinds or not isinstance(value, self.kinds):
            raise DecodeError(f"{at}: expected {self.name}")
        return value

    def encode(self, value: Any) -> Any:
        return self.decode(value, "value")


class Integer(Codec):
    """An integer; 1.0 is one in JSON Schema."""

    def decode(self, value: Any, at: str) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise DecodeError(f"{at}: expected an integer")
        return value

    def encode(self, value: Any) -> int:
        return self.decode(value, "value")


@dataclasses.dataclass(frozen=True)
class Text(Codec):
    """A string that stands for a value of another type."""

    kind: type
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    name: str

    def decode(self, value: Any, at: str) -> Any:
        if not isinstance(value, str):
            raise DecodeError(f"{at}: expected {self.name}")
        try:
            return self.read(value)
        except ValueError:
            raise DecodeError(f"{at}: expected {self.name}") from None

    def encode(self, value: Any) -> str:
        if not isinstance(value, self.kind):
            raise TypeError(f"expected {self.name}, found {type(value).__name__}")
        return self.write(value)


def _read_date_time(text: str) -> datetime.datetime:
    value = datetime.datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    if value.tzinfo is None:
        raise ValueError("no offset")
    return value


def _write_date_time(value: datetime.datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a date-time needs a time zone")
    return value.isoformat().replace("+00:00", "Z")


ANY = Codec()
BOOLEAN = Scalar((bool,), "true or false")
INTEGER = Integer()
NUMBER = Scalar((int, float), "a number")
STRING = Scalar((str,), "a string")
DATE = Text(datetime.date, datetime.date.fromisoformat, lambda value: value.isoformat()[:10], "a date")
DATE_TIME = Text(datetime.datetime, _read_date_time, _write_date_time, "a date-time")
UUID = Text(uuid.UUID, uuid.UUID, str, "a UUID")
BASE64 = Text(
    bytes,
    lambda text: base64.b64decode(text, validate=True),
    lambda value: base64.b64encode(value).decode(),
    "base64",
)


@dataclasses.dataclass(frozen=True)
class File:
    """A file in a multipart body.

    Without a name, it has that of its part. Without a media type, it has the first one that the document lists for the part,
    else `application/octet-stream`.
    """

    content: bytes
    filename: str | None = None
    media_type: str | None = None


class Binary(Codec):
    """A file in a multipart body; a string in JSON."""

    def decode(self, value: Any, at: str) -> Any:
        return STRING.decode(value, at)

    def encode(self, value: Any) -> Any:
        if isinstance(value, (bytes, bytearray)):
            return File(bytes(value))
        return value if isinstance(value, File) else STRING.encode(value)


BINARY = Binary()

Value = TypeVar("Value")
Headers = TypeVar("Headers")


@dataclasses.dataclass(frozen=True)
class Part(Generic[Value, Headers]):
    """A part of a multipart body with its header fields."""

    content: Value
    headers: Headers


@dataclasses.dataclass(frozen=True)
class Parted(Codec):
    """A part with header fields."""

    content: Codec
    headers: Codec

    def encode(self, value: Any) -> Any:
        if not isinstance(value, Part):
            raise TypeError(f"expected a Part with its header fields, found {type(value).__name__}")
        return Part(self.content.encode(value.content), self.headers.encode(value.headers))


@dataclasses.dataclass(frozen=True)
class Nullable(Codec):
    """A value or `null`."""

    inner: Codec

    def decode(self, value: Any, at: str) -> Any:
        return None if value is None else self.inner.decode(value, at)

    def encode(self, value: Any) -> Any:
        return None if value is None else self.inner.encode(value)


@dataclasses.dataclass(frozen=True)
class List(Codec):
    """A list."""

    item: Codec

    def decode(self, value: Any, at: str) -> Any:
        if not isinstance(value, list):
            raise DecodeError(f"{at}: expected a list")
        return [self.item.decode(item, f"{at}[{index}]") for index, item in enumerate(value)]

    def encode(self, value: Any) -> Any:
        if isinstance(value, (str, bytes)):
            raise TypeError("expected a list, found a text")
        return [self.item.encode(item) for item in value]


@dataclasses.dataclass(frozen=True)
class Map(Codec):
    """An object with any keys."""

    item: Codec

    def decode(self, value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            raise DecodeError(f"{at}: expected an object")
        return {key: self.item.decode(item, f"{at}.{key}") for key, item in value.items()}

    def encode(self, value: Any) -> Any:
        return {key: self.item.encode(item) for key, item in value.items()}


@dataclasses.dataclass(frozen=True)
class Tuple(Codec):
    """A list whose first items have their own types."""

    items: tuple[Codec, ...]
    required: int
    rest: Codec | None

    def decode(self, value: Any, at: str) -> Any:
        if not isinstance(value, list) or len(value) < self.required:
            raise DecodeError(f"{at}: expected a list of at least {self.required} items")
        return [self._of(index, at).decode(item, f"{at}[{index}]") for index, item in enumerate(value)]

    def encode(self, value: Any) -> Any:
        return [self._of(index, "value").encode(item) for index, item in enumerate(value)]

    def _of(self, index: int, at: str) -> Codec:
        if index < len(self.items):
            return self.items[index]
        if self.rest is None:
            raise DecodeError(f"{at}: expected at most {len(self.items)} items")
        return self.rest


@dataclasses.dataclass(frozen=True)
class Ref(Codec):
    """A named type, which may be defined later."""

    target: Callable[[], Codec]

    def decode(self, value: Any, at: str) -> Any:
        return self.target().decode(value, at)

    def encode(self, value: Any) -> Any:
        return self.target().encode(value)

    def fits(self, value: Any) -> bool:
        return self.target().fits(value)


@dataclasses.dataclass(frozen=True)
class Enumeration(Codec):
    """One of several values. Values that the document does not list are kept as they are: servers may add some."""

    target: type[enum.Enum]

    def decode(self, value: Any, at: str) -> Any:
        try:
            return self.target(value)
        except ValueError:
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                return value
            raise DecodeError(f"{at}: expected a string or an integer") from None

    def encode(self, value: Any) -> Any:
        if not self.fits(value):
            raise TypeError(f"expected {self.target.__name__}, found {type(value).__name__}")
        return value.value if isinstance(value, enum.Enum) else value

    def fits(self, value: Any) -> bool:
        is_plain = isinstance(value, (str, int)) and not isinstance(value, (bool, enum.Enum))
        return isinstance(value, self.target) or is_plain


@dataclasses.dataclass(frozen=True)
class Field:
    """A property of an object."""

    attribute: str
    name: str
    codec: Codec
    required: bool
    nullable: bool


@dataclasses.dataclass(frozen=True)
class Object(Codec):
    """A generated dataclass."""

    target: Any
    fields: tuple[Field, ...]
    additional: Codec | None

    def decode(self, value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            raise DecodeError(f"{at}: expected an object")
        found = {}
        for field in self.fields:
            if field.name in value:
                # A server that sends `null` for an absent property is understood.
                if value[field.name] is None and not field.required and not field.nullable:
                    continue
                found[field.attribute] = field.codec.decode(value[field.name], f"{at}.{field.name}")
            elif field.required:
                raise DecodeError(f"{at}: `{field.name}` is missing")
        if self.additional is not None:
            known = {field.name for field in self.fields}
            more = {key: item for key, item in value.items() if key not in known}
            found["_additional"] = Map(self.additional).decode(more, at)
        return self.target(**found)

    def fits(self, value: Any) -> bool:
        return isinstance(value, self.target)

    def encode(self, value: Any) -> Any:
        if not isinstance(value, self.target):
            raise TypeError(f"expected {self.target.__name__}, found {type(value).__name__}")
        out = {}
        for field in self.fields:
            found = getattr(value, field.attribute)
            if found is UNSET or (found is None and not field.required and not field.nullable):
                continue
            out[field.name] = field.codec.encode(found)
        if self.additional is not None:
            names = {field.name for field in self.fields}
            if not names.isdisjoint(value._additional):
                raise ValueError(f"an additional property of {self.target.__name__} has the name of a property")
            out.update(Map(self.additional).encode(value._additional))
        return out

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its properties."""
        return tuple(field.name for field in self.fields)


@dataclasses.dataclass(frozen=True)
class Variant:
    """An alternative of a union, with the values of the discriminator that select it."""

    codec: Codec
    tags: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Union(Codec):
    """One of several types: by the value of a property, or the first that fits."""

    variants: tuple[Variant, ...]
    discriminator: str | None = None
    absent: int | None = None

    def decode(self, value: Any, at: str) -> Any:
        if self.discriminator is not None and isinstance(value, dict):
            if self.discriminator not in value and self.absent is not None:
                return self.variants[self.absent].codec.decode(value, at)
            tag = value.get(self.discriminator)
            for variant in self.variants:
                if tag in variant.tags:
                    return variant.codec.decode(value, at)
            raise DecodeError(f"{at}: no alternative has this `{self.discriminator}`")
        for variant in self.variants:
            try:
                return variant.codec.decode(value, at)
            except DecodeError:
                continue
        raise DecodeError(f"{at}: no alternative fits")

    def encode(self, value: Any) -> Any:
        for variant in self.variants:
            if not variant.codec.fits(value):
                continue
            try:
                encoded = variant.codec.encode(value)
            except (TypeError, ValueError, AttributeError):
                continue
            if self._is_selected(variant, encoded):
                return encoded
        raise TypeError(f"no alternative is a {type(value).__name__} with this discriminator")

    def fits(self, value: Any) -> bool:
        return any(variant.codec.fits(value) for variant in self.variants)

    def _is_selected(self, variant: Variant, encoded: Any) -> bool:
        """Whether the discriminator of what is sent selects this alternative, so that a server reads the same type."""
        if self.discriminator is None or not isinstance(encoded, dict):
            return True
        if self.discriminator not in encoded:
            return self.absent is not None and self.variants[self.absent] is variant
        return encoded[self.discriminator] in variant.tags
