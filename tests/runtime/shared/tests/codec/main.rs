//! The codec with valid, invalid and malicious inputs.

mod forwarded;
mod numbers;
mod text;

use std::collections::BTreeMap;

use proptest::prelude::*;
use runtime_shared::runtime::base64::Base64;
use runtime_shared::runtime::json::{Decode, DecodeError, Encode, Writer, from_slice, parse, to_vec};
use runtime_shared::runtime::password::Password;
use runtime_shared::sample::{Closed, Counts, Look, OneWay, Open, Pair, Pet, Tagged, Tree, Triple};

fn read<T: Decode>(text: &str) -> Result<T, DecodeError> {
    from_slice(text.as_bytes())
}

fn written(value: &dyn Encode) -> String {
    String::from_utf8(to_vec(value).unwrap()).unwrap()
}

fn error<T: Decode + std::fmt::Debug>(text: &str) -> String {
    read::<T>(text).unwrap_err().to_string()
}

#[test]
fn absent_null_and_present_round_trip_as_three_states() {
    let rows = [
        (r#"{"id":1,"owner":null,"lives":7}"#, None),
        (r#"{"id":1,"owner":null,"nick":null,"lives":7}"#, Some(None)),
        (r#"{"id":1,"owner":null,"nick":"Rex","lives":7}"#, Some(Some("Rex".to_owned()))),
    ];
    for (text, nick) in rows {
        let pet: Pet = read(text).unwrap();
        assert_eq!(pet.nick, nick);
        assert_eq!(written(&pet), text);
    }
}

#[test]
fn absent_property_has_the_default_of_the_document() {
    assert_eq!(read::<Pet>(r#"{"id":1,"owner":"A"}"#).unwrap().lives, 7);
    assert_eq!(read::<Pet>(r#"{"id":1,"owner":"A","lives":null}"#).unwrap().lives, 7);
    assert_eq!(read::<Pet>(r#"{"id":1,"owner":"A","lives":-1}"#).unwrap().lives, -1);
}

#[test]
fn error_contains_the_location_but_not_the_value() {
    let rows = [
        (r#"{"owner":"A"}"#, "missing property `id`"),
        (r#"{"id":1}"#, "missing property `owner`"),
        (r#"{"id":"s3cr3t","owner":"A"}"#, "/id: expected an integer, found a string"),
        (r#"{"id":1.5,"owner":"A"}"#, "/id: expected an integer, found a number"),
        (r#"{"id":9223372036854775808,"owner":"A"}"#, "/id: the number does not fit into i64"),
        (r#"{"id":1,"owner":"A","weight":null}"#, "/weight: expected a number, found null"),
        (r#"{"id":1,"owner":"A","tag":7}"#, "/tag: expected a string, found an integer"),
        (
            r#"{"id":1,"owner":"A","friends":[{"id":2,"owner":null},{"id":3,"owner":[]}]}"#,
            "/friends/1/owner: expected a string, found an array",
        ),
        ("[]", "expected an object, found an array"),
        ("null", "expected an object, found null"),
    ];
    for (text, expected) in rows {
        assert_eq!(error::<Pet>(text), expected, "{text}");
    }
    assert_eq!(error::<BTreeMap<String, i32>>(r#"{"a/b~c":"x"}"#), "/a~1b~0c: expected an integer, found a string");
}

#[test]
fn invalid_json_is_rejected() {
    let rows = [
        "",
        " ",
        "{",
        "[1,",
        "nul",
        "NaN",
        "Infinity",
        "-",
        "01",
        "1.",
        ".5",
        "+1",
        "'a'",
        "{a:1}",
        "[1]x",
        "[1] [2]",
        "\u{feff}1",
        "\"\u{1}\"",
        "\"\\ud800\"",
        "{\"a\":1,}",
        "// c\n1",
        "1e999",
    ];
    for text in rows {
        let message = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(
            message.starts_with("not JSON at line 1") || message.starts_with("not JSON at line 2"),
            "{text}: {message}"
        );
    }
    assert!(parse(b"\"\xff\"").is_err());
}

#[test]
fn duplicate_key_is_rejected_in_small_and_large_objects() {
    assert_eq!(parse(br#"{"a":1,"\u0061":2}"#).unwrap_err().to_string(), "duplicate key in an object");
    let many: Vec<String> = (0..100).map(|at| format!("\"k{}\":1", at % 99)).collect();
    assert!(parse(format!("{{{}}}", many.join(",")).as_bytes()).is_err());
    let many: Vec<String> = (0..100).map(|at| format!("\"k{at}\":1")).collect();
    assert!(parse(format!("{{{}}}", many.join(",")).as_bytes()).is_ok());
}

#[test]
fn deeply_nested_json_is_rejected() {
    for open in ["[", "{\"a\":"] {
        assert!(parse(open.repeat(100_000).as_bytes()).is_err());
    }
    assert!(parse(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
}

/// The innermost part matches no variant, which makes each level try both: 2^100 attempts without a limit.
#[test]
fn nested_unions_are_read_in_linear_time() {
    let inside = |innermost: &str| {
        (0..100).fold(innermost.to_owned(), |inner, _| format!(r#"{{"child":{inner},"left":true,"right":true}}"#))
    };
    assert!(error::<Tree>(&inside(r#"{"neither":1}"#)).len() < 4096);
    assert!(serde_json::from_str::<Tree>(&inside(r#"{"neither":1}"#)).is_err());
    assert!(matches!(read::<Tree>(&inside(r#"{"left":true}"#)), Ok(Tree::Left(_))));
    // The budget is per read: later reads are not affected.
    assert!(matches!(read::<Tree>(r#"{"right":true}"#), Ok(Tree::Right(_))));
    let long: Vec<String> = (0..100_000).map(|_| r#"{"right":true}"#.to_owned()).collect();
    assert_eq!(read::<Vec<Tree>>(&format!("[{}]", long.join(","))).unwrap().len(), 100_000);
}

#[test]
fn integers_are_exact_and_floats_are_rounded() {
    assert_eq!(read::<i64>("-9223372036854775808").unwrap(), i64::MIN);
    assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
    assert!(read::<u64>("18446744073709551616").is_err());
    assert!(read::<i32>("2147483648").is_err());
    assert_eq!(read::<i32>("1.0").unwrap(), 1);
    assert_eq!(read::<i32>("1e2").unwrap(), 100);
    assert!(read::<u8>("-1").is_err());
    assert_eq!(read::<f64>("3").unwrap(), 3.0);
    assert!(read::<f32>("1e39").is_err());
    assert_eq!(written(&0.1_f32), "0.1");
    assert_eq!(written(&-0.0_f64), "-0.0");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(to_vec(&vec![number]).is_err());
    }
}

#[test]
fn additional_properties_are_kept() {
    let text = r#"{"total":3,"a":1,"b":2}"#;
    let counts: Counts = read(text).unwrap();
    assert_eq!(counts.rest.get("b"), Some(&2));
    assert_eq!(written(&counts), text);
    assert_eq!(error::<Counts>(r#"{"total":3,"a":"x"}"#), "/a: expected an integer, found a string");
}

#[test]
fn open_enum_keeps_unknown_values_and_closed_enum_rejects_them() {
    assert_eq!(read::<Open>(r#""a b""#).unwrap(), Open::AB);
    assert_eq!(written(&read::<Open>(r#""c""#).unwrap()), r#""c""#);
    assert_eq!(read::<Closed>(r#""off""#).unwrap(), Closed::Off);
    assert_eq!(error::<Closed>(r#""On""#), "unknown value `On`, expected one of `on`, `off`");
    let long = error::<Closed>(&format!("\"{}\\u001b[31m\"", "x".repeat(1000)));
    assert!(long.len() < 200 && !long.contains('\u{1b}'), "{long}");
}

#[test]
fn tuple_items_have_separate_types() {
    for text in [r#"["a",1,true,false]"#, r#"["a",null]"#, r#"["a"]"#] {
        assert_eq!(written(&read::<Triple>(text).unwrap()), text);
    }
    assert_eq!(read::<Triple>(r#"["a"]"#).unwrap(), Triple("a".to_owned(), None, Vec::new()));
    assert_eq!(error::<Triple>("[]"), "missing array item 0");
    assert_eq!(error::<Triple>("[1]"), "/0: expected a string, found an integer");
    assert_eq!(error::<Triple>(r#"["a",1,2]"#), "/2: expected a boolean, found an integer");
    assert_eq!(error::<Pair>("[1,2,3]"), "the array has 1 items more than the allowed 2");
    assert_eq!(error::<Pair>("[1]"), "missing array item 1");
    assert_eq!(error::<Pair>("{}"), "expected an array, found an object");
    assert!(to_vec(&Triple("a".to_owned(), None, vec![true])).is_err(), "an item without a position is not lost");
    assert_eq!(written(&Triple("a".to_owned(), None, Vec::new())), r#"["a"]"#);
}

#[test]
fn read_only_and_write_only_properties_go_one_way() {
    let read: OneWay = read(r#"{"id":1,"seen":null,"made":2,"password":{"any":"thing"},"x":3}"#).unwrap();
    assert_eq!((read.id, read.seen, read.made, &read.password), (Some(1), None, Some(2), &None));
    assert_eq!(read.rest.keys().collect::<Vec<_>>(), ["x"], "ignored properties are not additional properties");
    assert_eq!(error::<OneWay>("{}"), "missing property `id`");
    assert_eq!(error::<OneWay>(r#"{"id":1,"made":null}"#), "/made: expected an integer, found null");
    let sent =
        OneWay { id: Some(1), seen: Some(2), made: Some(3), password: Some("p".to_owned()), ..OneWay::default() };
    assert_eq!(written(&sent), r#"{"password":"p"}"#);
    let doubled = OneWay { rest: BTreeMap::from([("id".to_owned(), 9), ("x".to_owned(), 1)]), ..OneWay::default() };
    assert_eq!(written(&doubled), r#"{"x":1}"#, "a listed property is never written from the additional ones");
}

#[test]
fn variant_is_chosen_by_the_properties_of_the_value() {
    let table = [
        ("9007199254740993", "Integer"),
        ("1.5", "Number"),
        (r#"{"a":"x"}"#, "One"),
        (r#"{"a":"x","kind":"one"}"#, "One"),
        (r#"{"a":"x","kind":1}"#, "One"),
        (r#"{"a":"x","kind":true}"#, "One"),
        (r#"{"a":"x","kind":"two"}"#, "Two"),
        (r#"{"a":"x","kind":1,"b":1}"#, "Two"),
        (r#"{"a":"x","b":1}"#, "Two"),
        (r#"{"c":1}"#, "Counts"),
        (r#""x""#, "Other"),
        (r#""y""#, "Known"),
        (r#""z""#, "Other"),
    ];
    for (text, variant) in table {
        let found = format!("{:?}", read::<Look>(text).unwrap());
        assert!(found.starts_with(variant), "{text}: {found}");
    }
    let all = error::<Look>(r#"{"b":[]}"#);
    for message in [
        "the value matches none of the 7 variants",
        "(missing property `a`)",
        "(/b: expected an integer",
        "(expected a string",
    ] {
        assert!(all.contains(message), "{message} in {all}");
    }
}

/// A value without a discriminator property.
struct WithTag<T>(T);

impl<T: Encode> Encode for WithTag<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        json.tagged("kind", "a", &self.0);
    }
}

#[test]
fn discriminator_is_written_from_the_variant() {
    assert_eq!(written(&WithTag(BTreeMap::from([("x".to_owned(), 1_i64)]))), r#"{"kind":"a","x":1}"#);
    assert_eq!(written(&WithTag(BTreeMap::<String, i64>::new())), r#"{"kind":"a"}"#);
    assert_eq!(written(&WithTag(1_i64)), "1");
}

struct Variant<T>(T);

impl<T: Encode> Encode for Variant<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        json.variant("kind", &["a", "b"], &self.0);
    }
}

struct OptionalVariant<T>(T);

impl<T: Encode> Encode for OptionalVariant<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        json.optional_variant("kind", &["a"], &self.0);
    }
}

#[test]
fn discriminator_field_cannot_disagree_with_the_variant() {
    let object = |kind: &str| BTreeMap::from([("kind".to_owned(), kind.to_owned()), ("x".to_owned(), "c".to_owned())]);
    assert_eq!(written(&Variant(object("a"))), r#"{"kind":"a","x":"c"}"#);
    assert_eq!(written(&Variant(object("b"))), r#"{"kind":"b","x":"c"}"#);
    assert_eq!(written(&Variant(object("c"))), r#"{"kind":"a","x":"c"}"#);
    assert_eq!(written(&Variant(BTreeMap::from([("x".to_owned(), 1_i64)]))), r#"{"x":1,"kind":"a"}"#);
    assert_eq!(written(&Variant(BTreeMap::from([("kind".to_owned(), None::<i64>)]))), r#"{"kind":"a"}"#);
    assert_eq!(written(&OptionalVariant(object("c"))), r#"{"kind":"a","x":"c"}"#);
    assert_eq!(written(&OptionalVariant(BTreeMap::from([("x".to_owned(), 1_i64)]))), r#"{"x":1}"#);
}

#[test]
fn discriminator_applies_to_one_object_only() {
    let nested = BTreeMap::from([("inner".to_owned(), BTreeMap::from([("kind".to_owned(), "z".to_owned())]))]);
    assert_eq!(written(&Variant(nested)), r#"{"inner":{"kind":"z"},"kind":"a"}"#);
    let list = vec![BTreeMap::from([("kind".to_owned(), "z".to_owned())])];
    let items: Vec<Box<dyn Encode>> = vec![Box::new(Variant(1_i64)), Box::new(list)];
    assert_eq!(written(&items), r#"[1,[{"kind":"z"}]]"#);
}

#[test]
fn discriminator_selects_the_variant() {
    assert!(matches!(read(r#"{"kind":"pet","id":1,"owner":null}"#), Ok(Tagged::Pet(pet)) if pet.id == 1));
    assert!(matches!(read(r#"{"kind":"counts","n":1}"#), Ok(Tagged::Counts(map)) if map["n"] == 1));
    assert_eq!(error::<Tagged>(r#"{"kind":"cat"}"#), "unknown value `cat`, expected one of `pet`, `counts`");
    assert_eq!(error::<Tagged>("{}"), "missing property `kind`");
    assert_eq!(error::<Tagged>(r#"{"kind":1}"#), "unknown value `1`, expected one of `pet`, `counts`");
}

#[test]
fn string_formats_round_trip() {
    let time: chrono::DateTime<chrono::FixedOffset> = read(r#""2026-01-31T12:00:00.5+02:00""#).unwrap();
    assert_eq!(written(&time), r#""2026-01-31T12:00:00.500+02:00""#);
    assert!(read::<chrono::DateTime<chrono::FixedOffset>>(r#""2026-01-32T12:00:00Z""#).is_err());
    assert_eq!(written(&read::<chrono::NaiveDate>(r#""2024-02-29""#).unwrap()), r#""2024-02-29""#);
    assert!(read::<chrono::NaiveDate>(r#""2026-02-29""#).is_err());
    let id = r#""67e55044-10b1-426f-9247-bb680e5fe0c8""#;
    assert_eq!(written(&read::<uuid::Uuid>(id).unwrap()), id);
    assert_eq!(read::<Base64>(r#""aGk=""#).unwrap(), Base64(b"hi".to_vec()));
    assert_eq!(written(&Base64(b"hi".to_vec())), r#""aGk=""#);
    assert!(read::<Base64>(r#""a-_""#).is_err());
    let password: Password = read(r#""s3cr3t""#).unwrap();
    assert_eq!((format!("{password:?}"), written(&password)), ("Password(…)".to_owned(), r#""s3cr3t""#.to_owned()));
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        (-1e300..1e300_f64).prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_round_trips_through_the_tree(value in any_json()) {
        let text = value.to_string();
        let tree = parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&written(&tree)).unwrap(), &value);
        prop_assert_eq!(&from_slice::<serde_json::Value>(text.as_bytes()).unwrap(), &value);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        prop_assert!(parse(&bytes).is_err() || serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    }
}
