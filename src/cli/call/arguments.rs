//! The arguments of an operation: parameters, fields of the body.

use std::io::Read;

use keystub_server_runtime::Value as Received;
use serde_json::{Map, Value};

use super::report::unknown;
use crate::diag::escaped;
use crate::live::call::{FileContent, Input, Part, Sent, Upload, representation};
use crate::live::request_text::parameter_value;
use crate::model::Api;
use crate::model::operation::{Content, Operation, ParameterShape};
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};

/// The most bytes of a body that is read from standard input or from a file.
const MOST: u64 = 1 << 30;

/// The arguments as they are written.
pub(super) struct Written<'a> {
    /// `--name value`, `name=value`, `name:=JSON`, `name@FILE`.
    pub arguments: &'a [String],
    /// `--body`.
    pub body: Option<&'a str>,
    /// `--media-type`.
    pub media_type: Option<&'a str>,
}

/// The parameters and the body of a call.
///
/// # Errors
///
/// The first argument that is wrong.
pub(super) fn read(api: &Api, at: usize, written: &Written<'_>) -> Result<Input, String> {
    let operation = &api.operations[at];
    let mut texts: Vec<(usize, Vec<String>)> = Vec::new();
    let mut fields: Vec<(String, Field)> = Vec::new();
    let mut rest = written.arguments.iter();
    while let Some(argument) = rest.next() {
        if let Some(flag) = argument.strip_prefix("--") {
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (flag, None),
            };
            let index = parameter(operation, name)?;
            let value = value.or_else(|| rest.next().cloned());
            let value = value.ok_or_else(|| format!("`--{}` needs a value", escaped(name)))?;
            match texts.iter_mut().find(|(own, _)| *own == index) {
                Some((_, values)) => values.push(value),
                None => texts.push((index, vec![value])),
            }
        } else {
            fields.push(field(argument)?);
        }
    }
    let parameters = texts.into_iter().map(|(index, values)| Ok((index, typed(api, operation, index, values)?)));
    let parameters = parameters.collect::<Result<_, String>>()?;
    Ok(Input { parameters, body: body(api, operation, written, fields)? })
}

fn parameter(operation: &Operation, name: &str) -> Result<usize, String> {
    let known: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let found = known.iter().position(|own| *own == name);
    // `--pet-id` is `petId`, if there is only one such parameter.
    let plain = |text: &str| text.replace(['-', '_'], "").to_lowercase();
    let mut similar = known.iter().enumerate().filter(|(_, own)| plain(own) == plain(name));
    let similar = similar.next().filter(|_| similar.next().is_none()).map(|(index, _)| index);
    found.or(similar).ok_or_else(|| {
        let own = [
            "server",
            "credentials",
            "profile",
            "body",
            "media-type",
            "all",
            "dry-run",
            "curl",
            "include",
            "jq",
            "timeout",
            "config",
            "format",
        ];
        match own.contains(&name) {
            true => format!("`--{name}` is an option of keystub: write it before the parameters"),
            false => unknown("parameter", name, &known),
        }
    })
}

/// The value of a parameter from its texts.
fn typed(api: &Api, operation: &Operation, index: usize, mut values: Vec<String>) -> Result<Value, String> {
    let parameter = &operation.parameters[index];
    let failed = |error: String| format!("`--{}`: {error}", escaped(&parameter.name));
    let is_json = |text: &str| text.starts_with(['{', '[']);
    let received = match parameter.shape {
        ParameterShape::Array if values.len() > 1 || !(parameter.or_scalar || is_json(&values[0])) => {
            Received::Array(values.into_iter().map(|value| Received::Text(value.into())).collect())
        }
        _ if parameter.or_scalar && values.len() == 1 && !is_json(&values[0]) => {
            let text = Received::Text(values[0].as_str().into());
            let list = || Received::Array(vec![Received::Text(values[0].as_str().into())]);
            let single = parameter_value(api, &text, &parameter.ty);
            return single.or_else(|error| parameter_value(api, &list(), &parameter.ty).map_err(|_| failed(error)));
        }
        _ if values.len() > 1 => return Err(failed("it has one value".to_owned())),
        ParameterShape::Scalar => Received::Text(values.swap_remove(0).into()),
        ParameterShape::Array | ParameterShape::Object => {
            let json: Value = serde_json::from_str(&values[0]).map_err(|error| failed(format!("not JSON: {error}")))?;
            return Ok(json);
        }
    };
    parameter_value(api, &received, &parameter.ty).map_err(failed)
}

/// The value of a field.
enum Field {
    /// `name=value`.
    Text(String),
    /// `name:=JSON`.
    Json(Value),
    /// `name@FILE` or `name@FILE;type=MEDIA/TYPE`.
    File(String),
}

fn field(argument: &str) -> Result<(String, Field), String> {
    let wrong = || {
        let argument = escaped(argument);
        format!("`{argument}` is neither `--name value`, `name=value`, `name:=JSON` nor `name@FILE`")
    };
    let at = argument.find(['=', '@']).filter(|at| *at > 0).ok_or_else(wrong)?;
    let (name, value) = (&argument[..at], &argument[at + 1..]);
    if argument[at..].starts_with('@') {
        return Ok((name.to_owned(), Field::File(value.to_owned())));
    }
    match name.strip_suffix(':') {
        Some(name) => {
            let value =
                serde_json::from_str(value).map_err(|error| format!("`{}`: not JSON: {error}", escaped(name)))?;
            Ok((name.to_owned(), Field::Json(value)))
        }
        None => Ok((name.to_owned(), Field::Text(value.to_owned()))),
    }
}

fn body(
    api: &Api,
    operation: &Operation,
    written: &Written<'_>,
    fields: Vec<(String, Field)>,
) -> Result<Option<(usize, Sent)>, String> {
    if written.body.is_none() && fields.is_empty() {
        return Ok(None);
    }
    let Some(described) = &operation.body else { return Err("the operation has no request body".to_owned()) };
    let types: Vec<&str> = described.forms.iter().map(|form| form.media_type.as_str()).collect();
    let index = match written.media_type {
        None => 0,
        Some(wanted) => {
            types.iter().position(|own| *own == wanted).ok_or_else(|| unknown("media type", wanted, &types))?
        }
    };
    let content = representation(operation, index).map(|form| &form.content);
    match (written.body, content) {
        (Some(_), _) if !fields.is_empty() => Err("give the body or its fields, not both".to_owned()),
        (Some(text), Some(Content::Json(_))) => {
            let bytes = given(text)?;
            let value = serde_json::from_slice(&bytes).map_err(|error| format!("the body is not JSON: {error}"))?;
            Ok(Some((index, Sent::Value(value))))
        }
        (Some(_), Some(Content::Multipart(_))) => Err("write the parts of a multipart body as fields".to_owned()),
        (None, Some(Content::Multipart(id))) => {
            let parts = fields.into_iter().map(|(name, field)| Ok((name.clone(), part(api, *id, &name, field)?)));
            Ok(Some((index, Sent::Parts(parts.collect::<Result<_, String>>()?))))
        }
        (Some(text), _) => Ok(Some((index, raw(text)?))),
        (None, Some(Content::Json(ty) | Content::Form(ty))) => {
            let mut object = Map::new();
            for (name, field) in fields {
                let value = match field {
                    Field::Json(value) => value,
                    Field::Text(text) => value(api, field_type(api, ty, &name), &name, text)?,
                    Field::File(_) => {
                        return Err(format!("`{}`: only multipart bodies have files", escaped(&name)));
                    }
                };
                object.insert(name, value);
            }
            Ok(Some((index, Sent::Value(Value::Object(object)))))
        }
        (None, _) => Err("the body has no fields; use `--body`".to_owned()),
    }
}

/// The value of a text by the type of its field.
fn value(api: &Api, ty: Option<&TypeRef>, name: &str, text: String) -> Result<Value, String> {
    let Some(ty) = ty else { return Ok(Value::String(text)) };
    parameter_value(api, &Received::Text(text.into()), ty).map_err(|error| format!("`{}`: {error}", escaped(name)))
}

/// A part of a multipart body. The parts of one name are a list, if the document has one.
fn part(api: &Api, body: TypeId, name: &str, field: Field) -> Result<Part, String> {
    let body = TypeRef::Named(body);
    let ty = field_type(api, &body, name).map(|ty| item(api, ty));
    let failed = |why: String| format!("`{}`: {why}", escaped(name));
    match field {
        Field::Json(value) => Ok(Part::Value(value)),
        Field::Text(_) if ty == Some(&TypeRef::Scalar(Scalar::File)) => {
            Err(failed(format!("it is a file: write `{}@FILE`", escaped(name))))
        }
        Field::Text(text) => value(api, ty, name, text).map(Part::Value),
        Field::File(text) => {
            let (path, media_type) = match text.split_once(";type=") {
                Some((path, media_type)) => (path, Some(media_type.to_owned())),
                None => (text.as_str(), None),
            };
            let content = content(path).map_err(|error| failed(format!("cannot read {}: {error}", escaped(path))))?;
            Ok(Part::File { path: path.into(), media_type, content })
        }
    }
}

/// The type of one part: that of the items of a list.
fn item<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    match ty {
        TypeRef::Nullable(inner) | TypeRef::List(inner) => item(api, inner),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Alias(target) => item(api, target),
            Shape::Struct(_) | Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => ty,
        },
        TypeRef::Map(_) | TypeRef::Scalar(_) => ty,
    }
}

/// The type of a property of an object.
pub(super) fn field_type<'a>(api: &'a Api, ty: &'a TypeRef, name: &str) -> Option<&'a TypeRef> {
    match ty {
        TypeRef::Nullable(inner) => field_type(api, inner, name),
        TypeRef::Map(value) => Some(value),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Alias(target) => field_type(api, target, name),
            Shape::Struct(shape) => shape.fields.iter().find(|field| field.wire == name).map(|field| &field.ty),
            Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => None,
        },
        TypeRef::Scalar(_) | TypeRef::List(_) => None,
    }
}

/// The file of a part.
fn content(path: &str) -> std::io::Result<FileContent> {
    Ok(match Upload::of(path.as_ref())? {
        Some(upload) => FileContent::Upload(upload),
        None => FileContent::Bytes(file(path)?.into()),
    })
}

/// A body that is sent as `--body` has it.
fn raw(text: &str) -> Result<Sent, String> {
    let upload = match text.strip_prefix('@').filter(|path| *path != "-") {
        Some(path) => Upload::of(path.as_ref()).map_err(|error| format!("cannot read the body: {error}"))?,
        None => None,
    };
    upload.map_or_else(|| given(text).map(Sent::Bytes), |upload| Ok(Sent::File(upload)))
}

/// The bytes of `--body`.
fn given(text: &str) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot read the body: {error}");
    match text.strip_prefix('@') {
        None => Ok(text.as_bytes().to_vec()),
        Some("-") => limited(std::io::stdin().lock(), MOST).map_err(failed),
        Some(path) => file(path).map_err(failed),
    }
}

fn file(path: &str) -> std::io::Result<Vec<u8>> {
    limited(std::fs::File::open(path)?, MOST)
}

/// At most this many bytes. Longer content is an error, because a part of it must not be sent.
fn limited(from: impl Read, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = from.take(most + 1).read_to_end(&mut bytes)?;
    match read as u64 > most {
        true => Err(std::io::Error::other(format!("longer than {most} bytes"))),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_are_too_long_are_not_cut() {
        assert_eq!(limited(&b"1234"[..], 4).unwrap(), b"1234");
        assert!(limited(&b"12345"[..], 4).unwrap_err().to_string().contains("longer than 4 bytes"));
    }
}
