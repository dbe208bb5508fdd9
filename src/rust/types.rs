//! A [`TypeRef`] as Rust, and which names a piece of code mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::Context;
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};

/// Where the code stands: named types are in `types.rs` and need a path from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In `types.rs`.
    Types,
    /// In a file beside it, which imports the module `types`.
    Beside,
}

/// The type as it is written in an owned position.
pub fn owned(context: &Context<'_>, ty: &TypeRef, standing: Standing) -> TokenStream {
    match ty {
        TypeRef::Named(id) => named(context, *id, standing),
        TypeRef::Boxed(id) => {
            let inner = named(context, *id, standing);
            quote!(Box<#inner>)
        }
        TypeRef::Scalar(scalar) => self::scalar(*scalar),
        TypeRef::List(item) => {
            let inner = owned(context, item, standing);
            quote!(Vec<#inner>)
        }
        TypeRef::Map(value) => {
            let inner = owned(context, value, standing);
            quote!(BTreeMap<String, #inner>)
        }
        TypeRef::Nullable(inner) => {
            let inner = owned(context, inner, standing);
            quote!(Option<#inner>)
        }
    }
}

/// The type of an argument: text and lists are borrowed, small values are taken, the rest is borrowed.
pub fn argument(context: &Context<'_>, ty: &TypeRef, standing: Standing) -> TokenStream {
    match context.resolved(ty) {
        TypeRef::Scalar(Scalar::Text | Scalar::Password) => quote!(&str),
        TypeRef::List(item) => {
            let item = owned(context, item, standing);
            quote!(&[#item])
        }
        TypeRef::Scalar(scalar) if is_copy(*scalar) => self::scalar(*scalar),
        _ => {
            let ty = owned(context, ty, standing);
            quote!(&#ty)
        }
    }
}

/// Whether an [`argument`] of this type comes as a reference.
pub fn is_borrowed(context: &Context<'_>, ty: &TypeRef) -> bool {
    !matches!(context.resolved(ty), TypeRef::Scalar(scalar) if is_copy(*scalar))
}

/// The path of a named type.
pub fn named(context: &Context<'_>, id: TypeId, standing: Standing) -> TokenStream {
    let ident = context.names.ty(id).ident.token();
    match standing {
        Standing::Types => quote!(#ident),
        Standing::Beside => quote!(types::#ident),
    }
}

fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::Any => quote!(serde_json::Value),
        Scalar::Bool => quote!(bool),
        Scalar::Int32 => quote!(i32),
        Scalar::Int64 => quote!(i64),
        Scalar::UInt32 => quote!(u32),
        Scalar::UInt64 => quote!(u64),
        Scalar::Float32 => quote!(f32),
        Scalar::Float64 => quote!(f64),
        Scalar::Text => quote!(String),
        // By its module: a schema may be called `Password`.
        Scalar::Password => quote!(password::Password),
        Scalar::DateTime => quote!(chrono::DateTime<chrono::FixedOffset>),
        Scalar::Date => quote!(chrono::NaiveDate),
        Scalar::Uuid => quote!(uuid::Uuid),
        Scalar::Base64 => quote!(Base64),
        Scalar::File => quote!(File),
    }
}

fn is_copy(scalar: Scalar) -> bool {
    match scalar {
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 | Scalar::Float32 => true,
        Scalar::Float64 | Scalar::DateTime | Scalar::Date | Scalar::Uuid => true,
        Scalar::Any | Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File => false,
    }
}

/// The words that tokens hold, at any depth, as the first of a path.
#[derive(Debug, Default)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// The words of these tokens.
    pub fn of(tokens: &TokenStream) -> Self {
        let mut words = Self::default();
        words.collect(tokens.clone());
        words
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: &[&str]) -> Self {
        self.0.extend(others.iter().map(|word| (*word).to_owned()));
        self
    }

    /// A word in lower case is a module or a macro, so a field or a variable of the same name is none; neither is a variant
    /// where its enum names it.
    fn collect(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is =
            |at: usize, mark: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
        let is_separator = |at: usize| is(at, ':') && is(at + 1, ':');
        let is_enum = |at: usize| at >= 2 && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == "enum");
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) if at < 2 || !is_separator(at - 2) => {
                    let word = ident.to_string();
                    let is_type = word.starts_with(|c: char| c.is_ascii_uppercase());
                    if is_type || is_separator(at + 1) || is(at + 1, '!') {
                        self.0.insert(word);
                    }
                }
                TokenTree::Group(group) if is_enum(at) => self.collect_variants(group.stream()),
                TokenTree::Group(group) => self.collect(group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn collect_variants(&mut self, variants: TokenStream) {
        for token in variants {
            if let TokenTree::Group(group) = token {
                self.collect(group.stream());
            }
        }
    }

    /// Whether this word is among them.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

impl Context<'_> {
    /// The type behind aliases; the model has no cycle of aliases.
    pub fn resolved<'t>(&'t self, ty: &'t TypeRef) -> &'t TypeRef {
        let mut ty = ty;
        while let TypeRef::Named(id) = ty {
            match &self.api.type_def(*id).shape {
                Shape::Alias(target) => ty = target,
                Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => break,
            }
        }
        ty
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::Words;

    #[test]
    fn the_variants_of_an_enum_are_no_words_but_what_they_hold_is() {
        let words = Words::of(&quote!(
            #[derive(Debug)]
            pub enum Forms {
                #[doc = "text"]
                Base64(Vec<Body>),
                Style,
            }
            fn read() -> types::Place {
                reply::text(Forms::Shape, Access)
            }
        ));
        for word in ["Forms", "Vec", "Body", "types", "reply", "Access"] {
            assert!(words.has(word), "{word}");
        }
        for word in ["Base64", "Style", "Place", "Shape", "text"] {
            assert!(!words.has(word), "{word}");
        }
    }
}
