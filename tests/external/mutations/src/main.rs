//! Applies the mutations of mutations.tsv to a copy of the workspace, one at a time, and runs the tests that must fail.
//! Exits with 1 if the tests pass with a mutation, or if a mutation cannot be applied or compiled.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, io};

use mutations::{Mutation, all, workspace};

const USAGE: &str = "usage: mutations [--side client|server] [--only NAME]…";

/// Not copied: build output, and the history.
const SKIPPED: [&str; 2] = ["target", ".git"];

/// What the tests say about a mutation.
enum Verdict {
    Caught,
    Survived,
    /// The mutation shows nothing: it could not be applied, or the mutated source does not compile.
    Error(String),
}

fn main() -> ExitCode {
    let chosen = match chosen(env::args().skip(1)) {
        Ok(chosen) => chosen,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&chosen) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot copy the workspace or run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn chosen(mut arguments: impl Iterator<Item = String>) -> Result<Vec<Mutation>, String> {
    let (mut side, mut only) = (None, Vec::new());
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--side", Some(own)) if own == "client" || own == "server" => side = Some(format!("{own}/")),
            ("--only", Some(name)) if all().iter().any(|own| own.name == name) => only.push(name),
            (_, value) => return Err(format!("invalid argument `{argument} {}`", value.unwrap_or_default())),
        }
    }
    let is_chosen = |own: &Mutation| {
        side.as_ref().is_none_or(|side| own.file.starts_with(side))
            && (only.is_empty() || only.iter().any(|name| name == own.name))
    };
    let chosen: Vec<Mutation> = all().into_iter().filter(is_chosen).collect();
    if chosen.is_empty() { Err("no mutation of this name on this side".to_owned()) } else { Ok(chosen) }
}

fn run(chosen: &[Mutation]) -> io::Result<bool> {
    let root = workspace().canonicalize()?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let copy = target.join("mutations/workspace");
    copy_folder(&root, &copy)?;
    let target = target.canonicalize()?;

    // Without a mutation the tests must pass: otherwise each mutation would count as caught.
    let mut commands: Vec<&str> = chosen.iter().map(|own| own.tests).collect();
    commands.sort_unstable();
    commands.dedup();
    for tests in commands {
        if !cargo_test(&copy, &target, tests, &[])? {
            println!("`cargo test {tests}` fails without a mutation");
            return Ok(false);
        }
    }

    let (mut caught, mut survived, mut errors) = (0, 0, 0);
    for mutation in chosen {
        let verdict = verdict(mutation, &copy, &target)?;
        let (count, text) = match verdict {
            Verdict::Caught => (&mut caught, "caught".to_owned()),
            Verdict::Survived => (&mut survived, "SURVIVED".to_owned()),
            Verdict::Error(error) => (&mut errors, format!("ERROR: {error}")),
        };
        *count += 1;
        println!("{:36} {text}", mutation.name);
    }
    println!("{caught} caught, {survived} survived, {errors} errors");
    Ok(survived == 0 && errors == 0)
}

fn verdict(mutation: &Mutation, copy: &Path, target: &Path) -> io::Result<Verdict> {
    let path = mutation.path(copy);
    let source = fs::read_to_string(&path)?;
    let mutated = match mutation.apply(&source) {
        Ok(mutated) => mutated,
        Err(error) => return Ok(Verdict::Error(error)),
    };
    fs::write(&path, mutated)?;
    let verdict = if !cargo_test(copy, target, mutation.tests, &["--no-run"])? {
        Verdict::Error("the mutated source does not compile".to_owned())
    } else if cargo_test(copy, target, mutation.tests, &[])? {
        Verdict::Survived
    } else {
        Verdict::Caught
    };
    fs::write(&path, source)?;
    Ok(verdict)
}

/// Whether `cargo test` succeeds. Dependencies are compiled once, in the target folder of this workspace.
fn cargo_test(copy: &Path, target: &Path, tests: &str, more: &[&str]) -> io::Result<bool> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(copy).env("CARGO_TARGET_DIR", target).env_remove("RUSTFLAGS");
    cargo.arg("test").args(tests.split(' ')).args(more);
    Ok(cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}

/// Copies the files that differ, so that cargo does not compile the others again. Symbolic links are kept.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, source) = (entry.file_name(), entry.path());
        if SKIPPED.iter().any(|skipped| name == *skipped) {
            continue;
        }
        let copied = to.join(&name);
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            if fs::symlink_metadata(&copied).is_err() {
                std::os::unix::fs::symlink(fs::read_link(&source)?, &copied)?;
            }
        } else if kind.is_dir() {
            copy_folder(&source, &copied)?;
        } else if fs::read(&copied).ok() != Some(fs::read(&source)?) {
            // Not `fs::copy`: on some systems it keeps the time of the source, and cargo would miss the change.
            fs::write(&copied, fs::read(&source)?)?;
        }
    }
    Ok(())
}
