//! All real documents are generated or refused as the list says, and a fixed sample of both sides compiles without a
//! warning. The program is built with optimisation: unoptimised, generation alone takes most of an hour.

use std::process::Command;
use std::sync::Mutex;

/// How many documents are compiled, and what they are drawn by.
const SAMPLE: [&str; 4] = ["--sample", "40", "--seed", "7"];

#[test]
fn every_document_is_generated_or_refused_for_the_fault_that_is_listed() {
    let said = corpus(&["generate"]);
    // Two crates of each of the 2,639 documents.
    assert!(said.contains(" of 5278 crates, defects 0\n"), "{said}");
}

#[test]
fn a_sample_of_both_sides_compiles_without_a_warning() {
    let said = corpus(&[&["compile"], &SAMPLE[..]].concat());
    for side in ["clients", "servers"] {
        assert!(said.contains(&format!("{side} checked 40, with errors 0, with warnings 0\n")), "{said}");
    }
}

/// Each run takes all cores.
static CORES: Mutex<()> = Mutex::new(());

/// What the program prints; it fails where anything is not as it must be.
fn corpus(arguments: &[&str]) -> String {
    let _alone = CORES.lock();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--package", "corpus", "--"]).args(arguments);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo starts");
    let (said, faults) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{faults}");
    println!("{said}");
    said.into_owned()
}
