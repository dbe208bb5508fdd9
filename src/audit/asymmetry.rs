//! Rules that compare the access of related operations.

use std::collections::BTreeMap;

use super::access::declared_scopes;
use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject, words};
use crate::model::operation::Method;
use crate::model::security::{Requirement, SchemeUse};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "method-asymmetry",
        severity: Severity::High,
        summary: "A write accepts more callers than a read of the same path",
        explanation: "Who may not read a resource should not change it. Not reported for POST, which often creates \
                      (sign-up, feedback), nor for sign-in and webhook endpoints.",
        owasp: &["API5"],
        references: &["RFC 9110 section 9.2.1"],
        check: method_asymmetry,
    },
    Rule {
        id: "subpath-asymmetry",
        severity: Severity::Medium,
        summary: "A path below a guarded resource is public",
        explanation: "`/x/{id}` is guarded, `/x/{id}/y` is not. It is `info` for reads, which may be public \
                      sub-resources such as thumbnails.",
        owasp: &["API1", "API5"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: subpath_asymmetry,
    },
    Rule {
        id: "version-asymmetry",
        severity: Severity::Medium,
        summary: "An older version of a path accepts more callers than a newer one",
        explanation: "The same method and path below `/v1` and `/v2`: callers that the newer version refuses use the older \
                      one.",
        owasp: &["API9"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: version_asymmetry,
    },
    Rule {
        id: "admin-not-stricter",
        severity: Severity::Medium,
        summary: "An administrative operation accepts the same callers as ordinary operations",
        explanation: "Its path, tag or id says admin, internal, debug or root, but an operation without such a name has \
                      the same access. Not reported if all guarded operations are administrative.",
        owasp: &["API5"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: admin_not_stricter,
    },
    Rule {
        id: "write-like-read",
        severity: Severity::Low,
        summary: "A write requires the same scopes as the read of the same path",
        explanation: "A token that was issued for reading can write. Not reported for schemes with a single scope, and for \
                      scopes whose names say that they allow writing.",
        owasp: &["API5"],
        references: &["RFC 6749 section 3.3"],
        check: write_like_read,
    },
    Rule {
        id: "open-override",
        severity: Severity::Info,
        summary: "`security: []` makes an operation public among guarded ones with the same tag",
        explanation: "This is how OpenAPI makes an operation public. It is listed to be confirmed: each one is an exception \
                      from the security of the document. Not reported for sign-in and similar endpoints.",
        owasp: &["API9"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: open_override,
    },
];

fn method_asymmetry(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let is_selected =
        |audited: &&Audited<'_>| audited.is_write() && audited.operation.method != Method::Post && !audited.is_entry();
    let gets = subject.operations.iter().filter(|audited| audited.operation.method == Method::Get);
    let reads: BTreeMap<&str, &Audited<'_>> =
        gets.map(|audited| (audited.operation.path.text.as_str(), audited)).collect();
    for write in subject.operations.iter().filter(is_selected) {
        let Some(read) = reads.get(write.operation.path.text.as_str()) else { continue };
        if write.alternatives.is_weaker_than(&read.alternatives) {
            let message = format!("{} accepts callers that {} refuses", write.title(), read.title());
            issues.push(Issue::new(write.operation.at.clone(), message).reaching(write.index));
        }
    }
    issues
}

fn subpath_asymmetry(subject: &Subject<'_>) -> Vec<Issue> {
    let guarded: BTreeMap<&str, &Audited<'_>> = subject
        .operations
        .iter()
        .filter(|audited| !audited.alternatives.allows_anonymous() && audited.operation.path.text.ends_with('}'))
        .map(|audited| (audited.operation.path.text.as_str(), audited))
        .collect();
    let mut issues = Vec::new();
    for open in subject.operations.iter().filter(|audited| audited.is_open() && !audited.is_entry()) {
        let path = open.operation.path.text.as_str();
        let ancestors = path.match_indices('/').map(|(end, _)| &path[..end]);
        if let Some(owner) = ancestors.filter_map(|ancestor| guarded.get(ancestor)).next_back() {
            let message = format!("{} is public, but {} is guarded", open.title(), owner.title());
            let severity = if open.is_write() { Severity::Medium } else { Severity::Info };
            issues.push(Issue::new(open.operation.at.clone(), message).severity(severity).reaching(open.index));
        }
    }
    issues
}

/// The number of the first segment such as `v2`, and the path without it.
fn version(path: &str) -> Option<(u32, String)> {
    let mut segments: Vec<&str> = path.split('/').collect();
    let number = |segment: &&str| segment.strip_prefix('v')?.parse::<u32>().ok();
    let (at, number) = segments.iter().enumerate().find_map(|(at, segment)| Some((at, number(segment)?)))?;
    segments.remove(at);
    Some((number, segments.join("/")))
}

fn version_asymmetry(subject: &Subject<'_>) -> Vec<Issue> {
    let mut families: BTreeMap<(String, &str), Vec<(u32, &Audited<'_>)>> = Default::default();
    for audited in &subject.operations {
        if let Some((number, rest)) = version(&audited.operation.path.text) {
            families.entry((rest, audited.operation.method.as_str())).or_default().push((number, audited));
        }
    }
    let mut issues = Vec::new();
    for versions in families.values() {
        for (number, old) in versions {
            let weaker = |(newer, new): &&(u32, &Audited<'_>)| {
                newer > number && old.alternatives.is_weaker_than(&new.alternatives)
            };
            if let Some((_, new)) = versions.iter().find(weaker) {
                let message = format!("{} accepts callers that {} refuses", old.title(), new.title());
                issues.push(Issue::new(old.operation.at.clone(), message).reaching(old.index));
            }
        }
    }
    issues
}

/// Whether the path or the tags of an operation say that it is for administrators.
pub fn is_administrative(audited: &Audited<'_>) -> bool {
    const WORDS: [&str; 7] = ["admin", "admins", "administration", "internal", "debug", "root", "superuser"];
    let operation = audited.operation;
    let literal = operation.path.text.split('/').filter(|segment| !segment.starts_with('{'));
    let names = literal.chain(operation.tags.iter().map(String::as_str));
    names.flat_map(words).any(|word| WORDS.contains(&word.as_str()))
}

fn admin_not_stricter(subject: &Subject<'_>) -> Vec<Issue> {
    let guarded = || subject.operations.iter().filter(|audited| !audited.is_open());
    let ordinary: Vec<&Audited<'_>> = guarded().filter(|audited| !is_administrative(audited)).collect();
    let mut issues = Vec::new();
    for admin in guarded().filter(|audited| is_administrative(audited)) {
        if let Some(other) = ordinary.iter().find(|other| other.alternatives == admin.alternatives) {
            let message =
                format!("{} is administrative, but accepts the same callers as {}", admin.title(), other.title());
            issues.push(Issue::new(admin.operation.at.clone(), message).reaching(admin.index));
        }
    }
    issues
}

/// Whether a scope says that it allows more than reading.
fn allows_writing(scope: &str) -> bool {
    const WORDS: [&str; 9] = ["write", "manage", "admin", "full", "all", "edit", "modify", "create", "delete"];
    words(scope).iter().any(|word| WORDS.contains(&word.as_str()))
}

fn write_like_read(subject: &Subject<'_>) -> Vec<Issue> {
    let gets = subject.operations.iter().filter(|audited| audited.operation.method == Method::Get);
    let reads: BTreeMap<&str, &Audited<'_>> =
        gets.map(|audited| (audited.operation.path.text.as_str(), audited)).collect();
    let mut issues = Vec::new();
    for write in subject.operations.iter().filter(|audited| audited.is_write()) {
        let Some(read) = reads.get(write.operation.path.text.as_str()) else { continue };
        let mut requirements = subject.requirements(write).into_iter().map(|(_, requirement)| requirement).peekable();
        let is_known = requirements.peek().is_some();
        if is_known
            && requirements.all(|requirement| is_for_reading(subject, requirement))
            && write.alternatives == read.alternatives
        {
            let message = format!("{} requires the same scopes as {}", write.title(), read.title());
            issues.push(Issue::new(write.operation.at.clone(), message).reaching(write.index));
        }
    }
    issues
}

/// Whether a requirement has scopes of a scheme with other scopes, and none of its scopes says that it allows writing.
fn is_for_reading(subject: &Subject<'_>, requirement: &Requirement) -> bool {
    let has_choice = |used: &SchemeUse| {
        let declared = declared_scopes(&subject.api.scheme(used.scheme).kind);
        !used.scopes.is_empty() && declared.is_some_and(|declared| declared.len() > used.scopes.len())
    };
    requirement.iter().any(has_choice)
        && !requirement.iter().flat_map(|used| &used.scopes).any(|scope| allows_writing(scope))
}

fn open_override(subject: &Subject<'_>) -> Vec<Issue> {
    let guarded = subject.operations.iter().filter(|audited| !audited.is_open());
    let tags: std::collections::BTreeSet<&str> =
        guarded.flat_map(|audited| audited.operation.tags.iter().map(String::as_str)).collect();
    let mut issues = Vec::new();
    for open in subject.operations.iter().filter(|audited| audited.is_open() && !audited.is_entry()) {
        let at = open.operation.at.child("security");
        let is_among_guarded = open.operation.tags.iter().any(|tag| tags.contains(tag.as_str()));
        if is_among_guarded && subject.document.node(&at).is_some() {
            let message = format!("{} is public, other operations with its tag are guarded", open.title());
            issues.push(Issue::new(at, message).reaching(open.index));
        }
    }
    issues
}
