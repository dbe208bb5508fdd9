//! Operations of one path with fixed queries: each request is for one of them, or for none.

use axum::http::Method;
use runtime_server::runtime::operation::{
    Access, Operation, SchemeUse,
    Segment::{self, Parameter as P, Text},
};
use runtime_server::runtime::parameter::{Parameter, Place, Shape, Style};
use runtime_server::runtime::reply;
use runtime_server::runtime::route_tree::RouteTree;
use runtime_server::runtime::router::Route;

const GUARDED: Access = Access::any_of(&[&[SchemeUse::new(0, &[])]]);
const LIST: &[Parameter] = &[Parameter::new("c", Place::Query, Style::Form, Shape::Array).exploded()];
const SPREAD: &[Parameter] =
    &[Parameter::path("id"), Parameter::new("rest", Place::Query, Style::Form, Shape::Object).exploded()];

fn route(
    id: &'static str,
    path: &'static [Segment],
    query: &'static str,
    parameters: &'static [Parameter],
) -> Route<()> {
    let access = if query.is_empty() { Access::Open } else { GUARDED };
    let operation = Operation { id, method: "GET", path, query, parameters, access, accept: "" };
    let operation = Box::leak(Box::new(operation));
    Route { operation, handle: |_, _| Box::pin(async { Ok(reply::text(200, "text/plain", String::new())) }) }
}

fn tree() -> RouteTree<()> {
    RouteTree::new(&[
        route("plain", &[Text("/a")], "", LIST),
        route("b", &[Text("/a")], "b=1", &[]),
        route("b c", &[Text("/a")], "b=1&c=2", &[]),
        route("c", &[Text("/a")], "c=3", &[]),
        route("item", &[Text("/i/"), P(0)], "", SPREAD),
        route("one", &[Text("/i/one")], "d", &[]),
        route("json", &[Text("/i/"), P(0), Text(".json")], "e=%26", &[]),
    ])
}

#[test]
fn fixed_pairs_select_one_operation_or_none() {
    let tree = tree();
    for (target, expected) in [
        ("/a", Some("plain")),
        ("/a?x=1", Some("plain")),
        ("/a?b=1", Some("b")),
        ("/a?x=1&b=1&y", Some("b")),
        ("/a?%62=%31", Some("b")),
        ("/a?b=1&c=2", Some("b c")),
        ("/a?c=2&b=1", Some("b c")),
        ("/a?c=3", Some("c")),
        // `plain` has a list parameter `c`.
        ("/a?c=4", Some("plain")),
        ("/a?c=4&c=5", Some("plain")),
        ("/a?c=2", Some("plain")),
        ("/a?c=4&c=3", None),
        ("/a?c=3&c=3", None),
        ("/a?b=1&b=1", None),
        ("/a?b=2&b=1", None),
        ("/a?b=2", None),
        ("/a?b", None),
        ("/a?b=1&c=3", None),
        ("/a?b=1&c=2&c=2", None),
        ("/a?b=1&c=4", None),
        ("/a?b=1&x=%ff", None),
        ("/a?x=%ff", None),
        ("/i/one", Some("item")),
        ("/i/one?d", Some("one")),
        ("/i/one?d=", Some("one")),
        ("/i/one?d=1", None),
        ("/i/one?d&d", None),
        ("/i/%6Fne?d", Some("one")),
        ("/i/two?d", Some("item")),
        // `item` has an object of pairs with any name.
        ("/i/x.json?e=%26", Some("json")),
        ("/i/x.json?e=1", Some("item")),
        ("/i/x.json?e=%26&e=%26", None),
        ("/i/x.json?e=%26&e=1", None),
    ] {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let found = tree.choose(&Method::GET, path, query).map(|(route, _)| route.operation.id).ok();
        assert_eq!(found, expected, "{target}");
    }
}
