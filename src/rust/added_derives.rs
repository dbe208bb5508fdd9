//! The traits that the user adds to generated types, in the options.

use crate::document::nearest;
use crate::model::Api;
use crate::model::schema::{Shape, TypeDef, TypeHint, TypeId, TypeRef};
use crate::names::NameTable;
use crate::options::{TypeOptions, attribute, derive_path};

/// The traits that the user adds, by the index of the type in the model.
#[derive(Debug)]
pub struct AddedDerives {
    derives: Vec<Vec<String>>,
    attributes: Vec<Vec<String>>,
}

impl AddedDerives {
    /// Finds the types that the options name: by component, else by the Rust name.
    ///
    /// # Errors
    ///
    /// If a path is invalid, or a name is not that of a type.
    pub fn of(api: &Api, names: &NameTable, options: &TypeOptions) -> Result<Self, String> {
        let ids = || (0..api.types.len()).map(TypeId);
        let has_item = |id: &TypeId| !matches!(api.type_def(*id).shape, Shape::Alias(_));
        let mut added = vec![options.derives.clone(); api.types.len()];
        let mut attributes = vec![options.attributes.clone(); api.types.len()];
        for (name, one) in &options.by_name {
            let found: Vec<TypeId> = match ids().filter(|id| component(api.type_def(*id)) == Some(name)).collect() {
                components if !Vec::is_empty(&components) => components,
                _ => ids().filter(|id| names.ty(*id).ident.to_string() == *name).map(|id| shared(api, id)).collect(),
            };
            if found.is_empty() {
                let known = ids().filter(has_item).filter_map(|id| component(api.type_def(id)));
                let help = match nearest(name, known) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "expected the name of a component or of a generated type".to_owned(),
                };
                return Err(format!("`[types.{}]` is not a type of the document; {help}", name.escape_debug()));
            }
            let needs_item = !one.derives.is_empty() || !one.attributes.is_empty();
            if let Some(alias) = found.iter().find(|id| !has_item(id) && needs_item) {
                let ident = &names.ty(*alias).ident;
                return Err(format!("`[types.{name}]`: `{ident}` is an alias, which cannot derive traits"));
            }
            for id in found {
                added[id.0].extend(one.derives.iter().cloned());
                attributes[id.0].extend(one.attributes.iter().cloned());
            }
        }
        added.iter().flatten().try_for_each(|path| derive_path(path))?;
        attributes.iter().flatten().try_for_each(|text| attribute(text))?;
        Ok(Self { derives: added, attributes })
    }

    /// The paths of the traits that this type derives additionally.
    pub fn paths(&self, id: TypeId) -> &[String] {
        &self.derives[id.0]
    }

    /// The attributes that this type has additionally.
    pub fn attributes(&self, id: TypeId) -> &[String] {
        &self.attributes[id.0]
    }
}

/// The type that the schemas share if this is another name for it.
fn shared(api: &Api, id: TypeId) -> TypeId {
    match &api.type_def(id).shape {
        Shape::Alias(TypeRef::Named(target)) if api.type_def(id).is_other_name() => *target,
        Shape::Alias(_) | Shape::Struct(_) | Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => id,
    }
}

/// The key of the component that a type is made from.
pub fn component(def: &TypeDef) -> Option<&str> {
    match &def.hint {
        TypeHint::Component { name, .. } => Some(name),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => None,
    }
}

/// The name of a trait of the standard library; `None` for another path.
pub fn standard(path: &str) -> Option<&str> {
    let path = path.strip_prefix("::").unwrap_or(path);
    match path.rsplit_once("::") {
        None => Some(path),
        Some((before, name)) => ["std::", "core::"]
            .iter()
            .any(|root| before.starts_with(root) || before == root.trim_end_matches(':'))
            .then_some(name),
    }
}
