//! Every operation of real documents is called with generated values and the credentials of each alternative, against the
//! mock of its document: each response is a documented success.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;

use corpus::documents::{self, Document};

/// How many documents are read.
const COUNT: usize = 200;

/// The size of the largest one, in bytes.
const LARGEST: u64 = 80_000;

/// What the check of the mock prints, and whether it passed.
fn checked(document: &Document) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub-of-faulty"));
    let output =
        command.arg("mock").arg(&document.path).args(["--check", "--quiet", "--skip-broken"]).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(said.contains(" operations, ") || said.contains(" operation, "), "{}: {said}", document.name);
    (output.status.success(), said)
}

/// The calls in the last line of the output.
fn calls(said: &str) -> usize {
    let words: Vec<&str> = said.lines().last().unwrap().split(' ').collect();
    let at = words.iter().position(|word| word.starts_with("call")).unwrap();
    words[at - 1].parse().unwrap()
}

/// Documents with operations that cannot be called, with the reason.
fn known() -> BTreeMap<&'static str, &'static str> {
    let rows = include_str!("../uncallable.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_once('\t').unwrap()).collect()
}

#[test]
fn every_operation_of_real_documents_has_a_documented_success() {
    let mut all = documents::all();
    all.retain(|document| document.bytes <= LARGEST);
    let step = all.len() / COUNT;
    let chosen: Vec<&Document> = all.iter().step_by(step).take(COUNT).collect();
    let (waiting, unexpected, sum) = (Mutex::new(chosen.iter()), Mutex::new(Vec::new()), Mutex::new(0));
    let work = || {
        while let Some(document) = { waiting.lock().unwrap().next() } {
            let (is_passed, said) = checked(document);
            *sum.lock().unwrap() += calls(&said);
            if is_passed == known().contains_key(document.name.as_str()) {
                unexpected.lock().unwrap().push(format!("{}: {said}", document.name));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let (unexpected, sum) = (unexpected.into_inner().unwrap(), sum.into_inner().unwrap());
    println!("{sum} calls of {} documents", chosen.len());
    assert!(sum > 2000, "only {sum} calls");
    let is_chosen = |name: &&str| chosen.iter().any(|document| document.name == **name);
    assert!(known().keys().all(is_chosen), "a listed document is not among those of this test");
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}
