//! Security: the declared schemes and the requirements of each operation. Nothing here falls back to public.

mod conflict;
mod endpoint;
pub(in crate::lower) mod reserved;
mod scheme;
mod scope;
mod server_reference;

use std::collections::BTreeSet;

use openapiv3::SecurityRequirement;

use super::source::Source;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::model::operation::Operation;
use crate::model::security::{
    Access, Binding, Carrier, KeyPlace, Requirement, Scheme, SchemeId, SchemeKind, SchemeUse, Vec1,
};
use scheme::DeclaredScheme;
use scheme::Reported;

/// The declared schemes, and the requirements for operations without their own.
pub(super) struct Security {
    declared: Vec<DeclaredScheme>,
    default: Option<Access>,
}

impl Security {
    /// Reads the declarations and the requirements of the document.
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        let mut security = Self { declared: scheme::declared(source), default: Some(Access::Open) };
        if let Some(alternatives) = &source.document.api.security {
            security.default = security.alternatives(source, alternatives, &Pointer::root().child("security"));
        }
        security
    }

    /// The requirements of the operation at `at`; `None` if they are invalid, which is reported.
    pub(super) fn access(
        &self,
        source: &mut Source<'_>,
        own: Option<&Vec<SecurityRequirement>>,
        at: &Pointer,
    ) -> Option<Access> {
        match own {
            Some(alternatives) => self.alternatives(source, alternatives, &at.child("security")),
            None if is_default_elsewhere(source, at) => None,
            None => self.default.clone(),
        }
    }

    /// OpenAPI 3.0.3, section 4.7.10: the list is an OR, each object in it an AND, and `{}` allows anonymous calls.
    fn alternatives(
        &self,
        source: &mut Source<'_>,
        alternatives: &[SecurityRequirement],
        at: &Pointer,
    ) -> Option<Access> {
        let mut any_of: Vec<Requirement> = Vec::new();
        let mut or_anonymous = false;
        let mut is_refused = false;
        for (index, alternative) in alternatives.iter().enumerate() {
            match self.requirement(source, alternative, &at.index(index)) {
                Ok(Some(requirement)) if any_of.contains(&requirement) => {}
                Ok(Some(requirement)) => any_of.push(requirement),
                Ok(None) => or_anonymous = true,
                Err(Reported) => is_refused = true,
            }
        }
        if is_refused {
            return None;
        }
        Some(match Vec1::new(any_of) {
            Some(any_of) => Access::Guarded { any_of, or_anonymous },
            // `[]` and `[{}]` both mean no requirements: no scheme has a credential that could be checked.
            None => Access::Open,
        })
    }

    fn requirement(
        &self,
        source: &mut Source<'_>,
        alternative: &SecurityRequirement,
        at: &Pointer,
    ) -> Result<Option<Requirement>, Reported> {
        let mut uses = Vec::new();
        let mut outcome = Ok(());
        for (name, scopes) in alternative {
            match self.declared.iter().position(|declared| declared.name == *name) {
                Some(index) => {
                    let declared = &self.declared[index];
                    outcome =
                        outcome.and(declared.check(source)).and(declared.check_scopes(source, scopes, &at.child(name)));
                    uses.push(SchemeUse { scheme: SchemeId(index), scopes: scopes.clone() });
                }
                None => {
                    source.report.push(self.unknown(name, &at.child(name)));
                    outcome = Err(Reported);
                }
            }
        }
        outcome?;
        let kinds: Vec<(&str, &SchemeKind)> = uses.iter().filter_map(|used| self.kind(used.scheme)).collect();
        if let Some(message) = conflict::find(&kinds) {
            let help = "put them in different places, or make them alternatives: one object each in the list";
            source.report.push(Diagnostic::error(Code::ConflictingSchemes, at, message).help(help));
            return Err(Reported);
        }
        Ok(Vec1::new(uses))
    }

    fn kind(&self, id: SchemeId) -> Option<(&str, &SchemeKind)> {
        let declared = &self.declared[id.0];
        declared.kind.as_ref().ok().map(|kind| (declared.name.as_str(), kind))
    }

    /// The name of a declared scheme.
    pub(super) fn name(&self, id: SchemeId) -> &str {
        &self.declared[id.0].name
    }

    fn unknown(&self, name: &str, at: &Pointer) -> Diagnostic {
        let message = format!("security scheme `{}` is not declared", excerpt(name));
        let names: Vec<String> =
            self.declared.iter().map(|declared| format!("`{}`", excerpt(&declared.name))).collect();
        let help = match names.as_slice() {
            [] => "no scheme is declared in `components/securitySchemes`".to_owned(),
            [one] => format!("declared scheme: {one}"),
            many => format!("declared schemes: {}", many.join(", ")),
        };
        Diagnostic::error(Code::UnknownScheme, at, message).on_key().help(help)
    }

    /// The scheme in `access` whose key has this name and location.
    pub(super) fn scheme_with_key(&self, access: &Access, place: KeyPlace, name: &str) -> Option<&str> {
        let Access::Guarded { any_of, .. } = access else { return None };
        let mut kinds = any_of.iter().flat_map(Requirement::iter).filter_map(|used| self.kind(used.scheme));
        kinds.find_map(|(scheme, kind)| kind.carrier().is_same(Carrier::Key(place, name)).then_some(scheme))
    }

    /// Separates the schemes that operations use from the others, and renumbers the schemes of the operations.
    pub(super) fn keep_used(self, source: &mut Source<'_>, mut operations: Vec<Operation>) -> UsedSchemes {
        let mut used = BTreeSet::new();
        for operation in &operations {
            if let Access::Guarded { any_of, .. } = &operation.access {
                used.extend(any_of.iter().flat_map(Requirement::iter).map(|used| used.scheme.0));
            }
        }
        let numbers: Vec<usize> = used.iter().copied().collect();
        let moved = |id: SchemeId| SchemeId(numbers.binary_search(&id.0).expect("the scheme was found in use above"));
        for operation in &mut operations {
            if let Access::Guarded { any_of, .. } = &mut operation.access {
                *any_of = renumbered(any_of, moved);
            }
        }
        let (mut schemes, mut unused) = (Vec::with_capacity(used.len()), Vec::new());
        for (index, declared) in self.declared.into_iter().enumerate() {
            let DeclaredScheme { name, description, kind, at, .. } = declared;
            let Ok(kind) = kind else {
                source.skip(&at, "not used by any operation");
                continue;
            };
            let scheme = Scheme { name, description, kind, binding: Binding::None, at };
            if used.contains(&index) { schemes.push(scheme) } else { unused.push(scheme) }
        }
        UsedSchemes { schemes, unused, operations }
    }
}

/// The declared schemes, and the operations whose requirements refer to `schemes`.
pub(super) struct UsedSchemes {
    /// Those that operations use, in document order.
    pub(super) schemes: Vec<Scheme>,
    /// The others whose kind is supported, in document order.
    pub(super) unused: Vec<Scheme>,
    pub(super) operations: Vec<Operation>,
}

/// Whether an operation from another file has different default requirements there, which is reported: the default of
/// the referring document applies, and the author of the operation may not know that.
fn is_default_elsewhere(source: &mut Source<'_>, at: &Pointer) -> bool {
    let stated = |node: &&Node| !matches!(node, Node::Array(alternatives) if alternatives.is_empty());
    let default = source.document.node(&Pointer::root().child("security")).filter(stated);
    let elsewhere = source.document.default_in_other_file(at).filter(stated);
    let is_other = elsewhere.is_some() && elsewhere != default;
    if is_other {
        let message =
            "this operation has no `security`, and the `security` of the file that contains it does not apply";
        let help = "add `security` to the operation, or write the same `security` in both documents";
        source.report.push(Diagnostic::error(Code::MisplacedSecurity, at, message).on_key().help(help));
    }
    is_other
}

/// Warns about problems in the schemes and requirements that operations use.
pub(super) fn review(source: &mut Source<'_>, schemes: &[Scheme], operations: &[Operation]) {
    scope::review(source, schemes, operations);
    for scheme in schemes {
        endpoint::review(source, scheme);
        review_place(source, scheme);
    }
}

fn review_place(source: &mut Source<'_>, scheme: &Scheme) {
    let SchemeKind::ApiKey { place: KeyPlace::Query, name } = &scheme.kind else { return };
    let message = format!(
        "the API key of security scheme `{}` is sent in the URL, as query parameter `{}`, and can end up in logs and browser histories",
        excerpt(&scheme.name),
        excerpt(name)
    );
    let help = "send the key in a header if the API can be changed";
    source.report.push(Diagnostic::warning(Code::KeyInQuery, &scheme.at, message).on_key().help(help));
}

fn renumbered(any_of: &Vec1<Requirement>, moved: impl Fn(SchemeId) -> SchemeId) -> Vec1<Requirement> {
    let uses = |requirement: &Requirement| {
        let uses = requirement.iter().map(|used| SchemeUse { scheme: moved(used.scheme), scopes: used.scopes.clone() });
        Vec1::new(uses.collect()).expect("the length is unchanged and was not zero")
    };
    Vec1::new(any_of.iter().map(uses).collect()).expect("the length is unchanged and was not zero")
}
