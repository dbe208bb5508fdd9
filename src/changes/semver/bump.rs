//! The increment of a version (Semantic Versioning 2.0.0).

use std::fmt;

use semver::{BuildMetadata, Prerelease, Version};

use super::super::kind::{Effect, Kind};

/// Which number of a version is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// None.
    None,
    /// The last one.
    Patch,
    /// The middle one: something was added.
    Minor,
    /// The first one: programs that worked may fail.
    Major,
}

impl Bump {
    /// The increment of the version of an API after changes of these kinds.
    pub(in super::super) fn of_kinds<'a>(kinds: impl Iterator<Item = &'a Kind>) -> Self {
        kinds
            .map(|kind| if kind.clients == Effect::Wire { Self::Major } else { Self::Minor })
            .max()
            .unwrap_or(Self::None)
    }

    /// The lowest version after `version`. The first number of a version `0.y.z` stays 0, so the next one is raised in its
    /// place, as cargo does. A version after a pre-release is that release.
    pub(super) fn after(self, version: &Version) -> Version {
        let Version { major, minor, patch, .. } = *version;
        let (major, minor, patch) = match (self, major) {
            (Self::None, _) => return version.clone(),
            _ if !version.pre.is_empty() => (major, minor, patch),
            (Self::Major, 0) => (0, minor.saturating_add(1), 0),
            (Self::Minor | Self::Patch, 0) | (Self::Patch, _) => (major, minor, patch.saturating_add(1)),
            (Self::Major, _) => (major.saturating_add(1), 0, 0),
            (Self::Minor, _) => (major, minor.saturating_add(1), 0),
        };
        Version { major, minor, patch, pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY }
    }

    /// The word that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::Bump;

    #[test]
    fn zero_versions_raise_the_next_number() {
        for (version, bump, expected) in [
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("1.2.3", Bump::None, "1.2.3"),
            ("0.2.3", Bump::Major, "0.3.0"),
            ("0.2.3", Bump::Minor, "0.2.4"),
            ("2.0.0-rc.1", Bump::Major, "2.0.0"),
        ] {
            let version = Version::parse(version).unwrap();
            assert_eq!(bump.after(&version).to_string(), expected, "{version} {bump}");
        }
    }
}
