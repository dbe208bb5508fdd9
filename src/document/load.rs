//! Parses bytes into the tree: detects JSON or YAML and applies the limits.

use std::fmt::Display;

use serde::Deserialize;
use serde::de::DeserializeSeed;

use super::error::ReadError;
use super::guard;
use super::seed::Builder;
use super::tree::Node;
use crate::diag::{Code, Diagnostic, Format, Pointer, Source};
use crate::limits::{LimitKind, Limits};

/// The result of parsing: the tree or one diagnostic, and the source to print it with.
pub(super) struct Parsed {
    pub(super) source: Source,
    pub(super) tree: Result<Node, Box<Diagnostic>>,
}

/// Parses the `bytes` of the input `name`.
pub(super) fn load(name: &str, bytes: Vec<u8>, limits: &Limits) -> Parsed {
    let text = match text(bytes, limits) {
        Ok(text) => text,
        Err(diagnostic) => {
            return Parsed { source: Source::new(name, "", Format::Yaml), tree: Err(diagnostic) };
        }
    };
    let (format, tree) = tree(&text, limits);
    let source = Source::new(name, text, format);
    let tree = tree.map_err(|error| Box::new(error.diagnostic(&source)));
    Parsed { source, tree }
}

fn text(bytes: Vec<u8>, limits: &Limits) -> Result<String, Box<Diagnostic>> {
    let refuse = |code, message: String| Box::new(Diagnostic::error(code, &Pointer::root(), message));
    if bytes.len() > limits.bytes {
        let message = format!("the document is longer than {} bytes", limits.bytes);
        let diagnostic = Diagnostic::error(Code::TooLarge, &Pointer::root(), message);
        return Err(Box::new(diagnostic.help(LimitKind::Bytes.help())));
    }
    if let Some(kind) = binary_kind(&bytes) {
        return Err(refuse(Code::NotADocument, format!("the input is {kind}; expected YAML or JSON in UTF-8")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let message = format!("the input is not UTF-8 at byte {byte}; expected YAML or JSON in UTF-8");
        refuse(Code::NotADocument, message)
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The kind of a binary input, by its first bytes.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "gzip data"),
        (b"%PDF-", "a PDF document"),
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
    ];
    let known = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind);
    known.or_else(|| bytes.contains(&0).then_some("binary data"))
}

/// Parses text that starts like JSON as JSON, and as YAML if that fails: a YAML flow mapping starts the same way.
fn tree(text: &str, limits: &Limits) -> (Format, Result<Node, ReadError>) {
    if !text.trim_start().starts_with(['{', '[']) {
        return (Format::Yaml, yaml(text, limits));
    }
    match json(text, limits) {
        Err(error) if error.code == Code::Syntax && !is_final(&error) => match yaml(text, limits) {
            // If both fail, the error that is further in the text describes the mistake. An error at the end means
            // truncated JSON.
            Err(of_yaml) if of_yaml.offset <= error.offset || is_at_end(text, &error) => (Format::Json, Err(error)),
            of_yaml => (Format::Yaml, of_yaml),
        },
        other => (Format::Json, other),
    }
}

/// YAML would read `1e400` as a string.
fn is_final(error: &ReadError) -> bool {
    error.message.starts_with("number out of range")
}

fn is_at_end(text: &str, error: &ReadError) -> bool {
    error.offset.is_some_and(|offset| offset + 1 >= text.trim_end().len())
}

fn json(text: &str, limits: &Limits) -> Result<Node, ReadError> {
    let builder = Builder::new(text, Format::Json, limits);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let built = builder.seed().deserialize(&mut deserializer);
    match built.and_then(|tree| deserializer.end().map(|()| tree)) {
        Ok(tree) => Ok(tree),
        Err(error) => {
            // serde_json counts columns in bytes and reports the last byte that it has read.
            let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let end = lines.map(str::len).sum::<usize>() + error.column();
            let offset = if error.is_eof() { end } else { end.saturating_sub(1) };
            let mut error = parse_error(builder, &error, Some(offset));
            if error.code == Code::DuplicateKey {
                error.offset = key_before(text, end);
            }
            Err(error)
        }
    }
}

/// The start of the key that ends before `end`: a key is rejected after it has been read.
fn key_before(text: &str, end: usize) -> Option<usize> {
    let before = text.get(..end)?;
    before[..before.rfind('"')?].rfind('"')
}

fn yaml(text: &str, limits: &Limits) -> Result<Node, ReadError> {
    let plain = guard::scan(text, limits)?;
    let builder = Builder::new(text, Format::Yaml, limits).plain(plain);
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let built = match documents.next() {
        Some(first) => builder.seed().deserialize(first),
        None => Ok(Node::Null),
    };
    match (built, documents.next()) {
        (Ok(Node::Null), None) => Err(empty()),
        (Ok(tree), None) => Ok(tree),
        (Ok(_), Some(second)) => Err(second_document(second)),
        (Err(error), _) => {
            let offset = error.location().map(|location| location.index());
            Err(parse_error(builder, &error, offset))
        }
    }
}

fn empty() -> ReadError {
    let message = "the document is empty; expected an OpenAPI document".to_owned();
    ReadError::new(Code::EmptyDocument, message)
}

/// A type without values: deserializing it fails at the first node, and the error has the position.
#[derive(Debug, Deserialize)]
enum Nothing {}

fn second_document(document: serde_yaml::Deserializer<'_>) -> ReadError {
    let offset = match Nothing::deserialize(document) {
        Ok(nothing) => match nothing {},
        Err(error) => error.location().map(|location| location.index()),
    };
    let message = "a second YAML document starts here; expected one document".to_owned();
    ReadError::new(Code::MultipleDocuments, message).offset(offset)
}

/// The error of the builder, or else the parser's own.
fn parse_error(builder: Builder<'_>, error: &impl Display, offset: Option<usize>) -> ReadError {
    if let Some(refused) = builder.into_error() {
        return refused.offset(offset);
    }
    let text = error.to_string();
    let (code, message) = match text.as_str() {
        text if text.starts_with("repetition limit") => {
            (Code::TooManyNodes, "the document uses too many aliases".to_owned())
        }
        text if text.starts_with("recursion limit") => (Code::TooDeep, "values are nested too deeply".to_owned()),
        text => (Code::Syntax, without_place(text)),
    };
    ReadError::new(code, message).offset(offset)
}

/// The text of a parser error without its position, which the listing shows.
fn without_place(text: &str) -> String {
    let Some((message, rest)) = text.split_once(" at line ") else { return text.to_owned() };
    let place = |c: char| c.is_ascii_digit() || c == ' ';
    let rest = rest.trim_start_matches(place).strip_prefix("column").unwrap_or(rest).trim_start_matches(place);
    format!("{message}{rest}")
}

#[cfg(test)]
mod tests;
