//! The call of an operation with curl: shell variables in place of parameters and credentials.

use super::examples;
use super::part::Part;
use crate::model::content::{Content, Representation};
use crate::model::operation::{Method, Operation, Parameter, ParameterStyle, Segment};
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};
use crate::model::security::{Access, KeyPlace, Requirement, Scheme, SchemeKind};
use crate::values::ValueUse;

/// The commands with their titles: one for each alternative, and one without credentials if they are optional.
pub fn commands(part: Part<'_>, operation: &Operation, base_url: &str, body: ValueUse) -> Vec<(String, String)> {
    let command = |alternative| command(part, operation, base_url, (alternative, body));
    let Access::Guarded { any_of, or_anonymous } = &operation.access else {
        return vec![("curl".to_owned(), command(None))];
    };
    let is_choice = any_of.count() > 1 || *or_anonymous;
    let title = |requirement: &Requirement| {
        let names: Vec<&str> = requirement.iter().map(|used| part.schemes[used.scheme.0].name.as_str()).collect();
        if is_choice { format!("curl, with {}", names.join(" and ")) } else { "curl".to_owned() }
    };
    let anonymous = or_anonymous.then(|| ("curl, without credentials".to_owned(), command(None)));
    any_of.iter().map(|requirement| (title(requirement), command(Some(requirement)))).chain(anonymous).collect()
}

/// The command with the credentials of an alternative.
fn command(
    part: Part<'_>,
    operation: &Operation,
    base_url: &str,
    (alternative, body): (Option<&Requirement>, ValueUse),
) -> String {
    let mut call = Call::default();
    let path = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => quoted(text),
        Segment::Parameter(index) => variable(&operation.parameters[*index].name),
    });
    let url: String = std::iter::once(quoted(base_url)).chain(path).collect();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.is_required) {
        call.parameter(parameter);
    }
    for used in alternative.into_iter().flat_map(Requirement::iter) {
        call.credential(&part.schemes[used.scheme.0]);
    }
    if let Some(form) = operation.body.as_ref().map(|body| body.forms.first()) {
        call.body(part, form, body);
    }
    let method = if operation.method == Method::Get {
        String::new()
    } else {
        format!("-X {} ", quoted(operation.method.as_str()))
    };
    let query = if call.query.is_empty() { String::new() } else { format!("'?'{}", call.query.join("'&'")) };
    let first = format!("curl {method}{}", joined(&format!("{url}{query}")));
    std::iter::once(first).chain(call.options.iter().map(|option| joined(option))).collect::<Vec<_>>().join(" \\\n  ")
}

#[derive(Default)]
struct Call {
    query: Vec<String>,
    options: Vec<String>,
}

impl Call {
    fn parameter(&mut self, parameter: &Parameter) {
        let value = variable(&parameter.name);
        match parameter.style {
            ParameterStyle::Path(_) => {}
            ParameterStyle::Query(_) => self.pair(&parameter.name, &value),
            ParameterStyle::Header | ParameterStyle::HeaderJson => self.header(&parameter.name, "", &value),
            ParameterStyle::Cookie | ParameterStyle::CookieJson => self.cookie(&parameter.name, &value),
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.query.push(format!("{}{value}", quoted(&format!("{}=", percent_encoded(name)))));
    }

    fn header(&mut self, name: &str, prefix: &str, value: &str) {
        self.options.push(format!("-H {}{value}", quoted(&format!("{name}: {prefix}"))));
    }

    fn cookie(&mut self, name: &str, value: &str) {
        self.options.push(format!("-b {}{value}", quoted(&format!("{name}="))));
    }

    fn credential(&mut self, scheme: &Scheme) {
        let value = variable(&scheme.name);
        let extended = |suffix: &str| variable(&format!("{}_{suffix}", scheme.name));
        match &scheme.kind {
            SchemeKind::ApiKey { place, name } | SchemeKind::Signature { place, name } => match place {
                KeyPlace::Header => self.header(name, "", &value),
                KeyPlace::Query => self.pair(name, &value),
                KeyPlace::Cookie => self.cookie(name, &value),
            },
            SchemeKind::Basic => self.options.push(format!("-u {}':'{}", extended("user"), extended("password"))),
            SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => {
                self.header("Authorization", "Bearer ", &value);
            }
            SchemeKind::MutualTls => {
                self.options.push(format!("--cert {} --key {}", extended("certificate"), extended("key")));
            }
            SchemeKind::OtherHttp { scheme } => self.header("Authorization", &format!("{scheme} "), &value),
        }
    }

    fn body(&mut self, part: Part<'_>, form: &Representation, of: ValueUse) {
        let value = examples::value(part, of);
        let fields = value.as_ref().and_then(serde_json::Value::as_object);
        let fields = fields
            .into_iter()
            .flatten()
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        let content_type = format!("-H {}", quoted(&format!("Content-Type: {}", form.sent_as())));
        match &form.content {
            Content::Json(_) => {
                self.options.push(content_type);
                let text = value.as_ref().map(examples::pretty).unwrap_or_default();
                self.options.push(format!("-d {}", quoted(&text)));
            }
            Content::Form(_) => {
                self.options.extend(fields.map(|(name, value)| {
                    format!("--data-urlencode {}", quoted(&format!("{}={value}", percent_encoded(name))))
                }));
            }
            Content::Multipart(id) => {
                let option = |(name, value): (&String, String)| match is_file(part, *id, name) {
                    true => format!("-F {}", quoted(&format!("{name}=@FILE"))),
                    false => format!("--form-string {}", quoted(&format!("{name}={value}"))),
                };
                self.options.extend(fields.map(option));
            }
            Content::Text | Content::Bytes => {
                self.options.push(content_type);
                self.options.push("--data-binary @FILE".to_owned());
            }
        }
    }
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

/// A word in single quotes, in which a shell expands nothing.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A variable of a shell, in double quotes.
fn variable(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let mut text = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if was_lower && c.is_ascii_uppercase() {
            text.push('_');
        }
        was_lower = c.is_ascii_lowercase();
        text.push(word(c));
    }
    // The name of a variable does not begin with a digit.
    let digit = if text.starts_with(|c: char| c.is_ascii_digit()) || text.is_empty() { "_" } else { "" };
    format!("\"${digit}{text}\"")
}

/// Without the quotes between two quoted words that are adjacent.
fn joined(text: &str) -> String {
    // `'\''` is a quote inside of a word; `''` occurs only between two words.
    text.replace("\\''", "\u{0}").replace("''", "").replace('\u{0}', "\\''")
}

/// The bytes other than unreserved characters as `%XX` (RFC 3986, section 2.1).
fn percent_encoded(text: &str) -> String {
    let byte = |b: u8| match b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}
