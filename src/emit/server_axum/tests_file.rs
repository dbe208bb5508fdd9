//! `tests/authentication.rs`, which is written once: the user's router refuses what the document does not allow.

use std::collections::BTreeSet;

use super::super::dependencies::Dependency;
use super::super::need::Need;
use super::super::package::{BASE64, Package, SERDE_JSON, SHA2, TOWER};
use super::super::schemes;
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::{View, view};
use super::super::{Draft, Settings};
use super::layout;
use crate::model::security::SchemeId;

/// Whether the crate has the tests: there is something to authenticate, and the user wants them.
pub fn is_wanted(job: &Job<'_>) -> bool {
    let settings: &Settings = job.settings;
    settings.is_crate() && settings.options.has_tests && !job.context.api.schemes.is_empty()
}

/// The dependencies of the tests, sorted by name.
pub fn dependencies(job: &Job<'_>) -> Vec<Dependency> {
    let has_dpop = job.needs.has(Need::Dpop);
    let all = [(BASE64, has_dpop), (SERDE_JSON, job.needs.has(Need::Jwt)), (SHA2, has_dpop), (TOWER, true)];
    let wanted = all.into_iter().filter(|(_, is_needed)| *is_needed && is_wanted(job));
    wanted.map(|(package, _)| dependency(package)).collect()
}

fn dependency(Package { name, version, has_defaults, features }: Package) -> Dependency {
    Dependency { name, version, has_defaults, features: features.to_vec() }
}

/// Adds the file.
pub fn add(job: &Job<'_>, draft: &mut Draft) -> Result<(), TemplateError> {
    if !is_wanted(job) {
        return Ok(());
    }
    let krate = job.settings.name.replace('-', "_");
    let mut stores: BTreeSet<&str> = BTreeSet::new();
    let (mut fields, mut unwritten) = (Vec::new(), Vec::new());
    for (scheme, at) in job.context.api.schemes.iter().zip(0..) {
        let names = job.context.names.scheme(SchemeId(at));
        match schemes::of(scheme).scaffold(names).field {
            Some(field) => {
                fields.push(format!("{}: {}", names.function, field.test_value()));
                stores.insert(field.ty);
            }
            None => unwritten.push(proc_macro2::Literal::string(&scheme.name).to_string()),
        }
    }
    let webhooks = super::scaffold::webhooks_field(job);
    fields.extend(webhooks.iter().map(|field| format!("{field}: StandardWebhooks::new(signing_secret())")));
    let text = job.engine.render(
        "server_axum/tests_authentication.rs",
        view! {
            krate: View::prose(krate.clone()),
            auth_imports: View::prose(auth_imports(&krate, &stores)),
            app: View::prose(layout::struct_literal(4, "App", &fields)),
            unwritten: View::prose(unwritten.join(", ")),
            has_webhooks: webhooks.is_some(),
            has_stores: !stores.is_empty(),
            has_jwt: stores.contains("JwtVerifier") || stores.contains("DpopVerifier"),
            has_dpop: stores.contains("DpopVerifier"),
            has_keys: stores.contains("ApiKeys"),
            has_passwords: stores.contains("Passwords"),
            has_certificates: stores.contains("Certificates"),
        },
    )?;
    draft.first_text("tests/authentication.rs", text);
    Ok(())
}

/// The import of what the stores need; empty if there are none.
fn auth_imports(krate: &str, stores: &BTreeSet<&str>) -> String {
    let mut names: BTreeSet<&str> = stores.clone();
    if stores.contains("JwtVerifier") {
        names.extend(["JwtKeys", "JwtPolicy"]);
    }
    if stores.contains("DpopVerifier") {
        names.extend(["DpopPolicy", "JwtKeys", "JwtPolicy", "JwtVerifier"]);
    }
    if stores.contains("Certificates") {
        names.insert("VerifiedCertificate");
    }
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = names.into_iter().collect();
    layout::import(&format!("{krate}::generated::auth"), &names) + "\n"
}
