//! Which cargo features a part of a generated crate needs: an operation one of its tags, and everything else one of the
//! operations that use it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::Api;
use crate::model::operation::{Content, Operation};
use crate::model::rule::RuleId;
use crate::model::schema::{TypeDef, TypeId};
use crate::names::features::{TagFeature, tag_features};
use crate::options::Features;

/// When an item is compiled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// In every crate.
    Always,
    /// If one of these features is enabled, by their index. There is at least one.
    Features(BTreeSet<usize>),
}

impl Gate {
    /// The gate of an item that is needed if one of two others is.
    fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Features(mut one), Self::Features(other)) => {
                one.extend(other);
                Self::Features(one)
            }
            (Self::Always, _) | (_, Self::Always) => Self::Always,
        }
    }
}

/// The gates of the parts of an API.
#[derive(Debug, Clone)]
pub struct Gates {
    features: Vec<TagFeature>,
    operations: Vec<Gate>,
    types: Vec<Gate>,
    rules: Vec<Gate>,
    patterns: BTreeMap<String, Gate>,
}

impl Gates {
    /// The gates for these features.
    pub fn of(api: &Api, features: Features) -> Self {
        let features = match features {
            Features::None => Vec::new(),
            Features::Tags => tag_features(api),
        };
        let operations: Vec<Gate> = api.operations.iter().map(|operation| of_operation(operation, &features)).collect();
        let rules = rules(api, &operations);
        let mut patterns: BTreeMap<String, Gate> = BTreeMap::new();
        for (rule, gate) in api.rules.list.iter().zip(&rules) {
            for text in rule.patterns() {
                let all = patterns.get(text).map_or_else(|| gate.clone(), |other| other.clone().or(gate));
                patterns.insert(text.to_owned(), all);
            }
        }
        Self { types: types(api, &operations), features, operations, rules, patterns }
    }

    /// The features, in the order of their declaration.
    pub fn features(&self) -> &[TagFeature] {
        &self.features
    }

    /// Whether some parts need features.
    pub fn has_features(&self) -> bool {
        !self.features.is_empty()
    }

    /// The gate of an operation.
    pub fn operation(&self, index: usize) -> &Gate {
        &self.operations[index]
    }

    /// The gate of something that each of these operations needs; [`Gate::Always`] if there is none.
    pub fn operations(&self, indices: impl IntoIterator<Item = usize>) -> Gate {
        let gates = indices.into_iter().map(|index| self.operations[index].clone());
        gates.reduce(|one, other| one.or(&other)).unwrap_or(Gate::Always)
    }

    /// The gate of the operations with one of these tags.
    pub fn tags(&self, tags: &[String]) -> Gate {
        of_tags(tags, &self.features)
    }

    /// The gate of a type.
    pub fn ty(&self, id: TypeId) -> &Gate {
        &self.types[id.0]
    }

    /// The gate of a rule.
    pub fn rule(&self, id: RuleId) -> &Gate {
        &self.rules[id.0]
    }

    /// The gate of a pattern.
    pub fn pattern(&self, text: &str) -> &Gate {
        &self.patterns[text]
    }

    /// The predicate of `cfg`; `None` if it always holds.
    fn predicate(&self, gate: &Gate) -> Option<TokenStream> {
        match self.names(gate).as_slice() {
            [] => None,
            [name] => Some(quote!(feature = #name)),
            names => Some(quote!(any(#(feature = #names),*))),
        }
    }

    /// `#[cfg(…)]`; empty if the item is always compiled.
    pub fn attribute(&self, gate: &Gate) -> TokenStream {
        self.predicate(gate).map(|predicate| quote!(#[cfg(#predicate)])).unwrap_or_default()
    }

    /// `#[cfg(not(…))]`: the item is compiled if the others are not. It is empty for those that always are.
    pub fn attribute_otherwise(&self, gate: &Gate) -> TokenStream {
        self.predicate(gate).map(|predicate| quote!(#[cfg(not(#predicate))])).unwrap_or_default()
    }

    /// For imports that only parts with features use.
    pub fn allow_unused_imports(&self) -> TokenStream {
        if self.has_features() { quote!(#[allow(unused_imports)]) } else { quote!() }
    }

    /// For a private item that only these operations use.
    pub fn allow_dead_code(&self, gate: &Gate) -> TokenStream {
        let predicate = self.predicate(gate);
        predicate.map(|predicate| quote!(#[cfg_attr(not(#predicate), allow(dead_code))])).unwrap_or_default()
    }

    /// The names of the features; empty if the item is always compiled.
    pub fn names(&self, gate: &Gate) -> Vec<&str> {
        match gate {
            Gate::Always => Vec::new(),
            Gate::Features(features) => features.iter().map(|index| self.features[*index].name.as_str()).collect(),
        }
    }

    /// The items, each with the attribute.
    pub fn items(&self, gate: &Gate, items: TokenStream) -> TokenStream {
        let attribute = self.attribute(gate);
        if attribute.is_empty() || items.is_empty() {
            return items;
        }
        let file: syn::File = syn::parse2(items).expect("the items are generated");
        let items = file.items.iter().map(|item| with_attribute(item.to_token_stream(), &attribute));
        quote!(#(#items)*)
    }
}

/// The item with another attribute below its documentation.
fn with_attribute(item: TokenStream, attribute: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let is_doc = |pair: &[TokenTree]| match pair {
        [TokenTree::Punct(hash), TokenTree::Group(group)] if hash.as_char() == '#' => {
            matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
        }
        _ => false,
    };
    let docs = 2 * tokens.chunks(2).take_while(|pair| is_doc(pair)).count();
    let (docs, rest) = tokens.split_at(docs);
    quote!(#(#docs)* #attribute #(#rest)*)
}

fn of_operation(operation: &Operation, features: &[TagFeature]) -> Gate {
    of_tags(&operation.tags, features)
}

/// Without tags, always.
fn of_tags(tags: &[String], features: &[TagFeature]) -> Gate {
    let has_tag = |feature: &TagFeature| feature.tags.iter().any(|tag| tags.contains(tag));
    let own: BTreeSet<usize> = (0..features.len()).filter(|index| has_tag(&features[*index])).collect();
    if own.is_empty() { Gate::Always } else { Gate::Features(own) }
}

/// The gate of each type: that of all operations that reach it.
fn types(api: &Api, operations: &[Gate]) -> Vec<Gate> {
    let edges = edges(api);
    let roots = api.operations.iter().map(|operation| roots(operation).collect());
    let gates = spread(api.types.len(), roots, operations, |at| edges[at].clone());
    // The other names of shared types are used by nothing: each is compiled with its type.
    let of_name = |(def, gate): (&TypeDef, &Option<Gate>)| {
        let target = || def.shape.references().into_iter().find_map(|ty| gates[ty.named()?.0].clone());
        gate.clone().or_else(target).unwrap_or(Gate::Always)
    };
    api.types.iter().zip(&gates).map(of_name).collect()
}

/// The types that the definition of each type names.
fn edges(api: &Api) -> Vec<Vec<usize>> {
    let named = |def: &TypeDef| def.shape.references().into_iter().filter_map(|ty| Some(ty.named()?.0)).collect();
    let mut edges: Vec<Vec<usize>> = api.types.iter().map(named).collect();
    let forms = api.operations.iter().flat_map(|operation| operation.body.iter()).flat_map(|body| body.forms.iter());
    for form in forms {
        if let Content::Multipart(id) = &form.content {
            edges[id.0].extend(form.part_headers().map(|(_, headers)| headers.ty.0));
        }
    }
    edges
}

/// The types that an operation names.
fn roots(operation: &Operation) -> impl Iterator<Item = usize> + '_ {
    let headers = operation.responses.iter().flat_map(|response| &response.headers);
    let parameters = operation.parameters.iter().chain(headers).filter_map(|parameter| parameter.ty.named());
    let contents = operation.contents().filter_map(|content| match content {
        Content::Json(ty) | Content::Form(ty) => ty.named(),
        Content::Multipart(id) => Some(*id),
        Content::Stream(stream) => stream.item()?.named(),
        Content::Text | Content::Bytes => None,
    });
    parameters.chain(contents).map(|id| id.0)
}

/// The gate of each rule.
fn rules(api: &Api, operations: &[Gate]) -> Vec<Gate> {
    let mut roots: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
    for ((operation, _), id) in api.rules.parameters.iter().chain(&api.rules.bodies) {
        roots[*operation].push(id.0);
    }
    let children = |at: usize| api.rules.list[at].children().map(|id| id.0).collect();
    let gates = spread(api.rules.list.len(), roots.into_iter(), operations, children);
    gates.into_iter().map(|gate| gate.unwrap_or(Gate::Always)).collect()
}

/// Gives each node the gates of the operations from whose roots it is reached. Operations with the same gate are followed
/// together.
fn spread(
    count: usize,
    roots: impl Iterator<Item = Vec<usize>>,
    operations: &[Gate],
    edges: impl Fn(usize) -> Vec<usize>,
) -> Vec<Option<Gate>> {
    let mut by_gate: BTreeMap<&Gate, Vec<usize>> = BTreeMap::new();
    for (roots, gate) in roots.zip(operations) {
        by_gate.entry(gate).or_default().extend(roots);
    }
    let mut gates: Vec<Option<Gate>> = vec![None; count];
    for (gate, mut waiting) in by_gate {
        let mut is_reached = vec![false; count];
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut is_reached[at], true) {
                continue;
            }
            let own = gates[at].take();
            gates[at] = Some(own.map_or_else(|| gate.clone(), |own| own.or(gate)));
            waiting.extend(edges(at));
        }
    }
    gates
}
