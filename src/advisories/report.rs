//! What advisories say about a generated crate.

use std::path::Path;

use semver::{Comparator, Op, Version, VersionReq};

use super::advisory::Advisory;
use super::crates::GeneratedCrate;
use super::database::Database;
use super::error::AdvisoryError;
use super::lock::{Locked, packages};
use super::workspace::lock_file;

/// What advisories say about a generated crate.
#[derive(Debug)]
pub struct CrateReport {
    /// Its name.
    pub name: String,
    /// The version of keystub that generated it.
    pub keystub: Option<Version>,
    /// How many packages its lock file has.
    pub packages: usize,
    /// The packages that are affected, vulnerabilities first.
    pub affected: Vec<Affected>,
}

/// A package that an advisory affects.
#[derive(Debug)]
pub struct Affected {
    /// The identifier of the advisory.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `unmaintained`, `unsound` or `notice`, if it is not about a vulnerability.
    pub informational: Option<String>,
    /// The package.
    pub package: Locked,
    /// What to do.
    pub remedy: Remedy,
}

/// What to do about an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// A patched version satisfies the requirements: update the lock file.
    Update,
    /// The manifest or the code is from a version of keystub that requires or contains the defect: generate it anew.
    Regenerate,
    /// No version is patched.
    None,
}

impl CrateReport {
    /// Whether a package has a vulnerability.
    pub fn is_vulnerable(&self) -> bool {
        self.affected.iter().any(|affected| affected.informational.is_none())
    }

    /// Whether the crate needs a newer keystub.
    pub fn needs_keystub(&self) -> bool {
        self.affected.iter().any(|affected| affected.remedy == Remedy::Regenerate)
    }
}

/// Compares the packages of a generated crate with a database.
///
/// # Errors
///
/// If the folder is not a generated crate, or has no lock file that lists it.
pub fn check(folder: &Path, database: &Database) -> Result<CrateReport, AdvisoryError> {
    let generated = GeneratedCrate::read(folder)?;
    let locked = packages(&lock_file(folder)?, &generated.name)?;
    let mut affected = Vec::new();
    for package in &locked {
        for advisory in database.about(&package.name).iter().filter(|advisory| advisory.affects(&package.version)) {
            affected.push(affected_by(
                advisory,
                package.clone(),
                remedy(advisory, generated.requirements.get(&package.name)),
            ));
        }
    }
    affected.extend(generated.keystub.iter().flat_map(|version| of_keystub(version, &locked, database)));
    affected.sort_by(|a, b| {
        (a.informational.is_some(), &a.package.name, &a.id).cmp(&(b.informational.is_some(), &b.package.name, &b.id))
    });
    Ok(CrateReport { name: generated.name, keystub: generated.keystub, packages: locked.len(), affected })
}

fn affected_by(advisory: &Advisory, package: Locked, remedy: Remedy) -> Affected {
    let Advisory { id, title, informational, .. } = advisory;
    Affected { id: id.clone(), title: title.clone(), informational: informational.clone(), package, remedy }
}

/// The advisories about the generated code itself: keystub, and the runtime that is copied into it.
fn of_keystub(version: &Version, locked: &[Locked], database: &Database) -> Vec<Affected> {
    let mut found = Vec::new();
    for name in ["keystub", "keystub-client-runtime", "keystub-server-runtime"] {
        if locked.iter().any(|package| package.name == name) {
            continue;
        }
        let package = Locked { name: name.to_owned(), version: version.clone() };
        let affecting = database.about(name).iter().filter(|advisory| advisory.affects(version));
        found.extend(affecting.map(|advisory| match advisory.patched.is_empty() {
            true => affected_by(advisory, package.clone(), Remedy::None),
            false => affected_by(advisory, package.clone(), Remedy::Regenerate),
        }));
    }
    found
}

/// A direct dependency is updated if the requirement of the manifest allows a patched version. For others the requirements
/// of the packages between are unknown, so an update is tried first.
fn remedy(advisory: &Advisory, requirement: Option<&VersionReq>) -> Remedy {
    if advisory.patched.is_empty() {
        return Remedy::None;
    }
    let is_allowed = |requirement: &VersionReq| {
        let mut starts = advisory.patched.iter().flat_map(|patched| starts(patched, requirement));
        starts.any(|version| requirement.matches(&version) && !advisory.affects(&version))
    };
    match requirement {
        Some(requirement) if !is_allowed(requirement) => Remedy::Regenerate,
        Some(_) | None => Remedy::Update,
    }
}

/// The lowest versions that two ranges may have in common: where one of them begins.
fn starts(patched: &VersionReq, required: &VersionReq) -> Vec<Version> {
    patched.comparators.iter().chain(&required.comparators).map(start).collect()
}

fn start(bound: &Comparator) -> Version {
    let version = Version {
        major: bound.major,
        minor: bound.minor.unwrap_or(0),
        patch: bound.patch.unwrap_or(0),
        pre: bound.pre.clone(),
        build: semver::BuildMetadata::EMPTY,
    };
    match bound.op {
        Op::Greater => Version { patch: version.patch + 1, pre: semver::Prerelease::EMPTY, ..version },
        Op::Less | Op::LessEq => Version::new(0, 0, 0),
        _ => version,
    }
}
