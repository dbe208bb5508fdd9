//! Finds the operation of a path and the fixed pairs of its query. Both are compared in normalized form, so
//! percent-encoding does not matter.

use std::cell::LazyCell;
use std::cmp::{Ordering, Reverse};

use axum::http::Method;

use super::fixed_query::{FixedQuery, RequestQuery};
use super::operation::{Access, Operation};
use super::problem::Failure;
use super::router::Route;
use super::template::{RequestPath, Template, plain, segments, weight};

/// An operation with its path template.
struct Candidate<S> {
    route: Route<S>,
    template: Template,
    fixed: FixedQuery,
}

/// A prefix of paths.
struct Node<S> {
    /// Children by literal segment, in the plain form, sorted by [`order`].
    literals: Vec<(String, usize)>,
    /// The child for a segment with a parameter.
    parameter: Option<usize>,
    /// The operations with this path, those with the most literal characters first.
    candidates: Vec<Candidate<S>>,
}

/// The operations of a router.
pub struct RouteTree<S> {
    nodes: Vec<Node<S>>,
}

/// An operation with its path parameters, still percent-encoded.
pub type Chosen<S> = (Route<S>, Vec<(usize, String)>);

impl<S> Node<S> {
    fn new() -> Self {
        Self { literals: Vec::new(), parameter: None, candidates: Vec::new() }
    }
}

impl<S> RouteTree<S> {
    /// Builds the tree of these operations.
    pub fn new(routes: &[Route<S>]) -> Self {
        let mut tree = Self { nodes: vec![Node::new()] };
        for route in routes {
            let node = segments(route.operation).iter().fold(0, |node, segment| tree.child(node, segment.as_deref()));
            let template = Template::of(route.operation);
            let fixed = FixedQuery::of(route.operation);
            tree.nodes[node].candidates.push(Candidate { route: *route, template, fixed });
        }
        for node in &mut tree.nodes {
            node.candidates.sort_by_key(|candidate| {
                (Reverse(weight(candidate.route.operation)), openness(candidate.route.operation))
            });
        }
        tree
    }

    /// The child of a node for a literal segment or, if `literal` is `None`, for a parameter.
    fn child(&mut self, node: usize, literal: Option<&str>) -> usize {
        let next = self.nodes.len();
        let found = match literal {
            Some(text) => {
                let (text, literals) = (plain(text), &mut self.nodes[node].literals);
                match literals.binary_search_by(|(other, _)| order(other, &text)) {
                    Ok(at) => literals[at].1,
                    Err(at) => {
                        literals.insert(at, (text, next));
                        next
                    }
                }
            }
            None => *self.nodes[node].parameter.get_or_insert(next),
        };
        if found == next {
            self.nodes.push(Node::new());
        }
        found
    }

    /// The operation for a method, a path and a query. HEAD is handled by GET if the document has no HEAD.
    ///
    /// # Errors
    ///
    /// [`Failure::Path`] if the path does not exist or is ambiguous, or none of its operations has these fixed pairs;
    /// [`Failure::Method`] if the path does not have this method.
    pub fn choose(&self, method: &Method, path: &str, query: &str) -> Result<Chosen<S>, Failure> {
        let path = RequestPath::new(path).ok_or(Failure::Path)?;
        let query = LazyCell::new(|| RequestQuery::new(query));
        let group = self.group(path.plain(), &query);
        if !path.has_encoded_reserved() && group.iter().all(|candidate| candidate.fixed.is_empty()) {
            // Almost every request. Another result, and every refusal, is found below.
            let first = |wanted: &str| {
                let mut of = group.iter().filter(|candidate| candidate.route.operation.method == wanted);
                of.find_map(|candidate| Some((candidate.route, candidate.template.captures(&path)?)))
            };
            if let Some(chosen) = first(method.as_str()) {
                return Ok(chosen);
            }
        }
        let query = query.as_ref();
        let matched = matched(group, query, |template| template.captures(&path).is_some());
        let meant = by_method(&matched, method);
        // An encoded reserved character is data (RFC 3986, section 2.2). If decoding it would select a different
        // operation, the path is refused: a caller must not be able to choose between two operations by
        // percent-encoding.
        let plain = || by_method(&self::matched(group, query, |template| template.fits_plain(&path)), method);
        let is_clear = |at: Option<usize>| !path.has_encoded_reserved() || at == plain();
        match meant {
            Some(at) if is_clear(Some(at)) => {
                let candidate = group.get(at).ok_or(Failure::Path)?;
                Ok((candidate.route, candidate.template.captures(&path).ok_or(Failure::Path)?))
            }
            None if !matched.is_empty() && is_clear(None) => Err(Failure::Method(allow(&matched))),
            Some(_) | None => Err(Failure::Path),
        }
    }

    /// The operations whose paths have these segments. Literals take precedence over parameters, from the first segment
    /// on. Operations with fixed pairs leave requests that have none of these names to the next path.
    fn group<'q, F: FnOnce() -> Option<RequestQuery>>(
        &self,
        path: &'q str,
        query: &LazyCell<Option<RequestQuery>, F>,
    ) -> &[Candidate<S>] {
        let is_named = |candidate: &Candidate<S>| query.as_ref().is_none_or(|query| candidate.fixed.is_named_in(query));
        // Nodes for parameters, with the rest of the path; `None` at its end.
        let mut waiting: Vec<(usize, Option<&'q str>)> = Vec::new();
        let mut next = Some((0, Some(path)));
        while let Some((node, rest)) = next.take().or_else(|| waiting.pop()) {
            let Some(node) = self.nodes.get(node) else { continue };
            let Some(rest) = rest else {
                if node.candidates.iter().any(|candidate| candidate.fixed.is_empty() || is_named(candidate)) {
                    return &node.candidates;
                }
                continue;
            };
            let (segment, rest) = rest.split_once('/').map_or((rest, None), |(segment, rest)| (segment, Some(rest)));
            let parameter = node.parameter.filter(|_| !segment.is_empty()).map(|node| (node, rest));
            match node.literals.binary_search_by(|(other, _)| order(other, segment)) {
                Ok(at) => {
                    waiting.extend(parameter);
                    next = Some((node.literals[at].1, rest));
                }
                Err(_) => next = parameter,
            }
        }
        &[]
    }
}

/// Shorter texts come first, so that most comparisons are those of two lengths.
fn order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The sort key of operations with the same path and method: the one with the strictest access is served.
fn openness(operation: &Operation) -> u8 {
    match operation.access {
        Access::Guarded { or_anonymous: false, .. } => 0,
        Access::Guarded { or_anonymous: true, .. } => 1,
        Access::Open => 2,
    }
}

/// The operations of a group that match, with their index.
fn matched<S>(
    group: &[Candidate<S>],
    query: Option<&RequestQuery>,
    fits: impl Fn(&Template) -> bool,
) -> Vec<(usize, &'static str)> {
    let fitting: Vec<_> = group.iter().enumerate().filter(|(_, candidate)| fits(&candidate.template)).collect();
    let all = || fitting.iter().map(|(_, candidate)| &candidate.fixed);
    let is_plain = all().all(FixedQuery::is_empty);
    let is_meant =
        |candidate: &Candidate<S>| is_plain || query.is_some_and(|query| candidate.fixed.is_meant(query, all()));
    let meant = fitting.iter().filter(|(_, candidate)| is_meant(candidate));
    meant.map(|(at, candidate)| (*at, candidate.route.operation.method)).collect()
}

fn by_method(matched: &[(usize, &'static str)], method: &Method) -> Option<usize> {
    let of = |wanted: &str| matched.iter().find(|(_, method)| *method == wanted).map(|(at, _)| *at);
    of(method.as_str()).or_else(|| if method == Method::HEAD { of("GET") } else { None })
}

fn allow(matched: &[(usize, &'static str)]) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for (_, method) in matched {
        let with_head = if *method == "GET" { &["GET", "HEAD"][..] } else { std::slice::from_ref(method) };
        methods.extend(with_head.iter().filter(|method| !methods.contains(method)).copied().collect::<Vec<_>>());
    }
    methods.join(", ")
}
