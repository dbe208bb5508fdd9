//! Texts, the trees that are read from them, and texts that are rejected.

use super::{Limits, load};
use crate::diag::Code;
use crate::document::tree::Node;

fn read(text: &str) -> Node {
    load("x", text.into(), &Limits::default()).tree.unwrap()
}

/// Code, line and column.
fn refused(text: impl Into<Vec<u8>>) -> (Code, usize, usize) {
    let diagnostic = load("x", text.into(), &Limits::default()).tree.unwrap_err();
    let position = diagnostic.position.map_or((0, 0), |position| (position.line, position.column));
    (diagnostic.code, position.0, position.1)
}

#[test]
fn scalars_follow_yaml_1_2() {
    let tree = read("[on, no, y, 017, '017', 0o17, 0x1F, 1.0, .inf, ~, null, 'null', 2020-01-01, 1_000, true]");
    let expected = [
        Node::String("on".into()),
        Node::String("no".into()),
        Node::String("y".into()),
        Node::Integer(17),
        Node::String("017".into()),
        Node::Integer(15),
        Node::Integer(31),
        Node::Float(1.0),
        Node::Float(f64::INFINITY),
        Node::Null,
        Node::Null,
        Node::String("null".into()),
        Node::String("2020-01-01".into()),
        Node::String("1_000".into()),
        Node::Bool(true),
    ];
    assert_eq!(tree, Node::Array(expected.to_vec()));
}

#[test]
fn integers_beyond_64_bits_are_preserved() {
    let integer = 123_456_789_012_345_678_901_234_567_890_i128;
    assert_eq!(read(&format!("- {integer}\n- -{integer}")).step("1"), Some(&Node::Integer(-integer)));
    assert_eq!(read("[18446744073709551615]").step("0"), Some(&Node::Integer(u64::MAX.into())));
}

#[test]
fn keys_keep_their_source_text() {
    let tree = read("200: a\non: b\n1.0: c\n~: d\n'x': e\n0x10: f\n");
    let keys: Vec<_> = tree.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["200", "on", "1.0", "~", "x", "0x10"]);
}

#[test]
fn own_keys_override_merged_keys() {
    let tree = read("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 0}\nd: {<<: *a}");
    let of = |at: [&str; 2]| tree.get(at[0]).unwrap().get(at[1]).cloned();
    assert_eq!(of(["c", "x"]), Some(Node::Integer(0)));
    assert_eq!(of(["c", "y"]), Some(Node::Integer(1)));
    assert_eq!(of(["c", "z"]), Some(Node::Integer(2)));
    assert_eq!(of(["d", "<<"]), None);
    assert_eq!(read(r#"{"<<": {"x": 1}}"#).get("x"), None);
    assert_eq!(refused("a: {<<: 1}").0, Code::BadMerge);
}

#[test]
fn quoted_merge_key_is_an_ordinary_key() {
    let merging = [
        "b: {<<: *a}",
        "b:\n  <<: *a",
        "b: {'c': 1, <<: *a}",
        "b: {? <<\n : *a}",
        "b:\n  ? <<\n  : *a",
        "b:\n  &k <<: *a",
        "b:\n  << : *a",
        "b:\n  ? # note\n    <<\n  : *a",
        "k: [&k <<]\nb: {*k : *a}",
        "ä: 'ö\u{2028}ü'\nb: {<<: *a}",
        "z: |\n  !!str\nb: {<<: [*a]}",
    ];
    for text in merging {
        for text in [format!("a: &a {{x: 1}}\n{text}\n"), format!("a: &a {{x: 1}}\n{text}\n").replace('\n', "\r\n")] {
            let tree = read(&text);
            let merged = tree.get("b").unwrap();
            assert_eq!((merged.get("x"), merged.get("<<")), (Some(&Node::Integer(1)), None), "{text}");
        }
    }
    let plain = [
        "b: {\"<<\": *a}",
        "b: {'<<': *a}",
        "b:\n  \"<<\": *a",
        "b:\n  '<<': *a",
        "b: {\"\\x3c<\": *a}",
        "b:\n  ? \"<<\"\n  : *a",
        "b:\n  ? \"\\\n    <<\"\n  : *a",
        "b: {? '<<' : *a}",
        "b: {\"<<\":*a }",
        "b:\n  &k '<<': *a",
        "b:\n  !!str <<: *a",
        "b:\n  !!str &k <<: *a",
        "b:\n  &k !!str <<: *a",
        "b:\n  !<tag:yaml.org,2002:str> <<: *a",
        "b: {? !!str <<\n : *a}",
        "b:\n  ? |-\n    <<\n  : *a",
        "b:\n  ? >-\n    <<\n  : *a",
        "k: [&k '<<']\nb: {*k : *a}",
        "k: [&k !!str <<]\nb: {*k : *a}",
        "b: {c: {\"<<\": 1}, '<<': *a}",
    ];
    for text in plain {
        let tree = read(&format!("a: &a {{x: 1}}\n{text}\n"));
        let object = tree.get("b").unwrap();
        assert_eq!((object.get("x"), object.get("<<").is_some()), (None, true), "{text}");
    }
    let json = read(r#"{"a": {"x": 1}, "b": {"<<": {"x": 1}}}"#);
    assert_eq!((json.get("b").unwrap().get("x"), json.get("b").unwrap().get("<<").is_some()), (None, true));
}

#[test]
fn merge_key_with_another_tag_is_rejected() {
    for text in [
        "b: {!!map <<: {x: 1}}",
        "b:\n  !!int <<: {x: 1}",
        "b:\n  ? !!str\n    <<\n  : {x: 1}",
        "b:\n  z: !!str\n  <<: {x: 1}",
    ] {
        assert_eq!(refused(text).0, Code::BadMerge, "{text}");
    }
    assert_eq!(refused("b: {'<<': 1, \"<<\": 2}").0, Code::DuplicateKey);
    assert_eq!(refused("b: {<<: {}, <<: {}}").0, Code::DuplicateKey);
    assert!(read("b: {'<<': 1, <<: {}}").get("b").is_some());
}

#[test]
fn quoted_digits_are_strings() {
    let tree = read("[\"\\\n  017\", !!str 017, &a !!str 017, !!str &b 017, &c 017]");
    let text = Node::String("017".into());
    assert_eq!(tree, Node::Array(vec![text.clone(), text.clone(), text.clone(), text, Node::Integer(17)]));
}

#[test]
fn json_and_flow_yaml_are_distinguished_by_content() {
    assert_eq!(read("{\"a\": 1}"), read("{a: 1,}"));
    assert_eq!(read("\u{feff} {\"a\": 1}"), read("a: 1"));
}

#[test]
fn invalid_input_is_rejected() {
    assert_eq!(refused("").0, Code::EmptyDocument);
    assert_eq!(refused("# nothing\n---\n").0, Code::EmptyDocument);
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0".to_vec()).0, Code::NotADocument);
    assert_eq!(refused(b"a: \xff".to_vec()).0, Code::NotADocument);
    assert_eq!(refused("a: \0").0, Code::NotADocument);
}

#[test]
fn syntax_errors_have_line_and_column() {
    assert_eq!(refused("a: 1\nb: [1, 2\nc: 3\n").0, Code::Syntax);
    assert_eq!(refused("{\"a\": 1,\n \"b\": [1, 2"), (Code::Syntax, 2, 12));
    assert_eq!(refused("a: 1\nb:\n  c: 2\n  d: 3\n  c: 4\n"), (Code::DuplicateKey, 5, 3));
    assert_eq!(refused("{\"a\": 1,\n  \"b\": 2, \"a\" : 3}"), (Code::DuplicateKey, 2, 11));
    assert_eq!(refused("a: 1\nb:\n- !x y\n"), (Code::UnknownYamlTag, 3, 3));
    assert_eq!(refused("a: 1\n---\nb: 2\n"), (Code::MultipleDocuments, 3, 1));
    assert_eq!(refused("a: 1\n? [b]\n: 2\n"), (Code::BadKey, 2, 3));
    assert_eq!(refused("a: *b\n").0, Code::Syntax);
}

#[test]
fn build_errors_have_a_pointer() {
    let diagnostic = load("x", "a:\n- b: {c: 1, c: 2}".into(), &Limits::default()).tree.unwrap_err();
    assert_eq!(diagnostic.at.as_str(), "/a/0/b");
}

#[test]
fn expansion_bombs_are_rejected() {
    let exponential: String = (1..60).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]\n", n - 1)
    });
    assert_eq!(refused(exponential).0, Code::TooManyNodes);
    let quadratic = format!("a: &a [{}]\nb: [{}]", "x,".repeat(20_000), "*a,".repeat(20_000));
    assert_eq!(refused(quadratic).0, Code::TooManyNodes);
    let of_text = format!("a: &a {}\nb: [{}]", "x".repeat(50_000), "*a,".repeat(20_000));
    assert_eq!(refused(of_text).0, Code::TooManyNodes);
    assert_eq!(refused("a: &a [*a]").0, Code::TooDeep);
    assert_eq!(refused("[".repeat(50_000)).0, Code::TooDeep);
    assert_eq!(refused(format!("a: {}", "[".repeat(50_000))).0, Code::TooDeep);
    assert_eq!(refused("[".repeat(100_000) + &"]".repeat(100_000)).0, Code::TooDeep);
    assert_eq!(refused("- ".repeat(100_000)).0, Code::TooDeep);
    assert_eq!(refused((0..300).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()).0, Code::TooDeep);
}

#[test]
fn depth_of_120_levels_is_accepted() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for prefix in ["", "# yaml\n"] {
        assert!(load("x", (prefix.to_owned() + &nested(120)).into(), &Limits::default()).tree.is_ok());
        assert_eq!(refused(prefix.to_owned() + &nested(121)).0, Code::TooDeep);
    }
}
