//! What several places of a page show: it is in the page once, and the script copies it to the others when they are opened.
//! Without a script, these have a link.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::schema::TypeId;

/// The shortest example that is in a page once, in bytes. A link is not shorter than others.
const SHORTEST: usize = 200;

/// The trees and examples of a page, or of all pages if they are one file.
#[derive(Debug)]
pub struct Shared {
    /// What the ids of elements begin with.
    prefix: &'static str,
    /// The components whose trees are missing in the page.
    missing: RefCell<BTreeSet<TypeId>>,
    /// The components whose trees the page refers to.
    trees: RefCell<BTreeSet<TypeId>>,
    /// The examples of the page with their numbers.
    examples: RefCell<BTreeMap<String, usize>>,
}

/// Where an example is.
pub enum Example {
    /// Here: its only place.
    Here,
    /// Here, in the element with this id.
    First(String),
    /// In the element with this id.
    Elsewhere(String),
}

impl Shared {
    /// Nothing, with the beginning of ids.
    pub fn new(prefix: &'static str) -> Self {
        Self { prefix, missing: RefCell::default(), trees: RefCell::default(), examples: RefCell::default() }
    }

    /// The id of the element with the tree of a component.
    pub fn tree(&self, id: TypeId) -> String {
        if self.trees.borrow_mut().insert(id) {
            self.missing.borrow_mut().insert(id);
        }
        self.tree_id(id)
    }

    fn tree_id(&self, id: TypeId) -> String {
        format!("{}tree-{}", self.prefix, id.0)
    }

    /// The place of an example.
    pub fn example(&self, text: &str) -> Example {
        if text.len() < SHORTEST {
            return Example::Here;
        }
        let mut examples = self.examples.borrow_mut();
        let id = |number: usize| format!("{}example-{number}", self.prefix);
        if let Some(number) = examples.get(text) {
            return Example::Elsewhere(id(*number));
        }
        let number = examples.len() + 1;
        examples.insert(text.to_owned(), number);
        Example::First(id(number))
    }

    /// A component whose tree the page refers to and does not have yet, with the id of its element.
    pub fn next_tree(&self) -> Option<(TypeId, String)> {
        let id = self.missing.borrow_mut().pop_first()?;
        Some((id, self.tree_id(id)))
    }

    /// Ends a page: another one has its own trees and examples.
    pub fn clear(&self) {
        self.trees.borrow_mut().clear();
        self.examples.borrow_mut().clear();
    }
}
