//! The types of the user that take the place of generated ones: their paths and their codec.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::schema::Mapped;
use crate::options::{AddedDependency, Layout, MappedCodec, MappedType, Options, Runtime, STRING};

/// The types of the user, by their index in the options.
#[derive(Debug, Clone, Copy)]
pub struct MappedTypes<'a> {
    types: &'a [MappedType],
}

impl<'a> MappedTypes<'a> {
    /// Those of these options.
    pub fn new(types: &'a [MappedType]) -> Self {
        Self { types }
    }

    /// Checks the types that the document uses.
    ///
    /// # Errors
    ///
    /// If the generated code could not implement the codec for a type.
    pub fn check(self, used: &[Mapped], options: &Options) -> Result<(), String> {
        used.iter().try_for_each(|mapped| self.check_one(&self.types[mapped.index], options))
    }

    fn check_one(self, ty: &MappedType, options: &Options) -> Result<(), String> {
        let (source, path) = (&ty.source, &ty.path);
        if path == STRING {
            return Err(format!("`{source}` in `[types]` is not a string, but is mapped to `String`"));
        }
        if OWN.contains(&path.as_str()) {
            return Err(format!(
                "`{source}` in `[types]`: `{path}` cannot be mapped, as the runtime has a codec for it"
            ));
        }
        if ty.is_local() && options.layout == Layout::Crate {
            return Err(format!(
                "`{source}` in `[types]`: `{path}` would be a type of the generated crate; use the type of a dependency, \
                 or `layout = \"module\"`"
            ));
        }
        if !ty.is_local() && options.runtime == Runtime::Crate {
            return Err(format!(
                "`{source}` in `[types]`: a codec for `{path}` of another crate can only be generated next to the \
                 runtime; use `runtime = \"vendored\"`, or a type of your crate (`crate::…`)"
            ));
        }
        let other = self.types.iter().find(|other| other.path == *path && other.codec != ty.codec);
        match other {
            Some(other) => {
                Err(format!("`{source}` and `{}` in `[types]` map to `{path}` with different codecs", other.source))
            }
            None => Ok(()),
        }
    }

    /// The dependencies of the types that the document uses, and of the user: those in `added` take precedence.
    ///
    /// # Errors
    ///
    /// If two types need different versions or features of a crate.
    pub fn dependencies(self, used: &[Mapped], added: &[AddedDependency]) -> Result<Vec<AddedDependency>, String> {
        let mut all = added.to_vec();
        for ty in used.iter().map(|mapped| &self.types[mapped.index]) {
            let Some(dependency) = &ty.dependency else { continue };
            match all.iter().find(|other| other.name == dependency.name) {
                Some(other) if other != dependency && !added.contains(other) => {
                    return Err(format!("`{}` in `[types]` needs `{dependency}`, another type `{other}`", ty.source));
                }
                Some(_) => {}
                None => all.push(dependency.clone()),
            }
        }
        Ok(all)
    }

    /// The path of the type.
    pub fn path(self, index: usize) -> TokenStream {
        path(&self.types[index].path)
    }

    /// Whether it implements `Eq` and `Hash`.
    pub fn has_hash(self, index: usize) -> bool {
        self.types[index].has_hash
    }

    /// The codec of the types that the document uses, and the checks of what they must implement.
    pub fn items(self, used: &[Mapped]) -> Vec<TokenStream> {
        let mut paths: Vec<&str> = Vec::new();
        let mut items = Vec::new();
        for Mapped { index, .. } in used {
            let ty = &self.types[*index];
            if !paths.contains(&ty.path.as_str()) {
                paths.push(&ty.path);
                items.push(codec(ty));
            }
        }
        items
    }
}

/// Types with a codec in the runtime.
const OWN: [&str; 4] =
    ["chrono::NaiveDate", "chrono::DateTime<chrono::FixedOffset>", "uuid::Uuid", "serde_json::Value"];

fn path(text: &str) -> TokenStream {
    let is_plain = text == STRING || text.starts_with("crate::");
    let text = if is_plain { text.to_owned() } else { format!("::{text}") };
    text.parse().expect("the path is checked")
}

fn codec(mapped: &MappedType) -> TokenStream {
    let ty = path(&mapped.path);
    let name = mapped.source.name();
    let (read, write) = match &mapped.codec {
        MappedCodec::Text => (quote!(rt::mapped::read_text(value, #name)), quote!(rt::mapped::write_text(self, json))),
        MappedCodec::Serde => {
            (quote!(rt::mapped::read_serde(value, #name)), quote!(rt::mapped::write_serde(self, json)))
        }
        MappedCodec::With(module) => {
            let module = path(module);
            (
                quote!(rt::mapped::read_with(value, #name, |json| #module::deserialize(json).ok())),
                quote!(rt::mapped::write_with(#module::serialize(self, rt::serde_json::value::Serializer).ok(), json)),
            )
        }
    };
    let check_hash = mapped.has_hash.then(|| quote!(rt::mapped::check_hash::<#ty>();));
    quote! {
        impl rt::Decode for #ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                #read
            }
        }

        impl rt::Encode for #ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                #write
            }
        }

        const _: () = {
            rt::mapped::check::<#ty>();
            #check_hash
        };
    }
}
