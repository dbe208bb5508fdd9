//! The dependencies of generated code, only those that the document needs.

use std::fmt;

use super::Settings;
use super::need::Need;
use super::needs::Needs;
use super::package::{Package, REQWEST, Requirement};
use super::runtime_parts::RuntimeParts;
use crate::options::{AddedDependency, Options, Tls};
use crate::rust::Side;

/// A dependency of generated code. `Display` prints its line in `[dependencies]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the crate.
    pub name: &'static str,
    /// The version requirement.
    pub version: &'static str,
    /// Whether default features are enabled.
    pub has_defaults: bool,
    /// Enabled features.
    pub features: Vec<&'static str>,
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_defaults && self.features.is_empty() {
            return write!(f, "{} = \"{}\"", self.name, self.version);
        }
        write!(f, "{} = {{ version = \"{}\"", self.name, self.version)?;
        if !self.has_defaults {
            f.write_str(", default-features = false")?;
        }
        if !self.features.is_empty() {
            let features: Vec<String> = self.features.iter().map(|feature| format!("\"{feature}\"")).collect();
            write!(f, ", features = [{}]", features.join(", "))?;
        }
        f.write_str(" }")
    }
}

/// The target WebAssembly in a manifest.
pub const WASM_TARGET: &str = r#"cfg(all(target_arch = "wasm32", target_os = "unknown"))"#;

/// The dependencies of generated code on this runtime, sorted by name.
pub fn of(runtime: &RuntimeParts, settings: &Settings, needs: &Needs) -> Vec<Dependency> {
    let vendored = if settings.is_vendored() { runtime.dependencies } else { &[] };
    let scaffold = if settings.is_crate() { runtime.scaffold } else { &[] };
    let mut all: Vec<Dependency> = Vec::new();
    for requirement in vendored.iter().chain(scaffold).filter(|requirement| needs.has(requirement.need)) {
        merge(&mut all, requirement);
    }
    let reqwest = all.iter_mut().find(|dependency| dependency.name == REQWEST.name);
    reqwest.into_iter().for_each(|reqwest| reqwest.features = connections(&reqwest.features, &settings.options));
    if !settings.is_vendored() {
        all.push(runtime_dependency(runtime, settings, needs));
    }
    all.sort_by_key(|dependency| dependency.name);
    all
}

/// The additional dependencies in WebAssembly, sorted by name. A runtime crate has them itself.
pub fn of_wasm(runtime: &RuntimeParts, settings: &Settings, needs: &Needs) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = Vec::new();
    if settings.is_vendored() {
        runtime.wasm_dependencies.iter().filter(|own| needs.has(own.need)).for_each(|own| merge(&mut all, own));
    }
    all.sort_by_key(|dependency| dependency.name);
    all
}

/// The features of reqwest, or of a runtime crate, with the user's choices for connections. In the list are those of the
/// default.
fn connections(features: &[&'static str], options: &Options) -> Vec<&'static str> {
    let is_chosen = |feature: &&str| *feature != "http2" || options.has_http2;
    let chosen = |feature: &'static str| if feature == "rustls" { options.tls.name() } else { feature };
    let mut features: Vec<&'static str> = features.iter().copied().filter(is_chosen).map(chosen).collect();
    features.sort_unstable();
    features
}

/// Adds the requirement, or its features if the package is already in the list.
fn merge(all: &mut Vec<Dependency>, requirement: &Requirement) {
    let Package { name, version, has_defaults, features } = requirement.package;
    let at = all.iter().position(|dependency| dependency.name == name).unwrap_or_else(|| {
        all.push(Dependency { name, version, has_defaults, features: features.to_vec() });
        all.len() - 1
    });
    let enabled = &mut all[at].features;
    enabled.extend(requirement.features);
    enabled.sort_unstable();
    enabled.dedup();
}

fn runtime_dependency(runtime: &RuntimeParts, settings: &Settings, needs: &Needs) -> Dependency {
    let is_on = |row: &&(&str, &[Need])| row.1.iter().any(|need| needs.has(*need));
    let mut features: Vec<&'static str> = runtime.features.iter().filter(is_on).map(|row| row.0).collect();
    // A generated crate has features for serde's traits, the test double and calls that block, which enable those of the runtime.
    if !settings.is_crate() {
        features.extend(needs.has_serde_impls(settings).then_some("serde"));
        features.extend(needs.has(Need::TestDouble).then_some("test-double"));
        features.extend(needs.has(Need::Blocking).then_some("blocking"));
        features.sort_unstable();
    }
    let is_default = settings.options.tls == Tls::Rustls && settings.options.has_http2;
    if !is_default {
        features.extend(["http2", "rustls"]);
        features = connections(&features, &settings.options);
    }
    Dependency { name: runtime.crate_name, version: "0.1", has_defaults: is_default, features }
}

/// Checks that what the user chose for TLS can have the client certificates of the document.
///
/// # Errors
///
/// If a client needs rustls for its certificate.
pub fn check_tls(side: Side, options: &Options, needs: &Needs) -> Result<(), String> {
    match (side, options.tls) {
        (Side::Client, Tls::NativeTls) if needs.has(Need::MutualTls) => {
            Err("`tls` must be `rustls`: the document has mutual TLS, and rustls reads the certificate of a client"
                .to_owned())
        }
        (Side::Client | Side::Server, Tls::NativeTls | Tls::Rustls) => Ok(()),
    }
}

/// Checks that what the user chose can be compiled for WebAssembly, if that is a target of a client.
///
/// # Errors
///
/// If it cannot.
pub fn check_wasm(side: Side, options: &Options) -> Result<(), String> {
    let conflicts = [
        (options.has_blocking, "blocking", "it has no threads that could block"),
        (!options.dpop.is_empty(), "dpop", "the cryptography of the proofs does not compile for it"),
        (options.has_webhooks, "webhooks", "a sender checks the addresses of receivers, which it cannot look up"),
    ];
    let conflict = conflicts.iter().find(|(is_chosen, ..)| *is_chosen && options.has_wasm && side == Side::Client);
    match conflict {
        Some((_, name, reason)) => Err(format!("`wasm` cannot be combined with `{name}`: {reason}")),
        None => Ok(()),
    }
}

/// Checks that the dependencies that the user adds are not among those of keystub.
///
/// # Errors
///
/// If a crate is in both lists, or twice in that of the user.
pub fn check_added(own: &[Dependency], added: &[AddedDependency]) -> Result<(), String> {
    // Cargo compares names without regard to `-` and `_`.
    let plain = |name: &str| name.replace('_', "-");
    for (at, dependency) in added.iter().enumerate() {
        let name = plain(&dependency.name);
        if let Some(own) = own.iter().find(|own| plain(own.name) == name) {
            return Err(format!(
                "`[dependencies]` lists `{}`, on which the generated code depends already: {own}",
                dependency.name
            ));
        }
        if added[..at].iter().any(|other| plain(&other.name) == name) {
            return Err(format!("`[dependencies]` lists `{}` twice", dependency.name));
        }
    }
    Ok(())
}
