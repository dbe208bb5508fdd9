//! Changes of request bodies, except those of their schemas.

use super::change::Change;
use super::contents::{media_type_at, of_bodies};
use super::kind::{Effect, Kind, Security};
use super::matching::matched;
use super::parameters::style_change;
use super::parts::{Parts, media_types_of_parts};
use super::versions::{Pair, Versions};
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
    "A request body or a part of one no longer has a media type",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static MEDIA_TYPE_ADDED: Kind = Kind::new(
    "request-media-type-added",
    "A request body or a part of one has another media type",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&REQUIRED, &OPTIONAL, &ADDED, &REMOVED, &MEDIA_TYPE_REMOVED, &MEDIA_TYPE_ADDED];

/// The changes of the request bodies of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    versions.pairs.iter().flat_map(|pair| of_operation(versions, pair)).collect()
}

fn of_operation<'a>(versions: &Versions<'a>, pair: &Pair<'a>) -> Vec<Change> {
    let changes = match (&pair.old.body, &pair.new.body) {
        (None, None) => Vec::new(),
        (Some(old), None) => vec![Change::new(&REMOVED, "the request body was removed").old(old.at.clone())],
        (None, Some(new)) if new.is_required => {
            vec![Change::new(&REQUIRED, "a required request body was added").new_at(new.at.clone())]
        }
        (None, Some(new)) => vec![Change::new(&ADDED, "an optional request body was added").new_at(new.at.clone())],
        (Some(old), Some(new)) => differences(versions, old, new),
    };
    changes.into_iter().map(|change| change.of(pair.title())).collect()
}

fn differences<'a>(versions: &Versions<'a>, old: &'a Body, new: &'a Body) -> Vec<Change> {
    let mut changes = Vec::new();
    let both = |kind, message: &str| Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone());
    match (old.is_required, new.is_required) {
        (false, true) => changes.push(both(&REQUIRED, "the request body became required")),
        (true, false) => changes.push(both(&OPTIONAL, "the request body became optional")),
        (true, true) | (false, false) => {}
    }
    let contents = of_bodies(versions, old, new);
    for media_type in contents.removed {
        let message = format!("the request body is no longer `{media_type}`");
        let change = Change::new(&MEDIA_TYPE_REMOVED, message).old(media_type_at(&old.at, media_type));
        changes.push(change.new_at(new.at.clone()));
    }
    for media_type in contents.added {
        let message = format!("the request body may be `{media_type}`");
        let change = Change::new(&MEDIA_TYPE_ADDED, message).old(old.at.clone());
        changes.push(change.new_at(media_type_at(&new.at, media_type)));
    }
    for ((_, old_form), (_, new_form)) in contents.both {
        let places = [media_type_at(&old.at, &old_form.media_type), media_type_at(&new.at, &new_form.media_type)];
        let found = styles(old_form, new_form).into_iter().chain(of_parts(versions, old_form, new_form));
        changes.extend(
            found.map(|(kind, message)| Change::new(kind, message).old(places[0].clone()).new_at(places[1].clone())),
        );
    }
    changes
}

/// The changes of the media types of the parts of a multipart body.
fn of_parts(versions: &Versions<'_>, old: &Representation, new: &Representation) -> Vec<(&'static Kind, String)> {
    let parts = [(versions.old, old), (versions.new, new)].map(|(version, form)| Parts::of(&version.api.types, form));
    let changes = media_types_of_parts(&parts).into_iter();
    let found = changes.flat_map(|(name, removed, added)| {
        let removed = removed.into_iter().map(|one| (&MEDIA_TYPE_REMOVED, one, "is no longer"));
        let added = added.into_iter().map(|one| (&MEDIA_TYPE_ADDED, one, "may be"));
        let all: Vec<(&'static Kind, String, &str)> = removed.chain(added).collect();
        all.into_iter().map(move |(kind, one, verb)| (kind, format!("the part `{name}` {verb} `{one}`")))
    });
    found.collect()
}

/// The changes of how the properties of a form are written.
fn styles(old: &Representation, new: &Representation) -> Vec<(&'static Kind, String)> {
    let name = |_, field: &Parameter| field.name.clone();
    let both = matched(old.fields(), new.fields(), name).both.into_iter();
    let changes = both.filter_map(|((_, before), (_, after))| Some((style_change(before, after)?, after)));
    changes.map(|((kind, message), field)| (kind, format!("`body.{}`: {message}", field.name))).collect()
}
