//! Objects of other accounts, functions of other roles, and the life of an object: created, read, deleted.

use super::check::CheckId;
use super::contract::Observation;
use super::inputs::{collection, ids, last_collection};
use super::probe::{Connection, Expected, Likeness, Probe, Verdict};
use super::runner::{Control, Runner};
use crate::model::operation::{Method, Operation};
use crate::model::security::{Access, SchemeUse};

/// What the other accounts must not do.
pub(super) async fn others(runner: &mut Runner<'_>, controls: &[Control]) {
    let is_other = runner.options.other.is_some();
    for control in controls {
        if is_other {
            object_of_other(runner, control).await;
        }
        for probe in of_roles(runner, control).await {
            runner.send_probe(control, &probe).await;
        }
    }
}

/// The requests of the roles.
pub(super) async fn of_roles(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let first = 1 + usize::from(runner.options.other.is_some());
    let mut probes = Vec::new();
    for account in first..runner.accounts.len() {
        probes.extend(function_of_other(runner, control, account).await);
    }
    probes
}

/// The request for an object of the main account, sent by the other one. Before it, the lists of both are compared.
async fn object_of_other(runner: &mut Runner<'_>, control: &Control) {
    let (at, api) = (control.operation, runner.api);
    let operation = &api.operations[at];
    let is_known = |own: &SchemeUse| runner.accounts[1].available[own.scheme.0];
    if control.uses.is_empty() || !control.uses.iter().all(is_known) || operation.method == Method::Delete {
        return;
    }
    if is_list(api.operations.as_slice(), operation) {
        list_of_other(runner, control).await;
        return;
    }
    let has_object = operation.parameters.iter().any(|parameter| collection(operation, parameter).is_some());
    if !has_object || operation.method == Method::Post {
        return;
    }
    let Ok(request) = runner.request(1, at, &control.uses).await else { return };
    let probe = Probe {
        check: CheckId::ObjectOfOther,
        part: None,
        operation: at,
        sent: format!("an object of the main account, with the credentials of {}", runner.accounts[1].name()),
        request,
        connection: Connection::Account(1),
        expected: Expected::Forbidden,
    };
    runner.send_probe(control, &probe).await;
}

/// Whether an operation lists the objects that another one reads.
fn is_list(operations: &[Operation], operation: &Operation) -> bool {
    operation.method == Method::Get
        && operations.iter().any(|other| last_collection(other).as_deref() == Some(&operation.path.text))
}

async fn list_of_other(runner: &mut Runner<'_>, control: &Control) {
    let Ok(request) = runner.request(1, control.operation, &control.uses).await else { return };
    let Ok(response) = runner.send(Connection::Account(1), &request).await else { return };
    let listed = |body: &[u8]| serde_json::from_slice(body).map(|value| ids(&value)).unwrap_or_default();
    let (own, others) = (listed(&control.response.body), listed(&response.body));
    let shared: Vec<&String> = own.iter().filter(|id| others.contains(id)).collect();
    let verdict = match (response.status.is_success() && !own.is_empty(), shared.is_empty()) {
        (false, _) => Verdict::Inconclusive,
        (true, true) => Verdict::Kept,
        (true, false) => Verdict::Broken,
    };
    let got = match shared.first() {
        Some(id) => format!("{} of them, such as `{id}`", shared.len()),
        None => format!("{} other objects", others.len()),
    };
    let expected = "no object of the main account".to_owned();
    let sent = format!("a list, with the credentials of {}", runner.accounts[1].name());
    let observation = Observation { check: CheckId::ListOfOther, part: None, verdict, expected, got };
    runner.observe(control.operation, observation, &sent, Some(&request));
}

/// The request of a role whose scopes satisfy no alternative.
async fn function_of_other(runner: &mut Runner<'_>, control: &Control, account: usize) -> Option<Probe> {
    let operation = &runner.api.operations[control.operation];
    let Access::Guarded { any_of, or_anonymous: false } = &operation.access else { return None };
    let own = &runner.accounts[account];
    let has = |scheme_use: &SchemeUse| {
        let scopes = own.source.scopes.iter().flatten();
        let scopes: Vec<&String> = scopes.collect();
        own.available[scheme_use.scheme.0] && scheme_use.scopes.iter().all(|scope| scopes.contains(&scope))
    };
    // Other credentials of the role are not sent.
    let is_sent = |own: &SchemeUse| control.uses.iter().any(|sent| sent.scheme == own.scheme);
    let may = any_of.iter().any(|alternative| alternative.iter().all(|own| is_sent(own) && has(own)));
    // With a credential that the role does not have, nothing is learned about its rights.
    let can_send = control.uses.iter().all(|own_use| own.available[own_use.scheme.0]);
    if !can_send || control.uses.is_empty() {
        return None;
    }
    let name = own.name().to_owned();
    let request = runner.request(account, control.operation, &control.uses).await.ok()?;
    Some(Probe {
        check: CheckId::FunctionOfOther,
        part: Some(name.clone()),
        operation: control.operation,
        sent: format!("the credentials of {name}"),
        request,
        connection: Connection::Account(account),
        expected: if may { Expected::LetIn } else { Expected::Forbidden },
    })
}

/// Creates an object for a call that deletes one, if the document has an operation for it that succeeded.
pub(super) async fn create_again(runner: &mut Runner<'_>, at: usize, controls: &[Control]) {
    let operations = &runner.api.operations;
    let Some(path) = last_collection(&operations[at]) else { return };
    let is_it = |own: &Operation| own.method == Method::Post && own.path.text == path;
    let Some(control) = controls.iter().find(|control| is_it(&operations[control.operation])) else { return };
    let Ok(request) = runner.request(0, control.operation, &control.uses).await else { return };
    if let Ok(response) = runner.send(Connection::Account(0), &request).await
        && response.status.is_success()
    {
        runner.inputs.learn(runner.api, control.operation, &response.body);
    }
}

/// Reads what a call created, and deletes it at last: both are calls with the credentials of the main account.
pub(super) async fn lives(runner: &mut Runner<'_>, created: Vec<(String, String)>) {
    for (path, object) in created {
        runner.inputs.prefer(&path, object);
        read(runner, &path, CheckId::CreateThenGet, Expected::Success).await;
        if delete(runner, &path).await {
            read(runner, &path, CheckId::DeleteThenGet, Expected::Gone).await;
        }
    }
}

/// The operation of this method for the objects of a collection, with an alternative for which there are credentials.
fn of_object(runner: &Runner<'_>, path: &str, method: &Method) -> Option<(usize, Vec<SchemeUse>)> {
    let is_it = |own: &Operation| own.method == *method && last_collection(own).as_deref() == Some(path);
    let at = runner.api.operations.iter().position(is_it)?;
    let has = |own: &SchemeUse| runner.accounts[0].available[own.scheme.0];
    match &runner.api.operations[at].access {
        Access::Open => Some((at, Vec::new())),
        Access::Guarded { any_of, or_anonymous } => {
            let found = any_of.iter().find(|alternative| alternative.iter().all(has));
            let uses = found.map(|alternative| alternative.iter().cloned().collect());
            uses.or_else(|| or_anonymous.then(Vec::new)).map(|uses| (at, uses))
        }
    }
}

async fn read(runner: &mut Runner<'_>, path: &str, check: CheckId, expected: Expected) {
    let Some((at, uses)) = of_object(runner, path, &Method::Get) else { return };
    let Ok(request) = runner.request(0, at, &uses).await else { return };
    let Ok(response) = runner.send(Connection::Account(0), &request).await else { return };
    // A server may not let this account read at all.
    let is_refused = matches!(response.status.as_u16(), 401 | 403);
    let verdict = if is_refused { Verdict::Inconclusive } else { expected.verdict(&response, Likeness::Other) };
    let (got, expected) = (response.status.as_u16().to_string(), expected.text().to_owned());
    let sent =
        if check == CheckId::CreateThenGet { "an object that was created" } else { "an object that was deleted" };
    runner.observe(at, Observation { check, part: None, verdict, expected, got }, sent, Some(&request));
}

async fn delete(runner: &mut Runner<'_>, path: &str) -> bool {
    let Some((at, uses)) = of_object(runner, path, &Method::Delete) else {
        runner.notes.insert(format!("no operation deletes the objects of {path}; what was created remains"));
        return false;
    };
    let deleted = match runner.request(0, at, &uses).await {
        Ok(request) => runner.send(Connection::Account(0), &request).await.is_ok_and(|own| own.status.is_success()),
        Err(_) => false,
    };
    if !deleted {
        runner.notes.insert(format!("an object of {path} that was created was not deleted"));
    }
    deleted
}
