//! The output has the same bytes in every process, folder, time zone and locale.

use std::path::Path;
use std::process::Command;

#[test]
fn output_is_equal_in_different_environments() {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("determinism");
    if base.exists() {
        std::fs::remove_dir_all(&base).unwrap();
    }
    std::fs::create_dir_all(&base).unwrap();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/world/petshop.yaml");
    for (side, settings) in
        [("client", [("TZ", "UTC"), ("LC_ALL", "C")]), ("server", [("TZ", "Asia/Tokyo"), ("LC_ALL", "tr_TR.UTF-8")])]
    {
        for out in ["one", "two"] {
            let folder = base.join(format!("{side}-{out}"));
            let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
            command.arg(side).arg(&spec).arg("--out").arg(&folder).current_dir(&base);
            if out == "two" {
                command.envs(settings);
            }
            assert!(command.output().unwrap().status.success());
        }
        let read = |out: &str| {
            let mut files = Vec::new();
            collect(&base.join(format!("{side}-{out}")), &mut files);
            files
        };
        let (one, two) = (read("one"), read("two"));
        assert!(one.len() > 20);
        assert!(one == two, "{side} differs");
        let here = base.to_str().unwrap();
        assert!(!one.iter().any(|(_, text)| text.contains(here)), "{side} names a folder of this machine");
    }
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}
