//! `info.version` that was not raised although the API changed.

use semver::Version;

use super::super::change::Change;
use super::super::kind::{Effect, Kind, Security};
use super::super::versions::Versions;
use super::bump::Bump;
use crate::diag::Pointer;

static NOT_RAISED: Kind = Kind {
    id: "version-not-raised",
    summary: "`info.version` is lower than the changes require; compared if both versions are of the form `1.2.3`",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Neutral,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&NOT_RAISED];

/// Whether the new version is high enough. A pre-release of a version that is high enough is.
fn is_raised(old: &Version, new: &Version, required: &Version) -> bool {
    let release = |version: &Version| (version.major, version.minor, version.patch);
    release(new) >= release(required) && new.cmp_precedence(old).is_gt()
}

/// The change, if both versions follow Semantic Versioning and the new one is too low for the other changes. A version
/// such as `2026-01-31` or `1` does not say what an increment means.
pub fn not_raised(versions: &Versions<'_>, changes: &[Change]) -> Option<Change> {
    let bump = Bump::of_kinds(changes.iter().map(|change| change.kind));
    let [old, new] = [versions.old, versions.new].map(|version| Version::parse(&version.api.version).ok());
    let (old, new) = (old?, new?);
    let required = bump.after(&old);
    if bump == Bump::None || is_raised(&old, &new, &required) {
        return None;
    }
    let was = if old == new {
        format!("`info.version` is `{new}` as before")
    } else {
        format!("`info.version` was `{old}`, is `{new}`")
    };
    let what = if bump == Bump::Major { "requests that succeeded may fail" } else { "the API changed" };
    let message = format!("{was}, but {what}; expected at least `{required}`");
    let at = Pointer::root().child("info").child("version");
    Some(Change::new(&NOT_RAISED, message).old(at.clone()).new_at(at))
}
