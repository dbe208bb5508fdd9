//! Webhooks and callbacks in the view, with their own lists of types, schemas and schemes.

use minijinja::Value;

use super::super::names::Scope;
use super::context::Context;
use super::operations::operations;
use super::parts::{list, optional};
use super::schemas::Schemas;
use super::security;
use super::table::object;
use super::types::Types;
use crate::model::Api;
use crate::model::outgoing::{Origin, Outgoing, OutgoingOperation};
use crate::model::rule::Rules;
use crate::model::value_schema::ValueSchemas;
use crate::names::NameTable;
use crate::names::shared::with_shared_types;
use crate::options::LockedNames;

/// The outgoing operations in the order of the model, and what they refer to.
pub struct OutgoingView<'o> {
    found: &'o Outgoing,
    operations: Vec<Value>,
    types: Value,
    schemes: Vec<Value>,
    schemas: Value,
}

impl<'o> OutgoingView<'o> {
    /// The view of the webhooks and callbacks of an API.
    pub fn new(found: &'o Outgoing) -> Self {
        let api = with_shared_types(&as_api(found));
        let names = NameTable::new(&api, &LockedNames::default());
        let schemas = Schemas::new(&found.value_schemas);
        let types = Types::new(&api, &names);
        let schemes = security::schemes(&api.schemes, &mut Scope::default());
        let context = Context { types: &types, schemes: &schemes, schemas: &schemas, rules: &api.rules };
        let own = operations(&api.operations, &names, &context, |_| list([]));
        let operations = found.operations.iter().zip(own).map(|(found, own)| of(found, own)).collect();
        Self { found, operations, types: types.list(&api, &names, &schemas), schemas: schemas.list(), schemes }
    }

    /// The value of the document.
    pub fn value(&self) -> Value {
        let webhooks = self.those(|origin| matches!(origin, Origin::Webhook { .. }));
        let callbacks = self.those(|origin| matches!(origin, Origin::Callback { .. }));
        object(
            "outgoing",
            [
                ("webhooks", webhooks),
                ("callbacks", callbacks),
                ("schemes", list(self.schemes.iter().cloned())),
                ("types", self.types.clone()),
                ("schemas", self.schemas.clone()),
            ],
        )
    }

    /// The callbacks that the operation with this index causes.
    pub fn callbacks_of(&self, operation: usize) -> Value {
        self.those(|origin| matches!(origin, Origin::Callback { of, .. } if *of == operation))
    }

    fn those(&self, is_wanted: impl Fn(&Origin) -> bool) -> Value {
        let all = self.found.operations.iter().zip(&self.operations);
        list(all.filter(|(found, _)| is_wanted(&found.origin)).map(|(_, value)| value.clone()))
    }
}

fn of(found: &OutgoingOperation, operation: Value) -> Value {
    let (name, expression, cause) = match &found.origin {
        Origin::Webhook { name } => (name, None, None),
        Origin::Callback { name, expression, of } => (name, Some(expression.as_str()), Some(*of)),
    };
    object(
        "outgoing operation",
        [
            ("name", Value::from(name.as_str())),
            ("expression", optional(expression)),
            ("cause", cause.into()),
            ("operation", operation),
        ],
    )
}

/// An API of the outgoing operations alone, so that they are named like others.
fn as_api(outgoing: &Outgoing) -> Api {
    Api {
        title: String::new(),
        version: String::new(),
        description: None,
        servers: Vec::new(),
        relative_server: None,
        schemes: outgoing.schemes.clone(),
        unused_schemes: Vec::new(),
        tags: Vec::new(),
        operations: outgoing.operations.iter().map(|found| found.operation.clone()).collect(),
        types: outgoing.types.clone(),
        type_examples: outgoing.type_examples.clone(),
        rules: Rules::default(),
        value_schemas: ValueSchemas::default(),
        outgoing: Outgoing::default(),
        skipped: Vec::new(),
        invalid: Vec::new(),
    }
}
