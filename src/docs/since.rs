//! The page of changes since an older version of the document.

use std::collections::BTreeMap;

use super::part::Part;
use super::templates::{Html, View, view};
use crate::model::Api;
use crate::model::operation::Operation;

/// How many operations of a change are listed.
const LISTED: usize = 20;

/// How many parts that are not compared are listed.
const LISTED_PARTS: usize = 100;

/// The changes since an older version, the worst first.
#[derive(Debug)]
pub struct Since {
    /// The older version, as the user named it.
    pub version: String,
    /// How many changes there are, by verdicts.
    pub summary: String,
    /// The changes.
    pub changes: Vec<SinceChange>,
    /// Parts that differ and are not compared.
    pub uncompared: Vec<Uncompared>,
}

/// A part that differs and is not compared.
#[derive(Debug)]
pub struct Uncompared {
    /// Its pointer in its document.
    pub at: String,
    /// Whether only the older version has it.
    pub is_removed: bool,
    /// Why it is not compared.
    pub message: String,
}

/// A change with its verdicts as texts.
#[derive(Debug)]
pub struct SinceChange {
    /// Where it is listed.
    pub group: Group,
    /// The verdict on security, or else that on clients.
    pub verdict: &'static str,
    /// The name of its kind.
    pub kind: &'static str,
    /// What it was and what it is.
    pub message: String,
    /// What it is for clients.
    pub clients: &'static str,
    /// What it is for servers.
    pub servers: &'static str,
    /// The operations, as `METHOD /path`.
    pub operations: Vec<String>,
}

/// The parts of the page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// More callers are accepted, or credentials are less protected.
    Weakened,
    /// Another change of security.
    Security,
    /// Requests of clients fail.
    Breaking,
    /// Everything else.
    Other,
}

impl Group {
    const ALL: [Self; 4] = [Self::Weakened, Self::Security, Self::Breaking, Self::Other];

    fn title(self) -> &'static str {
        match self {
            Self::Weakened => "Weaker security",
            Self::Security => "Other changes of security",
            Self::Breaking => "Breaking for clients",
            Self::Other => "Other changes",
        }
    }

    fn is_bad(self) -> bool {
        match self {
            Self::Weakened | Self::Breaking => true,
            Self::Security | Self::Other => false,
        }
    }
}

/// The content of the page.
pub fn content(api: &Api, part: Part<'_>, since: &Since) -> Html {
    let titles = api.operations.iter().map(Operation::title);
    let known: BTreeMap<String, usize> = titles.zip(0..).collect();
    let groups = Group::ALL.into_iter().filter_map(|group| {
        let changes = since.changes.iter().filter(|change| change.group == group);
        let changes: Vec<View> = changes.map(|change| change_view(part, &known, change)).collect();
        (!changes.is_empty()).then(|| view! { title: group.title(), changes: changes })
    });
    let (version, summary) = (since.version.as_str(), since.summary.as_str());
    let groups = groups.collect::<Vec<View>>();
    let parts = since.uncompared.iter().take(LISTED_PARTS);
    let parts =
        parts.map(|part| view! { at: part.at.as_str(), is_removed: part.is_removed, message: part.message.as_str() });
    let parts = parts.collect::<Vec<View>>();
    let more = more(since.uncompared.len(), LISTED_PARTS);
    let view = view! { since: version, summary: summary, groups: groups, uncompared: parts, more: more };
    part.engine.render("changes", view)
}

fn change_view(part: Part<'_>, known: &BTreeMap<String, usize>, change: &SinceChange) -> View {
    let operations = change.operations.iter().take(LISTED).map(|title| {
        let href = known.get(title).map_or("", |index| part.links.operation(*index));
        view! { title: title.as_str(), href: href }
    });
    view! {
        verdict: change.verdict,
        is_bad: change.group.is_bad(),
        kind: change.kind,
        message: change.message.as_str(),
        clients: change.clients,
        servers: change.servers,
        operations: operations.collect::<Vec<View>>(),
        more: more(change.operations.len(), LISTED),
    }
}

/// How many are not listed, as text; empty if all are.
fn more(count: usize, listed: usize) -> String {
    if count > listed { (count - listed).to_string() } else { String::new() }
}
