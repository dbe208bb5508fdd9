//! Text that opens collections, text that does not, and text that must not reach libyaml.

use super::{Limits, scan};
use crate::diag::Code;

fn refused(text: &str) -> Option<Code> {
    let limits = Limits { depth: 3, nodes: 1000, ..Limits::default() };
    scan(text, &limits).err().map(|error| error.code)
}

#[test]
fn brackets_in_scalars_are_not_collections() {
    let texts = [
        "a: b [[[[[[ c",
        "a: |\n  [[[[\n  [[[[\n\n  [[[[\nb: c",
        "a:\n- >-\n [[[[[\n- b",
        "a: '[[[[[ '' [[[['\nb: \"[[[[ \\\" [[[[[\"",
        "a: # [[[[[[[\n  b",
        "a: plain\n  [[[[ goes on\n  {{{{{\nb: [{c: d}]",
        "- a: plain\n   [[[[ goes on\n- [[[]]]",
        "key with [[[[: x\nk: http://[[[[",
        "{a: b, c: 'x [[[[', d: e#[}",
        "--- # [[[[\na: b\n...\n",
        "a: |2\n    [[[[\n  [[[[\nb: c",
    ];
    for text in texts {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn nested_brackets_are_counted() {
    for text in ["[[[[", "a: [[{[", "a:\n  - [[[\n[", "? [[[[", "[a, [b, {c: [d", "a: |\n  x\n[[[[", "--- [[[["] {
        assert_eq!(refused(text), Some(Code::TooDeep), "{text}");
    }
    for text in ["[[[]]]", "a: [[[]]]\nb: [[[]]]", "a: [\"[\", '[', [[]]]"] {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn tags_outside_the_core_schema_are_rejected() {
    for text in ["a: !!binary x", "!!python/object:os.system []", "- !x y", "[!<tag:x,2000:y> a]", "! a"] {
        assert_eq!(refused(text), Some(Code::UnknownYamlTag), "{text}");
    }
    for text in ["a: !!str 1", "[!!int 1, !!map {}]", "a: !<tag:yaml.org,2002:seq> []", "a: b !x", "a: '!x'"] {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn anchors_directives_and_nodes_are_limited() {
    assert_eq!(refused("a: &x 1\nb: &x 2"), Some(Code::Syntax));
    assert_eq!(refused("a: &x 1\nb: *x\nc: b &x &x"), None);
    assert_eq!(refused(&"%TAG !a! b\n".repeat(17)), Some(Code::Syntax));
    assert_eq!(refused(&"- a\n".repeat(2002)), Some(Code::TooManyNodes));
}

#[test]
fn line_ends_of_yaml_1_1_are_rejected_outside_quotes() {
    for character in ['\u{85}', '\u{2028}', '\u{2029}'] {
        for text in [
            "a: 1 # public{}security: []",
            "# public{}security: []",
            "a: b{}c: d",
            "a: |\n  b{}c: d",
            "a: >\n  b{}  c",
            "{a: b{}, c: d}",
            "a: 'b'{}",
            "{}",
        ] {
            let text = text.replace("{}", &character.to_string());
            let error = scan(&text, &Limits::default()).unwrap_err();
            let name = format!("U+{:04X} ends a line in YAML 1.1, but not in YAML 1.2", u32::from(character));
            assert!(error.code == Code::Syntax && error.message.contains(&name), "{text:?}: {}", error.message);
        }
        for text in ["a: 'b{}c'", "a: \"b{}  c\"", "{\"a\": \"b{}c\", 'd{}': [1]}"] {
            let text = text.replace("{}", &character.to_string());
            assert!(scan(&text, &Limits::default()).is_ok(), "{text:?}");
        }
    }
}
