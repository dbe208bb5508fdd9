//! The form of a schema: what its keywords, references and parts describe together.

use std::collections::BTreeSet;

use serde_json::Value;

use super::enums::{self, ValueSet};
use super::form::{Family, Form, Formed, Places, of_properties};
use super::properties::Properties;
use super::scalar;
use super::subtypes::Subtypes;
use crate::diag::Code;
use crate::lower::flat_schema::{Additional, FlatSchema, Located};
use crate::lower::source::Source;
use crate::model::schema::Scalar;

/// The maximum number of schemas that are searched for one field.
const MOST_PARTS: usize = 200;

/// Determines the forms of schemas.
pub(in crate::lower) struct Forms<'s, 'd> {
    pub(super) source: &'s mut Source<'d>,
    pub(super) subtypes: &'s Subtypes<'d>,
}

impl<'d> Forms<'_, 'd> {
    /// The form of a schema.
    pub(super) fn form(&mut self, flat: &FlatSchema<'d>) -> Formed<'d> {
        if flat.not.is_some() {
            self.source.report.warning(Code::UnsupportedSchema, &flat.at.child("not"), "`not` is not checked");
        }
        let mut formed = match self.family(flat) {
            Some(family) => Form::Family(Box::new(family)).into(),
            None if flat.has_parts() => self.composed(flat),
            None => self.plain(flat).into(),
        };
        formed.is_nullable |= flat.is_nullable();
        formed
    }

    /// The form of a schema that is not composed of others.
    pub(super) fn plain(&mut self, flat: &FlatSchema<'d>) -> Form<'d> {
        if flat.is_object() {
            let mut properties = Properties::default();
            properties.add(flat, None);
            return of_properties(properties);
        }
        match flat.kind {
            Some("array") => list(flat),
            None if flat.items.is_some() => list(flat),
            Some("string" | "integer" | "number" | "boolean" | "null") | None => self.scalar_or_enum(flat),
            Some(other) => {
                let message = format!(
                    "unknown type `{other}`; expected `string`, `number`, `integer`, `boolean`, `array` or `object`"
                );
                self.source.report.error(Code::UnknownType, &flat.at.child("type"), message);
                Form::Scalar(Scalar::Any)
            }
        }
    }

    fn scalar_or_enum(&mut self, flat: &FlatSchema<'d>) -> Form<'d> {
        if let Some(mapped) = scalar::mapped(flat, &self.source.document.mapped)
            && flat.values.iter().all(Value::is_null)
        {
            return Form::Scalar(mapped);
        }
        let scalar = scalar::of(flat);
        if let Some(narrow) = scalar::too_narrow(flat) {
            let message = format!("integers beyond `{narrow}` are refused, although the schema allows them");
            self.source.report.warning(Code::UnsupportedSchema, &flat.at, message);
        }
        if flat.values.iter().all(Value::is_null) {
            return Form::Scalar(scalar);
        }
        match enums::lower(flat).as_mut_slice() {
            [] => Form::Scalar(scalar),
            [ValueSet::Values(values)] => Form::Enum(values.clone()),
            sets => {
                let is_loose = sets.iter().any(|set| matches!(set, ValueSet::Any(_)));
                if is_loose {
                    let message = "enum values other than strings and integers of 64 signed bits are not checked";
                    self.source.report.warning(Code::UnsupportedSchema, &flat.at.child("enum"), message);
                }
                match sets {
                    [ValueSet::Any(scalar)] => Form::Scalar(*scalar),
                    sets => Form::Sets(sets.to_vec()),
                }
            }
        }
    }

    /// The family of a schema with subtypes and a discriminator.
    pub(super) fn family(&mut self, flat: &FlatSchema<'d>) -> Option<Family<'d>> {
        if !flat.one_of.is_empty() || !flat.any_of.is_empty() {
            return None;
        }
        let discriminator = self.subtypes.discriminators.get(&flat.at).copied()?;
        self.subtypes.of(&flat.at, discriminator).next()?;
        Some(Family { base: flat.clone(), discriminator })
    }
}

/// Questions about the values of a schema.
impl<'d> Forms<'_, 'd> {
    /// Whether values of the schema are objects, including its parts.
    pub(in crate::lower) fn is_object(&mut self, flat: &FlatSchema<'d>) -> bool {
        match self.form(flat).form {
            Form::Struct(_) | Form::Map(_) | Form::Union(_) | Form::Family(_) => true,
            Form::Scalar(scalar) => scalar == Scalar::Any,
            Form::Same(other) => self.source.view(&other).is_some_and(|flat| flat.is_object() || flat.has_parts()),
            Form::List(_) | Form::Tuple(_) | Form::Enum(_) | Form::Sets(_) => false,
        }
    }

    /// Whether all values of the schema are lists of objects.
    pub(in crate::lower) fn is_list(&mut self, located: &Located<'d>) -> bool {
        let Some(flat) = self.source.view(located) else { return false };
        let items = match self.form(&flat).form {
            Form::List(items) => items,
            Form::Same(other) => {
                self.source.view(&other).filter(|flat| flat.kind == Some("array")).and_then(|flat| flat.items)
            }
            Form::Struct(_) | Form::Map(_) | Form::Family(_) | Form::Union(_) => None,
            Form::Scalar(_) | Form::Tuple(_) | Form::Enum(_) | Form::Sets(_) => None,
        };
        items.is_some_and(|items| self.is_struct(&items))
    }

    /// Whether all values of the schema are objects.
    pub(in crate::lower) fn is_struct(&mut self, located: &Located<'d>) -> bool {
        let Some(flat) = self.source.view(located) else { return false };
        match self.form(&flat).form {
            Form::Struct(_) | Form::Map(_) | Form::Family(_) => true,
            // Follows one reference, or one in an `allOf`; anything deeper is judged by its own keywords.
            Form::Same(other) => self.source.view(&other).is_some_and(|flat| flat.is_object()),
            Form::Union(_) | Form::Scalar(_) | Form::List(_) | Form::Tuple(_) | Form::Enum(_) | Form::Sets(_) => false,
        }
    }

    /// Whether a value of one of these schemas is secret: `writeOnly`, `format: password`, or composed of such values.
    /// The properties of an object are not searched, since each is a separate field.
    pub(in crate::lower) fn is_secret(&mut self, mut parts: Vec<Located<'d>>) -> bool {
        let mut seen = BTreeSet::new();
        while let Some(part) = parts.pop() {
            let Some(flat) = self.source.view(&part) else { continue };
            if flat.data.write_only || flat.format.as_deref() == Some("password") {
                return true;
            }
            if !seen.insert(flat.at.clone()) {
                continue;
            }
            if seen.len() > MOST_PARTS {
                // Too many schemas: hiding a value does less harm than showing it.
                return true;
            }
            let values = match flat.additional {
                Additional::Schema(values) => Some(values),
                Additional::Absent | Additional::None | Additional::Any => None,
            };
            parts.extend([flat.all_of, flat.one_of, flat.any_of].into_iter().flatten().chain(flat.items).chain(values));
        }
        false
    }
}

fn list<'d>(flat: &FlatSchema<'d>) -> Form<'d> {
    match flat.places() {
        Some((list, rest)) => Form::Tuple(Places { list, needed: flat.min_items, rest }),
        None => Form::List(flat.items.clone()),
    }
}
