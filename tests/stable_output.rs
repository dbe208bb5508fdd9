//! What an edit of a document changes in the generated code: with a lock file, no name that was given before moves.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use keystub::{Generator, Input, LockedNames};
use serde_yaml::Value;

use crate::edits;

fn generator(document: &Value) -> Generator {
    let bytes = serde_yaml::to_string(document).unwrap().into_bytes();
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes }).runtime(keystub::Runtime::Crate)
}

/// Writes the lock file of a document with the program.
fn lock(folder: &Path, document: &Value) -> bool {
    let spec = folder.join("api.yaml");
    std::fs::write(&spec, serde_yaml::to_string(document).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.arg("lock").arg(&spec).arg("--lock").arg(folder.join("keystub.lock"));
    command.output().unwrap().status.success()
}

/// The entries of both whose names differ.
fn moved(before: &LockedNames, after: &LockedNames) -> Vec<String> {
    let differ = |before: &BTreeMap<String, String>, after: &BTreeMap<String, String>| -> Vec<String> {
        let both = before.iter().filter_map(|(key, name)| Some((key, name, after.get(key)?)));
        both.filter(|(_, name, now)| name != now).map(|(key, name, now)| format!("{key}: {name} → {now}")).collect()
    };
    [differ(&before.operations, &after.operations), differ(&before.types, &after.types)].concat()
}

fn lines(generator: &Generator) -> Option<Vec<String>> {
    let output = generator.generate().ok()?;
    let files = output.files().into_iter().filter(|(path, _)| path.ends_with(".rs"));
    Some(files.flat_map(|(_, text)| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()).collect())
}

#[test]
fn locked_names_do_not_move_when_documents_are_edited() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = ["ok", "world"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let (mut documents, mut compared, mut unlocked) = (0_u64, 0, 0);
    let mut faults = Vec::new();
    for path in files.into_iter().flatten().map(|entry| entry.unwrap().path()) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(document) = serde_yaml::from_str::<Value>(&text) else { continue };
        let folder = tempfile::tempdir().unwrap();
        let (Ok(before), true) = (generator(&document).names(), lock(folder.path(), &document)) else { continue };
        documents += 1;
        let locked = |document: &Value| generator(document).lock(folder.path().join("keystub.lock"));
        assert_eq!(
            lines(&locked(&document)),
            lines(&generator(&document)),
            "{}: locked names are others",
            path.display()
        );
        // The small documents share the edits, because most of them have little that can be edited.
        let is_large = path.parent().is_some_and(|folder| folder.ends_with("world"));
        let few = (documents * 3..documents * 3 + 3).map(|number| number % edits::EDITS);
        let numbers: Vec<u64> = if is_large { (0..edits::EDITS).collect() } else { few.collect() };
        for number in numbers {
            let (edited, what) = edits::edited(&document, number);
            let (Ok(free), Ok(kept)) = (generator(&edited).names(), locked(&edited).names()) else { continue };
            compared += 1;
            unlocked += moved(&before, &free).len();
            let moved = moved(&before, &kept);
            faults.extend(moved.first().map(|first| format!("{}, {what} ({number}): {first}", path.display())));
        }
    }
    assert!(documents > 50 && compared > 250, "{documents} documents, {compared} edits");
    assert!(unlocked > 0, "no edit makes names collide, so the lock file is not tested");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
