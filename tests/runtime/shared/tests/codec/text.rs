//! Reading JSON text without a tree is compared with reading it with one, and writing strings with serde_json.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use runtime_shared::runtime::json::{Decode, DecodeError, Node, Value, from_slice, parse, read as read_tree};
use runtime_shared::runtime::json_scan::scan;
use runtime_shared::sample::{Look, Pet, Tagged, Tree, Triple};

use super::{any_json, read, written};

/// Any value, as it is read.
#[derive(Debug, PartialEq)]
struct Whole(Value<'static>);

impl Decode for Whole {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        Ok(Self(value.to_value().into_owned()))
    }
}

/// Checks that a text is read without a tree as with one: the same values, and the same errors in the same places.
fn assert_alike(text: &[u8]) {
    fn both<T: Decode + Debug + PartialEq>(text: &[u8]) {
        let tree = parse(text).and_then(|tree| read_tree::<T>(&tree));
        assert_eq!(from_slice::<T>(text), tree, "{}", String::from_utf8_lossy(text));
    }
    // Only an invalid text is parsed again.
    assert_eq!(scan(text).is_some(), parse(text).is_ok(), "{}", String::from_utf8_lossy(text));
    both::<Whole>(text);
    both::<serde_json::Value>(text);
    both::<Vec<Option<f64>>>(text);
    both::<BTreeMap<String, i64>>(text);
    both::<Pet>(text);
    both::<Look>(text);
    both::<Tree>(text);
    both::<Tagged>(text);
    both::<Triple>(text);
}

#[test]
fn text_is_read_like_a_tree_at_the_limits() {
    for depth in 120..136 {
        assert_alike(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
        assert_alike(format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).as_bytes());
    }
    for count in [1, 23, 24, 25, 26, 100] {
        for double in [0, count / 2, count] {
            let keys: Vec<String> =
                (0..=count).map(|at| format!("\"k{}\":{{}}", if at == count { double } else { at })).collect();
            assert_alike(format!("{{{}}}", keys.join(",")).as_bytes());
        }
    }
    let numbers = "0 -0 -0.0 00 - 1. 1.e1 1e 1e+ 1E-5 0e0 1e308 1e309 -1e309 1e-400 9223372036854775807 \
                   9223372036854775808 -9223372036854775808 -9223372036854775809 9999999999999999999 \
                   18446744073709551615 18446744073709551616 10000000000000000000000000000000000000000 \
                   -18446744073709551616 0.1 123456789.123456789e-7 2.2250738585072011e-308 1.7976931348623159e308";
    // With this feature, serde_json does not keep the sign of `-0`.
    for number in numbers.split(' ').filter(|number| *number != "-0" || cfg!(not(feature = "arbitrary-precision"))) {
        assert_alike(number.as_bytes());
        assert_alike(format!("[{number}]").as_bytes());
        assert_alike(format!("{{\"a\":{number} }}").as_bytes());
    }
    let escapes = [
        r"\u0000",
        r"\ud83d\ude00",
        r"\ud83d",
        r"\ude00",
        r"\ud83d\u0041",
        r"\ud83dx",
        r"\u00g0",
        r"\u+041",
        r"\u12",
        r"\x",
        r"\",
        r"\b\f\n\r\t\/\\",
        "\u{7f}",
        "\u{1f}",
        "\u{80}",
        "é😀",
    ];
    for escape in escapes {
        for before in 0..18 {
            assert_alike(format!("\"{}{escape}é\"", "x".repeat(before)).as_bytes());
            assert_alike(format!("{{\"{}{escape}\":[1,\"{escape}\"]}}", "x".repeat(before)).as_bytes());
        }
    }
}

#[test]
fn properties_are_found_in_any_order() {
    let fields = [r#""id":1"#, r#""owner":"A""#, r#""tag":"t""#, r#""x":[{}]"#, r#""friends":[{"owner":null,"id":2}]"#];
    for first in 0..fields.len() {
        for second in 0..fields.len() {
            let mut fields = fields;
            fields.swap(first, second);
            let text = format!("{{{}}}", fields.join(" , "));
            let pet: Pet = read(&text).unwrap();
            assert_eq!((pet.id, pet.owner.as_deref(), pet.tag.as_deref()), (1, Some("A"), Some("t")), "{text}");
            assert_eq!(pet.friends.unwrap()[0].id, 2);
            assert_alike(text.as_bytes());
        }
    }
}

#[test]
fn strings_are_escaped_like_those_of_serde_json() {
    for special in ('\0'..='\u{ff}').chain(['\u{2028}', '😀']) {
        for before in 0..18 {
            let text = format!("{}{special}{}", "x".repeat(before), "é".repeat(before));
            assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
        }
    }
}

/// Parts of JSON, right and wrong ones.
const TOKENS: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\"a\"",
    "\"\\u0061\"",
    "\"id\"",
    "\"owner\"",
    "\"kind\"",
    "\"pet\"",
    "\"left\"",
    "\"child\"",
    "\"\\ud800\"",
    "\"\t\"",
    "0",
    "-1",
    "1.5",
    "1e400",
    "18446744073709551616",
    "true",
    "null",
    "nul",
    "{\"id\":1,\"owner\":null}",
    "{\"kind\":\"pet\"}",
];

proptest! {
    #[test]
    fn edited_json_is_read_like_a_tree(value in any_json(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)) {
        let mut text = value.to_string().into_bytes();
        for (at, byte) in edits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        assert_alike(&text);
    }

    #[test]
    fn parts_of_json_are_read_like_a_tree(tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..24)) {
        assert_alike(tokens.concat().as_bytes());
    }

    #[test]
    fn any_string_is_escaped_like_that_of_serde_json(text in any::<String>()) {
        prop_assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
    }
}
