//! Hands the version and the enabled features to the build scripts of dependents, which check them before they write
//! code that needs them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::metadata=version={}", env!("CARGO_PKG_VERSION"));
    let enabled = std::env::vars().filter_map(|(name, _)| {
        let feature = name.strip_prefix("CARGO_FEATURE_")?;
        Some(feature.to_ascii_lowercase().replace('_', "-"))
    });
    println!("cargo::metadata=features={}", enabled.collect::<Vec<_>>().join(","));
}
