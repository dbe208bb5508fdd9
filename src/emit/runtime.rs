//! The vendored runtime: the files that a document needs, copied into the generated crate.

use quote::quote;

use super::Draft;
use super::attributes;
use super::need::Need;
use super::needs::Needs;
use super::runtime_parts::RuntimeParts;
use super::target::Job;
use super::templates::TemplateError;
use super::view::{View, view};
use crate::rust::Code;

/// The crates that generated code refers to through the runtime.
fn named_crates(parts: &RuntimeParts, needs: &Needs) -> impl Iterator<Item = &'static str> {
    let chrono = needs.has(Need::Chrono).then_some("chrono");
    let uuid = needs.has(Need::Uuid).then_some("uuid");
    parts.named_crates.iter().copied().chain(chrono).chain(uuid)
}

/// Adds the runtime files and their parent module, if the runtime is vendored.
pub fn add(job: &Job<'_>, draft: &mut Draft) -> Result<(), TemplateError> {
    if !job.settings.is_vendored() {
        return Ok(());
    }
    let mut modules: Vec<(&'static str, View)> = Vec::new();
    let wasm_modules = job.target.runtime().wasm_modules;
    let is_replaced = |name: &str| wasm_modules.iter().any(|(replaced, _)| *replaced == name);
    for file in job.target.runtime().files {
        let is_serde = file.need == Need::SerdeImpls;
        let is_included = if is_serde { job.needs.has_serde_impls(job.settings) } else { job.needs.has(file.need) };
        if !is_included {
            continue;
        }
        draft.verbatim(&format!("runtime/{}.rs", file.name), &vendored(file.text));
        let gate = match file.need {
            Need::SerdeImpls => attributes::serde_gate(job.settings),
            Need::TestDouble => attributes::test_double_gate(job.settings),
            Need::Blocking | Need::BlockingStreams => attributes::blocking_gate(job.settings),
            Need::Wasm => attributes::wasm_gate(),
            // These need files, environment variables, the certificate of a client, or responses of other HTTP clients.
            Need::MutualTls | Need::Schemes | Need::Tower => attributes::native_gate(job.needs),
            _ if is_replaced(file.name) => attributes::native_gate(job.needs),
            _ => quote!(),
        };
        modules.push((file.name, view! { gate: gate, name: Code::word(file.name) }));
    }
    modules.sort_by_key(|(name, _)| *name);
    let is_included = |name: &str| job.needs.has(Need::Wasm) && modules.iter().any(|(module, _)| *module == name);
    let replaced = wasm_modules.iter().filter(|(name, _)| is_included(name));
    let replaced: Vec<View> = replaced
        .map(|(name, other)| view! { gate: attributes::wasm_gate(), name: Code::word(name), other: Code::word(other) })
        .collect();
    let modules: Vec<View> = modules.into_iter().map(|(_, view)| view).collect();
    let crates = named_crates(job.target.runtime(), job.needs);
    let crates: Vec<View> = crates.map(|name| View::from(Code::word(name))).collect();
    let text =
        job.engine.render("shared/runtime_mod.rs", view! { modules: modules, replaced: replaced, crates: crates })?;
    draft.rust("runtime/mod.rs", "shared/runtime_mod.rs", text);
    Ok(())
}

/// The text of a runtime file in a generated crate. Macros are exported by the runtime crates, and private in a copy.
fn vendored(text: &str) -> String {
    const EXPORT: &str = "#[macro_export]\n";
    let macros = text.lines().filter_map(|line| line.strip_prefix("macro_rules! ")?.split(' ').next());
    macros.fold(text.replace(EXPORT, ""), |copy, name| {
        copy.replace(&format!("\npub use {name};\n"), &format!("\npub(crate) use {name};\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::TargetKind;
    use super::super::need::IMPLIED;
    use super::*;

    #[test]
    fn only_macros_are_private_in_a_copy() {
        let text =
            "#[macro_export]\nmacro_rules! operation {}\npub use operation;\n\npub use super::parameter::Place;\n";
        let copy = "macro_rules! operation {}\npub(crate) use operation;\n\npub use super::parameter::Place;\n";
        assert_eq!(vendored(text), copy);
    }

    /// The sibling modules that a file names.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        text.split("super::")
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap())
    }

    #[test]
    fn needs_of_each_runtime_file_include_the_files_it_names() {
        for kind in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
            let files = kind.target().runtime().files;
            for file in files {
                // Macros are named by way of the parent module.
                for name in named(file.text).filter(|name| *name != "runtime") {
                    let other = files.iter().find(|other| other.name == name);
                    let need =
                        other.unwrap_or_else(|| panic!("{} names {name}, which is not a runtime file", file.name)).need;
                    let is_shipped = need == Need::Always || need == file.need || IMPLIED.contains(&(file.need, need));
                    assert!(is_shipped, "{} ({:?}) names {name} ({need:?})", file.name, file.need);
                }
            }
        }
    }
}
