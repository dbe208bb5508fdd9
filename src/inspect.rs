//! The result of `keystub inspect`: operations, their security requirements, and what is not generated.

use std::fmt::{self, Write};

use crate::diag::{Finding, Listing, Repeated, counted};
use crate::model::Api;
use crate::model::access_text::access_text;
use crate::model::operation::Operation;
use crate::model::outgoing::{Origin, OutgoingOperation};
use crate::model::security::{Access, Scheme};
use crate::summary::Summary;

/// What was read from a document without generating code. Displayed with one line for each operation.
#[derive(Debug)]
pub struct Inspection {
    pub(crate) api: Api,
    pub(crate) skipped: Vec<NotGenerated>,
    pub(crate) listing: Listing,
    /// Whether the operations are the webhooks and callbacks of the document.
    pub(crate) has_webhooks: bool,
}

/// A part of the document for which no code is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotGenerated {
    /// Its place: `#/paths/~1pets`, or `other.yaml#/Pet` in another file.
    pub at: String,
    /// The reason.
    pub reason: String,
    /// Whether it is invalid and was skipped, as requested by the user.
    pub is_broken: bool,
}

impl Inspection {
    /// The model that code is generated from.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The parts for which no code is generated.
    pub fn not_generated(&self) -> &[NotGenerated] {
        &self.skipped
    }

    /// The warnings and the skipped errors, each as it is printed.
    pub fn warnings(&self) -> &[String] {
        self.listing.entries(Repeated::Listed)
    }

    /// The warnings and the skipped errors as data.
    pub fn diagnostics(&self) -> &[Finding] {
        self.listing.findings()
    }

    /// The warnings and the skipped errors, repeated warnings grouped or not.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The numbers of operations, schemes and warnings.
    pub fn summary(&self) -> Summary {
        Summary::new(None, &self.api, self.listing.counts())
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(self))
    }
}

fn text(Inspection { api, skipped, has_webhooks, .. }: &Inspection) -> String {
    let mut out = String::new();
    line(&mut out, &format!("{} {}", plain(&api.title), plain(&api.version)));
    if *has_webhooks {
        line(&mut out, "webhooks and callbacks, for which code is generated instead of the paths (`webhooks`)");
    }
    for server in &api.servers {
        line(&mut out, &format!("server {}", plain(&server.template)));
    }
    for scheme in &api.schemes {
        line(&mut out, &format!("scheme {}: {}", plain(&scheme.name), described(scheme)));
    }
    let width = |of: fn(&Operation) -> usize| api.operations.iter().map(of).max().unwrap_or(0).min(60);
    let id_width = width(|operation| operation.id.chars().count());
    let path_width = width(|operation| operation.path.text.chars().count());
    for operation in &api.operations {
        line(
            &mut out,
            &format!(
                "{:id_width$}  {:7} {:path_width$}  {}",
                plain(&operation.id),
                operation.method.as_str(),
                plain(&operation.path.text),
                access_text(&api.schemes, &operation.access)
            ),
        );
    }
    let open = api.operations.iter().filter(|operation| operation.access == Access::Open).count();
    line(&mut out, &format!("{}, {open} of them public", counted(api.operations.len(), "operation")));
    for outgoing in &api.outgoing.operations {
        line(&mut out, &format!("not generated {}", outgoing_text(api, outgoing)));
    }
    for scheme in &api.unused_schemes {
        let (name, kind) = (plain(&scheme.name), described(scheme));
        line(&mut out, &format!("not generated scheme {name}: {kind}, not used by any operation"));
    }
    for NotGenerated { at, reason, is_broken } in skipped {
        let word = if *is_broken { "skipped" } else { "not generated" };
        line(&mut out, &format!("{word} {}: {}", plain(at), plain(reason)));
    }
    out
}

/// `webhook newPet: POST, key`, or `callback onEvent of subscribe: POST {$request.body#/url}, key`.
fn outgoing_text(api: &Api, outgoing: &OutgoingOperation) -> String {
    let OutgoingOperation { origin, operation } = outgoing;
    let method = operation.method.as_str();
    let access = access_text(&api.outgoing.schemes, &operation.access);
    match origin {
        Origin::Webhook { name } => format!("webhook {}: {method}, {access}", plain(name)),
        Origin::Callback { name, expression, of } => {
            let of = plain(&api.operations[*of].id);
            format!("callback {} of {of}: {method} {}, {access}", plain(name), plain(expression))
        }
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{}", text.trim_end()).expect("writing to a String cannot fail");
}

/// Text from a document, with control and direction characters escaped.
fn plain(text: &str) -> String {
    crate::diag::escaped(text)
}

/// A description of a scheme.
pub(crate) fn described(scheme: &Scheme) -> String {
    let kind = scheme.kind.words(|name| format!("`{}`", plain(name)));
    if scheme.is_bound() { format!("{kind}, bound to a key of the client (DPoP)") } else { kind }
}
