//! Actions on small documents, by the rules of Overlay 1.1.0, section 4.4.3.

use super::super::json_path::Budget;
use super::super::load;
use super::super::tree::Node;
use super::apply::Applier;
use super::parse;
use crate::diag::{Code, Level, Pointer};
use crate::limits::Limits;

fn node(text: &str) -> Node {
    load::load("x.yaml", text.into(), &Limits::default()).tree.unwrap()
}

/// The result of some actions, or the codes and places of what is reported.
fn apply(version: &str, document: &str, actions: &str) -> Result<Node, Vec<String>> {
    let limits = Limits::default();
    let mut applier = Applier::new(node(document), &limits, Budget::new(1_000_000));
    let text = format!("overlay: {version}\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}\n");
    if let Some(overlay) = parse::overlay(node(&text), &Pointer::root(), &mut applier.report) {
        applier.apply(&overlay);
    }
    let found = applier.report.iter().map(|found| format!("{} {}", found.code, found.at.as_str())).collect();
    if applier.report.is_empty() { Ok(applier.tree) } else { Err(found) }
}

#[test]
fn actions_change_the_document() {
    for (document, actions, expected) in [
        // Objects are merged; plain values replace plain values, even of another type.
        ("a: {x: 1, y: 2}", "- {target: $.a, update: {y: 'two', z: {n: null}}}", "a: {x: 1, y: 'two', z: {n: null}}"),
        ("a: {b: {c: 1}}", "- {target: $, update: {a: {b: {d: 2}}}}", "a: {b: {c: 1, d: 2}}"),
        ("a: {b: null}", "- {target: $.a, update: {b: 1}}", "a: {b: 1}"),
        // Lists are concatenated, any other value is an item.
        ("a: [1]", "- {target: $.a, update: [2, 3]}", "a: [1, 2, 3]"),
        ("a: [1]", "- {target: $.a, update: {b: 2}}", "a: [1, {b: 2}]"),
        ("a: [1]", "- {target: $.a, update: two}", "a: [1, two]"),
        ("a: {b: [1]}", "- {target: $.a, update: {b: [2]}}", "a: {b: [1, 2]}"),
        // Plain targets are replaced.
        ("a: {b: 1, c: x}", "- {target: '$.a[*]', update: 2}", "a: {b: 2, c: 2}"),
        ("a: [x, y, x]", "- {target: \"$.a[?@ == 'x']\", update: z}", "a: [z, y, z]"),
        // Several targets, each once for every time that it is selected.
        ("a: {p: {}, q: {}}", "- {target: $.a.*, update: {n: 1}}", "a: {p: {n: 1}, q: {n: 1}}"),
        ("a: []", "- {target: \"$['a','a']\", update: 1}", "a: [1, 1]"),
        // Removal.
        ("a: {b: 1, c: 2}", "- {target: $.a.b, remove: true}", "a: {c: 2}"),
        ("a: [0, 1, 2, 3]", "- {target: '$.a[0,2]', remove: true}", "a: [1, 3]"),
        ("a: [[0, 1], [2, 3]]", "- {target: '$..[0]', remove: true}", "a: [[3]]"),
        ("a: [x, y, x]", "- {target: \"$.a[?@ == 'x']\", remove: true}", "a: [y]"),
        ("a: {b: 1}", "- {target: $.a.b, remove: true, update: 5}", "a: {}"),
        ("a: {b: 1}", "- {target: $.a.b, remove: true}\n- {target: $.a, update: {b: 2}}", "a: {b: 2}"),
        // Copies are merged like updates.
        ("a: {b: {c: 1}}\nd: {c: 2, e: 3}", "- {target: $.d, copy: $.a.b}", "a: {b: {c: 1}}\nd: {c: 1, e: 3}"),
        ("a: [1]\nb: [2]", "- {target: $.b, copy: $.a}", "a: [1]\nb: [2, 1]"),
        (
            "a: {b: 1}",
            "- {target: $, update: {c: {}}}\n- {target: $.c, copy: $.a}\n- {target: $.a, remove: true}",
            "c: {b: 1}",
        ),
    ] {
        let result = apply("1.1.0", document, actions).unwrap_or_else(|found| panic!("{actions}: {found:?}"));
        assert_eq!(result, node(expected), "{document} {actions}");
    }
}

#[test]
fn keys_keep_their_order_and_new_keys_follow() {
    let result = apply("1.1.0", "{b: 1, a: 2}", "- {target: $, update: {c: 3, a: 4, aa: 5}}").unwrap();
    let keys: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["b", "a", "c", "aa"]);
}

#[test]
fn actions_that_cannot_be_applied_are_errors_at_their_place() {
    for (version, document, actions, expected) in [
        ("1.1.0", "a: {b: {}}", "- {target: $.a, update: {b: [1]}}", "overlay-conflict /actions/0/update/b"),
        ("1.1.0", "a: {b: {}}", "- {target: $.a, update: {b: null}}", "overlay-conflict /actions/0/update/b"),
        ("1.1.0", "a: {b: 1}", "- {target: $.a, update: {b: {}}}", "overlay-conflict /actions/0/update/b"),
        ("1.1.0", "a: {}", "- {target: $.a, update: 1}", "overlay-conflict /actions/0/update"),
        ("1.1.0", "a: 1", "- {target: $.a, update: {}}", "overlay-conflict /actions/0/update"),
        ("1.1.0", "a: {x: {}, y: []}", "- {target: $.a.*, update: 1}", "overlay-conflict /actions/0/update"),
        ("1.1.0", "a: {x: 1}", "- {target: $.a, copy: $.a.*.none}", "overlay-conflict /actions/0/copy"),
        ("1.1.0", "a: {x: 1, y: 2}", "- {target: $.a, copy: $.a.*}", "overlay-conflict /actions/0/copy"),
        ("1.1.0", "a: {x: 1}", "- {target: $.a, copy: $.a.x}", "overlay-conflict /actions/0/copy"),
        ("1.1.0", "a: 1", "- {target: $, remove: true}", "overlay-conflict /actions/0/target"),
        ("1.0.0", "a: 1", "- {target: $.a, update: 2}", "overlay-conflict /actions/0/update"),
        ("1.0.0", "a: {b: 1}", "- {target: $.a, copy: $.a}", "bad-overlay /actions/0/copy"),
        ("1.1.0", "a: 1", "- {target: $.b, remove: true}", "overlay-no-match /actions/0/target"),
        ("1.1.0", "a: 1", "- {target: $.a}", "overlay-no-match /actions/0"),
        ("1.1.0", "a: 1", "- {target: $.a, remove: false}", "overlay-no-match /actions/0"),
        ("1.1.0", "a: 1", "- {target: $.a, update: 1, copy: $.a}", "bad-overlay /actions/0/copy"),
        ("1.1.0", "a: 1", "- {target: 5, update: 1}", "bad-overlay /actions/0/target"),
        ("1.1.0", "a: 1", "- {update: 1}", "bad-overlay /actions/0"),
        ("1.1.0", "a: 1", "- {target: $.a, remove: 'yes'}", "bad-overlay /actions/0/remove"),
        ("1.1.0", "a: 1", "- text", "bad-overlay /actions/0"),
        ("1.1.0", "a: 1", "- {target: \"$.a[\", remove: true}", "bad-json-path /actions/0/target"),
        ("1.2.0", "a: 1", "- {target: $.a, update: 1}", "bad-overlay /overlay"),
        ("10.1", "a: 1", "- {target: $.a, update: 1}", "bad-overlay /overlay"),
        ("[1]", "a: 1", "- {target: $.a, update: 1}", "bad-overlay /overlay"),
        ("1.1.0\nextend: x", "a: 1", "- {target: $.a, update: 1}", "bad-overlay /extend"),
    ] {
        assert_eq!(apply(version, document, actions), Err(vec![expected.to_owned()]), "{version} {document} {actions}");
    }
}

#[test]
fn removal_and_valid_targets_are_the_same_in_both_versions() {
    for version in ["1.0.0", "1.0", "'1.0'", "1.0.7", "1.1.0", "1.1"] {
        let result =
            apply(version, "a: {b: 1, c: [1]}", "- {target: $.a.b, remove: true}\n- {target: $.a.c, update: 2}");
        assert_eq!(result, Ok(node("a: {c: [1, 2]}")), "{version}");
    }
}

#[test]
fn several_mistakes_of_the_form_are_reported_together() {
    let found = apply("1.1.0", "a: 1", "- {target: \"$[\", remove: true}\n- {tarket: $.a}\n- {target: $.a, update: 5}");
    let expected = ["bad-json-path /actions/0/target", "bad-overlay /actions/1/tarket", "bad-overlay /actions/1"];
    assert_eq!(found, Err(expected.map(str::to_owned).to_vec()));
}

#[test]
fn growth_is_bounded() {
    let limits = Limits { nodes: 10_000, ..Limits::default() };
    let code = |document: &str, action: &str| {
        let mut applier = Applier::new(node(document), &limits, Budget::new(10_000_000));
        let text = format!("overlay: 1.1.0\ninfo: {{title: t, version: '1'}}\nactions:\n{}", action.repeat(200));
        let overlay = parse::overlay(node(&text), &Pointer::root(), &mut applier.report).unwrap();
        applier.apply(&overlay);
        applier.report.iter().find(|found| found.level == Level::Error).map(|found| found.code)
    };
    // Each action doubles the document.
    assert_eq!(code("a: {}\nb: []", "- {target: $.b, copy: $}\n"), Some(Code::TooManyNodes));
    // Each action adds a level.
    assert_eq!(code("a: {}", "- {target: '$..[?length(@) == 0]', update: {a: {}}}\n"), Some(Code::TooDeep));
    // Each action visits the same nodes many times.
    let wide = format!("a: [{}]", "[[[[[[]]]]]], ".repeat(1_000));
    assert_eq!(code(&wide, "- {target: '$..[?@..[?@..[?@..x]]]', remove: true}\n"), Some(Code::TooLarge));
}
