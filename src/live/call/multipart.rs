//! Multipart bodies, written by the runtime.

use std::path::PathBuf;

use keystub_client_runtime as rt;
use rt::bytes::Bytes;
use rt::multipart::File;
use rt::multipart_write::{Multipart, ToMultipart, encode};
use rt::reqwest::Body;
use serde_json::Value;

use super::upload::Upload;
use crate::live::client::tables::text;
use crate::model::Api;
use crate::model::operation::{Content, Representation};
use crate::model::schema::{Direction, Scalar, Shape, TypeId, TypeRef};

/// A part.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// A value: text, or JSON.
    Value(Value),
    /// A file.
    File {
        /// Where it was read from.
        path: PathBuf,
        /// Its media type, if it is not the one that the document has.
        media_type: Option<String>,
        /// Its content.
        content: FileContent,
    },
}

/// The content of a file.
#[derive(Debug, Clone)]
pub(crate) enum FileContent {
    Bytes(Bytes),
    /// It is read while it is sent.
    Upload(Upload),
}

impl Part {
    /// The large file that is sent.
    pub fn upload(&self) -> Option<&Upload> {
        match self {
            Self::File { content: FileContent::Upload(upload), .. } => Some(upload),
            Self::File { content: FileContent::Bytes(_), .. } | Self::Value(_) => None,
        }
    }
}

/// The parts of a body with the media types that the document allows.
struct Form<'a> {
    form: &'a Representation,
    parts: &'a [(String, Part)],
}

impl ToMultipart for Form<'_> {
    fn parts(&self, form: &mut Multipart) {
        for (name, media_types) in self.form.part_media_types() {
            form.media_types(text(name), text(media_types));
        }
        for (name, part) in self.parts {
            match part {
                Part::Value(value) => form.field(name, value),
                Part::File { path, media_type, content } => {
                    let file_name = path.file_name().map(|own| own.to_string_lossy().into_owned()).unwrap_or_default();
                    let file = match content {
                        FileContent::Bytes(bytes) => File::new(file_name, bytes.clone()),
                        FileContent::Upload(upload) => {
                            let upload = upload.clone();
                            File::stream(file_name, move || upload.body())
                        }
                    };
                    let file = match media_type {
                        Some(media_type) => file.content_type(media_type),
                        None => file,
                    };
                    form.file(name, &file);
                }
            }
        }
    }
}

/// The parts of a generated value. A part whose media type the document gives as a range has one of that range.
pub(crate) fn generated_parts(api: &Api, form: &Representation, id: TypeId, value: Value) -> Vec<(String, Part)> {
    let Value::Object(members) = value else { return Vec::new() };
    let Shape::Struct(shape) = &api.type_def(id).shape else { return Vec::new() };
    let media_type = |name: &str| {
        let (_, list) = form.part_media_types().find(|(own, _)| *own == name)?;
        let first = list.split(',').next()?.trim();
        match first.split_once('/')? {
            ("*", _) => None,
            (kind, "*") => Some(format!("{kind}/vnd.keystub")),
            _ => Some(first.to_owned()),
        }
    };
    let mut parts = Vec::new();
    for (name, value) in members {
        let ty = shape.fields.iter().find(|field| field.wire == name).map(|field| &field.ty);
        let file = |text: &Value| {
            let content = FileContent::Bytes(text.as_str().unwrap_or_default().to_owned().into());
            (name.clone(), Part::File { path: PathBuf::from("file"), media_type: media_type(&name), content })
        };
        match (ty.map(|ty| files(api, ty)), &value) {
            (Some(true), Value::Array(items)) => parts.extend(items.iter().map(file)),
            (Some(true), value) => parts.push(file(value)),
            (Some(false) | None, _) => parts.push((name, Part::Value(value))),
        }
    }
    parts
}

/// Whether a part of this type is a file, or several.
fn files(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar == Scalar::File,
        TypeRef::Nullable(inner) | TypeRef::List(inner) => files(api, inner),
        TypeRef::Named(id) => match &api.type_def(*id).shape {
            Shape::Alias(target) => files(api, target),
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => false,
        },
        TypeRef::Boxed(_) | TypeRef::Map(_) => false,
    }
}

/// The media type and the body.
///
/// # Errors
///
/// If the document does not allow the media type of a file.
pub(super) fn encoded(form: &Representation, parts: &[(String, Part)]) -> Result<(String, Body), String> {
    encode(&Form { form, parts }).map_err(|_| "the document does not allow the media type of a file".to_owned())
}

/// Checks that no required part is missing.
///
/// # Errors
///
/// Which one is.
pub(super) fn check(api: &Api, form: &Representation, parts: &[(String, Part)]) -> Result<(), String> {
    let Content::Multipart(id) = &form.content else { return Ok(()) };
    let Shape::Struct(shape) = &api.type_def(*id).shape else { return Ok(()) };
    let is_sent = |name: &str| parts.iter().any(|(own, _)| own == name);
    let required = shape.fields.iter().filter(|field| field.is_required && field.direction != Direction::ReadOnly);
    match required.into_iter().find(|field| field.default.is_none() && !is_sent(&field.wire)) {
        Some(missing) => Err(format!("the body: `{}` is required", missing.wire)),
        None => Ok(()),
    }
}
