//! The table of keywords: what is written, what it becomes, and where there is a warning.

use super::{Moves, Upgraded, upgrade};
use crate::diag::{Format, Level, Pointer};
use crate::document::tree::{Node, Object};
use crate::document::{load, version};
use crate::limits::Limits;

const TABLE: &str = include_str!("keywords.tsv");

fn read(text: &str) -> Node {
    // The comment makes the parser choose YAML.
    let loaded = load::load("x", format!("# yaml\n{text}").into(), &Limits::default());
    assert_eq!(loaded.source.format(), Format::Yaml);
    loaded.tree.unwrap_or_else(|diagnostic| panic!("{text}: {}", diagnostic.message))
}

/// The document around the keyword, and its place before and after the upgrade.
fn document(version: &str, frame: &str, written: Node) -> (Node, Pointer, Pointer) {
    let is_swagger = version == "2.0";
    let head = if is_swagger { "swagger: '2.0'" } else { "openapi: VERSION" }.replace("VERSION", version);
    let Node::Object(mut document) = read(&format!("{head}\ninfo: {{title: t, version: '1'}}")) else {
        panic!("{head}")
    };
    let object = |key: &str, value: Node| Node::from(Object::from([(key.to_owned(), value)]));
    let root = Pointer::root();
    let components = root.child("components").child("schemas").child("A");
    let (from, to) = match (frame, is_swagger) {
        ("document", _) => {
            document.extend(written.as_object().expect("the parts of a document").clone());
            return (Node::Object(document), root.clone(), root);
        }
        ("item", _) => {
            document.insert("paths".to_owned(), object("/a", written));
            let at = root.child("paths").child("/a");
            (at.clone(), at)
        }
        ("schema", true) => {
            document.insert("definitions".to_owned(), object("A", written));
            (root.child("definitions").child("A"), components)
        }
        ("schema", false) => {
            let Node::Object(mut schemas) = object("A", written) else { panic!("it is made an object") };
            schemas.insert("B".to_owned(), Node::empty_object());
            document.insert("components".to_owned(), object("schemas", Node::Object(schemas)));
            (components.clone(), components)
        }
        (other, _) => panic!("unknown frame {other}"),
    };
    (Node::Object(document), from, to)
}

#[test]
fn keywords_are_converted_or_reported() {
    let mut faults = Vec::new();
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split('\t').collect();
        let [version, section, feature, frame, written, place, becomes, warned] = columns.as_slice() else {
            panic!("a row has eight columns: {row}")
        };
        let (tree, from, to) = document(version, frame, read(written));
        let version = version::of(&tree).unwrap_or_else(|diagnostic| panic!("{}", diagnostic.message));
        let Upgraded { tree, report, .. } = upgrade(tree, version, 100, Moves::default());
        let at = to.join(&Pointer::parse(place).unwrap());
        if tree.find(&at) != Some(&read(becomes)) {
            faults.push(format!("{feature} ({section}): {:?}", tree.find(&at)));
        }
        let reported: Vec<String> = report
            .iter()
            .map(|found| {
                assert_eq!(found.level, Level::Warning);
                found.at.below(&from).expect("it is about what is written").as_str().to_owned()
            })
            .collect();
        let expected: Vec<&str> = if *warned == "-" { Vec::new() } else { vec![*warned] };
        if reported != expected {
            faults.push(format!("{feature} ({section}): warned at {reported:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
