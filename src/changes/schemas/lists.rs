//! Changes of arrays, whose first items may have their own types.

use super::super::kind::Kind;
use super::form::{Form, Relation};
use super::place::Step;
use super::site::{Compared, Direction, Side, Site};
use super::values;
use crate::model::schema::TypeRef;

/// The types of the items of an array.
#[derive(Clone, Copy)]
struct Items<'a> {
    /// Those of the first items.
    places: &'a [TypeRef],
    /// That of the remaining items; `None` if there are none.
    rest: Option<&'a TypeRef>,
}

impl<'a> Items<'a> {
    fn of(form: Form<'a>) -> Option<Self> {
        match form {
            Form::List(item) => Some(Self { places: &[], rest: Some(item) }),
            Form::Tuple(tuple) => Some(Self { places: &tuple.places, rest: tuple.rest.as_ref() }),
            Form::Scalar(_) | Form::Object { .. } | Form::Texts(_) | Form::Integers(_) | Form::Union(_) => None,
        }
    }

    fn at(self, index: usize) -> Option<&'a TypeRef> {
        self.places.get(index).or(self.rest)
    }
}

/// Compares two values if both are arrays: each item with the one at its place.
pub fn compare<'a>(
    (direction, sides): (Direction, [Side<'a>; 2]),
    site: &Site<'a>,
    [old, new]: [Form<'a>; 2],
) -> Option<Compared<'a>> {
    let (before, after) = (Items::of(old)?, Items::of(new)?);
    let mut compared = Compared::default();
    let (from, to) = (before.places.len(), after.places.len());
    let relation = match (before.rest.is_some(), after.rest.is_some()) {
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (true, true) | (false, false) => match from.cmp(&to) {
            std::cmp::Ordering::Equal => Relation::Same,
            std::cmp::Ordering::Less => Relation::Narrower,
            std::cmp::Ordering::Greater => Relation::Wider,
        },
    };
    let kind: Option<&'static Kind> = values::kind(direction, relation);
    compared.found.extend(kind.map(|kind| {
        let text = |form: Form<'_>, items: Items<'_>| match items.places.len() {
            0 => format!("`{}`", form.word()),
            count => format!("{} of {count}", form.word()),
        };
        site.found(kind, format!("`{}`: was {}, is {}", site.label, text(old, before), text(new, after)))
    }));
    for index in 0..from.max(to) {
        let both = before.at(index).zip(after.at(index));
        compared.below.extend(both.map(|(old, new)| site.below(old, new, &Step::Items)));
    }
    compared.below.extend(before.rest.zip(after.rest).map(|(old, new)| {
        let [old_rules, new_rules] = [sides[0].closure(&site.old.rules), sides[1].closure(&site.new.rules)]
            .map(|rules| rules.iter().filter_map(|rule| rule.items).collect());
        site.below(old, new, &Step::Items).with_rules(old_rules, new_rules)
    }));
    Some(compared)
}
