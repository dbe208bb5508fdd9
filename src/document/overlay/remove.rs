//! Removes nodes, all of one parent at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::super::json_path::{Budget, Exhausted};
use super::super::tree::Node;
use crate::diag::{Origins, Pointer};

/// Removes the nodes at `targets`, none of which is the root.
pub(super) fn remove(
    tree: &mut Node,
    origins: &mut Origins,
    targets: &[Pointer],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let mut by_parent: BTreeMap<Pointer, BTreeSet<String>> = BTreeMap::new();
    for target in targets {
        let (Some(parent), Some(token)) = (target.parent(), target.last()) else { continue };
        by_parent.entry(parent).or_default().insert(token);
    }
    // The deepest first, so that the indices of a list are still those that were selected.
    let mut parents: Vec<(usize, Pointer)> = by_parent.keys().map(|at| (at.tokens().count(), at.clone())).collect();
    parents.sort_by(|one, other| other.cmp(one));
    for (_, parent) in parents {
        let removed = &by_parent[&parent];
        match tree.find_mut(&parent) {
            Some(Node::Object(object)) => {
                budget.spend(object.len())?;
                removed.iter().for_each(|key| origins.remove(&parent.child(key)));
                object.retain(|key, _| !removed.contains(key));
            }
            Some(Node::Array(items)) => {
                // Each item that moves has its origin recorded.
                budget.spend(50 * items.len())?;
                let kept: Vec<usize> = (0..items.len()).filter(|index| !removed.contains(&index.to_string())).collect();
                origins.keep_items(&parent, &kept);
                let mut index = 0;
                items.retain(|_| {
                    index += 1;
                    !removed.contains(&(index - 1).to_string())
                });
            }
            _ => {}
        }
    }
    Ok(())
}
