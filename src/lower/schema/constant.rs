//! Properties that have a single value.

use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef};

/// The only string that the property allows, if the schema itself or an inline part of it says so.
pub(super) fn constant(flat: &FlatSchema<'_>, property: &str) -> Option<String> {
    let own = flat.properties.iter().find(|(wire, _)| *wire == property).map(|(_, located)| located);
    if let Some(Located { part: SchemaOrRef::Schema(schema), at }) = own {
        let values = FlatSchema::new(schema, at).values;
        return if let [value] = values.as_slice() { value.as_str().map(str::to_owned) } else { None };
    }
    let inline = flat.all_of.iter().filter_map(|part| match part.part {
        SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &part.at)),
        SchemaOrRef::Reference(_) => None,
    });
    // One level: constants are not written in parts of parts.
    inline.into_iter().filter(|part| part.all_of.is_empty()).find_map(|part| constant(&part, property))
}
