//! The kinds of changes of schemas.

use super::super::kind::{Effect, Kind, Security};

const NEUTRAL: Security = Security::Neutral;

pub static REQUEST_PROPERTY_REQUIRED: Kind = Kind::new(
    "request-property-required",
    "A property of a request became required, or a required one was added",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_PROPERTY_OPTIONAL: Kind = Kind::new(
    "request-property-optional",
    "A property of a request became optional",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_PROPERTY_ADDED: Kind = Kind::new(
    "request-property-added",
    "An optional property was added to a request",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_PROPERTY_REMOVED: Kind = Kind::new(
    "request-property-removed",
    "A property of a request was removed, and servers ignore it",
    (Effect::Behavior, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_PROPERTY_REFUSED: Kind = Kind::new(
    "request-property-refused",
    "A property of a request was removed, and additional properties are refused",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_DEFAULT: Kind = Kind::new(
    "request-default-changed",
    "The default of a property of a request changed: requests without it mean something else",
    (Effect::Behavior, Effect::Behavior),
    NEUTRAL,
);
pub static REQUEST_NARROWED: Kind = Kind::new(
    "request-type-narrowed",
    "A request allows fewer values: another type or format",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_WIDENED: Kind = Kind::new(
    "request-type-widened",
    "A request allows more values: another type or format",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_CHANGED: Kind =
    Kind::new("request-type-changed", "A request has values of another type", (Effect::Wire, Effect::Source), NEUTRAL);
pub static REQUEST_NULL_REFUSED: Kind =
    Kind::new("request-null-refused", "A request no longer allows `null`", (Effect::Wire, Effect::Source), NEUTRAL);
pub static REQUEST_NULL_ACCEPTED: Kind =
    Kind::new("request-null-accepted", "A request allows `null`", (Effect::Source, Effect::Source), NEUTRAL);
pub static REQUEST_VALUE_REMOVED: Kind = Kind::new(
    "request-value-removed",
    "A value of an enum was removed from a request",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_VALUE_ADDED: Kind = Kind::new(
    "request-value-added",
    "A value of an enum was added to a request",
    (Effect::None, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_VARIANT_REMOVED: Kind = Kind::new(
    "request-variant-removed",
    "An alternative of `oneOf` or `anyOf` was removed from a request",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_VARIANT_ADDED: Kind = Kind::new(
    "request-variant-added",
    "An alternative of `oneOf` or `anyOf` was added to a request",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static REQUEST_TIGHTENED: Kind = Kind::new(
    "request-bounds-tightened",
    "A bound or pattern of a request was added or allows fewer values",
    (Effect::Wire, Effect::None),
    Security::Strengthened,
);
pub static REQUEST_PATTERN: Kind = Kind::new(
    "request-pattern-changed",
    "A pattern of a request changed: values that were accepted may be refused",
    (Effect::Wire, Effect::Behavior),
    NEUTRAL,
);
pub static REQUEST_LOOSENED: Kind = Kind::new(
    "request-bounds-loosened",
    "A bound of a request allows more values, but is not without a limit",
    (Effect::None, Effect::Behavior),
    NEUTRAL,
);
pub static REQUEST_UNBOUNDED: Kind = Kind::new(
    "request-bound-removed",
    "A maximum or a pattern of a request was removed: the server receives values without a limit (OWASP API4:2023)",
    (Effect::None, Effect::Behavior),
    Security::Weakened,
);
pub static REQUEST_ADDITIONAL_REFUSED: Kind = Kind::new(
    "request-additional-refused",
    "A request no longer allows additional properties",
    (Effect::Wire, Effect::None),
    Security::Strengthened,
);
pub static REQUEST_ADDITIONAL_ACCEPTED: Kind = Kind::new(
    "request-additional-accepted",
    "A request allows additional properties, which it refused (OWASP API3:2023)",
    (Effect::None, Effect::Behavior),
    Security::Weakened,
);
pub static READ_ONLY_ADDED: Kind = Kind::new(
    "read-only-added",
    "A property became `readOnly`: requests cannot set it",
    (Effect::Behavior, Effect::Source),
    Security::Strengthened,
);
pub static READ_ONLY_REMOVED: Kind = Kind::new(
    "read-only-removed",
    "A property is no longer `readOnly`: requests can set it (mass assignment, OWASP API3:2023)",
    (Effect::None, Effect::Source),
    Security::Weakened,
);
pub static RESPONSE_PROPERTY_LOST: Kind = Kind::new(
    "response-property-lost",
    "A property that responses always had was removed or became optional",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_PROPERTY_REMOVED: Kind = Kind::new(
    "response-property-removed",
    "An optional property of a response was removed",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_PROPERTY_ADDED: Kind =
    Kind::new("response-property-added", "A property was added to a response", (Effect::None, Effect::Source), NEUTRAL);
pub static RESPONSE_PROPERTY_REQUIRED: Kind = Kind::new(
    "response-property-required",
    "A property of a response became required",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_SECRET_ADDED: Kind = Kind::new(
    "response-secret-added",
    "A property with the name or format of a secret was added to a response, or is no longer `writeOnly`",
    (Effect::None, Effect::Source),
    Security::Weakened,
);
pub static RESPONSE_WIDENED: Kind = Kind::new(
    "response-type-widened",
    "A response has values that clients do not expect: another type or format",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_NARROWED: Kind = Kind::new(
    "response-type-narrowed",
    "A response has fewer values: another type or format",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_CHANGED: Kind = Kind::new(
    "response-type-changed",
    "A response has values of another type",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_NULL_ADDED: Kind =
    Kind::new("response-null-added", "A response may contain `null`", (Effect::Wire, Effect::Source), NEUTRAL);
pub static RESPONSE_NULL_REMOVED: Kind = Kind::new(
    "response-null-removed",
    "A response no longer contains `null`",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_VALUE_ADDED: Kind = Kind::new(
    "response-value-added",
    "A value of an enum was added to a response: clients that know a fixed set fail, others have an unknown value",
    (Effect::Behavior, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_VALUE_REMOVED: Kind = Kind::new(
    "response-value-removed",
    "A value of an enum was removed from a response",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_VARIANT_ADDED: Kind = Kind::new(
    "response-variant-added",
    "An alternative of `oneOf` or `anyOf` was added to a response",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);
pub static RESPONSE_VARIANT_REMOVED: Kind = Kind::new(
    "response-variant-removed",
    "An alternative of `oneOf` or `anyOf` was removed from a response",
    (Effect::Source, Effect::Source),
    NEUTRAL,
);
pub static DISCRIMINATOR: Kind = Kind::new(
    "discriminator-changed",
    "The property or a value by which alternatives are distinguished changed",
    (Effect::Wire, Effect::Source),
    NEUTRAL,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &REQUEST_PROPERTY_REQUIRED,
    &REQUEST_PROPERTY_OPTIONAL,
    &REQUEST_PROPERTY_ADDED,
    &REQUEST_PROPERTY_REMOVED,
    &REQUEST_PROPERTY_REFUSED,
    &REQUEST_DEFAULT,
    &REQUEST_NARROWED,
    &REQUEST_WIDENED,
    &REQUEST_CHANGED,
    &REQUEST_NULL_REFUSED,
    &REQUEST_NULL_ACCEPTED,
    &REQUEST_VALUE_REMOVED,
    &REQUEST_VALUE_ADDED,
    &REQUEST_VARIANT_REMOVED,
    &REQUEST_VARIANT_ADDED,
    &REQUEST_TIGHTENED,
    &REQUEST_PATTERN,
    &REQUEST_LOOSENED,
    &REQUEST_UNBOUNDED,
    &REQUEST_ADDITIONAL_REFUSED,
    &REQUEST_ADDITIONAL_ACCEPTED,
    &READ_ONLY_ADDED,
    &READ_ONLY_REMOVED,
    &RESPONSE_PROPERTY_LOST,
    &RESPONSE_PROPERTY_REMOVED,
    &RESPONSE_PROPERTY_ADDED,
    &RESPONSE_PROPERTY_REQUIRED,
    &RESPONSE_SECRET_ADDED,
    &RESPONSE_WIDENED,
    &RESPONSE_NARROWED,
    &RESPONSE_CHANGED,
    &RESPONSE_NULL_ADDED,
    &RESPONSE_NULL_REMOVED,
    &RESPONSE_VALUE_ADDED,
    &RESPONSE_VALUE_REMOVED,
    &RESPONSE_VARIANT_ADDED,
    &RESPONSE_VARIANT_REMOVED,
    &DISCRIMINATOR,
];
