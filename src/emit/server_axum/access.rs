//! The principal of a secured operation: the type of one scheme, a struct (AND) or an enum (OR). Operations that require the
//! same schemes share it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::schemes;
use super::super::templates::{Engine, TemplateError};
use super::super::view::{View, view};
use crate::model::security::{Access, SchemeId};
use crate::names::{Case, distinct};
use crate::rust::types::Standing;
use crate::rust::{Code, Context, docs};

/// Schemes that are required together.
type Set = Vec<SchemeId>;

/// The alternatives of an operation without their scopes, which do not affect the type.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SchemeSets {
    sets: Vec<Set>,
    or_anonymous: bool,
}

impl SchemeSets {
    /// The scheme, if it is the only one.
    fn single(&self) -> Option<SchemeId> {
        match (self.sets.as_slice(), self.or_anonymous) {
            ([set], false) if set.len() == 1 => Some(set[0]),
            _ => None,
        }
    }

    fn is_struct(&self) -> bool {
        self.sets.len() == 1 && !self.or_anonymous
    }
}

/// The types of principals, each with its name.
#[derive(Debug)]
pub struct Groups {
    entries: Vec<Group>,
}

/// The type of a principal.
#[derive(Debug)]
struct Group {
    scheme_sets: SchemeSets,
    ident: crate::names::Ident,
    /// The operations that use it.
    operations: Vec<usize>,
}

/// The code for the principal of one operation.
#[derive(Debug)]
pub struct AccessPlan {
    /// Its type.
    pub principal: Principal,
    /// The pattern for the result of authorization; it binds the names that `pick` uses.
    pub pattern: TokenStream,
    /// The expression that takes the principal from it.
    pub pick: TokenStream,
}

/// The type of an operation's principal.
#[derive(Debug)]
pub enum Principal {
    /// The associated type of one scheme.
    Single(Ident),
    /// A struct or enum of `authentication.rs`.
    Group(Ident),
}

impl Principal {
    /// The type in the trait and its implementations, in this file.
    pub fn ty(&self, standing: Standing) -> TokenStream {
        match (self, standing) {
            (Self::Single(ident), _) => quote!(Self::#ident),
            (Self::Group(ident), Standing::User) => quote!(#ident<Self>),
            (Self::Group(ident), Standing::Types | Standing::Alongside) => quote!(super::authentication::#ident<Self>),
        }
    }
}

impl Groups {
    /// The types that the operations need.
    pub fn of(context: &Context<'_>) -> Self {
        let mut found: Vec<(SchemeSets, Vec<usize>)> = Vec::new();
        let mut add = |scheme_sets: SchemeSets, at: usize| {
            if scheme_sets.single().is_some() {
                return;
            }
            match found.iter_mut().find(|(other, _)| *other == scheme_sets) {
                Some((_, operations)) => operations.push(at),
                None => found.push((scheme_sets, vec![at])),
            }
        };
        for (at, operation) in context.api.operations.iter().enumerate() {
            let Some((scheme_sets, _)) = scheme_sets(&operation.access) else { continue };
            for set in &scheme_sets.sets {
                add(SchemeSets { sets: vec![set.clone()], or_anonymous: false }, at);
            }
            add(scheme_sets, at);
        }
        let wanted: Vec<Vec<String>> = found.iter().map(|(scheme_sets, _)| candidates(context, scheme_sets)).collect();
        let mut reserved: Vec<String> = Vec::new();
        for at in 0..context.api.operations.len() {
            let names = context.names.operation(at);
            reserved.extend([&names.request, &names.response].map(ToString::to_string));
        }
        let mut reserved: Vec<&str> = reserved.iter().map(String::as_str).collect();
        reserved.extend(crate::names::reserved::OPERATIONS);
        let idents = distinct(Case::Pascal, &wanted, &reserved);
        let group = |((scheme_sets, operations), ident): ((SchemeSets, Vec<usize>), _)| Group {
            scheme_sets,
            ident,
            operations,
        };
        Self { entries: found.into_iter().zip(idents).map(group).collect() }
    }

    /// The code for an operation's access; `None` if it is public.
    pub fn plan(&self, context: &Context<'_>, access: &Access) -> Option<AccessPlan> {
        let (scheme_sets, map) = scheme_sets(access)?;
        if let Some(scheme) = scheme_sets.single() {
            let names = context.names.scheme(scheme);
            let (ty, function) = (names.ty.token(), names.function.token());
            let pattern = quote!((_, mut principals));
            return Some(AccessPlan {
                principal: Principal::Single(ty),
                pattern,
                pick: quote!(principals.#function.take().ok_or_else(rt::auth::Denial::internal)?),
            });
        }
        let ident = self.ident(&scheme_sets);
        let (pattern, pick) = if scheme_sets.is_struct() {
            (quote!((_, principals)), quote!(super::authentication::#ident::pick(principals)?))
        } else {
            let map = map.into_iter().map(Literal::usize_unsuffixed);
            (
                quote!((decision, principals)),
                quote!(super::authentication::#ident::pick(decision.select(&[#(#map),*])?, principals)?),
            )
        };
        Some(AccessPlan { principal: Principal::Group(ident), pattern, pick })
    }

    fn ident(&self, scheme_sets: &SchemeSets) -> Ident {
        let found = self.entries.iter().find(|group| group.scheme_sets == *scheme_sets);
        found.map(|group| group.ident.token()).expect("every set of alternatives was named")
    }
}

/// The distinct sets of schemes in document order, and for each alternative the index of its set.
fn scheme_sets(access: &Access) -> Option<(SchemeSets, Vec<usize>)> {
    let Access::Guarded { any_of, or_anonymous } = access else { return None };
    let mut sets: Vec<Set> = Vec::new();
    let map = any_of
        .iter()
        .map(|requirement| {
            let set: Set = requirement.iter().map(|scheme_use| scheme_use.scheme).collect();
            sets.iter().position(|other| *other == set).unwrap_or_else(|| {
                sets.push(set);
                sets.len() - 1
            })
        })
        .collect();
    Some((SchemeSets { sets, or_anonymous: *or_anonymous }, map))
}

fn set_words(context: &Context<'_>, set: &Set) -> String {
    let names: Vec<&str> = set.iter().map(|id| context.names.scheme(*id).ty.as_str()).collect();
    names.join(" and ")
}

fn candidates(context: &Context<'_>, scheme_sets: &SchemeSets) -> Vec<String> {
    let mut words: Vec<String> = scheme_sets.sets.iter().map(|set| set_words(context, set)).collect();
    if scheme_sets.or_anonymous {
        words.push("anonymous".to_owned());
    }
    let all = words.join(" or ");
    if all.len() <= 60 { vec![all] } else { vec![format!("{} or others", words[0])] }
}

/// `authentication.rs`.
pub fn file(context: &Context<'_>, engine: &Engine, groups: &Groups) -> Result<String, TemplateError> {
    let schemes: Vec<View> = (0..context.api.schemes.len()).map(|at| scheme(context, SchemeId(at))).collect();
    let secured = context.api.operations.iter().enumerate().filter(|(_, operation)| operation.access != Access::Open);
    let gate = context.gates.attribute(&context.gates.operations(secured.map(|(at, _)| at)));
    let groups: Vec<View> = groups.entries.iter().map(|own| View::from(item(context, groups, own))).collect();
    engine.render("server_axum/authentication.rs", view! { gate: gate, schemes: schemes, groups: groups })
}

fn scheme(context: &Context<'_>, id: SchemeId) -> View {
    let scheme = context.api.scheme(id);
    let verifier = schemes::of(scheme).verifier();
    let names = context.names.scheme(id);
    view! {
        function: &names.function,
        ty: &names.ty,
        constant: &names.constant,
        doc: schemes::doc(scheme),
        principal_doc: docs::text(&format!("The principal of the scheme {}.", docs::code_span(&scheme.name))),
        argument: Code::word(verifier.argument),
        presented: verifier.path(),
        finder: Code::word(verifier.finder),
    }
}

fn item(context: &Context<'_>, groups: &Groups, group: &Group) -> TokenStream {
    let (scheme_sets, ident) = (&group.scheme_sets, group.ident.token());
    let items = if scheme_sets.is_struct() {
        conjunction(context, &scheme_sets.sets[0], &ident)
    } else {
        alternatives(context, groups, scheme_sets, &ident)
    };
    context.gates.items(&context.gates.operations(group.operations.iter().copied()), items)
}

fn conjunction(context: &Context<'_>, set: &Set, ident: &Ident) -> TokenStream {
    let members: Vec<(Ident, Ident)> = set
        .iter()
        .map(|id| {
            let names = context.names.scheme(*id);
            (names.function.token(), names.ty.token())
        })
        .collect();
    let fields = members.iter().map(|(function, ty)| {
        let doc = docs::text(&format!("The principal of scheme `{function}`."));
        quote!(#doc pub #function: A::#ty,)
    });
    let values = members
        .iter()
        .map(|(function, _)| quote!(#function: principals.#function.take().ok_or_else(rt::auth::Denial::internal)?,));
    quote! {
        #[doc = " The principals of schemes that are required together."]
        pub struct #ident<A: Authenticator + ?Sized> { #(#fields)* }
        impl<A: Authenticator + ?Sized> #ident<A> {
            pub(super) fn pick(mut principals: Principals<A>) -> Result<Self, rt::auth::Denial> {
                Ok(Self { #(#values)* })
            }
        }
    }
}

fn alternatives(context: &Context<'_>, groups: &Groups, scheme_sets: &SchemeSets, ident: &Ident) -> TokenStream {
    let words: Vec<Vec<String>> = scheme_sets.sets.iter().map(|set| vec![set_words(context, set)]).collect();
    let idents: Vec<Ident> =
        distinct(Case::Pascal, &words, &["Anonymous", "Self_"]).iter().map(crate::names::Ident::token).collect();
    let uses_principals_mutably = scheme_sets.sets.iter().any(|set| set.len() == 1);
    let mut variants = Vec::new();
    let mut arms = Vec::new();
    for ((set, variant), at) in scheme_sets.sets.iter().zip(&idents).zip(0_usize..) {
        let at = Literal::usize_unsuffixed(at);
        if let [id] = set.as_slice() {
            let names = context.names.scheme(*id);
            let (function, ty) = (names.function.token(), names.ty.token());
            variants.push(quote!(#variant(A::#ty),));
            arms.push(
                quote!(Some(#at) => Ok(Self::#variant(principals.#function.take().ok_or_else(rt::auth::Denial::internal)?)),),
            );
        } else {
            let inner = groups.ident(&SchemeSets { sets: vec![set.clone()], or_anonymous: false });
            variants.push(quote!(#variant(#inner<A>),));
            arms.push(quote!(Some(#at) => Ok(Self::#variant(#inner::pick(principals)?)),));
        }
    }
    let docs = scheme_sets.sets.iter().map(|set| docs::text(&format!("By {}.", set_spans(context, set))));
    let (anonymous, anonymous_arm) = if scheme_sets.or_anonymous {
        (
            Some(quote!(
                #[doc = " No credential was presented."]
                Anonymous,
            )),
            Some(quote!(None => Ok(Self::Anonymous),)),
        )
    } else {
        (None, None)
    };
    let binding = if uses_principals_mutably { quote!(mut principals) } else { quote!(principals) };
    quote! {
        #[doc = " The caller, by the alternative that was satisfied."]
        pub enum #ident<A: Authenticator + ?Sized> { #(#docs #variants)* #anonymous }
        impl<A: Authenticator + ?Sized> #ident<A> {
            pub(super) fn pick(alternative: Option<usize>, #binding: Principals<A>) -> Result<Self, rt::auth::Denial> {
                match alternative { #(#arms)* #anonymous_arm _ => Err(rt::auth::Denial::internal()) }
            }
        }
    }
}

fn set_spans(context: &Context<'_>, set: &Set) -> String {
    set.iter().map(|id| docs::code_span(&context.api.scheme(*id).name)).collect::<Vec<_>>().join(" and ")
}
