//! `keystub audit`: takes a document and returns findings about its security.
//!
//! A [`Rule`] is a function from a [`subject::Subject`] to issues; each family of rules has its own file. [`Audit`] has
//! the findings with their places, and [`format`] prints them.

mod access;
mod allowances;
mod alternatives;
mod asymmetry;
mod baseline;
mod catalog;
mod cost;
mod declarations;
mod finding;
pub mod format;
mod issue;
mod markdown_text;
mod optional;
mod own_file;
mod parts;
mod pattern;
mod patterns;
mod properties;
mod reach;
mod report;
mod responses;
mod routes;
mod rule;
mod rules_page;
mod schemes;
mod secret_shape;
mod secrets;
mod server_url;
mod servers;
mod settings;
mod severity;
mod stale;
mod subject;
mod urls;
mod walk;

pub use baseline::Baseline;
pub use catalog::{nearest_rule, rule};
pub use report::Audit;
pub use rules_page::{explanation, rules_page};
pub use settings::{PublicEntry, Settings};
pub use severity::Severity;
