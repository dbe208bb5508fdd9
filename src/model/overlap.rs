//! Whether two paths match the same requests.

use super::operation::{Operation, Segment};
use super::schema::{Scalar, TypeRef};

/// The segments between the slashes of a path.
#[derive(Debug, PartialEq, Eq)]
pub struct PathShape<'a>(Vec<Piece<'a>>);

/// A segment.
#[derive(Debug, PartialEq, Eq, Clone)]
enum Piece<'a> {
    /// Text.
    Text(String),
    /// A single parameter of this type.
    Parameter(&'a TypeRef),
    /// Text and parameters.
    Mixed(String),
}

impl<'a> PathShape<'a> {
    /// The shape of the path of an operation.
    pub fn of(operation: &'a Operation) -> Self {
        let mut pieces: Vec<Vec<Segment>> = vec![Vec::new()];
        for segment in &operation.path.segments {
            match segment {
                Segment::Text(text) => {
                    for (index, part) in text.split('/').enumerate() {
                        if index > 0 {
                            pieces.push(Vec::new());
                        }
                        if !part.is_empty() {
                            pieces.last_mut().expect("it has a first piece").push(Segment::Text(part.to_owned()));
                        }
                    }
                }
                Segment::Parameter(index) => {
                    pieces.last_mut().expect("it has a first piece").push(Segment::Parameter(*index));
                }
            }
        }
        let piece = |segments: &Vec<Segment>| match segments.as_slice() {
            [] => Piece::Text(String::new()),
            [Segment::Text(text)] => Piece::Text(text.clone()),
            [Segment::Parameter(index)] => Piece::Parameter(&operation.parameters[*index].ty),
            mixed => Piece::Mixed(mixed.iter().map(text_of).collect()),
        };
        Self(pieces.iter().map(piece).collect())
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no segments.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it matches requests for `specific`, because it has a parameter in the place of text. Parameters whose type
    /// excludes the text do not match it. Segments with text and parameters match only equal ones.
    pub fn shadows(&self, specific: &PathShape<'_>) -> bool {
        let mut is_more_general = false;
        self.0.len() == specific.0.len()
            && self.0.iter().zip(&specific.0).all(|(general, specific)| match (general, specific) {
                (Piece::Text(a), Piece::Text(b)) | (Piece::Mixed(a), Piece::Mixed(b)) => a == b,
                (Piece::Parameter(ty), Piece::Text(text)) => {
                    is_more_general = true;
                    allows(ty, text)
                }
                (Piece::Parameter(_), Piece::Parameter(_)) => true,
                (Piece::Text(_) | Piece::Mixed(_), _) | (Piece::Parameter(_), Piece::Mixed(_)) => false,
            })
            && is_more_general
    }
}

fn text_of(segment: &Segment) -> &str {
    match segment {
        Segment::Text(text) => text,
        Segment::Parameter(_) => "{}",
    }
}

/// Whether a parameter of this type may have this text. Named types, such as enums, are taken to allow it.
fn allows(ty: &TypeRef, text: &str) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => match scalar {
            Scalar::Bool => text.parse::<bool>().is_ok(),
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => text.parse::<i128>().is_ok(),
            Scalar::Float32 | Scalar::Float64 => text.parse::<f64>().is_ok(),
            Scalar::DateTime | Scalar::Date | Scalar::Uuid => {
                text.starts_with(|c: char| c.is_ascii_hexdigit()) && text.contains('-')
            }
            Scalar::Any | Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File | Scalar::Mapped(_) => {
                !text.is_empty()
            }
        },
        TypeRef::Nullable(inner) => allows(inner, text),
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::List(_) | TypeRef::Map(_) => !text.is_empty(),
    }
}
