//! Rules about what a request may cost. Only requests are looked at: the size of a response is the choice of the server.

use super::issue::Issue;
use super::pattern::Pattern;
use super::reach::{Reached, recursive};
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject, words};
use crate::model::operation::{Content, Method, Parameter, ParameterStyle};
use crate::model::rule::{Limit, RuleKind};
use crate::model::value_schema::{AdditionalValues, ValueSchema, ValueSchemaId};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "unbounded-array",
        severity: Severity::Info,
        summary: "An array in a request body has no `maxItems`",
        explanation: "A caller decides how many items the server reads and handles. It is `low` if callers without \
                      credentials can send it. Not reported for parameters, whose length the URL limits, and for responses.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: unbounded_array,
    },
    Rule {
        id: "unbounded-string",
        severity: Severity::Info,
        summary: "Strings in a request body have no maximum length",
        explanation: "The limit of the body is the only one. One finding lists the properties of a schema. Not reported for \
                      strings with `enum`, with an anchored pattern of limited length, and for formats of limited length \
                      such as `uuid` and `date`.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: unbounded_string,
    },
    Rule {
        id: "unbounded-number",
        severity: Severity::Info,
        summary: "Integers in a request body have neither a format nor a maximum",
        explanation: "A count or an amount of any size is accepted. `int32` and `int64` limit it. One finding lists the \
                      properties of a schema.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.4"],
        check: unbounded_number,
    },
    Rule {
        id: "free-form-body",
        severity: Severity::Info,
        summary: "An object in a request body may have any number of properties of any name",
        explanation: "Set `maxProperties`, or list the properties. Not reported for schemas with `allOf`, `oneOf` or \
                      `anyOf`, whose parts decide, and for objects that list properties.",
        owasp: &["API4", "API3"],
        references: &["OpenAPI 3.0.3 section 4.7.24.1"],
        check: free_form_body,
    },
    Rule {
        id: "recursive-body",
        severity: Severity::Medium,
        summary: "A value in a request body may contain values of the same schema at any depth",
        explanation: "Code that handles it by recursion can exhaust the stack, and algorithms that compare its levels take \
                      long. Schemas cannot limit the depth: limit it in the server. Generated servers refuse JSON with \
                      more than 127 levels. One finding for schemas that contain each other.",
        owasp: &["API4"],
        references: &["RFC 8259 section 9"],
        check: recursive_body,
    },
    Rule {
        id: "body-unsaid",
        severity: Severity::Low,
        summary: "A request body has a structured media type and no schema",
        explanation: "Any value is accepted, so nothing is checked before it reaches the code. Not reported for text, \
                      binary content and unknown media types.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.14"],
        check: body_unsaid,
    },
    Rule {
        id: "upload-unsaid",
        severity: Severity::Low,
        summary: "A file of a multipart body has neither a media type nor a maximum length",
        explanation: "Any file is accepted. Name the allowed media types in `encoding`, or set `maxLength`.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.15"],
        check: upload_unsaid,
    },
    Rule {
        id: "page-unbounded",
        severity: Severity::Low,
        summary: "The parameter that sets the size of a page has no maximum",
        explanation: "A caller can ask for everything at once. Not reported for parameters with `enum`.",
        owasp: &["API4"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: page_unbounded,
    },
];

fn issue(reached: &Reached<'_>, message: impl Into<String>) -> Issue {
    let issue = Issue::new(reached.schema.at.clone(), message);
    reached.operations.iter().fold(issue, |issue, &index| issue.reaching(index))
}

/// Whether a caller without credentials can send it. Public operations come first.
fn is_public(subject: &Subject<'_>, reached: &Reached<'_>) -> bool {
    let first = reached.operations.first();
    first.is_some_and(|&index| subject.is_public(index))
}

fn unbounded_array(subject: &Subject<'_>) -> Vec<Issue> {
    let is_found = |reached: &&Reached<'_>| {
        let schema = reached.schema;
        let has_maximum = schema.limits.iter().any(|limit| matches!(limit, Limit::MaxItems(_)));
        let is_array = schema.kind == RuleKind::Array || schema.items.is_some();
        is_array && !has_maximum && schema.values.is_empty()
    };
    let severe = |reached: &Reached<'_>| {
        let issue = issue(reached, "a request may have any number of items here");
        if is_public(subject, reached) { issue.severity(Severity::Low) } else { issue }
    };
    subject.bodies.iter().filter(is_found).map(severe).collect()
}

fn unbounded_string(subject: &Subject<'_>) -> Vec<Issue> {
    grouped(subject, is_unbounded_string, "no maximum length")
}

fn unbounded_number(subject: &Subject<'_>) -> Vec<Issue> {
    grouped(subject, is_unbounded_integer, "no maximum")
}

/// One issue for each schema with properties or items that `is_selected` accepts.
fn grouped(subject: &Subject<'_>, is_selected: fn(&ValueSchema) -> bool, lacks: &str) -> Vec<Issue> {
    let is_selected = |id: ValueSchemaId| is_selected(subject.api.value_schemas.get(id));
    let mut issues = Vec::new();
    for reached in &subject.bodies {
        let properties = reached.schema.properties.iter().filter(|(_, id)| is_selected(*id));
        let mut names: Vec<String> = properties.map(|(name, _)| format!("`{name}`")).collect();
        let items = reached.schema.items.filter(|id| is_selected(*id)).map(|_| "the items".to_owned());
        let verb = if names.len() == 1 && items.is_none() { "has" } else { "have" };
        names.extend(items);
        if !names.is_empty() {
            let names = crate::diag::print::excerpt(&names.join(", "));
            issues.push(issue(reached, format!("{names} {verb} {lacks}")));
        }
    }
    issues
}

fn is_unbounded_string(schema: &ValueSchema) -> bool {
    const FREE: [&str; 5] = ["password", "uri", "url", "email", "binary"];
    let is_bounded = schema.limits.iter().any(|limit| match limit {
        Limit::MaxLength(_) => true,
        Limit::Pattern(text) => Pattern::parse(text).is_some_and(|pattern| pattern.is_bounded()),
        _ => false,
    });
    let is_free = schema.format.as_deref().is_none_or(|format| FREE.contains(&format));
    schema.kind == RuleKind::Text
        && schema.values.is_empty()
        && schema.direction != crate::model::schema::Direction::ReadOnly
        && is_free
        && !is_bounded
        && schema.format.as_deref() != Some("binary")
}

fn is_unbounded_integer(schema: &ValueSchema) -> bool {
    let has_maximum = schema.limits.iter().any(|limit| matches!(limit, Limit::Maximum(..)));
    schema.kind == RuleKind::Integer
        && schema.format.is_none()
        && schema.direction != crate::model::schema::Direction::ReadOnly
        && schema.values.is_empty()
        && !has_maximum
}

fn free_form_body(subject: &Subject<'_>) -> Vec<Issue> {
    let is_found = |reached: &&Reached<'_>| {
        let schema = reached.schema;
        let has_maximum = schema.limits.iter().any(|limit| matches!(limit, Limit::MaxProperties(_)));
        let is_open = schema.additional != AdditionalValues::None;
        let is_map = schema.kind == RuleKind::Object || matches!(schema.additional, AdditionalValues::Each(_));
        is_map && is_open && !has_maximum && schema.properties.is_empty() && is_plain(schema)
    };
    let message = "a request may have any number of properties here";
    subject.bodies.iter().filter(is_found).map(|reached| issue(reached, message)).collect()
}

/// Whether no other schema applies to the same value.
fn is_plain(schema: &ValueSchema) -> bool {
    schema.all_of.is_empty() && schema.choices.is_empty() && schema.values.is_empty()
}

fn recursive_body(subject: &Subject<'_>) -> Vec<Issue> {
    let message = "values of this schema may contain each other at any depth";
    recursive(subject.api, &subject.bodies).into_iter().map(|reached| issue(reached, message)).collect()
}

fn body_unsaid(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        let Some(body) = &audited.operation.body else { continue };
        for (index, form) in body.forms.iter().enumerate() {
            let is_structured = match form.content {
                Content::Json(_) | Content::Form(_) | Content::Multipart(_) => true,
                Content::Text | Content::Stream(_) | Content::Bytes => false,
            };
            let at = body.at.child("content").child(&form.media_type);
            let is_said = subject.document.node(&at).is_some_and(|node| node.get("schema").is_some());
            if is_structured && !is_said && !subject.api.value_schemas.bodies.contains_key(&(audited.index, index)) {
                let at = if subject.document.node(&at).is_some() { at } else { body.at.clone() };
                let message = format!("the media type `{}` has no schema", form.media_type);
                issues.push(Issue::new(at, message).reaching(audited.index));
            }
        }
    }
    issues
}

fn upload_unsaid(subject: &Subject<'_>) -> Vec<Issue> {
    let schemas = &subject.api.value_schemas;
    let mut issues = Vec::new();
    for (&(operation, form), id) in &schemas.bodies {
        let Some(body) = &subject.api.operations[operation].body else { continue };
        let Some(form) = body.forms.iter().nth(form) else { continue };
        if !matches!(form.content, Content::Multipart(_)) {
            continue;
        }
        for (name, id) in &schemas.get(*id).properties {
            let file = schemas.get(schemas.get(*id).items.unwrap_or(*id));
            let is_file = file.format.as_deref() == Some("binary");
            let has_type = form.part_media_types().any(|(part, _)| part == name);
            // The constraints of files are not part of the model.
            let has_maximum = subject.document.node(&file.at).is_some_and(|node| node.get("maxLength").is_some());
            if is_file && !has_type && !has_maximum {
                let message = format!("the file `{name}` may have any type and size");
                issues.push(Issue::new(schemas.get(*id).at.clone(), message).reaching(operation));
            }
        }
    }
    issues
}

/// Whether a parameter sets how many items a page has.
fn sets_page_size(parameter: &Parameter) -> bool {
    const NAMES: [&str; 12] = [
        "limit",
        "pagesize",
        "perpage",
        "maxresults",
        "size",
        "top",
        "take",
        "rows",
        "pagelimit",
        "maxitems",
        "maxrecords",
        "numresults",
    ];
    matches!(parameter.style, ParameterStyle::Query(_)) && NAMES.contains(&words(&parameter.name).concat().as_str())
}

fn page_unbounded(subject: &Subject<'_>) -> Vec<Issue> {
    let schemas = &subject.api.value_schemas;
    let mut issues = Vec::new();
    let is_read = |audited: &&Audited<'_>| audited.operation.method == Method::Get;
    for audited in subject.operations.iter().filter(is_read) {
        for (index, parameter) in audited.operation.parameters.iter().enumerate() {
            let Some(id) = schemas.parameters.get(&(audited.index, index)) else { continue };
            let schema = schemas.get(*id);
            let is_number = matches!(schema.kind, RuleKind::Integer | RuleKind::Number);
            let has_maximum = schema.limits.iter().any(|limit| matches!(limit, Limit::Maximum(..)));
            if sets_page_size(parameter) && is_number && is_plain(schema) && !has_maximum {
                let message = format!("`{}` sets the size of a page and has no maximum", parameter.name);
                issues.push(Issue::new(parameter.at.clone(), message).reaching(audited.index));
            }
        }
    }
    issues
}
