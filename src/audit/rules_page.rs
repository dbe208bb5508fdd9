//! `docs/RULES.md` and `--explain`: the documentation of the rules.

use super::catalog::rules;
use super::optional::is_optional;
use super::rule::Rule;

/// What `--explain` prints about a rule.
pub fn explanation(rule: &Rule) -> String {
    let Rule { id, severity, summary, explanation, .. } = rule;
    format!("{id} ({severity})\n\n{summary}.\n\n{explanation}\n\n{}\n", sources(rule))
}

/// The text of `docs/RULES.md`.
pub fn rules_page() -> String {
    let mut page = "# Rules of keystub audit\n\nThis file is generated from the code: `keystub audit --explain RULE` \
                    prints the same text. Some findings\nhave another severity than their rule, as the text says. Rules that are off are checked with `--only RULE`, or if\n\
                    `[audit]` of keystub.toml gives them a level.\n\n\
                    | rule | severity | finds |\n| --- | --- | --- |\n"
        .to_owned();
    for Rule { id, severity, summary, .. } in rules() {
        let off = if is_optional(id) { ", off" } else { "" };
        page += &format!("| `{id}` | {severity}{off} | {summary} |\n");
    }
    for rule in rules() {
        let Rule { id, severity, summary, explanation, .. } = rule;
        page += &format!("\n## {id}\n\n**{severity}**: {summary}.\n\n{explanation}\n\n{}\n", sources(rule));
    }
    page
}

/// `API2:2023, RFC 6749 section 3.3`.
pub fn sources(rule: &Rule) -> String {
    let owasp = rule.owasp.iter().map(|category| format!("{category}:2023"));
    owasp.chain(rule.references.iter().map(|&reference| reference.to_owned())).collect::<Vec<_>>().join(", ")
}
