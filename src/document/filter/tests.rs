//! The syntax of filters, and what each matches.

use super::{Candidate, Filter, Filters};
use crate::document::tree::{Node, Object};

fn operation(id: &str, tag: &str, is_deprecated: bool) -> Node {
    Node::from(Object::from([
        ("operationId".to_owned(), Node::String(id.to_owned())),
        ("tags".to_owned(), Node::Array(vec![Node::String(tag.to_owned())])),
        ("deprecated".to_owned(), Node::Bool(is_deprecated)),
    ]))
}

fn kept(only: &[&str], except: &[&str], candidates: &[Candidate<'_>]) -> Vec<usize> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let filters = Filters::parse(&texts(only), &texts(except)).unwrap();
    (0..candidates.len()).filter(|&index| filters.keeps(&candidates[index])).collect()
}

#[test]
fn filters_match_tags_ids_paths_and_deprecation() {
    let nodes =
        [operation("listPets", "pets", false), operation("addPet", "pets", true), operation("users", "x", false)];
    let candidate = |method: &str, path: &str, node| Candidate {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        node: Some(node),
    };
    let all = [
        candidate("GET", "/pets", &nodes[0]),
        candidate("POST", "/pets", &nodes[1]),
        candidate("GET", "/users/{id}", &nodes[2]),
        Candidate { method: None, path: "/broken".to_owned(), node: None },
    ];
    for (only, except, expected) in [
        (&[][..], &[][..], &[0, 1, 2, 3][..]),
        (&["tag:pets"], &[], &[0, 1]),
        (&["tag:pets", "id:users"], &[], &[0, 1, 2]),
        (&["tag:pets"], &["deprecated"], &[0]),
        (&[], &["tag:pets"], &[2, 3]),
        (&["GET /**"], &[], &[0, 2]),
        (&["get /pets"], &[], &[0]),
        (&["* /pets"], &[], &[0, 1]),
        (&["/users/*"], &[], &[2]),
        (&["/broken"], &[], &[3]),
        (&["POST /broken"], &[], &[]),
        (&["tag:Pets"], &[], &[]),
    ] {
        assert_eq!(kept(only, except, &all), expected, "{only:?} {except:?}");
    }
}

#[test]
fn malformed_filters_are_rejected() {
    for text in ["", "pets", "tag:", "id:", "GET pets", "G T /pets", "Deprecated", "tags:pets", " /pets"] {
        let message = Filter::parse(text).unwrap_err();
        assert!(
            message.contains("expected `tag:NAME`, `id:OPERATION`, `METHOD /path/**` or `deprecated`"),
            "{message}"
        );
    }
}

#[test]
fn filter_without_match_suggests_the_nearest() {
    let node = operation("listPets", "pets", false);
    let candidates = [Candidate { method: Some("GET".to_owned()), path: "/pets".to_owned(), node: Some(&node) }];
    for (filter, suggestion) in [
        ("tag:pet", Some("tag:pets")),
        ("id:listpet", Some("id:listPets")),
        ("POST /pets", Some("GET /pets")),
        ("GET /pet", Some("GET /pets")),
        ("deprecated", None),
        ("tag:unrelated", None),
    ] {
        let unmatched = Filters::parse(&[filter.to_owned()], &[]).unwrap().unmatched(&candidates);
        assert_eq!(unmatched.len(), 1);
        assert_eq!(unmatched[0].suggestion.as_deref(), suggestion, "{filter}");
        assert!(unmatched[0].message().contains(&format!("`{filter}` matches no operation")));
    }
}
