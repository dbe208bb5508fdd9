//! Compares values (RFC 9535, section 2.3.5.2.2).

use std::cmp::Ordering;

use super::ast::Comparison;
use super::budget::{Budget, Exhausted};
use crate::document::tree::Node;

/// Compares two values, each of which may be absent.
pub(super) fn compare(
    left: Option<&Node>,
    comparison: Comparison,
    right: Option<&Node>,
    budget: &Budget,
) -> Result<bool, Exhausted> {
    let is_equal = || match (left, right) {
        (None, None) => Ok(true),
        (Some(left), Some(right)) => equal(left, right, budget),
        (Some(_), None) | (None, Some(_)) => Ok(false),
    };
    let order = || left.zip(right).and_then(|(left, right)| order(left, right));
    Ok(match comparison {
        Comparison::Equal => is_equal()?,
        Comparison::NotEqual => !is_equal()?,
        Comparison::Less => order() == Some(Ordering::Less),
        Comparison::Greater => order() == Some(Ordering::Greater),
        Comparison::LessOrEqual => order() == Some(Ordering::Less) || is_equal()?,
        Comparison::GreaterOrEqual => order() == Some(Ordering::Greater) || is_equal()?,
    })
}

/// The order of two numbers or two strings; no other values have one.
fn order(left: &Node, right: &Node) -> Option<Ordering> {
    match (left, right) {
        (Node::String(left), Node::String(right)) => Some(left.cmp(right)),
        (Node::Integer(left), Node::Integer(right)) => Some(left.cmp(right)),
        (left, right) => float(left)?.partial_cmp(&float(right)?),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as in JSON, a number beyond 2^53 is compared as a double")]
fn float(node: &Node) -> Option<f64> {
    match node {
        Node::Integer(number) => Some(*number as f64),
        Node::Float(number) => Some(*number),
        Node::Null | Node::Bool(_) | Node::String(_) | Node::Array(_) | Node::Object(_) => None,
    }
}

fn equal(left: &Node, right: &Node, budget: &Budget) -> Result<bool, Exhausted> {
    budget.spend(1)?;
    match (left, right) {
        (Node::Array(left), Node::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            all(left.iter().zip(right), budget)
        }
        (Node::Object(left), Node::Object(right)) => {
            let is_keys = left.len() == right.len() && left.keys().all(|key| right.contains_key(key));
            budget.spend(left.len())?;
            if !is_keys {
                return Ok(false);
            }
            all(left.iter().map(|(key, value)| (value, &right[key])), budget)
        }
        (Node::String(left), Node::String(right)) => {
            budget.spend_text(left)?;
            Ok(left == right)
        }
        (Node::Null, Node::Null) => Ok(true),
        (Node::Bool(left), Node::Bool(right)) => Ok(left == right),
        (left, right) => Ok(order(left, right) == Some(Ordering::Equal)),
    }
}

fn all<'n>(pairs: impl Iterator<Item = (&'n Node, &'n Node)>, budget: &Budget) -> Result<bool, Exhausted> {
    for (left, right) in pairs {
        if !equal(left, right, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}
