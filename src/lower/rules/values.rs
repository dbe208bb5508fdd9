//! The values of alternatives with an `enum`.
//!
//! The type of a choice may accept other values, as in `{type: string, anyOf: [{pattern: '^[0-9]+$'}, {enum: [all]}]}`.
//! So a rule that is needed to distinguish an alternative also checks its values.

use serde_json::Value;

use super::maker::{Enums, Maker, is_binary};
use super::pattern;
use crate::diag::{Code, Report};
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::model::rule::{ChoiceKind, Limit, Rule, RuleChoice, RuleId, RuleKind};

/// How many schemas are searched for the values of one alternative.
const MOST_SCHEMAS: usize = 64;

/// How many numbers of an `enum` are checked; each has a rule.
const MOST_NUMBERS: usize = 64;

impl<'d> Maker<'_, 'd> {
    /// The only values that the schema allows, including those of its parts; `None` if it does not list them.
    pub(super) fn values(&mut self, flat: &FlatSchema<'d>) -> Option<Vec<Value>> {
        let mut left = MOST_SCHEMAS;
        self.listed(flat, &mut left)
    }

    fn listed(&mut self, flat: &FlatSchema<'d>, left: &mut usize) -> Option<Vec<Value>> {
        *left = left.checked_sub(1)?;
        if is_binary(flat) {
            return None;
        }
        if flat.kind == Some("null") {
            return Some(vec![Value::Null]);
        }
        let null = flat.data.nullable.then_some(Value::Null);
        let mut common: Option<Vec<Value>> =
            (!flat.values.is_empty()).then(|| flat.values.iter().cloned().chain(null).collect());
        for part in &flat.all_of {
            common = in_both(common, self.listed_by(part, left));
        }
        for parts in [&flat.one_of, &flat.any_of] {
            common = in_both(common, self.listed_by_all(parts, left));
        }
        common
    }

    fn listed_by(&mut self, part: &Located<'d>, left: &mut usize) -> Option<Vec<Value>> {
        let flat = self.source.view(part)?;
        self.listed(&flat, left)
    }

    /// The values of all alternatives.
    fn listed_by_all(&mut self, parts: &[Located<'d>], left: &mut usize) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        for part in parts {
            all.extend(self.listed_by(part, left)?);
        }
        (!all.is_empty()).then_some(all)
    }
}

/// The values that both lists allow; `None` allows all.
fn in_both(one: Option<Vec<Value>>, other: Option<Vec<Value>>) -> Option<Vec<Value>> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.retain(|value| other.contains(value));
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// Adds the values to those of the rules that are needed.
pub(super) fn restrict(report: &mut Report, list: &mut Vec<Rule>, needed: &mut Vec<bool>, enums: Enums) {
    for (id, mut values) in enums {
        if !needed[id.0] {
            continue;
        }
        let count = values.len();
        values.retain(|value| !value.is_null());
        list[id.0].is_nullable |= values.len() < count;
        let added = match kind_of(&values) {
            _ if count == 0 => Err("no value is in all of its lists"),
            // `null` alone.
            _ if values.is_empty() => Ok(()),
            Some(RuleKind::Text) => add_texts(&mut list[id.0], &values),
            Some(RuleKind::Number) => add_numbers(list, id, &values),
            Some(kind) => {
                set_kind(&mut list[id.0], kind);
                Ok(())
            }
            None => Err("its values have different types"),
        };
        if let Err(why) = added {
            let message = format!("the `enum` of this alternative is not checked: {why}");
            report.warning(Code::UnsupportedSchema, &list[id.0].at, message);
        }
        needed.resize(list.len(), true);
    }
}

/// The kind of all values, if it is the same.
fn kind_of(values: &[Value]) -> Option<RuleKind> {
    let all = |is_of_kind: fn(&Value) -> bool| values.iter().all(is_of_kind);
    match () {
        () if all(Value::is_string) => Some(RuleKind::Text),
        () if all(Value::is_number) => Some(RuleKind::Number),
        () if all(Value::is_boolean) => Some(RuleKind::Bool),
        () => None,
    }
}

fn set_kind(rule: &mut Rule, kind: RuleKind) {
    if rule.kind == RuleKind::Any {
        rule.kind = kind;
    }
}

fn add_texts(rule: &mut Rule, values: &[Value]) -> Result<(), &'static str> {
    let pattern = pattern::of_texts(values.iter().filter_map(Value::as_str))?;
    set_kind(rule, RuleKind::Text);
    rule.limits.push(Limit::Pattern(pattern));
    Ok(())
}

/// One number is checked by its bounds, several by a choice among such rules.
fn add_numbers(list: &mut Vec<Rule>, id: RuleId, values: &[Value]) -> Result<(), &'static str> {
    set_kind(&mut list[id.0], RuleKind::Number);
    let bounds = |number: f64| [Limit::Minimum(number, false), Limit::Maximum(number, false)];
    let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    if let [number] = numbers.as_slice() {
        list[id.0].limits.extend(bounds(*number));
        return Ok(());
    }
    if numbers.len() > MOST_NUMBERS {
        return Err("it has too many numbers");
    }
    let mut rules = Vec::with_capacity(numbers.len());
    for number in numbers {
        let owner = &list[id.0];
        let (kind, at) = (owner.kind, owner.at.clone());
        rules.push((Vec::new(), RuleId(list.len())));
        list.push(Rule { kind, limits: bounds(number).to_vec(), ..Rule::any(at) });
    }
    list[id.0].choices.push(RuleChoice { kind: ChoiceKind::Typed, property: None, rules });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::diag::Report;
    use crate::document::{Document, Input};
    use crate::limits::Limits;
    use crate::model::rule::{Limit, Rule, RuleKind};

    /// The rules of a parameter with this schema, and the codes of the diagnostics.
    fn of_parameter(schema: &str) -> (Vec<Rule>, Vec<String>) {
        let text = format!(
            "openapi: 3.1.0\n\
             info: {{title: Values, version: '1'}}\n\
             paths: {{/a: {{get: {{operationId: a, responses: {{'204': {{description: x}}}}, \
             parameters: [{{name: p, in: query, schema: {schema}}}]}}}}}}\n\
             components: {{schemas: {{Word: {{type: string, enum: [all, a.b]}}, \
             Wrapped: {{allOf: [{{$ref: '#/components/schemas/Word'}}]}}, \
             Either: {{oneOf: [{{const: all}}, {{enum: [a.b]}}]}}}}}}\n"
        );
        let input = Input::Memory { name: "values.yaml".to_owned(), bytes: text.into_bytes() };
        let document = Document::load(&input, &Limits::default()).unwrap();
        let mut report = Report::new();
        let rules = crate::lower::lower(&document, &mut report).unwrap().rules.list;
        (rules, report.iter().map(|one| one.code.to_string()).collect())
    }

    #[test]
    fn enum_next_to_a_constrained_alternative_is_checked() {
        let pattern = Limit::Pattern(r"^(?:all|a\.b)$".to_owned());
        for alternative in ["{enum: [all, a.b]}", "{$ref: '#/components/schemas/Word'}"]
            .into_iter()
            .chain(["{$ref: '#/components/schemas/Wrapped'}", "{$ref: '#/components/schemas/Either'}"])
            .chain([
                "{allOf: [{enum: [all, a.b, x]}, {enum: [all, a.b, y]}]}",
                "{enum: [all, a.b, x], allOf: [{enum: [all, a.b]}]}",
            ])
        {
            for whole in ["type: string, anyOf: [{maxLength: 2}", "oneOf: [{type: string, maxLength: 2}"] {
                let (rules, _) = of_parameter(&format!("{{{whole}, {alternative}]}}"));
                let found = rules.iter().find(|rule| rule.limits.contains(&pattern));
                assert_eq!(found.map(|rule| rule.kind), Some(RuleKind::Text), "{whole} {alternative}: {rules:?}");
            }
        }
    }

    #[test]
    fn enum_without_a_constrained_alternative_has_no_rule() {
        for schema in [
            "{oneOf: [{type: string, enum: [me]}, {type: string, format: uuid}]}",
            "{type: string, anyOf: [{enum: [all]}, {format: uuid}]}",
            "{anyOf: [{type: integer, enum: [1, 2]}, {type: string}]}",
        ] {
            let (rules, _) = of_parameter(schema);
            assert!(rules.is_empty(), "{schema}: {rules:?}");
        }
    }

    #[test]
    fn numbers_of_an_alternative_are_checked_by_bounds() {
        let (rules, codes) = of_parameter("{type: integer, anyOf: [{minimum: 10}, {enum: [1, 3]}]}");
        for number in [1.0, 3.0] {
            let bounds = [Limit::Minimum(number, false), Limit::Maximum(number, false)];
            assert!(rules.iter().any(|rule| rule.limits == bounds), "{number}: {rules:?}");
        }
        assert!(codes.is_empty(), "{codes:?}");
        let (rules, _) = of_parameter("{type: integer, anyOf: [{minimum: 10}, {enum: [1]}]}");
        assert!(rules.iter().any(|rule| rule.limits.len() == 2), "{rules:?}");
    }

    #[test]
    fn enum_that_cannot_be_checked_is_reported() {
        let long = format!("{{type: string, anyOf: [{{maxLength: 2}}, {{enum: [{}]}}]}}", "x".repeat(20_000));
        let disjoint = "{type: string, anyOf: [{maxLength: 2}, {allOf: [{enum: [all]}, {enum: [none]}]}]}";
        for schema in [&long, disjoint] {
            assert!(of_parameter(schema).1.contains(&"unsupported-schema".to_owned()), "{schema}");
        }
    }

    #[test]
    fn null_and_impossible_alternatives_do_not_allow_any_value() {
        for schema in [
            "{anyOf: [{type: string, maxLength: 2}, {type: 'null'}]}",
            "{type: string, anyOf: [{maxLength: 2}, {type: integer}]}",
        ] {
            let (rules, _) = of_parameter(schema);
            let choices: Vec<_> = rules.iter().flat_map(|rule| &rule.choices).collect();
            assert_eq!(choices.iter().map(|choice| choice.rules.len()).collect::<Vec<_>>(), [1], "{schema}: {rules:?}");
        }
    }
}
