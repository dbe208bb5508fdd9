//! Every code has a document in fixtures/bad that breaks only its rule; the printed listing is a snapshot.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use keystub::diag::Code;
use keystub::{Generator, Limits};

const FOLDER: &str = "fixtures/bad";

/// Codes whose fixture is enlarged here: its last line is repeated up to this many bytes.
const GROWN: [(Code, usize); 2] = [(Code::TooLarge, (64 << 20) + 1), (Code::TooLargeOutput, 1 << 20)];

/// Codes about public operations, with the operations that are allowed to be public.
const DENIED: [(Code, &[&str]); 2] = [(Code::PublicOperation, &["health"]), (Code::UnusedAllowance, &["helth"])];

/// Codes about overlays: their fixture is an overlay, applied to this document.
const OVERLAYS: [Code; 6] = [
    Code::BadOverlay,
    Code::BadJsonPath,
    Code::OverlayConflict,
    Code::OverlayNoMatch,
    Code::OverlayExtends,
    Code::OverlayAccess,
];
const OVERLAID: &str = "fixtures/world/petshop.yaml";

/// The limit for the output, so that it is exceeded quickly.
const OUTPUT: usize = 50_000;

#[test]
fn every_code_has_a_fixture_that_breaks_its_rule_alone() {
    let mut faults = Vec::new();
    for code in Code::ALL {
        let path = Path::new(FOLDER).join(format!("{code}.yaml"));
        match fs::read(&path) {
            Ok(bytes) if bytes.starts_with(format!("# {code}: ").as_bytes()) => faults.extend(check(*code, &path)),
            Ok(_) => faults.push(format!("{code}: the first line of its fixture does not describe the error")),
            Err(error) => faults.push(format!("{code}: {error}")),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_fixture_is_named_for_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.yaml")).collect();
    let names = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unnamed: Vec<_> = names.filter(|name| !codes.contains(name)).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// Compares the listing with its snapshot; returns any other fault of the fixture.
fn check(code: Code, path: &Path) -> Option<String> {
    let grown = GROWN.iter().find(|(grown, _)| *grown == code).map(|(_, length)| grow(path, *length));
    let listing = listing(code, grown.as_deref().unwrap_or(path));
    let listing = match &grown {
        Some(grown) => listing.replace(&grown.display().to_string(), &path.display().to_string()),
        None => listing,
    };
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/negative");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(code.as_str(), listing.replace('\\', "/")));
    let reported: BTreeSet<_> = listing.lines().filter_map(code_of).collect();
    let is_alone = reported.iter().eq([&code.as_str()]);
    (!is_alone).then(|| format!("{code}: its fixture reports {reported:?}"))
}

/// The listing: the errors, or the warnings if there are no errors.
fn listing(code: Code, path: &Path) -> String {
    let mut limits = Limits::default();
    limits.output = OUTPUT;
    let mut generator = match OVERLAYS.contains(&code) {
        true => Generator::client(OVERLAID).overlay(path).limits(limits),
        false => Generator::client(path).limits(limits),
    };
    if let Some((_, allowed)) = DENIED.iter().find(|(denied, _)| *denied == code) {
        generator = allowed.iter().fold(generator.deny_public(), |generator, name| generator.allow_public(*name));
    }
    match generator.generate() {
        Ok(output) => output.warnings().join("\n"),
        Err(error) => error.to_string(),
    }
}

/// The code of a line such as `error[syntax]: …`.
fn code_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("error[").or(line.strip_prefix("warning["))?;
    Some(rest.split_once(']')?.0)
}

/// A copy of a fixture, its last line repeated.
fn grow(path: &Path, length: usize) -> PathBuf {
    let text = fs::read_to_string(path).unwrap();
    let line = format!("{}\n", text.lines().last().unwrap());
    let grown = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.file_name().unwrap());
    let mut file = fs::File::create(&grown).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.write_all(line.repeat(length / line.len() + 1).as_bytes()).unwrap();
    grown
}
