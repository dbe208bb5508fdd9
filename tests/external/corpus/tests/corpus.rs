//! One side of each document is generated, or rejected as `refused.tsv` says, and a fixed sample of both sides compiles
//! without warnings. The program is built with optimisations: without them, generation alone takes most of an hour.

use std::sync::Mutex;

/// The number of documents that are compiled, and the seed of the sample.
const SAMPLE: [&str; 4] = ["--sample", "40", "--seed", "7"];

#[test]
fn every_document_is_generated_or_rejected_as_listed() {
    let said = corpus(&["generate", "--half"]);
    assert!(said.contains(" of 2639 crates, defects 0\n"), "{said}");
}

#[test]
fn sample_of_both_sides_compiles_without_warnings() {
    let said = corpus(&[&["compile"], &SAMPLE[..]].concat());
    for side in ["clients", "servers"] {
        assert!(said.contains(&format!("{side} checked 40, with errors 0, with warnings 0\n")), "{said}");
    }
}

/// Held during a run, because each run uses all cores.
static CORES: Mutex<()> = Mutex::new(());

/// Runs the program and returns its output. Fails if the program does.
fn corpus(arguments: &[&str]) -> String {
    let _alone = CORES.lock();
    let output = inner_cargo::optimised("corpus").args(arguments).output().expect("the program starts");
    let (said, faults) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{faults}");
    println!("{said}");
    said.into_owned()
}
