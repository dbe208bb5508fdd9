//! The rules of requests as statics over the runtime's `Rule`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, docs};
use crate::model::rule::{Further, Limit, Rule, RuleChoice, RuleId, RuleKind};

/// How deep rules stand in each other before one gets a name.
const DEEPEST: usize = 6;

/// The items of `rules.rs`: every rule with a name, and every pattern.
pub fn items(context: &Context<'_>) -> Vec<TokenStream> {
    let mut named: Vec<RuleId> = (0..context.api.rules.list.len()).map(RuleId).collect();
    named.retain(|id| rule(context, *id).is_shared);
    let mut items = Vec::new();
    let mut next = 0;
    while let Some(id) = named.get(next).copied() {
        next += 1;
        let mut deep = Vec::new();
        items.push(item(context, id, &mut deep));
        named.extend(deep);
    }
    items.extend((0..context.api.rules.list.len()).filter_map(|at| pattern(context, RuleId(at))));
    items
}

/// Whether some rule has a pattern.
pub fn has_patterns(context: &Context<'_>) -> bool {
    let is_pattern = |limit: &Limit| matches!(limit, Limit::Pattern(_));
    context.api.rules.list.iter().any(|rule| rule.limits.iter().any(is_pattern))
}

/// The closure that checks a value by this rule.
pub fn check(context: &Context<'_>, id: RuleId) -> TokenStream {
    let ident = context.names.rule(id).ident.token();
    quote!(|value| rules::#ident.check(value))
}

fn rule<'c>(context: &Context<'c>, id: RuleId) -> &'c Rule {
    &context.api.rules.list[id.0]
}

fn item(context: &Context<'_>, id: RuleId, deep: &mut Vec<RuleId>) -> TokenStream {
    let ident = context.names.rule(id).ident.token();
    let doc = docs::ours(&docs::code_span(&rule(context, id).at.to_string()));
    let value = Printer { context, deep, depth: 0 }.rule(id);
    quote!(#doc pub static #ident: Rule = #value;)
}

fn pattern(context: &Context<'_>, id: RuleId) -> Option<TokenStream> {
    let ident = context.names.rule(id).pattern.token();
    rule(context, id).limits.iter().find_map(|limit| match limit {
        Limit::Pattern(text) => Some(quote!(static #ident: Pattern = Pattern::new(#text);)),
        _ => None,
    })
}

/// Prints one static, and notes what it refers to that is too deep to stand in it.
struct Printer<'p, 'c> {
    context: &'p Context<'c>,
    deep: &'p mut Vec<RuleId>,
    depth: usize,
}

impl Printer<'_, '_> {
    fn reference(&mut self, id: RuleId) -> TokenStream {
        let is_shared = rule(self.context, id).is_shared;
        if is_shared || self.depth >= DEEPEST {
            if !is_shared {
                self.deep.push(id);
            }
            let ident = self.context.names.rule(id).ident.token();
            return quote!(&#ident);
        }
        self.depth += 1;
        let value = self.rule(id);
        self.depth -= 1;
        quote!(&#value)
    }

    /// `Rule { … }`, only with what it asks for.
    fn rule(&mut self, id: RuleId) -> TokenStream {
        let rule = rule(self.context, id);
        let kind = kind(rule.kind).map(|kind| quote!(kind: Kind::#kind,));
        let nullable = rule.is_nullable.then(|| quote!(nullable: true,));
        let limits = rule.limits.iter().map(|limit| self.limit(id, limit));
        let limits = list(limits.collect()).map(|list| quote!(limits: #list,));
        let properties = rule.properties.iter().map(|(name, id)| {
            let value = id.map_or_else(|| quote!(&Rule::ANY), |id| self.reference(id));
            quote!((#name, #value))
        });
        let properties = list(properties.collect()).map(|list| quote!(properties: #list,));
        let further = match rule.further {
            Further::Any => None,
            Further::None => Some(quote!(further: Further::None,)),
            Further::Each(id) => Some(self.reference(id)).map(|value| quote!(further: Further::Each(#value),)),
        };
        let items = rule.items.map(|id| self.reference(id)).map(|value| quote!(items: Some(#value),));
        let all_of = rule.all_of.iter().map(|id| self.reference(*id));
        let all_of = list(all_of.collect()).map(|list| quote!(all_of: #list,));
        let choices = rule.choices.iter().map(|choice| self.choice(choice));
        let choices = list(choices.collect()).map(|list| quote!(choices: #list,));
        quote!(Rule { #kind #nullable #limits #properties #further #items #all_of #choices ..Rule::ANY })
    }

    fn choice(&mut self, choice: &RuleChoice) -> TokenStream {
        let property = choice.property.as_deref().unwrap_or_default();
        let rules = choice.rules.iter().map(|(tags, id)| {
            let value = self.reference(*id);
            quote!((&[#(#tags),*], #value))
        });
        quote!(Choice { property: #property, rules: &[#(#rules),*] })
    }

    fn limit(&self, id: RuleId, limit: &Limit) -> TokenStream {
        let number = |bound: &f64| Literal::f64_unsuffixed(*bound);
        let count = |bound: &u64| Literal::u64_unsuffixed(*bound);
        let (word, value) = match limit {
            Limit::Minimum(bound, false) => (quote!(Minimum), number(bound)),
            Limit::Minimum(bound, true) => (quote!(Above), number(bound)),
            Limit::Maximum(bound, false) => (quote!(Maximum), number(bound)),
            Limit::Maximum(bound, true) => (quote!(Below), number(bound)),
            Limit::MultipleOf(step) => (quote!(MultipleOf), number(step)),
            Limit::MinLength(least) => (quote!(MinLength), count(least)),
            Limit::MaxLength(most) => (quote!(MaxLength), count(most)),
            Limit::MinItems(least) => (quote!(MinItems), count(least)),
            Limit::MaxItems(most) => (quote!(MaxItems), count(most)),
            Limit::MinProperties(least) => (quote!(MinProperties), count(least)),
            Limit::MaxProperties(most) => (quote!(MaxProperties), count(most)),
            Limit::UniqueItems => return quote!(Limit::UniqueItems),
            Limit::Required(names) => return quote!(Limit::Required(&[#(#names),*])),
            Limit::Pattern(_) => {
                let ident = self.context.names.rule(id).pattern.token();
                return quote!(Limit::Pattern(|text| #ident.is_match(text)));
            }
        };
        quote!(Limit::#word(#value))
    }
}

fn kind(kind: RuleKind) -> Option<TokenStream> {
    match kind {
        RuleKind::Any => None,
        RuleKind::Text => Some(quote!(Text)),
        RuleKind::Number => Some(quote!(Number)),
        RuleKind::Integer => Some(quote!(Integer)),
        RuleKind::Bool => Some(quote!(Bool)),
        RuleKind::Array => Some(quote!(Array)),
        RuleKind::Object => Some(quote!(Object)),
    }
}

/// `&[…]`, where there is something in it.
fn list(items: Vec<TokenStream>) -> Option<TokenStream> {
    (!items.is_empty()).then(|| quote!(&[#(#items),*]))
}
