//! The order of a run: calls with valid credentials first, then what is made from them. What deletes objects comes last, because
//! other calls need them.

use super::check::{CheckId, Family};
use super::finding::{Coverage, TestReport};
use super::probe::Probe;
use super::runner::{Control, Runner};
use super::{auth, dpop, jwt, objects, paths, properties, variations};
use crate::model::operation::Method;

/// Runs everything.
pub(super) async fn run(mut runner: Runner<'_>) -> TestReport {
    let is_deletion = |at: &usize| runner.api.operations[*at].method == Method::Delete;
    let (deletions, others): (Vec<usize>, Vec<usize>) = runner.order().into_iter().partition(is_deletion);
    let mut controls = Vec::new();
    for at in others {
        controls.extend(runner.controls(at).await);
    }
    for control in &controls {
        vary(&mut runner, control, &controls).await;
    }
    objects::others(&mut runner, &controls).await;
    for at in deletions {
        delete(&mut runner, at, &controls).await;
    }
    runner.judge_alternatives();
    let created = runner.remaining();
    objects::lives(&mut runner, created).await;
    runner.coverage.sort_by_key(|coverage| coverage.operation);
    runner.findings.sort_by_key(|finding| (finding.operation, finding.check));
    TestReport {
        findings: runner.findings,
        coverage: runner.coverage,
        requests: runner.sender.sent,
        is_cut: runner.is_cut,
        notes: runner.notes.into_iter().collect(),
        exchanges: runner.exchanges,
    }
}

/// Deletes an object by each alternative of an operation. What must not delete it is sent before.
async fn delete(runner: &mut Runner<'_>, at: usize, controls: &[Control]) {
    let mut coverage = Coverage { operation: at, calls: Vec::new(), skipped: None };
    match runner.alternatives(at) {
        Err(why) => coverage.skipped = Some(why),
        Ok(alternatives) => {
            for uses in alternatives {
                let start = runner.findings.len();
                objects::create_again(runner, at, controls).await;
                let planned = runner.planned(at, &uses).await;
                let mut accepted = Vec::new();
                if let Some(planned) = &planned {
                    let mut all = probes(runner, planned, coverage.calls.is_empty()).await;
                    all.extend(objects::of_roles(runner, planned).await);
                    let (deleting, rejected) = all.into_iter().partition(|probe| probe.expected.is_acceptance());
                    accepted = deleting;
                    send(runner, planned, rejected).await;
                }
                let (call, _) = runner.control(at, uses).await;
                if !call.is_success() {
                    runner.doubt_missing(start);
                }
                coverage.calls.push(call);
                if let Some(planned) = &planned {
                    send(runner, planned, accepted).await;
                }
            }
        }
    }
    runner.coverage.push(coverage);
}

/// Sends everything that is made from a call that succeeded.
async fn vary(runner: &mut Runner<'_>, control: &Control, controls: &[Control]) {
    let is_first = controls
        .iter()
        .find(|other| other.operation == control.operation)
        .is_some_and(|first| std::ptr::eq(first, control));
    let probes = probes(runner, control, is_first).await;
    send(runner, control, probes).await;
    if is_first {
        properties::probe(runner, control, controls).await;
    }
}

async fn send(runner: &mut Runner<'_>, control: &Control, probes: Vec<Probe>) {
    for probe in probes.into_iter().filter(|probe| runner.options.selection.contains(probe.check)) {
        runner.send_probe(control, &probe).await;
    }
}

/// What is made from a call. What does not depend on its alternative is only made from the first one.
async fn probes(runner: &mut Runner<'_>, control: &Control, is_first: bool) -> Vec<Probe> {
    let mut probes = Vec::new();
    // First, because proofs are valid for a short time.
    if runner.options.selection.has_family(Family::Dpop) {
        probes.extend(dpop::probes(runner, control).await);
    }
    if runner.options.selection.has_family(Family::Auth) {
        probes.extend(auth::of_alternative(runner, control).await);
        if is_first {
            probes.extend(auth::of_operation(runner, control).await);
            probes.extend(paths::probes(runner, control).await);
        }
    }
    if runner.options.selection.has_family(Family::Jwt) || runner.options.selection.contains(CheckId::ScopeMissing) {
        probes.extend(jwt::probes(runner, control).await);
    }
    if is_first {
        probes.extend(variations::probes(runner, control).await);
    }
    probes
}
