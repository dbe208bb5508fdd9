//! Objects and arrays.

use serde_json::{Map, Value};

use super::check::Strictness;
use super::direction::is_excluded;
use super::error::ValueError;
use super::generate::{Extent, Generator, Position};
use super::merged::Merged;
use super::seed::Seed;
use super::words;
use crate::model::rule::Limit;
use crate::model::value_schema::{AdditionalValues, ValueSchemaId};

/// How many items or properties are made at most because a schema requires them.
const MOST: usize = 2_000;

/// How many candidates are tried for an item that must be unique.
const RETRIES: usize = 60;

/// The fewest and the most items or properties.
#[derive(Debug, Clone, Copy)]
struct Count {
    least: usize,
    most: usize,
}

impl Generator<'_> {
    pub(super) fn object(&self, at: &Position<'_>, merged: &Merged<'_>, extent: Extent) -> Result<Value, ValueError> {
        let count = count(merged.limits(), |limit| match limit {
            Limit::MinProperties(least) => Some((*least, u64::MAX)),
            Limit::MaxProperties(most) => Some((0, *most)),
            _ => None,
        });
        self.check_count(at, count)?;
        let mut required: Vec<&str> = merged.schemas.iter().flat_map(|schema| schema.required()).collect();
        required.extend(merged.tags.iter().map(|(property, _)| *property));
        let properties = merged.schemas.iter().flat_map(|schema| &schema.properties);
        let mut names: Vec<&str> = properties.map(|(name, _)| name.as_str()).collect();
        names.extend(&required);
        let mut fields = Map::new();
        for is_required in [true, false] {
            for name in names.iter().filter(|name| required.contains(name) == is_required) {
                if fields.contains_key(*name) || !is_required && fields.len() >= count.most {
                    continue;
                }
                let is_wanted = extent == Extent::Full && self.is_generous(at) || fields.len() < count.least;
                if is_required || is_wanted {
                    let made = self.property(at, merged, name, is_required)?;
                    fields.extend(made.map(|value| ((*name).to_owned(), value)));
                }
            }
        }
        if fields.len() > count.most {
            return Err(self.error(at, format!("more than {} properties are required", count.most)));
        }
        self.add_entries(at, merged, &mut fields, (count, extent))?;
        Ok(Value::Object(in_order(fields, &names)))
    }

    /// The value of a property; `None` if it is not sent, or optional and has no finite value.
    fn property(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        name: &str,
        is_required: bool,
    ) -> Result<Option<Value>, ValueError> {
        let declared = merged.schemas.iter().filter_map(|schema| schema.property(name));
        if declared.clone().any(|id| is_excluded(self.schemas, id, self.flow)) {
            return Ok(None);
        }
        let Some(ids) = ids_of(merged, name, self.strictness) else {
            let why = format!("the property `{name}` is required, and forbidden by `additionalProperties: false`");
            return if is_required { Err(self.error(at, why)) } else { Ok(None) };
        };
        if !is_required && self.is_recursive(&ids) {
            return Ok(None);
        }
        let tags = tags_of(merged, name);
        let position = Position { ids, name, place: at.place.child(name), tags, salt: at.salt, depth: at.depth + 1 };
        if position.tags.is_none()
            && let Some(preset) = self.preset_value(&position, at.depth == 0)
        {
            return Ok(Some(preset));
        }
        match self.inside(&at.ids, || self.value(&position)) {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_required => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn preset_value(&self, at: &Position<'_>, is_of_root: bool) -> Option<Value> {
        let presets = self.presets.of(at.name, is_of_root).into_iter();
        presets.map(crate::model::example::ExampleValue::Data).find_map(|value| self.usable(at, &value))
    }

    /// Adds properties that no schema names: those of a map, and as many as are required.
    fn add_entries(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        fields: &mut Map<String, Value>,
        (count, extent): (Count, Extent),
    ) -> Result<(), ValueError> {
        let is_map = merged.schemas.iter().any(|schema| matches!(schema.additional, AdditionalValues::Each(_)));
        let is_wanted = is_map && fields.is_empty() && extent == Extent::Full && self.is_generous(at);
        let wanted = count.least.max(usize::from(is_wanted)).min(count.most);
        let mut seed = Seed::new(self.seed, &format!("{} {} keys", self.origin, at.place));
        for attempt in 0..wanted.saturating_mul(2) + 8 {
            if fields.len() >= wanted {
                break;
            }
            let word = words::word(&mut seed);
            let key = if attempt < 8 { word.to_owned() } else { format!("{word}{attempt}") };
            let Some(ids) = ids_of(merged, &key, self.strictness).filter(|_| !fields.contains_key(&key)) else {
                continue;
            };
            let is_needed = fields.len() < count.least;
            if !is_needed && self.is_recursive(&ids) {
                break;
            }
            let position = Position {
                ids,
                name: at.name,
                place: at.place.child(&key),
                tags: None,
                salt: at.salt,
                depth: at.depth + 1,
            };
            match self.inside(&at.ids, || self.value(&position)) {
                Ok(value) => drop(fields.insert(key, value)),
                Err(error) if is_needed => return Err(error),
                Err(_) => break,
            }
        }
        if fields.len() < count.least {
            return Err(
                self.error(at, format!("at least {} properties are required, and no more are allowed", count.least))
            );
        }
        Ok(())
    }

    pub(super) fn array(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        extent: Extent,
        seed: &mut Seed,
    ) -> Result<Value, ValueError> {
        let mut count = count(merged.limits(), |limit| match limit {
            Limit::MinItems(least) => Some((*least, u64::MAX)),
            Limit::MaxItems(most) => Some((0, *most)),
            _ => None,
        });
        if self.is_parameter && at.depth == 0 {
            count.least = count.least.max(1);
        }
        self.check_count(at, count)?;
        let is_unique = merged.limits().any(|limit| matches!(limit, Limit::UniqueItems));
        let places = merged.schemas.iter().filter_map(|schema| schema.places.as_ref()).map(Vec::len).max();
        let usual =
            if extent == Extent::Full && self.is_generous(at) { places.unwrap_or(1 + seed.below(2)) } else { 0 };
        let wanted = count.least.max(usual).min(count.most);
        let mut items: Vec<Value> = Vec::new();
        while items.len() < wanted {
            let item = self.item(at, merged, &items, is_unique);
            match item {
                Ok(Some(item)) => items.push(item),
                Ok(None) | Err(_) if items.len() >= count.least => break,
                Ok(None) => return Err(self.error(at, format!("found no {} different items", count.least))),
                Err(error) => return Err(error),
            }
        }
        Ok(Value::Array(items))
    }

    /// The next item; `None` if there is none that differs, or none that ends a recursion.
    fn item(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        items: &[Value],
        is_unique: bool,
    ) -> Result<Option<Value>, ValueError> {
        let index = items.len();
        let Some(ids) = item_ids(merged, index) else { return Ok(None) };
        if self.is_recursive(&ids) {
            return Ok(None);
        }
        for retry in 0..if is_unique { RETRIES } else { 1 } {
            let place = at.place.index(index);
            let salt = at.salt + index + retry;
            let position = Position { ids: ids.clone(), name: at.name, place, tags: None, salt, depth: at.depth + 1 };
            let item = self.inside(&at.ids, || self.value(&position))?;
            if !is_unique || !items.contains(&item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    fn check_count(&self, at: &Position<'_>, Count { least, most }: Count) -> Result<(), ValueError> {
        match () {
            () if least > most => Err(self.error(at, format!("at least {least} and at most {most} are allowed"))),
            () if least > MOST => Err(self.error(at, format!("{least} items or properties are too many to make"))),
            () => Ok(()),
        }
    }
}

fn count<'l>(limits: impl Iterator<Item = &'l Limit>, of: impl Fn(&Limit) -> Option<(u64, u64)>) -> Count {
    let (least, most) = limits.filter_map(of).fold((0, u64::MAX), |all, one| (all.0.max(one.0), all.1.min(one.1)));
    let count = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Count { least: count(least), most: count(most) }
}

/// The schemas of a property; `None` if one of the schemas forbids it.
fn ids_of(merged: &Merged<'_>, name: &str, strictness: Strictness) -> Option<Vec<ValueSchemaId>> {
    let mut ids: Vec<ValueSchemaId> = merged.schemas.iter().filter_map(|schema| schema.property(name)).collect();
    if !ids.is_empty() && strictness == Strictness::AsRead {
        return Some(ids);
    }
    for schema in merged.schemas.iter().filter(|schema| schema.property(name).is_none()) {
        match schema.additional {
            AdditionalValues::Each(id) => ids.push(id),
            AdditionalValues::Any => {}
            AdditionalValues::None => return None,
        }
    }
    Some(ids)
}

/// The schemas of an item; `None` if one of the schemas forbids it.
fn item_ids(merged: &Merged<'_>, index: usize) -> Option<Vec<ValueSchemaId>> {
    let mut ids = Vec::new();
    for schema in &merged.schemas {
        let place = schema.places.as_ref().and_then(|places| places.get(index)).copied();
        match (place.or(schema.items), &schema.places) {
            (Some(id), _) => ids.push(id),
            (None, Some(_)) => return None,
            (None, None) => {}
        }
    }
    Some(ids)
}

/// The values of a discriminator that select all chosen alternatives.
fn tags_of<'m>(merged: &Merged<'m>, name: &str) -> Option<Vec<&'m str>> {
    let mut lists = merged.tags.iter().filter(|(property, _)| *property == name).map(|(_, tags)| *tags);
    let first = lists.next()?;
    let rest: Vec<&[String]> = lists.collect();
    let is_common = |tag: &&String| rest.iter().all(|tags| tags.contains(tag));
    Some(first.iter().filter(is_common).map(String::as_str).collect())
}

/// The properties in the order of the document.
fn in_order(mut fields: Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let mut ordered = Map::new();
    for name in names {
        ordered.extend(fields.remove_entry(*name));
    }
    ordered.extend(fields);
    ordered
}
