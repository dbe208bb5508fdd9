//! Changes of responses, except those of their schemas.

use super::change::Change;
use super::contents::of_responses;
use super::kind::{Effect, Kind, Security};
use super::matching::{headers, is_error, responses, status_text};
use super::versions::{Pair, Versions};
use crate::model::operation::{Response, Status};

static REMOVED: Kind = Kind::new(
    "response-removed",
    "A status of success was removed: clients have no type for what servers send instead",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static ADDED: Kind = Kind::new(
    "response-added",
    "A status of success was added, which clients do not expect",
    (Effect::Behavior, Effect::Source),
    Security::Neutral,
);
static ERROR_REMOVED: Kind = Kind::new(
    "error-response-removed",
    "The response of an error was removed",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static ERROR_ADDED: Kind = Kind::new(
    "error-response-added",
    "The response of an error was added",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static SEPARATED: Kind = Kind::new(
    "response-separated",
    "A status that a range or `default` covered has a separate response",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static REFUSAL_REMOVED: Kind = Kind::new(
    "refusal-removed",
    "401 or 403 is no longer documented: check whether the operation still refuses callers",
    (Effect::Source, Effect::Source),
    Security::Moved,
);
static MEDIA_TYPE_REMOVED: Kind = Kind::new(
    "response-media-type-removed",
    "A response no longer has a media type",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static MEDIA_TYPE_ADDED: Kind = Kind::new(
    "response-media-type-added",
    "A response has another media type",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static HEADER_LOST: Kind = Kind::new(
    "response-header-lost",
    "A header field that responses always had was removed or became optional",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static HEADER_REMOVED: Kind = Kind::new(
    "response-header-removed",
    "An optional header field of a response was removed",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static HEADER_ADDED: Kind = Kind::new(
    "response-header-added",
    "A header field was added to a response or became required",
    (Effect::None, Effect::Source),
    Security::Neutral,
);
static PROTECTION_REMOVED: Kind = Kind::new(
    "protective-header-removed",
    "A header field that protects browsers was removed from a response, such as `Strict-Transport-Security`",
    (Effect::Source, Effect::Source),
    Security::Weakened,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &REMOVED,
    &ADDED,
    &ERROR_REMOVED,
    &ERROR_ADDED,
    &SEPARATED,
    &REFUSAL_REMOVED,
    &MEDIA_TYPE_REMOVED,
    &MEDIA_TYPE_ADDED,
    &HEADER_LOST,
    &HEADER_REMOVED,
    &HEADER_ADDED,
    &PROTECTION_REMOVED,
];

/// Header fields that limit what browsers do with a response.
const PROTECTIVE: [&str; 8] = [
    "strict-transport-security",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
];

/// The changes of the responses of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    versions.pairs.iter().flat_map(|pair| of_operation(versions, pair)).collect()
}

fn of_operation<'a>(versions: &Versions<'a>, pair: &Pair<'a>) -> Vec<Change> {
    let mut changes = Vec::new();
    let responses = responses(pair);
    for (old, new) in responses.both {
        // Codes come before ranges, and ranges before the default.
        if new.status < old.status {
            let (covering, status) = (status_text(old.status), status_text(new.status));
            let message = format!("the response `{status}` was a part of `{covering}`");
            changes.push(Change::new(&SEPARATED, message).old(old.at.clone()).new_at(new.at.clone()));
        }
        changes.extend(differences(versions, old, new));
    }
    for old in responses.removed {
        let message = format!("the response `{}` was removed", status_text(old.status));
        changes.push(Change::new(removed(old.status), message).old(old.at.clone()));
    }
    for new in responses.added {
        let kind = if is_error(new.status) { &ERROR_ADDED } else { &ADDED };
        let message = format!("the response `{}` was added", status_text(new.status));
        changes.push(Change::new(kind, message).new_at(new.at.clone()));
    }
    changes.into_iter().map(|change| change.of(pair.title())).collect()
}

fn removed(status: Status) -> &'static Kind {
    match status {
        Status::Code(401 | 403) => &REFUSAL_REMOVED,
        status if is_error(status) => &ERROR_REMOVED,
        _ => &REMOVED,
    }
}

/// The differences of a response that both versions have.
fn differences<'a>(versions: &Versions<'a>, old: &'a Response, new: &'a Response) -> Vec<Change> {
    let status = status_text(new.status);
    let both = |kind, message: String| Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone());
    let mut changes = Vec::new();
    let contents = of_responses(versions, old, new);
    // A covered error that is listed without content is not described as one of another media type.
    let is_undescribed = new.status < old.status && is_error(new.status) && new.forms.is_empty();
    for media_type in contents.removed.into_iter().filter(|_| !is_undescribed) {
        changes.push(both(&MEDIA_TYPE_REMOVED, format!("the response `{status}` is no longer `{media_type}`")));
    }
    for media_type in contents.added {
        changes.push(both(&MEDIA_TYPE_ADDED, format!("the response `{status}` may be `{media_type}`")));
    }
    let fields = headers(old, new);
    for (_, field) in fields.removed {
        let kind = match (PROTECTIVE.contains(&field.name.to_ascii_lowercase().as_str()), field.is_required) {
            (true, _) => &PROTECTION_REMOVED,
            (false, true) => &HEADER_LOST,
            (false, false) => &HEADER_REMOVED,
        };
        changes.push(both(kind, format!("the header `{}` of the response `{status}` was removed", field.name)));
    }
    for (_, field) in fields.added {
        changes.push(both(&HEADER_ADDED, format!("the header `{}` of the response `{status}` was added", field.name)));
    }
    for ((_, before), (_, after)) in fields.both {
        let title = format!("the header `{}` of the response `{status}`", after.name);
        match (before.is_required, after.is_required) {
            (true, false) => changes.push(both(&HEADER_LOST, format!("{title} became optional"))),
            (false, true) => changes.push(both(&HEADER_ADDED, format!("{title} became required"))),
            (true, true) | (false, false) => {}
        }
    }
    changes
}
