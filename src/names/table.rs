//! The table of all identifiers.

use std::collections::BTreeMap;

use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::rule::{Rule, RuleId};
use crate::model::schema::{TypeDef, TypeId};
use crate::model::security::{Scheme, SchemeId};
use crate::options::LockedNames;

use super::case::{Case, Ident};
use super::items::{OperationNames, SchemeNames, TypeNames};
use super::operations::operations;
use super::places::Places;
use super::reserved;
use super::scope::{Candidates, settle};
use super::types::types;

/// The identifiers of one API.
#[derive(Debug, Clone)]
pub struct NameTable {
    types: Vec<TypeNames>,
    operations: Vec<OperationNames>,
    schemes: Vec<SchemeNames>,
    rules: BTreeMap<RuleId, Ident>,
    patterns: BTreeMap<String, Ident>,
}

impl NameTable {
    /// Names everything in `api`. Names in `locked` stay.
    pub fn new(api: &Api, locked: &LockedNames) -> Self {
        let (rules, patterns) = rules(api);
        Self { types: types(api, locked), operations: operations(api, locked), schemes: schemes(api), rules, patterns }
    }

    /// The names of types and operations, to be given again. A type without a place that is only its own has no entry.
    pub fn to_lock(&self, api: &Api) -> LockedNames {
        let function =
            |(operation, names): (&Operation, &OperationNames)| (operation.title(), names.function.plain().to_owned());
        let operations = api.operations.iter().zip(&self.operations).map(function).collect();
        let places = Places::new(api, api.types.iter());
        let of = |(def, names): (&TypeDef, &TypeNames)| Some((places.key(def)?, names.ident.plain().to_owned()));
        LockedNames { operations, types: api.types.iter().zip(&self.types).filter_map(of).collect() }
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

fn schemes(api: &Api) -> Vec<SchemeNames> {
    let with = |case: Case, reserved: &[&str]| {
        let candidates_of =
            |scheme: &Scheme| Candidates::unshortened(case, &[&scheme.name, &format!("{} credential", scheme.name)]);
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
