//! Changes of parameters, except those of their schemas.

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::matching::{location, parameters};
use super::versions::{Pair, Versions};
use crate::model::credential_name::is_credential_name;
use crate::model::parameter::{Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle};

static REQUIRED_ADDED: Kind = Kind::new(
    "required-parameter-added",
    "A required parameter was added",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static ADDED: Kind =
    Kind::new("parameter-added", "An optional parameter was added", (Effect::None, Effect::Source), Security::Neutral);
static REMOVED: Kind = Kind::new(
    "parameter-removed",
    "A parameter was removed: servers ignore it, or refuse the request",
    (Effect::Behavior, Effect::Source),
    Security::Neutral,
);
static BECAME_REQUIRED: Kind =
    Kind::new("parameter-required", "A parameter became required", (Effect::Wire, Effect::Source), Security::Neutral);
static BECAME_OPTIONAL: Kind =
    Kind::new("parameter-optional", "A parameter became optional", (Effect::Source, Effect::Source), Security::Neutral);
static MOVED: Kind = Kind::new(
    "parameter-moved",
    "A parameter is sent in another place, such as a header field instead of the query",
    (Effect::Wire, Effect::Source),
    Security::Neutral,
);
static EXPOSED: Kind = Kind::new(
    "parameter-exposed",
    "A parameter with the name of a credential moved into the URL, which logs and histories keep",
    (Effect::Wire, Effect::Source),
    Security::Weakened,
);
static RENAMED: Kind = Kind::new(
    "path-parameter-renamed",
    "A path parameter has another name: the names of generated arguments and fields changed",
    (Effect::Source, Effect::Source),
    Security::Neutral,
);
static STYLE: Kind = Kind::new(
    "parameter-style-changed",
    "The `style` or `explode` of a parameter or of a property of a form changed: its values are written in another way",
    (Effect::Wire, Effect::Wire),
    Security::Neutral,
);
static RESERVED: Kind = Kind::new(
    "parameter-reserved-changed",
    "`allowReserved` changed: reserved characters are sent as they are or percent-encoded, which means the same to servers",
    (Effect::None, Effect::None),
    Security::Neutral,
);
static DEFAULT: Kind = Kind::new(
    "parameter-default-changed",
    "The default of a parameter changed: requests without it mean something else",
    (Effect::Behavior, Effect::Behavior),
    Security::Neutral,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &REQUIRED_ADDED,
    &ADDED,
    &REMOVED,
    &BECAME_REQUIRED,
    &BECAME_OPTIONAL,
    &MOVED,
    &EXPOSED,
    &RENAMED,
    &STYLE,
    &RESERVED,
    &DEFAULT,
];

/// The changes of the parameters of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    versions.pairs.iter().flat_map(of_operation).collect()
}

fn of_operation(pair: &Pair<'_>) -> Vec<Change> {
    let mut matched = parameters(pair);
    let mut changes = Vec::new();
    for ((_, old), (_, new)) in &matched.both {
        let found = differences(old, new).into_iter();
        changes.extend(found.map(|(kind, message)| {
            Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone()).of(pair.title())
        }));
    }
    for (_, old) in matched.removed {
        match matched.added.iter().position(|(_, new)| new.name == old.name) {
            Some(at) => {
                let (_, new) = matched.added.remove(at);
                changes.push(moved(old, new).of(pair.title()));
            }
            None => {
                let message = format!("the {} was removed", title(old));
                changes.push(Change::new(&REMOVED, message).old(old.at.clone()).of(pair.title()));
            }
        }
    }
    for (_, new) in matched.added {
        let (kind, word) = if new.is_required { (&REQUIRED_ADDED, "required") } else { (&ADDED, "optional") };
        let message = format!("the {word} {} was added", title(new));
        changes.push(Change::new(kind, message).new_at(new.at.clone()).of(pair.title()));
    }
    changes
}

fn moved(old: &Parameter, new: &Parameter) -> Change {
    let (from, to) = (location(old.style), location(new.style));
    let is_url = |place: &str| matches!(place, "query" | "path");
    let is_exposed = is_url(to) && !is_url(from) && is_credential_name(&new.name);
    let kind = if is_exposed { &EXPOSED } else { &MOVED };
    let message = format!("the parameter `{}` was in: {from}, is in: {to}", new.name);
    Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone())
}

/// The differences of a parameter that is in the same place in both versions.
fn differences(old: &Parameter, new: &Parameter) -> Vec<(&'static Kind, String)> {
    let title = title(new);
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    if old.name != new.name && matches!(new.style, ParameterStyle::Path(_)) {
        found.push((&RENAMED, format!("the path parameter `{}` is `{}`", old.name, new.name)));
    }
    match (old.is_required, new.is_required) {
        (false, true) => found.push((&BECAME_REQUIRED, format!("the {title} became required"))),
        (true, false) => found.push((&BECAME_OPTIONAL, format!("the {title} became optional"))),
        (true, true) | (false, false) => {}
    }
    found.extend(style_change(old, new).map(|(kind, message)| (kind, format!("the {title}: {message}"))));
    if old.default != new.default {
        let text = |parameter: &Parameter| match &parameter.default {
            Some(value) => format!("`{value}`"),
            None => "absent".to_owned(),
        };
        found.push((&DEFAULT, format!("the default of the {title} was {}, is {}", text(old), text(new))));
    }
    found
}

/// How the way in which a value is written changed, for a parameter or a property of a form.
pub fn style_change(old: &Parameter, new: &Parameter) -> Option<(&'static Kind, String)> {
    let (before, after) = (written(old), written(new));
    if old.shape == new.shape && before != after {
        return Some((&STYLE, format!("was `{before}`, is `{after}`")));
    }
    (old.allow_reserved != new.allow_reserved).then(|| {
        let text = |is_allowed: bool| if is_allowed { "as they are" } else { "percent-encoded" };
        let (before, after) = (text(old.allow_reserved), text(new.allow_reserved));
        (&RESERVED, format!("reserved characters were sent {before}, are sent {after}"))
    })
}

/// The style and `explode`, as far as they matter: a scalar is written alike with and without `explode`, and in all
/// styles of a query.
fn written(parameter: &Parameter) -> String {
    let is_scalar = parameter.shape == ParameterShape::Scalar;
    let style = match parameter.style {
        style if style.is_json() => return "JSON".to_owned(),
        ParameterStyle::Path(PathStyle::Label) => "label",
        ParameterStyle::Path(PathStyle::Matrix) => "matrix",
        ParameterStyle::Query(QueryStyle::SpaceDelimited) if !is_scalar => "spaceDelimited",
        ParameterStyle::Query(QueryStyle::PipeDelimited) if !is_scalar => "pipeDelimited",
        ParameterStyle::Query(QueryStyle::DeepObject) if !is_scalar => return "deepObject".to_owned(),
        ParameterStyle::Path(_) | ParameterStyle::Header | ParameterStyle::HeaderJson => "simple",
        ParameterStyle::Query(_) | ParameterStyle::Cookie | ParameterStyle::CookieJson => "form",
    };
    // An exploded list in the path or a header field is written like one that is not (OpenAPI 3.0.3, section 4.7.12.4).
    let is_same = is_scalar || (style == "simple" && parameter.shape == ParameterShape::Array);
    match is_same {
        true => style.to_owned(),
        false => format!("{style}, explode: {}", parameter.explode),
    }
}

/// `query parameter `limit``.
fn title(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", location(parameter.style), parameter.name)
}
