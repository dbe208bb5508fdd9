//! The examples that were read before: objects and operations share them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Pointer;
use crate::model::example::{ExampleContent, Examples};

/// What was read before, so that the size of the document bounds the size of all examples.
#[derive(Default)]
pub(super) struct ExampleCache {
    pub(super) of_objects: BTreeMap<Pointer, Examples>,
    pub(super) contents: BTreeMap<Pointer, Arc<ExampleContent>>,
}
