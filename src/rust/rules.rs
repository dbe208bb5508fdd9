//! The validation rules of requests as statics of the runtime's type `Rule`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, docs};
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleChoice, RuleId, RuleKind};
use crate::names::Ident;

/// The item of `rules.rs` for the rule at this index, empty if it is a part of another; after the last rule, all patterns.
pub fn item(context: &Context<'_>, at: usize) -> TokenStream {
    if at == context.api.rules.list.len() {
        return patterns(context);
    }
    let id = RuleId(at);
    if rule(context, id).is_named { named(context, id) } else { TokenStream::new() }
}

fn patterns(context: &Context<'_>) -> TokenStream {
    let pattern = |(text, ident): (&String, &Ident)| {
        let (gate, ident) = (context.gates.attribute(context.gates.pattern(text)), ident.token());
        quote!(#gate static #ident: rt::pattern::Pattern = rt::pattern::Pattern::new(#text);)
    };
    context.names.patterns().iter().map(pattern).collect()
}

/// Whether a rule has a pattern.
pub fn has_patterns(context: &Context<'_>) -> bool {
    !context.names.patterns().is_empty()
}

/// The closure that validates a value by this rule.
pub fn check(context: &Context<'_>, id: RuleId) -> TokenStream {
    let ident = context.names.rule(id).token();
    quote!(|value| super::rules::#ident.check(value))
}

fn rule<'c>(context: &Context<'c>, id: RuleId) -> &'c Rule {
    &context.api.rules.list[id.0]
}

fn named(context: &Context<'_>, id: RuleId) -> TokenStream {
    let ident = context.names.rule(id).token();
    let rule = rule(context, id);
    let place = docs::code_span(&rule.at.to_string());
    let doc = match rule.others {
        0 => docs::text(&place),
        1 => docs::text(&format!("{place}, and one more schema with the same rule")),
        others => docs::text(&format!("{place}, and {others} more schemas with the same rule")),
    };
    let value = Printer { context }.rule(id);
    let gate = context.gates.attribute(context.gates.rule(id));
    quote!(#doc #gate pub static #ident: rt::rules::Rule = #value;)
}

/// Makes the expression of a static, including the rules without names in it.
struct Printer<'p, 'c> {
    context: &'p Context<'c>,
}

impl Printer<'_, '_> {
    fn reference(&self, id: RuleId) -> TokenStream {
        if rule(self.context, id).is_named {
            let ident = self.context.names.rule(id).token();
            quote!(&#ident)
        } else {
            let value = self.rule(id);
            quote!(&#value)
        }
    }

    /// `Rule { … }` with the fields that differ from `Rule::ANY`.
    fn rule(&self, id: RuleId) -> TokenStream {
        let rule = rule(self.context, id);
        let kind = kind(rule.kind).map(|kind| quote!(kind: rt::rules::Kind::#kind,));
        let nullable = rule.is_nullable.then(|| quote!(nullable: true,));
        let limits = rule.limits.iter().map(|limit| self.limit(limit));
        let limits = list(limits.collect()).map(|list| quote!(limits: #list,));
        let properties = rule.properties.iter().map(|(name, id)| {
            let value = id.map_or_else(|| quote!(&rt::rules::Rule::ANY), |id| self.reference(id));
            quote!((#name, #value))
        });
        let properties = list(properties.collect()).map(|list| quote!(properties: #list,));
        let additional_properties = match rule.additional_properties {
            AdditionalProperties::Any => None,
            AdditionalProperties::None => Some(quote!(additional_properties: rt::rules::AdditionalProperties::None,)),
            AdditionalProperties::Each(id) => Some(self.reference(id))
                .map(|value| quote!(additional_properties: rt::rules::AdditionalProperties::Each(#value),)),
        };
        let items = rule.items.map(|id| self.reference(id)).map(|value| quote!(items: Some(#value),));
        let all_of = rule.all_of.iter().map(|id| self.reference(*id));
        let all_of = list(all_of.collect()).map(|list| quote!(all_of: #list,));
        let choices = rule.choices.iter().map(|choice| self.choice(choice));
        let choices = list(choices.collect()).map(|list| quote!(choices: #list,));
        quote!(rt::rules::Rule { #kind #nullable #limits #properties #additional_properties #items #all_of #choices ..rt::rules::Rule::ANY })
    }

    fn choice(&self, choice: &RuleChoice) -> TokenStream {
        let property = choice.property.as_deref().unwrap_or_default();
        let rules = choice.rules.iter().map(|(tags, id)| {
            let value = self.reference(*id);
            quote!((&[#(#tags),*], #value))
        });
        let is_exclusive = choice.kind.is_exclusive();
        quote!(rt::rules::Choice { property: #property, exclusive: #is_exclusive, rules: &[#(#rules),*] })
    }

    fn limit(&self, limit: &Limit) -> TokenStream {
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
            Limit::UniqueItems => return quote!(rt::rules::Limit::UniqueItems),
            Limit::Required(names) => return quote!(rt::rules::Limit::Required(&[#(#names),*])),
            Limit::Pattern(text) => {
                let ident = self.context.names.patterns()[text].token();
                return quote!(rt::rules::Limit::Pattern(&#ident));
            }
        };
        quote!(rt::rules::Limit::#word(#value))
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

/// `&[…]`, unless it is empty.
fn list(items: Vec<TokenStream>) -> Option<TokenStream> {
    (!items.is_empty()).then(|| quote!(&[#(#items),*]))
}
