//! Changes of request bodies, except those of their schemas.

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::matching::{matched, representations};
use super::parameters::style_change;
use super::versions::{Pair, Versions};
use crate::diag::Pointer;
use crate::model::operation::{Body, Representation};
use crate::model::parameter::Parameter;

static REQUIRED: Kind = Kind::new(
    "body-required",
    "A request body became required, or a required one was added",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static OPTIONAL: Kind =
    Kind::new("body-optional", "A request body became optional", (Effect::Source, Effect::Source), Security::Neutral);
static ADDED: Kind =
    Kind::new("body-added", "An optional request body was added", (Effect::None, Effect::Source), Security::Neutral);
static REMOVED: Kind = Kind::new(
    "body-removed",
    "A request body was removed: servers ignore it, or refuse the request",
    (Effect::Behavior, Effect::Source),
    Security::Neutral,
);
static MEDIA_TYPE_REMOVED: Kind = Kind::new(
    "request-media-type-removed",
    "A request body no longer has a media type",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static MEDIA_TYPE_ADDED: Kind = Kind::new(
    "request-media-type-added",
    "A request body has another media type",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&REQUIRED, &OPTIONAL, &ADDED, &REMOVED, &MEDIA_TYPE_REMOVED, &MEDIA_TYPE_ADDED];

/// The changes of the request bodies of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    versions.pairs.iter().flat_map(of_operation).collect()
}

fn of_operation(pair: &Pair<'_>) -> Vec<Change> {
    let changes = match (&pair.old.body, &pair.new.body) {
        (None, None) => Vec::new(),
        (Some(old), None) => vec![Change::new(&REMOVED, "the request body was removed").old(old.at.clone())],
        (None, Some(new)) if new.is_required => {
            vec![Change::new(&REQUIRED, "a required request body was added").new_at(new.at.clone())]
        }
        (None, Some(new)) => vec![Change::new(&ADDED, "an optional request body was added").new_at(new.at.clone())],
        (Some(old), Some(new)) => differences(old, new),
    };
    changes.into_iter().map(|change| change.of(pair.title())).collect()
}

fn differences(old: &Body, new: &Body) -> Vec<Change> {
    let mut changes = Vec::new();
    let both = |kind, message: &str| Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone());
    match (old.is_required, new.is_required) {
        (false, true) => changes.push(both(&REQUIRED, "the request body became required")),
        (true, false) => changes.push(both(&OPTIONAL, "the request body became optional")),
        (true, true) | (false, false) => {}
    }
    let forms = representations(old.forms.iter(), new.forms.iter());
    for (_, form) in forms.removed {
        let message = format!("the request body is no longer `{}`", form.media_type);
        changes.push(Change::new(&MEDIA_TYPE_REMOVED, message).old(content_at(&old.at, form)).new_at(new.at.clone()));
    }
    for (_, form) in forms.added {
        let message = format!("the request body may be `{}`", form.media_type);
        changes.push(Change::new(&MEDIA_TYPE_ADDED, message).old(old.at.clone()).new_at(content_at(&new.at, form)));
    }
    for ((_, old_form), (_, new_form)) in forms.both {
        let name = |_, field: &Parameter| field.name.clone();
        for ((_, before), (_, after)) in matched(old_form.fields(), new_form.fields(), name).both {
            if let Some((kind, message)) = style_change(before, after) {
                let change = Change::new(kind, format!("`body.{}`: {message}", after.name));
                changes.push(change.old(content_at(&old.at, old_form)).new_at(content_at(&new.at, new_form)));
            }
        }
    }
    changes
}

/// Where a media type of a body or response is written.
fn content_at(body: &Pointer, form: &Representation) -> Pointer {
    body.child("content").child(&form.media_type)
}
