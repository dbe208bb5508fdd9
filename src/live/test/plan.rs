//! The order of a run: calls with valid credentials first, then what is made from them.

use super::check::{CheckId, Family};
use super::finding::TestReport;
use super::runner::{Control, Runner};
use super::{auth, dpop, jwt, objects, paths, properties, variations};

/// Runs everything.
pub(super) async fn run(mut runner: Runner<'_>) -> TestReport {
    let mut controls = Vec::new();
    for at in runner.order() {
        controls.extend(runner.controls(at).await);
    }
    runner.judge_alternatives();
    for control in &controls {
        vary(&mut runner, control, &controls).await;
    }
    objects::others(&mut runner, &controls).await;
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

/// Sends everything that is made from a call that succeeded.
async fn vary(runner: &mut Runner<'_>, control: &Control, controls: &[Control]) {
    let is_first = controls
        .iter()
        .find(|other| other.operation == control.operation)
        .is_some_and(|first| std::ptr::eq(first, control));
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
    for probe in probes.into_iter().filter(|probe| runner.options.selection.contains(probe.check)) {
        runner.send_probe(control, &probe).await;
    }
    if is_first {
        properties::probe(runner, control, controls).await;
    }
}
