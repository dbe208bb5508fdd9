//! What would answer in the place of an operation that went: on a server, a request for it reaches the next path that
//! matches. Where that asks for something else it goes too, so that nobody is let through who was not before.

use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::lower::operation::Judged;
use crate::lower::security::Security;
use crate::model::Api;
use crate::model::operation::Method;
use crate::model::security::{Access, SchemeId};

/// What an operation of the document asks for, by the names of its schemes.
pub(super) struct Asked {
    method: Method,
    path: String,
    access: Named,
    at: Pointer,
}

/// The alternatives of an operation with their scopes; nothing where it is open.
#[derive(PartialEq, Eq)]
struct Named {
    alternatives: Vec<Vec<(String, Vec<String>)>>,
    or_anonymous: bool,
}

impl Asked {
    pub(super) fn of(judged: Judged, security: &Security) -> Self {
        let access = named(&judged.access, |id| security.name(id));
        Self { method: judged.method, path: judged.path, access, at: judged.at }
    }
}

/// An error at each operation that is left and would answer for one that went.
pub(super) fn of_what_went(judged: &[Asked], api: &Api) -> Report {
    let mut report = Report::new();
    let is_left = |asked: &&Asked| {
        api.operations.iter().any(|operation| operation.at == asked.at && operation.path.text == asked.path)
    };
    let gone: Vec<&Asked> = judged.iter().filter(|asked| !is_left(asked)).collect();
    if gone.is_empty() {
        return report;
    }
    for operation in &api.operations {
        let access = named(&operation.access, |id| &api.scheme(id).name);
        let answers = |asked: &&&Asked| {
            may_answer(&operation.method, &asked.method) && may_match(&operation.path.text, &asked.path)
        };
        if let Some(asked) = gone.iter().filter(answers).find(|asked| asked.access != access) {
            let line = crate::diag::print::excerpt(&format!("{} {}", asked.method.as_str(), asked.path));
            let message = format!("this operation would answer requests for `{line}`, which asks for something else");
            report.push(Diagnostic::error(Code::DuplicateOperation, &operation.at, message).on_key());
        }
    }
    report
}

fn named<'a>(access: &'a Access, name: impl Fn(SchemeId) -> &'a str) -> Named {
    match access {
        Access::Open => Named { alternatives: Vec::new(), or_anonymous: true },
        Access::Guarded { any_of, or_anonymous } => {
            let alternatives = any_of.iter().map(|requirement| {
                let uses = requirement.iter().map(|used| (name(used.scheme).to_owned(), used.scopes.clone()));
                uses.collect()
            });
            Named { alternatives: alternatives.collect(), or_anonymous: *or_anonymous }
        }
    }
}

/// HEAD is answered as GET where there is no HEAD.
fn may_answer(method: &Method, asked: &Method) -> bool {
    method == asked || (*method == Method::Get && *asked == Method::Head)
}

/// Whether some request for the path `asked` has the form of `path` too; a segment with a name may be anything.
fn may_match(path: &str, asked: &str) -> bool {
    let segments = |text: &str| -> Vec<String> {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        text[..end].split('/').map(str::to_owned).collect()
    };
    let (path, asked) = (segments(path), segments(asked));
    let is_free = |segment: &String| segment.contains(['{', '}', '%']);
    let meets = |(one, other): (&String, &String)| one == other || is_free(one) || is_free(other);
    path.len() == asked.len() && path.iter().zip(&asked).all(meets)
}

#[cfg(test)]
mod tests {
    use super::may_match;

    #[test]
    fn paths_that_one_request_may_have_match() {
        for (path, asked) in [("/a/{x}", "/a/mine"), ("/a", "/a?b=1"), ("/a/{x}", "/a/{y}"), ("/a/b.c", "/{x}/b.{y}")] {
            assert!(may_match(path, asked), "{path} {asked}");
        }
        for (path, asked) in [("/a/{x}", "/b/mine"), ("/a", "/a/b"), ("/a/b", "/a/c")] {
            assert!(!may_match(path, asked), "{path} {asked}");
        }
    }
}
