//! Checks a description of pages against its operation, and finds what it names.

use super::field_path::{Target, plain, target};
use crate::document::nearest;
use crate::model::Api;
use crate::model::operation::{
    Content, Counted, Method, NextPage, NextParameter, Operation, PageEnd, PageNumber, ParameterShape, ParameterStyle,
    QueryStyle, ResponsePlace, Status,
};
use crate::model::schema::{Literal, Scalar, Shape, TypeRef};
use crate::options::Pagination;

/// The pages of an operation.
pub struct Pages {
    /// How the next one is requested.
    pub next: NextPage,
    /// The JSON pointer of the items.
    pub items: Option<String>,
}

/// Finds what the description names.
///
/// # Errors
///
/// What is missing, does not exist, or cannot be combined.
pub fn resolve(api: &Api, index: usize, written: &Pagination) -> Result<Pages, String> {
    let operation = &api.operations[index];
    if operation.method != Method::Get || operation.body.is_some() {
        return Err("only GET operations without a body have pages".to_owned());
    }
    let places = Places { api, operation };
    match (&written.offset, &written.page, &written.cursor) {
        (Some(name), None, None) => numbered(&places, written, Counted::Items, name),
        (None, Some(name), None) => numbered(&places, written, Counted::Pages, name),
        (None, None, Some(name)) => by_cursor(&places, written, name),
        _ => Err("expected one of `offset`, `page` and `cursor`".to_owned()),
    }
}

fn by_cursor(places: &Places<'_>, written: &Pagination, name: &str) -> Result<Pages, String> {
    let others = [
        ("first", written.first.is_some()),
        ("total", written.total.is_some()),
        ("pages", written.pages.is_some()),
        ("more", written.more.is_some()),
    ];
    if let Some((key, _)) = others.into_iter().find(|(_, is_set)| *is_set) {
        return Err(format!("`{key}` has no effect with `cursor`"));
    }
    let index = places.parameter("cursor", name, |style| match style {
        ParameterStyle::Query(style) => style != QueryStyle::Json,
        ParameterStyle::Header | ParameterStyle::Cookie => true,
        ParameterStyle::Path(_) | ParameterStyle::HeaderJson | ParameterStyle::CookieJson => false,
    })?;
    let next = written.next.as_deref().ok_or("`cursor` requires `next`, the place of the next cursor")?;
    let place = places.place("next", next, is_cursor)?;
    let items = written.items.as_deref().map(|items| places.items(Some(items))).transpose()?;
    Ok(Pages { next: NextPage::Parameters(vec![NextParameter { index, place }]), items })
}

fn numbered(places: &Places<'_>, written: &Pagination, counts: Counted, name: &str) -> Result<Pages, String> {
    let key = match counts {
        Counted::Items => "offset",
        Counted::Pages => "page",
    };
    if written.next.is_some() {
        return Err(format!("`next` has no effect with `{key}`"));
    }
    let is_query = |style| matches!(style, ParameterStyle::Query(QueryStyle::Form));
    let index = places.parameter(key, name, is_query)?;
    let parameter = &places.operation.parameters[index];
    if !is_number(plain(places.api, &parameter.ty)) {
        return Err(format!("the parameter `{name}` is not an integer"));
    }
    let default = match parameter.default {
        Some(Literal::Integer(number)) => u64::try_from(number).ok(),
        Some(Literal::Unsigned(number)) => Some(number),
        _ => None,
    };
    let first = match (written.first.or(default), counts) {
        (Some(first), _) => first,
        // Nothing is skipped.
        (None, Counted::Items) => 0,
        (None, Counted::Pages) => {
            return Err(format!("the parameter `{name}` has no default; set `first`, the number of the first page"));
        }
    };
    let end = match (&written.total, &written.pages, &written.more) {
        (None, None, None) => None,
        (Some(total), None, None) => Some(PageEnd::Items(places.place("total", total, is_number)?)),
        (None, Some(_), None) if counts == Counted::Items => return Err("`pages` requires `page`".to_owned()),
        (None, Some(pages), None) => Some(PageEnd::Pages(places.place("pages", pages, is_number)?)),
        (None, None, Some(more)) => Some(PageEnd::More(places.place("more", more, is_boolean)?)),
        _ => return Err("expected at most one of `total`, `pages` and `more`".to_owned()),
    };
    let items = places.items(written.items.as_deref())?;
    Ok(Pages { next: NextPage::Number(PageNumber { index, first, counts, end }), items: Some(items) })
}

/// The parameters and responses of an operation.
struct Places<'a> {
    api: &'a Api,
    operation: &'a Operation,
}

impl Places<'_> {
    /// The index of a parameter with a single value.
    fn parameter(&self, key: &str, name: &str, has_style: impl Fn(ParameterStyle) -> bool) -> Result<usize, String> {
        let parameters = &self.operation.parameters;
        let Some(index) = parameters.iter().position(|parameter| parameter.name == name) else {
            let what = format!("`{key}`: the operation has no parameter `{}`", name.escape_debug());
            let near = nearest(name, parameters.iter().map(|parameter| parameter.name.as_str()));
            return Err(near.map_or(what.clone(), |near| format!("{what}; did you mean `{near}`?")));
        };
        let parameter = &parameters[index];
        if parameter.shape != ParameterShape::Scalar || !has_style(parameter.style) {
            let place = parameter.style.location();
            return Err(format!(
                "`{key}`: the parameter `{name}` in `{place}` cannot have the number or name of a page"
            ));
        }
        Ok(index)
    }

    /// A place in the response, whose value has this type.
    fn place(&self, key: &str, text: &str, is_valid: fn(&TypeRef) -> bool) -> Result<ResponsePlace, String> {
        let place = ResponsePlace::parse(text).ok_or_else(|| malformed(key, text))?;
        if let ResponsePlace::Body(pointer) = &place {
            self.check(key, pointer, is_valid)?;
        }
        Ok(place)
    }

    /// The pointer of the list in the body.
    fn items(&self, text: Option<&str>) -> Result<String, String> {
        let pointer = match text {
            None | Some("$response.body") => String::new(),
            Some(text) => match ResponsePlace::parse(text) {
                Some(ResponsePlace::Body(pointer)) => pointer,
                Some(ResponsePlace::Header(_)) | None => return Err(malformed("items", text)),
            },
        };
        let is_list = |ty: &TypeRef| match ty {
            TypeRef::List(_) | TypeRef::Scalar(Scalar::Any | Scalar::Mapped(_)) => true,
            // A tuple is an array as well.
            TypeRef::Named(id) | TypeRef::Boxed(id) => matches!(self.api.type_def(*id).shape, Shape::Tuple(_)),
            TypeRef::Scalar(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => false,
        };
        match (self.check("items", &pointer, is_list), text) {
            (Ok(()), _) => Ok(pointer),
            (Err(_), None) => {
                Err("the body of the response is not a list; set `items`, the place of the list".to_owned())
            }
            (Err(message), Some(_)) => Err(message),
        }
    }

    /// Checks that the body of a success has a value of this type at the pointer.
    fn check(&self, key: &str, pointer: &str, is_valid: impl Fn(&TypeRef) -> bool) -> Result<(), String> {
        let is_success = |status: Status| match status {
            Status::Code(code) => (200..300).contains(&code),
            Status::Range(digit) => digit == 2,
            Status::Default => true,
        };
        let responses = self.operation.responses.iter().filter(|response| is_success(response.status));
        let body = responses.flat_map(|response| &response.forms).find_map(|form| match &form.content {
            Content::Json(ty) => Some(ty),
            Content::Form(_) | Content::Multipart(_) | Content::Stream(_) | Content::Bytes | Content::Text => None,
        });
        let body = body.ok_or_else(|| format!("`{key}`: the response has no JSON body"))?;
        match target(self.api, body, pointer) {
            Target::Untyped => Ok(()),
            Target::Fields(_, ty) if is_valid(plain(self.api, ty)) => Ok(()),
            Target::Fields(..) => Err(format!("`{key}`: the value at `{pointer}` of the body has another type")),
            Target::Missing => Err(format!("`{key}`: the body of the response has no property at `{pointer}`")),
        }
    }
}

fn malformed(key: &str, text: &str) -> String {
    let places = match key {
        "items" => "`$response.body#/…`",
        _ => "`$response.body#/…` or `$response.header.…`",
    };
    format!("`{key}`: `{}` is not a place in the response; expected {places}", text.escape_debug())
}

/// Whether a value of the type can be an integer. Integers are often declared as numbers or strings.
fn is_number(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => match scalar {
            Scalar::Any | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => true,
            Scalar::Float32 | Scalar::Float64 | Scalar::Text | Scalar::Mapped(_) => true,
            Scalar::Uuid | Scalar::DateTime | Scalar::Date | Scalar::Base64 => false,
            Scalar::Bool | Scalar::Password | Scalar::File => false,
        },
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => false,
    }
}

/// Whether a value of the type can be a cursor.
fn is_cursor(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => !matches!(scalar, Scalar::Bool | Scalar::File),
        // An enum or a union.
        TypeRef::Named(_) | TypeRef::Boxed(_) => true,
        TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => false,
    }
}

fn is_boolean(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Scalar(Scalar::Bool | Scalar::Any | Scalar::Mapped(_)))
}
