//! Every identifier of the generated code. The input is the model, the output a table by id.
//!
//! The preferences in order: a name set in the document, the name in the document, that name with a word of its context, a
//! number.

pub mod case;
mod media;
pub mod package;
pub mod reserved;
pub mod scope;
pub mod shared;
mod status;

pub use case::{Case, Ident};
pub use media::form_words;
pub use status::status_word;

use std::collections::BTreeMap;

use crate::model::Api;
use crate::model::operation::{Operation, Parameter, ParameterStyle, Response};
use crate::model::rule::{Rule, RuleId};
use crate::model::schema::{Enum, Shape, TypeDef, TypeHint, TypeId};
use crate::model::security::SchemeId;
use scope::{Candidates, settle};

/// The identifiers of one API.
#[derive(Debug, Clone)]
pub struct NameTable {
    types: Vec<TypeNames>,
    operations: Vec<OperationNames>,
    schemes: Vec<SchemeNames>,
    rules: BTreeMap<RuleId, Ident>,
    patterns: BTreeMap<String, Ident>,
}

/// The identifiers of a type.
#[derive(Debug, Clone)]
pub struct TypeNames {
    /// The type itself.
    pub ident: Ident,
    /// Its fields, variants or values, in the model's order.
    pub members: Vec<Ident>,
    /// The field for additional properties.
    pub additional: Ident,
}

/// The identifiers of an operation.
#[derive(Debug, Clone)]
pub struct OperationNames {
    /// The method of the client and of the server's trait.
    pub function: Ident,
    /// The marker of the operation (client).
    pub ty: Ident,
    /// The struct of its parameters and its body (server).
    pub request: Ident,
    /// The enum of its responses, if there are several.
    pub response: Ident,
    /// The enum of its error responses (client).
    pub error: Ident,
    /// The constant that holds its data (server).
    pub constant: Ident,
    /// Its parameters, in the model's order.
    pub parameters: Vec<Ident>,
    /// The type of its body, if it has several media types.
    pub body: Option<Ident>,
    /// The identifiers of its responses, in the model's order.
    pub responses: Vec<ResponseNames>,
}

/// The identifiers of a response.
#[derive(Debug, Clone)]
pub struct ResponseNames {
    /// The type of its content, if it has several media types.
    pub content: Option<Ident>,
    /// The type of its header fields, if it has any.
    pub headers: Option<Ident>,
    /// Its header fields, in the model's order.
    pub fields: Vec<Ident>,
}

/// The identifiers of a scheme.
#[derive(Debug, Clone)]
pub struct SchemeNames {
    /// The method of the builder (client) and of the authenticator (server).
    pub function: Ident,
    /// The associated type of its principal, and the variant of an alternative.
    pub ty: Ident,
    /// The constant that holds its index.
    pub constant: Ident,
}

impl NameTable {
    /// Names everything in `api`.
    pub fn new(api: &Api) -> Self {
        let (rules, patterns) = rules(api);
        Self { types: types(api), operations: operations(api), schemes: schemes(api), rules, patterns }
    }

    /// The identifiers of this type.
    pub fn ty(&self, id: TypeId) -> &TypeNames {
        &self.types[id.0]
    }

    /// The identifiers of the operation with this index.
    pub fn operation(&self, index: usize) -> &OperationNames {
        &self.operations[index]
    }

    /// The identifier of this rule, which must have one.
    pub fn rule(&self, id: RuleId) -> &Ident {
        &self.rules[&id]
    }

    /// The identifiers of the patterns, by their text.
    pub fn patterns(&self) -> &BTreeMap<String, Ident> {
        &self.patterns
    }

    /// The identifiers of this scheme.
    pub fn scheme(&self, id: SchemeId) -> &SchemeNames {
        &self.schemes[id.0]
    }
}

/// Rules and patterns share one module. A pattern is named after the first rule that uses it.
fn rules(api: &Api) -> (BTreeMap<RuleId, Ident>, BTreeMap<String, Ident>) {
    let candidates_of = |rule: &Rule, end: &str| {
        let longer = if rule.longer.is_empty() { &rule.hint } else { &rule.longer };
        let texts = [&rule.hint, longer, &format!("{} rule", rule.hint)].map(|text| format!("{text}{end}"));
        Candidates::new(Case::Shouting, &texts.each_ref().map(String::as_str))
    };
    let list = || api.rules.list.iter().enumerate();
    let mut patterns: BTreeMap<&str, &Rule> = BTreeMap::new();
    for (_, rule) in list() {
        rule.patterns().for_each(|text| _ = patterns.entry(text).or_insert(rule));
    }
    let named = || list().filter(|(_, rule)| rule.is_named);
    let candidates = named()
        .map(|(_, rule)| candidates_of(rule, ""))
        .chain(patterns.values().map(|rule| candidates_of(rule, " pattern")));
    let mut idents = settle(&candidates.collect::<Vec<_>>(), &[]).into_iter();
    let rules = named().map(|(index, _)| RuleId(index)).zip(idents.by_ref()).collect();
    (rules, patterns.into_keys().map(str::to_owned).zip(idents).collect())
}

fn types(api: &Api) -> Vec<TypeNames> {
    let is_shared = |def: &TypeDef| matches!(def.hint, TypeHint::Equal { .. });
    let (shared, own): (Vec<&TypeDef>, Vec<&TypeDef>) = api.types.iter().partition(|def| is_shared(def));
    let of = |defs: &[&TypeDef]| defs.iter().map(|def| type_candidates(api, def)).collect::<Vec<_>>();
    let own = settle(&of(&own), reserved::TYPES);
    // A shared type takes no name that another type would have without it.
    let taken: Vec<&str> = own.iter().map(Ident::as_str).chain(reserved::TYPES.iter().copied()).collect();
    let shared = settle(&of(&shared), &taken);
    let (mut own, mut shared) = (own.into_iter(), shared.into_iter());
    let ident = |def: &TypeDef| if is_shared(def) { shared.next() } else { own.next() };
    let idents: Vec<Ident> = api.types.iter().map(ident).map(|ident| ident.expect("one for each type")).collect();
    idents
        .into_iter()
        .zip(&api.types)
        .map(|(ident, def)| {
            let mut members = members(def);
            let additional = members.pop().expect("the last name of a type is for its additional properties");
            TypeNames { ident, members, additional }
        })
        .collect()
}

fn type_candidates(api: &Api, def: &TypeDef) -> Candidates {
    let text = type_text(api, &def.hint, 0);
    let longer = format!("{text} type");
    match &def.hint {
        TypeHint::Component { pinned: Some(pinned), .. } => {
            Candidates::unshortened(Case::Pascal, &[pinned, &text, &longer])
        }
        TypeHint::Component { .. } if reserved::TYPES.contains(&case::ident(&text, Case::Pascal).as_str()) => {
            Candidates::unshortened(Case::Pascal, &[&text, &format!("{text} model")])
        }
        TypeHint::Component { .. } => Candidates::unshortened(Case::Pascal, &[&text]),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } => {
            Candidates::new(Case::Pascal, &[&text, &longer])
        }
        TypeHint::Equal { texts } => {
            Candidates::unshortened(Case::Pascal, &texts.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

/// The words of a type's name, preceded by those of its owner. The number of owners is bounded.
fn type_text(api: &Api, hint: &TypeHint, depth: usize) -> String {
    match hint {
        TypeHint::Component { name, pinned } => pinned.clone().unwrap_or_else(|| name.clone()),
        TypeHint::Operation { operation, role } => format!("{} {role}", operation_text(&api.operations[*operation])),
        TypeHint::Shared { name, role } => with_role(name, role),
        TypeHint::Equal { texts } => texts.first().cloned().unwrap_or_default(),
        TypeHint::Within { role, .. } if depth >= 8 => role.clone(),
        TypeHint::Within { owner, role, .. } => {
            format!("{} {role}", type_text(api, &api.type_def(*owner).hint, depth + 1))
        }
    }
}

/// The name of a shared component with what it is: `Unauthorized response`, but not `ErrorResponse response`.
fn with_role(name: &str, role: &str) -> String {
    let kind = role.split(' ').next().unwrap_or_default();
    let has_kind = case::ident(name, Case::Snake).plain().rsplit('_').next() == Some(kind);
    match role.strip_prefix(kind).filter(|_| has_kind) {
        Some(rest) => format!("{name}{rest}"),
        None => format!("{name} {role}"),
    }
}

/// The identifiers inside a type, and the one for its additional properties.
fn members(def: &TypeDef) -> Vec<Ident> {
    let (mut candidates, case): (Vec<Candidates>, Case) = match &def.shape {
        Shape::Struct(shape) => {
            let candidates_of = |field: &crate::model::schema::Field| match &field.pinned {
                Some(pinned) => Candidates::new(Case::Snake, &[pinned, &field.wire]),
                None => Candidates::new(Case::Snake, &[&field.wire]),
            };
            (shape.fields.iter().map(candidates_of).collect(), Case::Snake)
        }
        Shape::Enum(Enum::Text(values)) => {
            let candidates_of = |value: &crate::model::schema::EnumValue<String>| {
                value_candidates(value.pinned.as_deref(), &value.wire)
            };
            (values.iter().map(candidates_of).collect(), Case::Pascal)
        }
        Shape::Enum(Enum::Integer(values)) => {
            let candidates_of = |value: &crate::model::schema::EnumValue<i64>| {
                let minus = if value.wire < 0 { "minus " } else { "" };
                value_candidates(value.pinned.as_deref(), &format!("value {minus}{}", value.wire.unsigned_abs()))
            };
            (values.iter().map(candidates_of).collect(), Case::Pascal)
        }
        Shape::Union(union) => (
            union.variants.iter().map(|variant| Candidates::new(Case::Pascal, &[&variant.hint])).collect(),
            Case::Pascal,
        ),
        Shape::Tuple(_) | Shape::Alias(_) => (Vec::new(), Case::Pascal),
    };
    candidates.push(Candidates::new(Case::Snake, &["additional properties", "further additional properties"]));
    let reserved = if case == Case::Pascal { reserved::VARIANTS } else { &[] };
    settle(&candidates, reserved)
}

fn value_candidates(pinned: Option<&str>, wire: &str) -> Candidates {
    match pinned {
        Some(pinned) => Candidates::new(Case::Pascal, &[pinned, wire, &format!("{wire} value")]),
        None => Candidates::new(Case::Pascal, &[wire, &format!("{wire} value")]),
    }
}

fn operation_text(operation: &Operation) -> &str {
    operation.pinned.as_deref().unwrap_or(&operation.id)
}

fn operations(api: &Api) -> Vec<OperationNames> {
    let with = |case: Case, suffix: &str, reserved: &[&str]| {
        let candidates_of = |operation: &Operation| {
            let text = format!("{}{suffix}", operation_text(operation));
            let longer = format!("{}{suffix} {}", operation_text(operation), operation.method.as_str());
            Candidates::unshortened(case, &[&text, &format!("{text} operation"), &longer])
        };
        settle(&api.operations.iter().map(candidates_of).collect::<Vec<_>>(), reserved)
    };
    let functions = with(Case::Snake, "", reserved::FUNCTIONS);
    let constants = with(Case::Shouting, "", &[]);
    // The types of all operations are in one module, so they share a scope.
    let mut candidates = Vec::new();
    for (function, operation) in functions.iter().zip(&api.operations) {
        let plain = function.plain();
        candidates.push(Candidates::unshortened(Case::Pascal, &[plain, &format!("{plain} operation")]));
        candidates.push(Candidates::unshortened(
            Case::Pascal,
            &[&format!("{plain} request"), &format!("{plain} any request")],
        ));
        candidates.push(Candidates::unshortened(
            Case::Pascal,
            &[&format!("{plain} response"), &format!("{plain} any response")],
        ));
        candidates
            .push(Candidates::unshortened(Case::Pascal, &[&format!("{plain} error"), &format!("{plain} any error")]));
        candidates
            .extend(has_forms(operation).then(|| Candidates::unshortened(Case::Pascal, &[&format!("{plain} body")])));
        for response in &operation.responses {
            let status = status_word(response.status);
            let candidates_of = |what: &str| {
                Candidates::unshortened(
                    Case::Pascal,
                    &[&format!("{plain} {what}"), &format!("{plain} {} {what}", status.plain())],
                )
            };
            candidates.extend((response.forms.len() > 1).then(|| candidates_of("content")));
            candidates.extend((!response.headers.is_empty()).then(|| candidates_of("headers")));
        }
    }
    let mut types = settle(&candidates, reserved::OPERATIONS).into_iter();
    let mut next = || types.next().expect("every item has a name");
    functions
        .into_iter()
        .zip(constants)
        .zip(&api.operations)
        .map(|((function, constant), operation)| OperationNames {
            function,
            ty: next(),
            request: next(),
            response: next(),
            error: next(),
            constant,
            parameters: parameters(operation),
            body: has_forms(operation).then(&mut next),
            responses: operation.responses.iter().map(|response| self::response(response, &mut next)).collect(),
        })
        .collect()
}

fn has_forms(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| body.forms.count() > 1)
}

fn response(response: &Response, next: &mut impl FnMut() -> Ident) -> ResponseNames {
    let candidates_of = |header: &Parameter| match &header.pinned {
        Some(pinned) => Candidates::new(Case::Snake, &[pinned, &header.name]),
        None => Candidates::new(Case::Snake, &[&header.name]),
    };
    ResponseNames {
        content: (response.forms.len() > 1).then(&mut *next),
        headers: (!response.headers.is_empty()).then(&mut *next),
        fields: settle(&response.headers.iter().map(candidates_of).collect::<Vec<_>>(), &[]),
    }
}

fn parameters(operation: &Operation) -> Vec<Ident> {
    let candidates_of = |parameter: &Parameter| {
        let place = match parameter.style {
            ParameterStyle::Path(_) => "path",
            ParameterStyle::Query(_) => "query",
            ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
            ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
        };
        let longer = format!("{} {place}", parameter.name);
        match &parameter.pinned {
            Some(pinned) => Candidates::new(Case::Snake, &[pinned, &parameter.name, &longer]),
            None => Candidates::new(Case::Snake, &[&parameter.name, &longer]),
        }
    };
    settle(&operation.parameters.iter().map(candidates_of).collect::<Vec<_>>(), reserved::PARAMETERS)
}

fn schemes(api: &Api) -> Vec<SchemeNames> {
    let with = |case: Case, reserved: &[&str]| {
        let candidates_of = |scheme: &crate::model::security::Scheme| {
            Candidates::unshortened(case, &[&scheme.name, &format!("{} credential", scheme.name)])
        };
        settle(&api.schemes.iter().map(candidates_of).collect::<Vec<_>>(), reserved)
    };
    let functions = with(Case::Snake, reserved::SCHEMES);
    let types = with(Case::Pascal, reserved::VARIANTS);
    let constants = with(Case::Shouting, reserved::SCHEME_CONSTANTS);
    functions
        .into_iter()
        .zip(types)
        .zip(constants)
        .map(|((function, ty), constant)| SchemeNames { function, ty, constant })
        .collect()
}

/// Distinct identifiers within one scope. Each list contains the candidates for one item, in order of preference.
pub fn distinct(case: Case, items: &[Vec<String>], reserved: &[&str]) -> Vec<Ident> {
    let candidates_of =
        |texts: &Vec<String>| Candidates::new(case, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    settle(&items.iter().map(candidates_of).collect::<Vec<_>>(), reserved)
}
