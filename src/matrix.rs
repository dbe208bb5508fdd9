//! The access matrix: for each operation, the alternatives with their scopes, and whether callers without credentials are
//! accepted.

use crate::diag::escaped;
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{Access, Requirement, Scheme};

/// Operations × schemes: a cell has the scopes that the operation requires of the scheme in each alternative.
#[derive(Debug)]
pub struct Matrix {
    schemes: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    operation: String,
    id: String,
    /// For each scheme, the alternatives that use it: `1`, or `2[read, write]`.
    cells: Vec<String>,
    accepts_anonymous: bool,
}

impl Matrix {
    /// The matrix of an API.
    pub fn new(api: &Api) -> Self {
        let row = |operation| row(api, operation);
        Self { schemes: api.schemes.iter().map(heading).collect(), rows: api.operations.iter().map(row).collect() }
    }

    /// The head, then a row for each operation.
    pub fn table(&self) -> Vec<Vec<String>> {
        let head = ["operation".to_owned(), "id".to_owned()].into_iter().chain(self.schemes.iter().cloned());
        let head = head.chain(["anonymous".to_owned()]).collect();
        let line = |row: &Row| {
            let anonymous = if row.accepts_anonymous { "yes" } else { "no" };
            let names = [row.operation.clone(), row.id.clone()].into_iter();
            names.chain(row.cells.iter().cloned()).chain([anonymous.to_owned()]).collect()
        };
        std::iter::once(head).chain(self.rows.iter().map(line)).collect()
    }
}

/// The name of a scheme. A document does not say that its tokens are bound to a key.
fn heading(scheme: &Scheme) -> String {
    let name = escaped(&scheme.name);
    if scheme.is_bound() { format!("{name} (DPoP)") } else { name }
}

fn row(api: &Api, operation: &Operation) -> Row {
    let (any_of, accepts_anonymous): (Vec<&Requirement>, bool) = match &operation.access {
        Access::Open => (Vec::new(), true),
        Access::Guarded { any_of, or_anonymous } => (any_of.iter().collect(), *or_anonymous),
    };
    let cell = |scheme: usize| {
        let uses = any_of.iter().enumerate().flat_map(|(index, requirement)| {
            requirement.iter().filter(move |used| used.scheme.0 == scheme).map(move |used| (index + 1, &used.scopes))
        });
        let uses = uses.map(|(number, scopes)| match scopes.is_empty() {
            true => number.to_string(),
            false => format!("{number}[{}]", escaped(&scopes.join(", "))),
        });
        uses.collect::<Vec<_>>().join(" ")
    };
    let cells = (0..api.schemes.len()).map(cell).collect();
    Row { operation: escaped(&operation.title()), id: escaped(&operation.id), cells, accepts_anonymous }
}
