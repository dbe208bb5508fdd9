//! Compares the instructions that callgrind counts with those in `counts.tsv`, which are of a debug build. A count does not depend on
//! other load, unlike a time. The difference may be 8 %: counts follow the versions of rustc and of dependencies, and the seeds of hash tables.
//!
//! Needs valgrind on Linux for x86-64; without it, nothing is tested. `KEYSTUB_UPDATE=1 cargo test -p instructions` writes the file.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How much a count may differ from the one in the file, in percent.
const MARGIN: u64 = 8;

const HEAD: &str = "work\tmillions of instructions\n";

/// The work with its arguments.
const WORK: [(&str, &[&str]); 3] = [("generate", &["fixtures/world/petshop.yaml"]), ("codec", &[]), ("server", &[])];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The instructions of all threads.
fn count(work: &str, arguments: &[&str], folder: &Path) -> u64 {
    let mut valgrind = Command::new("valgrind");
    valgrind.current_dir(root()).arg("--tool=callgrind");
    valgrind.arg(format!("--callgrind-out-file={}", folder.join(work).display()));
    valgrind.arg(env!("CARGO_BIN_EXE_instructions")).arg(work).args(arguments);
    let output = valgrind.output().expect("valgrind was started before");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let collected = text.lines().find_map(|line| line.split_once("Collected : ")).expect("callgrind prints the sum");
    collected.1.trim().parse().expect("the sum is a number")
}

#[test]
fn instructions_are_as_many_as_before() {
    let is_comparable = cfg!(all(target_os = "linux", target_arch = "x86_64", debug_assertions));
    if !is_comparable || Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("skipped: needs valgrind, and a debug build for Linux on x86-64");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let start = count("nothing", &[], folder.path());
    let counts: Vec<(&str, u64)> =
        WORK.iter().map(|(work, arguments)| (*work, count(work, arguments, folder.path()) - start)).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.tsv");
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        let mut text = HEAD.to_owned();
        counts.iter().for_each(|(work, count)| writeln!(text, "{work}\t{}", count / 1_000_000).unwrap());
        std::fs::write(&path, text).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let rows: Vec<(&str, u64)> = text
        .strip_prefix(HEAD)
        .unwrap()
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(work, millions)| (work, millions.parse::<u64>().unwrap() * 1_000_000))
        .collect();
    assert_eq!(rows.len(), counts.len(), "{}", path.display());
    for ((work, expected), (counted, count)) in rows.into_iter().zip(counts) {
        assert_eq!(work, counted);
        assert!(
            count.abs_diff(expected) * 100 <= expected * MARGIN,
            "`{work}` takes {count} instructions, and {expected} in counts.tsv; if this is intended, run \
             `KEYSTUB_UPDATE=1 cargo test -p instructions`"
        );
    }
}
