//! What the snippets of an operation have in common: the operation with an example of its body, and the names of variables.

use serde_json::Value;

use super::examples;
use super::part::Part;
use crate::model::operation::Operation;
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};
use crate::values::ValueUse;

/// The operation of a snippet.
pub struct Snippet<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The base URL, if the document has one.
    pub base_url: Option<&'a str>,
    /// The example of the body.
    pub body: ValueUse,
}

/// A field of a form with its example.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Whether it is a file, or a list of files.
    pub is_file: bool,
}

impl Snippet<'_> {
    /// The example of the body.
    pub fn value(&self, part: Part<'_>) -> Option<Value> {
        examples::value(part, self.body)
    }

    /// The example of the body as JSON; empty if there is none.
    pub fn body_text(&self, part: Part<'_>) -> String {
        self.value(part).as_ref().map(examples::pretty).unwrap_or_default()
    }
}

/// The fields of the example of a form; `multipart` is the type of one with files.
pub fn fields(part: Part<'_>, snippet: &Snippet<'_>, multipart: Option<TypeId>) -> Vec<Field> {
    let value = snippet.value(part);
    let fields = value.as_ref().and_then(Value::as_object).into_iter().flatten();
    let field = |(name, value): (&String, &Value)| Field {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        is_file: multipart.is_some_and(|id| is_file(part, id, name)),
    };
    fields.map(field).collect()
}

/// Whether a part of a form is a file, or a list of files.
fn is_file(part: Part<'_>, id: TypeId, name: &str) -> bool {
    let Shape::Struct(form) = &part.types[id.0].shape else { return false };
    let mut ty = form.fields.iter().find(|field| field.wire == name).map(|field| &field.ty);
    while let Some(TypeRef::List(inner) | TypeRef::Nullable(inner)) = ty {
        ty = Some(inner);
    }
    matches!(ty, Some(TypeRef::Scalar(Scalar::File)))
}

/// The name of an environment variable for a parameter or a credential. A document cannot name another variable of the
/// reader, such as `PATH` or the secret of another service: all names begin with `API_`.
pub fn variable_name(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let mut text = "API_".to_owned();
    let mut was_lower = false;
    for c in name.chars() {
        if was_lower && c.is_ascii_uppercase() {
            text.push('_');
        }
        was_lower = c.is_ascii_lowercase();
        text.push(word(c));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::variable_name;

    #[test]
    fn variables_have_the_prefix_of_snippets() {
        for (name, expected) in [
            ("path", "API_PATH"),
            ("AWS_SECRET_ACCESS_KEY", "API_AWS_SECRET_ACCESS_KEY"),
            ("petId", "API_PET_ID"),
            ("X-Shop-Key", "API_X_SHOP_KEY"),
            ("2fa", "API_2FA"),
            ("a$(b)", "API_A__B_"),
            ("", "API_"),
        ] {
            assert_eq!(variable_name(name), expected, "{name}");
        }
    }
}
