//! Rules about regular expressions, and about URLs that requests contain.

use std::collections::BTreeMap;

use super::issue::Issue;
use super::pattern::Pattern;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Subject, words};
use crate::diag::Pointer;
use crate::model::rule::{Limit, RuleKind};
use crate::model::value_schema::ValueSchema;

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "pattern-unanchored",
        severity: Severity::Low,
        summary: "A pattern matches a part of the text, because it lacks `^` or `$`",
        explanation: "Patterns of JSON Schema are searched for: `[a-z]+` accepts every text with one letter, and `^a|b$` \
                      every text that begins with `a` or ends with `b`. It is `medium` for names of paths, files, hosts and \
                      URLs. Not reported for a single character such as `\\S`, which is meant to be searched for.",
        owasp: &["API8"],
        references: &["JSON Schema 2020-12 section 6.3.3", "OpenAPI 3.0.3 section 4.7.24"],
        check: pattern_unanchored,
    },
    Rule {
        id: "pattern-backtracking",
        severity: Severity::Medium,
        summary: "A pattern has a repetition within a repetition that matches the same texts",
        explanation: "Engines that backtrack (JavaScript, Java, Python, .NET) take exponential time for a text that almost \
                      matches `(a+)+`. Generated servers do not, but other programs read the document too. Not reported \
                      if a separator makes the division unique, as in `(a+,)*`.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: pattern_backtracking,
    },
    Rule {
        id: "url-input",
        severity: Severity::Info,
        summary: "A request contains a URL that the server may call",
        explanation: "A server that follows a URL of its caller reaches what the caller cannot (SSRF). Allow certain hosts, \
                      and refuse private addresses. Reported for callbacks, webhooks and images, not for every `uri`.",
        owasp: &["API7"],
        references: &["RFC 3986 section 7"],
        check: url_input,
    },
];

/// A schema of a request with the name of what it describes, and the operations that reach it.
struct Input<'a> {
    schema: &'a ValueSchema,
    name: Option<String>,
    operations: Vec<usize>,
}

/// The schemas of parameters and bodies.
fn inputs<'a>(subject: &Subject<'a>) -> Vec<Input<'a>> {
    let schemas = &subject.api.value_schemas;
    let mut names: BTreeMap<&Pointer, &str> = BTreeMap::new();
    for reached in &subject.bodies {
        names.extend(reached.schema.properties.iter().map(|(name, id)| (&schemas.get(*id).at, name.as_str())));
    }
    let of_body = subject.bodies.iter().map(|reached| Input {
        schema: reached.schema,
        name: names.get(&reached.schema.at).map(|&name| name.to_owned()),
        operations: reached.operations.clone(),
    });
    let of_parameter = schemas.parameters.iter().map(|(&(operation, index), id)| Input {
        schema: schemas.get(*id),
        name: Some(subject.api.operations[operation].parameters[index].name.clone()),
        operations: vec![operation],
    });
    of_body.chain(of_parameter).collect()
}

/// One issue for each input with a pattern for which `message` gives one.
fn of_patterns(
    subject: &Subject<'_>,
    judge: impl Fn(&Pattern, &Input<'_>) -> Option<(Severity, &'static str)>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for input in inputs(subject) {
        let patterns = input.schema.limits.iter().filter_map(|limit| match limit {
            Limit::Pattern(text) => Pattern::parse(text),
            _ => None,
        });
        for (severity, message) in patterns.filter_map(|pattern| judge(&pattern, &input)).take(1) {
            let own = input.schema.at.child("pattern");
            let at = if subject.document.node(&own).is_some() { own } else { input.schema.at.clone() };
            let issue = Issue::new(at, message).severity(severity);
            issues.push(input.operations.iter().fold(issue, |issue, &index| issue.reaching(index)));
        }
    }
    issues
}

fn pattern_unanchored(subject: &Subject<'_>) -> Vec<Issue> {
    const SENSITIVE: [&str; 11] =
        ["path", "file", "filename", "host", "hostname", "url", "uri", "domain", "origin", "redirect", "callback"];
    of_patterns(subject, |pattern, input| {
        let names = input.name.as_deref().map(words).unwrap_or_default();
        let is_sensitive = names.iter().any(|word| SENSITIVE.contains(&word.as_str()));
        let severity = if is_sensitive { Severity::Medium } else { Severity::Low };
        let is_found = !pattern.is_anchored() && !pattern.is_search();
        is_found.then_some((severity, "a text matches if a part of it does: the pattern lacks `^` or `$`"))
    })
}

fn pattern_backtracking(subject: &Subject<'_>) -> Vec<Issue> {
    let message =
        "a repetition contains another one for the same texts, which takes exponential time with backtracking";
    of_patterns(subject, |pattern, _| pattern.has_nested_repetition().then_some((Severity::Medium, message)))
}

/// Whether a server is expected to call the URL with this name.
fn is_called(name: &str) -> bool {
    const TARGETS: [&str; 14] = [
        "callback",
        "webhook",
        "hook",
        "image",
        "avatar",
        "picture",
        "logo",
        "import",
        "source",
        "fetch",
        "feed",
        "target",
        "notification",
        "notify",
    ];
    const URLS: [&str; 4] = ["url", "uri", "link", "endpoint"];
    let words = words(name);
    let has = |set: &[&str]| words.iter().any(|word| set.contains(&word.as_str()));
    has(&TARGETS) && has(&URLS)
}

fn url_input(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for input in inputs(subject) {
        let Some(name) = input.name.as_deref().filter(|name| is_called(name)) else { continue };
        if input.schema.kind == RuleKind::Text && input.schema.values.is_empty() {
            let message = format!("the server may call the URL in `{name}`");
            let issue = Issue::new(input.schema.at.clone(), message);
            issues.push(input.operations.iter().fold(issue, |issue, &index| issue.reaching(index)));
        }
    }
    issues
}
