//! The name and version of a generated crate, as cargo accepts them on every platform.

use super::case::is_keyword;

/// The longest name that crates.io accepts.
const LONGEST: usize = 64;

/// Crates of the standard library, which generated code refers to.
const STANDARD: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// Folders of cargo's target directory.
const TARGET_FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// Names of devices, which cannot be file names on Windows.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// Checks the name of a crate.
///
/// # Errors
///
/// If cargo or crates.io would reject it, or if Rust code cannot refer to it.
pub fn crate_name(text: &str) -> Result<String, String> {
    match rejection(text) {
        None => Ok(text.to_owned()),
        Some(reason) => Err(format!("`{}` is not a valid crate name: {reason}", text.escape_debug())),
    }
}

fn rejection(text: &str) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if let Some(other) = text.chars().find(|c| !is_allowed(*c)) {
        let shown = other.escape_debug();
        return Some(format!("it contains `{shown}`; expected ASCII letters, digits, `-` and `_`"));
    }
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("expected a letter at the start".to_owned());
    }
    if text.len() > LONGEST {
        return Some(format!("it is longer than {LONGEST} characters"));
    }
    let reason = reserved(&text.replace('-', "_"))?;
    Some(format!("it is {reason}; choose another name, for example `{text}-api`"))
}

/// What a name of letters, digits and `_` already means.
fn reserved(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        let number = lower.strip_prefix(port).filter(|number| number.len() == 1);
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit() && byte != b'0'))
    });
    if is_keyword(name) {
        Some("a keyword of Rust")
    } else if STANDARD.contains(&name) {
        Some("the name of a crate of the standard library")
    } else if TARGET_FOLDERS.contains(&name) {
        Some("the name of a folder in cargo's target directory")
    } else if is_port || DEVICES.contains(&lower.as_str()) {
        Some("the name of a device on Windows")
    } else {
        None
    }
}

/// Checks that a crate is not named after one of its dependencies.
///
/// # Errors
///
/// If generated code could not tell them apart.
pub fn check_dependencies<'d>(name: &str, dependencies: impl IntoIterator<Item = &'d str>) -> Result<(), String> {
    let plain = |name: &str| name.replace('-', "_");
    match dependencies.into_iter().find(|dependency| plain(dependency) == plain(name)) {
        None => Ok(()),
        Some(dependency) => Err(format!(
            "`{name}` cannot be the crate name: the generated code depends on the crate `{dependency}`; choose another \
             name, for example `{name}-api`"
        )),
    }
}

/// Checks the version of a crate.
///
/// # Errors
///
/// If it does not have the form 1.2.3.
pub fn crate_version(text: &str) -> Result<String, String> {
    let (numbers, rest) = text.split_once(['-', '+']).unwrap_or((text, "0"));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| {
        !part.is_empty()
            && part.len() < 10
            && part.chars().all(|c| c.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    let is_tail = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    if parts.len() == 3 && parts.iter().all(is_number) && is_tail {
        return Ok(text.to_owned());
    }
    Err(format!("`{}` is not a version; expected the form `1.2.3`", text.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::{check_dependencies, crate_name, crate_version};

    /// The keywords of all editions (Rust Reference, "Keywords").
    const KEYWORDS: &str = "as break const continue crate else enum extern false fn for if impl in let loop match mod \
                            move mut pub ref return self Self static struct super trait true type unsafe use where \
                            while async await dyn abstract become box do final gen macro override priv try typeof \
                            unsized virtual yield";

    #[test]
    fn keywords_are_rejected_as_crate_names() {
        for keyword in KEYWORDS.split_whitespace() {
            let error = crate_name(keyword).unwrap_err();
            assert!(error.contains("a keyword of Rust; choose another name"), "{keyword}: {error}");
        }
    }

    #[test]
    fn names_that_cargo_rejects_are_rejected() {
        let long = "a".repeat(65);
        for (name, reason) in [
            ("", "it is empty"),
            ("2x", "expected a letter at the start"),
            ("7", "expected a letter at the start"),
            ("_x", "expected a letter at the start"),
            ("-", "expected a letter at the start"),
            ("--", "expected a letter at the start"),
            ("a b", "it contains ` `"),
            ("a\"\n", "it contains `\\\"`"),
            ("../x", "it contains `.`"),
            ("a::b", "it contains `:`"),
            ("r#type", "it contains `#`"),
            ("größe", "it contains `ö`"),
            ("名前", "it contains `名`"),
            ("a\u{202e}b", "it contains `\\u{202e}`"),
            (&long, "it is longer than 64 characters"),
            ("core", "a crate of the standard library"),
            ("test", "a crate of the standard library"),
            ("proc-macro", "a crate of the standard library"),
            ("build", "a folder in cargo's target directory"),
            ("incremental", "a folder in cargo's target directory"),
            ("con", "a device on Windows"),
            ("NUL", "a device on Windows"),
            ("com1", "a device on Windows"),
            ("Lpt9", "a device on Windows"),
        ] {
            let error = crate_name(name).unwrap_err();
            assert!(error.contains(reason), "{name:?}: {error}");
        }
    }

    #[test]
    fn names_that_cargo_accepts_are_kept() {
        for name in ["pet-store_2", "a", "union", "raw", "auto", "dyn-client", "com", "com10", "com0", "console"] {
            assert_eq!(crate_name(name).as_deref(), Ok(name));
        }
    }

    #[test]
    fn dependencies_are_rejected_as_crate_names() {
        assert!(check_dependencies("pets", ["serde"]).is_ok());
        for (name, dependency) in [("serde", "serde"), ("axum_extra", "axum-extra")] {
            let error = check_dependencies(name, ["bytes", dependency]).unwrap_err();
            assert!(error.contains(&format!("depends on the crate `{dependency}`")), "{error}");
        }
    }

    #[test]
    fn invalid_versions_are_rejected() {
        assert!(crate_version("1.2.3").is_ok());
        for bad in ["", "1", "1.2", "01.2.3", "1.2.3-", "1.2.3\"", "v1.2.3"] {
            assert!(crate_version(bad).is_err(), "{bad}");
        }
    }
}
