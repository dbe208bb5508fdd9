//! Expressions and the nodes that they select; the order is that of RFC 9535.

use super::{Budget, Exhausted, JsonPath};
use crate::diag::Format;
use crate::document::seed::Builder;
use crate::document::tree::Node;
use crate::limits::Limits;
use serde::de::DeserializeSeed;

fn json(text: &str) -> Node {
    let limits = Limits::default();
    let builder = Builder::new(text, Format::Json, &limits);
    builder.seed().deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap()
}

const STORE: &str = r#"{
  "a": {"x": 1, "y": [10, 20, 30, 40], "x-z": {"paged": true}},
  "list": [{"n": "one", "v": 1}, {"n": "two", "v": 2.0, "k": {"d": [1]}}, {"n": "three", "v": null}, "text", 5],
  "words": ["ab", "abc", "b\n", "ä"],
  "o": {"'": 1, "\"": 2, "a b": 3, "☺": 4},
  "same": [{"p": {"q": 1, "r": [2]}}, {"p": {"r": [2], "q": 1.0}}],
  "u": "http://x"
}"#;

fn select(text: &str) -> Vec<String> {
    let path = JsonPath::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let found = path.select(&json(STORE), &Budget::new(1_000_000)).unwrap();
    found.iter().map(|at| at.as_str().to_owned()).collect()
}

#[test]
fn expressions_select_nodes_in_order() {
    for (text, expected) in [
        ("$", &[""][..]),
        ("$.a.x", &["/a/x"]),
        ("$ .a ['x']", &["/a/x"]),
        ("$['a']['x','y'][0]", &["/a/y/0"]),
        ("$.a['y','x']", &["/a/y", "/a/x"]),
        ("$.a.x-z.paged", &["/a/x-z/paged"]),
        ("$.none", &[]),
        ("$.u.x", &[]),
        ("$.a.y[-1]", &["/a/y/3"]),
        ("$.a.y[-5]", &[]),
        ("$.a.y[0,0]", &["/a/y/0", "/a/y/0"]),
        ("$.a.y[1:3]", &["/a/y/1", "/a/y/2"]),
        ("$.a.y[::-1]", &["/a/y/3", "/a/y/2", "/a/y/1", "/a/y/0"]),
        ("$.a.y[5:0:-2]", &["/a/y/3", "/a/y/1"]),
        ("$.a.y[-2:]", &["/a/y/2", "/a/y/3"]),
        ("$.a.y[:9007199254740991:9007199254740991]", &["/a/y/0"]),
        ("$.a.y[::0]", &[]),
        ("$.a.*", &["/a/x", "/a/y", "/a/x-z"]),
        ("$..d[0]", &["/list/1/k/d/0"]),
        ("$.list..v", &["/list/0/v", "/list/1/v", "/list/2/v"]),
        ("$.same..['q','r']", &["/same/0/p/q", "/same/0/p/r", "/same/1/p/q", "/same/1/p/r"]),
        (r#"$.o['\'']"#, &["/o/'"]),
        (r#"$.o["\""]"#, &["/o/\""]),
        (r#"$.o['\u263a']"#, &["/o/☺"]),
        ("$.o.☺", &["/o/☺"]),
        ("$.o['a b']", &["/o/a b"]),
    ] {
        assert_eq!(select(text), expected, "{text}");
    }
}

#[test]
fn filters_compare_test_and_call_functions() {
    for (text, expected) in [
        ("$.list[?@.n]", &["/list/0", "/list/1", "/list/2"][..]),
        ("$.list[?!@.n]", &["/list/3", "/list/4"]),
        ("$.list[?@.n == 'two']", &["/list/1"]),
        ("$.list[?(@.v==2)]", &["/list/1"]),
        ("$.list[?@.v == null]", &["/list/2"]),
        ("$.list[?@.v != 1]", &["/list/1", "/list/2", "/list/3", "/list/4"]),
        ("$.list[?@.v >= 1 && @.v < 2 || @ == 'text']", &["/list/0", "/list/3"]),
        ("$.list[?!(@.v == 1 || @.n)]", &["/list/3", "/list/4"]),
        ("$.list[?@.v<'a']", &[]),
        ("$.list[?@.none == @.other]", &["/list/0", "/list/1", "/list/2", "/list/3", "/list/4"]),
        ("$.list[?@.none <= @.other]", &["/list/0", "/list/1", "/list/2", "/list/3", "/list/4"]),
        ("$.list[?@ > 4.5e0]", &["/list/4"]),
        ("$.list[?@.v == $.a.x]", &["/list/0"]),
        ("$.list[?@.k[?@.*]]", &["/list/1"]),
        ("$.same[?@.p == $.same[0].p]", &["/same/0", "/same/1"]),
        ("$.words[?length(@) == 2]", &["/words/0", "/words/2"]),
        ("$.words[?length(@) < 2]", &["/words/3"]),
        ("$.list[?length(@.none) == 1]", &[]),
        ("$[?count(@.*) == 4]", &["/words", "/o"]),
        ("$.list[?count(@..*) > 3]", &["/list/1"]),
        ("$.list[?value(@..d[0]) == 1]", &["/list/1"]),
        ("$.words[?match(@, 'a.*')]", &["/words/0", "/words/1"]),
        ("$.words[?match(@, 'b')]", &[]),
        ("$.words[?match(@, 'b.')]", &[]),
        ("$.words[?search(@, 'b')]", &["/words/0", "/words/1", "/words/2"]),
        ("$.words[?search(@, '[')]", &[]),
        ("$.words[?search(@, 5)]", &[]),
        ("$.words[?!match(@, 'a.*') && search(@, '\\\\p{L}')]", &["/words/2", "/words/3"]),
        ("$..[?@.paged==true]", &["/a/x-z"]),
    ] {
        assert_eq!(select(text), expected, "{text}");
    }
}

#[test]
fn malformed_expressions_are_rejected_with_their_place() {
    for (text, offset) in [
        ("", 0),
        ("a", 0),
        (" $", 0),
        ("$ ", 1),
        ("$.", 2),
        ("$..", 3),
        ("$.a.", 4),
        ("$.1", 2),
        ("$. a", 2),
        ("$[]", 2),
        ("$[01]", 2),
        ("$[-0]", 2),
        ("$[9007199254740992]", 2),
        ("$[1.5]", 3),
        ("$['a'", 5),
        ("$['a\"", 5),
        ("$['\\x']", 3),
        ("$[\"\\'\"]", 3),
        ("$['\\ud800']", 9),
        ("$['\\udc00']", 9),
        ("$['a' 'b']", 6),
        ("$['a',]", 6),
        ("$[?]", 3),
        ("$[?@.a ==]", 9),
        ("$[?1]", 4),
        ("$[?@.* == 1]", 10),
        ("$[?@..a == 1]", 11),
        ("$[?!@.a == 1]", 11),
        ("$[?(@.a]", 7),
        ("$[?@.a = 1]", 7),
        ("$[?@.a & @.b]", 7),
        ("$[?count(1) == 1]", 10),
        ("$[?length(@.*) == 1]", 13),
        ("$[?length(@)]", 12),
        ("$[?match(@, 'a') == true]", 20),
        ("$[?match(@)]", 10),
        ("$[?unknown(@)]", 3),
        ("$[?length (@) == 1]", 3),
        ("$[?@.a == 01]", 10),
        ("$[?@.a == 1.]", 10),
        ("$[?@.a == nul]", 10),
        ("$[?@.a == [1]]", 10),
    ] {
        match JsonPath::parse(text) {
            Ok(_) => panic!("{text} is accepted"),
            Err(error) => assert_eq!(error.offset, offset, "{text}: {}", error.message),
        }
    }
}

#[test]
fn work_and_nesting_are_bounded() {
    // Each `..*` multiplies the matches by the depth that is left.
    let deep = json(&format!("{}{}", "[".repeat(100), "]".repeat(100)));
    let chain = JsonPath::parse(&format!("$..*{}", "..*".repeat(30))).unwrap();
    assert_eq!(chain.select(&deep, &Budget::new(u64::MAX)), Err(Exhausted));
    let tree = json(STORE);
    let run = |text: &str| JsonPath::parse(text).unwrap().select(&tree, &Budget::new(100_000));
    assert_eq!(run(&format!("$[{}'a']", "*,".repeat(60_000))), Err(Exhausted));
    assert_eq!(run("$..[?@..[?@..[?$..[?$..*]]]]"), Err(Exhausted));
    assert_eq!(run("$..[?$ == $]"), Ok(run("$..*").unwrap()));
    let nested = format!("${}{}", "[?@".repeat(10_000), "]".repeat(10_000));
    assert!(JsonPath::parse(&nested).unwrap_err().message.contains("nested deeper than 32 levels"));
    let parentheses = format!("$[?{}@{}]", "(".repeat(100_000), ")".repeat(100_000));
    assert!(JsonPath::parse(&parentheses).is_err());
    let functions = format!("$[?{}@{} == 1]", "length(".repeat(10_000), ")".repeat(10_000));
    assert!(JsonPath::parse(&functions).is_err());
}
