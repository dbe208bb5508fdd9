//! An advisory: a Markdown file that begins with a TOML block.

use std::path::Path;

use semver::{Version, VersionReq};
use toml_edit::{Document, Item};

use super::error::AdvisoryError;

/// An advisory about a package.
#[derive(Debug)]
pub struct Advisory {
    /// Its identifier, such as `RUSTSEC-2024-0001`.
    pub id: String,
    /// The package.
    pub package: String,
    /// The heading of its text.
    pub title: String,
    /// `unmaintained`, `unsound` or `notice`, if it is not about a vulnerability.
    pub informational: Option<String>,
    /// The versions without the defect.
    pub patched: Vec<VersionReq>,
    unaffected: Vec<VersionReq>,
}

impl Advisory {
    /// Parses an advisory; `None` if it was withdrawn.
    pub fn parse(path: &Path, text: &str) -> Result<Option<Self>, AdvisoryError> {
        let fail = |message: String| AdvisoryError::invalid(path, message);
        let text = text.replace("\r\n", "\n");
        let front = text.strip_prefix("```toml\n").and_then(|rest| rest.split_once("\n```"));
        let Some((toml, body)) = front else {
            return Err(fail("expected an advisory that begins with a block of TOML".to_owned()));
        };
        let document = Document::parse(toml).map_err(|error| fail(format!("invalid TOML: {}", error.message())))?;
        let advisory = document.get("advisory").ok_or_else(|| fail("expected the table `advisory`".to_owned()))?;
        if advisory.get("withdrawn").is_some() {
            return Ok(None);
        }
        let field = |key: &str| advisory.get(key).and_then(Item::as_str).map(str::to_owned);
        let required = |key: &str| field(key).ok_or_else(|| fail(format!("expected `{key}` in `advisory`")));
        let versions =
            |key: &str| requirements(document.get("versions").and_then(|table| table.get(key))).map_err(fail);
        Ok(Some(Self {
            id: required("id")?,
            package: required("package")?,
            title: body.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().trim().to_owned(),
            informational: field("informational"),
            patched: versions("patched")?,
            unaffected: versions("unaffected")?,
        }))
    }

    /// Whether a version has the defect.
    pub fn affects(&self, version: &Version) -> bool {
        !self.patched.iter().chain(&self.unaffected).any(|requirement| contains(requirement, version))
    }
}

/// Whether a range contains a version. Unlike a dependency, a range of an advisory contains pre-releases between its bounds.
fn contains(range: &VersionReq, version: &Version) -> bool {
    range.matches(version)
        || (!version.pre.is_empty()
            && range.matches(&Version { pre: semver::Prerelease::EMPTY, ..version.clone() })
            && {
                // `2.0.0-rc.1` comes before `2.0.0`, so a range that begins there does not contain it.
                let is_start = |bound: &semver::Comparator| {
                    (bound.major, bound.minor.unwrap_or(0), bound.patch.unwrap_or(0))
                        == (version.major, version.minor, version.patch)
                };
                !range.comparators.iter().any(is_start)
            })
}

fn requirements(list: Option<&Item>) -> Result<Vec<VersionReq>, String> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or("expected a list of version requirements")?;
    let one = |value: &toml_edit::Value| {
        let text = value.as_str().ok_or("expected a list of version requirements")?;
        VersionReq::parse(text).map_err(|error| format!("invalid version requirement `{text}`: {error}"))
    };
    list.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(versions: &str) -> Advisory {
        let text =
            format!("```toml\n[advisory]\nid = \"R\"\npackage = \"p\"\n[versions]\n{versions}\n```\n\n# Title\n");
        Advisory::parse(Path::new("R.md"), &text).unwrap().unwrap()
    }

    #[test]
    fn versions_that_are_neither_patched_nor_unaffected_are_affected() {
        let advisory = advisory("patched = [\">= 1.2.3, < 2.0.0\", \">= 2.1.0\"]\nunaffected = [\"< 1.0.0\"]");
        for (version, is_affected) in [
            ("0.9.9", false),
            ("1.0.0", true),
            ("1.2.2", true),
            ("1.2.3", false),
            ("1.2.3-rc.1", true),
            ("1.3.0-rc.1", false),
            ("2.0.0", true),
            ("2.1.0", false),
        ] {
            assert_eq!(advisory.affects(&Version::parse(version).unwrap()), is_affected, "{version}");
        }
        assert_eq!(advisory.title, "Title");
    }

    #[test]
    fn withdrawn_advisories_are_ignored_and_invalid_ones_are_errors() {
        let text = "```toml\n[advisory]\nid = \"R\"\npackage = \"p\"\nwithdrawn = \"2024-01-01\"\n```\n";
        assert!(Advisory::parse(Path::new("R.md"), text).unwrap().is_none());
        for text in ["# Title", "```toml\nx\n```\n", "```toml\n[advisory]\nid = \"R\"\n```\n"] {
            assert!(Advisory::parse(Path::new("R.md"), text).is_err(), "{text}");
        }
    }
}
