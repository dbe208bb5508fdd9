//! Constraints of the document on JSON values, and on strings of parameters and forms whose type only the rule knows.

use std::sync::OnceLock;

use runtime_server::runtime::call::check_single;
use runtime_server::runtime::json::{Value, parse};
use runtime_server::runtime::pattern::Pattern;
use runtime_server::runtime::rules::{AdditionalProperties, Choice, Kind, Limit, Rule};

const fn of(kind: Kind, limits: &'static [Limit]) -> Rule {
    Rule { kind, limits, ..Rule::ANY }
}

fn holds(rule: &Rule, json: &str) -> bool {
    rule.check(&parse(json.as_bytes()).unwrap()).is_ok()
}

fn assert_rule(rule: &Rule, right: &[&str], wrong: &[&str]) {
    for json in right {
        assert!(holds(rule, json), "{rule:?} rejects {json}");
    }
    for json in wrong {
        assert!(!holds(rule, json), "{rule:?} accepts {json}");
    }
}

#[test]
fn numbers_are_checked_against_their_bounds() {
    assert_rule(&of(Kind::Any, &[Limit::Minimum(1.0)]), &["1", "1.0", "2", "\"0\"", "null"], &["0", "0.99", "-1"]);
    assert_rule(&of(Kind::Number, &[Limit::Above(1.0)]), &["1.01", "2"], &["1", "1.0", "\"2\"", "null"]);
    assert_rule(&of(Kind::Number, &[Limit::Maximum(1.5)]), &["1.5", "-9"], &["1.6", "2"]);
    assert_rule(&of(Kind::Integer, &[Limit::Below(3.0)]), &["2", "2.0"], &["3", "2.5"]);
    assert_rule(&of(Kind::Integer, &[Limit::MultipleOf(5.0)]), &["0", "10", "-5", "1e1"], &["1", "7.0"]);
    assert_rule(
        &of(Kind::Number, &[Limit::MultipleOf(0.01)]),
        &["0.07", "1.1", "19.99", "4.35", "3"],
        &["0.005", "1.001", "2.5890419884777833e-42"],
    );
}

#[test]
fn strings_are_checked_against_length_and_pattern() {
    static WORD: Pattern = Pattern::new("^[a-z]+$");
    assert_rule(
        &of(Kind::Text, &[Limit::MinLength(2)]),
        &["\"ab\"", "\"äö\"", "\"👍👍\""],
        &["\"a\"", "\"👍\"", "\"\"", "12"],
    );
    assert_rule(&of(Kind::Text, &[Limit::MaxLength(2)]), &["\"äö\"", "\"\""], &["\"abc\""]);
    static PATTERN: [Limit; 1] = [Limit::Pattern(&WORD)];
    assert_rule(&of(Kind::Text, &PATTERN), &["\"ab\""], &["\"a1\"", "\"\"", "\"ab\\n\""]);
}

#[test]
fn patterns_are_matched_in_linear_time() {
    static NESTED: Pattern = Pattern::new("^(a+)+$");
    assert!(!NESTED.is_match(&("a".repeat(100_000) + "!")));
    static BROKEN: Pattern = Pattern::new("(");
    assert!(!BROKEN.is_match("("), "an invalid pattern matches nothing");
}

#[test]
fn arrays_and_objects_are_checked_against_their_counts() {
    assert_rule(
        &of(Kind::Array, &[Limit::MinItems(1), Limit::MaxItems(2)]),
        &["[1]", "[1, 2]"],
        &["[]", "[1, 2, 3]", "{}"],
    );
    let unique = of(Kind::Array, &[Limit::UniqueItems]);
    let wrong = ["[1, 1]", "[1, 1.0]", r#"[{"a": 1, "b": 2}, {"b": 2, "a": 1}]"#, "[[], []]"];
    assert_rule(&unique, &["[]", "[1, \"1\", true]", r#"["a\",\"b", "a", "b"]"#], &wrong);
    assert_rule(
        &of(Kind::Object, &[Limit::MinProperties(1), Limit::MaxProperties(1)]),
        &[r#"{"a": 1}"#],
        &["{}", r#"{"a": 1, "b": 2}"#],
    );
}

#[test]
fn nested_violations_are_reported_with_their_location() {
    static NAME: Rule = of(Kind::Text, &[Limit::MinLength(1)]);
    static OWNER: Rule =
        Rule { properties: &[("name", &NAME)], additional_properties: AdditionalProperties::Each(&NAME), ..Rule::ANY };
    static PET: Rule = Rule {
        properties: &[("owners", &Rule { kind: Kind::Array, items: Some(&OWNER), ..Rule::ANY })],
        additional_properties: AdditionalProperties::None,
        ..Rule::ANY
    };
    assert_rule(
        &PET,
        &["{}", r#"{"owners": [{"name": "x", "more": "y"}]}"#],
        &[r#"{"owner": 1}"#, r#"{"owners": [{"more": ""}]}"#],
    );
    let text = br#"{"owners": [{"name": "x"}, {"name": ""}]}"#;
    let error = PET.check(&parse(text).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "/owners/1/name: expected at least 1 characters");
}

#[test]
fn choice_requires_one_matching_rule_or_that_of_the_discriminator() {
    static SHORT: Rule = of(Kind::Text, &[Limit::MaxLength(2)]);
    static SMALL: Rule = of(Kind::Integer, &[Limit::Maximum(9.0)]);
    static TRIED: Rule = Rule {
        choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &SHORT), (&[], &SMALL)] }],
        ..Rule::ANY
    };
    assert_rule(&TRIED, &["\"ab\"", "9"], &["\"abc\"", "10", "true"]);
    static CAT: Rule = Rule { properties: &[("name", &SHORT)], limits: &[Limit::Required(&["name"])], ..Rule::ANY };
    static TAGGED: Rule = Rule {
        choices: &[Choice { property: "kind", exclusive: false, rules: &[(&["cat"], &CAT), (&["dog"], &Rule::ANY)] }],
        ..Rule::ANY
    };
    let right = [r#"{"kind": "cat", "name": "ab"}"#, r#"{"kind": "dog", "name": "abc"}"#];
    assert_rule(&TAGGED, &right, &[r#"{"kind": "cat", "name": "abc"}"#, r#"{"kind": "cat"}"#]);
    static BOTH: Rule = Rule { all_of: &[&CAT, &SHORT], ..Rule::ANY };
    assert!(!holds(&BOTH, r#"{"name": "a"}"#));
}

#[test]
fn exclusive_choice_requires_exactly_one_matching_rule() {
    static A: Rule = of(Kind::Any, &[Limit::Required(&["a"])]);
    static B: Rule = of(Kind::Any, &[Limit::Required(&["b"])]);
    static RULES: [(&[&str], &Rule); 2] = [(&[], &A), (&[], &B)];
    static ONE: Rule = Rule { choices: &[Choice { property: "", exclusive: true, rules: &RULES }], ..Rule::ANY };
    static SOME: Rule = Rule { choices: &[Choice { property: "", exclusive: false, rules: &RULES }], ..Rule::ANY };
    let one = [r#"{"a": 1}"#, r#"{"b": null}"#, r#"{"a": 1, "c": 2}"#];
    assert_rule(&ONE, &one, &["{}", r#"{"c": 1}"#, r#"{"a": 1, "b": 2}"#]);
    assert_rule(&SOME, &[r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#], &["{}", r#"{"c": 1}"#]);
    let error = ONE.check(&parse(br#"{"a": 1, "b": 2}"#).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the value matches 2 variants, and only one is allowed");
    // A text of a form may be an object in JSON.
    assert!(ONE.check(&Value::Text("{}".into())).is_ok());
}

#[test]
fn part_of_a_property_in_a_form_counts_as_the_property() {
    let required = of(Kind::Object, &[Limit::Required(&["a"])]);
    let object = |key: &str, value: Value<'static>| Value::Object(vec![(key.to_owned().into(), value)]);
    for (key, is_present) in [("a", true), ("a[x]", true), ("ab[x]", false), ("b[a]", false), ("[a]", false)] {
        let value = object(key, Value::Text("1".into()));
        assert_eq!(required.check(&value).is_ok(), is_present, "{key}");
    }
    assert!(!holds(&required, r#"{"a[x]": "1"}"#), "JSON has no such parts");
}

#[test]
fn rule_decides_the_type_of_a_parameter_string() {
    let text = |text: &'static str| Value::Text(text.into());
    let small = of(Kind::Integer, &[Limit::Maximum(9.0)]);
    assert!(small.check(&text("9")).is_ok() && small.check(&text("10")).is_err() && small.check(&text("x")).is_err());
    let short = of(Kind::Text, &[Limit::MaxLength(2)]);
    assert!(short.check(&text("10")).is_ok() && short.check(&text("100")).is_err());
    let two = Rule { kind: Kind::Array, limits: &[Limit::MinItems(2)], items: Some(&Rule::ANY), ..Rule::ANY };
    assert!(two.check(&text("one")).is_err() && two.check(&Value::Array(vec![text("a"), text("b")])).is_ok());
    let flag = of(Kind::Bool, &[]);
    assert!(flag.check(&text("true")).is_ok() && flag.check(&text("1")).is_err());
}

#[test]
fn text_of_a_form_does_not_bypass_a_single_value_as_a_list_or_object() {
    static WORD: Pattern = Pattern::new("^[a-z]+$");
    static PATTERN: [Limit; 1] = [Limit::Pattern(&WORD)];
    static TEXT: Rule = of(Kind::Text, &PATTERN);
    static DIGIT: Rule = of(Kind::Integer, &[Limit::Maximum(9.0)]);
    static OBJECT: Rule = of(Kind::Object, &[]);
    static LIST: Rule = of(Kind::Array, &[]);
    static LATER: OnceLock<&'static Rule> = OnceLock::new();
    static LATE: Rule = Rule { late: Some(&LATER), ..Rule::ANY };
    LATER.set(&LIST).unwrap();
    static TEXT_OR_OBJECT: Rule = Rule {
        choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &TEXT), (&[], &OBJECT)] }],
        ..Rule::ANY
    };
    static TEXT_OR_LIST: Rule = Rule {
        choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &LATE), (&[], &TEXT)] }],
        ..Rule::ANY
    };
    static DIGIT_OR_LIST: Rule = Rule {
        choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &DIGIT), (&[], &LIST)] }],
        ..Rule::ANY
    };
    let takes = |rule: &Rule, text: &'static str| rule.check(&Value::Text(text.into())).is_ok();
    for rule in [&TEXT_OR_OBJECT, &TEXT_OR_LIST] {
        assert!(takes(rule, "abc") && !takes(rule, "ABC9"), "{rule:?}");
    }
    // Only a list can be read from the last text.
    assert!(takes(&DIGIT_OR_LIST, "9") && !takes(&DIGIT_OR_LIST, "10") && takes(&DIGIT_OR_LIST, "abc"));
    assert_rule(&TEXT_OR_OBJECT, &["{}", "\"abc\""], &["\"ABC9\"", "[]"]);
    assert_rule(&TEXT_OR_LIST, &["[]", "[\"ABC9\"]", "\"abc\""], &["\"ABC9\"", "{}"]);
}

#[test]
fn single_text_that_is_read_as_a_list_reports_the_violated_rule() {
    let pair = of(Kind::Array, &[Limit::MinItems(2)]);
    let error = |json: &[u8]| check_single(json, |value| pair.check(value)).unwrap_err().to_string();
    assert_eq!(error(b"[1]"), "expected at least 2 items");
    assert_eq!(error(b"[1, 2]"), "a list or object is another form of the parameter");
    assert!(check_single(b"1", |value| of(Kind::Integer, &[]).check(value)).is_ok());
}

#[test]
fn nested_choices_are_checked_in_linear_time() {
    // Every level doubles the combinations: 2^100 without a limit.
    static LEAF: Rule = of(Kind::Text, &[Limit::MaxLength(0)]);
    static LEVEL: Rule = Rule {
        kind: Kind::Array,
        items: Some(&Rule {
            choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &LEVEL), (&[], &LEVEL), (&[], &LEAF)] }],
            ..Rule::ANY
        }),
        ..Rule::ANY
    };
    let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
    assert!(!holds(&LEVEL, &deep));
}

#[test]
fn property_is_found_among_many() {
    static SHORT: Rule = of(Kind::Text, &[Limit::MaxLength(1)]);
    static MANY: Rule = Rule {
        properties: &[("A", &SHORT), ("a", &SHORT), ("a b", &SHORT), ("ab", &SHORT), ("ä", &SHORT)],
        additional_properties: AdditionalProperties::None,
        ..Rule::ANY
    };
    for name in ["A", "a", "a b", "ab", "ä"] {
        let object = |value: &str| format!("{{\"{name}\": \"{value}\"}}");
        assert_rule(&MANY, &[&object("x")], &[&object("xy")]);
    }
    assert_rule(&MANY, &["{}"], &[r#"{"": "x"}"#, r#"{"b": "x"}"#, r#"{"a c": "x"}"#, r#"{"ö": "x"}"#]);
}

#[test]
fn numbers_beyond_float_precision_are_not_rejected() {
    let below = of(Kind::Integer, &[Limit::Below(9_223_372_036_854_775_807.0)]);
    assert_rule(&below, &["9223372036854775806"], &["9223372036854779999"]);
    let above = of(Kind::Integer, &[Limit::Above(9_007_199_254_740_992.0)]);
    assert_rule(&above, &["9007199254740993"], &["9007199254740991"]);
    assert_rule(&of(Kind::Number, &[Limit::MultipleOf(1e-300)]), &["1e300", "0", "7"], &[]);
}

#[test]
fn unique_items_compares_numbers_by_value() {
    let unique = of(Kind::Array, &[Limit::UniqueItems]);
    let wrong = ["[0, -0.0]", "[100, 1e2]", "[1e300, 1e300]", "[0.5, 5e-1]"];
    assert_rule(&unique, &["[1e300, 1e299]", "[0.1, 0.2]", "[-1, 1]", "[\"1\", 1]"], &wrong);
}

#[test]
fn unique_items_is_checked_in_linear_time() {
    // Each level tries three combinations, and each visits everything below it.
    static LEAF: Rule = of(Kind::Text, &[Limit::MaxLength(0)]);
    static LEVEL: Rule = Rule {
        kind: Kind::Array,
        limits: &[Limit::UniqueItems],
        items: Some(&Rule {
            choices: &[Choice { property: "", exclusive: false, rules: &[(&[], &LEVEL), (&[], &LEVEL), (&[], &LEAF)] }],
            ..Rule::ANY
        }),
        ..Rule::ANY
    };
    let wide = (0..20_000).map(|item| item.to_string()).collect::<Vec<_>>().join(",");
    let deep = format!("{}{wide}{}", "[".repeat(100), "]".repeat(100));
    assert!(!holds(&LEVEL, &deep));
}

#[test]
fn bracketed_keys_belong_to_a_property_only_in_forms() {
    static STRICT: Rule =
        Rule { properties: &[("known", &Rule::ANY)], additional_properties: AdditionalProperties::None, ..Rule::ANY };
    assert_rule(
        &STRICT,
        &[r#"{"known": 1}"#],
        &[r#"{"known[x]": 1}"#, r#"{"known[x]": []}"#, r#"{"known[x]": ["a"]}"#],
    );
    let form = |key: &'static str, value| Value::Object(vec![(key.into(), value)]);
    let text = || Value::Text("a".into());
    assert!(STRICT.check(&form("known[x]", text())).is_ok() && STRICT.check(&form("other[x]", text())).is_err());
    assert!(STRICT.check(&form("known[]", Value::Array(vec![text(), text()]))).is_ok());
}
