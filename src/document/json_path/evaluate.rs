//! Evaluates segments and selectors (RFC 9535, sections 2.3 and 2.5).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{Query, Segment, Selector, Start};
use super::budget::{Budget, Exhausted};
use super::pattern::Pattern;
use crate::diag::Pointer;
use crate::document::tree::Node;

/// A selected node with its place.
#[derive(Debug, Clone)]
pub(super) struct Located<'t> {
    pub(super) node: &'t Node,
    step: Option<Rc<Step<'t>>>,
}

/// The last step to a node, and those before it.
#[derive(Debug)]
struct Step<'t> {
    before: Option<Rc<Step<'t>>>,
    token: Token<'t>,
}

#[derive(Debug)]
enum Token<'t> {
    Name(&'t str),
    Index(usize),
}

/// The state of one evaluation.
pub(super) struct Evaluation<'t, 'b> {
    pub(super) root: &'t Node,
    pub(super) budget: &'b Budget,
    /// The compiled patterns by text and whether they match whole texts; `None` for an invalid pattern.
    pub(super) patterns: RefCell<HashMap<(String, bool), Option<Pattern>>>,
}

/// The pointers of the nodes that a query selects.
pub(super) fn pointers(query: &Query, root: &Node, budget: &Budget) -> Result<Vec<Pointer>, Exhausted> {
    let evaluation = Evaluation { root, budget, patterns: RefCell::default() };
    Ok(evaluation.select(query, root)?.iter().map(Located::pointer).collect())
}

impl Located<'_> {
    fn pointer(&self) -> Pointer {
        let mut tokens = Vec::new();
        let mut step = self.step.as_ref();
        while let Some(here) = step {
            tokens.push(match here.token {
                Token::Name(name) => name.to_owned(),
                Token::Index(index) => index.to_string(),
            });
            step = here.before.as_ref();
        }
        Pointer::from_tokens(tokens.iter().rev())
    }
}

impl<'t> Located<'t> {
    fn child(&self, token: Token<'t>, node: &'t Node) -> Self {
        Self { node, step: Some(Rc::new(Step { before: self.step.clone(), token })) }
    }

    /// The children in document order.
    fn children(&self) -> Vec<Self> {
        match self.node {
            Node::Array(items) => {
                items.iter().enumerate().map(|(index, node)| self.child(Token::Index(index), node)).collect()
            }
            Node::Object(object) => object.iter().map(|(key, node)| self.child(Token::Name(key), node)).collect(),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => Vec::new(),
        }
    }
}

impl<'t> Evaluation<'t, '_> {
    /// The nodes that a query selects from `current`.
    pub(super) fn select(&self, query: &Query, current: &'t Node) -> Result<Vec<Located<'t>>, Exhausted> {
        let node = match query.start {
            Start::Root => self.root,
            Start::Current => current,
        };
        let mut nodes = vec![Located { node, step: None }];
        for segment in &query.segments {
            let mut selected = Vec::new();
            for node in &nodes {
                match segment {
                    Segment::Child(selectors) => self.apply(selectors, node, &mut selected)?,
                    Segment::Descendant(selectors) => self.descend(selectors, node, &mut selected)?,
                }
            }
            nodes = selected;
        }
        Ok(nodes)
    }

    /// Applies the selectors to a node and all nodes below it, each before its children.
    fn descend(
        &self,
        selectors: &[Selector],
        node: &Located<'t>,
        selected: &mut Vec<Located<'t>>,
    ) -> Result<(), Exhausted> {
        let mut waiting = vec![node.clone()];
        while let Some(node) = waiting.pop() {
            self.apply(selectors, &node, selected)?;
            let children = node.children();
            self.budget.spend(children.len())?;
            waiting.extend(children.into_iter().rev());
        }
        Ok(())
    }

    fn apply(
        &self,
        selectors: &[Selector],
        node: &Located<'t>,
        selected: &mut Vec<Located<'t>>,
    ) -> Result<(), Exhausted> {
        for selector in selectors {
            self.budget.spend(1)?;
            match selector {
                Selector::Name(name) => {
                    let found = node.node.as_object().and_then(|object| object.get_key_value(name));
                    selected.extend(found.map(|(key, value)| node.child(Token::Name(key), value)));
                }
                Selector::Index(index) => selected.extend(at_index(node, *index)),
                Selector::Wildcard => {
                    let children = node.children();
                    self.budget.spend(children.len())?;
                    selected.extend(children);
                }
                Selector::Slice { start, end, step } => {
                    let Node::Array(items) = node.node else { continue };
                    self.budget.spend(items.len())?;
                    let indices = slice(items.len(), *start, *end, step.unwrap_or(1));
                    selected.extend(indices.into_iter().map(|index| node.child(Token::Index(index), &items[index])));
                }
                Selector::Filter(condition) => {
                    for child in node.children() {
                        self.budget.spend(1)?;
                        if self.holds(condition, child.node)? {
                            selected.push(child);
                        }
                    }
                }
            }
            Budget::check_matches(selected.len())?;
        }
        Ok(())
    }
}

fn at_index<'t>(node: &Located<'t>, index: i64) -> Option<Located<'t>> {
    let Node::Array(items) = node.node else { return None };
    let length = i64::try_from(items.len()).ok()?;
    let index = usize::try_from(if index < 0 { length + index } else { index }).ok()?;
    items.get(index).map(|item| node.child(Token::Index(index), item))
}

/// The indices of a slice (RFC 9535, section 2.3.4.2.2).
fn slice(length: usize, start: Option<i64>, end: Option<i64>, step: i64) -> Vec<usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let from_end = |index: i64| if index < 0 { length + index } else { index };
    let index = |index: i64| usize::try_from(index).expect("the bounds are within the list");
    match step {
        0 => Vec::new(),
        1.. => {
            let lower = start.map_or(0, from_end).clamp(0, length);
            let upper = end.map_or(length, from_end).clamp(0, length);
            let step = usize::try_from(step).unwrap_or(usize::MAX);
            (lower..upper).step_by(step).map(index).collect()
        }
        _ => {
            let upper = start.map_or(length - 1, from_end).clamp(-1, length - 1);
            let lower = end.map_or(-1, from_end).clamp(-1, length - 1);
            let step = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
            (lower + 1..=upper).rev().step_by(step).map(index).collect()
        }
    }
}
