//! Names in every casing. Names of one scope differ in each casing, whatever the case of file systems and languages.

use std::collections::BTreeSet;

use minijinja::Value;

use super::view::table::object;
use crate::names::case::{Casings, casings};

/// The names that are taken in a scope, each without separators and in lower case.
#[derive(Debug, Default)]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// The casings of a name, with a number if an earlier name of the scope differs in case or separators only.
    pub fn names(&mut self, name: &str) -> Value {
        let (mut name, mut number) = (casings(name), 2);
        let base = name.snake.clone();
        while !self.0.insert(name.snake.replace('_', "")) {
            name = casings(&format!("{base}_n{number}"));
            number += 1;
        }
        value(name)
    }
}

fn value(name: Casings) -> Value {
    let word = Value::from_safe_string;
    object(
        "names",
        [
            ("snake", word(name.snake)),
            ("camel", word(name.camel)),
            ("pascal", word(name.pascal)),
            ("kebab", word(name.kebab)),
            ("screaming", word(name.screaming)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_scope_differ_in_every_casing() {
        let mut scope = Scope::default();
        let names: Vec<Value> = ["pet2", "pet_2", "Pet2", "self_", "p_et2"].map(|name| scope.names(name)).into();
        for case in ["snake", "camel", "pascal", "kebab", "screaming"] {
            let all: BTreeSet<String> =
                names.iter().map(|name| name.get_attr(case).unwrap().to_string().to_lowercase()).collect();
            assert_eq!(all.len(), names.len(), "{case}: {all:?}");
        }
    }
}
