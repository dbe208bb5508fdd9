//! Values of the fixtures are accepted by an independent validator.

use std::path::{Path, PathBuf};

use keystub::values::{DataFlow, Presets, Strictness, Values};
use values::{Judge, read, uses};

fn main_values(path: &Path, faults: &mut Vec<String>) -> usize {
    let document = read(path);
    let Some(request) = Judge::new(&document, DataFlow::Request) else { return 0 };
    let Some(response) = Judge::new(&document, DataFlow::Response) else { return 0 };
    let Ok(inspection) = keystub::Generator::client(path).inspect() else { return 0 };
    let values = Values::new(inspection.api(), 1).with_strictness(Strictness::Strict);
    let mut count = 0;
    for (of, pointer) in uses(inspection.api()) {
        let judge = if of.flow() == DataFlow::Request { &request } else { &response };
        let Some(validator) = judge.validator(&pointer) else { continue };
        let validator = match validator {
            Ok(v) => v,
            Err(e) => {
                faults.push(format!("{} {pointer} cannot be compiled: {e}", path.display()));
                continue;
            }
        };
        match values.value(of, &Presets::default()) {
            Ok(value) => {
                count += 1;
                if let Err(error) = validator.validate(&value) {
                    faults.push(format!(
                        "{} {of:?} {pointer}: {error} at {} {}",
                        path.display(),
                        error.instance_path(),
                        value.to_string().chars().take(300).collect::<String>()
                    ));
                }
            }
            Err(error) => faults.push(format!("NONE {} {of:?} {error}", path.display())),
        }
    }
    count
}

#[test]
fn values_of_the_fixtures_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
    let entries = ["ok", "world"].iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    if let Some(list) = std::env::var_os("DOCS") {
        paths = std::fs::read_to_string(list).unwrap().lines().map(PathBuf::from).collect();
    }
    let mut faults = Vec::new();
    let mut count = 0;
    for path in paths {
        let start = std::time::Instant::now();
        count += main_values(&path, &mut faults);
        if start.elapsed().as_secs() > 3 {
            eprintln!("{} {:?}", path.display(), start.elapsed());
        }
    }
    eprintln!("{count} values");
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
