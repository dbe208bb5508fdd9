//! Servers in the view.

use minijinja::Value;

use super::super::names::Scope;
use super::parts::{list, optional, texts};
use super::table::object;
use crate::model::operation::{Server, ServerVariable};

/// The servers.
pub fn servers(servers: &[Server]) -> Value {
    list(servers.iter().map(server))
}

fn server(server: &Server) -> Value {
    let mut scope = Scope::default();
    object(
        "server",
        [
            ("url", Value::from(server.url.as_str())),
            ("template", Value::from(server.template.as_str())),
            ("description", optional(server.description.as_deref())),
            ("variables", list(server.variables.iter().map(|found| variable(found, &mut scope)))),
        ],
    )
}

fn variable(variable: &ServerVariable, scope: &mut Scope) -> Value {
    object(
        "server variable",
        [
            ("name", Value::from(variable.name.as_str())),
            ("names", scope.names(&variable.name)),
            ("default", Value::from(variable.default.as_str())),
            ("values", texts(&variable.values)),
        ],
    )
}
