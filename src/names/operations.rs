//! The identifiers of operations, of their parameters and of their responses.

use crate::model::Api;
use crate::model::operation::{Operation, Parameter, ParameterStyle, Response};
use crate::options::LockedNames;

use super::case::{Case, Ident};
use super::items::{OperationNames, ResponseNames};
use super::reserved;
use super::scope::{Candidates, agrees, settle};
use super::status::status_word;

pub(super) fn operation_text(operation: &Operation) -> &str {
    operation.pinned.as_deref().unwrap_or(&operation.id)
}

pub(super) fn operations(api: &Api, locked: &LockedNames) -> Vec<OperationNames> {
    let with = |case: Case, suffix: &str, reserved: &[&str]| {
        let candidates_of = |operation: &Operation| {
            let name = locked
                .operations
                .get(&operation.title())
                .filter(|name| agrees(operation.pinned.as_deref(), name, Case::Snake));
            if let Some(name) = name {
                return Candidates::locked(case, name);
            }
            let text = format!("{}{suffix}", operation_text(operation));
            let longer = format!("{}{suffix} {}", operation_text(operation), operation.method.as_str());
            Candidates::unshortened(case, &[&text, &format!("{text} operation"), &longer])
        };
        settle(&api.operations.iter().map(candidates_of).collect::<Vec<_>>(), reserved)
    };
    let functions = with(Case::Snake, "", reserved::FUNCTIONS);
    let constants = with(Case::Shouting, "", &[]);
    // The types of all operations are in one module, so they share a scope.
    let mut candidates = Vec::new();
    for (function, operation) in functions.iter().zip(&api.operations) {
        let plain = function.plain();
        candidates.push(Candidates::unshortened(Case::Pascal, &[plain, &format!("{plain} operation")]));
        candidates.push(Candidates::unshortened(
            Case::Pascal,
            &[&format!("{plain} request"), &format!("{plain} any request")],
        ));
        candidates.push(Candidates::unshortened(
            Case::Pascal,
            &[&format!("{plain} response"), &format!("{plain} any response")],
        ));
        candidates
            .push(Candidates::unshortened(Case::Pascal, &[&format!("{plain} error"), &format!("{plain} any error")]));
        candidates
            .extend(has_forms(operation).then(|| Candidates::unshortened(Case::Pascal, &[&format!("{plain} body")])));
        for response in &operation.responses {
            let status = status_word(response.status);
            let candidates_of = |what: &str| {
                Candidates::unshortened(
                    Case::Pascal,
                    &[&format!("{plain} {what}"), &format!("{plain} {} {what}", status.plain())],
                )
            };
            candidates.extend((response.forms.len() > 1).then(|| candidates_of("content")));
            candidates.extend((!response.headers.is_empty()).then(|| candidates_of("headers")));
        }
    }
    let mut types = settle(&candidates, reserved::OPERATIONS).into_iter();
    let mut next = || types.next().expect("every item has a name");
    functions
        .into_iter()
        .zip(constants)
        .zip(&api.operations)
        .map(|((function, constant), operation)| OperationNames {
            function,
            ty: next(),
            request: next(),
            response: next(),
            error: next(),
            constant,
            parameters: parameters(operation),
            body: has_forms(operation).then(&mut next),
            responses: operation.responses.iter().map(|response| self::response(response, &mut next)).collect(),
        })
        .collect()
}

fn has_forms(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| body.forms.count() > 1)
}

fn response(response: &Response, next: &mut impl FnMut() -> Ident) -> ResponseNames {
    let candidates_of = |header: &Parameter| match &header.pinned {
        Some(pinned) => Candidates::new(Case::Snake, &[pinned, &header.name]),
        None => Candidates::new(Case::Snake, &[&header.name]),
    };
    ResponseNames {
        content: (response.forms.len() > 1).then(&mut *next),
        headers: (!response.headers.is_empty()).then(&mut *next),
        fields: settle(&response.headers.iter().map(candidates_of).collect::<Vec<_>>(), &[]),
    }
}

fn parameters(operation: &Operation) -> Vec<Ident> {
    let candidates_of = |parameter: &Parameter| {
        let place = match parameter.style {
            ParameterStyle::Path(_) => "path",
            ParameterStyle::Query(_) => "query",
            ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
            ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
        };
        let longer = format!("{} {place}", parameter.name);
        match &parameter.pinned {
            Some(pinned) => Candidates::new(Case::Snake, &[pinned, &parameter.name, &longer]),
            None => Candidates::new(Case::Snake, &[&parameter.name, &longer]),
        }
    };
    settle(&operation.parameters.iter().map(candidates_of).collect::<Vec<_>>(), reserved::PARAMETERS)
}
