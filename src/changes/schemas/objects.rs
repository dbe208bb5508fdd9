//! Changes of objects: their properties and additional properties.

use std::collections::BTreeMap;

use super::super::kind::Kind;
use super::kinds::{
    READ_ONLY_ADDED, READ_ONLY_REMOVED, REQUEST_ADDITIONAL_ACCEPTED, REQUEST_ADDITIONAL_REFUSED, REQUEST_CHANGED,
    REQUEST_DEFAULT, REQUEST_NARROWED, REQUEST_PROPERTY_ADDED, REQUEST_PROPERTY_OPTIONAL, REQUEST_PROPERTY_REFUSED,
    REQUEST_PROPERTY_REMOVED, REQUEST_PROPERTY_REQUIRED, REQUEST_WIDENED, RESPONSE_CHANGED, RESPONSE_NARROWED,
    RESPONSE_PROPERTY_ADDED, RESPONSE_PROPERTY_LOST, RESPONSE_PROPERTY_REMOVED, RESPONSE_PROPERTY_REQUIRED,
    RESPONSE_SECRET_ADDED, RESPONSE_WIDENED,
};
use super::place::Step;
use super::site::{Compared, Direction, Found, Side, Site};
use crate::document::tree::Node;
use crate::model::credential_name::is_secret_name;
use crate::model::rule::{AdditionalProperties, Rule, RuleId};
use crate::model::schema::{Direction as Allowed, Field, Literal, Scalar, TypeRef};

/// An object in one version, with the rules that apply to it.
pub struct Object<'a> {
    /// Its properties.
    pub fields: &'a [Field],
    /// The type of additional properties.
    pub additional: Option<&'a TypeRef>,
    /// All rules for it.
    pub rules: Vec<&'a Rule>,
}

impl<'a> Object<'a> {
    fn by_name(&self) -> BTreeMap<&'a str, &'a Field> {
        self.fields.iter().map(|field| (field.wire.as_str(), field)).collect()
    }

    /// The rules of a property.
    fn property_rules(&self) -> BTreeMap<&'a str, Vec<RuleId>> {
        let mut all: BTreeMap<&str, Vec<RuleId>> = BTreeMap::new();
        for (name, rule) in self.rules.iter().flat_map(|rule| &rule.properties) {
            all.entry(name).or_default().extend(rule);
        }
        all
    }

    fn refuses_additional(&self) -> bool {
        self.rules.iter().any(|rule| rule.additional_properties == AdditionalProperties::None)
    }

    fn additional_rules(&self) -> Vec<RuleId> {
        let each = self.rules.iter().filter_map(|rule| match rule.additional_properties {
            AdditionalProperties::Each(id) => Some(id),
            AdditionalProperties::Any | AdditionalProperties::None => None,
        });
        each.collect()
    }
}

/// The type of additional properties that are not described.
static ANY: TypeRef = TypeRef::Scalar(Scalar::Any);

/// Compares two objects.
pub fn compare<'a>(
    (direction, sides): (Direction, [Side<'a>; 2]),
    site: &Site<'a>,
    [old, new]: [&Object<'a>; 2],
) -> Compared<'a> {
    let mut compared = Compared::default();
    let (old_fields, new_fields) = (old.by_name(), new.by_name());
    let (old_rules, new_rules) = (old.property_rules(), new.property_rules());
    let rules = |all: &BTreeMap<&str, Vec<RuleId>>, name: &str| all.get(name).cloned().unwrap_or_default();
    let comparison = Comparison { direction, sides, site, refuses: new.refuses_additional() };
    for after in new.fields {
        let name = after.wire.as_str();
        match old_fields.get(name) {
            Some(before) if comparison.is_kept(before, after, &mut compared.found) => {
                let below = site.below(&before.ty, &after.ty, &Step::Property(name.to_owned()));
                compared.below.push(below.with_rules(rules(&old_rules, name), rules(&new_rules, name)));
            }
            Some(_) => {}
            None => compared.found.extend(comparison.added(after)),
        }
    }
    let removed = old.fields.iter().filter(|field| !new_fields.contains_key(field.wire.as_str()));
    compared.found.extend(removed.filter_map(|field| comparison.removed(field)));
    comparison.additional(old, new, &mut compared);
    compared
}

struct Comparison<'s, 'a> {
    direction: Direction,
    sides: [Side<'a>; 2],
    site: &'s Site<'a>,
    /// Whether the new version refuses additional properties.
    refuses: bool,
}

impl<'a> Comparison<'_, 'a> {
    /// Whether a property is a part of the messages in this direction.
    fn has(&self, field: &Field) -> bool {
        match self.direction {
            Direction::Request => field.direction != Allowed::ReadOnly,
            Direction::Response => field.direction != Allowed::WriteOnly,
        }
    }

    fn found(&self, field: &Field, kind: &'static Kind, message: &str) -> Found {
        let label = format!("{}.{}", self.site.label, field.wire);
        let mut found = self.site.found(kind, format!("`{label}` {message}"));
        let step = Step::Property(field.wire.clone());
        (found.old, found.new) = (found.old.part(step.clone()), found.new.part(step));
        found
    }

    /// The changes of a property of both versions, and whether both have it in this direction.
    fn is_kept(&self, old: &Field, new: &Field, found: &mut Vec<Found>) -> bool {
        match (self.has(old), self.has(new)) {
            (false, false) => return false,
            (true, false) => {
                found.extend(self.removed(old));
                return false;
            }
            (false, true) => {
                found.extend(self.added(new));
                return false;
            }
            (true, true) => {}
        }
        found.extend(self.requirement(old, new));
        found.extend(self.constant(old, new));
        if self.direction == Direction::Request && old.default != new.default {
            let message = format!("has the default {}, which was {}", text(&new.default), text(&old.default));
            found.push(self.found(new, &REQUEST_DEFAULT, &message));
        }
        true
    }

    fn required(&self, field: &Field, message: &str) -> Found {
        self.found(field, &REQUEST_PROPERTY_REQUIRED, message)
    }

    fn requirement(&self, old: &Field, new: &Field) -> Option<Found> {
        match (self.direction, old.is_required, new.is_required) {
            (_, true, true) | (_, false, false) => None,
            (Direction::Request, false, true) => Some(self.required(new, "became required")),
            (Direction::Request, true, false) => Some(self.found(new, &REQUEST_PROPERTY_OPTIONAL, "became optional")),
            (Direction::Response, false, true) => Some(self.found(new, &RESPONSE_PROPERTY_REQUIRED, "became required")),
            (Direction::Response, true, false) => Some(self.found(new, &RESPONSE_PROPERTY_LOST, "became optional")),
        }
    }

    /// A change of the only allowed value, `true` or `false`.
    fn constant(&self, old: &Field, new: &Field) -> Option<Found> {
        let kind: &Kind = match (self.direction, &old.constant, &new.constant) {
            (_, before, after) if before == after => return None,
            (Direction::Request, None, _) => &REQUEST_NARROWED,
            (Direction::Request, _, None) => &REQUEST_WIDENED,
            (Direction::Request, Some(_), Some(_)) => &REQUEST_CHANGED,
            (Direction::Response, None, _) => &RESPONSE_NARROWED,
            (Direction::Response, _, None) => &RESPONSE_WIDENED,
            (Direction::Response, Some(_), Some(_)) => &RESPONSE_CHANGED,
        };
        let values = |value: &Option<Literal>| match value {
            Some(value) => format!("always `{value}`"),
            None => "`true` or `false`".to_owned(),
        };
        Some(self.found(new, kind, &format!("was {}, is {}", values(&old.constant), values(&new.constant))))
    }

    /// The changes for a property that is new in this direction. Types that occur in one direction only do not have the
    /// properties of the other, so the document decides whether it was there.
    fn added(&self, field: &Field) -> Vec<Found> {
        if !self.has(field) {
            return Vec::new();
        }
        match self.direction {
            Direction::Request if self.is_marked(0, field, "readOnly") => {
                let mut found = vec![self.found(field, &READ_ONLY_REMOVED, "is no longer `readOnly`")];
                found.extend(field.is_required.then(|| self.required(field, "is required")));
                found
            }
            Direction::Request if field.is_required => vec![self.required(field, "was added and is required")],
            Direction::Request => vec![self.found(field, &REQUEST_PROPERTY_ADDED, "was added")],
            Direction::Response if self.is_marked(0, field, "writeOnly") => {
                vec![self.found(field, &RESPONSE_SECRET_ADDED, "is no longer `writeOnly`")]
            }
            Direction::Response if field.is_secret || is_secret_name(&field.wire) => {
                vec![self.found(field, &RESPONSE_SECRET_ADDED, "was added, which seems to be a secret")]
            }
            Direction::Response => vec![self.found(field, &RESPONSE_PROPERTY_ADDED, "was added")],
        }
    }

    /// The change for a property that is no longer there in this direction.
    fn removed(&self, field: &Field) -> Option<Found> {
        if !self.has(field) {
            return None;
        }
        if self.direction == Direction::Request && self.is_marked(1, field, "readOnly") {
            return Some(self.found(field, &READ_ONLY_ADDED, "became `readOnly`"));
        }
        let kind = match self.direction {
            Direction::Request if self.refuses => &REQUEST_PROPERTY_REFUSED,
            Direction::Request => &REQUEST_PROPERTY_REMOVED,
            Direction::Response if field.is_required => &RESPONSE_PROPERTY_LOST,
            Direction::Response => &RESPONSE_PROPERTY_REMOVED,
        };
        Some(self.found(field, kind, "was removed"))
    }

    /// Whether a version has the property with this keyword.
    fn is_marked(&self, version: usize, field: &Field, keyword: &str) -> bool {
        let document = self.sides[version].document;
        let whole = [&self.site.old.at, &self.site.new.at][version];
        let at = whole.part(Step::Property(field.wire.clone())).pointer(document);
        let is_property = at.last().as_deref() == Some(&field.wire);
        is_property && document.node(&at).and_then(|schema| schema.get(keyword)) == Some(&Node::Bool(true))
    }

    fn additional(&self, old: &Object<'a>, new: &Object<'a>, compared: &mut Compared<'a>) {
        if self.direction == Direction::Request {
            let label = &self.site.label;
            let kind: Option<(&'static Kind, &str)> = match (old.refuses_additional(), new.refuses_additional()) {
                (false, true) => Some((&REQUEST_ADDITIONAL_REFUSED, "refuses additional properties")),
                (true, false) => Some((&REQUEST_ADDITIONAL_ACCEPTED, "allows additional properties")),
                (true, true) | (false, false) => None,
            };
            compared.found.extend(kind.map(|(kind, message)| self.site.found(kind, format!("`{label}` {message}"))));
        }
        let mut compare = |before, after| {
            let below = self.site.below(before, after, &Step::Additional);
            compared.below.push(below.with_rules(old.additional_rules(), new.additional_rules()));
        };
        match (old.additional, new.additional, self.direction) {
            (Some(before), Some(after), _) => compare(before, after),
            // Those that are not described may have any value, unless they are refused.
            (Some(before), None, Direction::Request) if !new.refuses_additional() => compare(before, &ANY),
            (None, Some(after), Direction::Request) if !old.refuses_additional() => compare(&ANY, after),
            (Some(before), None, Direction::Response) if !self.is_closed() => compare(before, &ANY),
            (Some(before), None, _) if !is_any(before) => compared.found.push(self.map(false)),
            (None, Some(after), _) if !is_any(after) => compared.found.push(self.map(true)),
            (Some(_) | None, None, _) | (None, Some(_), _) => {}
        }
    }

    /// Whether the new version has `additionalProperties: false`. Responses have no rules, so the document decides.
    fn is_closed(&self) -> bool {
        let document = self.sides[1].document;
        let at = self.site.new.at.part(Step::Additional).pointer(document);
        document.node(&at) == Some(&Node::Bool(false))
    }

    /// Additional properties that are described in one version only.
    fn map(&self, is_added: bool) -> Found {
        let (kind, verb): (&Kind, &str) = match (self.direction, is_added) {
            (Direction::Request, true) => (&REQUEST_PROPERTY_ADDED, "describes"),
            (Direction::Request, false) => (&REQUEST_PROPERTY_REMOVED, "no longer describes"),
            (Direction::Response, true) => (&RESPONSE_PROPERTY_ADDED, "describes"),
            (Direction::Response, false) => (&RESPONSE_PROPERTY_REMOVED, "no longer describes"),
        };
        self.site.found(kind, format!("`{}` {verb} additional properties", self.site.label))
    }
}

fn is_any(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Scalar(Scalar::Any))
}

fn text(value: &Option<Literal>) -> String {
    value.as_ref().map_or_else(|| "absent".to_owned(), |value| format!("`{value}`"))
}
